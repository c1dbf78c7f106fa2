"""A house with nothing but accounts in it: the rows of HTTP over a real database and writer.

Requests go in-process (ASGI), each `Browser` keeps its own cookies and comes from an address of its
own.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self

import httpx
from sqlalchemy import select
from starlette.applications import Starlette

from chat.erasure import Erasure
from chat.hashing import Hasher
from chat.routes.accounts import ROWS
from chat.routes.base import mounted
from chat.signin import SignIn
from chat.tally import Tally
from chat.throttle import Throttle
from storage.database import Database
from storage.tables import METADATA
from storage.transaction import Job, Outcome
from storage.writer import Writer
from tests.contract import accounts_operator as operator

START = 1_700_000_000_000_000
PASSWORD = "correct horse"
PUBLIC = "https://talk.school.example"


def everything(database: Database) -> str:
    """Every value of every table."""
    with database.read() as connection:
        return "".join(str(connection.execute(select(t)).all()) for t in METADATA.sorted_tables)


class House:
    """`Services` for the rows of accounts; the clock stands still until `later`."""

    def __init__(self, database: Database, public_url: str = PUBLIC) -> None:
        self.database = database
        self.public_url = public_url
        self.time = START
        self.writer = Writer(database, self.now)
        self.hasher = Hasher(memory_kib=64)
        self.throttle = Throttle()
        self.sign_in = SignIn(database, public_url, self.run, self.now)
        self.purged = 0
        self.erasure = Erasure(database, self.run, self._purge)
        self.published: list[tuple[str, str]] = []
        self.tally = Tally()
        self.app = Starlette(routes=mounted(ROWS, self))

    async def __aenter__(self) -> Self:
        self.writer.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.erasure.stop()
        await self.writer.stop()
        self.hasher.close()

    def now(self) -> int:
        self.time += 1
        return self.time

    def monotonic(self) -> float:
        return self.time / 1e6

    def later(self, seconds: float) -> None:
        self.time += round(seconds * 1e6)

    def spend(self, person: str, cost: float) -> None:
        pass

    def _purge(self) -> None:
        self.purged += 1

    def run(self, job: Job) -> asyncio.Future[Outcome]:
        future = self.writer.submit(job)

        def publish(done: asyncio.Future[Outcome]) -> None:
            if not done.cancelled() and done.exception() is None:
                self.published += [(e.kind, e.data) for e in done.result().events]

        future.add_done_callback(publish)
        return future

    def browser(self, address: str = "192.0.2.1", **headers: str) -> Browser:
        return Browser(self, address, headers)

    async def set_up(self, **community: Any) -> Browser:
        """A community with an owner `olga`; the owner's browser."""
        owner = self.browser()
        made = operator.set_up_link(self.database, self.now())
        body = {
            "token": made.secret,
            "community": {"name": "School", "minors": True, **community},
            "owner": {"username": "olga", "name": "Olga", "password": PASSWORD},
            "room": {"name": "Hall", "purpose": "All of us"},
        }
        answer = await owner.post("/set-up", body)
        assert answer.status_code == 200, answer.text
        owner.made = answer.json()
        return owner

    async def member(self, owner: Browser, username: str, **fields: Any) -> Browser:
        """Somebody who came by the first invitation; their browser."""
        browser = self.browser()
        code = owner.made["invitation"]["code"]
        body = {"invitation": code, "username": username, "name": username.title(),
                "password": PASSWORD, **fields}  # fmt: skip
        answer = await browser.post("/sign-up", body)
        assert answer.status_code == 200, answer.text
        browser.made = answer.json()
        return browser


class Browser:
    """One browser: cookies, an Origin, an address."""

    def __init__(self, house: House, address: str, headers: dict[str, str]) -> None:
        transport = httpx.ASGITransport(house.app, client=(address, 1234))
        self.client = httpx.AsyncClient(
            transport=transport,
            base_url=house.public_url + "/api/v1",
            headers={"origin": house.public_url, **headers},
        )
        self.made: dict[str, Any] = {}

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.client.get(path, **kwargs)

    async def post(self, path: str, body: Any = None, **kwargs: Any) -> httpx.Response:
        return await self.client.post(path, json={} if body is None else body, **kwargs)

    async def put(self, path: str, body: Any, **kwargs: Any) -> httpx.Response:
        return await self.client.put(path, json=body, **kwargs)

    async def delete(self, path: str, body: Any = None) -> httpx.Response:
        return await self.client.request("DELETE", path, json={} if body is None else body)

    async def me(self) -> str | None:
        """The username that the server knows this browser by."""
        person = (await self.get("/session")).json().get("person")
        return person["username"] if person else None
