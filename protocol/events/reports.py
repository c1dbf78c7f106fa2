"""Events of reports. What was reported, by whom and about whom stands in no stream: whom it is
about may watch the stream one day, or today."""

from __future__ import annotations

from protocol.events.base import EventData
from protocol.reports import Outcome


class ReportChanged(EventData, frozen=True):
    """A report came or changed, in the stream of those who look at it: ask for the desk."""

    id: str


class ReportAnswered(EventData, frozen=True):
    """In the stream of who reported it: what came of it."""

    id: str
    outcome: Outcome
    answer: str = ""


KINDS: dict[str, type[EventData]] = {
    "report.changed": ReportChanged,
    "report.answered": ReportAnswered,
}
