"""Files that a cut download goes on with (RFC 9110, section 14): all of one, or what follows a byte of it."""

import re
from pathlib import Path

from starlette.responses import FileResponse, Response

from gridclient.platform.app import Call, Refused
from gridclient.protocol.problems import ProblemType

_FROM = re.compile(r"bytes=([0-9]{1,15})-\Z")


def file_answer(call: Call, path: Path, media_type: str, etag: str) -> Response:
    """The file, or what of it `Range` asks for if it still is the one that `If-Range` names."""
    wanted = call.request.headers.get("Range")
    if wanted is not None:
        first = _FROM.match(wanted)
        if first is None:
            raise Refused(ProblemType.BAD_REQUEST, "Range: bytes=N- is expected")
        size = path.stat().st_size
        if int(first[1]) >= size and call.request.headers.get("If-Range", f'"{etag}"') == f'"{etag}"':
            refused = Refused(ProblemType.RANGE)
            refused.headers["Content-Range"] = f"bytes */{size}"
            raise refused
    return FileResponse(path, media_type=media_type, headers={"ETag": f'"{etag}"'})
