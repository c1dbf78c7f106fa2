"""`conversations.*`: rooms, who is in them, and what to do about both."""

from __future__ import annotations

import base64
import binascii
from typing import Literal

from bots.slack import ids, objects
from bots.slack.errors import SlackError
from chat.slack.base import Call, Methods, Struct
from protocol import commands as c
from protocol import limits
from protocol.listings import MembersListing, RoomListing
from protocol.views import Overview, Room, RoomEntry
from rooms.errors import Refusal
from storage.queries import times

PAGE = 1_000
"""Rooms or people that one call lists at most."""
_TYPES = {
    "public_channel": "channel",
    "private_channel": "group",
    "im": "im",
    "mpim": "mpim",
}


def kinds(call: Call) -> set[str]:
    """The channel types that a call asks for."""
    wanted = call.args.names("types") or ["public_channel"]
    if unknown := [one for one in wanted if one not in _TYPES]:
        raise SlackError("invalid_types", response_metadata={"messages": unknown})
    return {_TYPES[one] for one in wanted}


def wrapped(place: str) -> str:
    """A place to go on from, as an opaque cursor."""
    return base64.urlsafe_b64encode(place.encode()).decode() if place else ""


def unwrapped(call: Call) -> str:
    """The place that a cursor names; empty for the beginning."""
    given = call.args.text("cursor", "")
    try:
        return base64.urlsafe_b64decode(given.encode()).decode()
    except (binascii.Error, ValueError) as error:
        raise SlackError("invalid_cursor") from error


def paged(what: str, found: list[Struct], following: str) -> Struct:
    """A page of a list, and where the next one begins."""
    return {what: found, "response_metadata": {"next_cursor": wrapped(following)}}


def mine(entry: RoomEntry) -> bool:
    """Whether the caller is in, not merely invited or waiting."""
    return entry.me.state == "member"


async def listing(call: Call) -> Struct:
    """conversations.list"""
    wanted, archived = kinds(call), not call.args.flag("exclude_archived")
    place = unwrapped(call)
    overview = await call.overview()
    inside = {entry.room.id: entry for entry in overview.rooms if mine(entry)}
    found: list[Struct] = []
    if not place:
        rooms = [e.room for e in inside.values() if archived or not e.room.archived]
        fitting = [room for room in rooms if objects.channel_type(room) in wanted]
        found = [call.channel(room, is_member=True) for room in fitting]
    following = ""
    if wanted & {"channel", "group"}:
        more, following = await _directory(call, overview, wanted, place)
        found += more
    return paged("channels", found, following)


async def _directory(
    call: Call, overview: Overview, wanted: set[str], place: str
) -> tuple[list[Struct], str]:
    """Rooms of the directory that the caller is not in, and where the next page begins."""
    if overview.me.role == "guest":
        return [], ""
    limit = call.args.number("limit", 100, PAGE)
    inside = {entry.room.id for entry in overview.rooms if mine(entry)}
    query = c.ListRooms(after=place or None, limit=min(limit, limits.PAGE))
    page: RoomListing = await call.ask(query)
    outside = [room for room in page.rooms if room.id not in inside]
    fitting = [room for room in outside if objects.channel_type(room) in wanted]
    return [call.channel(room, is_member=False) for room in fitting], page.next or ""


async def info(call: Call) -> Struct:
    """conversations.info"""
    found = await call.room()
    shown = call.channel(found.room, is_member=found.me is not None)
    if found.me is not None and found.page.messages:
        shown["latest"] = (await call.shown(found.page))[-1]
        shown["unread_count"] = max(0, found.head_no - found.me.read_no)
    return {"channel": shown}


async def members(call: Call) -> Struct:
    """conversations.members"""
    room, place = call.room_id(), unwrapped(call)
    limit = call.args.number("limit", 100, PAGE)
    found: list[str] = []
    while True:
        left = min(limit - len(found), limits.PAGE)
        page: MembersListing = await call.ask(
            c.ListMembers(room=room, after=place or None, limit=left)
        )
        found += [ids.user(member.person) for member in page.members]
        place = page.next or ""
        if not place or len(found) >= limit:
            break
    return {"members": found, "response_metadata": {"next_cursor": wrapped(place)}}


