"""Forums on both databases: topics, their order, and where they stand."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from protocol import commands as c
from protocol.ids import facilitators_stream
from protocol.moderation import Holds
from tests.contract.test_tools import refused
from tests.world import World


@pytest.fixture
def forum(world: World) -> tuple[World, str, str, str]:
    ana, ben = world.person("Ana"), world.person("Ben")
    return world, world.room(ana, ben, kind="forum", name="Questions"), ana, ben


Place = tuple[World, str, str, str]


def titles(world: World, who: str, room: str, **more: object) -> list[str | None]:
    page = world.ask(who, c.ListTopics(room=room, **more))  # type: ignore[arg-type]
    return [topic.title for topic in page.topics]


def test_the_liveliest_topic_comes_first(forum: Place) -> None:
    world, room, ana, ben = forum
    first = world.post(ana, room, "Where do we meet?", title="  The \n first ")
    world.post(ben, room, "When?", title="The second")
    assert titles(world, ben, room) == ["The second", "The first"]
    world.post(ben, room, "At the bridge", thread=first)
    page = world.ask(ben, c.ListTopics(room=room))
    assert [topic.title for topic in page.topics] == ["The first", "The second"]
    assert page.topics[0].replies.count == 1
    assert page.threads[first].following
    assert {person.name for person in page.people} == {"Ana", "Ben"}
    assert page.cursor.stream == room


def test_pages_of_topics_go_on_where_the_last_ended(forum: Place) -> None:
    world, room, ana, _ = forum
    named = [f"Topic {n}" for n in range(7)]
    for title in named:
        world.post(ana, room, "?", title=title)
    found: list[str | None] = []
    after: str | None = None
    while True:
        page = world.ask(ana, c.ListTopics(room=room, limit=3, after=after))
        found += [topic.title for topic in page.topics]
        after = page.next
        if after is None:
            break
    assert found == named[::-1]
    for wrong in ("x", "1", "1.2.3", f"{2**70}.1", "-1.1"):
        with refused("invalid"):
            world.ask(ana, c.ListTopics(room=room, after=wrong))


def test_a_topic_has_a_title_and_nothing_else_has(forum: Place) -> None:
    world, room, ana, ben = forum
    with refused("too_short"):
        world.post(ana, room, "No title")
    with refused("too_long"):
        world.post(ana, room, "Text", title="x" * 121)
    topic = world.post(ana, room, "Text", title="x" * 120)
    with refused("invalid"):
        world.post(ben, room, "Reply", title="Mine", thread=topic)
    reply = world.post(ben, room, "Reply", thread=topic)
    with refused("invalid"):
        world.do(ben, c.EditMessage(message=reply, body="Reply", title="Mine"))
    with refused("invalid"):
        world.post(ana, world.room(ana, name="Plain"), "Text", title="Title")
    with refused("kind_decides"):
        world.room(ana, name="Plain", answer_first=True)


def test_a_title_is_edited_with_its_text_and_goes_with_it(forum: Place) -> None:
    world, room, ana, ben = forum
    topic = world.post(ben, room, "Body", title="Quetzal before")
    world.do(ben, c.EditMessage(message=topic, body="Body", title="Quetzal after"))
    [shown] = world.ask(ana, c.GetMessage(message=topic)).messages
    assert (shown.title, shown.body) == ("Quetzal after", "Body")
    found = world.ask(ana, c.FindMessages(q="after"))
    assert [(hit.message, "Quetzal after" in hit.excerpt) for hit in found.results] == [
        (topic, True)
    ]
    assert world.ask(ana, c.FindMessages(q="before")).results == ()
    desk = world.ask(ana, c.GetEvents(stream=facilitators_stream(room))).events
    assert "Quetzal before" in repr(desk)
    world.do(ben, c.DeleteMessage(message=topic))
    assert titles(world, ana, room) == []
    with world.database.read() as connection:
        for table in ("event", "message", "finding", "held"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert "quetzal" not in repr(rows).casefold(), table


def test_answered_and_solved_and_back(forum: Place) -> None:
    world, room, ana, ben = forum
    cleo = world.person("Cleo")
    world.do(cleo, c.JoinRoom(room=room))
    topic = world.post(ben, room, "Why?", title="Question")
    other = world.post(ben, room, "Else", title="Other")
    reply = world.post(cleo, room, "Therefore", thread=topic)
    elsewhere = world.post(cleo, room, "No", thread=other)
    with refused("not_allowed"):
        world.do(cleo, c.MarkTopic(topic=topic, solved=True))
    with refused("not_found"):
        world.do(ben, c.MarkTopic(topic=topic, answer=elsewhere))
    with refused("invalid"):
        world.do(cleo, c.MarkTopic(topic=reply, solved=True))
    world.do(ben, c.MarkTopic(topic=topic, answer=reply))
    [shown] = world.ask(cleo, c.GetMessage(message=topic)).messages
    assert (shown.answer, shown.solved) == (reply, False)
    world.do(ana, c.MarkTopic(topic=topic, solved=True))
    assert titles(world, ana, room, open=True) == ["Other"]
    assert world.do(ana, c.MarkTopic(topic=topic, solved=True)).events == []
    world.do(ben, c.MarkTopic(topic=topic, solved=False, answer=""))
    assert titles(world, ana, room, open=True) == ["Other", "Question"]
    world.do(ben, c.MarkTopic(topic=topic, answer=reply))
    world.do(cleo, c.DeleteMessage(message=reply))
    [shown] = world.ask(cleo, c.GetMessage(message=topic)).messages
    assert shown.answer is None
    with refused("already_deleted"):
        world.do(ben, c.MarkTopic(topic=topic, answer=reply))


def test_what_binds_in_a_room_binds_its_topics(forum: Place) -> None:
    world, room, ana, ben = forum
    topic = world.post(ben, room, "Why?", title="Question")
    world.do(ana, c.LockRoom(room=room))
    for command in (
        c.PostMessage(room=room, body="x", title="x"),
        c.PostMessage(room=room, body="x", thread=topic),
        c.MarkTopic(topic=topic, solved=True),
    ):
        with refused("room_locked"):
            world.do(ben, command)
    world.do(ana, c.UnlockRoom(room=room))
    world.do(ana, c.Mute(room=room, person=ben, seconds=60))
    with refused("muted"):
        world.do(ben, c.PostMessage(room=room, body="x", title="x"))
    with refused("muted"):
        world.do(ben, c.MarkTopic(topic=topic, solved=True))
    world.now += 61_000_000
    world.do(ana, c.ArchiveRoom(room=room))
    with refused("room_archived"):
        world.do(ben, c.MarkTopic(topic=topic, solved=True))


def test_a_topic_that_waits_keeps_its_title(forum: Place) -> None:
    world, room, ana, ben = forum
    world.do(ana, c.ChangeModeration(room=room, holds=Holds(everyone=True)))
    held = world.do(ben, c.PostMessage(room=room, body="Body", title="Title")).result["held"]
    world.do(ben, c.EditHeld(held=held, body="Body", title="Better title"))
    [waits] = world.ask(ana, c.GetFacilitatorView(room=room)).held
    assert (waits.title, waits.body) == ("Better title", "Body")
    topic = world.do(ana, c.ReleaseHeld(held=held)).result["message"]
    assert titles(world, ben, room) == ["Better title"]
    edit = c.EditMessage(message=topic, body="Body", title="Best title")
    held = world.do(ben, edit).result["held"]
    assert titles(world, ben, room) == ["Better title"]
    world.do(ana, c.ReleaseHeld(held=held))
    assert titles(world, ben, room) == ["Best title"]


def test_what_moves_into_a_forum_gets_a_title(forum: Place) -> None:
    world, room, ana, ben = forum
    plain = world.room(ana, ben, name="Plain")
    said = world.post(ben, plain, "\nShall we ask the miller?\nOr his wife?")
    world.post(ana, plain, "Yes", thread=said)
    world.do(ana, c.MoveThread(thread=said, room=room))
    page = world.ask(ben, c.ListTopics(room=room))
    assert [(t.title, t.replies.count) for t in page.topics] == [("Shall we ask the miller?", 1)]
    world.do(ana, c.MoveThread(thread=said, room=plain))
    assert titles(world, ben, room) == []
    [shown] = world.ask(ben, c.GetMessage(message=said)).messages
    assert shown.title == "Shall we ask the miller?"


def test_a_badge_counts_topics_and_followed_topics_their_replies(forum: Place) -> None:
    world, room, ana, ben = forum
    topic = world.post(ben, room, "Why?", title="Question")
    [entry] = world.ask(ana, c.GetOverview()).rooms
    assert entry.head_no - entry.me.read_no == 1
    world.post(ana, room, "Because", thread=topic)
    [followed] = world.ask(ben, c.GetOverview()).followed
    assert (followed.title, followed.unread) == ("Question", 1)
