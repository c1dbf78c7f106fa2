"""A body of ours (CommonMark as our clients draw it) to Slack's mrkdwn.

The other direction of `bots.slack.mrkdwn`; what went one way comes back the other. Slack's text has
no escape: a mark that stands for itself is sent as it is, as Slack does.
"""

from __future__ import annotations

import re

from bots.slack import emoji, ids
from bots.slack.inline import Line

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
    return _Line(line, _ATOMS).written(0, len(line))


class _Line(Line):
    """A line of CommonMark."""

    marks = _MARKS

    def asked(self, start: int, end: int) -> tuple[int, int]:
        """A link holds escapes and addresses: only its ends must be free."""
        return start, end - 1

    def mark(self, place: int, end: int) -> str:
        """However many of a kind stand together."""
        first = self.line[place]
        if first not in "*_~":
            return ""
        after = place
        while after < end and self.line[after] == first:
            after += 1
        return self.line[place:after]

    def text(self, text: str) -> str:
        """Without escapes."""
        return _text(text)


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


_ATOMS = (
    (_LITERAL, _literal),
    (_MENTION, _mention),
    (_AUTO, lambda found: f"<{_entities(found[1])}>"),
    (_LINK, _link),
    (_BARE, lambda found: f"<{_entities(found[0])}>"),
)
