"""Packs for exchange: one zip with the files of a folder, their hashes, and the signature of whoever built it.

The same folder gives the same bytes. What is opened is checked first: names, sizes, hashes, and the signature where a
trusted key is given; nothing is written outside the folder that the caller names.
"""

import hashlib
import io
import zipfile
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gridclient.workflow.faults import Fault, Faults
from gridclient.workflow.pack import FileName, read_pack

MANIFEST, SIGNATURE = "manifest.json", "signature"
_MOST_BYTES, _MOST_FILES = 32 * 1024 * 1024, 50
_KINDS = frozenset({".yaml", ".xlsx", ".csv", ".xml", ".geojson"})
_MOMENT = (1980, 1, 1, 0, 0, 0)


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is in a bundle: the pack, and the SHA-256 of each file."""

    id: str
    version: str
    files: dict[FileName, str]


def build(folder: Path, key: Ed25519PrivateKey | None) -> bytes:
    """The bundle of a pack's folder; raises `Faults` when the pack has any."""
    pack, files = read_pack(folder), contents(folder)
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    manifest = msgspec.json.encode(Manifest(pack.id, pack.version, hashes), order="sorted")
    files[MANIFEST] = manifest
    if key is not None:
        files[SIGNATURE] = key.sign(manifest)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in files.items():
            bundle.writestr(zipfile.ZipInfo(name, _MOMENT), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def contents(folder: Path) -> dict[str, bytes]:
    """The files that make up a pack, by name."""
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.suffix in _KINDS)
    return {name: (folder / name).read_bytes() for name in names}


def unpack(path: Path, into: Path, trusted: Ed25519PublicKey | None = None) -> Manifest:
    """Writes the files of a bundle into a folder; raises `Faults` before anything is written."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Faults([Fault(path.name, "", f"it cannot be read: {type(error).__name__}")]) from error
    return unpack_data(path.name, data, into, trusted)


def unpack_data(name: str, data: bytes, into: Path, trusted: Ed25519PublicKey | None = None) -> Manifest:
    """The same for a bundle in memory; `name` stands in the faults."""
    files = _read(name, data)
    try:
        manifest = msgspec.json.decode(files.get(MANIFEST, b""), type=Manifest)
    except msgspec.DecodeError as error:
        raise Faults([Fault(name, MANIFEST, str(error))]) from error
    faults = [Fault(name, each, "the manifest does not have it") for each in files.keys() - _own(manifest)]
    for each, digest in manifest.files.items():
        if each not in files:
            faults.append(Fault(name, each, "it is missing"))
        elif hashlib.sha256(files[each]).hexdigest() != digest:
            faults.append(Fault(name, each, "it is not what the manifest says"))
    if trusted is not None and not _is_signed(files, trusted):
        faults.append(Fault(name, SIGNATURE, "it is not signed with the trusted key"))
    if faults:
        raise Faults(faults)
    for each in manifest.files:
        (into / each).write_bytes(files[each])
    return manifest


def _read(name: str, data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            entries = bundle.infolist()
            if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > _MOST_BYTES:
                raise Faults([Fault(name, "", "it is too large for a pack")])
            return {entry.filename: bundle.read(entry) for entry in entries}
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Faults([Fault(name, "", f"it cannot be read: {type(error).__name__}")]) from error


def _own(manifest: Manifest) -> set[str]:
    return {MANIFEST, SIGNATURE, *manifest.files}


def _is_signed(files: dict[str, bytes], trusted: Ed25519PublicKey) -> bool:
    try:
        trusted.verify(files.get(SIGNATURE, b""), files[MANIFEST])
    except InvalidSignature:
        return False
    return True
