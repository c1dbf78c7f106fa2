"""Held posts and the settings of moderation, from the facilitators' and the authors' streams.

A held post is written from the event in its author's stream; that in the facilitators' adds what
only they are told.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, insert, update

from protocol.events import HeldChanged, HeldSettled, ModerationChanged, PostHeld
from protocol.ids import ADMINS, COMMUNITY, room_of_facilitators_stream
from storage import codec
from storage.streams import StoredEvent
from storage.tables import HELD, MODERATION
from storage.upsert import put

_held = msgspec.json.Decoder(PostHeld)
_changed = msgspec.json.Decoder(HeldChanged)
_settled = msgspec.json.Decoder(HeldSettled)
_moderation = msgspec.json.Decoder(ModerationChanged)


def held(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """It waits."""
    for event in events:
        post = _held.decode(event.data)
        if room_of_facilitators_stream(event.stream):
            found = {"why": post.why, "rule": post.rule, "matched": post.matched}
            _update(connection, post.id, desk_seq=event.seq, **found)
            continue
        connection.execute(
            insert(HELD),
            {
                "id": post.id, "room_id": post.room, "author_id": post.author,
                "thread_id": post.thread or "", "message_id": post.message or "",
                "quote_id": post.quote.message if post.quote else "",
                "quote_room": post.quote.room if post.quote else "",
                "client_id": post.client_id, "body": post.body, "at": event.at,
                "unit": codec.unit(post.unit), "title": post.title,
                "state": "waiting", "own_seq": event.seq, "desk_seq": 0,
                "why": "", "rule": "", "matched": "", "reason": "",
            },
        )  # fmt: skip


def _update(connection: Connection, held: str, **values: object) -> None:
    connection.execute(update(HELD).where(HELD.c.id == held).values(**values))


def changed(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Written anew while it waits."""
    for event in events:
        post = _changed.decode(event.data)
        if room_of_facilitators_stream(event.stream):
            found = {"why": post.why, "rule": post.rule, "matched": post.matched}
            _update(connection, post.id, desk_seq=event.seq, **found)
        else:
            _update(connection, post.id, body=post.body, title=post.title, own_seq=event.seq)


def settled(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """It waits no longer; only a declined text is kept, for the facilitators."""
    for event in events:
        if room_of_facilitators_stream(event.stream):
            continue
        post = _settled.decode(event.data)
        values: dict[str, object] = {"state": post.how}
        if post.how != "declined":
            values |= {"body": None, "title": None, "matched": ""}
        if post.how != "expired":
            values |= {"settled_at": event.at, "settled_by": event.actor, "reason": post.reason}
        _update(connection, post.id, **values)


def moderation(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Settings of a room or of the community."""
    for event in events:
        place = COMMUNITY if event.stream == ADMINS else room_of_facilitators_stream(event.stream)
        data = codec.dump(_moderation.decode(event.data).moderation)
        put(connection, MODERATION, {"place": place, "data": data})


PROJECTORS = {
    "post.held": held,
    "post.changed": changed,
    "post.settled": settled,
    "moderation.changed": moderation,
}
