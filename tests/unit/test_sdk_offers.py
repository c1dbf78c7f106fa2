"""Buttons, forms, commands and the clock of the SDK, tried on its own stage."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tertulia_bot import Asked, Bot, Incoming, Section, buttons
from tertulia_bot.schedules import Schedules
from tertulia_bot.testing import Stage


def made() -> Bot:
    bot = Bot()

    @bot.slash("remind", hint="what", help="Reminds")
    async def remind(asked: Asked) -> None:
        await asked.say(f"{asked.person.name}: {asked.text}", blocks=[buttons(ok="Fine")])

    @bot.press("ok")
    async def fine(asked: Asked) -> None:
        await asked.edit(blocks=[Section("Done")])

    @bot.form("ask")
    async def asked_(asked: Asked) -> None:
        await asked.answer(asked.values["why"])

    @bot.press("broken")
    async def broken(asked: Asked) -> None:
        raise RuntimeError("a bug")

    @bot.command("hello")
    async def hello(message: Incoming) -> None:
        await message.answer("Hello")

    @bot.every(60)
    async def tick(bot: Bot) -> None:
        await bot.post("r_stage", "A minute has gone")

    return bot


async def test_each_is_heard_and_answered() -> None:
    async with Stage(made()) as stage:
        await stage.slash("remind", "tea")
        await stage.press("ok")
        await stage.fill("ask", why="because")
        await stage.say("!hello")
        await stage.tick()
        assert stage.said == ["Ana: tea", "", "because", "Hello", "A minute has gone"]
        shown = [done.fields.get("show") for done in stage.done]
        assert shown == ["room", "edit", "person", None, None]
        [drawn] = stage.done[0].fields["blocks"]
        assert drawn == {"type": "buttons", "buttons": ({"id": "ok", "label": "Fine"},)}


async def test_nobody_is_left_waiting() -> None:
    async with Stage(made()) as stage:
        await stage.press("broken")
        await stage.press("unknown")
        assert [done.fields["show"] for done in stage.done] == ["done", "done"]


async def test_answers_are_named_after_what_was_asked() -> None:
    """So a bot that reads the same event twice answers once."""
    bot = made()
    async with Stage(bot) as stage:
        ids: list[str | None] = []
        command = stage._verbs.command

        async def noted(kind: str, *, client_id: str | None = None, **fields: object) -> object:
            ids.append(client_id)
            return await command(kind, client_id=client_id, **fields)

        stage._verbs.command = noted  # type: ignore[method-assign, assignment]
        data = {"id": "x_same", "what": "button", "name": "ok", "room": "r_1", "person": "p_ana"}
        for _ in range(2):
            await stage.happen("interaction.made", stream=bot.me.id, **data)
        assert len(ids) == 2
        assert ids[0] is not None
        assert len(set(ids)) == 1


@pytest.mark.parametrize(
    ("zone", "days", "now", "due"),
    [
        ("UTC", "mon thu", "2026-11-27T10:00", "2026-11-30T16:00"),
        ("Europe/Berlin", "thu", "2026-11-26T14:59", "2026-11-26T15:00"),
        ("Europe/Berlin", "thu", "2026-11-26T15:00", "2026-12-03T15:00"),
        ("Europe/Berlin", "sun", "2026-10-24T20:00", "2026-10-25T15:00"),
        ("Europe/Berlin", "sun", "2026-03-28T20:00", "2026-03-29T14:00"),
    ],
)
def test_when_it_is_due(zone: str, days: str, now: str, due: str) -> None:
    schedules = Schedules()

    @schedules.daily("16:00", zone=zone, days=days)
    async def job(_: Bot) -> None: ...

    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert schedules.scheduled[0].following(at) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_what_cannot_be_is_refused_where_it_is_written() -> None:
    for wrong in ({"days": "funday"}, {"zone": "Mars/Olympus"}, {"days": ""}):
        with pytest.raises(Exception, match=r".+"):
            Bot().daily("16:00", **wrong)
    with pytest.raises(ValueError, match="second"):
        Bot().every(0)
