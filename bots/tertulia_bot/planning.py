"""Verbs about what is to come: reminders, posts for later."""

from __future__ import annotations

from typing import Any

from tertulia_bot.asking import Asking


class Planning(Asking):
    """Said in words; what is not understood raises `not_understood`."""

    async def remind(
        self,
        words: str,
        *,
        room: str | None = None,
        message: str | None = None,
        asked: str | None = None,
    ) -> dict[str, Any]:
        """Remind a room or oneself: "remind us every Thursday 16:00 to read chapter 5".

        `message` is one to remind of, `asked` one's own in which it was asked for: then the
        reminder bears its name (`q_1` of `m_1`). Returns `{planned: id, whom, said, next, coming}`.
        """
        return await self._result(
            "reminder.set", words=words, room=room, message=message, asked=asked
        )

    async def understand(self, words: str) -> dict[str, Any]:
        """What words would mean now, without setting anything: `{when, said, next, body, whom}`."""
        return dict((await self.ask("planned.read", words=words)).result)

    async def post_later(self, room: str, body: str, words: str) -> dict[str, Any]:
        """Write now, post when the words say: "Monday 8:00"."""
        return await self._result("post.schedule", room=room, body=body, words=words)

    async def planned(self, room: str | None = None) -> list[dict[str, Any]]:
        """What is to come in a room or, without one, of one's own."""
        return list((await self.ask("planned.list", room=room)).result["planned"])

    async def change_planned(
        self,
        planned: str,
        *,
        words: str | None = None,
        body: str | None = None,
        paused: bool | None = None,
        skip_next: bool | None = None,
    ) -> dict[str, Any]:
        """Another time (in words), other words, paused or not, not the next time; returns what
        `remind` does, and nothing where it was so already."""
        changes = {"words": words, "body": body, "paused": paused, "skip_next": skip_next}
        return await self._result("planned.change", planned=planned, **changes)

    async def drop_planned(self, planned: str) -> None:
        """It is not to come any more."""
        await self.command("planned.drop", planned=planned)
