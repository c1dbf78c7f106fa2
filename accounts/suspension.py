"""Suspending an account: nothing of it acts anywhere until it is lifted, by hand or by the clock.

Every session ends with it, its open connections too, on every node; tokens are refused while it
lasts and work again after it. Only whoever stands above somebody may suspend them.
"""

from __future__ import annotations

import msgspec

from accounts.people import allowed, audit, changed
from accounts.ports import AccountFacts
from accounts.sessions import end_all
from protocol import limits
from protocol.commands import SuspendPerson
from protocol.events import RoomUnled
from protocol.ids import ADMINS, COMMUNITY
from rooms import text
from rooms.actions.leaving import looks_after
from rooms.actions.sanctions import Terms, appealing, ends_at, giving
from rooms.cards import ending
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import FOREVER, Actor, Decision, NewEvent, NewStream
from rooms.ranks import check_above
from rooms.records import Schedule

SETTLE = "person.settle"
"""The kind of job that writes down that a time is over."""


def suspend(facts: Facts, actor: Actor, command: SuspendPerson) -> Decision:
    """Suspend somebody, for `seconds` or until it is lifted."""
    by = allowed(facts, actor, "person.suspend")
    person = facts.person(command.person)
    if person is None or person.status not in ("active", "suspended"):
        raise Refusal("not_found", what="person")
    if person.visits:
        # What is suspended becomes active again, for good: a pass would have no end.
        raise Refusal("invalid", field="person", problem="end their visit instead")
    assert by is not None
    check_above(by, person)
    if facts.binding(None, person.id):
        raise Refusal("suspended_already", person=person.name)
    reason = text.line("reason", command.reason, limits.REASON)
    until = ends_at(facts, command.seconds)
    told = giving(facts, actor, person.id, None, Terms("suspend", reason, until))
    lasts = 0 if until == FOREVER else until
    after = msgspec.structs.replace(person, status="suspended", status_until=lasts)
    decision = end_all(person.id, "suspended")
    decision.events = [*told, *decision.events, changed(after, revokes=(person.id,))]
    decision.events += (orphans := unled(facts, person.id))
    if orphans and not facts.is_open(ADMINS):
        decision.streams = [NewStream(ADMINS, "admins")]
    decision.records.append(audit(facts, actor, "person.suspend", person.id))
    if lasts:
        decision.records.append(Schedule(kind=SETTLE, key=person.id, at=until))
    decision.tightens = (COMMUNITY,)
    sanction = told[0].data.sanction.id  # type: ignore[attr-defined]
    decision.result = {"sanction": sanction, "until": ending(until)}
    return decision


def appeal(facts: AccountFacts, person: str, proven: str, words: str) -> Decision:
    """Ask that one's own suspension be looked at again: by somebody who is signed in nowhere, whose
    password matched the hash `proven`. Once, as every appeal."""
    found = facts.person(person)
    if found is None or found.status == "deleted" or facts.password_hash(person) != proven:
        raise Refusal("bad_credentials")
    binding = facts.binding(None, person)
    if not binding:
        raise Refusal("not_in_force")
    return appealing(facts, binding[-1], words)


def unled(facts: Facts, person: str) -> list[NewEvent]:
    """Tells those who run the community of live rooms that nobody looks after while this person is
    suspended."""
    found = []
    for room in facts.rooms_of(person):
        if room.archived or room.access == "direct":
            continue
        row = facts.members(room.id, [person])[person]
        guides = row.role == "facilitator" and row.state == "member"
        if guides and not looks_after(facts, room.id, person):
            data = RoomUnled(room=room.id, name=room.name, person=person, how="suspended")
            found.append(NewEvent(stream=ADMINS, data=data))
    return found


def settle(facts: Facts, person: str) -> Decision:
    """Write down that a suspension is over. The clock has lifted it already."""
    found = facts.person(person)
    if found is None or found.status not in ("active", "suspended"):
        return Decision(result={})
    if found.status == "suspended":
        if found.status_until:
            # By the database's clock it is not over yet.
            raise Refusal("busy", retry_after=1.0)
        return Decision(result={})
    return Decision(events=[changed(found)], tightens=(COMMUNITY,), result={})
