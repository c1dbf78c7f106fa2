"""The poll of the house, asked by words: what is understood, and what the stage sees of it."""

from __future__ import annotations

from typing import Any

import pytest
from tertulia_bot import RefusedError
from tertulia_bot.testing import Stage

from bots.house import poll
from bots.house.questions import Question, read
from rooms.house import POLL


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ('"Which day?" Monday | Tuesday', Question("Which day?", ("Monday", "Tuesday"))),
        ("“Which day?” Monday | Tuesday", Question("Which day?", ("Monday", "Tuesday"))),
        ("Which day? Monday | Tuesday |", Question("Which day?", ("Monday", "Tuesday"))),
        ("Which day? | Monday | Tuesday", Question("Which day?", ("Monday", "Tuesday"))),
        ("Which day | Monday | Tuesday", Question("Which day", ("Monday", "Tuesday"))),
        ("Which day?\nMonday\nTuesday", Question("Which day?", ("Monday", "Tuesday"))),
        ("Which day\nMonday\nTuesday", Question("Which day", ("Monday", "Tuesday"))),
        ("Which day? Monday, Tuesday or Wednesday",
         Question("Which day?", ("Monday", "Tuesday", "Wednesday"))),
        ("Tea or coffee? Tea, coffee", Question("Tea or coffee?", ("Tea", "coffee"))),
        ("Shall we read on?", Question("Shall we read on?", ("Yes", "No"))),
        ("How was it? Good | Long --anonymous", Question("How was it?", ("Good", "Long"), True)),
        ("--anonymous How was it? Good | Long", Question("How was it?", ("Good", "Long"), True)),
        ("Which? A | B —many", Question("Which?", ("A", "B"), many=True)),
        ("Which? A | B --ends 18:00 --many",
         Question("Which?", ("A", "B"), many=True, ends="18:00")),
        ("Which? A | B --end: tomorrow at 18:00",
         Question("Which?", ("A", "B"), ends="tomorrow at 18:00")),
        ("", None), ("   ", None), ("--anonymous", None), ("|", None),
    ],
)  # fmt: skip
def test_what_words_ask(words: str, question: Question | None) -> None:
    assert read(words) == question


def test_it_offers_what_the_house_says_it_does() -> None:
    made = [(one["name"], one["hint"], one["help"]) for one in poll.bot.offered()]
    assert made == list(POLL.offers)


def snapshot(**poll: Any) -> dict[str, Any]:
    one = {"id": 3, "by": "p_ana", "question": "Which day?", "options": ["Monday", "Tuesday"],
           "anonymous": False, "many": False, "votes": {}}  # fmt: skip
    tool = {"tool": "poll", "state": {"polls": [one | poll]}}
    return {
        "cursor": {"stream": "r_stage"}, "room": {"id": "r_stage"}, "page": {"messages": ()},
        "tools": (tool,),
    }  # fmt: skip


async def test_a_poll_is_opened_in_the_name_of_whoever_asks() -> None:
    async with Stage(poll.bot) as stage:
        stage.answers["room.snapshot"] = snapshot()
        await stage.slash("poll", "Which day? Monday | Tuesday")
        opened, shown = stage.done
        assert (opened.kind, opened.by) == ("tool.use", "p_ana")
        assert opened.fields["action"] == {
            "do": "open", "question": "Which day?", "options": ("Monday", "Tuesday"),
            "anonymous": False, "many": False,
        }  # fmt: skip
        assert (shown.kind, shown.fields["show"]) == ("interaction.answer", "room")
        buttons = shown.fields["blocks"][1]["buttons"]
        assert [(one["label"], one["value"]) for one in buttons] == [
            ("Monday", "3"), ("Tuesday", "3"),
        ]  # fmt: skip
        await stage.say("@poll Which day? Monday | Tuesday", by="Ana")
        assert stage.done[-1].kind == "message.post"


async def test_a_vote_by_button_is_the_voters_own() -> None:
    async with Stage(poll.bot) as stage:
        stage.answers["room.snapshot"] = snapshot()
        await stage.press("vote1", "3", by="Ben")
        voted, answered = stage.done
        assert (voted.by, voted.fields["action"]) == (
            "p_ben",
            {"do": "vote", "id": 3, "options": [1]},
        )
        assert (answered.fields["show"], "Tuesday" in answered.fields["body"]) == ("person", False)
        stage.answers["room.snapshot"] = snapshot(many=True, votes={"p_ben": [0, 1]})
        await stage.press("vote1", "3", by="Ben")
        assert stage.done[-2].fields["action"]["options"] == [0]
        await stage.press("vote1", "4", by="Ben")
        assert stage.said[-1] == "That poll is not there any more."


async def test_an_anonymous_poll_has_no_button_that_would_tell() -> None:
    async with Stage(poll.bot) as stage:
        stage.answers["room.snapshot"] = snapshot(anonymous=True)
        await stage.slash("poll", "Which day? Monday | Tuesday --anonymous")
        assert [block["type"] for block in stage.done[-1].fields["blocks"]] == [
            "section", "section", "context",
        ]  # fmt: skip


async def test_what_is_wrong_is_told_with_examples() -> None:
    async with Stage(poll.bot) as stage:
        await stage.slash("poll", "")
        stage.answers["tool.use"] = RefusedError("too_few", "At least 2 answers.")
        await stage.slash("poll", "Which day? Monday")
        stage.answers["planned.read"] = RefusedError("not_understood", "When is that?")
        stage.answers["tool.use"] = {}
    assert all("/poll" in said for said in stage.said)
    assert stage.said[1].startswith("At least 2 answers.")
    assert [done.fields["show"] for done in stage.done if done.kind != "tool.use"] == ["person"] * 2
