"""The closed set of problem types (RFC 9457) that the platform answers with.

A type URI is stable for ever: clients decide by it, people read the title.
"""

from collections.abc import Mapping
from enum import StrEnum

from gridclient.protocol.messages import Problem

MEDIA_TYPE = "application/problem+json"
_BASE = "urn:gridsync:problem:"


class ProblemType(StrEnum):
    """What went wrong, as the last part of the problem's type URI."""

    # of the envelope
    BAD_REQUEST = "bad-request"
    NOT_FOUND = "not-found"
    SIGN_IN_REFUSED = "sign-in-refused"
    ACCOUNT_LOCKED = "account-locked"
    TOKEN_INVALID = "token-invalid"  # noqa: S105 - a problem's name
    DEVICE_REVOKED = "device-revoked"
    FORBIDDEN = "forbidden"
    EPOCH_CHANGED = "epoch-changed"
    TOO_LARGE = "too-large"
    UNSUPPORTED = "unsupported-media-type"
    HASH_MISMATCH = "hash-mismatch"
    TUS_VERSION = "tus-version"
    OTHER_OFFSET = "other-offset"
    CHECKSUM_MISMATCH = "checksum-mismatch"
    UPLOAD_BUSY = "upload-busy"
    RANGE = "range-not-satisfiable"
    BUSY = "busy"
    INTERNAL = "internal"
    # of one mutation
    MALFORMED = "malformed-mutation"
    UNKNOWN_RECORD = "unknown-record"
    NOT_ALLOWED = "not-allowed"
    BAD_FIELD = "bad-field"
    UPGRADE = "upgrade-needed"
    DEPENDENCY = "dependency-refused"
    LATE = "late-work"
    NEWER_STATE = "newer-state"
    DELETED = "deleted-meanwhile"
    OTHER_PACK = "other-pack-version"
    CONFLICT = "conflict"


_TITLES = {
    ProblemType.BAD_REQUEST: (400, "The request cannot be read."),
    ProblemType.NOT_FOUND: (404, "There is nothing at this address for you."),
    ProblemType.SIGN_IN_REFUSED: (401, "Account or password is wrong."),
    ProblemType.ACCOUNT_LOCKED: (423, "The account is locked for a while."),
    ProblemType.TOKEN_INVALID: (401, "Sign in again."),
    ProblemType.DEVICE_REVOKED: (403, "This device was taken off the list."),
    ProblemType.FORBIDDEN: (403, "Your role does not allow this."),
    ProblemType.EPOCH_CHANGED: (409, "The platform was restored; synchronise from the start."),
    ProblemType.TOO_LARGE: (413, "The request is too large."),
    ProblemType.UNSUPPORTED: (415, "The platform does not take this media type."),
    ProblemType.HASH_MISMATCH: (422, "The bytes that arrived are not the ones that were announced."),
    ProblemType.TUS_VERSION: (412, "The upload asks for a version of tus that the platform does not speak."),
    ProblemType.OTHER_OFFSET: (409, "The upload does not stand at this offset."),
    ProblemType.CHECKSUM_MISMATCH: (460, "The piece was altered on its way; send it again."),
    ProblemType.UPLOAD_BUSY: (423, "Another request is sending this upload."),
    ProblemType.RANGE: (416, "The file ends before this range."),
    ProblemType.BUSY: (503, "The platform is busy; try again later."),
    ProblemType.INTERNAL: (500, "The platform failed; nothing was changed."),
    ProblemType.MALFORMED: (200, "This change cannot be read."),
    ProblemType.UNKNOWN_RECORD: (200, "The platform does not know this record."),
    ProblemType.NOT_ALLOWED: (200, "Your role does not allow this change."),
    ProblemType.BAD_FIELD: (200, "A field of this change is not one of the record's."),
    ProblemType.UPGRADE: (200, "This change needs another version of the program."),
    ProblemType.DEPENDENCY: (200, "A change that this one builds on was refused."),
    ProblemType.LATE: (200, "The record is no longer yours; your work waits for review."),
    ProblemType.NEWER_STATE: (200, "The case has moved on; your work waits for review."),
    ProblemType.DELETED: (200, "The record was deleted meanwhile; your work waits for review."),
    ProblemType.OTHER_PACK: (200, "The case runs on another version of its pack; your work waits for review."),
    ProblemType.CONFLICT: (200, "Somebody changed the same field; choose between the values."),
}


def problem(
    kind: ProblemType, detail: str = "", *, mid: str = "", values: Mapping[str, object] | None = None
) -> Problem:
    """A problem document of this type; `detail` says what is special about this one."""
    status, title = _TITLES[kind]
    texts = {name: str(value) for name, value in (values or {}).items()}
    return Problem(type=_BASE + kind, title=title, status=status, detail=detail, mid=mid, values=texts)


def kind_of(found: Problem) -> ProblemType | None:
    """Which of the known types a problem document is; None for one from a later platform."""
    name = found.type.removeprefix(_BASE)
    return ProblemType(name) if name in ProblemType._value2member_map_ else None
