"""Answers that are kept back until one's own first: by no path before, by every path after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from chat import codec
from chat.retention import trimming
from protocol import commands as c
from protocol.ids import answers_stream
from protocol.moderation import Holds, Rule, Words
from rooms.actions import retention
from rooms.errors import Refusal
from storage.queries.watching import watch
from storage.tables import EVENT
from storage.writer import carry_out_now
from tests.contract.forum_kit import CANARY, Forum
from tests.contract.test_tools import refused
from tests.world import World


@pytest.fixture
def forum(world: World) -> Forum:
    return Forum(world)


def _watched(forum: Forum, who: str) -> Any:
    cursor = c.CursorIn(stream=forum.stream, after_seq=0)
    with forum.world.database.read() as connection:
        [found] = watch(connection, who, [cursor], 1_000)
    return "" if found.refused else CANARY


def _events(forum: Forum, stream: str) -> Callable[[str], Any]:
    def read(who: str) -> Any:
        page = forum.world.ask(who, c.GetEvents(stream=stream))
        return [codec.event_bytes(event) for event in page.events]

    return read


PATHS: dict[str, Callable[[Forum, str], Any]] = {
    "snapshot of the room": lambda f, who: f.world.ask(who, c.GetRoom(room=f.room)),
    "history": lambda f, who: f.world.ask(who, c.GetHistory(room=f.room)),
    "history of the thread": lambda f, who: f.world.ask(
        who, c.GetHistory(room=f.room, thread=f.topic)
    ),
    "thread": lambda f, who: f.world.ask(who, c.GetThread(thread=f.topic)),
    "thread of a reply": lambda f, who: f.world.ask(who, c.GetThread(thread=f.first)),
    "list of topics": lambda f, who: f.world.ask(who, c.ListTopics(room=f.room)),
    "permalink": lambda f, who: f.world.ask(who, c.GetMessage(message=f.first)),
    "overview": lambda f, who: f.world.ask(who, c.GetOverview()),
    "events of the room": lambda f, who: _events(f, f.room)(who),
    "events of the topic": lambda f, who: _events(f, f.stream)(who),
    "events of one's own": lambda f, who: _events(f, who)(who),
    "watching": _watched,
    "search": lambda f, who: f.world.ask(who, c.FindMessages(q=CANARY)),
    "search in the room": lambda f, who: f.world.ask(
        who, c.FindMessages(q=f"{CANARY} in:questions")
    ),
    "search by author": lambda f, who: f.world.ask(who, c.FindMessages(q="from:cleo")),
    "quote": lambda f, who: _quoting(f, who),
    "reaction": lambda f, who: f.world.do(who, c.AddReaction(message=f.first, emoji="👍")),
    "report": lambda f, who: f.world.do(who, c.MakeReport(message=f.first, category="spam")),
    "answer mark": lambda f, who: f.world.do(who, c.MarkTopic(topic=f.topic, answer=f.first)),
    "following a reply": lambda f, who: f.world.do(who, c.FollowThread(thread=f.first)),
    "the desk": lambda f, who: f.world.ask(who, c.GetFacilitatorView(room=f.room)),
    "trying a rule": lambda f, who: f.world.ask(
        who, c.TryRule(rule=_rule(), room=f.room if who != f.olga else None)
    ),
    "a move": lambda f, who: f.world.do(
        who, c.MoveThread(thread=f.topic, room=f.world.room(who, name="Elsewhere"))
    ),
    "a pin": lambda f, who: f.world.do(who, c.PinMessage(message=f.first)),
    "an edit": lambda f, who: f.world.do(who, c.EditMessage(message=f.first, body="Mine")),
    "a deletion": lambda f, who: f.world.do(who, c.DeleteMessage(message=f.first)),
}


def _rule() -> Rule:
    return Rule(id="x", name="x", when=Words(words=(CANARY,)), action="alert")


def _quoting(f: Forum, who: str) -> Any:
    """A reader's own quotation, and one that somebody else made."""
    theirs = f.world.post(f.cleo, f.room, "See there", title="Look", quote=f.first)
    seen = f.world.ask(who, c.GetMessage(message=theirs))
    with pytest.raises(Refusal):
        f.world.post(who, f.room, "See there", title="Look", quote=f.first)
    return seen


