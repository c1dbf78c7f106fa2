"""Finding in PostgreSQL: a `tsvector` of words that are folded already, under a GIN index.

GIN has no order, so the few newest messages are looked through first, for the words that are
everywhere, and then the index, block by block. Words are cast, not parsed, into `tsvector` and
`tsquery`: no configuration of a language is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

from rooms.words import Wanted
from storage.bulk import Rows, Statement
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

LOOKED_THROUGH = 2048
"""The newest messages of a span, read one by one: a word in every hundredth fills a page there."""
POSITIONS = 16_383
"""The last place in a text that a `tsvector` tells apart."""

_NUMBERS = "SELECT nextval('finding_no') FROM generate_series(1, %s)"
_ADD = Rows(
    "INSERT INTO finding (no, message_id, room_id, author_id, at, seq, words) :rows",
    "bigint", "text", "text", "text", "bigint", "bigint", "tsvector",
)  # fmt: skip
_FIND = Statement("SELECT no, room_id, author_id FROM finding WHERE message_id = :?")
_SET = Statement("UPDATE finding SET words = CAST(:? AS tsvector) WHERE no = :?")
_DROP = Statement("DELETE FROM finding WHERE message_id = :?")

_SEARCH = """SELECT f.no, f.message_id FROM {rows} f
    JOIN json_each_text(CAST(:rooms AS json)) AS k
        ON k.key = f.room_id AND f.seq >= CAST(k.value AS bigint)
    WHERE {match} f.at >= :after AND f.at < :before
    ORDER BY f.no DESC LIMIT :most"""
# What stands in a MATERIALIZED part is done as it stands, whatever the planner believes.
# A block at a time, so that the planner sees a few rows of each and takes the index.
_BY_WORDS = text(
    """WITH matching AS MATERIALIZED (
        SELECT f.no, f.message_id, f.room_id, f.seq, f.at
        FROM json_array_elements_text(CAST(:matches AS json)) AS block (query)
        CROSS JOIN LATERAL (
            SELECT * FROM finding WHERE words @@ CAST(block.query AS tsquery)
        ) AS f
    ) """  # noqa: S608
    + _SEARCH.format(rows="matching", match="f.no BETWEEN :low AND :high AND")
)
_ALL = text(_SEARCH.format(rows="finding", match="f.no BETWEEN :low AND :high AND"))
_NEWEST = text(
    """WITH newest AS MATERIALIZED (SELECT no, message_id, room_id, seq, at, words FROM finding
    WHERE no BETWEEN :low AND :high) """  # noqa: S608
    + _SEARCH.format(rows="newest", match="f.words @@ CAST(:match AS tsquery) AND")
)
_EVER = 2**62


def _vector(no: int, room: str, author: str, words: list[str]) -> str:
    """The text of a `tsvector`, lexemes with their places."""
    block = f"{no >> BLOCK_BITS:x}_"
    plain = [f"'{block}{word}':{min(place, POSITIONS)}" for place, word in enumerate(words, 1)]
    about = (f"'{block}{word}'" for word in (place_word(room), author_word(author)))
    return " ".join([*plain, *about])


def add(connection: Connection, texts: Sequence[Text]) -> None:
    """Make messages findable."""
    numbers = connection.exec_driver_sql(_NUMBERS, (len(texts),)).scalars()
    rows = zip(sorted(numbers), texts, strict=True)
    _ADD.run(connection, [(no, *t[:5], _vector(no, t[1], t[2], t[5])) for no, t in rows])


def replace(connection: Connection, message: str, words: list[str]) -> None:
    """Other words for a message."""
    row = _FIND.first(connection, (message,))
    if row is not None:
        _SET.run(connection, [(_vector(row.no, row.room_id, row.author_id, words), row.no)])


def drop(connection: Connection, message: str) -> None:
    """Take a message out; its words leave the file with the next vacuum."""
    _DROP.run(connection, [(message,)])


def search(
    connection: Connection, wanted: Sequence[Wanted], scope: Scope, span: Span, most: int
) -> list[Hit]:
    """Matches of a span, the newest first."""
    given: dict[str, object] = {
        "rooms": json.dumps(scope.rooms),
        "low": span.low,
        "high": span.high,
        "after": scope.after or 0,
        "before": scope.before or _EVER,
        "most": most,
    }
    matches = [expression(wanted, scope, block) for block in span.blocks]
    if not matches[0]:
        return _hits(connection, _ALL, given)
    found: list[Hit] = []
    high = span.high
    if len(matches) == 1:
        edge = max(span.low, high - LOOKED_THROUGH + 1)
        found = _hits(connection, _NEWEST, given | {"low": edge, "match": matches[0]})
        high = edge - 1
    if len(found) < most and high >= span.low:
        more = {"high": high, "most": most - len(found), "matches": json.dumps(matches)}
        found += _hits(connection, _BY_WORDS, given | more)
    return found


def _hits(connection: Connection, statement: object, given: dict[str, object]) -> list[Hit]:
    rows = connection.execute(statement, given)  # type: ignore[call-overload]
    return [Hit(row.no, row.message_id) for row in rows]


def expression(wanted: Sequence[Wanted], scope: Scope, block: int) -> str:
    """The text of a `tsquery`; every lexeme in quotes, so that none is taken for syntax."""
    parts = [_phrase(block, look) for look in wanted]
    parts += [_any(block, words) for words in alternatives(scope)]
    return " & ".join(parts)


def _any(block: int, words: Iterable[str]) -> str:
    return "(" + " | ".join(f"'{block_word(block, word)}'" for word in words) + ")"


def _phrase(block: int, look: Wanted) -> str:
    words = [f"'{block_word(block, word)}'" for word in look.words]
    if look.open:
        words[-1] += ":*"
    return "(" + " <-> ".join(words) + ")"
