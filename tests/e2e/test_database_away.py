"""PostgreSQL away: posts wait a while or are refused with a hint, sockets stay open, it heals by
itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from chat.app import create_app
from chat.settings import Settings
from storage import database as database_module
from storage import writer as writer_module
from storage.database import Database
from tests.e2e.town import Inside, Server, Town, serving_inside
from tests.e2e.wire import Wire, dial, enter
from tests.pglink import Link


@pytest.fixture
def link(fresh_postgres: str, tmp_path: Path) -> Iterator[Link]:
    """A link to an empty database."""
    folder = tmp_path / "link"
    folder.mkdir()
    with Link(fresh_postgres, folder).running() as found:
        yield found


PATHS = ("/readyz", "/api/v1/session", "/healthz")

Talk = tuple[Link, Town, Inside, Wire, str]


@pytest.fixture
async def talk(link: Link, fresh_postgres: str, tmp_path: Path) -> AsyncIterator[Talk]:
    """A server behind the link, somebody connected to it, and a room that they watch."""
    direct = Database(fresh_postgres)
    town = await asyncio.to_thread(Town, direct)
    ana = town.person("Ana", "owner")
    room = town.room(ana)
    through = Database(link.url)
    town.database = through
    async with serving_inside(town, tmp_path / "data") as inside:
        town.database = direct
        async with await enter(inside.url, town.key(ana)) as wire:
            await wire.watch(room)
            yield link, town, inside, wire, room
            link.mend()
    await asyncio.to_thread(through.close)
    direct.close()


async def test_a_post_waits_and_is_carried_out_when_the_database_is_back(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "AWAY_WAIT", 60.0)
    link, town, inside, wire, room = talk
    link.cut()
    ref = await wire.send("message.post", room=room, body="patient", client_id="c1")
    answer = await wire.ask("overview")
    assert (answer["code"], answer["retry_after"]) == ("unavailable", 2.0)
    async with httpx.AsyncClient(base_url=inside.url, trust_env=False) as http:
        assert [(await http.get(path)).status_code for path in PATHS] == [503, 503, 200]
    link.mend()
    assert (await wire.answer(ref))["type"] == "ok"
    assert (await wire.ask("overview"))["type"] == "ok"
    assert [e["data"]["body"] for e in await wire.until_events(room, 1)] == ["patient"]
    # Whoever comes now is let in, on the same server.
    async with await enter(inside.url, town.key(town.person("Ben"))) as other:
        assert other.frames


async def test_what_waits_too_long_is_refused_with_a_hint(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "AWAY_WAIT", 0.2)
    link, _, inside, wire, room = talk
    link.cut()
    refs = [await wire.send("message.post", room=room, body=str(n)) for n in range(20)]
    for ref in refs:
        answer = await wire.answer(ref)
        assert (answer["code"], answer["retry_after"]) == ("unavailable", 2.0)
    link.mend()
    assert (await wire.ask("message.post", room=room, body="again"))["type"] == "ok"
    assert len(await wire.until_events(room, 1)) == 1
    assert inside.app.live.connections == 1


async def test_who_signs_in_meanwhile_is_asked_to_come_back(talk: Talk) -> None:
    link, town, inside, _, _ = talk
    key = town.key(town.person("Ben"))
    link.cut()
    assert await (await dial(inside.url, key)).until_closed() == 4003
    wire = await dial(inside.url)
    await wire.send("authenticate", token=key)
    assert await wire.until_closed() == 4003
    link.mend()
    async with await enter(inside.url, key) as back:
        assert back.frames[0]["type"] == "welcome"


async def test_a_link_that_is_open_on_one_side_freezes_nobody(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every byte is acknowledged and none answered: only our own clock tells."""
    link, _, inside, wire, room = talk
    monkeypatch.setattr(writer_module, "AWAY_WAIT", 60.0)
    monkeypatch.setattr(database_module, "TRANSACTION", 0.5)
    monkeypatch.setattr(database_module, "PING", 0.5)
    link.hold()
    ref = await wire.send("message.post", room=room, body="patient", client_id="c1")
    answer = await wire.ask("overview")
    assert answer["code"] == "unavailable"
    # The held connections stay dead; new ones pass.
    link.cut()
    link.mend()
    assert (await wire.answer(ref))["type"] == "ok"
    assert inside.app.database._deadlines.cut >= 1
    assert len(await wire.until_events(room, 1)) == 1


async def test_a_server_that_starts_first_waits_for_the_database(
    link: Link, tmp_path: Path
) -> None:
    link.cut()
    (tmp_path / "data").mkdir()
    server = Server(tmp_path / "data", link.url)
    starting = asyncio.create_task(asyncio.to_thread(server.start))
    try:
        async with asyncio.timeout(20):
            while not (server.log.exists() and "trying again" in server.log.read_text()):
                await asyncio.to_thread(server.log.exists)
        assert not starting.done()
        link.mend()
        assert "Tertulia is at" in (await starting)[0]
    finally:
        await asyncio.to_thread(server.kill)


async def test_a_start_during_which_the_database_goes_is_finished_when_it_is_back(
    link: Link, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "AWAY_WAIT", 0.2)
    _, app = await asyncio.to_thread(create_app, Settings(data=tmp_path, database_url=link.url))
    failures = asyncio.Event()
    schedule = app._schedule_recurring

    async def scheduling() -> None:
        try:
            await schedule()
        except Exception:
            failures.set()
            raise

    monkeypatch.setattr(app, "_schedule_recurring", scheduling)
    link.cut()
    starting = asyncio.create_task(app.start())
    try:
        async with asyncio.timeout(20):
            await failures.wait()
        link.mend()
        await starting
        assert await app.ready()
    finally:
        starting.cancel()
        await app.stop()
