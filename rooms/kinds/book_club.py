"""A book club: messages may speak of a chapter, and who has not reached it sees them folded."""

from __future__ import annotations

from rooms.kinds.base import Kind

KIND = Kind(
    name="book_club",
    about="Read together: what speaks of a chapter is folded for whoever has not reached it.",
    tools=("book",),
)
