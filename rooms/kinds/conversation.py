"""A conversation: people talk, in one column and in threads."""

from __future__ import annotations

from rooms.kinds.base import Kind

KIND = Kind(
    name="conversation",
    about="People talk, in one column and in threads.",
)
