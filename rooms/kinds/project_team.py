"""A project team: decisions and action items stand beside the talk they came from."""

from __future__ import annotations

from rooms.kinds.base import Kind

KIND = Kind(
    name="project_team",
    about="Decisions, and who does what by when, beside the talk they came from.",
    tools=("tasks",),
)
