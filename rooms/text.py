"""Text that people send: made safe to keep and checked against the limits.

PostgreSQL refuses NUL in text, so control characters end here; names lose what could hide or
reorder them (Unicode TR 36 and TR 39: bidirectional controls, zero-width characters).
"""

from __future__ import annotations

import re
import unicodedata

from protocol import limits
from rooms.errors import Refusal

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HIDDEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_MENTION = re.compile(r"<@(p_[0-9a-z]{1,40}|room|facilitators)>")


def body(text: str) -> str:
    """The text of a message: line ends normalised, outer blank lines gone, 1 to 8,000
    characters."""
    # Most are one line of what can be printed: nothing to look for.
    clean = text if text.isprintable() else _clean(text)
    clean = clean.strip("\n").rstrip()
    return sized("body", clean, limits.BODY, 1)


def _clean(text: str) -> str:
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _SURROGATE.sub("\ufffd", plain)


def line(field: str, text: str, longest: int, shortest: int = 0) -> str:
    """One line that names something: NFC, white space folded, hidden characters gone."""
    clean = _SURROGATE.sub("\ufffd", _HIDDEN.sub("", _CONTROL.sub(" ", text)))
    clean = unicodedata.normalize("NFC", _SPACES.sub(" ", clean).strip())
    return sized(field, clean, longest, shortest)


def paragraph(field: str, text: str, longest: int) -> str:
    """Several lines, such as a purpose or a bio."""
    clean = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return sized(field, _SURROGATE.sub("\ufffd", _HIDDEN.sub("", clean)), longest)


def sized(field: str, text: str, longest: int, shortest: int = 0) -> str:
    """`text`, or a refusal that says how long it may be."""
    if len(text) > longest:
        raise Refusal("too_long", field=field, max=longest, actual=len(text))
    if len(text) < shortest:
        raise Refusal("too_short", field=field, min=shortest, actual=len(text))
    return text


def mentions(text: str) -> tuple[str, ...]:
    """Whom a text mentions: person ids and the words `room` and `facilitators`, each once."""
    if "<@" not in text:
        return ()
    found = tuple(dict.fromkeys(_MENTION.findall(text)))
    if len(found) > limits.MENTIONS_PER_MESSAGE:
        raise Refusal(
            "too_many", what="mentions", max=limits.MENTIONS_PER_MESSAGE, actual=len(found)
        )
    return found


def emoji(text: str) -> str:
    """A reaction: one emoji as sent by the platform, or a short name; no white space, no markup."""
    clean = sized("emoji", text.strip(), limits.EMOJI, 1)
    if any(
        unicodedata.category(c) in ("Cc", "Cs", "Zs", "Zl", "Zp") or c in "<>&\"'`" for c in clean
    ):
        raise Refusal("invalid", field="emoji", problem="that is not an emoji")
    return clean
