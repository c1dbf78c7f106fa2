"""Verbs for whoever looks after a room: sanctions, locks, what waits, reports, rules, guest passes.

All of it is a facilitator's to do; a bot may where it is made one.
"""

from __future__ import annotations

from typing import Any

from tertulia_bot.asking import Asking


class Keeping(Asking):
    """Sanctions and reports are named by their ids."""

    async def warn(self, room: str, person: str, reason: str) -> str:
        """Warn a member; returns the sanction's id."""
        answer = await self.command("sanction.warn", room=room, person=person, reason=reason)
        return str(answer.result["sanction"])

    async def mute(self, room: str, person: str, seconds: int, *, reason: str = "") -> str:
        """For so long they read and do not write; returns the sanction's id."""
        answer = await self.command(
            "sanction.mute", room=room, person=person, seconds=seconds, reason=reason
        )
        return str(answer.result["sanction"])

    async def ban(
        self, room: str, person: str, seconds: int | None = None, *, reason: str = ""
    ) -> str:
        """Out, for so long or for ever; returns the sanction's id."""
        answer = await self.command(
            "sanction.ban", room=room, person=person, seconds=seconds, reason=reason
        )
        return str(answer.result["sanction"])

    async def lift(self, sanction: str, *, note: str = "") -> None:
        """End a sanction early."""
        await self.command("sanction.lift", sanction=sanction, note=note)

    async def lock(self, room: str, seconds: int | None = None, *, reason: str = "") -> None:
        """Only facilitators write, for so long or until `unlock`."""
        await self.command("room.lock", room=room, seconds=seconds, reason=reason)

    async def unlock(self, room: str) -> None:
        """Everybody writes again."""
        await self.command("room.unlock", room=room)

    async def remove(self, room: str, person: str, *, reason: str = "") -> None:
        """Take somebody out of a room; they may come again."""
        await self.command("room.remove", room=room, person=person, reason=reason)

    # --- what waits, what was reported, rules ---

    async def desk(self, room: str) -> dict[str, Any]:
        """What those who look after a room see: posts that wait, reports, requests, rules."""
        return dict((await self.ask("room.desk", room=room)).result)

    async def release(self, held: str) -> str:
        """Let a waiting post in; returns the message's id."""
        return str((await self._result("held.release", held=held)).get("message", ""))

    async def decline(self, held: str, *, reason: str = "") -> None:
        """Do not let a waiting post in; its author is told, and why."""
        await self.command("held.decline", held=held, reason=reason)

    async def change_rules(
        self,
        room: str,
        rules: list[dict[str, Any]] | None = None,
        *,
        holds: dict[str, Any] | None = None,
    ) -> None:
        """Replace the rules of a room, what it holds, or both (`protocol.md`, "Moderation")."""
        await self.command("moderation.change", room=room, rules=rules, holds=holds)

    async def report(
        self,
        category: str,
        *,
        message: str | None = None,
        person: str | None = None,
        room: str | None = None,
        note: str = "",
    ) -> str:
        """Tell those who look after a place that somebody should look; returns the report's id."""
        about = {"message": message, "person": person, "room": room}
        made = await self._result("report.make", category=category, note=note, **about)
        return str(made["report"])

    async def take_report(self, report: str, *, mine: bool = True) -> None:
        """Say that one looks at it, or does not any more."""
        await self.command("report.assign", report=report, who="me" if mine else "nobody")

    async def resolve_report(self, report: str, outcome: str, *, answer: str = "") -> None:
        """It has been looked at; whoever reported it is told."""
        await self.command("report.resolve", report=report, outcome=outcome, answer=answer)

    # --- guests ---

    async def make_pass(
        self,
        room: str,
        *,
        uses: int | None = None,
        lasts: int | None = None,
        expires_in: int | None = None,
    ) -> dict[str, Any]:
        """A link by which people come into a room with nothing but a name, for `lasts` seconds from
        when they come; what is left out, the server chooses. Returns what the protocol says."""
        bounds = {"uses": uses, "lasts": lasts, "expires_in": expires_in}
        return await self._result("pass.make", room=room, **bounds)

    async def passes(self, room: str) -> dict[str, Any]:
        """The guest passes of a room, and who is here by them."""
        return dict((await self.ask("pass.list", room=room)).result)

    async def revoke_pass(self, invitation: str, *, stay: bool = False) -> None:
        """Nobody comes by it any more; those who came go, unless they may stay."""
        await self.command("pass.revoke", invitation=invitation, stay=stay)

    async def end_visit(self, room: str, person: str) -> None:
        """One guest goes before their time."""
        await self.command("pass.end", room=room, person=person)
