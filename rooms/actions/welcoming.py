"""Who is to be greeted in a room: whoever comes in the same minute, together.

A class of thirty is one greeting, not thirty. What it says is the bot's (`bots/house/welcome.py`).
"""

from __future__ import annotations

from rooms import policy
from rooms.facts import Facts
from rooms.house import WELCOME
from rooms.model import Decision, Record, RoomFacts
from rooms.records import Schedule
from rooms.tools import welcome

GREET = "house.greet"
"""The job that ends the minute; its key is the room."""
CAME = "house.came"
"""The job that tells the bot who came: its payload names them."""
WAITS = 60 * 1_000_000
"""Microseconds from the first who comes to the greeting."""


def greeting(room: RoomFacts, now: int) -> list[Record]:
    """What follows from somebody coming in."""
    if welcome.NAME not in room.options.tools:
        return []
    return [Schedule(kind=GREET, key=room.id, at=now + WAITS, keep=True)]


def gathered(facts: Facts, room_id: str, since: int) -> Decision:
    """The minute is over: who came since then (microseconds since 1970) stands fast from here on,
    under the room's lock, and whoever comes later begins another minute."""
    room = facts.room(room_id)
    if room is None or welcome.NAME not in room.options.tools:
        return Decision()
    if policy.house_refusal(room, facts.person(WELCOME.id), facts.clock()) is not None:
        return Decision()
    came = facts.came_since(room_id, since, welcome.MOST)
    if not came:
        return Decision()
    told = {"room": room_id, "came": list(came)}
    key = f"{room_id} {facts.now}"
    return Decision(records=[Schedule(kind=CAME, key=key, at=facts.now, payload=told)])