def told(forum: Forum, who: str, path: str) -> str:
    """All that somebody is told on a path."""
    try:
        return repr(PATHS[path](forum, who))
    except Refusal as refusal:
        return repr((refusal.code, refusal.params))


@pytest.mark.attack
@pytest.mark.parametrize("path", PATHS)
def test_nobody_sees_an_answer_before_their_own(forum: Forum, path: str) -> None:
    """Neither a member who has yet to answer, nor an owner who is not in the room."""
    for reader in (forum.emil, forum.olga):
        said = told(forum, reader, path)
        assert CANARY.casefold() not in said.casefold()
        if path != "quote":  # a quotation is a reference
            assert forum.first not in said
        if path.startswith("search"):
            assert "results=()" in said


@pytest.mark.attack
def test_after_ones_own_answer_all_are_there(forum: Forum) -> None:
    world, emil = forum.world, forum.emil
    assert world.ask(emil, c.GetThread(thread=forum.topic)).withheld
    with refused("answer_first"):
        world.ask(emil, c.GetMessage(message=forum.first))
    with refused("answer_first"):
        world.ask(emil, c.GetEvents(stream=forum.stream))
    forum.answer(emil, "A duck")
    shown = world.ask(emil, c.GetThread(thread=forum.topic))
    assert not shown.withheld
    assert shown.cursor.stream == forum.stream
    assert [m.no for m in shown.page.messages] == [1, 2, 3]
    assert shown.page.messages[0].reactions == {"👍": (forum.dina,)}
    assert len(world.ask(emil, c.GetEvents(stream=forum.stream)).events) == 4
    assert len(world.ask(emil, c.FindMessages(q=CANARY)).results) == 2
    assert len(world.ask(emil, c.FindMessages(q=f"{CANARY} in:quest")).results) == 2
    assert world.ask(emil, c.GetMessage(message=forum.first)).messages[0].thread == forum.topic
    world.do(emil, c.AddReaction(message=forum.first, emoji="👍"))
    mine = world.post(emil, forum.room, "Like that", thread=forum.topic, quote=forum.first)
    [quoted] = world.ask(emil, c.GetMessage(message=mine)).quoted
    assert quoted.id == forum.first


@pytest.mark.parametrize("who", ["ana", "ben", "cleo"])
def test_who_asks_facilitates_or_has_answered_sees_all(forum: Forum, who: str) -> None:
    assert len(forum.thread(getattr(forum, who))) == 2


@pytest.mark.attack
def test_what_all_are_told_is_how_many(forum: Forum) -> None:
    [topic] = forum.world.ask(forum.emil, c.ListTopics(room=forum.room)).topics
    assert (topic.answers, topic.replies.count, topic.replies.people) == ("kept", 2, ())
    forum.world.do(forum.ana, c.DeleteMessage(message=forum.second))
    [topic] = forum.world.ask(forum.emil, c.ListTopics(room=forum.room)).topics
    assert (topic.replies.count, topic.replies.last_no) == (1, 2)


@pytest.mark.attack
def test_an_answer_that_is_deleted_shows_nothing_any_more(forum: Forum) -> None:
    world, emil = forum.world, forum.emil
    mine = forum.answer(emil, "x")
    done = world.do(emil, c.DeleteMessage(message=mine))
    gone = next(event for event in done.events if event.stream == forum.stream)
    assert emil in (gone.route or "")
    for path in ("permalink", "thread", "events of the topic", "watching", "search"):
        assert CANARY not in told(forum, emil, path)
    # That there was one is seen by the others.
    assert forum.thread(forum.cleo)[-1] is None
    one, two = forum.answer(emil, "A duck"), forum.answer(emil, "Two ducks")
    done = world.do(emil, c.DeleteMessage(message=one))
    assert all("revokes" not in (event.route or "") for event in done.events)
    assert len(forum.thread(emil)) == 5
    world.do(forum.ana, c.DeleteMessage(message=two))
    assert world.ask(emil, c.GetThread(thread=forum.topic)).withheld


