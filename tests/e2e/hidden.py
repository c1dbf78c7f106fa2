"""A room that one cannot see, and every request that names something in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from protocol import commands as c
from protocol.ids import facilitators_stream
from tests.e2e.town import Town

SECRET = "CanaryOfTheInnerCircle"


@dataclass
class Private:
    """A room that one cannot see, with everything in it that could leak."""

    room: str
    message: str
    thread: str
    reply: str
    pinned: str
    people: list[str]


def private_room(town: Town, **settings: Any) -> Private:
    ana, ben = town.person("Ana"), town.person("Ben")
    if settings.pop("direct", False):
        room = town.do(ana, c.OpenDirectRoom(people=[ben])).result["room"]
    else:
        room = town.room(ana, name=SECRET, access="invite", purpose=SECRET, **settings)
        town.do(ana, c.InviteToRoom(room=room, people=[ben]))
        town.do(ben, c.JoinRoom(room=room))
    thread = town.post(ana, room, f"{SECRET} root")
    message, pinned = town.post(ben, room, f"{SECRET} one"), town.post(ana, room, SECRET)
    town.do(ana, c.PinMessage(message=pinned))
    reply = town.post(ben, room, f"{SECRET} reply", thread=thread)
    return Private(room, message, thread, reply, pinned, [ana, ben])


def everything(p: Private) -> list[tuple[str, dict[str, Any]]]:
    """Every request that names the room, a message of it, or its desk."""
    desk, message = facilitators_stream(p.room), p.message
    return [
        ("room.snapshot", {"room": p.room}),
        ("room.snapshot", {"room": p.room, "around": 1}),
        ("history.page", {"room": p.room}),
        ("history.page", {"room": p.room, "before": 3}),
        ("history.page", {"room": p.room, "thread": p.thread}),
        ("thread.snapshot", {"thread": p.thread}),
        ("message.get", {"message": message}),
        ("message.get", {"message": p.reply}),
        ("room.desk", {"room": p.room}),
        ("events.page", {"stream": p.room}),
        ("events.page", {"stream": desk}),
        ("message.post", {"room": p.room, "body": "let me in"}),
        ("message.post", {"room": p.room, "body": "let me in", "thread": p.thread}),
        ("message.edit", {"message": message, "body": "mine"}),
        ("message.delete", {"message": message}),
        ("message.pin", {"message": message}),
        ("message.unpin", {"message": p.pinned}),
        ("reaction.add", {"message": message, "emoji": "👍"}),
        ("reaction.remove", {"message": message, "emoji": "👍"}),
        ("read.mark", {"room": p.room, "no": 1}),
        ("read.unread", {"room": p.room, "no": 1}),
        ("thread.follow", {"thread": p.thread}),
        ("thread.read", {"thread": p.thread, "no": 1}),
        ("room.join", {"room": p.room}),
        ("room.leave", {"room": p.room}),
        ("room.change", {"room": p.room, "name": "mine"}),
        ("room.change", {"room": p.room, "access": "open"}),
        ("room.archive", {"room": p.room}),
        ("room.restore", {"room": p.room}),
        ("room.invite", {"room": p.room, "people": p.people}),
        ("room.admit", {"room": p.room, "person": p.people[1]}),
        ("room.decline", {"room": p.room, "person": p.people[1]}),
        ("room.remove", {"room": p.room, "person": p.people[1]}),
        ("room.role", {"room": p.room, "person": p.people[1], "role": "facilitator"}),
    ]
