"""Finding in PostgreSQL: a `tsvector` of words that are folded already, under a GIN index.

GIN has no order, so the few newest messages are looked through first, for the words that are
everywhere, and then the index, block by block. Words are cast, not parsed, into `tsvector` and
`tsquery`: no configuration of a language is asked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, text

from rooms.words import Wanted
from storage.bulk import Statement
from storage.search.base import (
    BLOCK_BITS,
    NAMED_ROOMS,
    Hit,
    Scope,
    Span,
    Text,
    author_word,
    block_word,
    place_word,
)

LOOKED_THROUGH = 1024
"""The newest messages of a span, read one by one: a word in every fiftieth fills a page there."""
POSITIONS = 16_383
"""The last place in a text that a `tsvector` tells apart."""

_NUMBERS = "SELECT nextval('finding_no') FROM generate_series(1, %s)"
_ADD = Statement(
    "INSERT INTO finding (no, message_id, room_id, author_id, at, seq, words) "
    "VALUES (:?, :?, :?, :?, :?, :?, CAST(:? AS tsvector))"
)
_FIND = Statement("SELECT no, room_id, author_id FROM finding WHERE message_id = :?")
_SET = Statement("UPDATE finding SET words = CAST(:? AS tsvector) WHERE no = :?")
_DROP = Statement("DELETE FROM finding WHERE message_id = :?")

_SEARCH = """SELECT f.no, f.message_id FROM {rows} f
    JOIN json_each_text(CAST(:rooms AS json)) AS k
        ON k.key = f.room_id AND f.seq >= CAST(k.value AS bigint)
    WHERE {match} f.at >= :after AND f.at < :before
    ORDER BY f.no DESC LIMIT :most"""
# What stands in a MATERIALIZED part is done as it stands, whatever the planner believes.
_BY_WORDS = text(
    """WITH matching AS MATERIALIZED (SELECT no, message_id, room_id, seq, at FROM finding
    WHERE words @@ CAST(:match AS tsquery) AND no BETWEEN :low AND :high) """  # noqa: S608
    + _SEARCH.format(rows="matching", match="")
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
    return " ".join([*plain, f"'{place_word(room)}'", f"'{author_word(author)}'"])


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
    match = expression(wanted, scope, span)
    given = {
        "rooms": json.dumps(scope.rooms),
        "low": span.low,
        "high": span.high,
        "after": scope.after or 0,
        "before": scope.before or _EVER,
        "most": most,
        "match": match,
    }
    if not match:
        del given["match"]
        return _hits(connection, _ALL, given)
    found = []
    edge = max(span.low, span.high - LOOKED_THROUGH + 1)
    if len(span.blocks) == 1:
        found = _hits(connection, _NEWEST, given | {"low": edge})
        given["high"] = edge - 1
    if len(found) < most and given["high"] >= span.low:  # type: ignore[operator]
        found += _hits(connection, _BY_WORDS, given | {"most": most - len(found)})
    return found


def _hits(connection: Connection, statement: object, given: dict[str, object]) -> list[Hit]:
    rows = connection.execute(statement, given)  # type: ignore[call-overload]
    return [Hit(row.no, row.message_id) for row in rows]


def expression(wanted: Sequence[Wanted], scope: Scope, span: Span) -> str:
    """The text of a `tsquery`; every lexeme in quotes, so that none is taken for syntax."""
    parts = []
    if wanted:
        of_blocks = (
            "(" + " & ".join(_phrase(block, look) for look in wanted) + ")" for block in span.blocks
        )
        parts.append("(" + " | ".join(of_blocks) + ")")
    if scope.authors:
        parts.append(_any([author_word(person) for person in scope.authors]))
    if scope.named or (not wanted and len(scope.rooms) <= NAMED_ROOMS):
        parts.append(_any([place_word(room) for room in scope.rooms]))
    return " & ".join(parts)


def _any(words: Sequence[str]) -> str:
    return "(" + " | ".join(f"'{word}'" for word in words) + ")"


def _phrase(block: int, look: Wanted) -> str:
    words = [f"'{block_word(block, word)}'" for word in look.words]
    if look.open:
        words[-1] += ":*"
    return "(" + " <-> ".join(words) + ")"
