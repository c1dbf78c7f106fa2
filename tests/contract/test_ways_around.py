"""Ways that somebody with time on their hands tries: to read answers that are kept back and posts
that wait, to learn who reported them, to go on when their visit is over. What works is mended."""

from __future__ import annotations

import pytest

from protocol import commands as c
from protocol.bots import Slash
from protocol.moderation import Holds
from rooms.errors import Refusal
from storage import outgoing
from tests.contract.forum_kit import CANARY, Forum
from tests.contract.passes_kit import passed, visitor
from tests.contract.planned_kit import listed, ring_now
from tests.contract.test_loopholes import refused
from tests.world import World

pytestmark = pytest.mark.attack
HOUR = 3600 * 1_000_000
TOMORROW = "tomorrow at 9:00"


# --- answers that are kept back -----------------------------------------------------------------


def test_what_was_planned_while_one_saw_quotes_nothing_once_one_does_not(world: World) -> None:
    forum = Forum(world)
    emil = forum.emil
    mine = forum.answer(emil, "A duck")
    later = c.SchedulePost(room=forum.room, body="Look", words="in 20 minutes", quote=forum.first)
    planned = world.do(emil, later).result["planned"]
    world.do(emil, c.DeleteMessage(message=mine))
    world.now += HOUR
    ring_now(world, planned)
    [posted] = [
        one for one in world.ask(emil, c.GetHistory(room=forum.room)).messages if one.body == "Look"
    ]
    assert posted.quote is None
    assert CANARY not in repr(world.ask(emil, c.GetOverview()))


def test_no_other_command_reaches_an_answer_that_is_kept_back(world: World) -> None:
    forum = Forum(world, tools=["tasks"])
    first, room = forum.first, forum.room
    note = {"do": "note", "kind": "decision", "message": first}
    for command in (
        c.SetReminder(words=TOMORROW, message=first, whom="me"),
        c.SetReminder(words=TOMORROW, message=first, whom="room"),
        c.SchedulePost(room=room, body="x", words=TOMORROW, quote=first),
        c.NotifyThread(thread=first, level="all"),
        c.MarkThreadRead(thread=first, no=1),
        c.Interact(message=first, action="go"),
        c.UseTool(room=room, tool="tasks", action=note),
        c.PostMessage(room=room, body="x", title="x", quote=first),
        c.MoveThread(thread=first, room=world.room(forum.emil, kind="forum")),
    ):
        assert refused(world, forum.emil, command) in ("answer_first", "not_found"), command


def test_a_bot_that_is_told_elsewhere_is_told_no_answers(world: World) -> None:
    """Nor does one that watches: it has to answer as everybody has."""
    forum = Forum(world)
    bot = world.person("Bot", "bot")
    world.do(bot, c.JoinRoom(room=forum.room))
    with world.database.read() as connection:
        assert forum.stream not in outgoing.readable(connection, bot)
    assert world.ask(bot, c.GetThread(thread=forum.topic)).withheld
    world.do(bot, c.SetSlash(commands=(Slash(name="ask"),)))
    # Asking it something in the topic shows neither of the two anything.
    world.do(forum.emil, c.RunSlash(room=forum.room, name="ask", thread=forum.topic))
    assert CANARY not in repr(world.ask(bot, c.GetEvents(stream=bot)))
    assert world.ask(bot, c.GetThread(thread=forum.topic)).withheld


# --- posts that wait ----------------------------------------------------------------------------


def waiting(world: World) -> tuple[str, str, str, str, str]:
    """Ana facilitates, Ben's post waits, Cleo would like to know; the room, and the post."""
    ana, ben, cleo = (world.person(name) for name in ("Ana", "Ben", "Cleo"))
    room = world.room(ana, ben, cleo)
    world.do(ana, c.ChangeModeration(room=room, holds=Holds(everyone=True)))
    held = world.do(ben, c.PostMessage(room=room, body=f"{CANARY} waits")).result["held"]
    return ana, ben, cleo, room, held


def test_a_post_that_waits_is_no_message_under_any_name(world: World) -> None:
    *_, cleo, room, held = waiting(world)
    for command in (
        c.PostMessage(room=room, body="x", quote=held),
        c.PostMessage(room=room, body="x", thread=held),
        c.AddReaction(message=held, emoji="👍"),
        c.MakeReport(message=held, category="other"),
        c.SetReminder(words=TOMORROW, message=held, whom="me"),
        c.FollowThread(thread=held),
        c.DeleteMessage(message=held),
        c.EditHeld(held=held, body="Mine"),
    ):
        assert refused(world, cleo, command) == "not_found", command
    for query in (c.GetMessage(message=held), c.GetThread(thread=held)):
        with pytest.raises(Refusal, match="not_found"):
            world.ask(cleo, query)
    assert world.ask(cleo, c.FindMessages(q=CANARY)).results == ()
    assert CANARY not in repr(world.ask(cleo, c.GetOverview()))


