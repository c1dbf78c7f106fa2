"""What the bots of the house are told: what was said to them, asked of them, who came.

Read when it is told, as events of the protocol: nothing is told of what is gone by then, or where
the room has the bot switched off (promises P5, P8).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from protocol.views import Person
from rooms import policy
from rooms.cards import person_card
from rooms.house import HOUSE, WELCOME, HouseBot, speaks
from rooms.model import PersonFacts
from storage import streams
from storage.queries.reading import Reading


class Told(NamedTuple):
    """What a bot is told: events as the protocol has them, and the cards of who is spoken of."""

    bot: HouseBot
    there: bool
    """Whether it has its account."""
    events: list[dict[str, Any]]
    people: list[Person]


def heard(connection: Connection, message: str, bot: str) -> Told | None:
    """A message, for the bot that it is meant for."""
    reading = Reading(connection, bot)
    found = reading.facts.message(message)
    if found is None or found.deleted or not found.body:
        return None
    author = reading.facts.person(found.author)
    if author is None or author.role == "bot" or not _may_speak(reading, bot, found.room):
        return None
    data = {"id": found.id, "author": found.author, "body": found.body}
    if found.thread:
        data["thread"] = found.thread
    event = {
        "kind": "message.posted", "stream": found.room, "seq": found.posted_seq, "no": found.no,
        "actor": found.author, "data": data,
    }  # fmt: skip
    return _told(reading, HOUSE[bot], [event], [author])


def asked(connection: Connection, interaction: str) -> Told | None:
    """A button, a form or a command, for the bot that it was asked of; None once it answered."""
    reading = Reading(connection, "")
    found = reading.facts.interaction(interaction)
    if found is None or found.answers or not _may_speak(reading, found.bot, found.room):
        return None
    [made] = streams.events_after(connection, found.bot, found.bot_seq - 1, found.bot_seq)
    event = {
        "kind": made.kind, "stream": made.stream, "seq": made.seq, "actor": found.person,
        "data": msgspec.json.decode(made.data),
    }  # fmt: skip
    person = reading.facts.person(found.person)
    return _told(reading, HOUSE[found.bot], [event], [person] if person else [])


def came(connection: Connection, room: str, people: Sequence[str]) -> Told | None:
    """Who came into a room, for the welcome."""
    reading = Reading(connection, WELCOME.id)
    if not _may_speak(reading, WELCOME.id, room):
        return None
    found = reading.facts.people(people)
    cards = [found[one] for one in people if one in found and found[one].status == "active"]
    events = [
        {
            "kind": "member.joined", "stream": room, "seq": 0, "actor": person.id,
            "data": {"person": msgspec.to_builtins(person_card(person))},
        }
        for person in cards
    ]  # fmt: skip
    return _told(reading, WELCOME, events, cards) if events else None


def _may_speak(reading: Reading, bot: str, room: str) -> bool:
    found = reading.facts.room(room)
    if found is None or not speaks(bot, found.options.tools):
        return False
    return policy.house_refusal(found, reading.facts.person(bot), reading.clock()) is None


def _told(
    reading: Reading, bot: HouseBot, events: list[dict[str, Any]], people: list[PersonFacts]
) -> Told:
    there = reading.facts.person(bot.id) is not None
    return Told(bot, there, events, [person_card(person) for person in people])
