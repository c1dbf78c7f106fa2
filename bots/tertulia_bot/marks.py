"""Marks under which a command happens once."""

from __future__ import annotations

import os
import time


def new_mark() -> str:
    """48 bits of Unix milliseconds and 80 random bits, as 32 hexadecimal digits: what is sent in
    one moment stands side by side in the server's index, which costs it less."""
    return f"{time.time_ns() // 1_000_000:012x}{os.urandom(10).hex()}"
