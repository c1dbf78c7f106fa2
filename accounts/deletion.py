"""Deleting an account (promise P8): first the account, then rooms, texts and names, in bounded
steps.

The account is gone with the first step: nothing of it can sign in or post. The steps after it may
take many transactions and may be interrupted; each can be done again, and a job stands until the
last is done. What stays is the id, with a tombstone for a name.
"""

from __future__ import annotations

from collections.abc import Sequence

from accounts.model import EraseCards, ForgetAccount
from accounts.people import allowed, audit, changed
from accounts.ports import AccountFacts
from accounts.sessions import end_all
from protocol.events import JoinRequestEnded, RoomChanged, RoomDropped, RoomUnled, RoomUnlisted
from protocol.ids import ADMINS, COMMUNITY, facilitators_stream
from rooms.actions.leaving import leaving, looks_after
from rooms.actions.messages import deletion
from rooms.actions.tools import forgotten
from rooms.cards import room_card
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, MemberFacts, NewEvent, NewStream, PersonFacts, RoomFacts
from rooms.records import Schedule, Unschedule

CLOSED, ERASED = "account.closed", "account.erased"
"""What the audit says at the beginning and at the end."""
ERASE = "account.erase"
"""The job that does what follows the first step; its key is the person."""
ROOMS_AT_ONCE = 20
MESSAGES_AT_ONCE = 100
CARDS_AT_ONCE = 200
"""Bounds of one step: what others wait for behind it."""


def tombstone(person: PersonFacts) -> PersonFacts:
    """What is left of somebody. The username is longer than one can choose, so it is nobody's."""
    return PersonFacts(
        id=person.id,
        username="deleted-" + person.id.removeprefix("p_"),
        name="Deleted account",
        role="bot" if person.role == "bot" else "member",
        status="deleted",
    )


def close(facts: AccountFacts, actor: Actor, proven: str) -> Decision:
    """The account ends, when the password matched the hash `proven`."""
    person = allowed(facts, actor, "account.delete")
    assert person is not None
    if facts.password_hash(person.id) != proven:
        raise Refusal("bad_credentials")
    if person.role == "owner" and facts.owners() <= 1:
        raise Refusal("last_owner")
    return closing(facts, actor, person)


def closing(facts: Facts, actor: Actor, person: PersonFacts) -> Decision:
    """The first step, for somebody who may take it: nothing of theirs acts any more, and what they
    wrote goes after them."""
    decision = end_all(person.id, "deleted")
    decision.events.append(changed(tombstone(person), revokes=(person.id,)))
    decision.records += [
        ForgetAccount(person=person.id),
        audit(facts, actor, CLOSED, person.id),
        Schedule(kind=ERASE, key=person.id, at=facts.now),
    ]
    decision.tightens = (COMMUNITY,)
    decision.result = {}
    return decision


def _gone(facts: Facts, person: str) -> PersonFacts:
    found = facts.person(person)
    if found is None or found.status != "deleted":
        raise Refusal("not_found", what="deleted account")
    return found


def leave(facts: Facts, person: str, rooms: Sequence[str]) -> Decision:
    """Leave rooms, invitations and requests. A room left without a facilitator is archived."""
    _gone(facts, person)
    decision = Decision(result={})
    for id_ in rooms:
        room = facts.room(id_)
        row = facts.members(id_, [person]).get(person) if room else None
        if room is None or row is None:
            continue
        if row.state != "member":
            decision.events += _withdrawn(room, row)
            continue
        decision.events += leaving(facts, room, row, "deleted")
        # Direct rooms may rest on somebody in them being a facilitator somewhere.
        decision.tightens += (room.id, COMMUNITY) if row.role == "facilitator" else (room.id,)
        if _orphaned(facts, room, row):
            decision.events += _archived(room)
        elif _unled(facts, room, row):
            # Whoever is left is suspended: they may be back, and until then admins are told.
            data = RoomUnled(room=room.id, name=room.name, person=person, how="deleted")
            if not facts.is_open(ADMINS) and not decision.streams:
                decision.streams.append(NewStream(ADMINS, "admins"))
            decision.events.append(NewEvent(stream=ADMINS, data=data))
    return decision


def _withdrawn(room: RoomFacts, row: MemberFacts) -> list[NewEvent]:
    events = [NewEvent(stream=row.person, data=RoomDropped(room=room.id, how="declined"))]
    if row.state == "requested":
        ended = JoinRequestEnded(person=row.person, how="withdrawn")
        events.append(NewEvent(stream=facilitators_stream(room.id), data=ended))
    return events


def _orphaned(facts: Facts, room: RoomFacts, row: MemberFacts) -> bool:
    if row.role != "facilitator" or room.archived or room.access == "direct":
        return False
    others = facts.members(room.id).values()
    return not any(
        other.role == "facilitator" and other.state == "member" and other.person != row.person
        for other in others
    )


def _unled(facts: Facts, room: RoomFacts, row: MemberFacts) -> bool:
    if row.role != "facilitator" or room.archived or room.access == "direct":
        return False
    return not looks_after(facts, room.id, row.person)


def _archived(room: RoomFacts) -> list[NewEvent]:
    # Nobody would keep the room any more; a keeper of the community can bring an open one back.
    card = room_card(room, archived=True, member_count=max(0, room.member_count - 1))
    events = [NewEvent(stream=room.id, data=RoomChanged(room=card))]
    if room.listed:
        events.append(NewEvent(stream=COMMUNITY, data=RoomUnlisted(room=room.id)))
    return events


def erase_texts(facts: Facts, person: str, messages: Sequence[str]) -> Decision:
    """Delete messages of theirs, earlier versions included; those that are gone are passed over."""
    _gone(facts, person)
    decision = Decision(result={})
    for id_ in messages:
        message = facts.message(id_)
        if message is None or message.deleted:
            continue
        if person in (message.author, facts.reminded_by(id_)):
            decision.events += deletion(facts, message, "account")
    return decision


def erase_tools(facts: Facts, person: str, rooms: Sequence[str]) -> Decision:
    """Take what they wrote into the tools of rooms out of them."""
    _gone(facts, person)
    events = [event for room in rooms for event in forgotten(facts, room, person)]
    return Decision(events=events, result={})


def erase_cards(facts: Facts, person: str, places: Sequence[tuple[str, int]]) -> Decision:
    """Take their name out of events that showed it, and their words out of reasons they gave."""
    _gone(facts, person)
    # A room's card is remembered with its rules, and may say why the room is locked.
    rooms = tuple(dict.fromkeys(stream for stream, _ in places if stream.startswith("r_")))
    erased = EraseCards(person=person, places=tuple(places))
    return Decision(records=[erased], tightens=rooms, result={})


def erased(facts: Facts, person: str) -> Decision:
    """The end: nothing of them is left."""
    _gone(facts, person)
    done = Unschedule(kind=ERASE, key=person)
    return Decision(records=[audit(facts, None, ERASED, person), done], result={})
