"""Events of our streams as Slack's Events API has them. Pure: what it needs beside is passed in.

`needed` names the messages that an event speaks of by id alone; `events` says what a bot is told of
it, which may be nothing (a tool changed) or two things (a message that mentions the bot).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bots.slack import emoji, ids, kit, objects
from bots.slack.commonmark import to_mrkdwn
from protocol.views import Message, Person, Room
from rooms.cards import microseconds

Struct = dict[str, Any]


class Happened(NamedTuple):
    """An event of a stream, its `data` as the wire has it."""

    stream: str
    seq: int
    kind: str
    actor: str
    at: str
    data: Mapping[str, Any]


class Known(NamedTuple):
    """What is known around an event."""

    team: str
    me: str
    """The bot's id."""
    room: Room | None
    """The room whose stream it is; None for other streams."""
    messages: Mapping[str, Message]
    people: Mapping[str, Person]

    @property
    def channel(self) -> str:
        """The room, in Slack's words."""
        return objects.channel_id(self.room) if self.room else ""

    @property
    def channel_type(self) -> str:
        """What kind of channel it is."""
        return objects.channel_type(self.room) if self.room else ""

    def ts(self, message: Any) -> str:
        """The `ts` of a message that is known; empty for others."""
        found = self.messages.get(str(message))
        return ids.ts(microseconds(found.at)) if found else ""

    def author(self, person: str) -> Struct:
        """Who says something; bots by their `bot_id` too, or they would answer themselves."""
        found: Struct = {"user": ids.user(person)}
        card = self.people.get(person)
        if card is not None and card.role == "bot":
            found |= {"bot_id": ids.bot(person), "app_id": ids.app(person)}
            found["bot_profile"] = objects.bot(card)
        return found


def needed(happened: Happened) -> tuple[str, ...]:
    """Messages by id, that have to be known to speak of the event."""
    data = happened.data
    found = [data["id"]] if happened.kind in _ABOUT else []
    if happened.kind.startswith("message.") and data.get("thread"):
        found.append(data["thread"])
    return tuple(found)


def events(happened: Happened, known: Known) -> list[Struct]:
    """What a bot is told of it."""
    make = _MADE.get(happened.kind)
    return [] if make is None else make(happened, known)


def callback(happened: Happened, known: Known, index: int, event: Struct) -> Struct:
    """The envelope of the Events API around one of an event's meanings. The same event has the
    same `event_id`, however often it is delivered."""
    # The time tells what came after a restore from what had the same number before it.
    mark = f"{known.me} {happened.stream} {happened.seq} {happened.at} {index}"
    return {
        "token": "",
        "team_id": known.team,
        "context_team_id": known.team,
        "api_app_id": ids.app(known.me),
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + hashlib.blake2b(mark.encode(), digest_size=8).hexdigest().upper(),
        "event_time": microseconds(happened.at) // ids.SECOND,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": known.team,
                "user_id": ids.user(known.me),
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def _when(happened: Happened) -> str:
    return ids.ts(microseconds(happened.at))


def _posted(happened: Happened, known: Known) -> list[Struct]:
    data = happened.data
    if data.get("body") is None:
        # Changed or gone since: what came after says how.
        return []
    said: Struct = {
        **known.author(data["author"]),
        "text": to_mrkdwn(data["body"]),
        "ts": _when(happened),
        "event_ts": _when(happened),
        "channel": known.channel,
        "team": known.team,
    }
    if data.get("blocks"):
        said["blocks"] = kit.shown(data["blocks"])
    if data.get("client_id"):
        said["client_msg_id"] = data["client_id"]
    if data.get("thread"):
        said["thread_ts"] = known.ts(data["thread"])
    root = known.messages.get(str(data.get("thread")))
    if root is not None:
        said["parent_user_id"] = ids.user(root.author)
    message = {"type": "message", **said, "channel_type": known.channel_type}
    mentions = data.get("mentions") or ()
    if known.me in mentions and data["author"] != known.me:
        return [message, {"type": "app_mention", **said}]
    return [message]


def _changed(happened: Happened, known: Known) -> list[Struct]:
    data = happened.data
    found = known.messages.get(data["id"])
    if found is None or data.get("body") is None:
        return []
    ts, when = known.ts(found.id), _when(happened)
    now: Struct = {
        "type": "message",
        **known.author(found.author),
        "text": to_mrkdwn(data["body"]),
        "ts": ts,
        "edited": {"user": ids.user(happened.actor), "ts": when},
    }
    before = {"type": "message", "user": ids.user(found.author), "text": "", "ts": ts}
    return [_subtype(happened, known, "message_changed", message=now, previous_message=before)]


def _deleted(happened: Happened, known: Known) -> list[Struct]:
    found = known.messages.get(happened.data["id"])
    if found is None:
        return []
    ts = known.ts(found.id)
    before = {"type": "message", "user": ids.user(found.author), "text": "", "ts": ts}
    if happened.data.get("thread"):
        before["thread_ts"] = known.ts(happened.data["thread"])
    return [_subtype(happened, known, "message_deleted", deleted_ts=ts, previous_message=before)]


def _subtype(happened: Happened, known: Known, subtype: str, **more: Any) -> Struct:
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": known.channel,
        "channel_type": known.channel_type,
        "ts": _when(happened),
        "event_ts": _when(happened),
        **more,
    }


