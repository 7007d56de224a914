"""Floors: the least work that does a job, in small programs without membership, cursors, outbox or protocol.

`first_sync` fetches the platform's own snapshot files from a plain file server into one encrypted table;
`live` does the same with five indexes and the search index there from the start.
"""

import functools
import hashlib
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import msgspec
import requests
import sqlcipher3.dbapi2
import zstandard

from gridclient.protocol.messages import PageTrailer, Row

_BATCH, _CHUNK = 10_000, 256 * 1024
_INDEXES = (
    "CREATE INDEX cases_bucket ON cases(bucket)",
    "CREATE INDEX cases_todo ON cases(state, due_at)",
    "CREATE INDEX cases_pack ON cases(pack)",
    "CREATE INDEX cases_assignee ON cases(assignee, state)",
    "CREATE INDEX cases_opened ON cases(opened_at)",
)
_SEARCH = "CREATE VIRTUAL TABLE words USING fts5(body, content='', contentless_delete=1, detail=none, tokenize='ascii')"
_PUT = (
    "INSERT INTO cases(id, ver, bucket, state, pack, assignee, due_at, opened_at, rec) VALUES (?,?,?,?,?,?,?,?,?) "
    "ON CONFLICT(id) DO UPDATE SET ver=excluded.ver, bucket=excluded.bucket, state=excluded.state, pack=excluded.pack, "
    "assignee=excluded.assignee, due_at=excluded.due_at, opened_at=excluded.opened_at, rec=excluded.rec"
)
_FILL_SEARCH = "INSERT INTO words(rowid, body) SELECT rid, words_of(rec) FROM cases WHERE rid > ?"


class _Columns(msgspec.Struct, gc=False):
    state: str = ""
    pack: str = ""
    assignee: str = ""
    due_at: str = ""
    opened_at: str = ""


class _Words(msgspec.Struct, gc=False):
    title: str = ""
    address: str = ""
    number: str = ""


_rows = msgspec.json.Decoder(Row).decode_lines
_columns = msgspec.json.Decoder(_Columns).decode
_words = msgspec.json.Decoder(_Words).decode
_pairs = re.compile("(?=([\u3400-\u9fff]{2}))").findall
_runs = re.compile("[0-9A-Za-z]+").findall


def _words_of(payload: bytes) -> str:
    w = _words(payload)
    text = f"{w.title} {w.address} {w.number}"
    return " ".join(_pairs(text) + _runs(text))


@dataclass(frozen=True, slots=True)
class Took:
    """Records, and the seconds until they were durable and until they were complete: by the clock, and of CPU here.

    On a busy machine the CPU's seconds are the steadier ones; they leave out what the server does.
    """

    n: int
    durable_s: float
    complete_s: float
    durable_cpu_s: float = 0.0
    complete_cpu_s: float = 0.0


@contextmanager
def file_server(folder: Path) -> Generator[str]:
    """Serves files from a process of its own."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            port = re.search(r"port (\d+)", server.stdout.readline())
            assert port is not None
            yield f"http://127.0.0.1:{port[1]}"
        finally:
            server.terminate()


def first_sync(urls: list[str], path: Path) -> Took:
    """Rows first; indexes and search at the end."""
    return _bootstrap(urls, path, live=False)


def live(urls: list[str], path: Path) -> Took:
    """Rows, indexes and search in the same transactions."""
    return _bootstrap(urls, path, live=True)


def _bootstrap(urls: list[str], path: Path, *, live: bool) -> Took:
    for old in path.parent.glob(path.name + "*"):
        old.unlink()
    began, began_cpu = perf_counter(), process_time()
    run = _open(path)
    n, top = 0, 0
    if live:
        _index(run)
    batch: list[tuple[object, ...]] = []

    def flush() -> None:
        nonlocal top
        run("BEGIN IMMEDIATE")
        run.many(_PUT, batch)
        if live:
            run(_FILL_SEARCH, (top,))
            top = run("SELECT max(rid) FROM cases").fetchone()[0]
        run("COMMIT")
        batch.clear()

    with requests.Session() as session:
        for rows in (rows for url in urls for rows in _read(session, url)):
            for row in rows:
                k = _columns(row.r)
                batch.append((row.id, row.v, row.b, k.state, k.pack, k.assignee, k.due_at, k.opened_at, bytes(row.r)))
            n += len(rows)
            if len(batch) >= _BATCH:
                flush()
    flush()
    run("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    durable, durable_cpu = perf_counter() - began, process_time() - began_cpu
    if not live:
        run("BEGIN IMMEDIATE")
        _index(run)
        run(_FILL_SEARCH, (0,))
        run("COMMIT")
        run("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    complete, complete_cpu = perf_counter() - began, process_time() - began_cpu
    assert run("SELECT count(*) FROM cases").fetchone()[0] == n
    assert run("SELECT count(*) FROM words WHERE words MATCH '井盖'").fetchone()[0] > 0
    run.close()
    return Took(n, durable, complete, durable_cpu, complete_cpu)


class _Run:
    """A connection that is called with a statement."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.many: Callable[[str, list[tuple[object, ...]]], Any] = connection.executemany
        self.close: Callable[[], None] = connection.close

    def __call__(self, statement: str, values: tuple[object, ...] = ()) -> Any:
        return self._connection.execute(statement, values)


