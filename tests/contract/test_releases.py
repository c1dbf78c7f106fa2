"""What each release left in databases is brought up to date and read; and a release that still runs
while the next one's schema is there can go on writing.

`tests/releases/` holds one file a release, written by that release itself.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect

from protocol.commands import GetHistory, GetOverview, GetRoom, GetThread, ListRooms, PostMessage
from storage import upkeep
from storage.database import Database
from tests.world import World

RELEASES = sorted(Path(__file__).parents[1].joinpath("releases").glob("*.sql"))


def statements(path: Path, dialect: str) -> list[str]:
    lines = [line.removesuffix(";") for line in path.read_text().splitlines()]
    if dialect == "postgresql":
        lines = [line.replace(" WITHOUT ROWID", "") for line in lines]
    return lines


def run(connection: Connection, lines: list[str]) -> None:
    for line in lines:
        assert "%" not in line, "to one of the drivers that is a parameter"
        connection.exec_driver_sql(line)


@pytest.fixture
def empty(database_url: str):
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture(params=RELEASES, ids=lambda path: path.stem)
def release(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def entered(database: Database) -> World:
    world = World.__new__(World)
    world.database, world.now = database, 1_800_000_000_000_000
    return world


def test_it_is_brought_up_to_date_and_read(empty: Database, release: Path) -> None:
    with empty.writing.begin() as connection:
        run(connection, statements(release, empty.dialect))
    assert upkeep.pending(empty)
    upkeep.migrate(empty)
    assert not upkeep.pending(empty)
    world = entered(empty)
    with empty.read() as connection:
        people = connection.exec_driver_sql("SELECT username, id FROM person").all()
    ids = {row[0]: row[1] for row in people}
    ana, ben = ids["ana"], ids["ben"]
    overview = world.ask(ana, GetOverview())
    rooms = {entry.room.name: entry for entry in overview.rooms}
    assert set(rooms) == {"Long table", "Garden", ""}
    room = rooms["Long table"].room.id
    assert rooms["Long table"].room.keep_days is None
    snapshot = world.ask(ben, GetRoom(room=room))
    first, edited, gone, quoting = snapshot.page.messages
    assert (first.body, first.pinned) == ("Shall we begin? 🎉 It's time.", True)
    assert (edited.edited_at is not None, edited.reactions) == (True, {"👍": (ana,)})
    assert (gone.body, gone.deleted_by) == (None, "author")
    assert quoting.quote is not None
    thread = world.ask(ana, GetThread(thread=first.id))
    assert [m.body for m in thread.page.messages] == ["A reply"]
    assert len(world.ask(ana, GetHistory(room=room, after=0)).messages) == 4
    assert {r.name for r in world.ask(ana, ListRooms()).rooms} == {"Long table", "Garden"}
    assert world.do(ben, PostMessage(room=room, body="And on it goes")).result["no"] == 5


def test_it_can_go_on_writing_on_the_schema_of_now(empty: Database, release: Path) -> None:
    """Rolling upgrade: what the release inserts fits, column by column."""
    upkeep.prepare(empty)
    rows = [line for line in statements(release, empty.dialect) if line.startswith("INSERT")]
    with empty.writing.begin() as connection:
        connection.exec_driver_sql("DELETE FROM secret")
        run(connection, [line for line in rows if "alembic_version" not in line])


def test_steps_expand_and_take_nothing_away(empty: Database, release: Path) -> None:
    """Nothing that the release reads or writes is gone, renamed, narrower or newly demanded."""
    with empty.writing.begin() as connection:
        run(connection, statements(release, empty.dialect))
    before = _columns(empty)
    upkeep.migrate(empty)
    after = _columns(empty)
    for table, columns in before.items():
        for name, (kind, nullable, _) in columns.items():
            now_kind, now_nullable, _ = after[table][name]
            assert now_kind == kind, f"{table}.{name} is {now_kind} now, was {kind}"
            assert now_nullable or not nullable, f"{table}.{name} is demanded now"
        for name in after[table].keys() - columns.keys():
            _, nullable, default = after[table][name]
            assert nullable or default, f"{table}.{name} is new: give it a server default"


Columns = dict[str, dict[str, tuple[str, bool, bool]]]


def _columns(database: Database) -> Columns:
    """Type, whether null is allowed, whether there is a default: of every column."""
    with database.read() as connection:
        looked = inspect(connection)
        return {
            table: {
                column["name"]: (
                    str(column["type"]), bool(column["nullable"]), column["default"] is not None
                )
                for column in looked.get_columns(table)
            }
            for table in looked.get_table_names()
            if table != "alembic_version"
        }  # fmt: skip
