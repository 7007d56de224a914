"""The operations on photos: is it there, store it whole, store it in pieces (tus 1.0), read it.

A blob of up to one piece is stored by a single `PUT`. A larger one goes by tus with creation, checksum, expiration
and termination; the upload's address is the hash of the whole, for every device an upload of its own.
"""

import base64
import binascii
import re
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from gridclient.platform import blobs, examples, uploads
from gridclient.platform.app import Access, Call, Operation, Refused
from gridclient.platform.ranges import file_answer
from gridclient.platform.uploads import Upload
from gridclient.protocol import messages as m
from gridclient.protocol.problems import ProblemType

_HASH = re.compile(r"[0-9a-f]{64}\Z")
_BYTES = "application/octet-stream"
_PIECE = "application/offset+octet-stream"
TUS = "1.0.0"
_TUS: Mapping[str, str] = {"Tus-Resumable": TUS}
_UPLOADS = "/blobs/uploads"


def blob_head(call: Call) -> Response:
    """Whether the caller need not send a blob; of one that they neither sent nor may read it tells nothing."""
    sha256 = hash_in(call.param("sha256"))
    with call.platform.database.read() as connection:
        wanted = blobs.is_wanted(connection, sha256, call.caller.account.worker_id, call.caller.scope)
    if wanted or not call.platform.blobs.has(sha256):
        raise Refused(ProblemType.NOT_FOUND)
    size = call.platform.blobs.path(sha256).stat().st_size
    return Response(headers={"Content-Length": str(size)}, media_type=_BYTES)


async def blob_put(call: Call) -> m.BlobStored:
    """Stores a blob; its bytes are checked against the hash in its name."""
    sha256 = hash_in(call.param("sha256"))
    try:
        size = await call.platform.blobs.receive(sha256, call.request.stream(), call.platform.limits.blob_bytes)
    except blobs.WrongHash as error:
        raise Refused(ProblemType.HASH_MISMATCH) from error
    except blobs.TooLarge as error:
        raise _too_large(call) from error
    except ClientDisconnect as error:
        raise Refused(ProblemType.BAD_REQUEST, "the request was cut") from error
    await run_in_threadpool(_note_sent, call, sha256)
    return m.BlobStored(sha256=sha256, size=size)


def _note_sent(call: Call, sha256: str) -> None:
    with call.platform.database.write() as connection:
        blobs.note_sent(connection, sha256, call.caller.account.worker_id, call.now)


def blob_get(call: Call) -> Response:
    """A blob that a record in scope opens, or that the caller sent; a cut download goes on by Range and If-Range."""
    sha256 = hash_in(call.param("sha256"))
    with call.platform.database.read() as connection:
        readable = blobs.may_read(connection, sha256, call.caller.account.worker_id, call.caller.scope)
    if not readable or not call.platform.blobs.has(sha256):
        raise Refused(ProblemType.NOT_FOUND)
    return file_answer(call, call.platform.blobs.path(sha256), _BYTES, sha256)


# --- tus 1.0 (https://tus.io/protocols/resumable-upload) ------------------------------------------------------


def upload_options(call: Call) -> Response:
    """What of tus the platform speaks."""
    return Response(status_code=204, headers={
        "Tus-Version": TUS, "Tus-Extension": "creation,checksum,expiration,termination",
        "Tus-Max-Size": str(call.platform.limits.blob_bytes), "Tus-Checksum-Algorithm": "sha256",
    })  # fmt: skip


