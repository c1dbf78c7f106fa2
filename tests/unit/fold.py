"""The fold of docs/protocol.md, in Python: what a client knows of a room from its events alone.

Written from the document, not from the server: the projections are held against it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any


class Asked:
    """What a log does not say: whatever the answer is."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


ASKED = Asked()


class Folded:
    """A room, folded from the first event on."""

    def __init__(self) -> None:
        self.card: dict[str, Any] = {}
        self.members: dict[str, str] = {}
        self.messages: dict[str, dict[str, Any]] = {}
        self.head_no = 0
        self.seq = 0

    def take(self, event: Any) -> None:
        """One event; they must come without a hole."""
        assert event.seq == self.seq + 1
        self.seq = event.seq
        data = json.loads(event.data)
        kind, _, what = event.kind.partition(".")
        getattr(self, f"_{kind}")(what, event, data)

    def _room(self, _: str, event: Any, data: dict[str, Any]) -> None:
        self.card = data["room"]

    def _member(self, what: str, _: Any, data: dict[str, Any]) -> None:
        if what == "joined":
            assert data["person"]["id"] not in self.members
            self.members[data["person"]["id"]] = data["role"]
        elif what == "left":
            del self.members[data["person"]]
        else:
            self.members[data["person"]] = data["role"]

    def _tool(self, *_: Any) -> None:
        """Tools have folds of their own (`rooms/tools/`), held to the client's by vectors."""

    def _reaction(self, what: str, event: Any, data: dict[str, Any]) -> None:
        message = self.messages[data["id"]]
        people = message["reactions"].setdefault(data["emoji"], [])
        if what == "added":
            people.append(data["person"])
        else:
            people.remove(data["person"])
        if not people:
            del message["reactions"][data["emoji"]]
        message["rev"] = event.seq

    def _message(self, what: str, event: Any, data: dict[str, Any]) -> None:
        if what == "posted":
            self._posted(event, data)
            return
        message = self.messages[data["id"]]
        message["rev"] = event.seq
        if what == "edited" and data.get("ask"):
            message |= {"body": ASKED, "mentions": ASKED, "edited": True}
        elif what == "edited":
            message |= {"body": data["body"], "mentions": data.get("mentions", [])}
            message["edited"] = True
        elif what == "deleted":
            message |= {
                "body": None, "deleted_by": data["by"], "mentions": [], "quote": None,
                "reactions": {}, "pinned": False, "edited": False,
            }  # fmt: skip
            if "thread" in data:
                self.messages[data["thread"]]["replies"]["count"] -= 1
        else:
            message["pinned"] = what == "pinned"

    def _posted(self, event: Any, data: dict[str, Any]) -> None:
        thread = data.get("thread")
        if thread is None:
            self.head_no += 1
            assert event.no == self.head_no
        else:
            before = self.messages[thread]["replies"] or {"count": 0, "last_no": 0, "people": []}
            assert event.no == before["last_no"] + 1
            people = [*before["people"], data["author"]]
            self.messages[thread]["replies"] = {
                "count": before["count"] + 1, "last_no": event.no,
                "people": list(dict.fromkeys(people))[:3],
            }  # fmt: skip
        self.messages[data["id"]] = {
            "no": event.no, "thread": thread, "author": data["author"], "body": data["body"],
            "mentions": data.get("mentions", []), "quote": data.get("quote"), "rev": event.seq,
            "edited": False, "deleted_by": None, "pinned": False, "reactions": {}, "replies": None,
        }  # fmt: skip


def folded(events: Iterable[Any]) -> Folded:
    """A room, from all of its events."""
    found = Folded()
    for event in events:
        found.take(event)
    return found


def seen(message: Any) -> dict[str, Any]:
    """A message of a page, in the words of the fold."""
    replies = message.replies
    return {
        "no": message.no, "thread": message.thread, "author": message.author,
        "body": message.body, "mentions": list(message.mentions),
        "quote": message.quote and {"message": message.quote.message, "room": message.quote.room},
        "rev": message.rev, "edited": message.edited_at is not None,
        "deleted_by": message.deleted_by, "pinned": message.pinned,
        "reactions": {emoji: list(people) for emoji, people in message.reactions.items()},
        "replies": replies and {
            "count": replies.count, "last_no": replies.last_no, "people": list(replies.people),
        },
    }  # fmt: skip
