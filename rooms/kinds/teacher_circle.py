"""A teacher circle: by invitation, in no directory, without guests; what is said stays there.

None of it can be switched off in the room: people speak differently where it could be."""

from __future__ import annotations

from rooms.kinds.base import Kind

KIND = Kind(
    name="teacher_circle",
    about="By invitation and listed nowhere, without guests; one sees what is said after joining.",
    fixed={"access": "invite", "history": "joining"},
    guests=False,
    sealed=True,
)
