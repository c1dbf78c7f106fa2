"""From text to the words it is found by: the one folding that index, query and excerpt share.

Both databases are given these words and fold nothing themselves, so they agree. Case, accents and
compatibility forms are folded (Unicode NFKD, section 3.11; `casefold`, section 3.13); no word is
cut to its stem. Scripts written without spaces are cut into pairs of characters. Knows no database.
Changing what comes out of here needs a migration that builds the index anew (`storage.search`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 40
"""Characters of a word that count; PostgreSQL would take 2,046 bytes."""

# Letters that do not decompose, and the Turkish dotless i, which casefold leaves apart.
_LETTERS = str.maketrans(
    dict(zip("\u0131øđðłħæœþ", ["i", "o", "d", "d", "l", "h", "ae", "oe", "th"], strict=True))
)
# Combining accents; Hebrew points, Arabic vowels and the stroke that only stretches a word.
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u0640\u064b-\u065f]"
)
_MENTION = re.compile(r"<@[0-9a-z_]{1,48}>")
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3005\u3040-\u30ff\u31f0-\u31ff"  # Kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
_RUN = re.compile(f"[{_UNSPACED}]+|[^\\W_{_UNSPACED}]+")
_ASCII_RUN = re.compile("[0-9a-z]+")
"""What `_RUN` finds in folded ASCII, in half the time."""
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_CHUNK = re.compile(r"\S+")
_IN_CHUNK = re.compile(f"[{_UNSPACED}\u3099\u309a]+|(?:[^\\W_{_UNSPACED}][\u0300-\u036f]*)+")


class Word(NamedTuple):
    """A word and where it stands in the text, in characters."""

    word: str
    start: int
    end: int


class Wanted(NamedTuple):
    """Words in a row that a text must have; with `open` the last may go on."""

    words: tuple[str, ...]
    open: bool = False


def folded(text: str) -> str:
    """Text without case, accents and compatibility forms."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", plain)))


def words(text: str) -> list[str]:
    """The words of a text in order, as the index has them. Mentions are no words."""
    plain = folded(_MENTION.sub(" ", text) if "<@" in text else text)
    ascii_only = plain.isascii()
    runs = (_ASCII_RUN if ascii_only else _RUN).findall(plain)
    if ascii_only or not _HAS_UNSPACED.search(plain):
        return [run[:LONGEST] for run in runs]
    return [word for run in runs for word in _cut(run)]


def _cut(run: str) -> list[str]:
    """Pairs of a run of an unspaced script, and its last character; any other word as it is."""
    if not _HAS_UNSPACED.match(run):
        return [run[:LONGEST]]
    return [run[at : at + 2] for at in range(len(run))]


def wanted(text: str, *, going_on: bool) -> Wanted | None:
    """What to look for where somebody wrote `text` without blanks; None if it holds no word.

    `going_on`: the text may be the beginning of a longer word.
    """
    found = words(text)
    if not found:
        return None
    if _HAS_UNSPACED.match(found[-1]):
        # The index has every pair, so a single character is the beginning of one.
        single = len(found[-1]) == 1
        alone = single and (len(found) == 1 or not found[-2].endswith(found[-1]))
        if single and not alone:
            return Wanted(tuple(found[:-1]))
        return Wanted(tuple(found), open=alone)
    return Wanted(tuple(found), open=going_on)


def placed(text: str) -> Iterator[Word]:
    """The words of `words(text)`, in that order, each with its place in the text."""
    start = 0
    for mention in _MENTION.finditer(text):
        yield from _placed(text, start, mention.start())
        start = mention.end()
    yield from _placed(text, start, len(text))


def _placed(text: str, start: int, end: int) -> Iterator[Word]:
    for chunk in _CHUNK.finditer(text, start, end):
        whole = words(chunk[0])
        parts = [
            Word(word, *place)
            for part in _IN_CHUNK.finditer(chunk[0])
            for word, place in _with_places(part, chunk.start())
        ]
        if [part.word for part in parts] == whole:
            yield from parts
        else:
            # A compatibility form that falls into several: all of them stand where it stands.
            yield from (Word(word, chunk.start(), chunk.end()) for word in whole)


def _with_places(part: re.Match[str], offset: int) -> Iterator[tuple[str, tuple[int, int]]]:
    found = words(part[0])
    start, end = part.start() + offset, part.end() + offset
    pairs = len(found) == len(part[0]) and bool(_HAS_UNSPACED.match(part[0]))
    for at, word in enumerate(found):
        yield word, (start + at, start + at + len(word)) if pairs else (start, end)


def matches(text: list[Word], look: Wanted) -> list[tuple[int, int]]:
    """Where, in characters, `look` stands in a text that was `placed`."""
    size, found = len(look.words), []
    for at in range(len(text) - size + 1):
        row = text[at : at + size]
        if all(_same(look, n, word.word) for n, word in enumerate(row)):
            found.append((row[0].start, row[-1].end))
    return found


def _same(look: Wanted, n: int, word: str) -> bool:
    if look.open and n == len(look.words) - 1:
        return word.startswith(look.words[n])
    return word == look.words[n]
