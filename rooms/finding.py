"""What somebody typed into the box: words, phrases, `from:`, `in:`, `before:`, `after:`.

Nothing that is typed is an error: what is no filter is a word, and what is no word is passed over.
Also the excerpt of a message that was found. Pure; names of people and rooms are looked up by
whoever has them, and no syntax of a database is known here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from rooms.words import Wanted, Word, matches, placed, wanted

EXCERPT = 240
"""Characters of an excerpt."""
LOOKED_FOR = 16
"""Words and phrases that count, and names; what is typed beyond them is passed over."""

_PIECE = re.compile(
    r'(?P<filter>from|in|before|after):(?:"(?P<named>[^"]+)"|(?P<value>[^\s"]+))'
    r'|"(?P<phrase>[^"]*)(?P<closed>"?)'
    r"|(?P<word>[^\s\"]+)",
    re.IGNORECASE,
)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for; everything in it must hold."""

    wanted: tuple[Wanted, ...] = ()
    senders: tuple[str, ...] = ()
    """Names as typed; whoever fits one of them."""
    places: tuple[str, ...] = ()
    after: int | None = None
    """From this moment on, in microseconds since 1970."""
    before: int | None = None
    """Earlier than this moment."""

    @property
    def empty(self) -> bool:
        """Nothing to look for."""
        return not (self.wanted or self.senders or self.places or self.after or self.before)


def asked(text: str, now: int, zone: str) -> Asked:
    """Understand what was typed. `now` in microseconds; days are those of the time zone `zone`."""
    looked: list[Wanted] = []
    names: dict[str, list[str]] = {"from": [], "in": []}
    moments: dict[str, int] = {}
    here = _zone(zone)
    for piece in _PIECE.finditer(text):
        kind = (piece["filter"] or "").lower()
        value = piece["named"] or piece["value"]
        if kind in names:
            names[kind].append(value)
            continue
        if kind and (moment := _moment(value, now, here)) is not None:
            narrow = max if kind == "after" else min
            moments[kind] = narrow(moments.get(kind, moment), moment)
            continue
        looked.extend(_looked_for(piece, last=piece.end() == len(text)))
    return Asked(
        wanted=tuple(dict.fromkeys(looked))[:LOOKED_FOR],
        senders=tuple(names["from"])[:LOOKED_FOR],
        places=tuple(names["in"])[:LOOKED_FOR],
        after=moments.get("after"),
        before=moments.get("before"),
    )


def _looked_for(piece: re.Match[str], *, last: bool) -> list[Wanted]:
    if piece["phrase"] is not None:
        found = wanted(piece["phrase"], going_on=last and not piece["closed"])
    else:
        found = wanted(piece[0], going_on=last)
    return [found] if found else []


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return timezone.utc  # noqa: UP017 - one name for both branches


def _moment(value: str, now: int, zone: tzinfo) -> int | None:
    """The moment at which a day, month or year begins; None for what is none."""
    today = datetime.fromtimestamp(now / 1e6, zone).date()
    days = {"today": today, "yesterday": today - timedelta(days=1)}
    day = days.get(value.lower())
    parts = re.fullmatch(r"([12]\d{3})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", value)
    if parts:
        try:
            day = date(int(parts[1]), int(parts[2] or 1), int(parts[3] or 1))
        except ValueError:
            return None
    if day is None:
        return None
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1e6)


class Excerpt(msgspec.Struct, frozen=True):
    """A part of a text, and what in it was looked for, in characters of the part."""

    text: str
    marks: tuple[tuple[int, int], ...]


def excerpt(body: str, looked: Sequence[Wanted]) -> Excerpt:
    """The part of a message around the first match, in one line."""
    text: list[Word] = list(placed(body)) if looked else []
    found = sorted({place for look in looked for place in matches(text, look)})
    start = _beginning(body, found[0][0] if found else 0)
    end = min(len(body), start + EXCERPT)
    if end < len(body):
        blank = body.rfind(" ", start + EXCERPT // 2, end)
        end = blank if blank > 0 else end
    before, behind = "…" if start else "", "…" if end < len(body) else ""
    part = before + body[start:end].translate({10: " ", 9: " "}) + behind
    shift = len(before) - start
    marks: list[tuple[int, int]] = []
    for left, right in found:
        if left < start or right > end:
            continue
        if marks and left + shift <= marks[-1][1]:
            marks[-1] = (marks[-1][0], max(marks[-1][1], right + shift))
        else:
            marks.append((left + shift, right + shift))
    return Excerpt(part, tuple(marks))


def _beginning(body: str, first: int) -> int:
    """Some words before the first match, at the start of one."""
    if first < EXCERPT // 2:
        return 0
    blank = body.find(" ", first - EXCERPT // 3, first)
    return blank + 1 if blank >= 0 else first
