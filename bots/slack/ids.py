"""Ids and times as Slack writes them, reversibly: nothing is stored to find the way back.

`p_0ab…` is `U0AB…`, `r_0ab…` is `C0AB…` (`D…` a direct room of two, `G…` one of more). A message
has no id there: it is named by its channel and its `ts`, the second and microsecond of its `at`,
which no other message of the room has (DESIGN 4).
"""

from __future__ import annotations

import hashlib
import re

NOBODY = "USLACKBOT"
"""Who acts where no person does: a rule, the command line."""
FACILITATORS = "SFACILITATORS"
"""The user group that stands for `<@facilitators>`."""
SECOND = 1_000_000

_OURS = re.compile(r"(?:p|r)_[0-9a-z]{1,40}")
_THEIRS = re.compile(r"[UWBA]([0-9A-Z]{1,40})")
_CHANNEL = re.compile(r"[CDG]([0-9A-Z]{1,40})")
_TS = re.compile(r"(\d{1,12})(?:\.(\d{1,6}))?")


def _with(letter: str, ours: str) -> str:
    return letter + ours[2:].upper() if _OURS.fullmatch(ours) else NOBODY


def user(person: str) -> str:
    """`U…` of a person's id."""
    return _with("U", person)


def bot(person: str) -> str:
    """`B…` of a bot's id."""
    return _with("B", person)


def app(person: str) -> str:
    """`A…`: each bot is an app of its own."""
    return _with("A", person)


def channel(room: str, people: int = 0) -> str:
    """`C…` of a room's id; `people` is how many a direct room has."""
    letter = "D" if 0 < people <= 2 else "G" if people else "C"
    return _with(letter, room)


def team(secret: bytes) -> str:
    """`T…` of this community, the same on every node: a hash of what its nodes share."""
    return "T" + hashlib.blake2b(b"slack", key=secret[:64], digest_size=5).hexdigest().upper()


def person(slack: str) -> str | None:
    """A person's id from `U…`, `W…`, `B…` or `A…`; None where it is none."""
    found = _THEIRS.fullmatch(slack)
    return None if found is None or slack == NOBODY else "p_" + found[1].lower()


def room(slack: str) -> str | None:
    """A room's id from `C…`, `D…` or `G…`; None where it is none."""
    found = _CHANNEL.fullmatch(slack)
    return None if found is None else "r_" + found[1].lower()


def ts(at: int) -> str:
    """Microseconds since 1970 as `seconds.6digits`."""
    return f"{at // SECOND}.{at % SECOND:06d}"


def at(stamp: str) -> int | None:
    """The inverse of `ts`; None where it is none. Fewer digits are a beginning: `5.1` is 5.1 s."""
    found = _TS.fullmatch(stamp)
    if found is None:
        return None
    return int(found[1]) * SECOND + int((found[2] or "").ljust(6, "0"))


def channel_name(name: str) -> str:
    """A room's name as channels are called: small letters, no blanks, at most 80."""
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-")[:80] or "room"
