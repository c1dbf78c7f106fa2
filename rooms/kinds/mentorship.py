"""A mentorship: two people, and if they want a coordinator, who sees when they last spoke.

The coordinator is no member: what the two say is as closed to them as to everybody else."""

from __future__ import annotations

from rooms.kinds.base import Kind

KIND = Kind(
    name="mentorship",
    about="Two people. A coordinator, if named, sees when they last spoke, never what.",
    fixed={"access": "invite", "history": "all", "posting": "everyone"},
    sealed=True,
    most=2,
    coordinator=True,
)
