"""Telling closed devices: whom, of what, and how often.

Real rows on both databases, due rows done by a real runner, notifications opened with the device's
own key. The clock stands still between steps.
"""

from __future__ import annotations

from protocol.commands import (
    Ban,
    FollowThread,
    MarkRead,
    NotifyMe,
    NotifyRoom,
    NotifyThread,
    SeePlanned,
)
from protocol.notify import Hours
from tests.contract.planned_kit import remind, ring_now
from tests.contract.push_kit import HOUR, Post, direct, say, shown


async def test_mentions_and_direct_messages_reach_a_closed_phone(post: Post) -> None:
    world = post.world
    ana, ben, eva = (world.person(name) for name in ("Ana", "Ben", "Eva"))
    room, talk = world.room(ana, ben, eva, name="Reading room"), direct(post, ana, ben)
    phone, tablet = await post.phone(ben), await post.phone(ben)
    await post.phone(eva)
    await post.phone(ana)
    say(post, ana, room, "nothing for anybody")
    assert await post.later() == []
    say(post, ana, room, f"**Tea** is ready, <@{ben}>.")
    got = await post.later()
    assert {one["for"] for one in got} == {phone, tablet}, "nobody else"
    assert shown(got) == [("Reading room", "Ana: Tea is ready, @Ben.")] * 2
    assert got[0]["url"] == f"#/r/{room}/2"
    assert got[0]["tag"] == room
    say(post, ana, talk, "Do you have the key?")
    got = await post.later()
    assert shown(got) == [("Ana", "Do you have the key?")] * 2
    assert got[0]["url"] == f"#/r/{talk}/1"
    say(post, ben, talk, "I do.")
    assert [one["title"] for one in await post.later()] == ["Ben"], "not to whom it is by"
    assert await post.later() == [], "once"


async def test_a_tap_on_a_reply_leads_into_its_thread(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    await post.phone(ben)
    root = say(post, ben, room, "Which page?")
    say(post, ana, room, "40", thread=root)
    assert await post.later() == [], "a reply that mentions nobody"
    say(post, ana, room, f"I mean 41, <@{ben}>", thread=root)
    (got,) = await post.later()
    assert got["url"] == f"#/r/{room}/t/{root}/2"
    assert got["tag"] == root
    post.do(ben, NotifyThread(thread=root, level="all"))
    say(post, ana, room, "No, 40.", thread=root)
    assert shown(await post.later(40)) == [("Reading room", "Ana: No, 40.")]


async def test_much_talk_is_one_notification(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    await post.phone(ben)
    for n in range(5):
        say(post, ana, talk, f"line {n}")
    (got,) = await post.later()
    assert got["body"] == "line 4\nand 4 more"
    assert got["url"].endswith("/1"), "to the first of them"


async def test_talk_that_never_rests_is_told_of_all_the_same(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    await post.phone(ben)
    post.do(ben, NotifyRoom(room=room, level="all"))
    got = []
    for n in range(60):
        say(post, ana, room, f"line {n}")
        got += await post.later(1)
    assert 2 <= len(got) <= 4, "a minute and more of it"


async def test_quiet_hours_wait_and_then_tell_what_is_unread(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    await post.phone(ben)
    # START is 16:13 in Madrid, the community's time zone.
    post.do(ben, NotifyMe(quiet=Hours(start=16 * 60, end=18 * 60)))
    for n in range(3):
        say(post, ana, talk, f"line {n}")
        assert await post.later() == []
    assert await post.later(HOUR) == []
    (got,) = await post.later(HOUR)
    assert got["body"] == "line 2\nand 2 more"
    post.do(ben, NotifyMe(quiet=Hours(start=0, end=24 * 60 - 1)))
    say(post, ana, talk, "at night")
    post.do(ben, MarkRead(room=talk, no=4))
    assert await post.later(24 * HOUR) == [], "read meanwhile"
    post.do(ben, NotifyMe())
    say(post, ana, talk, "now")
    assert len(await post.later()) == 1


async def test_nobody_is_told_of_what_was_before_they_asked_to_be(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    say(post, ana, talk, "long ago")
    await post.phone(ben)
    assert await post.later() == []
    say(post, ana, talk, "now")
    assert shown(await post.later()) == [("Ana", "now")]


async def ring(post: Post, planned: str, seconds: float) -> None:
    """Its time comes."""
    post.world.now += int(seconds * 1_000_000)
    post.pushing.saw(ring_now(post.world, planned).events)


async def test_a_reminder_of_ones_own_reaches_ones_phone(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    phone = await post.phone(ben)
    await post.phone(ana)
    message = say(post, ana, room, "The list")
    for about, url in ((None, "#/"), (message, f"#/r/{room}/1")):
        planned = remind(world, ben, "remind me in 20 minutes to call the school", message=about)
        await ring(post, planned, 1300)
        (got,) = await post.later()
        assert (got["title"], got["body"]) == ("A reminder", "Call the school")
        assert (got["for"], got["url"], got["tag"]) == (phone, url, planned)
        assert await post.later() == [], "once"
    planned = remind(world, ben, "remind me in 20 minutes to call the school")
    await ring(post, planned, 1300)
    post.do(ben, SeePlanned(planned=planned))
    assert await post.later() == [], "seen on another device"
    planned = remind(world, ben, "remind me in 20 minutes of the list", message=message)
    post.do(ana, Ban(room=room, person=ben))
    await ring(post, planned, 1300)
    assert [one["url"] for one in await post.later()] == ["#/"], "not to what one cannot read"
    post.do(ben, NotifyMe(text=False))
    planned = remind(world, ben, "remind me in 20 minutes to call the school")
    await ring(post, planned, 1300)
    post.pushing._gathered.clear()
    await post.pushing.sweep(None)  # type: ignore[arg-type]
    assert shown(await post.later()) == [("A reminder", "It is time.")]


async def test_what_reminds_a_room_reaches_everybody_in_it(post: Post) -> None:
    world = post.world
    ana, ben, eva = (world.person(name) for name in ("Ana", "Ben", "Eva"))
    room = world.room(ana, ben, eva, name="Club")
    for who in (ben, eva):
        await post.phone(who)
    post.do(eva, NotifyRoom(room=room, level="none"))
    planned = remind(world, ana, "remind us in 20 minutes to read chapter 5", room=room)
    await ring(post, planned, 1300)
    assert shown(await post.later()) == [("Club", "Reminder: Read chapter 5")]


async def test_a_thread_one_ceased_to_follow_is_silent(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    await post.phone(ben)
    root = say(post, ben, room, "Which page?")
    post.do(ben, FollowThread(thread=root, following=False))
    say(post, ana, room, f"40, <@{ben}>", thread=root)
    assert await post.later() == []
