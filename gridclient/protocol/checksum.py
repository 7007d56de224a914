"""The checksum over a bucket's live rows: the sum modulo 2**64 of a hash of every (id, version).

A sum does not care for order and can be kept up by adding and taking away single rows.
"""

import struct
from collections.abc import Iterable, Mapping
from hashlib import blake2b

MODULUS = 1 << 64


def row_hash(record_id: str, ver: int) -> int:
    """The 64-bit hash of one live row."""
    return int.from_bytes(blake2b(f"{record_id}:{ver}".encode(), digest_size=8).digest(), "big")


def total(rows: Iterable[tuple[str, int]]) -> int:
    """The sum of the hashes of many live rows `(id, version)`, not yet taken modulo 2**64."""
    digests = [blake2b(f"{record_id}:{ver}".encode(), digest_size=8).digest() for record_id, ver in rows]
    return sum(struct.unpack(f">{len(digests)}Q", b"".join(digests)))


def as_text(checksum: int) -> str:
    """A checksum as messages carry it: 16 hexadecimal digits."""
    return f"{checksum % MODULUS:016x}"


def as_signed(checksum: int) -> int:
    """A checksum as a signed 64-bit column keeps it."""
    value = checksum % MODULUS
    return value - MODULUS if value >= MODULUS // 2 else value


def heads_digest(heads: Mapping[str, int]) -> str:
    """Tells two sets of bucket heads apart in 16 hexadecimal digits."""
    lines = "".join(f"{name}:{head}\n" for name, head in sorted(heads.items()))
    return blake2b(lines.encode(), digest_size=8).hexdigest()
