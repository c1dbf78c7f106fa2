"""The same text again and again, small differences in spelling aside."""

from __future__ import annotations

from protocol.moderation import Repeats
from rooms.moderation.draft import Check, Draft


def made(when: Repeats) -> Check:
    """The one that makes it `times` is met."""

    def check(draft: Draft) -> str | None:
        before = draft.before(when.seconds)
        same = sum(1 for text in before if draft.key(text) == draft.key(draft.body))
        return f"{same + 1} times" if same + 1 >= when.times else None

    return check
