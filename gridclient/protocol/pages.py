"""Pages of the feed: NDJSON in zstd with a header, rows and a trailer that vouches for all of them.

A page is believed only as a whole. The reader hands out rows while it reads, so that a page of any size needs
little memory, and raises `TornPage` at the end when the trailer is missing or does not match: the caller rolls
its transaction back.
"""

import hashlib
from collections.abc import Iterator, Sequence

import msgspec
import zstandard

from gridclient.protocol.messages import PageEnd, PageHeader, PageTrailer, Row

MEDIA_TYPE = "application/vnd.gridsync.page+zstd"
CHUNK = 256 * 1024  # decoding more at once would stall a thread beside it for too long
_LEVEL = 1

_encode = msgspec.json.Encoder().encode
_rows = msgspec.json.Decoder(Row).decode_lines
_header = msgspec.json.Decoder(PageHeader).decode
_trailer = msgspec.json.Decoder(PageTrailer).decode
_end = msgspec.json.Decoder(PageEnd).decode


class TornPage(Exception):
    """The page was cut, altered or is no page at all; nothing of it may be kept."""


# What rows that are not yet vouched for may raise in whoever reads them; the page is torn then too.
DAMAGED = (TornPage, msgspec.MsgspecError, UnicodeDecodeError)


def encode_row(bucket: str, seq: int, record_id: str, ver: int, kind: str, payload: bytes | None) -> bytes:
    """One line of the feed around a stored payload, which is not decoded for it."""
    head = f'{{"b":"{bucket}","s":{seq},"id":"{record_id}","v":{ver},"k":"{kind}",'.encode()
    return head + (b'"x":true}\n' if payload is None else b'"r":%b}\n' % payload)


class PageWriter:
    """Writes one page; some hundred rows at a time go in as bytes, compressed bytes come out."""

    def __init__(self, header: PageHeader) -> None:
        self._zstd = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
        self._sha = hashlib.sha256()
        self._n = 0
        self._first = self._add(_encode(header) + b"\n")

    def _add(self, block: bytes) -> bytes:
        self._sha.update(block)
        return self._zstd.compress(block)

    def rows(self, lines: Sequence[bytes]) -> bytes:
        """Takes some encoded rows and gives what is compressed so far, which may be nothing."""
        self._n += len(lines)
        first, self._first = self._first, b""
        return first + self._add(b"".join(lines))

    def finish(self, cursors: dict[str, int], *, more: bool) -> bytes:
        """The trailer and the end of the stream."""
        end = _encode(PageEnd(n=self._n, cursors=cursors, more=more))
        self._sha.update(end)
        trailer = PageTrailer(end=msgspec.Raw(end), sha256=self._sha.hexdigest())
        return self._first + self._zstd.compress(_encode(trailer)) + self._zstd.flush()


class PageReader:
    """Reads one page from compressed bytes; `header` is there at once, `end` after the last row."""

    def __init__(self, compressed: bytes) -> None:
        self._pieces = self._decompress(compressed)
        self._sha = hashlib.sha256()
        self._rest = b""
        self._n = 0
        self.end: PageEnd | None = None
        self.header = self._read_header()

    @staticmethod
    def _decompress(compressed: bytes) -> Iterator[bytes]:
        reader = zstandard.ZstdDecompressor().stream_reader(compressed, read_across_frames=False)
        try:
            while piece := reader.read(CHUNK):
                yield piece
        except zstandard.ZstdError as error:
            raise TornPage("not a zstd stream, or a damaged one") from error

    def _read_header(self) -> PageHeader:
        for piece in self._pieces:
            self._rest += piece
            line, newline, rest = self._rest.partition(b"\n")
            if newline:
                self._sha.update(line + newline)
                self._rest = rest
                try:
                    return _header(line)
                except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                    raise TornPage("the page has no header") from error
        raise TornPage("the page ends before its header")

    def batches(self) -> Iterator[list[Row]]:
        """Rows in lists of what fits in a chunk; raises `TornPage` at the end unless the trailer matches."""
        try:
            if b"\n" in self._rest:
                yield self._take(b"")
            for piece in self._pieces:
                if rows := self._take(piece):
                    yield rows
            trailer = _trailer(self._rest)
            end = _end(trailer.end)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise TornPage("the page has no trailer, or a row is damaged") from error
        self._sha.update(trailer.end)
        if end.n != self._n or trailer.sha256 != self._sha.hexdigest():
            raise TornPage("the trailer does not match the rows")
        self.end = end

    @classmethod
    def peek(cls, compressed: bytes) -> PageEnd:
        """How a page says that it ends, read before its rows and believed only for asking on."""
        last = b""
        for piece in cls._decompress(compressed):
            last = (last + piece).rpartition(b"\n")[2]
        try:
            return _end(_trailer(last).end)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise TornPage("the page has no trailer") from error

    def _take(self, piece: bytes) -> list[Row]:
        data = self._rest + piece
        cut = data.rfind(b"\n") + 1
        block, self._rest = data[:cut], data[cut:]
        if not block:
            return []
        self._sha.update(block)
        rows = _rows(block)
        self._n += len(rows)
        return rows
