"""The hub: which connections watch which stream, and one write for what gathered.

A quiet stream's event leaves in the tick it came; a busy one is flushed as often as `chat.pace`
says, with every connection writing the same bytes object. The loops over connections are
synchronous. Streams watched in summary mode are told their heads at most once a second. The hub
never learns what a room is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from chat.envelope import Envelope
from chat.pace import Pace
from chat.sink import Batch

SUMMARY_EVERY = 1.0


class Watcher(Protocol):
    """A connection, as the hub sees it."""

    person: str

    def deliver(self, batch: Batch) -> None:
        """Events, to be kept in order."""
        ...

    def signal(self, batch: Batch) -> None:
        """Something lossy: dropped when the client is slow."""
        ...

    def summarise(self, streams: list[tuple[str, int, int, int]]) -> None:
        """`(stream, seq, no, mentions of this person)` of background streams that moved."""
        ...

    def revoked(self, stream: str, why: str) -> None:
        """The right to watch ended; the hub has let go already."""
        ...


class Channel:
    """A watched stream. `full` maps watchers to whether they are visitors."""

    __slots__ = ("due", "flushed", "full", "late", "mentions", "no", "pending", "seq", "summary")

    def __init__(self) -> None:
        self.full: dict[Watcher, bool] = {}
        self.summary: dict[Watcher, bool] = {}
        self.pending: list[bytes] = []
        self.due = False
        self.flushed = 0.0
        self.seq = 0
        self.no = 0
        self.mentions: list[tuple[int, str]] = []
        """Who was mentioned since the last summary, and by which event."""
        self.late: dict[Watcher, int] = {}
        """Who came since then, and after which event: what was before is counted already."""


class Hub:
    """Streams to local connections. `idle(stream)` is called when the last watcher has gone."""

    def __init__(self, idle: Callable[[str], None] = lambda _: None) -> None:
        self.deliveries = 0
        self.writes = 0
        self._idle = idle
        self.pace = Pace(time.monotonic, time.process_time)
        self._channels: dict[str, Channel] = {}
        self._moved: set[str] = set()
        self._summaries: asyncio.TimerHandle | None = None

    def attach(self, watcher: Watcher, stream: str, *, full: bool, visitor: bool) -> None:
        """Watch a stream from its present position on, or change how it is watched."""
        channel = self._channels.get(stream)
        if channel is None:
            channel = self._channels[stream] = Channel()
        if channel.mentions and watcher not in channel.summary:
            channel.late[watcher] = channel.seq
        if watcher not in channel.full:
            # Others may be too slow for what follows: somebody watches still.
            channel.summary[watcher] = visitor
        # What is pending was before this watcher's position: it has had it.
        self._flush(channel)
        if channel.full.pop(watcher, None) is None and channel.summary.pop(watcher, None) is None:
            return  # It was too slow for that itself.
        (channel.full if full else channel.summary)[watcher] = visitor

    def detach(self, watcher: Watcher, stream: str) -> None:
        """Stop watching."""
        channel = self._channels.get(stream)
        if channel is None:
            return
        if channel.pending and watcher in channel.full:
            self._flush(channel)
        channel.full.pop(watcher, None)
        channel.summary.pop(watcher, None)
        if not channel.full and not channel.summary:
            del self._channels[stream]
            self._moved.discard(stream)
            self._idle(stream)

    def watched(self, stream: str) -> bool:
        """Whether anybody here watches it."""
        return stream in self._channels

    def people(self, stream: str) -> set[str]:
        """Everyone who watches a stream here."""
        channel = self._channels.get(stream)
        if channel is None:
            return set()
        return {w.person for w in channel.full} | {w.person for w in channel.summary}

    def deliver(self, envelope: Envelope) -> None:
        """An event that passed the gate."""
        channel = self._channels.get(envelope.stream)
        if channel is None:
            return
        channel.pending.append(envelope.payload)
        channel.seq = envelope.seq
        if envelope.no:
            channel.no = envelope.no
        if channel.summary:
            channel.mentions.extend((envelope.seq, who) for who in envelope.mentions)
            self._summarise_soon(envelope.stream)
        if envelope.revokes:
            self._flush(channel)
            self._revoke(envelope.stream, channel, envelope.revokes)
        elif not channel.due:
            loop = asyncio.get_running_loop()
            channel.due = True
            wait = channel.flushed + self.pace.look() - loop.time()
            if wait <= 0:
                loop.call_soon(self._flush_due, channel)
            else:
                loop.call_later(wait, self._flush_due, channel)

    def signal(self, stream: str, payload: bytes, sender: str = "") -> None:
        """Something lossy for everyone who watches a stream in full, but its sender."""
        channel = self._channels.get(stream)
        if channel is None or not channel.full:
            return
        batch = Batch.of([payload])
        for watcher in channel.full:
            if watcher.person != sender:
                watcher.signal(batch)

    def _flush_due(self, channel: Channel) -> None:
        channel.due = False
        self._flush(channel)

    def _flush(self, channel: Channel) -> None:
        if not channel.pending:
            return
        payloads, channel.pending = channel.pending, []
        channel.flushed = asyncio.get_running_loop().time()
        if not channel.full:
            return
        batch = Batch.of(payloads)
        self.deliveries += len(payloads) * len(channel.full)
        self.writes += len(channel.full)
        # A watcher that turns out to be congested detaches itself while we go round.
        for watcher in tuple(channel.full):
            watcher.deliver(batch)

    def _revoke(self, stream: str, channel: Channel, whom: Iterable[str]) -> None:
        revoked = set(whom)
        visitors = "visitors" in revoked
        for watchers in (channel.full, channel.summary):
            for watcher, visitor in list(watchers.items()):
                if watcher.person in revoked or (visitors and visitor):
                    self.detach(watcher, stream)
                    watcher.revoked(stream, "removed")

    def _summarise_soon(self, stream: str) -> None:
        self._moved.add(stream)
        if self._summaries is None:
            loop = asyncio.get_running_loop()
            self._summaries = loop.call_later(self.pace.slower(SUMMARY_EVERY), self._summarise)

    def _summarise(self) -> None:
        self._summaries = None
        moved, self._moved = self._moved, set()
        told: dict[Watcher, list[tuple[str, int, int, int]]] = {}
        for stream in moved:
            channel = self._channels.get(stream)
            if channel is None:
                continue
            mentions, channel.mentions = channel.mentions, []
            late, channel.late = channel.late, {}
            for watcher in channel.summary:
                since, mine = late.get(watcher, 0), (watcher.person, "room")
                count = sum(1 for seq, who in mentions if seq > since and who in mine)
                told.setdefault(watcher, []).append((stream, channel.seq, channel.no, count))
        for watcher, streams in told.items():
            watcher.summarise(streams)

    def close(self) -> None:
        """Cancel what is scheduled."""
        if self._summaries:
            self._summaries.cancel()
            self._summaries = None
