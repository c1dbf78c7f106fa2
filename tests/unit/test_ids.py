"""Ids: their alphabet sorts as their bits do, and says nothing else."""

from __future__ import annotations

import base64
import os
import re
from unittest.mock import patch

from tertulia_bot.marks import new_mark

from protocol.ids import new_id


def test_ids_are_base32hex_of_time_and_chance() -> None:
    for ms in (0, 1, 1_700_000_000_000, 2**48 - 1):
        for chance in (bytes(10), b"\xff" * 10, os.urandom(10)):
            with patch("os.urandom", lambda _, given=chance: given):
                made = new_id("m", ms)
            whole = base64.b32hexencode(ms.to_bytes(6, "big") + chance).decode()
            assert made == "m_" + whole.rstrip("=").lower()


def test_ids_sort_by_time() -> None:
    times = [0, 1, 31, 32, 1_700_000_000_000, 1_700_000_000_001, 2**48 - 1]
    made = [new_id("m", ms) for ms in times]
    assert made == sorted(made)


def test_marks_of_the_sdk_begin_with_the_time() -> None:
    with patch("time.time_ns", lambda: 1_700_000_000_000_999_999):
        one, other = new_mark(), new_mark()
    assert one[:12] == other[:12] == f"{1_700_000_000_000:012x}"
    assert one != other
    assert re.fullmatch("[0-9a-f]{32}", one)
