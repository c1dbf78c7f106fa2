"""Block Kit to text: what a message says to whoever cannot be shown its blocks.

Section, header, context, divider, image, rich text and attachments keep their words, in the order
in which they stand; what cannot be said in words is left out. Strange shapes are skipped, never
refused: a bot's message is worth more than its decoration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bots.slack import mrkdwn

Struct = dict[str, Any]


def body(blocks: Iterable[Any]) -> str:
    """Blocks as a body of ours, a paragraph each; empty where they say nothing."""
    return "\n\n".join(filter(None, (block_text(one) for one in blocks)))


def block_text(block: Any) -> str:
    """One block as a body of ours."""
    if not isinstance(block, dict):
        return ""
    draw = _DRAWN.get(str(block.get("type")))
    return draw(block) if draw else text(block.get("text"))


def text(value: Any) -> str:
    """A text object (`plain_text` or `mrkdwn`), or a bare string, as a body of ours."""
    if isinstance(value, str):
        return mrkdwn.to_commonmark(value)
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return ""
    draw = mrkdwn.plain if value.get("type") == "plain_text" else mrkdwn.to_commonmark
    return draw(value["text"])


def bare(value: Any) -> str:
    """A text object's words as they stand: labels of buttons and fields, which have no markup."""
    found = value.get("text") if isinstance(value, dict) else value
    return found.strip() if isinstance(found, str) else ""


def attachments(values: Iterable[Any]) -> str:
    """Attachments, Slack's older blocks, as a body of ours."""
    return "\n\n".join(filter(None, (_attachment(one) for one in values if isinstance(one, dict))))


def _attachment(value: Struct) -> str:
    if isinstance(value.get("blocks"), list):
        return body(value["blocks"])
    title = text(value.get("title"))
    link = value.get("title_link")
    if title and isinstance(link, str):
        title = text(f"<{link}|{value['title']}>")
    fields = [
        f"**{text(field.get('title'))}** {text(field.get('value'))}".replace("****", "").strip()
        for field in _list(value.get("fields"))
        if isinstance(field, dict)
    ]
    said = [text(value.get("pretext")), f"**{title}**" if title else "", text(value.get("text"))]
    found = [part for part in (*said, *fields) if part]
    return "\n".join(found) if found else mrkdwn.plain(bare(value.get("fallback")))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _section(block: Struct) -> str:
    parts = [text(block.get("text")), *(text(field) for field in _list(block.get("fields")))]
    return "\n".join(filter(None, parts))


def _header(block: Struct) -> str:
    said = mrkdwn.plain(bare(block.get("text")).replace("\n", " "))
    return f"### {said}" if said else ""


def _context(block: Struct) -> str:
    parts = []
    for element in _list(block.get("elements")):
        if isinstance(element, dict) and element.get("type") == "image":
            parts.append(mrkdwn.plain(bare(element.get("alt_text"))))
        else:
            parts.append(text(element))
    return " · ".join(filter(None, parts))


def _image(block: Struct) -> str:
    said = mrkdwn.plain(bare(block.get("title")) or bare(block.get("alt_text")))
    address = block.get("image_url")
    linked = isinstance(address, str) and mrkdwn.to_commonmark(f"<{address}|{said or 'image'}>")
    return linked or said


def _actions(block: Struct) -> str:
    found = [e for e in _list(block.get("elements")) if isinstance(e, dict)]
    said = [bare(e.get("text")) or bare(e.get("placeholder")) for e in found]
    return mrkdwn.plain(" · ".join(filter(None, said)))


def _input(block: Struct) -> str:
    return mrkdwn.plain(bare(block.get("label")))


# --- rich text ------------------------------------------------------------------------------------


def _rich_text(block: Struct) -> str:
    parts = [_rich_part(part) for part in _list(block.get("elements")) if isinstance(part, dict)]
    return mrkdwn.to_commonmark("\n".join(filter(None, parts)))


def _rich_part(part: Struct) -> str:
    kind = part.get("type")
    elements = [e for e in _list(part.get("elements")) if isinstance(e, dict)]
    if kind == "rich_text_list":
        ordered = part.get("style") == "ordered"
        indent = part.get("indent")
        step = "  " * min(indent if isinstance(indent, int) else 0, 8)
        return "\n".join(
            f"{step}{f'{no}.' if ordered else '•'} {_rich_part(element)}"
            for no, element in enumerate(elements, 1)
        )
    said = "".join(map(_rich_span, elements))
    if kind == "rich_text_preformatted":
        return f"```\n{said}\n```"
    if kind == "rich_text_quote":
        return "\n".join(f"> {line}" for line in said.split("\n"))
    return said


def _rich_span(span: Struct) -> str:
    kind = span.get("type")
    if kind == "text":
        return _styled(_entities(str(span.get("text", ""))), span.get("style"))
    if kind == "link":
        said = _entities(str(span.get("text") or ""))
        return f"<{span.get('url', '')}|{said}>" if said else f"<{span.get('url', '')}>"
    if kind in _MENTIONS:
        mark, field = _MENTIONS[kind]
        return f"<{mark}{span.get(field, '')}>"
    return f":{span.get('name', '')}:" if kind == "emoji" else ""


_MENTIONS = {
    "user": ("@", "user_id"),
    "channel": ("#", "channel_id"),
    "broadcast": ("!", "range"),
    "usergroup": ("!subteam^", "usergroup_id"),
}


def _styled(said: str, style: Any) -> str:
    if not isinstance(style, dict) or not said.strip() or "\n" in said:
        return said
    for name, mark in (("code", "`"), ("strike", "~"), ("italic", "_"), ("bold", "*")):
        if style.get(name) is True:
            said = f"{mark}{said}{mark}"
    return said


def _entities(said: str) -> str:
    return said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_DRAWN: dict[str, Callable[[Struct], str]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "divider": lambda _: "---",
    "image": _image,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "markdown": lambda block: str(block.get("text", "")),
}