def upload_begin(call: Call) -> Response:
    """Begins an upload, or finds the one that this device began; the hash of the whole is in its metadata."""
    _speaks_tus(call)
    length = call.request.headers.get("Upload-Length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 16 and int(length) > 0):
        raise Refused(ProblemType.BAD_REQUEST, "Upload-Length: a number of bytes is expected")
    if int(length) > call.platform.limits.blob_bytes:
        raise _too_large(call)
    sha256 = hash_in(_metadata(call.request.headers.get("Upload-Metadata", "")).get("sha256", ""))
    try:
        upload = call.platform.uploads.begin(call.caller.session.device, sha256, int(length))
    except uploads.TooManyUploads as error:
        raise Refused(ProblemType.BUSY, "too many uploads were begun and not ended", retry_after_s=600) from error
    headers = {"Location": f"{_UPLOADS}/{sha256}", **_standing(upload)}
    return Response(status_code=201, headers=headers)


def upload_head(call: Call) -> Response:
    """How far an upload is, in bytes."""
    _speaks_tus(call)
    upload = _find(call)
    return Response(headers={"Upload-Length": str(upload.size), **_standing(upload)})


async def upload_patch(call: Call) -> Response:
    """Takes the next piece of an upload; the last one makes the blob."""
    _speaks_tus(call)
    if call.request.headers.get("Content-Type", "") != _PIECE:
        raise Refused(ProblemType.UNSUPPORTED, f"send {_PIECE}")
    offset = call.request.headers.get("Upload-Offset", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 16):
        raise Refused(ProblemType.BAD_REQUEST, "Upload-Offset: a number of bytes is expected")
    checksum = _checksum(call.request.headers.get("Upload-Checksum", ""))
    upload = _find(call)
    try:
        reached = await call.platform.uploads.receive(upload, int(offset), call.request.stream(), checksum)
    except uploads.OtherOffset as other:
        raise Refused(ProblemType.OTHER_OFFSET, offset=other.offset) from other
    except uploads.WrongChecksum as error:
        raise Refused(ProblemType.CHECKSUM_MISMATCH) from error
    except uploads.UploadBusy as error:
        raise Refused(ProblemType.UPLOAD_BUSY) from error
    except blobs.WrongHash as error:
        raise Refused(ProblemType.HASH_MISMATCH) from error
    except blobs.TooLarge as error:
        raise Refused(ProblemType.TOO_LARGE, "more bytes than were announced") from error
    except ClientDisconnect as error:
        raise Refused(ProblemType.BAD_REQUEST, "the request was cut") from error
    if reached == upload.size:
        await run_in_threadpool(_note_sent, call, upload.sha256)
    return Response(status_code=204, headers={"Upload-Offset": str(reached)})


def upload_end(call: Call) -> None:
    """Gives an upload up and forgets its bytes."""
    _speaks_tus(call)
    if not call.platform.uploads.end(call.caller.session.device, hash_in(call.param("sha256"))):
        raise Refused(ProblemType.NOT_FOUND)


def _speaks_tus(call: Call) -> None:
    if call.request.headers.get("Tus-Resumable") != TUS:
        call.headers["Tus-Version"] = TUS
        raise Refused(ProblemType.TUS_VERSION, f"Tus-Resumable: {TUS} is expected")


def _find(call: Call) -> Upload:
    upload = call.platform.uploads.find(call.caller.session.device, hash_in(call.param("sha256")))
    if upload is None:
        raise Refused(ProblemType.NOT_FOUND)
    return upload


def _standing(upload: Upload) -> dict[str, str]:
    expires = upload.expires_at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return {"Upload-Offset": str(upload.offset), "Upload-Expires": expires}


def _metadata(header: str) -> dict[str, str]:
    """The pairs of an `Upload-Metadata` header: a key, and its value in Base64."""
    found: dict[str, str] = {}
    for pair in header.split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Refused(ProblemType.BAD_REQUEST, f"Upload-Metadata: {key} is not Base64") from error
    return found


def _checksum(header: str) -> bytes | None:
    if not header:
        return None
    algorithm, _, value = header.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise Refused(ProblemType.BAD_REQUEST, "Upload-Checksum is not Base64") from error
    if algorithm != "sha256" or len(digest) != 32:
        raise Refused(ProblemType.BAD_REQUEST, "Upload-Checksum: sha256 and its 32 bytes are expected")
    return digest


def hash_in(text: str) -> str:
    """A SHA-256 as an address names it; anything else is refused."""
    if not _HASH.match(text):
        raise Refused(ProblemType.BAD_REQUEST, "sha256: 64 hexadecimal digits are expected")
    return text


def _too_large(call: Call) -> Refused:
    return Refused(ProblemType.TOO_LARGE, f"at most {call.platform.limits.blob_bytes} bytes")


_SIGNED = Access.SIGNED_IN
_BLOB, _UPLOAD = "/blobs/sha256/{sha256}", f"{_UPLOADS}/{{sha256}}"

_PIECE_SENT = {**_TUS, "Content-Type": _PIECE, "Upload-Offset": "524288",
               "Upload-Checksum": "sha256 n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="}  # fmt: skip
_NAMED = base64.b64encode(examples.SHA.encode()).decode()
_BEGIN_SENT = {
    **_TUS,
    "Upload-Length": "1536000",
    "Upload-Metadata": f"sha256 {_NAMED}",
}
_P = ProblemType
_UNFOUND = (_P.BAD_REQUEST, _P.TUS_VERSION, _P.NOT_FOUND)
_STANDING = {"Upload-Offset": "524288", "Upload-Expires": "Thu, 26 Nov 2026 02:21:00 GMT"}

BLOB_OPERATIONS: list[Operation] = [
    Operation("HEAD", _BLOB, _SIGNED, "Is a blob there", blob_head, media_type=_BYTES, when_revoked=True,
              told={"Content-Length": "183204"}, refuses=(_P.BAD_REQUEST, _P.NOT_FOUND)),
    Operation("PUT", _BLOB, _SIGNED, "Store a blob", blob_put, None, m.BlobStored, answer=examples.BLOB, sends=_BYTES,
              when_revoked=True, refuses=(_P.BAD_REQUEST, _P.HASH_MISMATCH, _P.TOO_LARGE)),
    Operation("GET", _BLOB, _SIGNED, "Read a blob", blob_get, media_type=_BYTES,
              sent={"Range": "bytes=65536-", "If-Range": f'"{examples.SHA}"'}, told={"ETag": f'"{examples.SHA}"'},
              refuses=(_P.BAD_REQUEST, _P.NOT_FOUND, _P.RANGE)),
    Operation("OPTIONS", _UPLOADS, Access.PUBLIC, "What uploads can do", upload_options, headers=_TUS,
              told={"Tus-Version": TUS, "Tus-Extension": "creation,checksum,expiration,termination"}),
    Operation("POST", _UPLOADS, _SIGNED, "Begin an upload", upload_begin, headers=_TUS, status=201, when_revoked=True,
              sent=_BEGIN_SENT, told={"Location": f"{_UPLOADS}/{examples.SHA}", **_STANDING, "Upload-Offset": "0"},
              refuses=(_P.BAD_REQUEST, _P.TUS_VERSION, _P.TOO_LARGE)),
    Operation("HEAD", _UPLOAD, _SIGNED, "How far an upload is", upload_head, headers=_TUS, status=200,
              when_revoked=True, sent=_TUS, told={"Upload-Length": "1536000", **_STANDING}, refuses=_UNFOUND),
    Operation("PATCH", _UPLOAD, _SIGNED, "Go on with an upload", upload_patch, headers=_TUS, sends=_PIECE,
              when_revoked=True, sent=_PIECE_SENT, told={"Upload-Offset": "1048576"},
              refuses=(*_UNFOUND, _P.UNSUPPORTED, _P.OTHER_OFFSET, _P.CHECKSUM_MISMATCH, _P.UPLOAD_BUSY,
                       _P.HASH_MISMATCH, _P.TOO_LARGE)),
    Operation("DELETE", _UPLOAD, _SIGNED, "Give an upload up", upload_end, headers=_TUS, sent=_TUS, refuses=_UNFOUND),
]  # fmt: skip
