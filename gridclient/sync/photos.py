"""Sends and fetches photos by their SHA-256, going on where a cut or a kill stopped (tus 1.0, Range).

Nothing has to be remembered here: how far an upload is, the platform tells.
"""

import base64
import hashlib

from gridclient.protocol import messages as m
from gridclient.protocol.problems import ProblemType
from gridclient.sync.http import Answered, Cut, Http, Offline, Portal

PIECE = 512 * 1024  # bytes that a cut costs at the most
_TUS = {"Tus-Resumable": "1.0.0"}
_BYTES = "application/octet-stream"
_PATIENCE = 3  # cuts without a byte between them


def send(http: Http, sha256: str, data: bytes) -> int:
    """Gives a blob to the platform unless it has it; returns how many bytes were sent for it."""
    if _answers(http, "HEAD", _blob(sha256), {}):
        return 0
    if len(data) <= PIECE:
        stored = http.decode(http.request("PUT", _blob(sha256), raw=data), m.BlobStored)
        if stored.sha256 != sha256:
            raise Portal
        return len(data)
    return _send_in_pieces(http, sha256, data)


def _send_in_pieces(http: Http, sha256: str, data: bytes) -> int:
    path = f"/blobs/uploads/{sha256}"
    if not _answers(http, "HEAD", path, _TUS):
        name = base64.b64encode(sha256.encode()).decode()
        begin = {**_TUS, "Upload-Length": str(len(data)), "Upload-Metadata": f"sha256 {name}"}
        http.request("POST", "/blobs/uploads", headers=begin)
    offset, sent = _offset(http, path), 0
    while offset < len(data):
        piece = data[offset : offset + PIECE]
        checksum = base64.b64encode(hashlib.sha256(piece).digest()).decode()
        headers = {**_TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset),
                   "Upload-Checksum": f"sha256 {checksum}"}  # fmt: skip
        sent += len(piece)
        reached = http.request("PATCH", path, headers=headers, raw=piece).headers.get("Upload-Offset", "")
        if reached != str(offset + len(piece)):
            raise Portal
        offset += len(piece)
    return sent


def _offset(http: Http, path: str) -> int:
    told = http.request("HEAD", path, headers=_TUS).headers.get("Upload-Offset", "")
    if not (told.isascii() and told.isdigit()):
        raise Portal
    return int(told)


def _answers(http: Http, method: str, path: str, headers: dict[str, str]) -> bool:
    """Whether the platform knows what is at a path."""
    try:
        http.request(method, path, headers=headers)
    except Answered as answer:
        if answer.kind is ProblemType.NOT_FOUND:
            return False
        raise
    return True


def fetch(http: Http, sha256: str) -> bytes:
    """Downloads a blob and checks its hash."""
    data, cuts = bytearray(), 0
    while True:
        before = len(data)
        try:
            http.resume(_blob(sha256), _BYTES, data, sha256)
            break
        except Cut:
            cuts = cuts + 1 if len(data) == before else 0
            if cuts >= _PATIENCE:
                raise
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Offline
    return bytes(data)


def _blob(sha256: str) -> str:
    return f"/blobs/sha256/{sha256}"
