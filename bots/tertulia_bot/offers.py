"""What a bot offers beside words: buttons, forms and slash commands, each with its handler.

Owns which handler hears what, and that whoever asked is not left waiting: a handler that answered
nothing has the waiting ended for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from tertulia_bot.asked import Asked

Handler = Callable[..., Awaitable[Any]]
H = TypeVar("H", bound=Handler)


class Offers:
    """Decorate functions with `press`, `form` and `slash`."""

    def __init__(self) -> None:
        self._pressed: dict[str, Handler] = {}
        self._forms: dict[str, Handler] = {}
        self._slashes: dict[str, tuple[Handler, str, str]] = {}

    def press(self, id: str) -> Callable[[H], H]:  # noqa: A002
        """Call `async def f(asked)` when the button of that id is pressed."""
        return self._adding(self._pressed, id)

    def form(self, id: str) -> Callable[[H], H]:  # noqa: A002
        """Call `async def f(asked)` when the form of that id is sent; see `asked.values`."""
        return self._adding(self._forms, id)

    def slash(self, name: str, *, hint: str = "", help: str = "") -> Callable[[H], H]:  # noqa: A002
        """Call `async def f(asked)` for `/name …` in any of the bot's rooms; see `asked.text`."""

        def add(handler: H) -> H:
            self._slashes[name] = (handler, hint, help)
            return handler

        return add

    @staticmethod
    def _adding(handlers: dict[str, Handler], name: str) -> Callable[[H], H]:
        def add(handler: H) -> H:
            handlers[name] = handler
            return handler

        return add

    def offered(self) -> list[dict[str, str]]:
        """The slash commands, as `slash.set` wants them."""
        return [
            {"name": name, "hint": hint, "help": told}
            for name, (_, hint, told) in self._slashes.items()
        ]

    def hearing(self, asked: Asked) -> Handler | None:
        """Who hears it."""
        if asked.what == "command":
            found = self._slashes.get(asked.name)
            return found[0] if found else None
        return (self._forms if asked.what == "form" else self._pressed).get(asked.name)
