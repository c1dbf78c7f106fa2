"""The bots of the house on the SDK's stage, as anybody would try a bot: no server, no database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tertulia_bot import RefusedError
from tertulia_bot.testing import Stage

from bots.house import reminder, welcome
from chat.house.carrier import BOTS
from rooms.house import HOUSE

MADE: dict[str, Any] = {
    "planned": "q_said1", "whom": "room", "said": "Every Thursday at 16:00 (Europe/Madrid)",
    "next": [], "coming": "Thursday 22 October 2026, 16:00; Thursday 29 October 2026, 16:00 "
    "(Europe/Madrid)",
}  # fmt: skip


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage(reminder.bot) as made:
        made.answers |= {"reminder.set": MADE, "planned.change": MADE}
        yield made


def test_every_bot_of_the_house_has_its_program() -> None:
    assert set(BOTS) == set(HOUSE)


async def test_what_is_asked_is_done_in_the_name_of_whoever_asks(stage: Stage) -> None:
    said = await stage.say("@reminder, every Thursday 16:00 to read", by="Ben")
    [asked, answered] = stage.done
    assert (asked.kind, asked.by) == ("reminder.set", "p_ben")
    words = "remind us every Thursday 16:00 to read"
    assert (asked.fields["words"], asked.fields["asked"]) == (words, said)
    assert (answered.by, answered.fields["thread"]) == ("", said)
    assert stage.said[0].startswith("I will remind everybody here. **Every Thursday at 16:00")
    dates = "- Thursday 22 October 2026, 16:00\n- Thursday 29 October 2026, 16:00\n\n"
    assert dates in stage.said[0]
    labels = [button["label"] for button in answered.fields["blocks"][1]["buttons"]]
    assert labels == ["Not the next time", "Pause", "Stop"]


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("pause", {"paused": True}), ("Go on.", {"paused": False}),
        ("skip it", {"skip_next": True}),
        ("not the next time", {"skip_next": True}), ("say: chapter 6", {"body": "chapter 6"}),
        ("every Friday at 9", {"words": "every Friday at 9"}), ("Never mind!", {}),
    ],
)  # fmt: skip
async def test_what_the_thread_says_becomes_a_command(
    stage: Stage, words: str, fields: dict[str, Any]
) -> None:
    await stage.say(words, thread="m_said1")
    done = stage.done[0]
    assert done.kind == ("planned.change" if fields else "planned.drop")
    assert done.fields == {"planned": "q_said1"} | fields
    assert len(stage.said) == 1


async def test_people_talk_in_threads(stage: Stage) -> None:
    stage.answers["planned.change"] = RefusedError("not_understood", "When is that?")
    await stage.say("thank you!", thread="m_said1")
    assert stage.said == []
    await stage.say("@reminder thank you!", thread="m_said1")
    assert stage.said == ["When is that?"]


async def test_a_button_says_the_same_and_a_refusal_is_told_to_one_alone(stage: Stage) -> None:
    await stage.press("pause", by="Ben", thread="m_said1")
    [done, answered] = stage.done
    assert (done.by, done.fields) == ("p_ben", {"planned": "q_said1", "paused": True})
    assert (answered.fields["show"], answered.fields["body"][:7]) == ("room", "Paused.")
    assert answered.fields["blocks"][1]["buttons"][0]["label"] == "Go on"
    stage.answers["planned.drop"] = RefusedError("not_allowed", "You may not do that here.")
    await stage.press("stop", thread="m_said1")
    assert stage.done[-1].fields["show"] == "person"


async def test_newcomers_are_greeted_together() -> None:
    async with Stage(welcome.bot) as stage:
        room = {"id": "r_stage", "kind": "conversation", "purpose": "Books, slowly"}
        tool = {"tool": "welcome", "state": {"body": "Say what you read last."}}
        stage.answers["room.snapshot"] = {
            "cursor": {"stream": "r_stage"}, "room": room, "page": {"messages": ()},
            "tools": (tool,),
        }  # fmt: skip
        for name in ("Ana", "Ben", "Cleo"):
            await stage.join(name)
        await stage.tick()
        assert stage.said[0].split("\n\n") == [
            "Welcome, <@p_ana>, <@p_ben> and <@p_cleo>!",
            "This room is for: Books, slowly",
            "Say what you read last.",
        ]