async def join(call: Call) -> Struct:
    """conversations.join"""
    room = call.room_id()
    outcome = await call.do(c.JoinRoom(room=room))
    if outcome.result.get("state") == "requested":
        raise SlackError("join_request_waits")
    found = await call.room()
    answer: Struct = {"channel": call.channel(found.room, is_member=True)}
    if outcome.seq is None:
        warning = "already_in_channel"
        answer |= {"warning": warning, "response_metadata": {"warnings": [warning]}}
    return answer


async def leave(call: Call) -> Struct:
    """conversations.leave"""
    try:
        await call.do(c.LeaveRoom(room=call.room_id()))
    except Refusal as error:
        if error.code != "not_a_member":
            raise
        return {"not_in_channel": True}
    return {}


async def opened(call: Call) -> Struct:
    """conversations.open"""
    if call.args.has("channel"):
        room, created = call.room_id(), False
    elif not call.args.names("users"):
        raise SlackError("users_list_not_supplied")
    else:
        outcome = await call.do(c.OpenDirectRoom(people=call.people_ids()))
        room, created = outcome.result["room"], outcome.result["created"]
    found = await call.ask(c.GetRoom(room=room, limit=1))
    whole = call.args.flag("return_im")
    shown = call.channel(found.room, is_member=True) if whole else {"id": _id(found.room)}
    more = {} if created else {"no_op": True, "already_open": True}
    return {"channel": shown} | more


def _id(room: Room) -> str:
    return objects.channel_id(room)


async def create(call: Call) -> Struct:
    """conversations.create"""
    access: Literal["invite", "open"] = "invite" if call.args.flag("is_private") else "open"
    if not call.args.has("name"):
        raise SlackError("invalid_name_required")
    command = c.OpenRoom(name=call.args.text("name"), access=access)
    outcome = await call.do(command)
    found = await call.ask(c.GetRoom(room=outcome.result["room"], limit=1))
    return {"channel": call.channel(found.room, is_member=True)}


async def invite(call: Call) -> Struct:
    """conversations.invite"""
    room = call.room_id()
    outcome = await call.do(c.InviteToRoom(room=room, people=call.people_ids()))
    if not outcome.result["invited"]:
        raise SlackError("already_in_channel")
    found = await call.room()
    return {"channel": call.channel(found.room, is_member=True)}


async def kick(call: Call) -> Struct:
    """conversations.kick"""
    person = call.person_id()
    if person == call.me:
        raise SlackError("cant_kick_self")
    await call.do(c.RemoveMember(room=call.room_id(), person=person))
    return {}


async def set_topic(call: Call) -> Struct:
    """conversations.setTopic"""
    return await _say_purpose(call, "topic")


async def set_purpose(call: Call) -> Struct:
    """conversations.setPurpose"""
    return await _say_purpose(call, "purpose")


async def _say_purpose(call: Call, name: str) -> Struct:
    purpose = call.args.text(name, "")
    await call.do(c.ChangeRoom(room=call.room_id(), purpose=purpose))
    found = await call.room()
    return {name: purpose, "channel": call.channel(found.room, is_member=True)}


async def mark(call: Call) -> Struct:
    """conversations.mark"""
    room, at = call.room_id(), call.args.time("ts")
    after = await call.look(times.number_at, (room, ""), at + 1)
    await call.do(c.MarkRead(room=room, no=after - 1))
    return {}


METHODS: Methods = {
    "conversations.list": listing,
    "conversations.info": info,
    "conversations.members": members,
    "conversations.join": join,
    "conversations.leave": leave,
    "conversations.open": opened,
    "conversations.create": create,
    "conversations.invite": invite,
    "conversations.kick": kick,
    "conversations.setTopic": set_topic,
    "conversations.setPurpose": set_purpose,
    "conversations.mark": mark,
}
