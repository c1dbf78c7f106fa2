"""From what was committed to what is sent: places that stir become due rows, due rows are told.

What was committed here is gathered for a moment and scheduled as one row a place, a few seconds
off: somebody who reads it meanwhile is not told, and much talk is told of once. The row asks what
there is to tell and to whom, sends that, and writes down how far each device was told. A node that
dies in between loses the moment; `sweep` finds it again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence

import msgspec
import structlog

from accounts.push import DeviceFailed, DropDevice, Told
from chat.push import words
from chat.push.courier import Courier, How
from jobs import Due
from rooms.model import Decision, Record
from rooms.records import Schedule
from storage.accounts import queries as accounts
from storage.database import Database
from storage.jobs.store import SYSTEM, once, recording
from storage.queries import push
from storage.queries.push import Addressee, Notice, Telling
from storage.queries.push_reminders import lately_rung, rung
from storage.queries.push_reports import lately_reported, reported
from storage.queries.push_talk import telling
from storage.streams import StoredEvent
from storage.transaction import Job, Locks, Outcome

log = structlog.get_logger()

TALK, REPORT, REMINDER = "push.talk", "push.report", "push.reminder"
SAMPLE, SWEEP = "push.try", "push.sweep"
SECOND = 1_000_000
DELAY = 8 * SECOND
"""Microseconds from a message to its notification: long enough to be read on an open screen."""
GATHER = 1.0
"""Seconds for which what was committed is gathered."""
MOST_GATHERED = 10_000
SWEPT_EVERY = 600.0
"""Seconds."""
_SWEPT = 30 * 60 * SECOND
_BATCH = 64
"""Devices asked for, and told, at a time: each is asked again right before."""
_TTL, _TTL_URGENT = 4 * 3600, 24 * 3600
_FIRST_RETRY, _LAST_RETRY = 30, 3600
_REFUSALS = 5
"""In a row, after which a device is given up."""

Run = Callable[[Job], Awaitable[Outcome]]
Question = Callable[..., Telling]


class _Posted(msgspec.Struct):
    """What of an event says which message was posted where, which report or reminder it is."""

    id: str
    thread: str | None = None
    rung: str | None = None


_posted = msgspec.json.Decoder(_Posted)


class Pushing:
    """Owns what was gathered, and the task that schedules it."""

    def __init__(
        self, database: Database, run: Run, now: Callable[[], int], courier: Courier, key: bytes
    ) -> None:
        self.courier = courier
        self._database = database
        self._run = run
        self._now = now
        self._key = key
        self._gathered: list[tuple[str, str, str]] = []
        self._stirred = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin scheduling."""
        self._task = asyncio.create_task(self._work(), name="push")

    async def stop(self) -> None:
        """Schedule what was gathered, and end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        await self._flush_safely()

    def saw(self, events: Sequence[StoredEvent]) -> None:
        """What was committed on this node; called for every command, so it does next to nothing."""
        for event in events:
            if event.kind in _WATCHED and len(self._gathered) < MOST_GATHERED:
                self._gathered.append((event.kind, event.stream, event.data))
                self._stirred.set()

    async def _work(self) -> None:
        while True:
            await self._stirred.wait()
            await asyncio.sleep(GATHER)
            await self._flush_safely()

    async def _flush_safely(self) -> None:
        try:
            await self.flush()
        except Exception as error:  # noqa: BLE001 - the sweep finds what this loses
            log.warning("push_not_scheduled", error=error)

    async def flush(self) -> None:
        """Have what was gathered told, if there is anybody to tell."""
        gathered, self._gathered = self._gathered, []
        self._stirred.clear()
        wanted = {_WATCHED[kind](stream, data) for kind, stream, data in gathered}
        if not wanted or not await self._database.ask(push.any_device):
            return
        now = self._now()
        # Never later than it was: a place that does not rest is told of all the same.
        places = sorted(one for one in wanted if one)
        at = now + DELAY
        rows = [Schedule(kind=kind, key=place, at=at, sooner=True) for kind, place in places]
        await self._run(recording(*rows))

    # --- what is due ---

    async def talk(self, due: Due) -> None:
        """Tell of a room or a thread."""
        await self._tell(due, telling)

    async def report(self, due: Due) -> None:
        """Tell of a report."""
        await self._tell(due, reported)

    async def reminder(self, due: Due) -> None:
        """Tell somebody of a reminder of their own."""
        await self._tell(due, rung)

    async def _tell(self, due: Due, question: Question) -> None:
        while True:
            until = self.courier.soon()
            found = await self._database.ask(question, due.key, self._now(), _BATCH)
            if not found.now:
                break
            face = await self._database.ask(accounts.community_face)
            name, language = (face.name, face.language) if face else ("", "en")
            sending = (
                self._told(device, notice, words.payload(notice, name, language), until)
                for device, notice in found.now
            )
            told = [one for one in await asyncio.gather(*sending) if one is not None]
            if told:
                await self._run(recording(*told))
        if found.later:
            rest = Job(SYSTEM, lambda _: Locks(share=()), lambda _: Decision())
            await self._run(once(due, rest, found.later))

    async def _told(
        self, device: Addressee, notice: Notice, payload: bytes, until: float
    ) -> Record | None:
        """Send it; what is written down of that. None where it had to wait for too long: it is
        asked for anew."""
        ttl = _TTL_URGENT if notice.urgent else _TTL
        how = How(ttl, notice.urgent, self._topic(notice.place))
        verdict = await self.courier.send(device, payload, how, until)
        if verdict is None:
            return None
        if verdict.state == "sent":
            return Told(session=device.session, place=notice.place, no=notice.no)
        return self._failed(device, verdict.state, verdict.wait)

    def _failed(self, device: Addressee, state: str, wait: float) -> Record:
        failures = device.failures + 1
        if state == "gone" or (state == "refused" and failures >= _REFUSALS):
            return DropDevice(session=device.session, endpoint=device.endpoint)
        seconds = max(wait, min(_LAST_RETRY, _FIRST_RETRY * 3 ** min(device.failures, 6)))
        return DeviceFailed(
            session=device.session,
            endpoint=device.endpoint,
            failures=failures,
            retry_at=self._now() + int(seconds * SECOND),
        )

    async def sample(self, due: Due) -> None:
        """Show a device how it will look; tried once."""
        found = await self._database.ask(push.device, due.key, self._now())
        face = await self._database.ask(accounts.community_face)
        if found is None or face is None:
            return
        payload = words.sample(face.name, face.language, self._now())
        verdict = await self.courier.send(found, payload, How(600, True, self._topic("try")))
        if verdict is not None and verdict.state != "sent":
            await self._run(recording(self._failed(found, verdict.state, verdict.wait)))

    async def sweep(self, _: Due) -> None:
        """What stirred lately is due once more: what was told needs nothing, the rest is found."""
        if not await self._database.ask(push.any_device):
            return
        now = self._now()
        rows: list[Record] = []
        for kind, lately in _SWEEPS:
            places = await self._database.ask(lately, now - _SWEPT)
            rows += [Schedule(kind=kind, key=place, at=now, keep=True) for place in places]
        if rows:
            await self._run(recording(*rows))

    def _topic(self, place: str) -> str:
        """A name of a place that says nothing to a push service: 32 characters of base64url."""
        digest = hashlib.blake2b(place.encode(), digest_size=16, key=self._key)
        return digest.hexdigest()


def _of_message(stream: str, data: str) -> tuple[str, str]:
    return TALK, _posted.decode(data).thread or stream


def _of_report(_: str, data: str) -> tuple[str, str]:
    return REPORT, _posted.decode(data).id


def _of_reminder(stream: str, data: str) -> tuple[str, str] | None:
    moved = _posted.decode(data)
    return (REMINDER, moved.id) if moved.rung and stream.startswith("p_") else None


_SWEEPS = ((TALK, push.stirred), (REPORT, lately_reported), (REMINDER, lately_rung))
"""What stirred lately, by kind of what is due then."""
_WATCHED: dict[str, Callable[[str, str], tuple[str, str] | None]] = {
    "message.posted": _of_message,
    "report.changed": _of_report,
    "planned.moved": _of_reminder,
}
"""Kinds of events that somebody may have to be told of, and what is due then."""
