"""May this person do this here, now? The only place that answers.

A person wears *hats* in a room (`member`, `facilitator`, `author` of the message in question,
...). Each verb names the hats that may do it and the states of the room in which it can be done.
Every command and every query passes through `check`, on every path.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from rooms.cards import ending, read_along
from rooms.errors import Refusal
from rooms.house import HOUSE, speaks
from rooms.kinds import kind_of
from rooms.model import CommunityFacts, PersonFacts, RoomFacts, Standing

Hats = frozenset[str]
SECOND = 1_000_000
"""Microseconds."""
WORTH_WAITING = 3600
"""Seconds up to which a refusal says when to try again."""


class Rule(NamedTuple):
    """Who may, whether an archived room allows it, whether a direct room has it at all, and whether
    it puts something into the room for others: then mutes and locks forbid it."""

    who: Hats
    archived: bool = False
    direct: bool = True
    speaks: bool = False


def _rule(who: str, *, archived: bool = False, direct: bool = True, speaks: bool = False) -> Rule:
    return Rule(frozenset(who.split()), archived, direct, speaks)


RULES: dict[str, Rule] = {
    "read": _rule("facilitator member observer visitor house", archived=True),
    "see_card": _rule(
        "facilitator member observer visitor caller invited keeper stranger house", archived=True
    ),
    "mark_read": _rule("facilitator member observer", archived=True),
    "follow": _rule("facilitator member observer", archived=True),
    "post": _rule("facilitator member house", speaks=True),
    "reply": _rule("facilitator member house", speaks=True),
    "edit": _rule("author", speaks=True),
    "delete": _rule("author facilitator", archived=True),
    "react": _rule("facilitator member", speaks=True),
    "type": _rule("facilitator member", speaks=True),
    "pin": _rule("facilitator direct_member", speaks=True),
    "join": _rule("visitor caller invited stranger", direct=False),
    "leave": _rule(
        "facilitator member observer invited caller_waiting", archived=True, direct=False
    ),
    "invite": _rule("facilitator keeper", direct=False),
    "admit": _rule("facilitator keeper", direct=False),
    "remove": _rule("facilitator keeper", archived=True, direct=False),
    "set_role": _rule("facilitator keeper", archived=True, direct=False),
    "sanction": _rule("facilitator keeper", archived=True, direct=False),
    "change": _rule("facilitator keeper", direct=False),
    "lock": _rule("facilitator keeper", direct=False),
    "archive": _rule("facilitator keeper", direct=False),
    "restore": _rule("facilitator keeper", archived=True, direct=False),
    "use_tool": _rule("facilitator member", speaks=True),
    "run_tool": _rule("facilitator", direct=False),
    "mark_tool": _rule("facilitator member observer", archived=True),
    "reminders": _rule("facilitator direct_member", archived=True),
    "watch_desk": _rule("facilitator", archived=True, direct=False),
    "move": _rule("facilitator", direct=False),
    "mark_topic": _rule("author facilitator", direct=False, speaks=True),
    "show_answers": _rule("facilitator", direct=False),
    "read_log": _rule("facilitator keeper", archived=True, direct=False),
    "review": _rule("facilitator", archived=True, direct=False),
    "moderate": _rule("facilitator", archived=True, direct=False),
    "let_in": _rule("facilitator", direct=False),
    "end_visit": _rule("facilitator", archived=True, direct=False),
    "interact": _rule("facilitator member", speaks=True),
    "whisper": _rule("facilitator member house", speaks=True),
    "manage_bots": _rule("facilitator", archived=True, direct=False),
}
"""Hats: facilitator, member, observer (of this room); direct_member (of this direct room);
author (of the message, and still a member who may write); invited; caller (may ask to join) and
caller_waiting (has asked); visitor (may read an open room without joining); stranger (a bot
outside of an open room: it reads nothing where nobody sees it among the members; and whoever is
outside of one that shows its history from joining on); keeper (runs the community, for rooms that
are open or by request); house (a bot that the house brings along, where the room has it switched
on)."""

_READING = frozenset({"read", "mark_read", "follow", "mark_tool", "watch_desk", "read_log"})
_FREE = frozenset({"see_card", "join", "leave"})


def scope_of(verb: str) -> str:
    """The scope that a bot needs for a verb; empty for none."""
    return "read" if verb in _READING else "" if verb in _FREE else "write"


INACTIVE = {"waiting": "account_waiting", "ended": "pass_ended"}
"""What those are told who are not active; of all others, that they are suspended."""


def inactive(status: str) -> str:
    """The code for somebody whose status is not `active`."""
    return INACTIVE.get(status, "account_suspended")


def hats(standing: Standing, author: str | None = None) -> Hats:
    """The hats a person wears in a room; `author` is that of the message in question."""
    person, room, member = standing.person, standing.room, standing.member
    if person.status != "active" or standing.banned:
        return frozenset()
    if person.role == "guest" and not kind_of(room.kind).guests:
        return frozenset()
    if person.bounds and person.bounds.rooms is not None and room.id not in person.bounds.rooms:
        return frozenset()
    if person.id in HOUSE:
        mine = {"house", "author"} if author == person.id else {"house"}
        return frozenset(mine) if speaks(person.id, room.options.tools) else frozenset()
    worn: set[str] = set()
    state = member.state if member else None
    if member and state == "member":
        worn.add(member.role)
        if room.access == "direct":
            worn.add("direct_member")
        elif person.runs_community:
            worn.add("facilitator")
        if author == person.id and member.role != "observer":
            worn.add("author")
    elif state == "invited":
        worn.add("invited")
    elif state == "requested":
        worn.add("caller_waiting")
    if person.role != "guest" and room.access != "direct":
        if room.access == "open" and not standing.is_member:
            worn.add("visitor" if read_along(room) and person.role != "bot" else "stranger")
        if room.access == "request" and state is None:
            worn.add("caller")
        if room.access in ("open", "request") and person.runs_community:
            worn.add("keeper")
    return frozenset(worn)


def refusal(standing: Standing | None, verb: str, author: str | None = None) -> str | None:
    """The code of the refusal, or None when the person may.

    A room one cannot see answers `not_found`, as one that does not exist would.
    """
    if standing is None:
        return "not_found"
    person = standing.person
    if person.status != "active":
        return inactive(person.status)
    worn = hats(standing, author)
    if not worn & RULES["see_card"].who and "caller_waiting" not in worn:
        return "not_found"
    rule = RULES[verb]
    if standing.room.access == "direct" and not rule.direct:
        return "not_allowed"
    if not worn & rule.who:
        return _why_not(standing, verb)
    if person.bounds and scope_of(verb) not in ("", *person.bounds.scopes):
        return "scope_missing"
    if standing.room.archived and not rule.archived:
        return "room_archived"
    led = standing.room.posting == "facilitators"
    if verb == "post" and led and not worn & {"facilitator", "house"}:
        return "read_only"
    if rule.speaks:
        return _silenced(standing, worn)
    return None


def _silenced(standing: Standing, worn: Hats) -> str | None:
    """What forbids somebody to put anything into the room now."""
    if standing.locked and "facilitator" not in worn:
        return "room_locked"
    if standing.muted:
        return "muted"
    return None if standing.direct_allowed else "direct_not_allowed"


def paced(standing: Standing) -> bool:
    """Whether slow mode counts for this person."""
    exempt = "facilitator" in hats(standing) or standing.person.role == "bot"
    return standing.room.slow_mode > 0 and not exempt


def _why_not(standing: Standing, verb: str) -> str:
    if standing.member is not None and standing.is_member:
        return (
            "observer"
            if standing.member.role == "observer" and RULES[verb].speaks
            else "not_allowed"
        )
    if verb == "join":
        return "already_member" if standing.is_member else "not_invited"
    return "not_a_member"


def check(standing: Standing | None, verb: str, author: str | None = None) -> Standing:
    """The standing, when the person may; raises `Refusal` with the code that says why not."""
    code = refusal(standing, verb, author)
    if code is not None or standing is None:
        raise _told(code or "not_found", standing, verb)
    return standing


def check_bounds(person: PersonFacts, room: str) -> None:
    """Refuse a bot in a room that it is not kept to; `room` is empty for one yet to be opened."""
    if person.bounds and person.bounds.rooms is not None and room not in person.bounds.rooms:
        raise Refusal("bot_elsewhere", name=person.name)


def _told(code: str, standing: Standing | None, verb: str) -> Refusal:
    """The refusal, with what the person may know of it."""
    until = 0
    params: dict[str, object] = {"what": "room", "person": "This person"}
    if standing is not None and code in ("muted", "room_locked"):
        until = standing.muted_until if code == "muted" else standing.room.locked_until
        params = {"until": ending(until)}
        if code == "room_locked":
            params["reason"] = standing.room.lock_reason
    if code == "scope_missing":
        params = {"scope": scope_of(verb)}
    left = (until - standing.at) / SECOND if standing is not None else 0
    # Who is told to come back in a week does not wait for it.
    after = math.ceil(left) if 0 < left <= WORTH_WAITING else None
    return Refusal(code, retry_after=after, **params)


def house_refusal(room: RoomFacts, bot: PersonFacts | None, now: int) -> str | None:
    """Whether what a room has set up for itself, a reminder or a welcome, may be said in it now;
    the code that says why not. `bot` says it: None while it has no account, which it gets with its
    first words. `now` is by the clock that ends are measured by."""
    if bot is not None and bot.status != "active":
        return inactive(bot.status)
    if room.archived:
        return "room_archived"
    return "room_locked" if now < room.locked_until else None


# --- in the community ---------------------------------------------------------------------------


def community_refusal(
    person: PersonFacts | None, community: CommunityFacts, verb: str
) -> str | None:
    """The same question for what is done in the community rather than in a room."""
    if person is None or person.status == "deleted":
        return "session_ended"
    if person.status != "active":
        return inactive(person.status)
    if person.role not in COMMUNITY_RULES[verb]:
        return "not_allowed"
    if verb == "room.open" and community.who_opens_rooms == "admins" and not person.runs_community:
        return "not_allowed"
    if verb == "room.direct" and community.direct_rooms == "nobody":
        return "direct_not_allowed"
    return None


_ANY = frozenset({"owner", "admin", "member", "guest", "bot"})
_PEOPLE = frozenset({"owner", "admin", "member"})
_RUNS = frozenset({"owner", "admin"})

COMMUNITY_RULES: dict[str, frozenset[str]] = {
    "directory": _PEOPLE | {"bot"},
    "watch_community": _PEOPLE | {"bot"},
    "room.open": _PEOPLE,
    "room.direct": _PEOPLE,
    "person.change": _ANY,
    "community.change": _RUNS,
    "community.rules": _RUNS,
    "watch_admins": _RUNS,
    "person.role": _RUNS,
    "person.approve": _RUNS,
    "invitation.create": _RUNS,
    "person.reset": _RUNS,
    "person.suspend": _RUNS,
    "log.read": _RUNS,
    "room.unled": _RUNS,
    "person.class_list": _RUNS,
    "bot.create": _RUNS,
    "host.allow": _RUNS,
    "slash.set": frozenset({"bot"}),
    "token.create": _PEOPLE,
    "account.delete": _ANY,
}


def check_community(
    person: PersonFacts | None, community: CommunityFacts, verb: str
) -> PersonFacts:
    """The person, when they may; raises `Refusal`."""
    code = community_refusal(person, community, verb)
    if code is not None or person is None:
        raise Refusal(code or "session_ended")
    return person


def may(person: PersonFacts, community: CommunityFacts) -> tuple[str, ...]:
    """The community-wide verbs this person may use now."""
    return tuple(
        verb for verb in COMMUNITY_RULES if community_refusal(person, community, verb) is None
    )
