"""What notifies whom, and in which words: pure.

Whether somebody may read it at all is asked of `rooms.policy`; this only says whether they want to
hear of it, when, and how a text looks on a locked screen. Times are microseconds since 1970, UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from protocol import limits
from protocol.views import Access

_SECOND = 1_000_000


class Wishes(NamedTuple):
    """What somebody chose about one place."""

    room: str | None = None
    thread: str | None = None
    muted: bool | None = None
    """None where the room is not muted, else whether its mentions still stand out."""
    follows: str = ""
    """In a thread `yes`, `no` or `ceased`; empty in the main timeline."""


def level(access: Access, wishes: Wishes) -> str:
    """`all`, `mentions` or `none`, of a room's timeline or of one of its threads.

    Of a direct room everything notifies, of others what mentions oneself. A thread is as its room,
    but that only those who follow it hear of every reply, and one that somebody ceased to follow
    is silent. A muted room is never louder than its mute says.
    """
    found = wishes.room or ("all" if access == "direct" else "mentions")
    if wishes.follows == "ceased":
        found = "none"
    elif wishes.follows and wishes.thread:
        found = wishes.thread
    elif wishes.follows == "no" and found == "all" and access != "direct":
        found = "mentions"
    if wishes.muted is None:
        return found
    return "mentions" if wishes.muted and found != "none" else "none"


def wanted(level: str, *, mentioned: bool) -> bool:
    """Whether a message notifies."""
    return level == "all" or (level == "mentions" and mentioned)


def quiet_until(start: int | None, end: int | None, zone: str, now: int) -> int:
    """When quiet hours end that are now; 0 when they are not.

    Over a clock change they end at the same hour of the clock. Where that hour does not exist
    they end when it would have been.
    """
    if start is None or end is None:
        return 0
    local = datetime.fromtimestamp(now / _SECOND, ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    inside = start <= minute < end if start < end else minute >= start or minute < end
    if not inside:
        return 0
    # `replace` keeps which of two equal hours it is, when clocks are put back.
    until = local.replace(hour=end // 60, minute=end % 60, second=0, microsecond=0)
    if start > end and minute >= start:
        until += timedelta(days=1)
    return int(until.astimezone(UTC).timestamp()) * _SECOND


_SPOILER = re.compile(r"\|\|.+?\|\|", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\s]*\)")
_FENCE = re.compile(r"^\s*(```|~~~).*$", re.MULTILINE)
_LINE = re.compile(r"^\s{0,3}(>|#{1,6}\s|[-*+]\s|\d{1,9}[.)]\s)\s*", re.MULTILINE)
_MARKS = re.compile(r"(\*\*|__|~~|`+)(?=\S)(.+?)(?<=\S)\1")
_MENTION = re.compile(r"<@(p_[0-9a-z]{1,40}|room|facilitators)>")
_SPACES = re.compile(r"\s+")
_COVER = "▒▒▒"


def words(body: str, name: Callable[[str], str]) -> str:
    """A message as one plain line for a locked screen, at most `PUSHED_TEXT` characters.

    What is folded stays covered; `name` gives the name of a person that is mentioned.
    """
    text = _SPOILER.sub(_COVER, body[: 4 * limits.PUSHED_TEXT])
    # An end that was cut off must not open what was folded.
    text = text.partition("||")[0] if "||" in text else text
    text = _MENTION.sub(lambda m: "@" + (name(m[1]) if m[1].startswith("p_") else m[1]), text)
    text = _MARKS.sub(r"\2", _LINE.sub("", _LINK.sub(r"\1", _FENCE.sub("", text))))
    line = _SPACES.sub(" ", text).strip()
    most = limits.PUSHED_TEXT
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
