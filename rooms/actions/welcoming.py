"""The welcome in a room's talk: greets who came, by name, and says what the room is for.

Whoever comes in the same minute is greeted together, so that a class of thirty is one message. What
it says besides is the facilitators' (`rooms/tools/welcome.py`).
"""

from __future__ import annotations

from rooms import policy, topics
from rooms.actions.placing import Text, placed
from rooms.facts import Facts
from rooms.house import WELCOME
from rooms.model import Actor, Decision, Record, RoomFacts
from rooms.records import Schedule
from rooms.tools import welcome

GREET = "house.greet"
"""The job; its key is the room."""
WAITS = 60 * 1_000_000
"""Microseconds from the first who comes to the greeting."""
NAMED = 10
"""So many are greeted by name."""


def greeting(room: RoomFacts, now: int) -> list[Record]:
    """What follows from somebody coming in."""
    if welcome.NAME not in room.options.tools:
        return []
    return [Schedule(kind=GREET, key=room.id, at=now + WAITS, keep=True)]


def greet(facts: Facts, room_id: str, since: int) -> Decision:
    """Greet those who came since then, microseconds since 1970."""
    room = facts.room(room_id)
    if room is None or welcome.NAME not in room.options.tools:
        return Decision()
    if policy.house_refusal(room, facts.clock()) is not None:
        return Decision()
    came = facts.came_since(room_id, since, welcome.MOST)
    if not came:
        return Decision()
    state: welcome.Welcome = welcome.TOOL.read(facts.tool(room_id, welcome.NAME))
    house = Actor(WELCOME.id, "", frozenset({"write"}))
    body = _words(room, list(came), state.body)
    title = topics.headline(room, None, "Welcome")
    decision = placed(facts, house, Text(room=room_id, body=body, title=title))
    decision.result = None
    return decision


def _words(room: RoomFacts, people: list[str], body: str | None) -> str:
    shown = [f"<@{person}>" for person in people[:NAMED]]
    left = len(people) - len(shown)
    if left:
        shown.append(f"{left} others" if left > 1 else "one other")
    names = shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]
    purpose = f"This room is for: {room.purpose}" if room.purpose else ""
    return "\n\n".join(part for part in (f"Welcome, {names}!", purpose, body or "") if part)