@pytest.mark.attack
def test_an_answer_that_waits_is_none_yet(forum: Forum) -> None:
    world, emil = forum.world, forum.emil
    world.do(forum.ana, c.ChangeModeration(room=forum.room, holds=Holds(everyone=True)))
    post = c.PostMessage(room=forum.room, body="A duck", thread=forum.topic)
    held = world.do(emil, post).result["held"]
    assert world.ask(emil, c.GetThread(thread=forum.topic)).withheld
    world.do(forum.ana, c.ReleaseHeld(held=held))
    assert len(forum.thread(emil)) == 3
    [topic] = world.ask(forum.olga, c.ListTopics(room=forum.room)).topics
    assert topic.replies.count == 3


@pytest.mark.attack
def test_who_is_out_of_the_room_is_out_of_its_answers(forum: Forum) -> None:
    world = forum.world
    world.do(forum.ana, c.ChangeRoom(room=forum.room, access="invite"))
    world.do(forum.ana, c.RemoveMember(room=forum.room, person=forum.cleo))
    world.do(forum.ana, c.Ban(room=forum.room, person=forum.dina))
    for who in (forum.cleo, forum.dina):
        for path in ("thread", "permalink", "events of the topic"):
            with refused("not_found"):
                PATHS[path](forum, who)
        assert PATHS["watching"](forum, who) == ""
        assert PATHS["search"](forum, who).results == ()


@pytest.mark.attack
def test_a_facilitator_who_is_none_any_more_answers_first(forum: Forum) -> None:
    world = forum.world
    world.do(forum.ana, c.SetRoomRole(room=forum.room, person=forum.emil, role="facilitator"))
    cursor = c.CursorIn(stream=forum.stream)
    with world.database.read() as connection:
        seen = [watch(connection, who, [cursor], 9)[0].under for who in (forum.emil, forum.cleo)]
    assert seen == ["f" + forum.room, forum.room]
    assert len(forum.thread(forum.emil)) == 2
    world.do(forum.emil, c.SetRoomRole(room=forum.room, person=forum.emil, role="member"))
    assert world.ask(forum.emil, c.GetThread(thread=forum.topic)).withheld


@pytest.mark.attack
def test_answers_bring_nobody_who_may_not_see_them(forum: Forum) -> None:
    """Dina's answer mentions Emil, who has yet to answer: nothing of it reaches him."""
    world = forum.world
    assert world.ask(forum.emil, c.GetOverview()).followed == ()
    [_, second] = world.ask(forum.cleo, c.GetThread(thread=forum.topic)).page.messages
    assert second.mentions == (forum.cleo,)
    world.do(forum.dina, c.EditMessage(message=forum.second, body=f"<@{forum.emil}>!"))
    [_, second] = world.ask(forum.cleo, c.GetThread(thread=forum.topic)).page.messages
    assert second.mentions == ()


def test_answers_are_shown_to_all_when_a_facilitator_says_so(forum: Forum) -> None:
    world, emil = forum.world, forum.emil
    with refused("not_allowed"):
        world.do(forum.ben, c.ShowAnswers(topic=forum.topic))
    world.do(forum.ana, c.ShowAnswers(topic=forum.topic))
    assert world.do(forum.ana, c.ShowAnswers(topic=forum.topic)).events == []
    assert len(forum.thread(emil)) == 2
    assert len(world.ask(emil, c.FindMessages(q=CANARY)).results) == 2
    forum.answer(emil, "Late")
    assert len(forum.thread(forum.olga)) == 3
    [act] = world.ask(forum.ana, c.GetLog(room=forum.room, act="topic.show")).entries
    assert act.about == forum.topic


