"""Copies of a text in unused parts of a database's file, as SQLite leaves them behind."""

from __future__ import annotations

from pathlib import Path

import pytest


def leave_behind(path: Path, said: bytes) -> None:
    """Write between the head and the cells of a leaf of an index, as SQLite does when it rebuilds
    a page (https://sqlite.org/fileformat2.html#b_tree_pages); the emptiest, which is not touched
    soon. Nobody may have the file open."""
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    found: list[tuple[int, int]] = []
    for page in range(size, len(content), size):
        cells = int.from_bytes(content[page + 3 : page + 5], "big")
        begin = page + 8 + 2 * cells
        end = page + int.from_bytes(content[page + 5 : page + 7], "big")
        if content[page] == 0x0A and begin + len(said) < end:
            found.append((cells, begin))
    if not found:
        pytest.fail("no leaf with room in it")
    _, begin = min(found)
    content[begin : begin + len(said)] = said
    path.write_bytes(content)


def holding(folder: Path, said: bytes) -> list[str]:
    """The files of a folder that hold these bytes anywhere."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if said in path.read_bytes()]
