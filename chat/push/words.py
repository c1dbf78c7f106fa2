"""How a notification reads, and where its tap leads: pure, from what a device is to be told.

The catalogue has one language a key; a community's language that is not there reads English, as the
screens do.
"""

from __future__ import annotations

import json
from typing import Any

from storage.queries.push import Notice

TEXTS = {
    "en": {
        "said": "{author}: {text}",
        "hidden": "{author} wrote something.",
        "hidden.direct": "A new message for you.",
        "more": "and {count} more",
        "report": "A report waits for you.",
        "reminder": "A reminder",
        "reminder.hidden": "It is time.",
        "try": "This is how you will hear of mentions and messages.",
    }
}
_TITLE = 80


def payload(notice: Notice, community: str, language: str) -> bytes:
    """What the service worker draws, as JSON."""
    texts = TEXTS.get(language, TEXTS["en"])
    body = _body(notice, texts)
    titles = {"direct": notice.author, "reminder": texts["reminder"]}
    title = titles.get(notice.what, notice.room_name) or community
    return _dumped(title[:_TITLE], body, notice.place, _leads(notice), notice.at)


def sample(community: str, language: str, at: int) -> bytes:
    """A notification to see whether they arrive."""
    body = TEXTS.get(language, TEXTS["en"])["try"]
    return _dumped(community[:_TITLE], body, "try", "#/settings/notify", at)


def _dumped(title: str, body: str, tag: str, url: str, at: int) -> bytes:
    said: dict[str, Any] = {
        "title": title, "body": body, "tag": tag, "url": url, "at": at // 1000,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _body(notice: Notice, texts: dict[str, str]) -> str:
    if notice.what == "report":
        return texts["report"]
    if notice.what == "reminder":
        return notice.text or texts["reminder.hidden"]
    if notice.what == "direct":
        body = notice.text or texts["hidden.direct"]
    else:
        how = "said" if notice.text else "hidden"
        body = texts[how].format(author=notice.author, text=notice.text)
    more = notice.number - 1
    return body + "\n" + texts["more"].format(count=more) if more else body


def _leads(notice: Notice) -> str:
    """The place in the client that shows it."""
    if notice.what == "report":
        return f"#/r/{notice.room}/desk/reports" if notice.room else "#/people/reports"
    if not notice.room:
        return "#/"
    thread = f"/t/{notice.thread}" if notice.thread else ""
    return f"#/r/{notice.room}{thread}/{notice.first_no}"
