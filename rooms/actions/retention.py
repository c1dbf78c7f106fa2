"""A room that keeps its talk for a time: when it is cleared, and what goes (promise P8).

Messages go by their own age, a thread with the message it began with, whatever was said in it
since: the numbers of a room stay dense, and no text is kept for longer than was said. What is gone
is gone from the log too; whoever comes back from before that takes a snapshot.
"""

from __future__ import annotations

from protocol.events import AnswersTrimmed, DeskTrimmed, RoomTrimmed
from protocol.ids import facilitators_stream
from rooms.actions.settling import settling
from rooms.actions.tools import expired
from rooms.facts import Facts
from rooms.model import Decision, HeldFacts, NewEvent, Record
from rooms.records import Schedule, Trimmed, Unschedule

TRIM = "room.trim"
"""The job; its key is the room."""
DAY = 24 * 3600 * 1_000_000
GRACE = DAY
"""Between the setting and the first clearing: a slip can be taken back."""
WAITING_AT_ONCE = 100
"""Posts that wait and go in one transaction."""


def planned(facts: Facts, room: str, days: int | None) -> Record:
    """What follows from a changed setting."""
    if days is None:
        return Unschedule(kind=TRIM, key=room)
    return Schedule(kind=TRIM, key=room, at=facts.now + GRACE)


def waiting(facts: Facts, room: str) -> tuple[HeldFacts, ...]:
    """Some of what waits, or was declined and is kept, for longer than the room keeps its talk."""
    found = facts.room(room)
    if found is None or found.keep_days is None:
        return ()
    return facts.held_in(room, facts.now - found.keep_days * DAY, WAITING_AT_ONCE)


def trim(facts: Facts, room: str) -> Decision:
    """Clear a bounded piece of what is too old.

    The result is `{"kept": whether the room clears its talk at all, "more": whether to go on}`.
    """
    found = facts.room(room)
    if found is None or found.keep_days is None:
        return Decision(result={"kept": False, "more": False})
    old = facts.expired(room, facts.now - found.keep_days * DAY)
    held = waiting(facts, room)
    more = old.more or len(held) == WAITING_AT_ONCE
    decision = Decision(result={"kept": True, "more": more})
    if old.first_no:
        # What nodes hold in memory of the events that go is let go with this one.
        data = RoomTrimmed(first_no=old.first_no, threads=old.threads)
        decision.events.append(NewEvent(stream=room, data=data, redacts=(old.upto, *old.redacts)))
    if old.upto:
        decision.events += expired(facts, room, old.upto)
    for one in held:
        decision.events += settling(one, "expired")
    desk = facilitators_stream(room)
    if old.desk_upto or old.desk_redacts:
        redacts = (old.desk_upto, *old.desk_redacts)
        decision.events.append(NewEvent(stream=desk, data=DeskTrimmed(), redacts=redacts))
    for stream, upto in old.answers:
        gone = NewEvent(stream=stream, data=AnswersTrimmed(), redacts=(upto,))
        decision.events.append(gone)
    for stream, upto in ((room, old.upto), (desk, old.desk_upto), *old.answers):
        if upto:
            decision.records.append(Trimmed(stream=stream, upto=upto))
    return decision
