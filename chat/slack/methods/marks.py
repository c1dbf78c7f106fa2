"""`reactions.*` and `pins.*`: what hangs on messages."""

from __future__ import annotations

from bots.slack import emoji, ids, objects
from bots.slack.errors import SlackError
from chat.slack.base import Call, Methods, Struct
from protocol import commands as c
from protocol.views import RoomSnapshot
from rooms.cards import microseconds


async def _named(call: Call) -> tuple[str, str]:
    """The message and the emoji that a call names."""
    name = call.args.text("name", "")
    if not name:
        raise SlackError("no_reaction")
    return (await call.message("timestamp")).id, emoji.char(name)


async def add(call: Call) -> Struct:
    """reactions.add"""
    message, char = await _named(call)
    outcome = await call.do(c.AddReaction(message=message, emoji=char))
    if outcome.seq is None:
        raise SlackError("already_reacted")
    return {}


async def remove(call: Call) -> Struct:
    """reactions.remove"""
    message, char = await _named(call)
    outcome = await call.do(c.RemoveReaction(message=message, emoji=char))
    if outcome.seq is None:
        raise SlackError("no_reaction")
    return {}


async def get(call: Call) -> Struct:
    """reactions.get"""
    room = call.room_id()
    page = await call.page_at(room, call.args.time("timestamp"))
    [shown] = await call.shown(page, await call.root_ts(page.messages[0]))
    return {"type": "message", "channel": call.args.text("channel"), "message": shown}


async def listing(call: Call) -> Struct:
    """reactions.list"""
    person = call.person_id() if call.args.has("user") else call.me
    overview = await call.overview()
    found: list[Struct] = []
    for entry in overview.rooms[:_ROOMS]:
        if entry.me.state != "member":
            continue
        page = await call.ask(c.GetHistory(room=entry.room.id, limit=_NEWEST))
        shown = await call.shown(page)
        for message, struct in zip(page.messages, shown, strict=True):
            if any(person in people for people in message.reactions.values()):
                channel = objects.channel_id(entry.room)
                found.append({"type": "message", "channel": channel, "message": struct})
    return {"items": found, "response_metadata": {"next_cursor": ""}}


_ROOMS, _NEWEST = 20, 50
"""`reactions.list` looks into so many rooms, and there at so many of the newest messages."""


async def pin(call: Call) -> Struct:
    """pins.add"""
    outcome = await call.do(c.PinMessage(message=(await call.message("timestamp")).id))
    if outcome.seq is None:
        raise SlackError("already_pinned")
    return {}


async def unpin(call: Call) -> Struct:
    """pins.remove"""
    outcome = await call.do(c.UnpinMessage(message=(await call.message("timestamp")).id))
    if outcome.seq is None:
        raise SlackError("no_pin")
    return {}


async def pins(call: Call) -> Struct:
    """pins.list"""
    found: RoomSnapshot = await call.room()
    people = {person.id: person for person in found.people}
    items = [
        {
            "type": "message",
            "channel": call.args.text("channel"),
            "created": microseconds(message.at) // ids.SECOND,
            "created_by": ids.user(message.author),
            "message": objects.message(message, people),
        }
        for message in found.pins
    ]
    return {"items": items}


METHODS: Methods = {
    "reactions.add": add,
    "reactions.remove": remove,
    "reactions.get": get,
    "reactions.list": listing,
    "pins.add": pin,
    "pins.remove": unpin,
    "pins.list": pins,
}
