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
        self._own: dict[str, float] = {}

    def keep_to(self, key: str, per_minute: int) -> None:
        """A rate of its own for a key, with ten seconds of it (at least 5) at once; 0 for the
        common one."""
        if per_minute:
            self._own[key] = per_minute / 60
        else:
            self._own.pop(key, None)

    def _terms(self, key: str) -> tuple[float, float]:
        own = self._own.get(key)
        return (self.rate, self.burst) if own is None else (own, max(5.0, own * 10))

    def spend(self, key: str, cost: float, now: float) -> None:
        """Take `cost` tokens; raises `rate_limited` with the seconds until they are there."""
        rate, burst = self._terms(key) if self._own else (self.rate, self.burst)
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= self._most:
                self._forget(now)
            bucket = self._buckets[key] = Bucket(burst, now)
        else:
            bucket.left = min(burst, bucket.left + (now - bucket.since) * rate)
            bucket.since = now
        if bucket.left < cost:
            raise Refusal("rate_limited", retry_after=round((cost - bucket.left) / rate, 3))
        bucket.left -= cost

    def left(self, key: str) -> int:
        """Whole tokens left at the last spending."""
        bucket = self._buckets.get(key)
        return int(self._terms(key)[1] if bucket is None else bucket.left)

    def _forget(self, now: float) -> None:
        refill = max(self.burst / self.rate, 60.0)
        self._buckets = {k: b for k, b in self._buckets.items() if now - b.since < refill}
