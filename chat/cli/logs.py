"""Logs: structlog's and the libraries', as lines for people or as JSON for machines, on stderr.

Owns form and level only. What is logged names events and ids, never what people wrote, and no
secret; libraries are heard from when something is wrong.
"""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog

from chat.cli.described import exceptions


class Unfailing:
    """A text stream whose reader may be gone or whose disk may be full: then the line is lost.

    A line of the log must not stop what it tells of (seen: a log on the disk that was full, and the
    writer's thread ended by the line that said so).
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """As a stream's, but for `OSError`."""
        with suppress(OSError):
            return self._stream.write(text)
        return 0

    def flush(self) -> None:
        """As a stream's, but for `OSError`."""
        with suppress(OSError):
            self._stream.flush()


_QUIET = ("uvicorn", "alembic", "sqlalchemy", "asyncio")


def configure(level: str, form: str) -> None:
    """Send everything to stderr; `form` is `console` or `json`."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        exceptions,
    ]
    least = logging.getLevelNamesMapping()[level.upper()]
    stream = cast("TextIO", Unfailing(sys.stderr))
    last: structlog.typing.Processor = structlog.processors.JSONRenderer()
    if form != "json":
        last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(least, logging.INFO), force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(least, logging.WARNING))
