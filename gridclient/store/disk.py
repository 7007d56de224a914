"""What a worker is told when the disk does not take a write; the transaction was rolled back each time."""

import errno

from gridclient.errors import GridError


class DiskFull(GridError):
    """The disk has no room for the write."""

    text = "The disk is full. Make room, then try again; what is on the screen is still there."


class DiskReadOnly(GridError):
    """The file, or the disk beneath it, cannot be written."""

    text = "The disk of this PC cannot be written. What was saved is still there; ask an administrator."


class DiskFailed(GridError):
    """The system refused a read or a write for another reason, such as a quota."""

    text = (
        "The disk of this PC refuses to read or write: your share of it is used up, or it is failing. "
        "What was saved is still there; make room, then try again."
    )


def disk_fault(error: OSError) -> GridError:
    """The fault that tells a person why the system does not let a file be touched."""
    match error.errno:
        case errno.ENOSPC:
            return DiskFull()
        case errno.EROFS | errno.EACCES | errno.EPERM:
            return DiskReadOnly()
        case _:
            return DiskFailed()
