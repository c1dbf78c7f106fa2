"""Facts for the rules, read in the transaction that the decision will be written in.

Implements `rooms.facts.Facts`, one file a noun; a new noun is a class of its own here
that `SqlFacts` gathers.
"""

from __future__ import annotations

from sqlalchemy import Connection

from storage.facts.age import Age
from storage.facts.bots import Bots
from storage.facts.notify import Notify
from storage.facts.passes import Passes
from storage.facts.planned import Planned
from storage.facts.quiet import Quiet
from storage.facts.remembered import StandingCache
from storage.facts.reports import Reports
from storage.facts.review import Review
from storage.facts.rights import Rights
from storage.facts.sanctions import Sanctions
from storage.facts.source import Source
from storage.facts.talk import Talk
from storage.facts.tools import Tools


class SqlFacts(
    Rights, Talk, Review, Reports, Sanctions, Age, Quiet, Notify, Tools, Passes, Planned, Bots
):
    """Facts as of one `Transaction`."""

    @property
    def connection(self) -> Connection:
        """For storage's own questions that no rule asks, with everything staged written."""
        return self._transaction.connection


__all__ = ["Source", "SqlFacts", "StandingCache"]
