"""The fold vectors on the SQL projection: the same log, the same snapshot as in the browser
client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from protocol.commands import GetRoom
from storage import codec
from storage.database import Database
from storage.projections import PROJECTORS
from storage.queries import rooms
from storage.streams import StoredEvent
from storage.tables import COMMUNITY, EVENT, PERSON, STREAM
from tests.vectors.make import normal
from tests.world import START

VECTORS = sorted((Path(__file__).parent.parent / "vectors").glob("*.json"))


def project(database: Database, room: str, events: list[dict[str, Any]]) -> None:
    """Append events as they stand in a vector."""
    with database.writing.begin() as connection:
        for event in events:
            at = START + event["seq"]
            stored = StoredEvent(
                event["stream"], event["seq"], event["v"], event["kind"], event["actor"], at,
                event.get("no"), codec.dump(event["data"]), None,
            )  # fmt: skip
            row = {
                "stream_id": stored.stream, "seq": stored.seq, "v": stored.v, "kind": stored.kind,
                "actor_id": stored.actor, "at": at, "no": stored.no, "data": stored.data,
            }  # fmt: skip
            connection.execute(insert(EVENT), row)
            PROJECTORS[stored.kind](connection, [stored])
        head_no = max((e["no"] for e in events if _main(e)), default=0)
        values: dict[str, Any] = {"head_seq": events[-1]["seq"]}
        if head_no:
            values["head_no"] = head_no
        connection.execute(STREAM.update().where(STREAM.c.id == room).values(**values))


def _main(event: dict[str, Any]) -> bool:
    return "no" in event and "thread" not in event["data"]


def prepare(database: Database, vector: dict[str, Any]) -> str:
    """The people and the empty stream of a vector's room."""
    room: str = vector["log"][0]["stream"]
    people = {p["id"]: p for p in vector["people"]}
    for event in [*vector["log"], *vector["events"]]:
        if event["kind"] == "member.joined":
            people.setdefault(event["data"]["person"]["id"], event["data"]["person"])
    with database.writing.begin() as connection:
        community = {
            "id": 1, "name": "A", "language": "en", "time_zone": "UTC", "minors": False,
            "who_opens_rooms": "everyone", "direct_rooms": "everyone", "sign_up": "invitation",
            "created_at": START,
        }  # fmt: skip
        connection.execute(insert(COMMUNITY), community)
        for stream in ("community", room):
            row = {
                "id": stream, "kind": "room", "epoch": "epoch", "head_seq": 0, "first_seq": 1,
                "head_no": 0, "last_at": 0, "rules_seq": 0,
            }  # fmt: skip
            connection.execute(insert(STREAM), row)
        for person in people.values():
            row = {
                "id": person["id"], "username": person["username"], "name": person["name"],
                "username_folded": person["username"], "name_folded": person["name"].lower(),
                "role": person["role"], "status": "active", "bio": "", "pronouns": "",
                "time_zone": "", "created_at": START,
            }  # fmt: skip
            connection.execute(insert(PERSON), row)
    return room


def timeless(value: Any) -> Any:
    """A snapshot without moments: the vectors' and this test's clocks differ."""
    moments = ("at", "edited_at", "last_at", "created_at")
    if isinstance(value, dict):
        return {k: bool(v) if k in moments else timeless(v) for k, v in value.items()}
    return [timeless(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_projection_gives_what_the_fold_gives(database: Database, path: Path) -> None:
    vector = json.loads(path.read_text())
    room = prepare(database, vector)
    for events, expected in ((vector["log"], "snapshot"), (vector["events"], "expected")):
        project(database, room, events)
        with database.read() as connection:
            got = normal(rooms.snapshot(connection, vector["viewer"], GetRoom(room=room)))
        want = dict(vector[expected])
        for side in (got, want):
            side["people"] = []
            side["members"] = sorted(side["members"], key=lambda m: m["person"])
        assert timeless(got) == timeless(want)


def test_there_are_vectors() -> None:
    assert len(VECTORS) >= 5