def _open(path: Path) -> _Run:
    driver: Any = sqlcipher3.dbapi2
    connection = driver.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{'6b' * 32}'\"")
    connection.create_function("words_of", 1, _words_of, deterministic=True)
    run = _Run(connection)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-65536", "temp_store=MEMORY"):
        run(f"PRAGMA {pragma}")
    run("CREATE TABLE cases(rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, ver INT, bucket TEXT, state TEXT, "
        "pack TEXT, assignee TEXT, due_at TEXT, opened_at TEXT, rec BLOB)")  # fmt: skip
    return run


def _index(run: _Run) -> None:
    for statement in (*_INDEXES, _SEARCH):
        run(statement)


def _read(session: requests.Session, url: str) -> Iterator[list[Row]]:
    """The rows of one page file, checked against its trailer."""
    sha, n, rest = hashlib.sha256(), 0, b""
    with session.get(url, stream=True, timeout=60) as response:
        response.raise_for_status()
        reader = zstandard.ZstdDecompressor().stream_reader(response.raw, read_size=128 * 1024)
        is_first = True
        for piece in iter(functools.partial(reader.read, _CHUNK), b""):
            head, newline, rest_of = (rest + piece).rpartition(b"\n")
            rest = rest_of
            block = head + newline
            sha.update(block)
            if is_first and block:
                block, is_first = block.partition(b"\n")[2], False
            rows = _rows(block)
            n += len(rows)
            yield rows
    trailer = msgspec.json.decode(rest, type=PageTrailer)
    sha.update(trailer.end)
    assert trailer.sha256 == sha.hexdigest(), "torn"


def pages(database: Path, buckets: list[str]) -> Took:
    """Stored rows read in order, put into lines, hashed and compressed; one page for each bucket, not sent."""
    connection = sqlite3.connect(database)
    began = perf_counter()
    n = 0
    for bucket in buckets:
        found = connection.execute(
            "SELECT seq, id, ver, kind, payload FROM record WHERE bucket = ? AND seq > 0 ORDER BY seq", (bucket,)
        )
        sha, zstd = hashlib.sha256(), zstandard.ZstdCompressor(level=1).compressobj()
        while rows := found.fetchmany(400):
            n += len(rows)
            block = b"".join(
                b'{"b":"%b","s":%d,"id":"%b","v":%d,"k":"%b","r":%b}\n'
                % (bucket.encode(), seq, record.encode(), ver, kind.encode(), payload)
                for seq, record, ver, kind, payload in rows
            )
            sha.update(block)
            zstd.compress(block)
        zstd.flush()
    seconds = perf_counter() - began
    connection.close()
    return Took(n, 0.0, seconds)


@contextmanager
def one_row(path: Path) -> Generator[Callable[[bytes], float]]:
    """Gives a function that writes one row durably into an encrypted file and returns the seconds it took."""
    run = _open(path)
    run("PRAGMA synchronous=FULL")
    run("CREATE TABLE edits(n INTEGER PRIMARY KEY, body BLOB)")

    def write(body: bytes) -> float:
        began = perf_counter()
        run("BEGIN IMMEDIATE")
        run("INSERT INTO edits(body) VALUES (?)", (body,))
        run("COMMIT")
        return perf_counter() - began

    yield write
    run.close()
