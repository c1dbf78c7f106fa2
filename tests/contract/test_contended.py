"""PostgreSQL, where others write too: frozen transactions, lost connections, the order kept.

What a hung machine or an operator's `psql` may hold, held here by another transaction.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import event, text

from rooms.errors import Refusal
from storage import database as storage_database
from storage.database import Database
from storage.tables import METADATA
from tests.contract.writer_kit import bodies, done, failing, frozen, post, writing
from tests.servers import libpq_url
from tests.world import World, job


@pytest.fixture
def database(fresh_postgres: str) -> Iterator[Database]:
    """A PostgreSQL database with its tables, where nobody waits long for a lock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(storage_database.POSTGRES_OPTIONS, "lock_timeout", "100ms")
        made = Database(fresh_postgres)
        with made.writing.begin() as connection:
            METADATA.create_all(connection)
        yield made
        made.close()


async def test_posts_in_different_rooms_never_wait_on_each_other(world: World) -> None:
    ana = world.person("Ana")
    held, free = world.room(ana), world.room(ana)
    async with writing(world) as w:
        with frozen(world.database, held):
            waiting = w.do(ana, post(held))
            # More than the lane for the held has threads: even so nobody else may wait.
            others = [w.do(ana, post(held, str(n))) for n in range(8)]
            passed = await done(*(w.do(ana, post(free, str(n))) for n in range(20)))
            assert [outcome.result["no"] for outcome in passed] == list(range(1, 21))
            assert not waiting.done()
        assert (await done(waiting))[0].result["no"] == 1
        await done(*others)
    assert len(bodies(world, ana, free)) == 20


async def test_a_room_held_for_long_is_busy_and_then_works_again(world: World) -> None:
    ana = world.person("Ana")
    held = world.room(ana)
    async with writing(world) as w:
        with frozen(world.database, held):
            [refused] = await done(w.do(ana, post(held, "given up")))
        assert isinstance(refused, Refusal)
        assert (refused.code, refused.retry_after) == ("busy", 1.0)
        [again] = await done(w.do(ana, post(held, "accepted")))
        assert again.result["no"] == 1
    assert bodies(world, ana, held) == ["accepted"]


async def test_two_held_rooms_do_not_wait_on_each_other(world: World) -> None:
    ana = world.person("Ana")
    held, other = world.room(ana), world.room(ana)
    async with writing(world) as w:
        with frozen(world.database, held):
            with frozen(world.database, other):
                long = [w.do(ana, post(held, str(n))) for n in range(12)]
                short = w.do(ana, post(other))
                await w.until(lambda: w.writer.counters.waited == 13)
            await done(short)
            assert not long[-1].done()
        await done(*long)


