"""A client of our own protocol without a network: how the Slack side hears what a bot may hear.

It subscribes, resumes and loses rights as every client does, by the same code: `chat.connection`
does not know that nobody is at the other end. Frames come to `hear`, in order.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from chat.sink import Batch
from rooms.model import Actor

if TYPE_CHECKING:
    from chat.live import Live

CROWDED = 1 << 20
"""What `buffered` says while whoever listens is behind: lossy signals are dropped."""


class Ear:
    """A `Sink` and the connection behind it. `ended` is called with the close code, once."""

    def __init__(
        self,
        live: Live,
        actor: Actor,
        hear: Callable[[dict[str, Any]], None],
        ended: Callable[[int], None],
    ) -> None:
        self._hear = hear
        self._ended = ended
        self._refs = itertools.count(1)
        self._closed = False
        self._behind = False
        self._connection = live.connection(actor)
        self._connection.opened(self)

    def ask(self, kind: str, **fields: Any) -> str:
        """Send a request; its ref."""
        ref = f"s{next(self._refs)}"
        self._connection.text(msgspec.json.encode({"type": kind, "ref": ref, **fields}))
        return ref

    def behind(self) -> None:
        """Too much is unheard: let go of all streams until `caught_up`."""
        if not self._behind and not self._closed:
            self._behind = True
            self._connection.congested()

    def caught_up(self) -> None:
        """After `behind`: a frame `lagging` says to subscribe again."""
        if self._behind and not self._closed:
            self._behind = False
            self._connection.writable()

    def leave(self) -> None:
        """End it from this side; `ended` is not called."""
        self._ended = lambda _: None
        self.close(1000, "")

    # --- as a sink ---

    def send(self, batch: Batch) -> None:
        """Frames for us."""
        if not self._closed:
            for text in batch.texts:
                self._hear(msgspec.json.decode(text))

    def buffered(self) -> int:
        """Bytes that are unheard, roughly."""
        return CROWDED if self._behind else 0

    def pause(self) -> None:
        """Nothing is read here that could be left unread."""

    def resume(self) -> None:
        """See `pause`."""

    def close(self, code: int, reason: str) -> None:  # noqa: ARG002
        """The end, of which the connection is told as by a network."""
        if self._closed:
            return
        self._closed = True
        self._connection.closed(code)
        self._ended(code)

    def abort(self) -> None:
        """The end."""
        self.close(1006, "")
