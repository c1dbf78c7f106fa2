"""Fills a stopped server's SQLite file by direct inserts: people with tokens, and long talk.

By way of the server a million messages would take minutes and ten thousand passwords ten. The rows
are those that the server writes, in its own tables; only the events of people who joined are left
out of the logs. Knows storage's tables and nothing of servers or loads.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from protocol.events import VERSION, MessagePosted
from protocol.ids import new_id
from rooms.words import words
from storage import codec
from storage.accounts import secret
from storage.search.sqlite import indexed
from storage.streams import new_epoch
from storage.tables import API_TOKEN, EVENT, FINDING, MEMBER, MENTION, MESSAGE, PERSON, STREAM

Row = dict[str, Any]
AT_ONCE = 5_000
MENTIONED = 100
"""One message in so many mentions somebody."""
UNREAD = 20
"""Messages of each room that everybody has still to read."""
SENTENCE = (
    "I read the chapter twice and still wonder why she leaves the letter unopened on the table "
    "when everything before suggests that she of all people could not have waited an hour"
)
WORDS = SENTENCE.split()


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on a database that nobody else has open; not synced, the bench's own."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for pragma in ("synchronous=OFF", "journal_mode=MEMORY", "cache_size=-200000"):
            connection.execute(f"PRAGMA {pragma}").close()
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
        connection.execute("PRAGMA optimize").close()
        connection.execute("PRAGMA journal_mode=WAL").close()
    finally:
        connection.close()


def insert(connection: sqlite3.Connection, table: Table, rows: Iterable[Row]) -> None:
    """All rows have the columns of the first; names are checked against the table."""
    left = iter(rows)
    while part := list(islice(left, AT_ONCE)):
        names = list(part[0])
        assert not set(names) - set(table.columns.keys()), table.name
        marks = ", ".join("?" * len(names))
        text = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"
        connection.executemany(text, [tuple(row.values()) for row in part])


def people(connection: sqlite3.Connection, rooms_of: Sequence[Sequence[str]]) -> list[str]:
    """A new person for each list of rooms, member of those; returns their tokens."""
    now = time.time_ns() // 1000
    ids = [new_id("p") for _ in rooms_of]
    tokens = [secret.make(secret.TOKEN) for _ in rooms_of]
    name = new_id("crowd")
    insert(connection, PERSON, (
        {"id": id_, "username": f"{name}{n}", "username_folded": f"{name}{n}",
         "name": f"Reader {n}", "name_folded": f"reader {n}", "role": "member",
         "status": "active", "pronouns": "", "bio": "", "time_zone": "", "created_at": now}
        for n, id_ in enumerate(ids)
    ))  # fmt: skip
    insert(connection, STREAM, (
        {"id": id_, "kind": "person", "epoch": new_epoch(), "head_seq": 0, "first_seq": 1,
         "head_no": 0, "last_at": now, "rules_seq": 0}
        for id_ in ids
    ))  # fmt: skip
    insert(connection, API_TOKEN, (
        {"id": new_id("t"), "person_id": id_, "name": "bench", "scopes": "read write",
         "secret_hash": made.hash, "created_at": now, "last_used_at": now}
        for id_, made in zip(ids, tokens, strict=True)
    ))  # fmt: skip
    insert(connection, MEMBER, (
        {"room_id": room, "person_id": id_, "role": "member", "state": "member", "since": now,
         "visible_from_seq": 0, "visible_from_no": 1, "read_no": 0}
        for id_, rooms in zip(ids, rooms_of, strict=True)
        for room in rooms
    ))  # fmt: skip
    connection.execute(
        "UPDATE room SET member_count = "
        "(SELECT count(*) FROM member WHERE room_id = room.id AND state = 'member')"
    )
    return [made.secret for made in tokens]


def talk(connection: sqlite3.Connection, rooms: Sequence[str], total: int, seed: int = 7) -> None:
    """`total` messages, half of them in the first room, in the order of time as people write them.

    Everybody has read all but the last few of each room.
    """
    chance = random.Random(seed)
    found = connection.execute("SELECT room_id, person_id FROM member WHERE state = 'member'")
    members: dict[str, list[str]] = {}
    for room, person in found:
        members.setdefault(room, []).append(person)
    heads = {
        row[0]: [row[1], row[2]]
        for row in connection.execute("SELECT id, head_seq, head_no FROM stream")
    }
    start = time.time_ns() // 1000 - total * 1_000_000
    busy = chance.choices(rooms, [len(rooms) - 1, *[1] * (len(rooms) - 1)], k=total)
    told = (
        _message(room, heads[room], chance.choice(members[room]), members[room],
                 start + number * 1_000_000, chance.random())
        for number, room in enumerate(busy)
    )  # fmt: skip
    while part := list(islice(told, AT_ONCE)):
        insert(connection, EVENT, (event for event, _, _ in part))
        insert(connection, MESSAGE, (message for _, message, _ in part))
        _make_findable(connection, [message for _, message, _ in part])
        insert(connection, MENTION, (mention for _, _, mention in part if mention))
    at = time.time_ns() // 1000
    connection.executemany(
        "UPDATE stream SET head_seq = ?, head_no = ?, last_at = ? WHERE id = ?",
        [(*heads[room], at, room) for room in rooms],
    )
    connection.executemany(
        "UPDATE member SET read_no = ? WHERE room_id = ?",
        [(max(0, heads[room][1] - UNREAD), room) for room in rooms],
    )


def _make_findable(connection: sqlite3.Connection, messages: Sequence[Row]) -> None:
    """The index, as `storage.search.sqlite` writes it."""
    (no,) = connection.execute("SELECT coalesce(max(no), 0) FROM finding").fetchone()
    rows = [
        {"no": no + n, "message_id": m["id"], "room_id": m["room_id"], "author_id": m["author_id"],
         "at": m["at"], "seq": m["posted_seq"], "words": " ".join(words(m["body"]))}
        for n, m in enumerate(messages, 1)
    ]  # fmt: skip
    insert(connection, FINDING, rows)
    connection.executemany(
        "INSERT INTO finding_fts (rowid, words) VALUES (?, ?)",
        [(r["no"], indexed(r["no"], r["room_id"], r["author_id"], r["words"])) for r in rows],
    )


def _message(
    room: str, head: list[int], author: str, members: list[str], at: int, luck: float
) -> tuple[Row, Row, Row | None]:
    """An event, its message and perhaps a mention; moves the head."""
    head[0] += 1
    head[1] += 1
    seq, no = head
    mentions = (members[seq % len(members)],) if luck * MENTIONED < 1 else ()
    # From a few words to a long sentence, 100 bytes in the mean.
    body = " ".join(WORDS[: 4 + int(luck * len(WORDS))])
    id_ = new_id("m", at // 1000)
    data = MessagePosted(id=id_, author=author, body=body, mentions=mentions)
    event = {
        "stream_id": room, "seq": seq, "v": VERSION, "kind": "message.posted", "actor_id": author,
        "at": at, "no": no, "data": codec.dump(data),
        "route": codec.dump(codec.Route(mentions=mentions)) if mentions else None,
    }  # fmt: skip
    message = {
        "id": id_, "room_id": room, "thread_id": "", "no": no, "author_id": author,
        "client_id": None, "body": body, "mentions": codec.dump(mentions), "at": at, "rev": seq,
        "posted_seq": seq, "body_seq": seq, "reply_head": 0, "reply_count": 0, "reply_rev": 0,
        "repliers": "[]",
    }  # fmt: skip
    mention = {
        "message_id": id_, "target": mentions[0], "room_id": room, "thread_id": "", "no": no,
        "author_id": author,
    } if mentions else None  # fmt: skip
    return event, message, mention
