"""Announcements: facilitators post, everybody may react and ask in threads."""

from __future__ import annotations

from rooms.kinds.base import Kind

KIND = Kind(
    name="announcements",
    about="Facilitators post; everybody may react and ask in threads.",
    fixed={"posting": "facilitators"},
)