def test_only_topics_from_then_on_keep_answers_back(world: World) -> None:
    forum = Forum(world, answer_first=False)
    assert len(forum.thread(forum.emil)) == 2
    world.do(forum.ana, c.ChangeRoom(room=forum.room, answer_first=True))
    assert len(forum.thread(forum.emil)) == 2
    kept = world.post(forum.ben, forum.room, "And now?", title="Second")
    world.post(forum.cleo, forum.room, CANARY, thread=kept)
    assert world.ask(forum.emil, c.GetThread(thread=kept)).withheld
    world.do(forum.ana, c.ChangeRoom(room=forum.room, answer_first=False))
    assert world.ask(forum.emil, c.GetThread(thread=kept)).withheld


@pytest.mark.promise_p8
def test_deleted_answers_are_gone(forum: Forum) -> None:
    world = forum.world
    world.do(forum.cleo, c.EditMessage(message=forum.first, body=f"{CANARY}, no: a stork"))
    world.do(forum.cleo, c.DeleteMessage(message=forum.first))
    world.do(forum.ana, c.DeleteMessage(message=forum.second))
    assert nowhere(world, CANARY)


@pytest.mark.promise_p8
def test_answers_go_with_their_topic_when_a_room_is_cleared(forum: Forum) -> None:
    world = forum.world
    world.do(forum.ana, c.ChangeRoom(room=forum.room, keep_days=7))
    world.now += 8 * retention.DAY
    young = world.post(forum.ben, forum.room, "And today?", title="The second walk")
    answer = world.post(forum.cleo, forum.room, "A young answer", thread=young)
    carry_out_now(world.database, [trimming(forum.room)], world.now)
    assert nowhere(world, CANARY)
    with world.database.read() as connection:
        left = connection.execute(select(EVENT.c.kind).where(EVENT.c.stream_id == forum.stream))
        # What nodes hold in memory of the answers is let go with this one.
        assert left.scalars().all() == ["topic.trimmed"]
    with refused("not_found"):
        world.ask(forum.cleo, c.GetEvents(stream=forum.stream))
    assert world.ask(forum.cleo, c.GetMessage(message=answer)).messages[0].body == "A young answer"
    assert len(world.ask(forum.cleo, c.GetEvents(stream=answers_stream(young))).events) == 1


def nowhere(world: World, word: str) -> bool:
    """Whether no table holds a word."""
    with world.database.read() as connection:
        for table in ("event", "message", "finding", "held", "mention", "tool"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert word.casefold() not in repr(rows).casefold(), table
    return True


def test_kept_answers_are_not_pinned_and_do_not_move(forum: Forum) -> None:
    world = forum.world
    with refused("answers_kept"):
        world.do(forum.ana, c.PinMessage(message=forum.first))
    other = world.room(forum.ana, kind="forum", name="Other")
    with refused("answers_kept"):
        world.do(forum.ana, c.MoveThread(thread=forum.topic, room=other))


def test_history_from_joining_counts_by_the_topic(world: World) -> None:
    forum = Forum(world, history="joining")
    fred = world.person("Fred")
    world.do(fred, c.JoinRoom(room=forum.room))
    for query in (c.GetThread(thread=forum.topic), c.GetMessage(message=forum.first)):
        with refused("not_found"):
            world.ask(fred, query)
    with refused("not_found"):
        world.post(fred, forum.room, "x", thread=forum.topic)
    later = world.post(forum.ben, forum.room, "And today?", title="The second walk")
    world.post(forum.cleo, forum.room, CANARY, thread=later)
    world.post(fred, forum.room, "Mine", thread=later)
    assert len(world.ask(fred, c.GetThread(thread=later)).page.messages) == 2
    assert len(world.ask(fred, c.FindMessages(q=CANARY)).results) == 1
