"""Many people at once, put straight into the tables: joining one by one would take minutes."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from protocol.ids import new_id
from storage import codec
from storage.database import Database
from storage.tables import MEMBER, PERSON, ROOM, STREAM

GIVEN = ("Amina", "Bruno", "Chloé", "Dragan", "Elif", "Farid", "Greta", "Hana", "Ivo", "Jun")
FAMILY = (
    "Abadi",
    "Bauer",
    "Costa",
    "Dvořák",
    "Eriksen",
    "Ferrari",
    "Gómez",
    "Haas",
    "Ito",
    "Jansen",
)


def crowd(database: Database, count: int, room: str, inside: int, now: int) -> list[str]:
    """`count` members of the community, the first `inside` of them in the room; their ids."""
    people = []
    for n in range(count):
        name = f"{GIVEN[n % 10]} {FAMILY[n // 10 % 10]} {n:04}"
        username = f"reader{n:04}"
        people.append(
            {
                "id": new_id("p"), "username": username, "username_folded": username,
                "name": name, "name_folded": codec.folded(name), "role": "member",
                "status": "active", "pronouns": "", "bio": "", "time_zone": "", "created_at": now,
            }
        )  # fmt: skip
    members = [
        {
            "room_id": room, "person_id": person["id"], "role": "member", "state": "member",
            "since": now,
        }
        for person in people[:inside]
    ]  # fmt: skip
    with database.writing.begin() as connection:
        template = connection.execute(select(MEMBER).where(MEMBER.c.room_id == room)).mappings()
        first = dict(next(iter(template)))
        connection.execute(insert(PERSON), people)
        of = select(STREAM).where(STREAM.c.id == first["person_id"])
        stream = dict(next(iter(connection.execute(of).mappings())))
        streams = [stream | {"id": person["id"], "head_seq": 0} for person in people]
        connection.execute(insert(STREAM), streams)
        connection.execute(insert(MEMBER), [first | member for member in members])
        connection.execute(
            update(ROOM)
            .where(ROOM.c.id == room)
            .values(member_count=ROOM.c.member_count + len(members))
        )
    return [str(person["id"]) for person in people]
