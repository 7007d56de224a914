"""A disk that forgets what nobody told it to keep: SQLite's own files, and a folder of plain ones.

Beneath SQLite lies a VFS of its own kind: everything goes to the real one, and at each sync it notes what the file was.
Of plain files `os.fsync` notes the same. What a power cut leaves is exactly these notes, the worst that a disk may do
that keeps its promise. The engine, its settings, the cipher and the files are real.
"""

import ctypes as c
import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import sqlcipher3._sqlite3 as driver  # pyright: ignore[reportMissingTypeStubs, reportMissingModuleSource]

# The name is passed on as the address that it is: SQLite keeps it, and reads what lies around it.
_OPEN = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_void_p, c.c_int, c.c_void_p)
_SYNC = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int)
_READ = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_int, c.c_int64)
_SIZE = c.CFUNCTYPE(c.c_int, c.c_void_p, c.POINTER(c.c_int64))
_LATER_CALLS = ("delete", "access", "full", "dlopen", "dlerror", "dlsym", "dlclose", "random", "sleep", "time", "error",
                "time64", "set_call", "get_call", "next_call")  # fmt: skip
_LATER_METHODS = ("lock", "unlock", "reserved", "control", "sector", "features", "shm_map", "shm_lock",
                  "shm_barrier", "shm_unmap", "fetch", "unfetch")  # fmt: skip


class _Vfs(c.Structure):
    """`sqlite3_vfs`, version 3."""

    _fields_ = (
        ("version", c.c_int), ("file_size", c.c_int), ("longest_path", c.c_int), ("next", c.c_void_p),
        ("name", c.c_char_p), ("data", c.c_void_p), ("open", _OPEN), *((name, c.c_void_p) for name in _LATER_CALLS),
    )  # fmt: skip


class _Methods(c.Structure):
    """`sqlite3_io_methods`, version 3."""

    _fields_ = (
        ("version", c.c_int), ("close", c.c_void_p), ("read", _READ), ("write", c.c_void_p),
        ("truncate", c.c_void_p), ("sync", _SYNC), ("size", _SIZE), *((name, c.c_void_p) for name in _LATER_METHODS),
    )  # fmt: skip


class _File(c.Structure):
    """`sqlite3_file`."""

    _fields_ = (("methods", c.POINTER(_Methods)),)


class Disk:
    """What was synced of each file since the disk was put beneath SQLite."""

    def __init__(self) -> None:
        self.kept: dict[Path, bytes] = {}
        self._paths: dict[int, Path] = {}
        self._methods: dict[int, tuple[_Methods, _Methods]] = {}  # by the address of the real ones
        library = c.CDLL(driver.__file__)
        library.sqlite3_vfs_find.restype = c.POINTER(_Vfs)
        self._library, self._real = library, library.sqlite3_vfs_find(None)
        self._vfs = _Vfs.from_buffer_copy(self._real.contents)
        self._vfs.name, self._vfs.next, self._vfs.open = b"forgetful", None, _OPEN(self._open)

    def insert(self) -> None:
        """From now on every file is opened through it."""
        assert self._library.sqlite3_vfs_register(c.byref(self._vfs), 1) == 0

    def remove(self) -> None:
        """Files are opened as before again."""
        assert self._library.sqlite3_vfs_unregister(c.byref(self._vfs)) == 0

    def cut_power(self, target: Path) -> None:
        """Writes what is left into a folder beside the files: each is what it was when it was synced last."""
        target.mkdir()
        for path, content in self.kept.items():
            if path.parent == target.parent and path.exists():  # SQLite syncs the folder when it deletes a journal
                (target / path.name).write_bytes(content)

    def _open(self, _vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
        code: int = self._real.contents.open(c.cast(self._real, c.c_void_p), name, file, flags, out)
        opened = _File.from_address(file)
        if code == 0 and name is not None and opened.methods:
            self._paths[file] = Path(c.string_at(name).decode())
            address = c.addressof(opened.methods.contents)
            if address not in self._methods:
                real = opened.methods.contents
                ours = _Methods.from_buffer_copy(real)
                ours.sync = _SYNC(partial(self._sync, real))
                self._methods[address] = (real, ours)
            opened.methods = c.pointer(self._methods[address][1])
        return code

    def _sync(self, real: _Methods, file: int, how: int) -> int:
        code: int = real.sync(file, how)
        self.kept[self._paths[file]] = _content(real, file)
        return code


def _content(real: _Methods, file: int) -> bytes:
    """A file through SQLite's own descriptor: closing another one would let go of its locks."""
    size = c.c_int64()
    assert real.size(file, c.byref(size)) == 0
    buffer = c.create_string_buffer(size.value)
    assert real.read(file, buffer, size.value, 0) == 0
    return buffer.raw


class Folder:
    """What was synced below a folder of plain files: each file's bytes, and by itself each folder's names."""

    def __init__(self, root: Path) -> None:
        self._root = root.stat().st_ino
        self._names: dict[int, dict[str, int]] = {}
        self._bytes: dict[int, bytes] = {}
        self._fsync = os.fsync
        for each in (root, *root.rglob("*")):
            self._note(each)

    def fsync(self, descriptor: int) -> None:
        """As `os.fsync`."""
        self._fsync(descriptor)
        self._note(Path(f"/proc/self/fd/{descriptor}").resolve())

    def _note(self, path: Path) -> None:
        number = path.stat().st_ino
        if path.is_dir():
            self._names[number] = {each.name: each.stat().st_ino for each in path.iterdir()}
        else:
            self._bytes[number] = path.read_bytes()

    def cut_power(self, target: Path) -> None:
        """Writes what is left into another folder; a file whose name was kept and whose bytes were not is empty."""
        self._lay(self._root, target)

    def _lay(self, number: int, target: Path) -> None:
        if number not in self._names:
            target.write_bytes(self._bytes.get(number, b""))
            return
        target.mkdir()
        for name, child in self._names[number].items():
            self._lay(child, target / name)


@contextmanager
def forgetful_disk() -> Generator[Disk]:
    """A disk beneath every SQLCipher file that is opened meanwhile."""
    disk = Disk()
    disk.insert()
    try:
        yield disk
    finally:
        disk.remove()
