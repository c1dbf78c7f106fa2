"""Filing a report: what those who look after a place are told, and what is kept of what was seen.

Knows nothing of who may report what.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from protocol.events import ReportChanged
from protocol.ids import ADMINS, facilitators_stream, new_id
from protocol.reports import Evidence
from rooms.actions.moderation import admins_opened
from rooms.cards import rfc3339
from rooms.facts import Facts
from rooms.model import Decision, NewEvent
from rooms.moderation import Verdict
from rooms.records import NewReport, ReportedBy


class Target(NamedTuple):
    """What is reported: about whom, where, which message, and what was seen of it."""

    about: str
    person: str
    room: str = ""
    message: str = ""
    evidence: tuple[Evidence, ...] = ()


def stream_of(place: str) -> str:
    """The stream of those who look after a place."""
    return ADMINS if place == ADMINS else facilitators_stream(place)


def filed(
    facts: Facts, place: str, target: Target, report: str | None, said: tuple[str, str, str]
) -> Decision:
    id_ = report or new_id("q", facts.now // 1000)
    by = ReportedBy(report=id_, person=said[0], category=said[1], note=said[2])
    decision = Decision(
        streams=admins_opened(facts) if place == ADMINS else [],
        events=[NewEvent(stream=stream_of(place), data=ReportChanged(id=id_))],
        records=[by],
        result={"report": id_, "joined": report is not None},
    )
    if report is None:
        new = NewReport(
            id=id_,
            place=place,
            about=target.about,
            room=target.room,
            message=target.message,
            person=target.person,
            evidence=msgspec.json.encode(target.evidence).decode(),
        )
        decision.records.insert(0, new)
    return decision


def alerting(facts: Facts, message: tuple[str, str, str, str], verdict: Verdict) -> Decision:
    """A rule lets a message (its id, room, author and text) pass and says so at the desk."""
    id_, room, author, body = message
    seen = Evidence(message=id_, author=author, body=body, at=rfc3339(facts.now))
    name = verdict.rule.name if verdict.rule else ""
    said = ("", "rule", f"{name}: {verdict.matched}")
    target = Target("message", author, room, id_, (seen,))
    return filed(facts, room, target, facts.open_report(room, "message", id_), said)
