"""An owner, a facilitator of a private room, a member of it, and bots made over the real rows."""

from __future__ import annotations

from typing import Any

import pytest

from chat.outgoing import Guard
from chat.verbs import READERS
from protocol.commands import InviteToRoom, JoinRoom, OpenRoom
from rooms.errors import Refusal
from storage.database import Database
from tests.contract.accounts_kit import Browser, House
from tests.world import job


class School(House):
    """A house with a few rooms."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.outgoing = Guard()

    async def do(self, person: str, command: Any) -> Any:
        return (await self.run(job(person, command))).result

    async def ask(self, person: str, query: Any) -> Any:
        return await self.database.ask(READERS[type(query)], person, query)

    async def refused(self, person: str, command: Any) -> str:
        with pytest.raises(Refusal) as refused:
            await self.do(person, command)
        return refused.value.code

    async def not_read(self, person: str, query: Any) -> str:
        with pytest.raises(Refusal) as refused:
            await self.ask(person, query)
        return refused.value.code


async def id_of(browser: Browser) -> str:
    return str((await browser.get("/session")).json()["person"]["id"])


class Here:
    """An owner, a facilitator of the room `den`, a member of it."""

    def __init__(self, house: School) -> None:
        self.house = house

    async def ready(self) -> Here:
        self.owner = await self.house.set_up()
        self.guide = await self.house.member(self.owner, "gina")
        self.member = await self.house.member(self.owner, "mika")
        self.guide_id, self.member_id = await id_of(self.guide), await id_of(self.member)
        self.owner_id = await id_of(self.owner)
        opened = await self.house.do(self.guide_id, OpenRoom(name="Den", access="invite"))
        self.den = opened["room"]
        await self.house.do(self.guide_id, InviteToRoom(room=self.den, people=[self.member_id]))
        await self.house.do(self.member_id, JoinRoom(room=self.den))
        self.hall = (await self.house.do(self.owner_id, OpenRoom(name="Open", access="open")))[
            "room"
        ]
        return self

    async def bot(self, browser: Browser, name: str = "helper", **fields: Any) -> dict[str, Any]:
        answer = await browser.post("/bots", {"username": name, "name": name.title(), **fields})
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made
