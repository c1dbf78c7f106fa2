"""Writes what a release leaves in a database, as SQL: `python -m tests.releases.make > NAME.sql`.

Run once when a release is made, in its own checkout, so that the rows are as that release wrote
them; the file is kept for ever. `tests/contract/test_releases.py` brings it up to date.
"""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from protocol import commands as c
from storage import upkeep
from storage.database import Database
from tests.world import World, client_id


def lively(world: World) -> None:
    """A little of everything that lasts."""
    ana, ben = world.person("Ana", "owner"), world.person("Ben")
    room = world.room(ana, ben, name="Long table", purpose='It\'s for "everybody"')
    root = world.post(ana, room, "Shall we begin? 🎉 It's time.")
    world.do(ben, c.PostMessage(room=room, body="A reply", thread=root, client_id=client_id()))
    edited = world.post(ben, room, f"Frist <@{ana}>")
    world.do(ben, c.EditMessage(message=edited, body=f"First, said <@{ana}>"))
    gone = world.post(ben, room, "Never mind")
    world.do(ben, c.DeleteMessage(message=gone))
    world.do(ana, c.AddReaction(message=edited, emoji="👍"))
    world.do(ana, c.PinMessage(message=root))
    world.post(ben, room, "Quoting", quote=root)
    world.do(ana, c.MarkRead(room=room, no=2))
    garden = world.room(ana, name="Garden", access="request")
    world.do(ben, c.JoinRoom(room=garden))
    direct = world.do(ana, c.OpenDirectRoom(people=[ben])).result["room"]
    world.post(ana, direct, "Between us")


def statements(path: Path) -> list[str]:
    """Tables, indexes and rows, in words that both databases know."""
    connection = sqlite3.connect(path)
    made = [
        sql
        for (sql,) in connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name"
        )
    ]
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        )
    ]
    for table in tables:
        columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        names = ", ".join(column[1] for column in columns)
        flags = [column[2].upper() == "BOOLEAN" for column in columns]
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            values = ", ".join(
                _literal(value, flag) for value, flag in zip(row, flags, strict=True)
            )
            made.append(f"INSERT INTO {table} ({names}) VALUES ({values})")
    connection.close()
    return made


def _literal(value: object, flag: bool) -> str:
    if value is None:
        return "NULL"
    if flag:
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    assert "\n" not in text, "one statement a line"
    return "'" + text.replace("'", "''") + "'"


def main() -> None:
    """Print them, one a line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tertulia.db"
        database = Database(f"sqlite:///{path}")
        upkeep.prepare(database)
        lively(World(database))
        database.close()
        for statement in statements(path):
            print(" ".join(statement.split("\n")) + ";")


if __name__ == "__main__":
    main()
