"""From a URL that somebody typed to the addresses that are dialled: resolved once, checked, used.

The name is resolved here and the numbers that come out are what is dialled, so a name server that
answers otherwise a moment later changes nothing. Every address of a name has to be outside: one
inner among them refuses it. Operators may name inner hosts that are meant; those who run the
community may allow a name in the local network, bound to the numbers that it led to then.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from chat.outgoing.addresses import lan, outside

URL_LENGTH = 2_000
_RESOLVING = 5.0
"""Seconds."""
_AT_ONCE = 4
"""Names resolved at once: each slow one holds a thread of the loop's pool."""


class OutgoingError(Exception):
    """A request that did not come to an answer. `why` is one of a few words, never of the other
    side: `refused_address`, `no_address`, `timed_out`, `unreachable`, `bad_answer`, `too_much`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotAllowedError(OutgoingError):
    """The address lies inside, or the URL is none that may be used. Trying again is of no use."""

    def __init__(self) -> None:
        super().__init__("refused_address")


@dataclass(slots=True, frozen=True)
class Target:
    """What is dialled: numbers; the name only says who is meant (Host, SNI)."""

    addresses: tuple[str, ...]
    port: int
    host: str
    authority: str
    """The Host header."""
    path: str
    """Path and query."""
    tls: bool


Resolve = Callable[[str, int], Awaitable[list[str]]]
Allowed = Callable[[Sequence[str]], Awaitable[frozenset[str]]]
"""The inner addresses that were allowed under any of these names."""


async def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system finds them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Guard:
    """Says where a URL leads, and refuses what leads inside.

    `inner` are hosts that the operator allows by name (`bots.school.lan`) or by name and port
    (`127.0.0.1:9000`); they may also be spoken to without TLS. `allowed` is asked about all others,
    each time anew; without it nobody but the operator allows any.
    """

    def __init__(
        self,
        inner: Collection[str] = (),
        resolve: Resolve = resolved,
        allowed: Allowed | None = None,
    ) -> None:
        self._inner = frozenset(host.lower() for host in inner)
        self._resolve = resolve
        self._allowed = allowed
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._looking: set[asyncio.Future[list[str]]] = set()

    async def target(self, url: str, *, tls_only: bool = False) -> Target:
        """Where it leads; raises `OutgoingError`."""
        scheme, host, port, path = parts_of(url)
        authority = f"[{host}]" if ":" in host else host
        names = (host, authority, f"{authority}:{port}")
        named = not self._inner.isdisjoint(names)
        if scheme == "http" and tls_only and not named:
            raise NotAllowedError
        if port != (443 if scheme == "https" else 80):
            authority = f"{authority}:{port}"
        addresses = await self.addresses(host, port)
        inner = {address for address in addresses if not outside(address)}
        if inner and not named and not await self._allows(names, inner):
            raise NotAllowedError
        return Target(tuple(addresses), port, host, authority, path, scheme == "https")

    async def _allows(self, names: Sequence[str], inner: set[str]) -> bool:
        """Whether all these may be dialled under one of the names: what it led to when it was
        allowed, and never this machine or what no browser may open."""
        if self._allowed is None or not all(lan(address) for address in inner):
            return False
        return inner <= await self._allowed(names)

    async def addresses(self, host: str, port: int) -> list[str]:
        """Where a name leads, unchecked; raises `OutgoingError`."""
        try:
            async with asyncio.timeout(_RESOLVING):
                await self._room.acquire()
                found = await asyncio.shield(self._look_up(host, port))
        except TimeoutError:
            # First: it is an `OSError` as well.
            raise OutgoingError("timed_out") from None
        except (OSError, UnicodeError):
            raise OutgoingError("no_address") from None
        if not found:
            raise OutgoingError("no_address")
        return found

    def _look_up(self, host: str, port: int) -> asyncio.Future[list[str]]:
        """Its place is taken until the look-up has ended, also when nobody waits for it any more:
        nothing ends its thread before."""
        looking = asyncio.ensure_future(self._resolve(host, port))
        self._looking.add(looking)
        looking.add_done_callback(self._looked_up)
        return looking

    def _looked_up(self, looking: asyncio.Future[list[str]]) -> None:
        self._looking.discard(looking)
        self._room.release()
        if not looking.cancelled():
            looking.exception()


def parts_of(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port, path; raises `NotAllowedError` for anything but a plain web address."""
    if len(url) > URL_LENGTH or not url.isascii() or any(c <= " " or c == "\\" for c in url):
        raise NotAllowedError
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise NotAllowedError from None
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise NotAllowedError
    if parts.username is not None or parts.password is not None or "%" in host:
        # A user name is a place to hide another host in; a zone names one of our interfaces.
        raise NotAllowedError
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path
