"""A workshop: hands and go-rounds are switched on, and guests are welcome."""

from __future__ import annotations

from rooms.kinds.base import Kind

KIND = Kind(
    name="workshop",
    about="Hands and go-rounds are switched on; guests can be let in by a pass.",
    suggests={"access": "request"},
    tools=("hands", "round"),
)