@pytest.mark.promise_p2
async def test_one_clients_posts_keep_their_order_while_a_room_is_held(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    async with writing(world) as w:
        with frozen(world.database, room):
            posts = [w.do(ana, post(room, str(n))) for n in range(60)]
            await w.until(lambda: w.writer.counters.waited > 0)
            posts += [w.do(ana, post(room, str(n))) for n in range(60, 120)]
        # These come while those wait: they must not overtake.
        posts += [w.do(ana, post(room, str(n))) for n in range(120, 180)]
        outcomes = await done(*posts)
    accepted = [str(n) for n, outcome in enumerate(outcomes) if not isinstance(outcome, Exception)]
    assert bodies(world, ana, room) == accepted
    assert len(accepted) > 120


async def test_a_bad_command_does_not_make_others_wait_for_a_held_room(world: World) -> None:
    """A failed batch is tried command by command: those for a held room must not stop the rest."""
    ana = world.person("Ana")
    held, free = world.room(ana), world.room(ana)
    bad = failing(ana, post(free, "bad"), "INSERT INTO nowhere VALUES (1)", times=2)
    batch = [bad, job(ana, post(held)), job(ana, post(free, "good"))]
    with contextlib.ExitStack() as thaw:
        thaw.enter_context(frozen(world.database, held))
        async with writing(world, batch) as w:
            wrong, waiting, good = w.first
            assert isinstance((await done(wrong))[0], Exception)
            assert (await done(good))[0].result["no"] == 1
            assert not waiting.done()
            # Nor may the failed batch leave anything behind in the lane: the room works afterwards.
            after = w.do(ana, post(held, "after"))
            thaw.close()
            assert [o.result["no"] for o in await done(waiting, after)] == [1, 2]


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
async def test_what_passes_is_tried_again(world: World, state: str) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    trouble = f"DO $$ BEGIN RAISE EXCEPTION 'try again' USING ERRCODE = '{state}'; END $$"
    batch = [
        job(ana, post(room, "one")),
        failing(ana, post(room, "two"), trouble),
        job(ana, post(room, "three")),
    ]
    async with writing(world, batch) as w:
        assert [outcome.result["no"] for outcome in await done(*w.first)] == [1, 2, 3]
    assert bodies(world, ana, room) == ["one", "two", "three"]


async def test_a_deadlock_with_another_program_is_survived(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    url = libpq_url(world.database.url.render_as_string(hide_password=False))
    with psycopg.connect(url) as other:
        # Whose timer is the longer one is not the victim.
        other.execute("SET LOCAL deadlock_timeout = '60s'")
        other.execute("SELECT FROM person WHERE id = %s FOR UPDATE", [ana])
        # Long enough for the other to close the circle, however slow the machine.
        limits = (
            "lock_timeout = 0; SET LOCAL statement_timeout = 0; SET LOCAL deadlock_timeout = 3000"
        )
        take = f"SET LOCAL {limits}; UPDATE person SET bio = bio WHERE id = '{ana}'"
        async with writing(world, [failing(ana, post(room), take)]) as w:
            waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"

            def stuck() -> bool:
                with world.database.read() as connection:
                    return bool(connection.execute(text(waits)).scalar_one() >= 1)

            await w.until(stuck)
            closing = asyncio.create_task(
                asyncio.to_thread(
                    other.execute, "SELECT FROM stream WHERE id = %s FOR UPDATE", [room]
                )
            )
            await closing
            assert not w.first[0].done()
            other.rollback()
            assert (await done(*w.first))[0].result["no"] == 1


@pytest.mark.promise_p3
async def test_a_connection_lost_in_mid_batch_heals(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    batch = [
        job(ana, post(room, "one", "c1")),
        failing(ana, post(room, "two"), "SELECT pg_terminate_backend(pg_backend_pid())"),
        job(ana, post(room, "three", "c3")),
    ]
    async with writing(world, batch) as w:
        assert [outcome.result["no"] for outcome in await done(*w.first)] == [1, 2, 3]
    assert bodies(world, ana, room) == ["one", "two", "three"]


async def test_connections_lost_between_commands_heal(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    url = libpq_url(world.database.url.render_as_string(hide_password=False))
    async with writing(world) as w:
        for n in range(3):
            await done(w.do(ana, post(room, f"{n} before")))
            with psycopg.connect(url, autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE application_name = 'tertulia' AND datname = current_database()"
                )
            [outcome] = await done(w.do(ana, post(room, f"{n} after")))
            assert outcome.result["no"] == 2 * n + 2
    assert len(bodies(world, ana, room)) == 6


@pytest.mark.promise_p1
@pytest.mark.promise_p3
async def test_a_lost_answer_to_commit_makes_nothing_twice(world: World) -> None:
    """The commit was carried out and the connection lost before anybody could say so."""
    ana = world.person("Ana")
    room = world.room(ana)
    lost: list[int] = []

    @event.listens_for(world.database.writing, "commit")
    def lose(connection: object) -> None:
        raw = connection.connection.dbapi_connection  # type: ignore[attr-defined]
        if not lost:
            lost.append(1)
            raw.commit()
            raw.close()

    async with writing(
        world, [job(ana, post(room, "named", "c1")), job(ana, post(room, "nameless"))]
    ) as w:
        named, nameless = await done(*w.first)
        assert lost == [1]
        assert (named.result["no"], named.duplicate) == (1, True)
        # Without a name nobody can know: it is not tried again, and not acknowledged.
        assert isinstance(nameless, Exception)
        [after] = await done(w.do(ana, post(room, "after")))
        assert after.result["no"] == 3
    assert bodies(world, ana, room) == ["named", "nameless", "after"]
