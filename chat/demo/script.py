"""Reads the talk of the sample community: one text file a room, in `talk/`.

A file begins with lines `field: value`; then come messages, each `--- WHEN WHO` with its text below
and what happened to it as `:: act …`. WHEN is `34 19:30` (days ago, at) or `-2h10m` (before now).
After WHO: `#name` to refer to it later, `^name` replies to it, `>name` quotes it, `%3` speaks of
unit 3 of the book. In texts `@who` mentions, `{day 3}` is the weekday in three days, `{date -2}`
the date two days ago, `{iso 5}` one for programs. Pure: knows no rooms and no database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

_FOLDER = Path(__file__).parent / "talk"
_STAYS = re.compile(r"^(\s{2,}|[-*>#]\s|\d+\.\s|```)")
"""A line that begins like this is not joined to the one before it."""
_SPAN = re.compile(r"-(?:(\d+)h)?(?:(\d+)m)?$")
_WHEN = re.compile(r"\{(day|date|iso) (-?\d+)\}")


@dataclass(slots=True)
class Line:
    """A message, and what happened to it."""

    when: datetime
    who: str
    text: str
    label: str = ""
    thread: str = ""
    quote: str = ""
    unit: str = ""
    acts: list[tuple[str, str]] = field(default_factory=list)
    """`(act, its words)`: react, pin, edit, delete; in forums `title WORDS`, `solved WHO` of a
    topic, `answer WHO` of the reply that answers it; `tool WHO NAME {action}` does something with a
    tool of the room, `mark WHO NAME {mark}` sets one's own mark in it; in their JSON `@who` is a
    person's id and `^` the message's."""


@dataclass(slots=True)
class Script:
    """A room and what was said in it."""

    fields: dict[str, str]
    lines: list[Line]

    def people(self, name: str) -> list[tuple[str, list[str]]]:
        """A field that lists people: `ana 3, ben 4 admitted 3` as (who, [words])."""
        found = []
        for part in self.fields.get(name, "").split(","):
            words = part.split()
            if words:
                found.append((words[0], words[1:]))
        return found


def load(now: datetime) -> dict[str, Script]:
    """Every room, by file name; `now` is what the scripts count back from."""
    paths = sorted(_FOLDER.glob("*.txt"))
    return {path.stem: parse(path.read_text(encoding="utf-8"), now) for path in paths}


def parse(source: str, now: datetime) -> Script:
    """One file. Raises `ValueError` for what it cannot read."""
    head, *blocks = re.split(r"^--- ", source, flags=re.MULTILINE)
    fields: dict[str, str] = {}
    for text in filter(None, map(str.strip, head.splitlines())):
        name, _, value = text.partition(": ")
        # A long list of people may go on in a second line of the same name.
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return Script(fields, [_line(block, now) for block in blocks])


def moment(words: list[str], now: datetime) -> datetime:
    """`["34", "19:30"]` or `["-2h10m"]` as a time; takes what it uses off the list."""
    first = words.pop(0)
    span = _SPAN.match(first)
    if span:
        hours, minutes = (int(part or 0) for part in span.groups())
        return now - timedelta(hours=hours, minutes=minutes)
    hour, minute = words.pop(0).split(":")
    day = now - timedelta(days=int(first))
    return day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)


def _line(block: str, now: datetime) -> Line:
    heading, *rest = block.splitlines()
    words = heading.split()
    when = moment(words, now)
    line = Line(when, words.pop(0), "")
    marks = {"#": "label", "^": "thread", ">": "quote", "%": "unit"}
    for word in words:
        setattr(line, marks[word[0]], word[1:])
    body = []
    for text in rest:
        if text.startswith(":: "):
            act, _, what = text[3:].partition(" ")
            if act == "label":
                line.label = what
            else:
                line.acts.append((act, dated(what.replace("\\n", "\n"), now)))
        else:
            body.append(text)
    line.text = dated(flowing(body), now)
    return line


def flowing(lines: list[str]) -> str:
    """Paragraphs as they are typed into a composer: lines broken for the file are joined."""
    out: list[str] = []
    fenced = False
    for text in lines:
        fence = text.startswith("```")
        continues = out and out[-1] and text and not fenced and not _STAYS.match(text)
        if continues and not out[-1].startswith("```"):
            out[-1] += " " + text
        elif not fenced and text.startswith("> ") and out and out[-1].startswith("> "):
            out[-1] += " " + text[2:]
        else:
            out.append(text)
        fenced ^= fence
    return "\n".join(out).strip()


def dated(text: str, now: datetime) -> str:
    """Weekdays and dates filled in."""

    def said(match: re.Match[str]) -> str:
        day = now.astimezone(UTC) + timedelta(days=int(match[2]))
        said = {"day": f"{day:%A}", "date": f"{day.day} {day:%B}", "iso": f"{day:%Y-%m-%d}"}
        return said[match[1]]

    return _WHEN.sub(said, text)
