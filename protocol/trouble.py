"""What is wrong with somebody's bots, as the overview tells it."""

from __future__ import annotations

import msgspec


class BotTrouble(msgspec.Struct, frozen=True, kw_only=True):
    """A bot that the reader answers for, and that could not be told of events at its address."""

    bot: str
    name: str
    letters: int
    """Events that were given up and neither sent again nor let go."""
    paused: bool
    """Nothing is sent until somebody says so."""
    why: str
    """How the last attempt failed; empty where it goes well again."""
    since: str
