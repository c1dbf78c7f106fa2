"""A real server for a browser to talk to: started as people start it, set up and peopled over HTTP.

`House` owns one process, its port and its data folder; it survives restarts on the same port.
Knows the protocol's HTTP side only.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import BrowserContext, Page

PASSWORD = "a long evening in winter"
READY_IN = 60.0
"""Seconds; a start takes one, and many where the machine is everybody's."""


def free_port() -> int:
    """A port nobody listens on now; the server takes it at once."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@dataclass
class Guest:
    """Somebody signed in over HTTP; their cookie can be given to a browser."""

    id: str
    username: str
    name: str
    http: httpx.AsyncClient
    marks: itertools.count[int] = field(default_factory=itertools.count)

    async def ask(self, method: str, path: str, **body: Any) -> Any:
        """Ask under /api/v1; a refusal raises with the server's words."""
        answer = await self.http.request(method, f"/api/v1{path}", json=body or None)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def post(self, room: str, body: str, **more: Any) -> str:
        """Post; gives the message's id."""
        made = await self.ask("POST", f"/rooms/{room}/messages", body=body, **more)
        return str(made["message"])

    async def open(self, name: str, **more: Any) -> str:
        """Open a room; gives its id."""
        made = await self.ask("POST", "/rooms", name=name, **more)
        return str(made["room"])

    async def enter(self, context: BrowserContext) -> None:
        """Let a browser be signed in as this person."""
        for cookie in self.http.cookies.jar:
            await context.add_cookies(
                [
                    {
                        "name": cookie.name,
                        "value": cookie.value or "",
                        "url": str(self.http.base_url),
                        "httpOnly": True,
                    }
                ]
            )


class House:
    """One server with its data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.owner: Guest | None = None
        self.room = ""
        self.environment: dict[str, str] = {}
        """Settings besides, from the next start on."""
        self._process: asyncio.subprocess.Process | None = None
        self._said: list[str] = []
        self._heard = asyncio.Condition()
        self._ended = False
        self._reader: asyncio.Task[None] | None = None
        self._clients: list[httpx.AsyncClient] = []

    async def start(self) -> None:
        """Start, and wait until it takes traffic."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("TERTULIA_")}
        env |= {
            "TERTULIA_PORT": str(self.port),
            "TERTULIA_DATA": str(self.data),
            "TERTULIA_RATE_PER_SECOND": "1000",
            "TERTULIA_RATE_BURST": "5000",
            "TERTULIA_BACKUP_HOUR": "-1",
            "NO_COLOR": "1",
            "COLUMNS": "200",
            **self.environment,
        }
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "chat.cli", "serve",
            env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        self._said, self._ended = [], False
        self._reader = asyncio.create_task(self._listen())
        await self._say(r"Tertulia is at (\S+)")

    async def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            async with self._heard:
                self._said.append(line.decode(errors="replace"))
                self._heard.notify_all()
        async with self._heard:
            self._ended = True
            self._heard.notify_all()

    async def _say(self, words: str) -> str:
        """Wait until the server says this since it was started; gives the group."""

        def said() -> re.Match[str] | None:
            assert not self._ended, "the server ended:\n" + "".join(self._said)
            return re.search(words, "".join(self._said))

        async with asyncio.timeout(READY_IN), self._heard:
            await self._heard.wait_for(said)
            found = said()
        assert found
        return found[1]

    async def erased(self) -> str:
        """Wait until an account that was closed is erased; its texts go after the answer."""
        return await self._say(r"account_erased.*person=(\S+)")

    async def _link_token(self) -> str:
        return await self._say(r"#/link/(\S+)")

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the server and wait for it."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.send_signal(how)
        async with asyncio.timeout(READY_IN):
            await process.wait()
        if self._reader is not None:
            await self._reader

    async def restart(self) -> None:
        """As an operator does: stop in order, start again on the same port."""
        await self.stop()
        await self.start()

    async def cut(self, page: Page) -> None:
        """The page's device loses the network, and the page has noticed."""
        await page.context.set_offline(True)
        await page.locator("[data-line=waiting]").wait_for(state="attached", timeout=30_000)

    async def mend(self, page: Page) -> None:
        """And has it back."""
        await page.context.set_offline(False)

    def _client(self) -> httpx.AsyncClient:
        http = httpx.AsyncClient(base_url=self.url, headers={"Origin": self.url}, timeout=15)
        self._clients.append(http)
        return http

    async def leave(self) -> None:
        """Close what the guests held open."""
        for http in self._clients:
            await http.aclose()

    async def set_up(self, name: str = "Nora Vidal", username: str = "nora") -> Guest:
        """The owner, the community and the first room."""
        http = self._client()
        made = await http.post(
            "/api/v1/set-up",
            json={
                "token": await self._link_token(),
                "community": {
                    "name": "Casa Ateneo",
                    "language": "en",
                    "time_zone": "Europe/Madrid",
                    "minors": False,
                    "who_opens_rooms": "everyone",
                },
                "owner": {"username": username, "name": name, "password": PASSWORD},
                "room": {"name": "The long table", "purpose": "For everything and everybody"},
            },
        )
        assert made.is_success, made.text
        self.room = made.json()["room"]
        self.owner = Guest(made.json()["person"]["id"], username, name, http)
        return self.owner

    async def invite(self, **more: Any) -> str:
        """An invitation's code; into the first room unless `room` says otherwise."""
        assert self.owner is not None
        fields = {"role": "member", "uses": 100, "room": self.room} | more
        made = await self.owner.ask("POST", "/invitations", **fields)
        return str(made["code"])

    async def guest(self, username: str, name: str, code: str | None = None) -> Guest:
        """Somebody new, signed up by invitation."""
        http = self._client()
        made = await http.post(
            "/api/v1/sign-up",
            json={
                "invitation": code or await self.invite(),
                "username": username,
                "name": name,
                "password": PASSWORD,
            },
        )
        assert made.is_success, made.text
        return Guest(made.json()["person"]["id"], username, name, http)
