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
_MOMENT = (1980, 1, 1, 0, 0, 0)


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is in a bundle: the pack, and the SHA-256 of each file."""

    id: str
    version: str
    files: dict[FileName, str]


def build(folder: Path, key: Ed25519PrivateKey | None) -> bytes:
    """The bundle of a pack's folder; raises `Faults` when the pack has any."""
    pack = read_pack(folder)
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.suffix in (".yaml", ".xlsx"))
    files = {name: (folder / name).read_bytes() for name in names}
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


def unpack(path: Path, into: Path, trusted: Ed25519PublicKey | None = None) -> Manifest:
    """Writes the files of a bundle into a folder; raises `Faults` before anything is written."""
    files = _read(path)
    try:
        manifest = msgspec.json.decode(files.get(MANIFEST, b""), type=Manifest)
    except msgspec.DecodeError as error:
        raise Faults([Fault(path.name, MANIFEST, str(error))]) from error
    faults = [Fault(path.name, name, "the manifest does not have it") for name in files.keys() - _own(manifest)]
    for name, digest in manifest.files.items():
        if name not in files:
            faults.append(Fault(path.name, name, "it is missing"))
        elif hashlib.sha256(files[name]).hexdigest() != digest:
            faults.append(Fault(path.name, name, "it is not what the manifest says"))
    if trusted is not None and not _is_signed(files, trusted):
        faults.append(Fault(path.name, SIGNATURE, "it is not signed with the trusted key"))
    if faults:
        raise Faults(faults)
    for name in manifest.files:
        (into / name).write_bytes(files[name])
    return manifest


def _read(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as bundle:
            entries = bundle.infolist()
            if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > _MOST_BYTES:
                raise Faults([Fault(path.name, "", "it is too large for a pack")])
            return {entry.filename: bundle.read(entry) for entry in entries}
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Faults([Fault(path.name, "", f"it cannot be read: {type(error).__name__}")]) from error


def _own(manifest: Manifest) -> set[str]:
    return {MANIFEST, SIGNATURE, *manifest.files}


def _is_signed(files: dict[str, bytes], trusted: Ed25519PublicKey) -> bool:
    try:
        trusted.verify(files.get(SIGNATURE, b""), files[MANIFEST])
    except InvalidSignature:
        return False
    return True
