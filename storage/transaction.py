"""One transaction in which many commands are decided and appended.

Decisions are made *under the locks* of the streams they rest on, with facts read in the same
transaction: what was acknowledged before is seen, and nothing can change between deciding and
committing (promise P5; docs/decisions/0003). Events are numbered here (P2) and a command that was
carried out before is answered with its first outcome (P3).

Work is staged and written in few statements; a fact that needs SQL flushes what is staged first, so
that a command sees what the one before it did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from protocol.events import KIND_OF, VERSION
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Decision, NewEvent, ToPerson
from storage import codec, streams
from storage.projections import PROJECTORS, redact
from storage.records import WRITERS
from storage.streams import StoredEvent, StreamState
from storage.tables import COMMAND_ONCE, EVENT, MESSAGE, STREAM


@dataclass(slots=True, frozen=True)
class Locks:
    """Streams that an action appends to or tightens, and streams that it only decides on."""

    write: tuple[str, ...] = ()
    share: tuple[str, ...] = ("community",)


@dataclass(slots=True, frozen=True)
class Once:
    """The key of a command, and a keyed hash of its content."""

    actor: str
    client_id: str
    fingerprint: str


@dataclass(slots=True)
class Job:
    """A command on its way into the log."""

    actor: str
    locks: Callable[[Facts], Locks]
    act: Callable[[Facts], Decision]
    once: Once | None = None


@dataclass(slots=True)
class Outcome:
    """How a job ended: events to publish after the commit, and the answer; or `error`."""

    stream: str | None = None
    seq: int | None = None
    result: Any = None
    duplicate: bool = False
    events: list[StoredEvent] = field(default_factory=list)
    signals: list[ToPerson] = field(default_factory=list)
    error: BaseException | None = None


class FirstOutcome(msgspec.Struct, frozen=True):
    """What `command_once` keeps of an answer."""

    stream: str | None
    seq: int | None
    result: Any


_once_decoder = msgspec.json.Decoder(FirstOutcome)
_INSERT_EVENT = insert(EVENT)
_INSERT_ONCE = insert(COMMAND_ONCE)
_MOVE_HEAD = (
    update(STREAM)
    .where(STREAM.c.id == bindparam("b_id"))
    .values(
        head_seq=bindparam("b_seq"),
        head_no=bindparam("b_no"),
        last_at=bindparam("b_at"),
        rules_seq=bindparam("b_rules"),
    )
)
_FIND_ONCE = select(COMMAND_ONCE).where(
    tuple_(COMMAND_ONCE.c.actor_id, COMMAND_ONCE.c.client_id).in_(bindparam("keys", expanding=True))
)


class Transaction:
    """Decides and stages jobs on one connection; the caller begins and commits."""

    def __init__(self, connection: Connection, now: int) -> None:
        self.now = now
        self.streams: dict[str, StreamState] = {}
        self.redacted = False
        self._connection = connection
        self._moved: set[str] = set()
        self._staged: list[StoredEvent] = []
        self._threads: dict[str, int] = {}
        self._once: dict[tuple[str, str], dict[str, Any]] = {}

    @property
    def connection(self) -> Connection:
        """For reading facts: everything staged so far is written first."""
        if self._staged:
            self.flush()
        return self._connection

    def remember(self, jobs: Iterable[Job]) -> None:
        """Find which of these commands were carried out before."""
        keys = [(job.once.actor, job.once.client_id) for job in jobs if job.once]
        for start in range(0, len(keys), 200):
            rows = self._connection.execute(_FIND_ONCE, {"keys": keys[start : start + 200]})
            for row in rows:
                self._once[row.actor_id, row.client_id] = {
                    "fingerprint": row.fingerprint,
                    "outcome": row.outcome,
                }

    def carry_out(self, job: Job, facts: Facts) -> Outcome:
        """Decide one job and stage what it decided; raises `Refusal`, and then stages nothing."""
        if job.once is not None:
            before = self._once.get((job.once.actor, job.once.client_id))
            if before is not None:
                return _first(before, job.once)
        decision = job.act(facts)
        outcome = Outcome(result=decision.result, signals=decision.signals)
        for new in decision.streams:
            self._open(new.id, new.kind)
        for stream in decision.tightens:
            state = self.state(stream)
            state.rules_seq += 1
            self._moved.add(stream)
        actor = decision.actor or job.actor
        for event in decision.events:
            outcome.events.append(self._number(actor, event))
        if decision.records:
            connection = self.connection
            for record in decision.records:
                WRITERS[type(record)](connection, record, self.now)
        if outcome.events:
            first = outcome.events[0]
            outcome.stream, outcome.seq = first.stream, first.seq
            if isinstance(outcome.result, dict) and "no" in outcome.result:
                # Only this transaction knows the number that the answer names.
                outcome.result = {**outcome.result, "no": first.no}
        if job.once is not None:
            self._stage_once(job.once, outcome)
        return outcome

    def state(self, stream: str) -> StreamState:
        """A stream's row, locked for writing if it was not yet."""
        found = self.streams.get(stream)
        if found is None:
            self.streams.update(streams.lock(self._connection, [stream], "write"))
            found = self.streams.get(stream)
            if found is None:
                raise LookupError(f"no stream {stream}")
        return found

    def flush(self) -> None:
        """Write staged events and their projections, in order."""
        staged, self._staged = self._staged, []
        if not staged:
            return
        self._connection.execute(
            _INSERT_EVENT,
            [
                {
                    "stream_id": e.stream, "seq": e.seq, "v": e.v, "kind": e.kind,
                    "actor_id": e.actor, "at": e.at, "no": e.no, "data": e.data, "route": e.route,
                }
                for e in staged
            ],
        )  # fmt: skip
        for kind, run in groupby(staged, key=lambda e: e.kind):
            projector = PROJECTORS.get(kind)
            if projector is not None:
                projector(self._connection, list(run))

    def finish(self) -> None:
        """Write what is left: events, heads, and the keys of the commands."""
        self.flush()
        if self._moved:
            self._connection.execute(
                _MOVE_HEAD,
                [
                    {
                        "b_id": s.id, "b_seq": s.head_seq, "b_no": s.head_no,
                        "b_at": s.last_at, "b_rules": s.rules_seq,
                    }
                    for s in (self.streams[name] for name in sorted(self._moved))
                ],
            )  # fmt: skip
        fresh = [row["row"] for row in self._once.values() if "row" in row]
        if fresh:
            fresh.sort(key=lambda row: (row["actor_id"], row["client_id"]))
            self._connection.execute(_INSERT_ONCE, fresh)

    def _open(self, stream: str, kind: str) -> None:
        state = StreamState(stream, kind, streams.new_epoch(), 0, 1, 0, 0, 0)
        self._connection.execute(
            insert(STREAM),
            {
                "id": stream, "kind": kind, "epoch": state.epoch, "head_seq": 0, "first_seq": 1,
                "head_no": 0, "last_at": 0, "rules_seq": 0,
            },
        )  # fmt: skip
        self.streams[stream] = state

    def _number(self, actor: str, event: NewEvent) -> StoredEvent:
        state = self.state(event.stream)
        if event.redacts:
            redact(self.connection, event.stream, event.redacts)
            self.redacted = True
        state.head_seq += 1
        state.last_at = max(self.now, state.last_at + 1)
        route = None
        if event.revokes or event.mentions or event.number:
            route = codec.dump(codec.Route(event.revokes, event.mentions, bool(event.number)))
        stored = StoredEvent(
            stream=event.stream,
            seq=state.head_seq,
            v=VERSION,
            kind=KIND_OF[type(event.data)],
            actor=actor,
            at=state.last_at,
            no=self._give_no(state, event.number),
            data=codec.dump(event.data),
            route=route,
        )
        self._moved.add(event.stream)
        self._staged.append(stored)
        return stored

    def _give_no(self, state: StreamState, number: str | None) -> int | None:
        if number is None:
            return None
        if not number:
            state.head_no += 1
            return state.head_no
        head = self._threads.get(number)
        if head is None:
            query = select(MESSAGE.c.reply_head).where(MESSAGE.c.id == number)
            head = self.connection.execute(query).scalar_one()
        self._threads[number] = head + 1
        return head + 1

    def _stage_once(self, once: Once, outcome: Outcome) -> None:
        text = codec.dump(FirstOutcome(outcome.stream, outcome.seq, outcome.result))
        self._once[once.actor, once.client_id] = {
            "fingerprint": once.fingerprint,
            "outcome": text,
            "row": {
                "actor_id": once.actor,
                "client_id": once.client_id,
                "fingerprint": once.fingerprint,
                "outcome": text,
                "at": self.now,
            },
        }


def _first(before: dict[str, Any], once: Once) -> Outcome:
    if before["fingerprint"] != once.fingerprint:
        raise Refusal("client_id_reused")
    first = _once_decoder.decode(before["outcome"])
    return Outcome(stream=first.stream, seq=first.seq, result=first.result, duplicate=True)


def unlocked(wanted: Sequence[str], held: dict[str, StreamState]) -> set[str]:
    """Those of `wanted` that were not locked (or do not exist)."""
    return {stream for stream in wanted if stream not in held}
