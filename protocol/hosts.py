"""Inner hosts that those who run the community allow bots' addresses to lead to."""

from __future__ import annotations

from protocol.accounts import Body
from protocol.views import Person, View


class AllowHost(Body, frozen=True, kw_only=True):
    """A host inside the server's network: `bots.school.lan`, `10.0.0.7` or `name:port`; without a
    port, every port of it. What its name leads to at this moment is what is allowed."""

    host: str


class InnerHost(View, frozen=True, kw_only=True):
    """A host that was allowed."""

    id: str
    host: str
    addresses: tuple[str, ...]
    """Where its name led when it was allowed; nothing else is dialled for it."""
    by: Person | None
    """Who allowed it; null for somebody who has left."""
    at: str


class InnerHosts(View, frozen=True, kw_only=True):
    """All that were allowed, by name."""

    hosts: tuple[InnerHost, ...]
    open: bool
    """Whether the operator lets the community decide this; if not, none of them is dialled."""
