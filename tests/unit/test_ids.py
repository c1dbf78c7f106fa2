"""Ids: their alphabet sorts as their bits do, and says nothing else."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from unittest.mock import patch

from tertulia_bot.marks import new_mark

from protocol.ids import new_id


def test_ids_are_base32hex_of_time_and_chance() -> None:
    for ms in (0, 1, 1_700_000_000_000, 2**48 - 1):
        for chance in (bytes(10), b"\xff" * 10, os.urandom(10)):
            with patch("protocol.ids._random", lambda given=chance: given):
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


def test_the_kernel_is_asked_for_many_at_once() -> None:
    """Each time it is asked the writer lets go of the interpreter."""
    with patch.object(os, "urandom", wraps=os.urandom) as asked:
        made = [new_id("m", 0) for _ in range(1_000)]
    assert len(set(made)) == 1_000
    assert asked.call_count <= 5


def test_a_forked_child_makes_other_ids() -> None:
    program = """
import os
from protocol.ids import new_id

new_id("m")
child = os.fork()
if child:
    os.waitpid(child, 0)
print(*[new_id("m", 0) for _ in range(300)], flush=True)
os._exit(0)
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    made = told.stdout.split()
    assert len(made) == len(set(made)) == 600
