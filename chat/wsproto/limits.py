"""The numbers of the WebSocket transport: how large, how long, how often.

It owns their defaults and their consistency. It must not know where settings come from.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """Sizes in bytes, times in seconds. Raises `ValueError` where they contradict each other."""

    max_message: int = 65_536
    """Largest text message a client may send; more is refused with 1009. Clients are told so."""
    high_water: int = 262_144
    """Unsent bytes beyond which a client counts as congested; four times as many cut it."""
    low_water: int = 65_536
    """Unsent bytes below which a congested client is writable again."""
    kernel_buffer: int = 131_072
    """SO_SNDBUF. Left alone, Linux takes up to 4 MiB for a peer that has stopped reading."""
    ping_interval: float = 25.0
    """Between two pings. Proxies commonly cut what has been quiet for 30 or 60 s."""
    ping_timeout: float = 20.0
    """Silence after a ping after which a client is taken for gone."""
    stall_timeout: float = 20.0
    """Time a client may stay congested before it is cut."""
    close_timeout: float = 5.0
    """Time for the closing handshake."""
    handshake_timeout: float = 10.0
    """Time for a client to send its request's head."""
    admission_timeout: float = 30.0
    """Time for us to admit a client: after a restart thousands may stand before it. Whoever is
    turned away comes again, and stands behind all others."""
    body_timeout: float = 120.0
    """Time for a client to send a request's body."""
    max_head: int = 65_536
    """Largest HTTP request line and headers together."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) <= 0:
                msg = f"{name} must be more than 0"
                raise ValueError(msg)
        if self.low_water >= self.high_water:
            raise ValueError("low_water must be less than high_water")

    @property
    def longest(self) -> float:
        """The longest time that anything is waited for."""
        return max(
            self.ping_interval,
            self.ping_timeout,
            self.stall_timeout,
            self.close_timeout,
            self.handshake_timeout,
            self.admission_timeout,
            self.body_timeout,
        )
