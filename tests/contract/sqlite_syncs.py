"""Counts how often SQLite syncs, in this process, and lets syncs wait or fail: a layer in its VFS.

The default VFS is asked to open files as ever, but what it opens gets our `xSync`, which counts and
calls theirs (https://sqlite.org/vfs.html). Needs nothing but the interpreter's own SQLite.
"""

from __future__ import annotations

import _sqlite3
import ctypes
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_void_p
from typing import Any

IOERR_FSYNC = 1034
"""`SQLITE_IOERR_FSYNC`."""
MAIN_DB, WAL = 0x100, 0x80000
"""What a file is opened as: `SQLITE_OPEN_MAIN_DB`, `SQLITE_OPEN_WAL`."""


class _Methods(Structure):
    """The head of `sqlite3_io_methods`; what follows is copied as it stands."""

    _fields_ = (
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", c_void_p),
        ("truncate", c_void_p),
        ("sync", c_void_p),
        ("rest", c_void_p * 13),
    )


class _File(Structure):
    """`sqlite3_file`."""

    _fields_ = (("methods", POINTER(_Methods)),)


_SYNC = CFUNCTYPE(c_int, POINTER(_File), c_int)
_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, POINTER(_File), c_int, POINTER(c_int))


class _Vfs(Structure):
    """The head of `sqlite3_vfs`."""

    _fields_ = (
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
    )


Before = Callable[[int], int]
"""Called before a sync with what the file was opened as; what is not 0 fails it with that code."""

_kept: list[Any] = []
"""Callbacks and tables that open files may still point to: never freed."""


@contextmanager
def counted(before: Before = lambda _: 0) -> Iterator[Counter[int]]:
    """Syncs of files opened from here on, by what they were opened as."""
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = POINTER(_Vfs)
    vfs = library.sqlite3_vfs_find(None).contents
    syncs: Counter[int] = Counter()
    theirs = vfs.open
    opens = _OPEN(theirs)

    def open_file(own: Any, name: Any, file: Any, flags: int, given: Any) -> int:
        result = int(opens(own, name, file, flags, given))
        if result == 0 and file.contents.methods:
            file.contents.methods = ctypes.pointer(_counting(file, flags, syncs, before))
        return result

    ours = _OPEN(open_file)
    _kept.append(ours)
    vfs.open = ctypes.cast(ours, c_void_p).value
    try:
        yield syncs
    finally:
        vfs.open = theirs


def _counting(file: Any, flags: int, syncs: Counter[int], before: Before) -> _Methods:
    """The file's methods with a `sync` that counts."""
    methods = _Methods.from_buffer_copy(file.contents.methods.contents)
    sync = _SYNC(methods.sync)
    kind = flags & (MAIN_DB | WAL)

    def count(same: Any, how: int) -> int:
        failed = before(kind)
        if not failed:
            failed = int(sync(same, how))
            syncs[kind] += failed == 0
        return failed

    counting = _SYNC(count)
    methods.sync = ctypes.cast(counting, c_void_p).value
    _kept.extend((counting, methods))
    return methods
