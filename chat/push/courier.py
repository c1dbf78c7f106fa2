"""One notification to one device: sealed, signed, posted, and what its push service said.

Addresses are given by users, so everything goes out by `chat.outgoing`, bounded in time and bytes.
A service that does not answer is left alone for a while, so that devices of others do not wait
behind it. Knows nothing of why somebody is notified.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal, NamedTuple, Protocol
from urllib.parse import urlsplit

from chat.outgoing import NotAllowedError, OutgoingError
from chat.push.crypto import seal
from chat.push.vapid import Vapid, unb64
from storage.queries.push import Addressee

AT_ONCE = 16
"""Requests under way on one node."""
FRESH = 1.0
"""Seconds that one may wait for its turn: then a right may have ended, a text may be gone."""
_SILENT = 3
"""Times in a row that a service did not answer, after which it is left alone."""
_LEFT_ALONE = 60.0
"""Seconds."""
_LONGEST_WAIT = 3600.0
_SERVICES = 256
"""Services that are remembered; addresses are of users' choice."""


class Answered(Protocol):
    """What came back."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """By lower-case names."""
        ...


Post = Callable[[str, bytes, Mapping[str, str]], Awaitable[Answered]]
"""`(address, body, headers)`; raises `OutgoingError`."""


class How(NamedTuple):
    """How a notification travels (RFC 8030)."""

    ttl: int
    """Seconds that a service keeps it for a device that is off."""
    urgent: bool
    topic: str
    """One that waits at the service is replaced by a newer one of the same topic."""


class Verdict(NamedTuple):
    """`sent`; `gone`: the device is no longer subscribed; `refused`: the service would not have it;
    `failed`: it may go another time, after `wait` seconds if the service said so."""

    state: Literal["sent", "gone", "refused", "failed"]
    wait: float = 0.0


class Courier:
    """Sends; counts what it did."""

    def __init__(self, post: Post, vapid: Vapid, monotonic: Callable[[], float]) -> None:
        self.counts = {"sent": 0, "gone": 0, "refused": 0, "failed": 0}
        self.vapid = vapid
        self._post = post
        self._monotonic = monotonic
        self._room = asyncio.Semaphore(AT_ONCE)
        self._silent: dict[str, tuple[int, float]] = {}

    def soon(self) -> float:
        """Until when what is known now may be sent, by the steady clock."""
        return self._monotonic() + FRESH

    async def send(
        self, device: Addressee, payload: bytes, how: How, until: float = math.inf
    ) -> Verdict | None:
        """Send it once; never raises for what the other side does. None: it could not begin before
        `until`, and nothing was sent."""
        async with self._room:
            if self._monotonic() > until:
                return None
            verdict = await self._send(device, payload, how)
        self.counts[verdict.state] += 1
        return verdict

    async def _send(self, device: Addressee, payload: bytes, how: How) -> Verdict:
        service = urlsplit(device.endpoint).netloc
        times, until = self._silent.get(service, (0, 0.0))
        if times >= _SILENT and self._monotonic() < until:
            return Verdict("failed")
        try:
            body = seal(payload, unb64(device.p256dh), unb64(device.auth))
        except ValueError:
            # The point lies on no curve: nobody could open it.
            return Verdict("gone")
        headers = {
            "Authorization": self.vapid.authorization(device.endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(how.ttl),
            "Topic": how.topic,
            "Urgency": "high" if how.urgent else "normal",
        }
        try:
            answer = await self._post(device.endpoint, body, headers)
        except NotAllowedError:
            return Verdict("gone")
        except OutgoingError:
            self._remember(service, times + 1)
            return Verdict("failed")
        self._silent.pop(service, None)
        return _verdict(answer)

    def _remember(self, service: str, times: int) -> None:
        if len(self._silent) >= _SERVICES:
            self._silent.clear()
        self._silent[service] = (times, self._monotonic() + _LEFT_ALONE)


def _verdict(answer: Answered) -> Verdict:
    status = answer.status
    if 200 <= status < 300:
        return Verdict("sent")
    if status in (404, 410):
        return Verdict("gone")
    if status in (408, 429) or status >= 500:
        wait = answer.headers.get("retry-after", "")
        return Verdict("failed", min(float(wait), _LONGEST_WAIT) if wait.isdecimal() else 0.0)
    # Redirects as well: a service does not move, and we follow nobody.
    return Verdict("refused")
