"""Finding in SQLite: an FTS5 table over words that are folded already.

A deletion from FTS5 only adds a mark; the words stay in older segments until a merge takes them out
(*measured*: SQLite 3.40 knows no secure delete, and a file on which a newer one has used it is
unreadable to 3.40). So what was taken out is remembered in `finding_stale`, and `forget` merges the
index to its end, a few pages a transaction, before the log is folded (promise P8).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

from rooms.words import Wanted
from storage.bulk import Rows, Statement, tuples
from storage.search.base import (
    BLOCK_BITS,
    Hit,
    Scope,
    Span,
    Text,
    alternatives,
    author_word,
    block_word,
    place_word,
)

MERGED_AT_ONCE = 64
"""Pages of 4 KiB, about, that one transaction of `forget` writes; nobody can post meanwhile."""

_HEAD = "SELECT coalesce(max(no), 0) FROM finding"
_ADD = Rows(
    "INSERT INTO finding (no, message_id, room_id, author_id, at, seq, words) :rows",
    "bigint", "text", "text", "text", "bigint", "bigint", "text",
)  # fmt: skip
_ADD_WORDS = Rows("INSERT INTO finding_fts (rowid, words) :rows", "bigint", "text")
_FIND = Statement("SELECT no, room_id, author_id, words FROM finding WHERE message_id = :?")
_DROP = Statement("DELETE FROM finding WHERE no = :?")
_DROP_WORDS = Statement(
    "INSERT INTO finding_fts (finding_fts, rowid, words) VALUES ('delete', :?, :?)"
)
_STALE = Statement("INSERT OR IGNORE INTO finding_stale (no) VALUES (:?)")
_SET_WORDS = Statement("UPDATE finding SET words = :? WHERE no = :?")

_SEARCH = """SELECT f.no, f.message_id FROM {index} f
    JOIN json_each(:rooms) AS k ON k.key = f.room_id AND f.seq >= k.value
    WHERE {match} AND f.at >= :after AND f.at < :before
    ORDER BY {order} DESC LIMIT :most"""
# CROSS JOIN keeps the order: the newest match first, and no more of them than fill the page.
_BY_WORDS = text(
    _SEARCH.format(
        index="finding_fts CROSS JOIN finding",
        match="f.no = finding_fts.rowid AND finding_fts MATCH :match "
        "AND finding_fts.rowid BETWEEN :low AND :high",
        order="finding_fts.rowid",
    ).replace("JOIN json_each", "CROSS JOIN json_each")
)
_BY_TIME = text(
    _SEARCH.format(index="finding", match="f.no BETWEEN :low AND :high", order="f.no").replace(
        "JOIN json_each", "CROSS JOIN json_each"
    )
)
_EVER = 2**62


def indexed(no: int, room: str, author: str, words: str) -> str:
    """The text of a row of the FTS5 table: words by block, then where it stands and whose it is."""
    block = f"{no >> BLOCK_BITS:x}_"
    return f"{block}{words} {place_word(room)} {author_word(author)}".replace(" ", f" {block}")


def add(connection: Connection, texts: Sequence[Text]) -> None:
    """Make messages findable."""
    [(no,)] = tuples(connection, _HEAD, ())
    rows = [(no + n, *t[:5], " ".join(t[5])) for n, t in enumerate(texts, 1)]
    _ADD.run(connection, rows)
    _ADD_WORDS.run(connection, [(r[0], indexed(r[0], r[2], r[3], r[6])) for r in rows])


def replace(connection: Connection, message: str, words: list[str]) -> None:
    """Other words for a message; the old ones go with the next deletion or merge."""
    row = _FIND.first(connection, (message,))
    if row is None:
        return
    _DROP_WORDS.run(connection, [(row.no, indexed(*row))])
    plain = " ".join(words)
    _SET_WORDS.run(connection, [(plain, row.no)])
    _ADD_WORDS.run(connection, [(row.no, indexed(row.no, row.room_id, row.author_id, plain))])


def drop(connection: Connection, message: str) -> None:
    """Take a message out, and note that its words are to be merged away."""
    row = _FIND.first(connection, (message,))
    if row is None:
        return
    _DROP_WORDS.run(connection, [(row.no, indexed(*row))])
    _DROP.run(connection, [(row.no,)])
    _STALE.run(connection, [(row.no,)])


def search(
    connection: Connection, wanted: Sequence[Wanted], scope: Scope, span: Span, most: int
) -> list[Hit]:
    """Matches of a span, the newest first."""
    match = expression(wanted, scope, span)
    given = {
        "rooms": json.dumps(scope.rooms),
        "low": span.low,
        "high": span.high,
        "after": scope.after or 0,
        "before": scope.before or _EVER,
        "most": most,
    }
    if match:
        rows = connection.execute(_BY_WORDS, given | {"match": match})
    else:
        rows = connection.execute(_BY_TIME, given)
    return [Hit(row.no, row.message_id) for row in rows]


def expression(wanted: Sequence[Wanted], scope: Scope, span: Span) -> str:
    """An FTS5 query; every word in quotes, so that none is taken for syntax."""
    found = (_in_block(block, wanted, scope) for block in span.blocks)
    return " OR ".join(f"({one})" for one in found if one)


def _in_block(block: int, wanted: Sequence[Wanted], scope: Scope) -> str:
    parts = [_phrase(block, look) for look in wanted]
    parts += [_any(block, words) for words in alternatives(scope)]
    return " AND ".join(parts)


def _any(block: int, words: Iterable[str]) -> str:
    return "(" + " OR ".join(f'"{block_word(block, word)}"' for word in words) + ")"


def _phrase(block: int, look: Wanted) -> str:
    words = " ".join(block_word(block, word) for word in look.words)
    return f'"{words}"' + ("*" if look.open else "")


def forget(connection: sqlite3.Connection) -> bool:
    """Merge away the words of deleted messages; True if there was anything to do.

    The connection commits by itself outside of `BEGIN`. Interrupted, it begins again next time.
    """
    if connection.execute("SELECT count(*) FROM finding_stale").fetchone() == (0,):
        return False
    connection.execute("BEGIN IMMEDIATE").close()
    try:
        # Rows that become stale while this goes on are for the next time.
        stale = connection.execute("SELECT no FROM finding_stale").fetchall()
        _merge(connection, -MERGED_AT_ONCE)
    finally:
        connection.execute("COMMIT").close()
    # https://www.sqlite.org/fts5.html#the_merge_command: done when it changes less than two rows.
    while True:
        before = connection.total_changes
        _merge(connection, MERGED_AT_ONCE)
        if connection.total_changes - before < 2:
            break
    connection.executemany("DELETE FROM finding_stale WHERE no = ?", stale).close()
    return True


def _merge(connection: sqlite3.Connection, pages: int) -> None:
    connection.execute(
        "INSERT INTO finding_fts (finding_fts, rank) VALUES ('merge', ?)", (pages,)
    ).close()
