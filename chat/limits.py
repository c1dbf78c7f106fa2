"""Rate limits: token buckets, pure, with the clock passed in."""

from __future__ import annotations

from rooms.errors import Refusal


class Bucket:
    """Tokens that refill at `rate` a second up to `burst`."""

    __slots__ = ("left", "since")

    def __init__(self, burst: float, now: float) -> None:
        self.left = burst
        self.since = now


class RateLimit:
    """A bucket for each key; buckets that are full again are forgotten."""

    def __init__(self, rate: float, burst: float, most: int = 20_000) -> None:
        self.rate = rate
        self.burst = burst
        self._most = most
        self._buckets: dict[str, Bucket] = {}

    def spend(self, key: str, cost: float, now: float) -> None:
        """Take `cost` tokens; raises `rate_limited` with the seconds until they are there."""
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= self._most:
                self._forget(now)
            bucket = self._buckets[key] = Bucket(self.burst, now)
        else:
            bucket.left = min(self.burst, bucket.left + (now - bucket.since) * self.rate)
            bucket.since = now
        if bucket.left < cost:
            raise Refusal("rate_limited", retry_after=round((cost - bucket.left) / self.rate, 3))
        bucket.left -= cost

    def left(self, key: str) -> int:
        """Whole tokens left at the last spending."""
        bucket = self._buckets.get(key)
        return int(self.burst if bucket is None else bucket.left)

    def _forget(self, now: float) -> None:
        refill = self.burst / self.rate
        self._buckets = {k: b for k, b in self._buckets.items() if now - b.since < refill}
