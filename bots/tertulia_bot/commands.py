"""Bot commands: recognising `!hello name` and `@bot hello name`, matching words to a function,
help.

Pure: owns parsing and the help text; it must not know the network. A command's parameters are its
function's: positional ones take a word each, `*rest` takes all remaining words, and a parameter
after `*` takes the rest of the line as it was written.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

PREFIX = "!"

Handler = Callable[..., Awaitable[Any]]


class UsageError(Exception):
    """The words do not fit the command; the message says how it is used."""


@dataclass(frozen=True, slots=True)
class Command:
    """A word that a bot answers to. The handler gets the message, then the words."""

    name: str
    handler: Handler
    help: str = ""

    def _parameters(self) -> list[inspect.Parameter]:
        return list(inspect.signature(self.handler).parameters.values())[1:]

    def usage(self) -> str:
        """As in `!hello [name]`."""
        parts = [PREFIX + self.name]
        for parameter in self._parameters():
            many = parameter.kind in (parameter.VAR_POSITIONAL, parameter.KEYWORD_ONLY)
            word = parameter.name + ("…" if many else "")
            needed = parameter.default is parameter.empty and parameter.kind != (
                parameter.VAR_POSITIONAL
            )
            parts.append(f"<{word}>" if needed else f"[{word}]")
        return " ".join(parts)

    def bind(self, line: str) -> tuple[list[str], dict[str, str]]:
        """The arguments for what follows the command's name; UsageError if they do not fit."""
        words: list[str] = []
        rest = line.strip()
        for parameter in self._parameters():
            if parameter.kind is parameter.VAR_POSITIONAL:
                return [*words, *rest.split()], {}
            if parameter.kind is parameter.KEYWORD_ONLY:
                if rest:
                    return words, {parameter.name: rest}
                if parameter.default is parameter.empty:
                    raise UsageError(self.usage())
                return words, {}
            if not rest:
                if parameter.default is parameter.empty:
                    raise UsageError(self.usage())
                break
            word, _, rest = rest.partition(" ")
            words.append(word)
            rest = rest.lstrip()
        if rest:
            raise UsageError(self.usage())
        return words, {}


def addressed(body: str, me: str) -> str | None:
    """What is said to the bot with id `me`: the text after `!` or a mention at the start.

    Else None.
    """
    text = body.strip()
    for start in (PREFIX, f"<@{me}>"):
        if text.startswith(start):
            said = text[len(start) :].strip()
            # "! " and "!!!" are punctuation, not a command.
            return said if start != PREFIX or text[len(start) :][:1].isalnum() else None
    return None


def find(commands: dict[str, Command], said: str) -> tuple[Command, str] | None:
    """The command that `said` begins with, and what follows it."""
    name, _, rest = said.partition(" ")
    command = commands.get(name.casefold().removeprefix(PREFIX))
    return (command, rest) if command else None


def help_text(name: str, commands: dict[str, Command]) -> str:
    """What the bot can do, a line a command."""
    lines = [
        f"- `{command.usage()}`" + (f" {command.help}" if command.help else "")
        for command in commands.values()
    ]
    return "\n".join([f"I am {name}. I know:", *lines])
