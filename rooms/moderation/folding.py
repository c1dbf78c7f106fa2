"""Texts as a rule compares them: without what hides a word from a rule but not from a reader.

Compatibility forms (full width, mathematical letters) become plain, marks and what cannot be seen
go, look-alikes of other scripts become the Latin letter they resemble, and so do digits within a
word (Unicode TR 36 and TR 39, whose full table of confusables would match far more than a
classroom writes). Word and text are folded alike, so that a word of any script finds itself.
"""

# ruff: noqa: RUF001 - look-alikes are what this file is about.

from __future__ import annotations

import re
import unicodedata


def _table() -> dict[int, str]:
    pairs = {
        # Cyrillic
        "а": "a", "в": "b", "г": "r", "е": "e", "ё": "e", "з": "3", "и": "u", "й": "u", "к": "k",
        "м": "m", "н": "h", "о": "o", "р": "p", "с": "c", "т": "t", "у": "y", "х": "x", "ь": "b",
        "і": "i", "ї": "i", "ј": "j", "ѕ": "s", "һ": "h", "ԁ": "d", "ԛ": "q", "ԝ": "w", "қ": "k",
        "ү": "y", "є": "e",
        # Greek
        "α": "a", "β": "b", "γ": "y", "ε": "e", "η": "n", "ι": "i", "κ": "k", "μ": "u", "ν": "v",
        "ο": "o", "ρ": "p", "τ": "t", "υ": "u", "χ": "x", "ω": "w", "ϲ": "c", "ϳ": "j",
        # Latin with a stroke or without a dot, which no decomposition takes away
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ɡ": "g", "ɑ": "a", "ɩ": "i",
    }  # fmt: skip
    return {ord(letter): plain for letter, plain in pairs.items()}


COMPARED = 300
"""Characters from each end of a long text by which it is told from another."""

_LOOK_ALIKE = _table()
_DIGITS = str.maketrans("013457@$", "oieastas")
_TOKEN = re.compile(r"[\w@$]+")
_LETTER = re.compile(r"[^\W\d_]")
_SPACED = re.compile(r"(?<!\w)(?:\w[ .\-_*]){2,}\w(?!\w)")
_GAPS = re.compile(r"[ .\-_*]")


_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co"))
"""Controls, formats (zero width, bidirectional, soft hyphen), surrogates, private use."""
_MARKS = frozenset(("Mn", "Me"))


def _without(text: str, kinds: frozenset[str]) -> str:
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in kinds)


def plain(text: str) -> str:
    """As a reader sees it: compatibility forms and invisible characters gone, case folded."""
    return _without(unicodedata.normalize("NFKC", text), _HIDDEN).casefold()


def skeleton(text: str) -> str:
    """As a word is looked for: also without marks and look-alikes; single letters with gaps
    between them ("b a d") stand once more, joined, at the end."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = _TOKEN.sub(_undigited, _without(folded, _HIDDEN | _MARKS).translate(_LOOK_ALIKE))
    joined = [_GAPS.sub("", found[0]) for found in _SPACED.finditer(bare)]
    return "\n".join((bare, *joined))


def key(text: str) -> str:
    """What texts that say the same share; of a long one the beginning and the end are compared,
    since everybody's posts wait while this is made."""
    ends = text if len(text) <= 2 * COMPARED else text[:COMPARED] + text[-COMPARED:]
    return "".join(skeleton(ends).split())


def _undigited(token: re.Match[str]) -> str:
    """Digits stand for letters only among letters: "b4d" is a word, 1984 is a year."""
    word = token[0]
    return word.translate(_DIGITS) if _LETTER.search(word) else word
