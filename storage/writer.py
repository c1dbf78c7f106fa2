"""The writer: gathers commands into transactions, on threads of its own.

On SQLite one thread does every write of the server. On PostgreSQL one thread takes all streams
that are free (`SKIP LOCKED`) and hands commands whose stream another transaction holds to a lane,
where they wait in order without holding up other rooms. A batch that fails is retried command by
command, so that one bad command fails alone. Outcomes come back to the event loop once a batch,
after the commit (promise P1).
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Container, Sequence

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from rooms.errors import Refusal
from storage import streams
from storage.compacting import night
from storage.database import Database
from storage.facts import SqlFacts, StandingCache
from storage.gathering import Gathering
from storage.lane import Lane
from storage.queued import Counters, Entry
from storage.transaction import Job, Outcome, Transaction
from storage.trouble import CommitUnknownError, passing

log = structlog.get_logger()

BATCH = 256
"""Commands in one transaction at most: bounds what a failed batch has to do again."""
WAITING = 20_000
"""Commands that may wait for a transaction: beyond that they are refused with `busy`."""
ATTEMPTS = 4
LONGEST_WAIT = 10.0
"""Seconds after which a command for a stream that is held elsewhere is given up."""
AWAY_WAIT = 5.0
"""Seconds that a command waits for a database that cannot be reached, before it is refused."""
AWAY_PAUSE = 0.1


class Writer:
    """Carries out jobs. `clock` gives microseconds since 1970; `gather` and `slower` are those of
    `storage.gathering`."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], int],
        gather: float = 0.002,
        slower: Callable[[float], float] = float,
    ) -> None:
        self.counters = Counters()
        self.on_redaction: Callable[[], None] = lambda: None
        self.on_schedule: Callable[[int], None] = lambda _: None
        self.night: Callable[[int], int] = night
        self.between: Callable[[], None] = lambda: None
        """What this thread does between two transactions."""
        self.resting = threading.Lock()
        """Held by whoever wants nothing to be written by this thread; commands wait meanwhile."""
        self._database = database
        self._clock = clock
        self._gathering = Gathering(gather, slower)
        self._cache = StandingCache()
        self._queue: deque[Entry] = deque()
        self._under_way: set[asyncio.Future[Outcome]] = set()
        self._wake = threading.Event()
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._lane = Lane(self._contended)

    def start(self) -> None:
        """Start the thread; outcomes are delivered to the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def stop(self) -> None:
        """Carry out what is queued, then end the threads."""
        self._stopping = True
        self._wake.set()
        await asyncio.to_thread(self._thread.join)
        await asyncio.to_thread(self._lane.stop)

    async def drained(self) -> None:
        """Return when nothing is queued or under way any more."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    @property
    def waiting(self) -> int:
        """Commands not yet taken into a transaction."""
        return len(self._queue)

    def submit(self, job: Job) -> asyncio.Future[Outcome]:
        """Queue a job. The future has an `Outcome` or raises the job's `Refusal` or error."""
        assert self._loop is not None, "start() first"
        future: asyncio.Future[Outcome] = self._loop.create_future()
        if self._stopping:
            future.set_exception(Refusal("shutting_down", retry_after=2.0))
            return future
        if len(self._queue) >= WAITING:
            future.set_exception(Refusal("busy", retry_after=1.0))
            return future
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        self._queue.append(Entry(job, future))
        if not self._wake.is_set():
            self._wake.set()
        return future

    # --- the writer's thread ---

    def _run(self) -> None:
        crowded = False
        while True:
            self._wake.wait()
            self._wake.clear()
            while self._queue:
                self._gathering.let_arrive(self._queue, crowded, lambda: self._stopping)
                batch = [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]
                crowded = len(batch) > 1
                try:
                    with self.resting:
                        self.between()
                        self._carry_out(batch)
                except Exception as error:  # noqa: BLE001 - without this thread nothing is written
                    for entry in batch:
                        entry.outcome = entry.outcome or Outcome(error=error)
                    self._deliver(batch)
            if self._stopping and not self._queue:
                return

    def _carry_out(self, batch: list[Entry]) -> None:
        later: list[Entry] = []
        lost = 0
        while batch:
            try:
                later = self._attempt(batch, patient=False)
                break
            except Exception as error:  # noqa: BLE001 - told to whoever sent the command
                for entry in batch:
                    entry.outcome = None
                if self._away(error):
                    lost += 1
                    # A command that breaks the connection each time must not take others along.
                    if lost == 1:
                        log.warning("database_away", commands=len(batch), error=error)
                    if lost == 1 or not self._database.reachable():
                        batch = self._wait(batch, error)
                        continue
                later = self._one_by_one(batch, error)
                break
        self._deliver([entry for entry in batch if entry.outcome is not None])
        self.counters.waited += len(later)
        self._lane.start(later)

    def _one_by_one(self, batch: list[Entry], error: Exception) -> list[Entry]:
        """Each command of a failed batch alone; returns those that went to the lane."""
        if len(batch) > 1:
            log.warning("batch_failed", commands=len(batch), error=error)
        later: list[Entry] = []
        for entry in batch:
            if not self._unknown(entry, error):
                later += self._alone(entry, patient=False)
        return later

    def _away(self, error: BaseException | None) -> bool:
        return self._database.away(
            error.__cause__ if isinstance(error, CommitUnknownError) else error
        )

    def _wait(self, batch: list[Entry], error: Exception) -> list[Entry]:
        """The database is away: refuse what waited long enough; returns what goes on waiting."""
        oldest = time.monotonic() - AWAY_WAIT
        waiting: list[Entry] = []
        while self._queue and self._queue[0].since < oldest:
            batch.append(self._queue.popleft())
        for entry in batch:
            if self._unknown(entry, error):
                continue
            if entry.since < oldest or self._stopping:
                entry.outcome = Outcome(error=Refusal("unavailable", retry_after=2.0))
            else:
                waiting.append(entry)
        self._deliver([entry for entry in batch if entry.outcome is not None])
        if waiting:
            time.sleep(AWAY_PAUSE)
        return waiting

    def _contended(self, entries: list[Entry]) -> None:
        """Commands for one stream that another node holds: they wait for it together."""
        try:
            self._attempt(entries, patient=True)
        except Exception:  # noqa: BLE001 - each command is tried alone
            for entry in entries:
                entry.outcome = None
                self._alone(entry, patient=True)
        self._deliver(entries)

    def _alone(self, entry: Entry, *, patient: bool) -> list[Entry]:
        """The command by itself, again where that may help; returns it if it went to the lane."""
        self.counters.alone += 1
        code = "busy"
        for attempt in range(ATTEMPTS):
            if patient and time.monotonic() > entry.since + LONGEST_WAIT:
                break
            try:
                return self._attempt([entry], patient=patient)
            except Exception as error:
                entry.outcome = None
                if self._unknown(entry, error):
                    return []
                if not passing(error):
                    log.exception("command_failed")
                    entry.outcome = Outcome(error=error)
                    return []
                if attempt == ATTEMPTS - 1:
                    # The client hears `busy`; a full disk is for the operator to see.
                    log.warning("command_put_off", error=error)
                code = "unavailable" if self._away(error) else "busy"
                time.sleep(0.01 * 2**attempt)
        entry.outcome = Outcome(error=Refusal(code, retry_after=1.0))
        return []

    def _unknown(self, entry: Entry, error: Exception) -> bool:
        """Whether nobody can know if the command was carried out: then it is not tried again."""
        if not isinstance(error, CommitUnknownError) or entry.job.once is not None:
            return False
        entry.outcome = Outcome(error=error)
        return True

    def _attempt(self, batch: list[Entry], *, patient: bool) -> list[Entry]:
        """One transaction; returns the entries whose streams are held elsewhere."""
        committing = False
        later: list[Entry] = []
        try:
            with (
                self._database.writing.connect() as connection,
                self._database.bounded(connection),
                connection.begin(),
            ):
                transaction = Transaction(connection, self._clock(), self.night)
                facts = SqlFacts(transaction, self._cache)
                entries, later = self._lock(connection, transaction, facts, batch, patient)
                transaction.remember([entry.job for entry in entries])
                for entry in entries:
                    try:
                        entry.outcome = transaction.carry_out(entry.job, facts)
                    except Refusal as refusal:
                        entry.outcome = Outcome(error=refusal)
                transaction.finish()
                committing = True
        except BaseException as error:
            # They are tried anew with the rest.
            self._lane.withdraw(later)
            lost = isinstance(error, DBAPIError) and error.connection_invalidated
            if committing and lost:
                raise CommitUnknownError from error
            raise
        self.counters.commits += 1
        self.counters.commands += len(entries)
        if transaction.redacted:
            self.on_redaction()
        if transaction.due_at is not None:
            self.on_schedule(transaction.due_at)
        return later

    def _lock(
        self,
        connection: Connection,
        transaction: Transaction,
        facts: SqlFacts,
        batch: list[Entry],
        patient: bool,
    ) -> tuple[list[Entry], list[Entry]]:
        ready: list[Entry] = []
        for entry in batch:
            try:
                entry.locks = entry.job.locks(facts)
                ready.append(entry)
            except Refusal as refusal:
                entry.outcome = Outcome(error=refusal)
        write = {stream for entry in ready for stream in entry.locks.write}
        share = {stream for entry in ready for stream in entry.locks.share} - write
        if patient or self._database.dialect == "sqlite":
            transaction.streams.update(streams.lock(connection, share, "share"))
            transaction.streams.update(streams.lock(connection, write, "write"))
            return ready, []
        transaction.streams.update(streams.lock(connection, share, "share_now"))
        transaction.streams.update(streams.lock(connection, write, "write_now"))
        missing = (write | share) - transaction.streams.keys()
        existing = streams.states(connection, missing).keys() if missing else frozenset()
        return self._part(ready, existing)

    def _part(
        self, ready: Sequence[Entry], busy: Container[str]
    ) -> tuple[list[Entry], list[Entry]]:
        now: list[Entry] = []
        later: list[Entry] = []
        for entry in ready:
            locks = entry.locks
            waits = self._lane.take(entry, (*locks.write, *locks.share), locks.write, busy)
            (later if waits else now).append(entry)
        return now, later

    def _deliver(self, entries: list[Entry]) -> None:
        if not entries or self._loop is None:
            return
        try:
            self._loop.call_soon_threadsafe(_settle, entries)
        except RuntimeError:
            log.warning("loop_closed", commands=len(entries))


def _settle(entries: list[Entry]) -> None:
    for entry in entries:
        if entry.future.done() or entry.outcome is None:
            continue
        if entry.outcome.error is not None:
            entry.future.set_exception(entry.outcome.error)
        else:
            entry.future.set_result(entry.outcome)


def carry_out_now(database: Database, jobs: Sequence[Job], now: int) -> list[Outcome]:
    """Carry out jobs at once in one transaction, without a loop: for the command line."""
    outcomes: list[Outcome] = []
    with database.writing.connect() as connection, connection.begin():
        transaction = Transaction(connection, now)
        facts = SqlFacts(transaction, StandingCache())
        for job in jobs:
            locks = job.locks(facts)
            transaction.streams.update(streams.lock(connection, locks.share, "share"))
            transaction.streams.update(streams.lock(connection, locks.write, "write"))
        transaction.remember(jobs)
        outcomes.extend(transaction.carry_out(job, facts) for job in jobs)
        transaction.finish()
    return outcomes
