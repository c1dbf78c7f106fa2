"""P8: at night a running server writes its file anew, so that unused parts of it keep nothing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from chat.app import App
from chat.compacting import compact
from chat.settings import Settings
from jobs import Runner
from protocol.commands import GetAdminDesk
from rooms.errors import Refusal
from storage import compacting, upkeep
from storage.database import Database
from storage.jobs.store import SqlStore, recording
from storage.tables import JOB
from tests.contract.jobs_kit import settled
from tests.copies import holding, leave_behind
from tests.flow.conftest import Node, join
from tests.world import World

pytestmark = pytest.mark.promise_p8
CANARY = "quetzalcanary"
FAR = 400 * 24 * 3600 * 1_000_000


def night(now: int) -> int:
    """So far away that the node's own runner does not come to it."""
    return (now // FAR + 1) * FAR


def at_night(app: App) -> Runner:
    """A runner whose clock stands in the night."""
    at = night(app.now())
    table = {compacting.KIND: app.jobs.kinds[compacting.KIND]}
    return Runner(SqlStore(app.database, app.run), lambda: at, table)


def owed(app: App) -> compacting.Owed | None:
    with app.database.read() as connection:
        return compacting.owed(connection)


async def test_copies_of_deleted_text_leave_a_running_server_at_night(
    node: Node, tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'tertulia.db'}")
    upkeep.prepare(database)
    world = World(database)
    ana = world.person("Ana")
    room = world.room(ana)
    message = world.post(ana, room, CANARY)
    database.close()
    leave_behind(tmp_path / "tertulia.db", f"{CANARY} moved".encode())
    app = await node()
    app.writer.night = night
    one = join(app, ana)
    await one.watch(room)
    assert owed(app) is None
    assert (await one.ask("message.delete", message=message))["type"] == "ok"
    assert upkeep.checkpoint(app.database)
    left = holding(tmp_path, CANARY.encode())
    assert left == ["tertulia.db"], "only where SQLite does not look any more"
    refs = [one.send("message.post", room=room, body=f"meanwhile {n}") for n in range(3)]
    assert await settled(at_night(app)) == 1
    for ref in refs:
        answer = await one.sink.until(partial(one.sink.answer, ref))
        assert answer["type"] == "ok", answer
    assert holding(tmp_path, CANARY.encode()) == []
    assert (owed(app), app.compactions.done, app.compactions.held_up_until) == (None, 1, 0)
    assert (await one.ask("find.messages", q="meanwhile"))["result"]["results"]
    assert (await one.ask("message.post", room=room, body="afterwards"))["type"] == "ok"


async def test_posts_wait_while_the_file_is_written_and_none_is_refused(
    app: App, world: World
) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    one = join(app, ana)
    with app.writer.resting:
        ref = one.send("message.post", room=room, body="waits")
        assert (await one.ask("room.snapshot", room=room))["type"] == "ok", "reading goes on"
        assert one.sink.answer(ref) is None
    answer = await one.sink.until(lambda: one.sink.answer(ref))
    assert answer["type"] == "ok"


async def test_what_is_too_large_is_put_off_and_those_who_run_the_community_read_it(
    app: App, world: World
) -> None:
    app.writer.night = night
    olga = world.person("Olga", "owner")
    room = world.room(olga)
    one = join(app, olga)
    message = world.post(olga, room, CANARY)
    await one.ask("message.delete", message=message)
    assert world.ask(olga, GetAdminDesk()).compact == ""
    since = owed(app)
    due = (await SqlStore(app.database, app.run).take([compacting.KIND], 2**62, 2**62, 1))[0]
    await compact(app, due, most=1)
    assert world.ask(olga, GetAdminDesk()).compact == "too_large"
    waits = owed(app)
    assert waits
    assert since
    assert (waits.since, waits.held_up) == (since.since, "too_large")
    assert app.compactions.held_up_until > night(app.now())
    assert app.compactions.done == 0
    # The next night it is small enough.
    assert await settled(at_night(app)) == 1
    assert (owed(app), app.compactions.held_up_until) == (None, 0)
    assert world.ask(olga, GetAdminDesk()).compact == ""


async def test_what_is_deleted_while_it_is_done_is_done_the_next_night(
    app: App, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.writer.night = night
    ana = world.person("Ana")
    room = world.room(ana)
    first, second = (world.post(ana, room, CANARY) for _ in range(2))
    one = join(app, ana)
    await one.ask("message.delete", message=first)
    store = SqlStore(app.database, app.run)
    [due] = await store.take([compacting.KIND], night(app.now()), 2**62, 1)
    await one.ask("message.delete", message=second)
    await compact(app, due)
    await store.finish(due)
    assert owed(app) is not None
    monkeypatch.setattr(compacting, "compact", lambda *_: False)
    [due] = await store.take([compacting.KIND], night(app.now()), 2**62, 1)
    with pytest.raises(Refusal) as refused:
        await compact(app, due)
    assert refused.value.retry_after, "somebody was in the way: it is tried again"
    assert app.compactions.done == 1


def test_the_hour_is_the_operators(tmp_path: Path) -> None:
    made = App(Settings(data=tmp_path, compact_hour=5))
    assert made.writer.night(0) == 5 * 3600 * 1_000_000
    made.database.close()


async def test_another_hour_is_kept_to(app: App) -> None:
    app.writer.night = night
    store = SqlStore(app.database, app.run)
    await app.run(recording(compacting.wish(app.now(), app.now())))
    [due] = await store.take([compacting.KIND], night(app.now()), 2**62, 1)
    await compact(app, due)
    with app.database.read() as connection:
        found = connection.execute(select(JOB.c.due_at).where(JOB.c.kind == compacting.KIND))
        assert found.scalar_one() == night(app.now())
    assert app.compactions.done == 0
