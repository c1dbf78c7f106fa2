"""The yardstick of durable posts: a bare `sqlite3` loop that does the same inserts.

Run as `python -m bench.sqlite_loop SOURCE TARGET BATCH`. Takes the schema of a server's database
and the event, message and command_once rows of its posts, and writes them anew into an empty file,
BATCH posts a transaction, WAL, synchronous=FULL. Whatever else a server does (heads of streams,
what authors have read, deciding, the network) is left out.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from contextlib import closing

TABLES = ("event", "message", "command_once")
ROWS = {
    "event": "SELECT e.* FROM message m JOIN event e "
    "ON e.stream_id = m.room_id AND e.seq = m.posted_seq ORDER BY m.at, m.id LIMIT ?",
    "message": "SELECT m.* FROM message m ORDER BY m.at, m.id LIMIT ?",
    "command_once": "SELECT c.* FROM message m JOIN command_once c "
    "ON c.actor_id = m.author_id AND c.client_id = m.client_id ORDER BY m.at, m.id LIMIT ?",
}
MOST = 60_000
"""Posts written anew, at most."""

Rows = dict[str, list[tuple[object, ...]]]


def read(source: str) -> tuple[list[str], Rows]:
    """Schema (tables and indexes) and rows of posts, oldest first."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as connection:
        marks = ", ".join("?" * len(TABLES))
        schema = [row[0] for row in connection.execute(
            f"SELECT sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND sql IS NOT NULL "
            "ORDER BY type DESC", TABLES)]  # fmt: skip
        return schema, {t: connection.execute(ROWS[t], (MOST,)).fetchall() for t in TABLES}


def write(target: str, schema: list[str], rows: Rows, batch: float) -> dict[str, float]:
    """All rows, `batch` posts a transaction on the average; what that took."""
    count = min(len(rows[table]) for table in TABLES)
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}").close()
        for statement in schema:
            connection.execute(statement)
        inserts = {
            table: f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[table][0]))})"
            for table in TABLES
        }
        began, cpu = time.monotonic(), time.process_time()
        done, commits = 0, 0
        while done < count:
            # Whole posts that come out at the average.
            upto = min(count, max(done + 1, round((commits + 1) * batch)))
            connection.execute("BEGIN IMMEDIATE")
            for table in TABLES:
                connection.executemany(inserts[table], rows[table][done:upto])
            connection.execute("COMMIT")
            done, commits = upto, commits + 1
        took, used = time.monotonic() - began, time.process_time() - cpu
    return {
        "posts_per_s": count / took,
        "posts_per_cpu_s": count / used,
        "batch": count / commits,
        "server_cpu": used / took,
    }


if __name__ == "__main__":
    found_schema, found_rows = read(sys.argv[1])
    print(json.dumps(write(sys.argv[2], found_schema, found_rows, float(sys.argv[3]))))
