"""Those who speak for a room itself: accounts of bots that the house brings along.

They are members of no room and sign in nowhere: what they say in a room, its settings or its people
have set up. Knows their ids and names; that they are there is the business of `accounts`.
"""

from __future__ import annotations

from typing import NamedTuple


class HouseBot(NamedTuple):
    """A bot of the house."""

    id: str
    username: str
    """As it is called unless somebody else is."""
    name: str


REMINDER = HouseBot("p_reminder", "reminder", "Reminder")
WELCOME = HouseBot("p_welcome", "welcome", "Welcome")
HOUSE: dict[str, HouseBot] = {bot.id: bot for bot in (REMINDER, WELCOME)}
