"""How far a bot has taken each stream: everything up to a number, and some after it. Pure.

Events are acknowledged in any order, and one that nobody acknowledges must not have those after it
delivered twice when the server comes back.
"""

from __future__ import annotations

from storage.slack.links import Place


class Places:
    """A bot's places. `begun` and `settled` are told of every event, in the order of `seq` the
    former, in any order the latter."""

    def __init__(self, kept: dict[str, Place]) -> None:
        self._epoch = {stream: place.epoch for stream, place in kept.items()}
        self._seq = {stream: place.seq for stream, place in kept.items()}
        self._done = {stream: set(place.done) for stream, place in kept.items()}
        self._open: dict[str, set[int]] = {stream: set() for stream in kept}
        self._seen = dict(self._seq)
        self._moved: set[str] = set()

    def known(self, stream: str) -> Place | None:
        """Where the stream stands, to go on from; None for a new one."""
        if stream not in self._seq:
            return None
        return Place(self._epoch[stream], self._seen[stream])

    def begin(self, stream: str, epoch: str, seq: int) -> None:
        """Everything up to `seq` counts as done."""
        self._epoch[stream] = epoch
        self._seq[stream] = self._seen[stream] = seq
        self._done[stream], self._open[stream] = set(), set()
        self._moved.add(stream)

    def forget(self, stream: str) -> None:
        """Nothing is known of it any more."""
        for of in (self._epoch, self._seq, self._done, self._open, self._seen):
            of.pop(stream, None)
        self._moved.add(stream)

    def take(self, stream: str, seq: int) -> bool:
        """An event came: whether it is to be delivered; what was is not again."""
        if stream not in self._seq or seq <= self._seen[stream]:
            return False
        self._seen[stream] = seq
        if seq in self._done[stream]:
            self._close(stream)
            return False
        self._open[stream].add(seq)
        return True

    def settled(self, stream: str, seq: int) -> None:
        """An event that was taken is done with."""
        open_ = self._open.get(stream)
        if open_ is None or seq not in open_:
            return
        open_.discard(seq)
        self._done[stream].add(seq)
        self._close(stream)

    def moved(self) -> dict[str, Place | None]:
        """What changed since this was last asked; None for what was forgotten."""
        moved, self._moved = self._moved, set()
        return {stream: self._place(stream) for stream in moved}

    def _place(self, stream: str) -> Place | None:
        if stream not in self._seq:
            return None
        done = tuple(sorted(self._done[stream]))
        return Place(self._epoch[stream], self._seq[stream], done)

    def _close(self, stream: str) -> None:
        """Everything before the first that is open is behind us."""
        first = min(self._open[stream], default=self._seen[stream] + 1)
        self._seq[stream] = max(self._seq[stream], first - 1)
        self._done[stream] = {seq for seq in self._done[stream] if seq > self._seq[stream]}
        self._moved.add(stream)
