"""Damages pages of an encrypted file, and finds out which pages a statement reads."""

from pathlib import Path

from gridclient.store.cipher import CacheDamaged, CacheUnreadable, open_engine

PAGE = 4096
SCHEMA = "SELECT sql FROM sqlite_master"  # without these pages nobody knows where a table begins


def damaged(whole: bytes, *pages: int) -> bytes:
    """The bytes of a file with these pages, counted from 0, altered."""
    data = bytearray(whole)
    for page in pages:
        data[page * PAGE + 2000] ^= 0xFF
    return bytes(data)


def pages_of(path: Path, key: bytes, statement: str) -> list[int]:
    """The pages without which a statement cannot be answered; the file must be closed."""
    whole = path.read_bytes()
    found: list[int] = []
    for page in range(1, len(whole) // PAGE):
        path.write_bytes(damaged(whole, page))
        if not can_answer(path, key, statement):
            found.append(page)
    path.write_bytes(whole)
    return found


def can_answer(path: Path, key: bytes, statement: str) -> bool:
    """Whether a statement meets no damaged page."""
    try:
        engine = open_engine(path, key)
    except CacheUnreadable:
        return False
    try:
        with engine.connect() as connection, connection.begin():
            connection.exec_driver_sql(statement).all()
    except CacheDamaged:
        return False
    finally:
        engine.dispose()
    return True
