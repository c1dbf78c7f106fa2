"""A link to PostgreSQL that a test can cut or hold: a Unix socket that passes bytes to another.

Runs on an event loop and a thread of its own: whoever starts a server holds the test's. Knows no
protocol.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

SOCKET = ".s.PGSQL.5432"


class Link:
    """`url` leads to the database through this link."""

    def __init__(self, url: str, folder: Path) -> None:
        parts = urlsplit(url)
        self._target = str(Path(parse_qs(parts.query)["host"][0]) / SOCKET)
        self._folder = folder
        self.url = urlunsplit(parts._replace(query=f"host={quote(str(folder), safe='')}"))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="link")
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self.turns = 0
        """How often the server's turn to speak came, all connections together."""
        self._asked = False

    @contextlib.contextmanager
    def running(self) -> Iterator[Link]:
        """Open; at the end everything is closed."""
        self._thread.start()
        self.mend()
        yield self
        self.cut()
        self._do(self._finish())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def mend(self) -> None:
        """Let connections through, and bytes."""
        self._do(self._mend())

    def cut(self) -> None:
        """End every connection; new ones are refused."""
        self._do(self._cut())

    def hold(self) -> None:
        """Take connections and bytes, and pass nothing on: a frozen server."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _mend(self) -> None:
        self._flows.set()
        if self._server is None:
            path = str(self._folder / SOCKET)
            self._server = await asyncio.start_unix_server(self._accept, path)

    async def _cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
            (self._folder / SOCKET).unlink(missing_ok=True)
        self._drop()

    def _drop(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    async def _finish(self) -> None:
        self._flows.set()
        self._drop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        await self._flows.wait()
        try:
            there, back = await asyncio.open_unix_connection(self._target)
        except OSError:
            writer.close()
            return
        for one, other, asks in ((reader, back, True), (there, writer, False)):
            self._open.add(other)
            task = asyncio.create_task(self._pass(one, other, asks))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asks: bool
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                self.turns += self._asked and not asks
                self._asked = asks
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        self._open.discard(writer)
        writer.close()
