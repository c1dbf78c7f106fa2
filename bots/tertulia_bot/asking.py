"""What every family of verbs rests on: a command, a query, and their answers as typed objects."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, TypeVar

import msgspec

from tertulia_bot.models import Answer

T = TypeVar("T")


class Asking(ABC):
    """How commands and queries get to the server, once, is the business of whoever implements
    it."""

    @abstractmethod
    async def command(self, kind: str, *, client_id: str | None = None, **fields: Any) -> Answer:
        """Any command, exactly once."""

    @abstractmethod
    async def ask(self, kind: str, **fields: Any) -> Answer:
        """Any query."""

    async def _view(self, shape: type[T], kind: str, **fields: Any) -> T:
        return msgspec.convert((await self.ask(kind, **fields)).result, shape)

    async def _result(self, kind: str, **fields: Any) -> dict[str, Any]:
        return dict((await self.command(kind, **fields)).result)
