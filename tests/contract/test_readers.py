"""Questions asked together: one transaction, each its own answer or error."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from rooms.errors import Refusal
from storage import readers
from storage.database import Database


def number(connection: Connection, n: int) -> int:
    """A question with an answer."""
    return int(connection.execute(text("SELECT :n + 0"), {"n": n}).scalar_one())


def refused(_: Connection) -> Any:
    """A question that is refused."""
    raise Refusal("not_found", what="thing")


def broken(connection: Connection) -> Any:
    """A question that the database does not understand."""
    return connection.execute(text("SELECT * FROM nowhere"))


async def test_each_has_its_own_answer_or_error(database: Database) -> None:
    asked: list[Any] = []
    for n in range(20):
        asked += [database.ask(number, n)]
        if n % 5 == 0:
            asked += [database.ask(refused), database.ask(broken)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [a for a in answers if isinstance(a, int)] == list(range(20))
    assert sum(isinstance(a, Refusal) for a in answers) == 4
    assert sum(isinstance(a, DBAPIError) for a in answers) == 4


async def test_what_comes_together_is_answered_together(database: Database) -> None:
    await asyncio.gather(*(database.ask(number, n) for n in range(200)))
    readers = database._readers
    assert readers.questions == 200
    assert readers.transactions < 100


async def test_a_busy_process_lets_them_gather(database: Database) -> None:
    everybody, looks = threading.Event(), []

    def busy(seconds: float) -> float:
        everybody.wait()
        looks.append(seconds)
        return seconds * 2

    database.gather(lambda: busy)
    asked = [asyncio.ensure_future(database.ask(number, n)) for n in range(12)]
    await asyncio.sleep(0)
    everybody.set()
    assert await asyncio.gather(*asked) == list(range(12))
    # One for each thread at most.
    assert 1 <= database._readers.transactions <= len(looks) <= 2


async def test_nobody_is_left_waiting_at_the_end(database: Database) -> None:
    asked = [asyncio.ensure_future(database.ask(number, n)) for n in range(50)]
    await asyncio.sleep(0)
    await asyncio.to_thread(database._readers.close)
    assert await asyncio.gather(*asked) == list(range(50))


@pytest.mark.promise_p4
async def test_an_answer_is_as_new_as_its_question(database: Database) -> None:
    with database.writing.begin() as connection:
        connection.execute(text("CREATE TABLE counter (n INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))

    def read(connection: Connection) -> int:
        return int(connection.execute(text("SELECT n FROM counter")).scalar_one())

    for n in range(1, 50):
        others = [asyncio.ensure_future(database.ask(read)) for _ in range(5)]
        with database.writing.begin() as connection:
            connection.execute(text("UPDATE counter SET n = :n"), {"n": n})
        assert await database.ask(read) == n
        await asyncio.gather(*others)


@pytest.mark.parametrize("patience", [0.0, 60.0])
async def test_in_one_process_one_answers_and_another_helps_where_it_takes_long(
    database: Database, monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    monkeypatch.setattr(readers, "HELP", patience)
    begun, helped = threading.Event(), threading.Event()

    def long(_: Connection) -> bool:
        begun.set()
        return helped.wait(0.2)

    def helping(_: Connection) -> None:
        helped.set()

    first = asyncio.ensure_future(database.ask(long))
    await asyncio.to_thread(begun.wait)
    await database.ask(helping)
    # PostgreSQL answers elsewhere: there is no reason to wait for one another.
    assert await first == (patience == 0 or database.dialect == "postgresql")
