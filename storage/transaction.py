"""One transaction in which many commands are decided and appended.

Decisions are made *under the locks* of the streams they rest on, with facts read in the same
transaction: what was acknowledged before is seen, and nothing can change between deciding and
committing (promise P5; docs/decisions/0003). Events are numbered here (P2) and a command that was
carried out before is answered with its first outcome (P3).

Work is staged and written in few statements; a fact that needs SQL flushes what is staged first, so
that a command sees what the one before it did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select

from protocol.events import KIND_OF, VERSION
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Decision, NewEvent, ToPerson
from rooms.records import Schedule
from storage import codec, compacting, streams
from storage.bulk import Rows, insertion, tuples
from storage.clock import binding_now
from storage.driver import settle
from storage.jobs.rows import schedule
from storage.projections import PROJECTORS, redact
from storage.records import ERASES, WRITERS
from storage.streams import StoredEvent, StreamState
from storage.tables import COMMAND_ONCE, EVENT, MESSAGE, STREAM


class Locks(msgspec.Struct, frozen=True, gc=False):
    """Streams that an action appends to or tightens, and streams that it only decides on."""

    write: tuple[str, ...] = ()
    share: tuple[str, ...] = ("community",)


class Once(msgspec.Struct, frozen=True, gc=False):
    """The key of a command, and a keyed hash of its content."""

    actor: str
    client_id: str
    fingerprint: str


class Job(msgspec.Struct):
    """A command on its way into the log."""

    actor: str
    locks: Callable[[Facts], Locks]
    act: Callable[[Facts], Decision]
    once: Once | None = None


class Outcome(msgspec.Struct):
    """How a job ended: events to publish after the commit, and the answer; or `error`."""

    stream: str | None = None
    seq: int | None = None
    result: Any = None
    duplicate: bool = False
    events: list[StoredEvent] = []
    signals: list[ToPerson] = []
    tightened: tuple[str, ...] = ()
    """Streams in which a right was taken or a setting changed."""
    error: BaseException | None = None


class FirstOutcome(msgspec.Struct, frozen=True):
    """What `command_once` keeps of an answer."""

    stream: str | None
    seq: int | None
    result: Any


_once_decoder = msgspec.json.Decoder(FirstOutcome)
_INSERT_EVENT = insertion(
    EVENT, "stream_id", "seq", "v", "kind", "actor_id", "at", "no", "data", "route"
)
_INSERT_ONCE = insertion(COMMAND_ONCE, "actor_id", "client_id", "fingerprint", "outcome", "at")
_MOVE_HEAD = Rows(
    "UPDATE stream SET head_seq = v.column1, head_no = v.column2, last_at = v.column3, "
    "rules_seq = v.column4 FROM (:rows) AS v WHERE stream.id = v.column5",
    "bigint", "bigint", "bigint", "bigint", "text",
)  # fmt: skip
_FIND_ONCE = {
    "sqlite": """SELECT o.actor_id, o.client_id, o.fingerprint, o.outcome
        FROM json_each(?) AS k JOIN command_once AS o
        ON o.actor_id = json_extract(k.value, '$[0]')
        AND o.client_id = json_extract(k.value, '$[1]')""",
    # OFFSET 0 keeps it a question for each: a plan from when the table was small reads all of it.
    "postgresql": """SELECT o.actor_id, o.client_id, o.fingerprint, o.outcome
        FROM jsonb_array_elements($1::jsonb) AS given (k) CROSS JOIN LATERAL (
            SELECT * FROM command_once WHERE actor_id = k->>0 AND client_id = k->>1 OFFSET 0
        ) AS o""",
}


class _Carried(msgspec.Struct, gc=False):
    """A command that was carried out, before this transaction or in it."""

    fingerprint: str
    outcome: str
    fresh: bool


QUIET = frozenset({"message.posted", "thread.counted"})
"""Events that change no room, member or person: rules can be read without writing them first."""


class Transaction:
    """Decides and stages jobs on one connection; the caller begins and commits."""

    def __init__(
        self, connection: Connection, now: int, night: Callable[[int], int] = compacting.night
    ) -> None:
        self.now = now
        self._night = night
        self.streams: dict[str, StreamState] = {}
        self.redacted = False
        self.due_at: int | None = None
        self._connection = connection
        self._clock: int | None = None
        self.unsettled: set[str] = set()
        self._moved: set[str] = set()
        self._loud = False
        self._staged: list[StoredEvent] = []
        self._threads: dict[str, int] = {}
        self._once: dict[tuple[str, str], _Carried] = {}

    def clock(self) -> int:
        """The time that ends are compared with, read once a transaction."""
        if self._clock is None:
            self._clock = binding_now(self._connection, self.now)
        return self._clock

    @property
    def connection(self) -> Connection:
        """For reading facts: everything staged so far is written first."""
        if self._staged:
            self.flush()
        return self._connection

    @property
    def rules_connection(self) -> Connection:
        """For reading members, rooms and people, which staged messages cannot change."""
        if self._loud:
            self.flush()
        return self._connection

    def remember(self, jobs: Iterable[Job]) -> None:
        """Find which of these commands were carried out before."""
        keys = [(job.once.actor, job.once.client_id) for job in jobs if job.once]
        if not keys:
            return
        query = _FIND_ONCE[self._connection.dialect.name]
        for row in tuples(self._connection, query, (codec.dump(keys),)):
            self._once[row[0], row[1]] = _Carried(row[2], row[3], fresh=False)

    def carry_out(self, job: Job, facts: Facts) -> Outcome:
        """Decide one job and stage what it decided; raises `Refusal`, and then stages nothing."""
        if job.once is not None:
            before = self._once.get((job.once.actor, job.once.client_id))
            if before is not None:
                return _first(before, job.once)
        decision = job.act(facts)
        outcome = Outcome(
            result=decision.result, signals=decision.signals, tightened=decision.tightens
        )
        for new in decision.streams:
            self._open(new.id, new.kind)
        for stream in decision.tightens:
            state = self.state(stream)
            state.rules_seq += 1
            self.unsettled.add(stream)
            self._moved.add(stream)
        actor = decision.actor or job.actor
        for event in decision.events:
            outcome.events.append(self._number(event.actor or actor, event))
        if decision.records:
            connection = self.connection
            for record in decision.records:
                WRITERS[type(record)](connection, record, self.now)
                self.redacted |= type(record) in ERASES
                if type(record) is Schedule:
                    self.due_at = min(record.at, self.due_at or record.at)
        if outcome.events:
            first = outcome.events[0]
            outcome.stream, outcome.seq = first.stream, first.seq
            if isinstance(outcome.result, dict) and "no" in outcome.result:
                # Only this transaction knows the number that the answer names.
                outcome.result = {**outcome.result, "no": first.no}
        if job.once is not None and not decision.secret:
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
        self._loud = False
        if not staged:
            return
        _INSERT_EVENT.run(
            self._connection,
            [(e.stream, e.seq, e.v, e.kind, e.actor, e.at, e.no, e.data, e.route) for e in staged],
        )
        for kind, run in groupby(staged, key=lambda e: e.kind):
            projector = PROJECTORS.get(kind)
            if projector is not None:
                projector(self._connection, list(run))

    def finish(self) -> None:
        """Write what is left: events, heads, and the keys of the commands."""
        self.flush()
        moved = (self.streams[name] for name in sorted(self._moved))
        _MOVE_HEAD.run(
            self._connection,
            [(s.head_seq, s.head_no, s.last_at, s.rules_seq, s.id) for s in moved],
        )
        # In the order of their keys, so that two nodes never wait on each other in a circle.
        _INSERT_ONCE.run(
            self._connection,
            [
                (*key, carried.fingerprint, carried.outcome, self.now)
                for key, carried in sorted(self._once.items())
                if carried.fresh
            ],
        )
        if self.redacted:
            # The last lock that is taken, as every node takes it.
            wish = compacting.wish(self.now, self._night(self.now))
            schedule(self._connection, wish, self.now)
            self.due_at = min(wish.at, self.due_at or wish.at)
        # Before the commit is sent: what is lost until here was surely not committed.
        settle(self._connection)

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
        if event.opens:
            self._threads[event.opens] = 0
        route = None
        if event.revokes or event.mentions or event.number or event.redacts:
            route = codec.dump(
                codec.Route(
                    revokes=event.revokes,
                    mentions=event.mentions,
                    redacts=max(event.redacts, default=0),
                    threaded=bool(event.number),
                )
            )
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
        if stored.kind not in QUIET:
            self._loud = True
            self.unsettled.add(event.stream)
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
        self._once[once.actor, once.client_id] = _Carried(once.fingerprint, text, fresh=True)


def _first(before: _Carried, once: Once) -> Outcome:
    if before.fingerprint != once.fingerprint:
        raise Refusal("client_id_reused")
    first = _once_decoder.decode(before.outcome)
    return Outcome(stream=first.stream, seq=first.seq, result=first.result, duplicate=True)
