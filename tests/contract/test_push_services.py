"""Devices and push services that fail, refuse, or are too many."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from chat.outgoing import OutgoingError
from chat.push import pushing
from protocol import limits
from protocol.commands import (
    PostMessage,
)
from storage.tables import PUSH_DEVICE
from tests.contract.push_kit import HOUR, Answer, Post, direct, say, sessions, shown


async def test_a_browser_notifies_whoever_signed_in_there_last(post: Post) -> None:
    world = post.world
    ana, ben, eva = (world.person(name) for name in ("Ana", "Ben", "Eva"))
    one, two = direct(post, ana, ben), direct(post, ana, eva)
    await post.phone(ben, "shared")
    await post.phone(eva, "shared")
    post.phones.pop(0)
    say(post, ana, one, "for Ben")
    say(post, ana, two, "for Eva")
    assert shown(await post.later()) == [("Ana", "for Eva")]


async def test_of_a_person_so_many_devices_and_no_more(post: Post) -> None:
    ana, ben = post.world.person("Ana"), post.world.person("Ben")
    talk = direct(post, ana, ben)
    for _ in range(limits.PUSH_DEVICES + 2):
        await post.phone(ben)
        post.node.time += 1
    say(post, ana, talk)
    assert {one["for"] for one in await post.later()} == set(post.phones[2:])


async def test_a_device_that_is_gone_is_forgotten(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    phone, tablet = await post.phone(ben), await post.phone(ben)
    post.service.answers[phone.endpoint] = Answer(410)
    say(post, ana, talk)
    assert [one["for"] for one in await post.later()] == [tablet]
    assert await sessions(post) == {tablet.session}
    assert post.failed() == 0


async def test_a_service_that_is_down_is_tried_again_for_those_it_failed(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    phone, tablet = await post.phone(ben), await post.phone(ben)
    post.service.answers[phone.endpoint] = Answer(503)
    say(post, ana, talk)
    assert [one["for"] for one in await post.later()] == [tablet]
    assert await post.later(29) == [], "not yet, and not to the others again"
    assert await post.later(1) == []
    post.service.answers[phone.endpoint] = OutgoingError("timed_out")
    assert await post.later(90) == []
    post.service.answers.clear()
    assert [one["for"] for one in await post.later(269)] == []
    assert [one["for"] for one in await post.later(1)] == [phone]
    assert await post.later(HOUR) == []
    with world.database.read() as connection:
        assert connection.execute(select(PUSH_DEVICE.c.failures)).scalars().all() == [0, 0]


async def test_a_service_says_when_to_come_back(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    phone = await post.phone(ben)
    post.service.answers[phone.endpoint] = Answer(429, {"retry-after": "600"})
    say(post, ana, talk)
    assert await post.later() == []
    post.service.answers.clear()
    assert await post.later(599) == []
    assert len(await post.later(1)) == 1


async def test_what_a_service_refuses_again_and_again_is_given_up(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    phone = await post.phone(ben)
    post.service.answers[phone.endpoint] = Answer(403)
    for _ in range(5):
        assert await sessions(post) == {phone.session}
        say(post, ana, talk)
        await post.later(HOUR)
    assert await sessions(post) == set()


async def test_what_was_lost_is_found_by_the_sweep(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room, talk = world.room(ana, ben), direct(post, ana, ben)
    await post.phone(ben)
    # As if the node had died before it scheduled anything.
    world.do(ana, PostMessage(room=talk, body="lost?"))
    root = world.post(ana, room, "first")
    world.do(ana, PostMessage(room=room, body=f"<@{ben}>", thread=root))
    assert await post.later() == []
    await post.pushing.sweep(None)  # type: ignore[arg-type]
    assert {one["tag"] for one in await post.later()} == {talk, root}
    await post.pushing.sweep(None)  # type: ignore[arg-type]
    assert await post.later() == []


async def test_many_devices_are_all_told_though_few_at_a_time(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "_BATCH", 2)
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    for _ in range(7):
        await post.phone(ben)
    say(post, ana, talk)
    assert {one["for"] for one in await post.later()} == set(post.phones)
