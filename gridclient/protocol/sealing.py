"""Who signs and who may read, where no TLS carries the conversation: identities, and sealed letters between them.

A letter is signed by its sender (Ed25519, RFC 8032), compressed, and encrypted to its receiver (HPKE, RFC 9180, with
X25519, HKDF-SHA256 and AES-256-GCM). Its head is readable, says nothing about people, and is bound to the rest.
"""

import base64
import binascii
from dataclasses import dataclass

import msgspec
import zstandard
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_MAGIC = b"GCB1\n"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_SIGNATURE = 64
_LARGEST = 2**31  # bytes that a letter may have when it is unpacked


class NoLetter(Exception):
    """The bytes are no letter, or were altered."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A device's or a platform's own keys."""

    signs: Ed25519PrivateKey
    reads: X25519PrivateKey

    @classmethod
    def fresh(cls) -> "Identity":
        """A new identity."""
        return cls(Ed25519PrivateKey.generate(), X25519PrivateKey.generate())

    @classmethod
    def of(cls, secret: str) -> "Identity":
        """The identity that `secret` was made of."""
        raw = bytes.fromhex(secret)
        return cls(Ed25519PrivateKey.from_private_bytes(raw[:32]), X25519PrivateKey.from_private_bytes(raw[32:]))

    @property
    def secret(self) -> str:
        """What is kept of it, as secret as the cache's key."""
        return (self.signs.private_bytes_raw() + self.reads.private_bytes_raw()).hex()

    @property
    def public(self) -> str:
        """What others know of it, in Base64."""
        raw = self.signs.public_key().public_bytes_raw() + self.reads.public_key().public_bytes_raw()
        return base64.b64encode(raw).decode()


def signature_is_of(public: str, signature: bytes, text: bytes) -> bool:
    """Whether the identity with this public part signed the text."""
    try:
        raw = base64.b64decode(public, validate=True)
        Ed25519PublicKey.from_public_bytes(raw[:32]).verify(signature, text)
    except (ValueError, binascii.Error, InvalidSignature):
        return False
    return True


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The readable part of a letter: from whom, to whom, when."""

    sender: str
    receiver: str
    worker: str
    made_at: str


def seal(head: Head, body: bytes, sender: Identity, receiver: str) -> bytes:
    """A letter to the identity with the public part `receiver`."""
    first = msgspec.json.encode(head) + b"\n"
    signed = sender.signs.sign(_MAGIC + first + body) + body
    reads = X25519PublicKey.from_public_bytes(base64.b64decode(receiver, validate=True)[32:])
    return _MAGIC + first + _SUITE.encrypt(zstandard.compress(signed), reads, first)


def read_head(letter: bytes) -> Head:
    """The readable part; raises `NoLetter`."""
    first = letter.removeprefix(_MAGIC).partition(b"\n")[0]
    try:
        return msgspec.json.decode(first if letter.startswith(_MAGIC) else b"", type=Head)
    except msgspec.MsgspecError as error:
        raise NoLetter from error


def unseal(letter: bytes, receiver: Identity, sender: str) -> bytes:
    """The body of a letter from the identity with the public part `sender`; raises `NoLetter`."""
    first, newline, sealed = letter.removeprefix(_MAGIC).partition(b"\n")
    head = first + newline
    try:
        packed = _SUITE.decrypt(sealed, receiver.reads, head)
        signed = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST)
    except (InvalidTag, ValueError, zstandard.ZstdError) as error:
        raise NoLetter from error
    body = signed[_SIGNATURE:]
    if not signature_is_of(sender, signed[:_SIGNATURE], _MAGIC + head + body):
        raise NoLetter
    return body
