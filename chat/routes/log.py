"""The audit as a table for spreadsheets, with the rights of whoever asks for it by page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from chat import codec
from chat.routes.base import Call, Reply, Route
from protocol.commands import GetLog
from protocol.listings import LogPage
from storage.queries.log import PEOPLE

MOST = 10_000
"""Lines of one export; narrow it by time for more."""
HEAD = ("time", "by", "act", "about", "room", "note")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PAGE = 100


def cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def table(rows: Iterable[tuple[str, ...]]) -> bytes:
    """CSV (RFC 4180) in UTF-8, with the mark by which spreadsheets know it."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(HEAD)
    writer.writerows([cell(text) for text in row] for row in rows)
    return "\ufeff".encode() + written.getvalue().encode()


async def export(call: Call) -> Reply:
    """Acts of power as CSV: of a room for its facilitators, of everywhere for admins."""
    fields = {name: value for name, value in call.query.items() if name not in ("limit", "after")}
    rows: list[tuple[str, ...]] = []
    after: str | None = None
    while len(rows) < MOST:
        asked = {"type": "log.page", **fields, "limit": _PAGE}
        query = codec.convert(asked | ({"after": after} if after else {}), GetLog)
        page: LogPage = await call.app.dispatch.ask(call.who, query)
        rows += _rows(page)
        after = page.next
        if after is None:
            break
    disposition = ("content-disposition", 'attachment; filename="log.csv"')
    return Reply(table(rows), headers=(disposition,), media_type="text/csv; charset=utf-8")


def _rows(page: LogPage) -> list[tuple[str, ...]]:
    names = {person.id: f"{person.name} (@{person.username})" for person in page.people}
    rooms = {room.id: room.name for room in page.rooms}
    return [
        (
            entry.at, names.get(entry.by, entry.by), entry.act,
            names.get(entry.about, entry.about), rooms.get(entry.room or "", ""),
            PEOPLE.sub(lambda found: names.get(found[0], found[0]), entry.note),
        )
        for entry in page.entries
    ]  # fmt: skip


ROWS = (Route("GET", "/log.csv", export, codes=("not_allowed", "not_found", "invalid"), cost=2.0),)