def _reacted(type_: str) -> Callable[[Happened, Known], list[Struct]]:
    def made(happened: Happened, known: Known) -> list[Struct]:
        data = happened.data
        found = known.messages.get(data["id"])
        if found is None:
            return []
        event = {
            "type": type_,
            "user": ids.user(data["person"]),
            "reaction": emoji.name(data["emoji"]),
            "item_user": ids.user(found.author),
            "item": {"type": "message", "channel": known.channel, "ts": known.ts(found.id)},
            "event_ts": _when(happened),
        }
        return [event]

    return made


def _pinned(type_: str) -> Callable[[Happened, Known], list[Struct]]:
    def made(happened: Happened, known: Known) -> list[Struct]:
        found = known.messages.get(happened.data["id"])
        if found is None:
            return []
        item = {
            "type": "message",
            "channel": known.channel,
            "message": objects.message(found, known.people),
            "created": microseconds(happened.at) // ids.SECOND,
            "created_by": ids.user(happened.actor),
        }
        event = {
            "type": type_,
            "user": ids.user(happened.actor),
            "channel_id": known.channel,
            "item": item,
            "event_ts": _when(happened),
        }
        return [event]

    return made


def _membership(type_: str, who: Callable[[Mapping[str, Any]], str]) -> Any:
    def made(happened: Happened, known: Known) -> list[Struct]:
        event = {
            "type": type_,
            "user": ids.user(who(happened.data)),
            "channel": known.channel,
            "channel_type": known.channel[:1],
            "team": known.team,
            "event_ts": _when(happened),
        }
        return [event]

    return made


def _came_in(happened: Happened, known: Known) -> list[Struct]:
    """In the bot's own stream: it is in a room from here on."""
    if happened.data.get("state") != "member" or known.room is None:
        return []
    event = {
        "type": "member_joined_channel",
        "user": ids.user(known.me),
        "channel": known.channel,
        "channel_type": known.channel[:1],
        "team": known.team,
        "event_ts": _when(happened),
    }
    if happened.data.get("invited_by"):
        event["inviter"] = ids.user(happened.data["invited_by"])
    return [event]


def _went_out(happened: Happened, _: Known) -> list[Struct]:
    """In the bot's own stream: a room is not its own any more."""
    channel = ids.channel(str(happened.data.get("room")))
    actor = ids.user(happened.actor)
    when = _when(happened)
    return [{"type": "channel_left", "channel": channel, "actor_id": actor, "event_ts": when}]


_MADE: dict[str, Callable[[Happened, Known], list[Struct]]] = {
    "message.posted": _posted,
    "message.edited": _changed,
    "message.deleted": _deleted,
    "reaction.added": _reacted("reaction_added"),
    "reaction.removed": _reacted("reaction_removed"),
    "message.pinned": _pinned("pin_added"),
    "message.unpinned": _pinned("pin_removed"),
    "member.joined": _membership("member_joined_channel", lambda data: data["person"]["id"]),
    "member.left": _membership("member_left_channel", lambda data: data["person"]),
    "room.added": _came_in,
    "room.dropped": _went_out,
}
_ABOUT = frozenset(_MADE) - {
    "message.posted", "member.joined", "member.left", "room.added", "room.dropped",
}  # fmt: skip
"""Kinds that name an earlier message."""
MAPPED = tuple(_MADE)
"""Kinds of events that bots are told of."""
