"""Words and patterns. One automaton a rule: RE2 is linear in the text, whatever the pattern."""

from __future__ import annotations

from typing import Any

import re2

from protocol import limits
from protocol.moderation import Words
from rooms.errors import Refusal
from rooms.moderation import folding
from rooms.moderation.draft import Check, Draft

_EDGE = r"(?:^|[^\pL\pN_])"
_END = r"(?:$|[^\pL\pN_])"
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"


def made(when: Words) -> Check:
    """Raises `Refusal` for a pattern that RE2 does not take."""
    words = _compiled("|".join(_word(word) for word in when.words)) if when.words else None
    patterns = [_compiled(pattern) for pattern in when.patterns]

    def check(draft: Draft) -> str | None:
        if words is not None and (found := words.search(draft.skeleton)):
            return _shown(found)
        for pattern in patterns:
            if found := pattern.search(draft.plain) or pattern.search(draft.body):
                return _shown(found)
        return None

    return check


def steps(pattern: str) -> int:
    """What looking for a pattern may cost a character; raises `Refusal` for what RE2 refuses."""
    return int(_compiled(pattern).programsize)


def _word(word: str) -> str:
    stem = word.removesuffix("*")
    bare = re2.escape(folding.skeleton(stem).split("\n", 1)[0].strip())
    # Scripts without spaces have no whole words to look for.
    if not bare or re2.search(_UNSPACED, stem):
        return str(bare) or r"\z."
    return f"{_EDGE}{bare}{'' if word.endswith('*') else _END}"


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = limits.PATTERN_BYTES
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        told = error.args[0] if error.args else ""
        problem = told.decode(errors="replace") if isinstance(told, bytes) else str(told)
        raise Refusal("invalid", field="patterns", problem=problem[:120]) from error


def _shown(found: Any) -> str:
    return str(found[0]).strip()[: limits.MATCHED]
