"""People and the community's settings, from the events of the community's stream."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from accounts import names
from protocol.events import CommunityChanged, PersonChanged, PersonJoined
from rooms.cards import microseconds
from storage import codec
from storage.streams import StoredEvent
from storage.tables import COMMUNITY, PERSON
from storage.upsert import put

_joined = msgspec.json.Decoder(PersonJoined)
_changed = msgspec.json.Decoder(PersonChanged)
_community = msgspec.json.Decoder(CommunityChanged)


def community_changed(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Take over the settings; the first time they begin the community."""
    for event in events:
        settings = msgspec.structs.asdict(_community.decode(event.data).community)
        row = {"id": 1, **settings, "created_at": event.at}
        put(connection, COMMUNITY, row, keep=("created_at",))


def _put(connection: Connection, told: PersonJoined | PersonChanged, at: int) -> None:
    person = told.person
    row = {
        **msgspec.structs.asdict(person), "username_folded": names.folded(person.username),
        "name_folded": codec.folded(person.name), "created_at": at,
        "status_until": None if told.until is None else microseconds(told.until),
    }  # fmt: skip
    put(connection, PERSON, row, keep=("created_at",))


def person_joined(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Somebody new, or somebody who waited."""
    for event in events:
        _put(connection, _joined.decode(event.data), event.at)


def person_changed(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Take over the card."""
    for event in events:
        _put(connection, _changed.decode(event.data), event.at)


PROJECTORS = {
    "community.changed": community_changed,
    "person.joined": person_joined,
    "person.changed": person_changed,
}
