"""What was said before somebody came: neither its old words nor its new ones reach them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from chat import codec
from protocol import commands as c
from protocol.bots import Slash
from protocol.ids import facilitators_stream
from protocol.moderation import Holds, Rule, Words
from rooms.errors import Refusal
from storage.queries.watching import watch
from storage.streams import events_after
from tests.contract.test_loopholes import refused
from tests.world import World

pytestmark = pytest.mark.attack
CANARY = "Quetzalcoatl"
"""A word of what was said before."""


class Late:
    """Ana and Cleo talk; Ben comes later and is made a facilitator, in a room that shows its
    history from joining on."""

    def __init__(self, world: World, **settings: Any) -> None:
        self.world = world
        self.ana, self.ben, self.cleo = (world.person(name) for name in ("Ana", "Ben", "Cleo"))
        given = {"history": "joining", "access": "request", **settings}
        self.room = world.room(self.ana, **given)
        self.desk = facilitators_stream(self.room)
        self.let_in(self.cleo)
        title = {"title": CANARY} if settings.get("kind") == "forum" else {}
        self.early = world.post(self.cleo, self.room, f"{CANARY} said", **title)
        self.let_in(self.ben)
        world.do(self.ana, c.SetRoomRole(room=self.room, person=self.ben, role="facilitator"))

    def let_in(self, who: str) -> None:
        """Ask, and be let in."""
        joined = self.world.do(who, c.JoinRoom(room=self.room)).result["state"]
        if joined == "requested":
            self.world.do(self.ana, c.AdmitToRoom(room=self.room, person=who))

    def edit(self, body: str = f"{CANARY} put better", **more: Any) -> Any:
        """Cleo rewrites what she said early."""
        return self.world.do(self.cleo, c.EditMessage(message=self.early, body=body, **more))

    def told(self, *streams: str) -> str:
        """All that streams hold, from the time on when Ben came."""
        with self.world.database.read() as connection:
            found = [e for one in streams for e in events_after(connection, one, 0)]
            since = next(e.at for e in found if self.ben in e.data and e.kind == "member.joined")
        return repr([codec.event_bytes(event) for event in found if event.at >= since])


@pytest.fixture
def late(world: World) -> Late:
    return Late(world)


@pytest.mark.parametrize("kind", ["conversation", "forum"])
def test_an_edit_of_what_was_said_before_tells_nobody_what_it_says(world: World, kind: str) -> None:
    late = Late(world, kind=kind)
    done = late.edit(**({"title": f"{CANARY} too"} if kind == "forum" else {}))
    [event] = done.events
    assert (event.kind, codec.event_bytes(event).count(b"ask")) == ("message.edited", 1)
    assert CANARY not in late.told(late.room, late.desk)
    [seen] = world.ask(late.ana, c.GetMessage(message=late.early)).messages
    assert (seen.body, seen.rev) == (f"{CANARY} put better", event.seq)
    assert seen.edited_at is not None
    assert seen.title == (f"{CANARY} too" if kind == "forum" else None)
    assert len(world.ask(late.ana, c.FindMessages(q="better")).results) == 1
    with pytest.raises(Refusal, match="not_found"):
        world.ask(late.ben, c.GetMessage(message=late.early))
    for q in ("better", CANARY):
        assert world.ask(late.ben, c.FindMessages(q=q)).results == ()


def test_nor_does_one_that_had_to_wait(late: Late) -> None:
    """Whoever decides reads what is submitted to them; what comes of it is as every edit."""
    late.world.do(late.ana, c.ChangeModeration(room=late.room, holds=Holds(everyone=True)))
    held = late.edit().result["held"]
    late.world.do(late.ana, c.ReleaseHeld(held=held))
    assert CANARY not in late.told(late.room, late.desk)
    [seen] = late.world.ask(late.cleo, c.GetMessage(message=late.early)).messages
    assert seen.body == f"{CANARY} put better"


def test_where_all_see_all_edits_say_what_they_say(world: World) -> None:
    late = Late(world, history="all")
    kinds = [event.kind for event in late.edit().events]
    assert kinds == ["message.edited", "version.kept"]
    assert CANARY in late.told(late.room)


def test_once_nobody_is_there_who_came_later_they_say_it_again(late: Late) -> None:
    late.world.do(late.ben, c.LeaveRoom(room=late.room))
    assert [event.kind for event in late.edit().events] == ["message.edited", "version.kept"]


@pytest.mark.promise_p8
def test_what_the_log_does_not_hold_is_deleted_all_the_same(late: Late) -> None:
    late.edit()
    late.edit(f"{CANARY} once more")
    late.world.do(late.cleo, c.DeleteMessage(message=late.early))
    with late.world.database.read() as connection:
        for table in ("event", "message", "finding", "held", "mention"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert CANARY.casefold() not in repr(rows).casefold(), table


def test_an_answer_to_what_was_said_before_does_not_say_to_what(late: Late) -> None:
    """Whoever is mentioned in it follows the thread."""
    world = late.world
    world.post(late.ana, late.room, f"As <@{late.ben}> knows", thread=late.early)
    overview = world.ask(late.ben, c.GetOverview())
    assert CANARY not in repr(overview)


def everything(late: Late) -> list[c.Command]:
    """What one can do to a message."""
    early, room = late.early, late.room
    return [
        c.EditMessage(message=early, body="x"),
        c.DeleteMessage(message=early),
        c.PinMessage(message=early),
        c.AddReaction(message=early, emoji="👍"),
        c.PostMessage(room=room, body="x", quote=early),
        c.PostMessage(room=room, body="x", thread=early),
        c.SchedulePost(room=room, body="x", words="tomorrow at 9:00", quote=early),
        c.SchedulePost(room=room, body="x", words="tomorrow at 9:00", thread=early),
        c.SetReminder(words="tomorrow at 9:00", message=early, whom="me"),
        c.SetReminder(words="tomorrow at 9:00", message=early, whom="room"),
        c.SetReminder(words="tomorrow at 9:00 to read", room=room, thread=early, whom="me"),
        c.FollowThread(thread=early),
        c.MarkThreadRead(thread=early, no=1),
        c.NotifyThread(thread=early, level="all"),
        c.MakeReport(message=early, category="other"),
        c.MoveThread(thread=early, room=late.world.room(late.ben, name="Ben's own")),
        c.MarkTopic(topic=early, solved=True),
        c.ShowAnswers(topic=early),
        c.Interact(message=early, action="go"),
        c.RunSlash(room=room, name="ask", thread=early),
        c.UseTool(
            room=room, tool="tasks", action={"do": "note", "kind": "decision", "message": early}
        ),
    ]


def test_a_facilitator_who_came_later_does_nothing_with_it(world: World) -> None:
    late = Late(world, tools=["tasks"])
    bot = world.person("Bot", "bot")
    world.do(late.ana, c.InviteToRoom(room=late.room, people=[bot]))
    world.do(bot, c.JoinRoom(room=late.room))
    world.do(bot, c.SetSlash(commands=(Slash(name="ask"),)))
    wrong = {}
    for command in everything(late):
        code = refused(world, late.ben, command)
        if code != "not_found":
            wrong[type(command).__name__] = code
    assert wrong == {}
    assert CANARY not in late.told(late.room, late.desk, late.ben)


def test_leaving_is_no_way_to_read_what_newcomers_do_not(world: World) -> None:
    """An open room is read along; one that shows its history from joining on is not."""
    late = Late(world, access="open")
    world.do(late.ben, c.LeaveRoom(room=late.room))
    for query in (
        c.GetRoom(room=late.room),
        c.GetHistory(room=late.room),
        c.ListMembers(room=late.room),
        c.GetEvents(stream=late.room),
    ):
        with pytest.raises(Refusal, match="not_a_member"):
            world.ask(late.ben, query)
    with pytest.raises(Refusal, match="not_found"):
        world.ask(late.ben, c.GetMessage(message=late.early))
    assert world.ask(late.ben, c.FindMessages(q=CANARY)).results == ()
    with world.database.read() as connection:
        [found] = watch(connection, late.ben, [c.CursorIn(stream=late.room)], 9)
    assert found.refused == "not_a_member"
    olga = world.person("Olga", "owner")
    rule = Rule(id="x", name="x", when=Words(words=(CANARY,)), exempt=())
    assert world.ask(olga, c.TryRule(rule=rule)).looked_at == 0
    # The card is there, and the way in.
    assert late.room in {room.id for room in world.ask(late.ben, c.ListRooms()).rooms}
    late.let_in(late.ben)
    assert world.ask(late.ben, c.GetRoom(room=late.room)).page.messages == ()
