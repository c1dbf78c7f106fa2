"""Broken servers, each in one way that a promise forbids: the checker must catch every one.

A mutant patches the running program (`tests.chaos.node FOLDER --mutant NAME serve`); nothing of it
is in the product. Each says which check must catch it and in which profile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec.structs import replace

SLOW_DISK = 0.15
"""Seconds that a commit takes where a mutant acts before it: the window that it opens."""


class Mutant(NamedTuple):
    """How it breaks the program, and what must catch it: one of `caught_by`, under `faults`."""

    patch: Callable[[], None]
    caught_by: frozenset[str]
    faults: tuple[str, ...]
    strikes: int
    profile: str = "scale"


def _patch(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)


def _before_commit(act: Callable[[Any, Any, Any], None]) -> None:
    """Let `act(writer, transaction, entries)` happen when all is staged and nothing committed."""
    from storage.transaction import Transaction
    from storage.writer import Writer

    here = threading.local()
    lock, finish = Writer._lock, Transaction.finish

    def locking(self: Any, *args: Any) -> Any:
        entries, later = lock(self, *args)
        here.writer, here.entries = self, entries
        return entries, later

    def finishing(self: Any) -> None:
        finish(self)
        if getattr(here, "writer", None) is not None:
            act(here.writer, self, here.entries)
            time.sleep(SLOW_DISK)

    _patch(Writer, "_lock", locking)
    _patch(Transaction, "finish", finishing)


def acknowledge_before_commit() -> None:
    """The answer goes out when the work is staged."""

    def act(writer: Any, _: Any, entries: Any) -> None:
        writer._deliver([entry for entry in entries if entry.outcome is not None])

    _before_commit(act)


def publish_before_commit() -> None:
    """Others see an event before it is kept; the answer waits for the commit."""
    from chat.app import App

    apps: list[App] = []
    made = App.__init__

    def making(self: App, *args: Any, **more: Any) -> None:
        made(self, *args, **more)
        apps.append(self)

    def act(writer: Any, _: Any, entries: Any) -> None:
        for entry in entries:
            if entry.outcome is not None and entry.outcome.events:
                events = list(entry.outcome.events)
                writer._loop.call_soon_threadsafe(apps[-1].fanout.publish, events)

    _patch(App, "__init__", making)
    _before_commit(act)


def dedupe_off() -> None:
    """A command that is sent again is carried out again."""
    from storage.transaction import Transaction

    # Slowly, so that there is always something under way when a line breaks.
    _before_commit(lambda *_: None)

    _patch(Transaction, "remember", lambda *_: None)
    _patch(Transaction, "_stage_once", lambda *_: None)


def trust_the_bus() -> None:
    """No repair: what the bus loses stays lost until somebody comes back."""
    from chat.gate import Gate

    async def nothing(_: Gate) -> None:
        return

    _patch(Gate, "compare_heads", nothing)


def skip_the_rights_check() -> None:
    """Rights are looked up once and then believed, whatever was decided since."""
    from storage.facts import SqlFacts

    asked = SqlFacts.standing
    known: dict[tuple[str, str], Any] = {}

    def standing(self: Any, room: str, person: str) -> Any:
        found = known.get((room, person)) or asked(self, room, person)
        if found is not None and found.is_member and not found.room.archived:
            known[room, person] = found
        return found

    _patch(SqlFacts, "standing", standing)


def synchronous_off() -> None:
    """The database answers before the disk has it."""
    from storage import database

    database.SQLITE_PRAGMAS["synchronous"] = "OFF"
    database.POSTGRES_OPTIONS["synchronous_commit"] = "off"


def no_goodbye() -> None:
    """Somebody who was removed goes on watching."""
    from chat.hub import Hub

    _patch(Hub, "_revoke", lambda *_: None)


def no_word_of_endings() -> None:
    """That a session, a visit or an account ended is told to nobody, and found when next asked."""
    from chat.fanout import Fanout

    _patch(Fanout, "_end", lambda *_: None)


def _standings(changed: Callable[[Any], Any]) -> None:
    """Let rules see something else than what stands in the database."""
    from storage.facts import SqlFacts

    asked = SqlFacts.standing

    def standing(self: Any, room: str, person: str) -> Any:
        found = asked(self, room, person)
        return found and changed(found)

    _patch(SqlFacts, "standing", standing)


def suspended_in_name_only() -> None:
    """Whoever was suspended goes on where they are."""
    no_word_of_endings()
    _standings(lambda found: replace(found, person=replace(found.person, status="active")))


def deaf_to_blocks() -> None:
    """A direct room is open, whoever blocked whom."""
    _standings(lambda found: replace(found, direct_allowed=True))


MUTANTS: dict[str, Mutant] = {
    "acknowledge-before-commit": Mutant(
        acknowledge_before_commit, frozenset({"kept", "once"}), ("kill the busiest",), 3
    ),
    "dedupe-off": Mutant(dedupe_off, frozenset({"once"}), ("clients cut",), 6),
    "trust-the-bus": Mutant(trust_the_bus, frozenset({"tails"}), ("pubsub kill",), 2),
    "skip-the-rights-check": Mutant(
        skip_the_rights_check,
        frozenset({"removed", "archived", "locked", "sanctioned"}),
        ("pubsub kill",),
        8,
    ),
    "publish-before-commit": Mutant(
        publish_before_commit, frozenset({"order", "folds"}), ("postgres immediate",), 2
    ),
    "no-goodbye": Mutant(no_goodbye, frozenset({"left"}), ("pubsub kill",), 8),
    "synchronous-off": Mutant(synchronous_off, frozenset({"durable"}), ("pubsub kill",), 1),
    "synchronous-off-on-sqlite": Mutant(
        synchronous_off, frozenset({"durable"}), ("clients cut",), 1, "sqlite"
    ),
    "no-word-of-endings": Mutant(no_word_of_endings, frozenset({"closed"}), ("clock",), 6),
    "suspended-in-name-only": Mutant(
        suspended_in_name_only, frozenset({"suspended"}), ("pubsub kill",), 8
    ),
    "deaf-to-blocks": Mutant(deaf_to_blocks, frozenset({"blocked"}), ("pubsub kill",), 8),
}
