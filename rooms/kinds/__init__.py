"""Kinds of rooms: what a room is meant for. One file a kind, one row here."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of room: its name on the wire and what it suggests for a new room's settings."""

    name: str
    posting: str
    access: str


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("conversation", "everyone", "open"),
        Kind("announcements", "facilitators", "open"),
    )
}