def test_numbers_do_not_tell_that_a_post_waits(world: World) -> None:
    ana, _, cleo, room, _ = waiting(world)
    before = world.ask(cleo, c.GetRoom(room=room))
    assert (before.head_no, before.page.messages) == (0, ())
    assert world.post(ana, room, "First")
    assert [one.no for one in world.ask(cleo, c.GetRoom(room=room)).page.messages] == [1]


def test_the_desk_is_closed_with_the_power_over_it(world: World) -> None:
    ana, _, cleo, room, _ = waiting(world)
    world.do(ana, c.SetRoomRole(room=room, person=cleo, role="facilitator"))
    assert CANARY in repr(world.ask(cleo, c.GetFacilitatorView(room=room)))
    # Nobody takes it from an equal: she steps down herself.
    world.do(cleo, c.SetRoomRole(room=room, person=cleo, role="member"))
    for query in (c.GetFacilitatorView(room=room), c.GetEvents(stream=f"f{room}")):
        with pytest.raises(Refusal, match="not_allowed"):
            world.ask(cleo, query)


# --- reports ------------------------------------------------------------------------------------


def test_the_log_does_not_say_who_reported(world: World) -> None:
    """The reported is made a facilitator and reads it, by every filter there is."""
    ana, ben, cleo = (world.person(name) for name in ("Ana", "Ben", "Cleo"))
    room = world.room(ana, ben, cleo)
    said = world.post(ben, room, "Rude")
    report = c.MakeReport(message=said, category="unkind", note=CANARY)
    made = world.do(cleo, report).result["report"]
    world.do(ana, c.AssignReport(report=made))
    world.do(ana, c.ResolveReport(report=made, outcome="talked", answer=f"{CANARY} thanks"))
    world.do(ana, c.SetRoomRole(room=room, person=ben, role="facilitator"))
    for query in (
        c.GetLog(room=room),
        c.GetLog(room=room, about=made),
        c.GetLog(room=room, by=cleo),
        c.GetLog(room=room, about=ben),
    ):
        page = repr(world.ask(ben, query))
        assert cleo not in page
        assert CANARY not in page
    assert (made in repr(world.ask(ben, c.GetFacilitatorView(room=room)))) is False


def test_a_report_is_joined_by_nobody_whom_it_is_about(world: World) -> None:
    """Asking again is no way to find out; nor is running the community from now on."""
    olga, ana = world.person("Olga", "owner"), world.person("Ana")
    ben, cleo = world.person("Ben"), world.person("Cleo")
    room = world.room(ana, ben, cleo)
    said = world.post(ana, room, "Rude")
    report = c.MakeReport(message=said, category="unkind", note=CANARY)
    made = world.do(cleo, report).result["report"]
    for again in (
        c.MakeReport(message=said, category="spam"),
        c.MakeReport(room=room, person=ana, category="spam"),
    ):
        assert refused(world, ana, again) == "invalid"
    world.do(olga, c.SetRole(person=ana, role="admin"))
    desk = world.ask(ana, c.GetAdminDesk())
    assert desk.reports == ()
    for command in (
        c.AssignReport(report=made),
        c.ResolveReport(report=made, outcome="nothing"),
        c.SeeReport(report=made),
    ):
        assert refused(world, ana, command) == "not_found"
    assert CANARY in repr(world.ask(olga, c.GetAdminDesk()))


# --- after the end of a visit -------------------------------------------------------------------


def test_nothing_that_a_guest_left_behind_comes_after_their_end(world: World) -> None:
    """A post for later, a post that waits."""
    ana = world.person("Ana")
    room = world.room(ana)
    vera = visitor(world, passed(world, ana, room, lasts=3600))
    later = c.SchedulePost(room=room, body=f"{CANARY} later", words="in 2 hours")
    planned = world.do(vera, later).result["planned"]
    world.do(ana, c.ChangeModeration(room=room, holds=Holds(everyone=True)))
    held = world.do(vera, c.PostMessage(room=room, body=f"{CANARY} waits")).result["held"]
    world.now += HOUR
    assert refused(world, ana, c.ReleaseHeld(held=held)) == "author_may_not_post"
    world.now += HOUR
    ring_now(world, planned)
    page = world.ask(ana, c.GetHistory(room=room))
    assert CANARY not in repr(page.messages)
    assert listed(world, ana, room) == ()


def test_a_bot_has_nothing_to_say_to_who_has_gone(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    bot = world.person("Bot", "bot")
    world.do(bot, c.JoinRoom(room=room))
    world.do(bot, c.SetSlash(commands=(Slash(name="ask"),)))
    vera = visitor(world, passed(world, ana, room, lasts=300))
    asked = world.do(vera, c.RunSlash(room=room, name="ask")).result["interaction"]
    world.now += 300 * 1_000_000
    answer = c.AnswerInteraction(interaction=asked, show="person", body=CANARY)
    assert refused(world, bot, answer) == "not_found"
    assert refused(world, bot, c.ShowWhisper(room=room, person=vera, body=CANARY)) == "not_found"
