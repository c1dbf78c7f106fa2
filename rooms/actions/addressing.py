"""Whether a text is meant for a bot of the house: asked for every post where one is switched on.

Knows nothing of what the bot will make of it (`bots/house/`).
"""

from __future__ import annotations

import re

from rooms.facts import Facts
from rooms.house import POLL, REMINDER, HouseBot
from rooms.model import Record, Standing
from rooms.records import Schedule

HEAR = "house.hear"
"""The job that tells a bot of the house what was said to it; its key is the message."""
CALLED: tuple[tuple[HouseBot, re.Pattern[str]], ...] = (
    (
        REMINDER,
        re.compile(
            r"\s*(?:<@p_reminder>|@reminder\b|(?:please\s+)?remind\s+"
            r"(?:us|me|everyone|everybody|all|the\s+(?:room|group|class|team)|this\s+room)\b)",
            re.IGNORECASE,
        ),
    ),
    (POLL, re.compile(r"\s*(?:<@p_poll>|[@!]poll\b)", re.IGNORECASE)),
)
"""How what is said to a bot begins."""
LONGEST = 600
"""Longer texts are no words to a bot."""


def named_after(message: str) -> str:
    """The id of the reminder that a message asked for: so no table leads from one to the other."""
    return "q" + message[1:]


def addressed(facts: Facts, said_by: Standing, body: str, thread: str | None) -> HouseBot | None:
    """The bot that a person's text is meant for. In the thread of a reminder it may be without its
    being named."""
    tools = said_by.room.options.tools
    if not tools or len(body) > LONGEST or said_by.person.role == "bot":
        return None
    for bot, pattern in CALLED:
        if bot.tool in tools and pattern.match(body):
            return bot
    if thread is None or REMINDER.tool not in tools:
        return None
    return None if facts.planned(named_after(thread)) is None else REMINDER


def heard(bot: HouseBot, message: str, at: int) -> Record:
    """The job that tells it."""
    return Schedule(kind=HEAR, key=message, at=at, payload={"bot": bot.id})
