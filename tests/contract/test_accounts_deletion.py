"""Deleting an account: every text of it goes, and nobody is left who could sign in (P8, P7)."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from accounts.deletion import ERASE
from jobs import Kind, Runner
from protocol.commands import (
    ArchiveRoom,
    ChangeModeration,
    ChangeProfile,
    ChangeRoom,
    DeclineHeld,
    DeleteMessage,
    EditMessage,
    JoinRoom,
    LeaveRoom,
    LockRoom,
    MakeReport,
    OpenDirectRoom,
    PostMessage,
    ResolveReport,
    UseTool,
)
from protocol.moderation import Holds
from rooms.errors import Refusal
from storage.database import Database
from storage.jobs.store import SqlStore
from storage.tables import EVENT, MEMBER, MESSAGE, METADATA, PERSON, ROOM
from tests.contract import accounts_operator as operator
from tests.contract.accounts_kit import PASSWORD, Browser, House, everything
from tests.contract.jobs_kit import settled
from tests.world import World

CANARY = "xanthic-canary"


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    """A house before set-up."""
    async with House(database) as house:
        yield house


def world_of(house: House) -> World:
    """Commands of people in this house."""
    world = World.__new__(World)
    world.database = house.database
    world.now = house.now()
    return world


async def lively(house: House) -> tuple[Browser, Browser, World]:
    """An owner, and a member whose name and texts stand in many places."""
    owner = await house.set_up()
    ana = await house.member(owner, CANARY[:12] + "1", name=f"{CANARY} name", email="x@xanthic.eu")
    world = world_of(house)
    olga, person = owner.made["person"]["id"], ana.made["person"]["id"]
    hall = owner.made["room"]
    world.do(person, ChangeProfile(bio=f"{CANARY} bio", pronouns="xanthic"))
    world.do(person, ChangeProfile(name=f"{CANARY} renamed"))
    first = world.post(person, hall, f"{CANARY} post")
    world.do(person, EditMessage(message=first, body=f"{CANARY} edited"))
    world.post(olga, hall, "an answer that stays", thread=first)
    world.post(person, hall, f"{CANARY} reply", thread=first)
    world.post(olga, hall, "a quote", quote=first)
    private = world.room(person, name="Own room", access="invite")
    for number in range(230):
        world.post(person, private, f"{CANARY} {number}")
    visited = world.room(olga, name="Visited")
    world.do(person, JoinRoom(room=visited))
    world.do(person, LeaveRoom(room=visited))
    pupil = world.person("Pupil")
    other = world.room(person, olga, pupil, name="Guided")
    world.do(person, ChangeModeration(room=other, holds=Holds(everyone=True)))
    waits = world.do(pupil, PostMessage(room=other, body="hm")).result["held"]
    world.do(person, DeclineHeld(held=waits, reason=f"{CANARY} not so"))
    about = MakeReport(category="unkind", room=other, person=pupil)
    report = world.do(olga, about).result["report"]
    world.do(person, ResolveReport(report=report, outcome="talked", answer=f"{CANARY} told"))
    team = world.room(person, olga, name="Team", kind="project_team")
    said = world.post(olga, team, "what the task is about")
    for more in ({}, {"message": said}):
        note = {"do": "note", "kind": "action", "body": f"{CANARY} task", **more}
        world.do(person, UseTool(room=team, tool="tasks", action=note))
    unruly = world.post(olga, other, "moderated")
    world.do(person, DeleteMessage(message=unruly, reason=f"{CANARY} reason"))
    world.do(person, LockRoom(room=other, reason=f"{CANARY} pause"))
    # Whoever changes the room meanwhile carries the reason along on its card.
    world.do(olga, ChangeRoom(room=other, purpose="Guided still"))
    return owner, ana, world


@pytest.mark.promise_p8
async def test_every_text_and_name_goes(house: House) -> None:
    owner, ana, world = await lively(house)
    person = ana.made["person"]["id"]
    assert CANARY in everything(house.database)
    wrong = await ana.delete("/me", {"password": "wrong horse"})
    assert wrong.json()["code"] == "bad_credentials"
    answer = await ana.delete("/me", {"password": PASSWORD})
    assert answer.json() == {}
    assert "Max-Age=0" in answer.headers["set-cookie"]
    left = everything(house.database)
    for trace in (CANARY, CANARY[:12], "xanthic"):
        assert trace not in left
    assert house.purged == 1
    assert "an answer that stays" in left
    with house.database.read() as connection:
        row = connection.execute(select(PERSON).where(PERSON.c.id == person)).one()
        assert (row.name, row.status, row.email) == ("Deleted account", "deleted", None)
        assert not connection.execute(select(MEMBER).where(MEMBER.c.person_id == person)).all()
        stubs = connection.execute(
            select(MESSAGE.c.body, MESSAGE.c.deleted_by).where(MESSAGE.c.author_id == person)
        ).all()
        assert len(stubs) == 232
        assert {tuple(stub) for stub in stubs} == {(None, "account")}
        how = select(EVENT.c.data).where(EVENT.c.kind == "member.left", EVENT.c.actor_id == person)
        assert connection.execute(how).all()
        # Nobody is left to keep the room that only they facilitated.
        rooms = {
            r.name: r.archived for r in connection.execute(select(ROOM.c.name, ROOM.c.archived))
        }
        assert rooms == {
            "Hall": False, "Own room": True, "Visited": False, "Team": True, "Guided": True,
        }  # fmt: skip
    assert await ana.me() is None
    assert (await owner.get("/session")).json()["person"]["username"] == "olga"
    with pytest.raises(Refusal) as refused:
        world.post(person, owner.made["room"], "from the grave")
    assert refused.value.code in ("account_suspended", "not_found", "session_ended")


@pytest.mark.promise_p7
@pytest.mark.attack
async def test_nothing_of_a_deleted_account_opens_a_door(house: House) -> None:
    owner = await house.set_up()
    ana = await house.member(owner, "ana")
    phone = house.browser()
    await phone.post("/sign-in", {"username": "ana", "password": PASSWORD})
    token = (await ana.post("/me/tokens", {"name": "x", "scopes": ["read"]})).json()["secret"]
    person = ana.made["person"]["id"]
    reset = (await owner.post(f"/people/{person}/reset-link")).json()["url"].rpartition("/")[2]
    await ana.delete("/me", {"password": PASSWORD})
    ended = [data for kind, data in house.published if kind == "session.ended"]
    assert ended[-1] == '{"session":null,"how":"deleted"}'
    assert await phone.me() is None
    script = house.browser(authorization=f"Bearer {token}")
    assert (await script.get("/me/tokens")).json()["code"] == "token_invalid"
    assert (await phone.post(f"/links/{reset}", {"password": "battery staple"})).status_code == 404
    entry = {"username": "ana", "password": PASSWORD}
    assert (await phone.post("/sign-in", entry)).json()["code"] == "bad_credentials"
    # The name is free, and whoever takes it is somebody else.
    again = await house.member(owner, "ana")
    assert again.made["person"]["id"] != person


async def test_the_last_owner_stays(house: House) -> None:
    owner = await house.set_up()
    assert (await owner.delete("/me", {"password": PASSWORD})).json()["code"] == "last_owner"
    await house.member(owner, "ana")
    operator.set_role(house.database, "ana", "owner", house.now())
    assert (await owner.delete("/me", {"password": PASSWORD})).json() == {}


@pytest.mark.promise_p8
async def test_an_interrupted_deletion_is_taken_up_again(house: House) -> None:
    _, ana, _ = await lively(house)
    begin = house.erasure.begin

    def crash(person: str) -> asyncio.Task[None]:
        return asyncio.create_task(asyncio.sleep(0), name=person)

    house.erasure.begin = crash  # type: ignore[method-assign]
    await ana.delete("/me", {"password": PASSWORD})
    assert CANARY in everything(house.database)
    assert await ana.me() is None
    house.erasure.begin = begin  # type: ignore[method-assign]
    runner = Runner(
        SqlStore(house.database, house.run), house.now, {ERASE: Kind(house.erasure.by_job)}
    )
    assert await settled(runner) == 1
    assert CANARY not in everything(house.database)
    assert await settled(runner) == 0


def list_files(folder: Path) -> list[Path]:
    """Every file of a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.promise_p8
async def test_nothing_stays_in_the_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'tertulia.db'}")
    with database.writing.begin() as connection:
        METADATA.create_all(connection)
    async with House(database) as house:
        _, ana, _ = await lively(house)
        await ana.delete("/me", {"password": PASSWORD})
    database.close()
    # What the server's purge does: the log into the file, and the log emptied.
    with sqlite3.connect(tmp_path / "tertulia.db") as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    plain.close()
    for path in list_files(tmp_path):
        assert CANARY.encode() not in path.read_bytes(), path.name


async def test_what_was_archived_and_direct_goes_too(house: House) -> None:
    owner = await house.set_up(minors=False)
    ana = await house.member(owner, "ana")
    world = world_of(house)
    olga, person = owner.made["person"]["id"], ana.made["person"]["id"]
    direct = world.do(person, OpenDirectRoom(people=[olga])).result["room"]
    world.post(person, direct, f"{CANARY} direct")
    world.post(person, owner.made["room"], f"{CANARY} archived")
    world.do(olga, ArchiveRoom(room=owner.made["room"]))
    await ana.delete("/me", {"password": PASSWORD})
    assert CANARY not in everything(house.database)
