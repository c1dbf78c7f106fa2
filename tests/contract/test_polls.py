"""Polls on both databases: what they decide; that an anonymous vote is told to nobody, anywhere."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from protocol import commands as c
from protocol.frames import ToolMarkFrame
from storage.tables import EVENT, JOB, METADATA, TOOL_MARK
from tests.contract.test_tools import refused, state, use
from tests.world import World


@pytest.fixture
def people(world: World) -> list[str]:
    return [world.person(name) for name in ("Ana", "Ben", "Cleo", "Dina", "Eva")]


@pytest.fixture
def room(world: World, people: list[str]) -> str:
    made = world.room(*people)
    world.do(people[0], c.ChangeRoom(room=made, tools=["poll"]))
    return made


def opened(world: World, who: str, room: str, **more: Any) -> int:
    options = ["Thursday", "Friday", "Neither"]
    use(world, who, room, "poll", do="open", question="When do we meet?", options=options, **more)
    last: int = state(world, who, room, "poll").last
    return last


def only(world: World, who: str, room: str) -> Any:
    return state(world, who, room, "poll").polls[-1]


def test_with_names(world: World, people: list[str], room: str) -> None:
    ana, ben, cleo, *_ = people
    id_ = opened(world, ben, room)
    poll = only(world, ana, room)
    assert (poll.question, poll.options, poll.by) == (
        "When do we meet?", ("Thursday", "Friday", "Neither"), ben,
    )  # fmt: skip
    for who, chosen in ((ana, [0]), (cleo, [1]), (cleo, [0])):
        use(world, who, room, "poll", do="vote", id=id_, options=chosen)
    assert only(world, ana, room).votes == {ana: (0,), cleo: (0,)}
    use(world, ana, room, "poll", do="vote", id=id_, options=[])
    for wrong in ([3], [-1], [0, 1]):
        with refused("invalid"):
            use(world, ana, room, "poll", do="vote", id=id_, options=wrong)
    with refused("not_allowed"):
        use(world, cleo, room, "poll", do="close", id=id_)
    use(world, ben, room, "poll", do="close", id=id_)
    poll = only(world, ana, room)
    assert (poll.closed, poll.voters, poll.counts) == (True, 1, (1, 0, 0))
    with refused("poll_over"):
        use(world, ana, room, "poll", do="vote", id=id_, options=[0])
    with refused("not_allowed"):
        use(world, cleo, room, "poll", do="drop", id=id_)
    use(world, ana, room, "poll", do="drop", id=id_)
    assert state(world, ana, room, "poll").polls == ()
    with refused("not_found"):
        use(world, ana, room, "poll", do="vote", id=id_, options=[0])


def test_several_answers_and_an_end(world: World, people: list[str], room: str) -> None:
    ana, ben, cleo, *_ = people
    id_ = opened(world, ana, room, many=True, seconds=3600)
    use(world, ben, room, "poll", do="vote", id=id_, options=[2, 0, 0])
    assert only(world, ana, room).votes == {ben: (0, 2)}
    world.now += 3_600_000_000
    with refused("poll_over"):
        use(world, cleo, room, "poll", do="vote", id=id_, options=[0])
    # Whoever notices says so; the time decided it.
    use(world, cleo, room, "poll", do="close", id=id_)
    assert only(world, ana, room).counts == (1, 0, 1)


@pytest.mark.parametrize(
    ("code", "action"),
    [
        ("too_few", {"options": ["one"]}),
        ("too_many", {"options": ["x"] * 11}),
        ("too_short", {"options": ["x", " "]}),
        ("too_short", {"question": ""}),
        ("too_long", {"question": "x" * 201}),
        ("too_long", {"options": ["x", "y" * 101]}),
        ("invalid", {"seconds": 5}),
        ("invalid", {"colour": "red"}),
    ],
)
def test_what_is_refused(
    world: World, people: list[str], room: str, code: str, action: dict[str, Any]
) -> None:
    fields = {"question": "So?", "options": ["yes", "no"], **action}
    with refused(code):
        use(world, people[0], room, "poll", do="open", **fields)


def test_a_question_is_one_line_whatever_is_sent(
    world: World, people: list[str], room: str
) -> None:
    """Question and options stand in one body, a line each."""
    use(world, people[0], room, "poll", do="open", question="a\nb", options=["c\nd", "e\u2028f"])
    poll = only(world, people[0], room)
    assert (poll.question, len(poll.options)) == ("a b", 2)


# --- anonymous ----------------------------------------------------------------------------------


def everything(world: World) -> dict[str, list[Any]]:
    """Every row of every table that a reader, a stream, the bus or a counter is made from."""
    own = {TOOL_MARK.name, JOB.name}
    with world.database.read() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in METADATA.sorted_tables
            if table.name not in own
        }


@pytest.mark.attack
def test_an_anonymous_vote_is_told_to_nobody(world: World, people: list[str], room: str) -> None:
    """Whoever votes and whatever for: no event, no number moves but the counters of the options,
    the answer is the same, and only the voter's own devices hear that they have voted."""
    ana, ben, cleo, dina, eva = people
    id_ = opened(world, ana, room, anonymous=True)
    before = everything(world)
    answers = []
    for who, chosen in ((ben, [0]), (cleo, [0]), (dina, [1])):
        action = {"do": "vote", "id": id_, "options": chosen}
        # Named, as browsers do: its hash would be that of one of few answers.
        vote = c.UseTool(room=room, tool="poll", action=action, client_id=f"once {who}")
        outcome = world.do(who, vote)
        assert outcome.events == []
        assert [(s.person, s.frame) for s in outcome.signals] == [
            (who, ToolMarkFrame(room=room, tool="poll", mark={"voted": (id_,)}))
        ]
        answers.append((outcome.stream, outcome.seq, outcome.result))
    assert answers == [(None, None, {})] * 3
    after = everything(world)
    assert {name for name in before if before[name] != after[name]} == {"ballot"}
    assert not any(who in row for who in people for row in after["ballot"])
    # What facilitators see, and what everybody sees, is as it was.
    poll = only(world, ana, room)
    assert (poll.votes, poll.counts, poll.voters) == ({}, None, 0)
    assert world.ask(ben, c.GetRoom(room=room)).marks == {"poll": {"voted": [id_]}}
    assert world.ask(eva, c.GetRoom(room=room)).marks == {}
    use(world, ana, room, "poll", do="close", id=id_)
    poll = only(world, eva, room)
    assert (poll.voters, poll.counts, poll.votes) == (3, (2, 1, 0), {})
    with world.database.read() as connection:
        stored = connection.execute(select(EVENT.c.actor_id).where(EVENT.c.kind == "tool.changed"))
        assert set(stored.scalars()) == {ana}


