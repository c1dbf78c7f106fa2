"""Slack's mrkdwn to CommonMark as our clients draw it.

`*bold*` is `**bold**`, `_it_` stays, `~gone~` is `~~gone~~`, `<https://…|text>` is `[text](…)`,
`<@U…>` a mention, `<!channel>` the room. Whatever else CommonMark would take for markup is escaped,
so that a bot's text is read as it was meant. Slack's rules:
docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import re

from bots.slack import emoji, ids
from bots.slack.inline import Line

_FENCE = re.compile(r"(?<!`)```(?!`)\n?(.*?)\n?(?<!`)```(?!`)", re.DOTALL)
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ENTITY = re.compile("&(?:lt|gt|amp);")
_SPECIAL = re.compile(r"([\\`*_\[\]<>~|])")
_LINK = re.compile(r"(https?://|mailto:)[^\s<>|]+", re.IGNORECASE)
_BARE = re.compile(r"https?://[^\s<>|*~`\\]+[^\s<>|*~`\\.,;:!?)\]}'\"_]", re.IGNORECASE)
_ANGLE = re.compile(r"<([^<>\n]{1,3000})>")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_QUOTE = re.compile(r"\s*(?:>|&gt;) ?")
_BULLET = re.compile(r"(\s*)[•◦▪‣-]\s+(?=\S)")
_NUMBER = re.compile(r"(\s*)(\d{1,9}[.)])\s+(?=\S)")
_HEAVY = re.compile(r"(?:#{1,6}(?=\s|$)|[+-](?=\s|$)|[-=]+\s*$)")
_ORDER = re.compile(r"(\d{1,9})([.)](?=\s|$))")
_MARKS = {"*": "**", "_": "_", "~": "~~"}


def to_commonmark(text: str) -> str:
    """A text as bots send it, as a body of ours. Never fails; who posts it checks its length."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    parts: list[str] = []
    after = 0
    for found in _FENCE.finditer(text):
        between = text[after : found.start()].rstrip()
        parts.append(_lines(between.lstrip() if after else between))
        parts.append(f"```\n{_entities(found[1])}\n```")
        after = found.end()
    parts.append(_lines(text[after:].lstrip() if after else text))
    return "\n".join(part for part in parts if part)


def plain(text: str) -> str:
    """A text without any markup (`plain_text`, `mrkdwn: false`), as a body of ours."""
    shown = (_heavy(_escaped(line.strip())) for line in emoji.pictures(text).split("\n"))
    return "\n".join(shown)


def _entities(text: str) -> str:
    return _ENTITY.sub(lambda found: _ENTITIES[found[0]], text)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _heavy(line: str) -> str:
    """A line whose beginning CommonMark would take for a heading, a rule or an item."""
    if _HEAVY.match(line):
        return "\\" + line
    return _ORDER.sub(r"\1\\\2", line, count=1) if _ORDER.match(line) else line


def _lines(text: str) -> str:
    """Lines: quotations and items are blocks, which a blank line ends."""
    out: list[str] = []
    last = "text"
    for line in text.split("\n"):
        kind, written = _line(line)
        ends = last != "text" and kind != last and line.strip() and out and out[-1]
        if ends or (kind == "quote" and last == "text" and out and out[-1]):
            out.append("")
        out.append(written)
        last = kind if line.strip() else "text"
    return "\n".join(out)


def _line(line: str) -> tuple[str, str]:
    if found := _QUOTE.match(line):
        rest = line[found.end() :].strip()
        return "quote", f"> {_heavy(_spans(rest))}" if rest else ">"
    if found := _BULLET.match(line):
        return "item", f"{found[1]}- {_heavy(_spans(line[found.end() :].strip()))}"
    if found := _NUMBER.match(line):
        return "item", f"{found[1]}{found[2]} {_heavy(_spans(line[found.end() :].strip()))}"
    return "text", _heavy(_spans(line.strip()))


def _spans(line: str) -> str:
    # What a name in brackets leaves behind may end in blanks as well.
    return _Line(line, _ATOMS).written(0, len(line)).strip()


class _Line(Line):
    """A line of mrkdwn."""

    marks = _MARKS

    def asked(self, start: int, end: int) -> range:
        """Nothing of Slack's holds anything else."""
        return range(start, end)

    def mark(self, place: int, end: int) -> str:  # noqa: ARG002
        """A mark that stands alone; in a run of its kind it is none."""
        line, mark = self.line, self.line[place]
        alone = line[place + 1 : place + 2] != mark and (place == 0 or line[place - 1] != mark)
        return mark if alone and mark in _MARKS else ""

    def text(self, text: str) -> str:
        """With everything escaped that would be markup."""
        return _text(text)

    def before(self, text: str, _atom: str) -> str:
        """An exclamation mark before a link would make a picture of it."""
        shown = _text(text)
        return shown[:-1] + "\\!" if _atom.startswith("[") and shown.endswith("!") else shown


def _text(text: str) -> str:
    return _escaped(emoji.pictures(_entities(text))) if text else ""


def _code(found: re.Match[str]) -> str:
    code = _entities(found[1])
    pad = " " if code[:1] == " " == code[-1:] and code.strip() else ""
    return f"`{pad}{code}{pad}`"


def _bare(found: re.Match[str]) -> str:
    return f"<{_entities(found[0])}>"


def _angle(found: re.Match[str]) -> str:
    what, _, label = found[1].partition("|")
    if what.startswith("@"):
        person = ids.person(what[1:])
        return f"<@{person}>" if person else _text(found[0])
    if what.startswith("#"):
        return _text("#" + (label or what[1:]).replace("`", "'"))
    if what.startswith("!"):
        return _special(what[1:], label)
    if _LINK.fullmatch(_entities(what)):
        address = _entities(what).replace("\\", "%5C")
        return f"[{_text(label)}](<{address}>)" if label.strip() else f"<{address}>"
    return _text(found[0])


def _special(what: str, label: str) -> str:
    name, _, rest = what.partition("^")
    if name in ("here", "channel", "everyone"):
        return "<@room>"
    if name == "subteam" and rest.startswith(ids.FACILITATORS):
        return "<@facilitators>"
    return _text(label or f"<!{what}>")


_ATOMS = ((_CODE, _code), (_ANGLE, _angle), (_BARE, _bare))
