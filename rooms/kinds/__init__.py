"""Kinds of rooms: what a room is meant for. One file a kind, one row here.

A kind is data: what it changes is asked by the actions and the policy, who know no kind by name.
"""

from __future__ import annotations

from rooms.kinds import (
    announcements,
    book_club,
    conversation,
    forum,
    mentorship,
    project_team,
    teacher_circle,
    workshop,
)
from rooms.kinds.base import Kind

_OPENED = (
    conversation, announcements, book_club, project_team, teacher_circle, mentorship, workshop,
    forum,
)  # fmt: skip
KINDS: dict[str, Kind] = {module.KIND.name: module.KIND for module in _OPENED}


def kind_of(name: str) -> Kind:
    """A kind by its name; one that this release does not know is a conversation."""
    return KINDS.get(name, conversation.KIND)