@pytest.mark.attack
def test_an_anonymous_vote_counts_once(world: World, people: list[str], room: str) -> None:
    ana, ben, *_ = people
    id_ = opened(world, ana, room, anonymous=True)
    use(world, ben, room, "poll", do="vote", id=id_, options=[0])
    for again in ([0], [1], []):
        with refused("voted_already"):
            use(world, ben, room, "poll", do="vote", id=id_, options=again)
    with refused("invalid"):
        world.do(ben, c.MarkTool(room=room, tool="poll", mark={"voted": []}))
    with refused("too_few"):
        use(world, ana, room, "poll", do="vote", id=id_, options=[])
    use(world, ana, room, "poll", do="vote", id=id_, options=[2])
    use(world, ana, room, "poll", do="close", id=id_)
    poll = only(world, ana, room)
    assert (poll.voters, poll.counts) == (2, None), "two votes would say whose the other is"


@pytest.mark.promise_p8
def test_words_go_with_the_poll_and_with_their_author(
    world: World, people: list[str], room: str
) -> None:
    from rooms.actions.tools import forgotten

    ana, ben, *_ = people
    dropped = opened(world, ana, room)
    use(world, ana, room, "poll", do="drop", id=dropped)
    bens = opened(world, ben, room)
    use(world, ana, room, "poll", do="vote", id=bens, options=[0])
    world._decide(lambda facts: _decided(forgotten(facts, room, ben)), room)
    assert state(world, ana, room, "poll").polls == ()
    with world.database.read() as connection:
        assert not [
            d for d in connection.execute(select(EVENT.c.data)).scalars() if "Thursday" in d
        ]


def _decided(events: Any) -> Any:
    from rooms.model import Decision

    return Decision(events=events)
