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
    offers: tuple[tuple[str, str, str], ...] = ()
    """Its slash commands, as its program has them: name, hint, help."""
    quotes: bool = False
    """Whether it says what people wrote: then rules look at it, and it goes with their account."""


REMINDER = HouseBot("p_reminder", "reminder", "Reminder", tool="reminder")
WELCOME = HouseBot("p_welcome", "welcome", "Welcome", tool="welcome")
_POLL = ("poll", '"Which day?" Monday | Tuesday', "Asks the room, by name or anonymously")
POLL = HouseBot("p_poll", "poll", "Poll", tool="poll", offers=(_POLL,), quotes=True)
HOUSE: dict[str, HouseBot] = {bot.id: bot for bot in (REMINDER, WELCOME, POLL)}

ASKED = "house.asked"
"""The job that tells a bot of the house what was asked of it; its key is the interaction."""


def offering(name: str, tools: tuple[str, ...]) -> tuple[str, ...]:
    """The bots of the house that offer a slash command in a room with these tools."""
    return tuple(
        bot.id
        for bot in HOUSE.values()
        if bot.tool in tools and any(name == offer[0] for offer in bot.offers)
    )


def speaks(person: str, tools: tuple[str, ...]) -> bool:
    """Whether this is a bot of the house, and a room with these tools has it switched on."""
    return person in HOUSE and HOUSE[person].tool in tools
