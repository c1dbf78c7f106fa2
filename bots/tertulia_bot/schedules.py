"""What a bot does by the clock: every so often, or at a time of day in a zone. Pure but for waits.

Owns when something is due next; the clock and the waiting are passed in. A bot that was away does
not make up for what it missed: for what must not be missed there are the server's reminders.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

Handler = Callable[..., Awaitable[Any]]
H = TypeVar("H", bound=Handler)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Scheduled(NamedTuple):
    """A handler and when it is due. `seconds` is 0 for what comes at a time of day."""

    handler: Handler
    seconds: float = 0.0
    at: time = time()
    zone: str = "UTC"
    days: frozenset[str] = frozenset(DAYS)

    def following(self, now: datetime) -> datetime:
        """The first time after `now` (aware). A time that the clock skips comes as much later."""
        if self.seconds:
            return now + timedelta(seconds=self.seconds)
        zone = ZoneInfo(self.zone)
        day = now.astimezone(zone).date()
        while True:
            due = datetime.combine(day, self.at, zone).astimezone(UTC)
            if due > now and DAYS[day.weekday()] in self.days:
                return due
            day += timedelta(days=1)


class Schedules:
    """Decorate functions with `every` and `daily`: `async def f(bot)`."""

    def __init__(self) -> None:
        self.scheduled: list[Scheduled] = []

    def every(self, seconds: float) -> Callable[[H], H]:
        """Call it that often, the first time so long after the start; at least 1 s."""
        if seconds < 1:
            raise ValueError("at least a second")

        def add(handler: H) -> H:
            self.scheduled.append(Scheduled(handler, seconds=seconds))
            return handler

        return add

    def daily(self, at: str, *, zone: str = "UTC", days: str = " ".join(DAYS)) -> Callable[[H], H]:
        """Call it at a time of day (`16:00`) in an IANA zone, on `days` such as `mon thu`."""
        wanted = frozenset(days.lower().split())
        if not wanted or not wanted <= set(DAYS):
            raise ValueError(f"days are {' '.join(DAYS)}")
        ZoneInfo(zone)  # a misspelt zone fails here, not on Thursday

        def add(handler: H) -> H:
            due = Scheduled(handler, at=time.fromisoformat(at), zone=zone, days=wanted)
            self.scheduled.append(due)
            return handler

        return add
