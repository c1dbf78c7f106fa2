"""Reports as they are shown: to those who look at them, never to whom they are about."""

from __future__ import annotations

from typing import Literal

import msgspec

Category = Literal["unkind", "unsafe", "spam", "private", "other"]
Outcome = Literal["nothing", "talked", "removed", "sanctioned"]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it was seen when it was reported."""

    message: str
    author: str
    body: str
    at: str


class ReportBy(msgspec.Struct, frozen=True, kw_only=True):
    """Who reported it, and why; `person` is None for a rule (`category` is then `rule`)."""

    person: str | None
    category: Literal["unkind", "unsafe", "spam", "private", "other", "rule"]
    note: str
    at: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be looked at. `person` is whom it is about; `evidence` is empty once it is
    gone."""

    id: str
    about: Literal["message", "person", "direct"]
    room: str | None
    message: str | None
    person: str | None
    state: Literal["open", "resolved"]
    assigned_to: str | None
    outcome: Outcome | None
    answer: str
    at: str
    resolved_at: str | None
    resolved_by: str | None
    evidence: tuple[Evidence, ...]
    by: tuple[ReportBy, ...]


class OwnReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of something one reported oneself."""

    id: str
    outcome: Outcome
    answer: str
