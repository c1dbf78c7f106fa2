"""A body of ours (CommonMark as our clients draw it) to Slack's mrkdwn.

The other direction of `bots.slack.mrkdwn`; what went one way comes back the other. Slack's text has
no escape: a mark that stands for itself is sent as it is, as Slack does.
"""

from __future__ import annotations

import re

from bots.slack import emoji, ids
from bots.slack.inline import Marks, opens

_FENCE = re.compile(r"^( {0,3})(`{3,}|~{3,})[^\n`]*$")
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_RULE = re.compile(r" {0,3}([-*_])(?:\s*\1){2,}\s*$")
_QUOTE = re.compile(r" {0,3}((?:> ?)+)")
_BULLET = re.compile(r"(\s*)[-*+]\s+(?=\S)")
# In code nothing is escaped, and an escaped backtick begins none: whichever stands further left.
_LITERAL = re.compile(
    r"\\(?P<mark>[!-/:-@\[-`{-~])|(?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
)
_MENTION = re.compile(r"<@(p_[0-9a-z]{1,40}|room|facilitators)>")
_AUTO = re.compile(r"<((?:https?://|mailto:)[^\s<>]+)>", re.IGNORECASE)
_BARE = re.compile(r"https?://[^\s<>|*~`\\]+[^\s<>|*~`\\.,;:!?)\]}'\"_]", re.IGNORECASE)
_LINK = re.compile(
    r"!?\[((?:\\.|[^\[\]\\]){0,300})\]\((?:<([^<>\n]{0,2000})>|([^\s()<>]{1,2000}(?:\([^\s()<>]*\))?))(?:\s+\"[^\"]*\")?\)"
)
_SAFE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARKS = {"**": "*", "__": "*", "~~": "~", "*": "_", "_": "_"}


def to_mrkdwn(body: str) -> str:
    """A body as Slack's programs read it. Never fails."""
    out: list[str] = []
    code: list[str] | None = None
    fence = ""
    for line in body.split("\n"):
        found = _FENCE.match(line)
        if code is not None:
            if found and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                out.append("```\n" + "\n".join(code) + "\n```")
                code = None
            else:
                code.append(_entities(line))
        elif found:
            code, fence = [], found[2]
        else:
            out.append(_line(line))
    if code is not None:
        out.append("```\n" + "\n".join(code) + "\n```")
    return "\n".join(out)


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _text(text: str) -> str:
    return _entities(emoji.names(_ESCAPE.sub(r"\1", text)))


def _line(line: str) -> str:
    if found := _QUOTE.match(line):
        return f"> {_line(line[found.end() :])}".rstrip()
    if _RULE.match(line):
        return "---"
    if found := _HEADING.match(line):
        title = line[found.end() :].strip()
        bare = title.rstrip("#")
        # Closing marks are none of the title, unless they stand right at a word.
        inner = _spans(bare.rstrip() if bare != bare.rstrip() or not bare else title)
        return f"*{inner.strip('*')}*" if inner.strip("*") else ""
    if found := _BULLET.match(line):
        return f"{found[1]}• {_spans(line[found.end() :])}"
    return _spans(line)


def _spans(line: str) -> str:
    return _Line(line).written(0, len(line), "")


class _Line:
    """One line, with what in it is atomic: escapes, code, mentions, links, addresses."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._atoms: dict[int, tuple[int, str]] = {}
        self._inside: dict[int, int] = {}
        atoms = (
            (_LITERAL, _literal),
            (_MENTION, _mention),
            (_AUTO, lambda found: f"<{_entities(found[1])}>"),
            (_LINK, _link),
            (_BARE, lambda found: f"<{_entities(found[0])}>"),
        )
        for pattern, write in atoms:
            for found in pattern.finditer(line):
                if found.start() in self._inside or found.end() - 1 in self._inside:
                    continue
                self._atoms[found.start()] = (found.end(), write(found))
                for place in range(found.start(), found.end()):
                    self._inside[place] = found.end()
        self._marks = Marks(line, lambda place: self._inside.get(place, place))

    def written(self, start: int, end: int, active: str) -> str:
        """What stands between two places, with the marks of `active` open around it."""
        line, out, text, place = self._line, [], start, start
        while place < end:
            if place in self._atoms and self._atoms[place][0] <= end:
                after, written = self._atoms[place]
                out += [_text(line[text:place]), written]
                place = text = after
                continue
            mark = self._mark(place, end)
            close = -1
            if mark in _MARKS and _MARKS[mark] not in active:
                before = line[place - 1] if place else ""
                if opens(before, line[place + len(mark) : place + len(mark) + 1]):
                    close = self._marks.partner(mark, place + len(mark), end)
            if close < 0:
                place += max(1, len(mark))
                continue
            theirs = _MARKS[mark]
            inner = self.written(place + len(mark), close, active + theirs)
            out += [_text(line[text:place]), theirs, inner, theirs]
            place = text = close + len(mark)
        out.append(_text(line[text:end]))
        return "".join(out)

    def _mark(self, place: int, end: int) -> str:
        """The run of marks at a place; empty for anything else."""
        first = self._line[place]
        if first not in "*_~":
            return ""
        after = place
        while after < end and self._line[after] == first:
            after += 1
        return self._line[place:after]


def _literal(found: re.Match[str]) -> str:
    code = found["code"]
    if code is None:
        return _text(found[0])
    if len(code) > 2 and code[0] == " " == code[-1] and code.strip():
        code = code[1:-1]
    # Slack has no way to write a backtick in code.
    return f"`{_entities(code)}`" if "`" not in code else _entities(code)


def _mention(found: re.Match[str]) -> str:
    whom = found[1]
    if whom == "room":
        return "<!channel>"
    if whom == "facilitators":
        return f"<!subteam^{ids.FACILITATORS}|@facilitators>"
    return f"<@{ids.user(whom)}>"


def _link(found: re.Match[str]) -> str:
    address = found[2] if found[2] is not None else found[3]
    label = _text(found[1]).replace("|", "¦").strip()
    if not _SAFE.match(address):
        return _text(found[0])
    return f"<{_entities(address)}|{label}>" if label else f"<{_entities(address)}>"
