"""What the rules of accounts ask of the world: facts beyond those of rooms, and hashing.

`AccountFacts` is implemented by `storage.accounts`, `PasswordHasher` by `chat.hashing`; unit tests
fake both.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from accounts.model import InvitationFacts, LinkFacts
from rooms.facts import Facts


class AccountFacts(Facts, Protocol):
    """What rules of accounts may ask; each question costs a query."""

    def is_set_up(self) -> bool:
        """Whether the community exists."""
        ...

    def taken(self, folded: Collection[str]) -> set[str]:
        """Those of these folded usernames that somebody has."""
        ...

    def invitation(self, *, code: str = "", id: str = "") -> InvitationFacts | None:  # noqa: A002
        """An invitation by its code or its id, ended ones included."""
        ...

    def link(self, secret_hash: str) -> LinkFacts | None:
        """A link by the hash of its secret, used ones included."""
        ...

    def open_sessions(self, person: str) -> tuple[str, ...]:
        """Sessions that have not ended, the one that was not seen for longest first."""
        ...

    def open_tokens(self, person: str) -> tuple[str, ...]:
        """Tokens that have not been revoked."""
        ...

    def password_hash(self, person: str) -> str | None:
        """The encoded hash, or None where the person has no password."""
        ...

    def lost_commands(self, bot: str) -> tuple[tuple[str, int], ...]:
        """Commands that could not be sent to their own address and may still be answered: the
        interactions, each with its place in the bot's stream."""
        ...

    def inner_hosts(self) -> dict[str, str]:
        """The inner hosts that bots may be told at, by their ids."""
        ...


class PasswordHasher(Protocol):
    """Slow on purpose, so never called under a lock or on the event loop's thread."""

    async def hash(self, password: str) -> str:
        """The encoded hash. Raises `Refusal("busy")` when too many wait already."""
        ...

    async def verify(self, encoded: str | None, password: str) -> bool:
        """Whether the password is right; None costs the same time and is never right."""
        ...

    def outdated(self, encoded: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        ...
