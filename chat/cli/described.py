"""Exceptions as they may stand in a log: where it happened and what kind it was, no people's words.

Tracebacks have frames and source lines but no variables, and messages that are known to quote what
they choked on are left out. Owns that one question; `chat.cli.logs` uses it for every line.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

import msgspec
import structlog

from storage.errors import unquoted

_QUOTING = (ValueError, LookupError, TypeError, AssertionError, msgspec.MsgspecError)
"""`int("what somebody wrote")`, a key that is missing: their messages are the input."""


def described(error: BaseException) -> str:
    """One line: the kind, and the message unless it may hold what somebody wrote."""
    if (database := unquoted(error)) is not None:
        return database
    name = type(error).__qualname__
    said = "" if isinstance(error, _QUOTING) else str(error).partition("\n")[0][:200]
    return f"{name}: {said}" if said else name


def formatted(error: BaseException) -> str:
    """A traceback, causes first, each exception as `described` says it."""
    return "\n".join(_lines(error, set()))


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _lines(before, seen)
        yield "which led to:"
    yield from "".join(traceback.format_tb(error.__traceback__)).splitlines()
    yield described(error)
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from (f"  | {line}" for line in _lines(part, seen))


def exceptions(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: every exception in a line becomes text by the rules above."""
    raised = event.pop("exc_info", None)
    if raised:
        if raised is True:
            raised = sys.exc_info()
        error = raised if isinstance(raised, BaseException) else raised[1]
        if error is not None:
            event["exception"] = formatted(error)
    for name, value in event.items():
        if isinstance(value, BaseException):
            event[name] = described(value)
    return event


def unhandled(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """For `loop.set_exception_handler`: asyncio's own prints the task, and with it the message."""
    log = structlog.get_logger()
    log.error("unhandled", what=str(context.get("message", "")), exc_info=context.get("exception"))
