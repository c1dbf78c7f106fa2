"""People, rooms and messages as Slack's objects: what the SDK's programs find in answers.

Made from our views alone; whatever Slack has beside (files, stars, shared channels, workflows) is
absent rather than invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bots.slack import emoji, ids, kit
from bots.slack.commonmark import to_mrkdwn
from protocol.views import Community, Message, Person, Room
from rooms.cards import microseconds

Struct = dict[str, Any]
GONE = "This message was deleted."


def user(person: Person, team: str, now: int) -> Struct:
    """`users.info` and its sisters. `now` in microseconds since 1970: what a zone is off by
    depends on it."""
    is_bot = person.role == "bot"
    zone, label, offset = _zone(person.time_zone or "UTC", now)
    found: Struct = {
        "id": ids.user(person.id),
        "team_id": team,
        "name": person.username,
        "real_name": person.name,
        "deleted": person.status == "deleted",
        "tz": zone,
        "tz_label": label,
        "tz_offset": offset,
        "profile": profile(person, team),
        "is_bot": is_bot,
        "is_app_user": False,
        "is_admin": person.role in ("owner", "admin"),
        "is_owner": person.role == "owner",
        "is_primary_owner": False,
        "is_restricted": person.role == "guest",
        "is_ultra_restricted": False,
        "updated": 0,
    }
    return found


def _zone(name: str, now: int) -> tuple[str, str, int]:
    """A zone, its short name, and by how many seconds it is ahead of UTC."""
    try:
        there = datetime.fromtimestamp(now // ids.SECOND, ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC", "UTC", 0
    return name, there.tzname() or name, int((there.utcoffset() or timedelta()).total_seconds())


def profile(person: Person, team: str) -> Struct:
    """`users.profile.get`."""
    first, _, last = person.name.partition(" ")
    found: Struct = {
        "first_name": first,
        "last_name": last,
        "real_name": person.name,
        "real_name_normalized": person.name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "pronouns": person.pronouns,
        "title": person.bio,
        "status_text": "",
        "status_emoji": "",
        "team": team,
    }
    if person.role == "bot":
        found |= {"bot_id": ids.bot(person.id), "api_app_id": ids.app(person.id)}
    return found


def bot(person: Person) -> Struct:
    """`bots.info`."""
    return {
        "id": ids.bot(person.id),
        "app_id": ids.app(person.id),
        "user_id": ids.user(person.id),
        "name": person.name,
        "deleted": person.status == "deleted",
        "updated": 0,
        "icons": {},
    }


def team(community: Community, id_: str, url: str) -> Struct:
    """`team.info`."""
    domain = ids.channel_name(community.name)
    return {"id": id_, "name": community.name, "domain": domain, "email_domain": "", "url": url}


def channel_id(room: Room) -> str:
    """`C…`, `D…` or `G…`."""
    return ids.channel(room.id, len(room.direct))


def channel_type(room: Room) -> str:
    """What events call it."""
    if room.direct:
        return "im" if len(room.direct) <= 2 else "mpim"
    return "channel" if room.access == "open" else "group"


def channel(room: Room, team: str, me: str, *, is_member: bool) -> Struct:
    """`conversations.info` and its sisters, as `me` sees the room."""
    created = microseconds(room.created_at) // ids.SECOND
    kind = channel_type(room)
    found: Struct = {
        "id": channel_id(room),
        "created": created,
        "updated": created * 1000,
        "is_im": kind == "im",
        "is_mpim": kind == "mpim",
        "is_archived": room.archived,
        "is_private": kind != "channel",
        "is_channel": kind in ("channel", "group"),
        "is_group": kind == "group",
        "is_general": False,
        "is_shared": False,
        "is_org_shared": False,
        "is_ext_shared": False,
        "context_team_id": team,
    }
    if kind == "im":
        others = [person for person in room.direct if person != me] or [me]
        return found | {"user": ids.user(others[0]), "is_user_deleted": False, "is_open": True}
    name = ids.channel_name(room.name)
    said = {"value": room.purpose, "creator": "", "last_set": created}
    return found | {
        "name": name,
        "name_normalized": name,
        "creator": "",
        "is_member": is_member,
        "is_read_only": room.posting == "facilitators",
        "num_members": room.member_count,
        "topic": said,
        "purpose": dict(said),
    }


def message(found: Message, people: Mapping[str, Person], root_ts: str = "") -> Struct:
    """A message; `root_ts` is that of the thread's first message, for a reply."""
    ts = ids.ts(microseconds(found.at))
    if found.body is None:
        return _gone(found, ts, root_ts)
    said: Struct = {
        "type": "message",
        "user": ids.user(found.author),
        "text": to_mrkdwn(found.body),
        "ts": ts,
    }
    if found.blocks:
        said["blocks"] = kit.shown(found.blocks)
    author = people.get(found.author)
    if author is not None and author.role == "bot":
        said |= {"bot_id": ids.bot(author.id), "app_id": ids.app(author.id)}
        said["bot_profile"] = bot(author)
    if found.client_id:
        said["client_msg_id"] = found.client_id
    if found.edited_at:
        when = ids.ts(microseconds(found.edited_at))
        said["edited"] = {"user": ids.user(found.author), "ts": when}
    if found.reactions:
        said["reactions"] = reactions(found)
    if found.pinned:
        said["pinned_to"] = [ids.channel(found.room)]
    return said | _thread(found, ts, root_ts)


def reactions(found: Message) -> list[Struct]:
    """Reactions of a message, in the order in which they came."""
    return [
        {"name": emoji.name(char), "users": [ids.user(p) for p in people], "count": len(people)}
        for char, people in found.reactions.items()
    ]


def _thread(found: Message, ts: str, root_ts: str) -> Struct:
    if root_ts and root_ts != ts:
        return {"thread_ts": root_ts}
    if found.replies is None or not found.replies.count:
        return {}
    return {
        "thread_ts": ts,
        "reply_count": found.replies.count,
        "reply_users_count": len(found.replies.people),
        "reply_users": [ids.user(person) for person in found.replies.people],
        "latest_reply": ids.ts(microseconds(found.replies.last_at)),
    }


def _gone(found: Message, ts: str, root_ts: str) -> Struct:
    """What stands where a message was: its number, and its thread."""
    stub = {
        "type": "message", "subtype": "tombstone", "hidden": True, "user": ids.NOBODY,
        "text": GONE, "ts": ts,
    }  # fmt: skip
    return stub | _thread(found, ts, root_ts)
