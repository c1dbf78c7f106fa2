"""From events to tables: what is true now, written in the transaction of the events.

`PROJECTORS` maps an event's kind to a function that takes a run of events of that kind, in
order. Kinds without a row have no projection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from storage.accounts.projections import PROJECTORS as PEOPLE
from storage.projections.bots import PROJECTORS as BOTS
from storage.projections.messages import PROJECTORS as MESSAGES
from storage.projections.moving import PROJECTORS as MOVING
from storage.projections.planned import PROJECTORS as PLANNED
from storage.projections.power import PROJECTORS as POWER
from storage.projections.quiet import PROJECTORS as QUIET
from storage.projections.redaction import redact
from storage.projections.review import PROJECTORS as REVIEW
from storage.projections.rooms import PROJECTORS as ROOMS
from storage.projections.sanctions import PROJECTORS as SANCTIONS
from storage.projections.tools import PROJECTORS as TOOLS
from storage.projections.topics import PROJECTORS as TOPICS
from storage.projections.trimming import PROJECTORS as TRIMMING
from storage.streams import StoredEvent

Projector = Callable[[Connection, Sequence[StoredEvent]], None]

PROJECTORS: dict[str, Projector] = {
    **MESSAGES,
    **ROOMS,
    **PEOPLE,
    **QUIET,
    **REVIEW,
    **SANCTIONS,
    **POWER,
    **TRIMMING,
    **MOVING,
    **TOOLS,
    **PLANNED,
    **TOPICS,
    **BOTS,
}

__all__ = ["PROJECTORS", "Projector", "redact"]
