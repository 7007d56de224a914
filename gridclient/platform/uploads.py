"""Photos in pieces, by tus 1.0: what a cut or a kill on either side interrupts goes on where it stopped.

An upload belongs to one device and is named by the SHA-256 of the whole, so that a client has nothing to remember: it
asks how far the platform is. What arrived lies in a part file whose length is the offset. Refuses to make a blob of
bytes that do not have the announced hash.
"""

import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from gridclient.platform.blobs import Blobs, TooLarge, WrongHash

KEPT_FOR = timedelta(days=2)
OPEN_AT_ONCE = 100  # uploads that a device may have begun and not ended


class OtherOffset(Exception):
    """The piece does not begin where the upload stands; `offset` says where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class WrongChecksum(Exception):
    """The piece is not the one that its checksum was made of; nothing of it was kept."""


class UploadBusy(Exception):
    """Another request is sending a piece of the same upload."""


class TooManyUploads(Exception):
    """The device has begun too many uploads without ending them."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload in progress: how much of how much is there, in bytes."""

    part: Path
    sha256: str
    size: int
    offset: int

    @property
    def expires_at(self) -> datetime:
        """When it is forgotten unless another piece comes."""
        return datetime.fromtimestamp(self.part.stat().st_mtime, UTC) + KEPT_FOR


class Uploads:
    """The folder of uploads in progress."""

    def __init__(self, folder: Path, blobs: Blobs) -> None:
        self._folder, self._blobs = folder, blobs
        self._busy: set[Path] = set()

    def find(self, device: str, sha256: str) -> Upload | None:
        """The device's upload of this blob."""
        for part in (self._folder / device).glob(f"{sha256}.*.part"):
            return Upload(part, sha256, int(part.name.split(".")[1]), part.stat().st_size)
        return None

    def begin(self, device: str, sha256: str, size: int) -> Upload:
        """Begins an upload, or finds the one that the device began before."""
        if found := self.find(device, sha256):
            if found.size == size:
                return found
            found.part.unlink(missing_ok=True)
        folder = self._folder / device
        folder.mkdir(parents=True, exist_ok=True)
        if sum(1 for _ in folder.iterdir()) >= OPEN_AT_ONCE:
            raise TooManyUploads
        part = folder / f"{sha256}.{size}.part"
        part.touch(exist_ok=True)
        return Upload(part, sha256, size, part.stat().st_size)

    async def receive(self, upload: Upload, offset: int, pieces: AsyncIterator[bytes], checksum: bytes | None) -> int:
        """Takes one piece and returns the new offset; the last one makes the blob.

        With a `checksum` (SHA-256 of the piece) a piece counts as a whole or not at all.
        """
        if upload.part in self._busy:
            raise UploadBusy
        if offset != upload.offset:
            raise OtherOffset(upload.offset)
        self._busy.add(upload.part)
        try:
            reached = await self._append(upload, pieces, checksum)
            if reached == upload.size:
                await run_in_threadpool(self._finish, upload)
            return reached
        finally:
            self._busy.discard(upload.part)

    @staticmethod
    async def _append(upload: Upload, pieces: AsyncIterator[bytes], checksum: bytes | None) -> int:
        seen, reached, keep = hashlib.sha256(), upload.offset, upload.offset
        with upload.part.open("r+b") as file:
            file.seek(reached)
            try:
                async for piece in pieces:
                    reached += len(piece)
                    if reached > upload.size:
                        raise TooLarge
                    seen.update(piece)
                    file.write(piece)
                    if checksum is None:
                        keep = reached
                if checksum is not None and seen.digest() != checksum:
                    raise WrongChecksum
                keep = reached
            finally:
                file.truncate(keep)
                file.flush()
                os.fsync(file.fileno())
        return reached

    def _finish(self, upload: Upload) -> None:
        with upload.part.open("rb") as file:
            is_right = hashlib.file_digest(file, "sha256").hexdigest() == upload.sha256
        if not is_right:
            upload.part.unlink()
            raise WrongHash
        self._blobs.adopt(upload.part, upload.sha256)

    def end(self, device: str, sha256: str) -> bool:
        """Gives an upload up; False when there was none."""
        found = self.find(device, sha256)
        if found is not None:
            found.part.unlink(missing_ok=True)
        return found is not None

    def purge(self, now: datetime) -> int:
        """Forgets uploads that nobody went on with; says how many."""
        old = [part for part in self._folder.glob("*/*.part")
               if datetime.fromtimestamp(part.stat().st_mtime, UTC) + KEPT_FOR <= now]  # fmt: skip
        for part in old:
            part.unlink(missing_ok=True)
        return len(old)
