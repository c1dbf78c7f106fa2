"""Those who speak for a room itself: accounts of bots that the house brings along.

They are members of no room and sign in nowhere. They speak where a room has their tool switched on,
as the policy says of their hat. Knows their ids and names; what they say is theirs (`bots/house/`).
"""

from __future__ import annotations

from typing import NamedTuple


class HouseBot(NamedTuple):
    """A bot of the house."""

    id: str
    username: str
    """As it is called unless somebody else is."""
    name: str
    tool: str
    """The switch in a room's settings."""


REMINDER = HouseBot("p_reminder", "reminder", "Reminder", tool="reminder")
WELCOME = HouseBot("p_welcome", "welcome", "Welcome", tool="welcome")
HOUSE: dict[str, HouseBot] = {bot.id: bot for bot in (REMINDER, WELCOME)}

ASKED = "house.asked"
"""The job that tells a bot of the house what was asked of it; its key is the interaction."""


def speaks(person: str, tools: tuple[str, ...]) -> bool:
    """Whether this is a bot of the house, and a room with these tools has it switched on."""
    return person in HOUSE and HOUSE[person].tool in tools
