"""Sends and fetches photos by their SHA-256, going on where a cut or a kill stopped (tus 1.0, Range).

Nothing has to be remembered here: how far an upload is, the platform tells.
"""

import base64
import hashlib
from collections.abc import Callable

import requests

from gridclient.protocol import messages as m
from gridclient.protocol.problems import ProblemType
from gridclient.sync.http import Http
from gridclient.sync.troubles import Answered, Offline, Portal

PIECE = 512 * 1024  # bytes that a cut costs at the most
_TUS = {"Tus-Resumable": "1.0.0"}
_BYTES = "application/octet-stream"


def send(http: Http, sha256: str, data: bytes) -> int:
    """Gives a blob to the platform unless it has it; returns how many bytes were sent for it."""
    if _find(http, _blob(sha256), {}) is not None:
        return 0
    if len(data) <= PIECE:
        stored = http.decode(http.request("PUT", _blob(sha256), raw=data), m.BlobStored)
        if stored.sha256 != sha256:
            raise Portal
        return len(data)
    return _send_in_pieces(http, sha256, data)


def _send_in_pieces(http: Http, sha256: str, data: bytes) -> int:
    path = f"/blobs/uploads/{sha256}"
    upload = _find(http, path, _TUS)
    if upload is None:
        name = base64.b64encode(sha256.encode()).decode()
        begin = {**_TUS, "Upload-Length": str(len(data)), "Upload-Metadata": f"sha256 {name}"}
        upload = http.request("POST", "/blobs/uploads", headers=begin)
    offset, sent = _offset(upload), 0
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


def _offset(upload: requests.Response) -> int:
    told = upload.headers.get("Upload-Offset", "")
    if not (told.isascii() and told.isdigit()):
        raise Portal
    return int(told)


def _find(http: Http, path: str, headers: dict[str, str]) -> requests.Response | None:
    """What the platform says of a path; None when it knows nothing there."""
    try:
        return http.request("HEAD", path, headers=headers)
    except Answered as answer:
        if answer.kind is ProblemType.NOT_FOUND:
            return None
        raise


def fetch(http: Http, sha256: str, stopped: Callable[[], bool] = lambda: False) -> bytes:
    """Downloads a blob and checks its hash."""
    data = http.download(_blob(sha256), _BYTES, stopped)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Offline
    return data


def _blob(sha256: str) -> str:
    return f"/blobs/sha256/{sha256}"
