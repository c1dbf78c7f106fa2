"""What accounts are called: usernames, display names, addresses, passwords, zones and languages.

Clean or refuse; a username is compared folded. One script a username, so that no two look alike
across scripts (Unicode TS 39, "single script").
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from zoneinfo import available_timezones

from protocol import limits
from rooms import text
from rooms.errors import Refusal

_USERNAME = re.compile(r"[^\W_][\w.-]*")
_EMAIL = re.compile(r"[^\s@\x00-\x20]+@[^\s@.]+(\.[^\s@.]+)+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TOGETHER = (frozenset({"CJK", "HIRAGANA", "KATAKANA"}), frozenset({"CJK", "HANGUL"}))
"""Scripts that are written together (Japanese, Korean)."""


def folded(username: str) -> str:
    """How a username is compared: without regard to case or to how it is composed."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", username).casefold())


def username(given: str) -> str:
    """2 to 32 letters, digits, dots, hyphens and underlines of one script; begins with a letter or
    digit."""
    clean = unicodedata.normalize("NFKC", given.strip().removeprefix("@"))
    text.sized("username", clean, limits.USERNAME, limits.USERNAME_MIN)
    if not _USERNAME.fullmatch(clean):
        problem = "letters, digits, dots, hyphens and underlines"
        raise Refusal("invalid", field="username", problem=problem)
    scripts = {unicodedata.name(c, "?").split()[0] for c in clean if c.isalpha()}
    if len(scripts) > 1 and not any(scripts <= group for group in _TOGETHER):
        raise Refusal("invalid", field="username", problem="letters of one script")
    return clean


def display_name(given: str) -> str:
    """1 to 60 characters on one line."""
    return text.line("name", given, limits.DISPLAY_NAME, 1)


def email(given: str | None) -> str | None:
    """An address that has the form of one; nothing given is no address."""
    if given is None or not given.strip():
        return None
    clean = text.sized("email", given.strip(), limits.EMAIL)
    if not _EMAIL.fullmatch(clean):
        raise Refusal("invalid", field="email", problem="that is not an address")
    return clean


def password(given: str, username: str = "") -> str:
    """8 to 256 characters; any kind (NIST SP 800-63B), but not the username.

    Composed to NFC (RFC 8265), so that the same keys make the same password on every device.
    """
    clean = typed(given)
    text.sized("password", clean, limits.PASSWORD, limits.PASSWORD_MIN)
    if username and folded(clean) == folded(username):
        raise Refusal("invalid", field="password", problem="it is the username")
    return clean


def typed(password: str) -> str:
    """A password as it is hashed and compared, whatever was sent."""
    whole = password.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", whole)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def time_zone(given: str) -> str:
    """A name of the IANA database, or nothing."""
    if given and given not in _zones():
        raise Refusal("invalid", field="time_zone", problem="no such time zone")
    return given


def language(given: str) -> str:
    """A language tag such as `en` or `pt-BR` (RFC 5646, shortened to 16 characters)."""
    text.sized("language", given, 16)
    if not _LANGUAGE.fullmatch(given):
        raise Refusal("invalid", field="language", problem="a tag such as en or pt-BR")
    return given


def base_of(name: str) -> str:
    """A username to begin with: the first name in plain letters, else in its own, else `user`.

    Leaves room for a number of four digits.
    """
    word = (name.split() or [""])[0]
    plain = unicodedata.normalize("NFKD", _plain(word))
    ascii_only = "".join(c for c in plain if c.isascii() and c.isalnum())
    own = "".join(c for c in folded(word) if c.isalnum())
    for base in (ascii_only.lower(), own):
        try:
            return username(base[: limits.USERNAME - 4])
        except Refusal:
            continue
    return "user"


_SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "æ": "ae",
     "Æ": "Ae", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "þ": "th", "Þ": "Th"}
)  # fmt: skip


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word).translate(_SPELT)
