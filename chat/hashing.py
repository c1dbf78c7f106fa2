"""Password hashing in a bounded pool of its own: argon2id, behind `accounts.ports.PasswordHasher`.

Hashing costs memory and time on purpose. It has few threads, so that a class signing in at once
cannot take the memory or the processors of those who talk, and a bounded queue, so that nobody
waits for ever. An account that does not exist is checked against a hash of nothing, at the same
cost. Parameters and why: docs/decisions/0020-password-hashing.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher as Argon2
from argon2 import Type
from argon2.exceptions import InvalidHashError, VerificationError

from rooms.errors import Refusal

T = TypeVar("T")

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
"""OWASP Password Storage Cheat Sheet's first choice for argon2id: m=19 MiB, t=2, p=1."""
THREADS = 2
WAITING = 256
"""Hashes that may wait: about ten seconds of work for two threads of a small computer."""


class Hasher:
    """argon2id on threads of its own. `close` when done."""

    def __init__(
        self, threads: int = THREADS, waiting: int = WAITING, memory_kib: int = MEMORY_KIB
    ) -> None:
        self._argon2 = Argon2(
            time_cost=PASSES, memory_cost=memory_kib, parallelism=LANES, hash_len=32, type=Type.ID
        )
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="hash")
        self._most = threads + waiting
        self._under_way = 0
        self._nobody = self._argon2.hash("nobody")

    async def hash(self, password: str) -> str:
        """The encoded hash. Raises `Refusal("busy")` when too many wait already."""
        return await self._run(self._hash, password)

    async def verify(self, encoded: str | None, password: str) -> bool:
        """Whether the password is right; None costs the same and is never right."""
        right = await self._run(self._verify, encoded or self._nobody, password)
        return right and encoded is not None

    def outdated(self, encoded: str) -> bool:
        """Whether a hash was made with other parameters than these."""
        try:
            return self._argon2.check_needs_rehash(encoded)
        except InvalidHashError:
            return True

    def close(self) -> None:
        """End the threads; what waits is cancelled."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def _run(self, work: Callable[..., T], *args: str) -> T:
        if self._under_way >= self._most:
            raise Refusal("busy", retry_after=2.0)
        self._under_way += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, work, *args)
        finally:
            self._under_way -= 1

    def _hash(self, password: str) -> str:
        return self._argon2.hash(password)

    def _verify(self, encoded: str, password: str) -> bool:
        try:
            return self._argon2.verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False
