"""Commands about reports: telling those who look after a place that somebody should look."""

from __future__ import annotations

from typing import Literal

from protocol.reports import Category, Outcome
from protocol.request import Command


class MakeReport(Command, frozen=True, tag="report.make"):
    """Report a message, a person (in a room or anywhere) or, with `room` alone, a direct
    conversation. The same again joins what was reported before."""

    category: Category
    note: str = ""
    message: str | None = None
    person: str | None = None
    room: str | None = None


class AssignReport(Command, frozen=True, tag="report.assign"):
    """Say who looks at it: oneself, or nobody again."""

    report: str
    who: Literal["me", "nobody"] = "me"


class ResolveReport(Command, frozen=True, tag="report.resolve"):
    """It has been looked at. Whoever reported it is told the outcome and `answer`."""

    report: str
    outcome: Outcome
    answer: str = ""


class SeeReport(Command, frozen=True, tag="report.seen"):
    """Know what came of one's own report."""

    report: str


COMMANDS: tuple[type[Command], ...] = (MakeReport, AssignReport, ResolveReport, SeeReport)
