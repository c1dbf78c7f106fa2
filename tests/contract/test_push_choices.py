"""What notifies oneself: choosing it."""

from __future__ import annotations

from typing import Any

import pytest

from protocol import limits
from protocol.commands import (
    GetNotify,
    LeaveRoom,
    NotifyMe,
    NotifyRoom,
    NotifyThread,
)
from protocol.notify import Hours
from rooms.errors import Refusal
from tests.contract.push_kit import Post


def refused(post: Post, person: str, command: Any) -> str:
    with pytest.raises(Refusal) as caught:
        post.world.do(person, command)
    return caught.value.code


async def test_choices_are_ones_own_and_follow_one_to_every_device(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room, hidden = world.room(ana, ben), world.room(ana, access="invite")
    root = world.post(ana, room, "A thread")
    assert world.do(ben, NotifyRoom(room=room, level="all")).seq
    assert world.do(ben, NotifyRoom(room=room, level="all")).seq is None, "it is so already"
    assert world.do(ben, NotifyThread(thread=root, level="none")).seq
    assert world.do(ben, NotifyMe(quiet=Hours(start=1320, end=420), text=False)).seq
    found = world.ask(ben, GetNotify())
    assert {(c.room, c.thread, c.title, c.level) for c in found.choices} == {
        (room, None, "", "all"), (room, root, "A thread", "none"),
    }  # fmt: skip
    assert (found.quiet, found.text) == (Hours(start=1320, end=420), False)
    assert found.time_zone == "Europe/Madrid"
    assert world.ask(ana, GetNotify()).choices == ()
    assert refused(post, ben, NotifyRoom(room=hidden, level="all")) == "not_found"
    assert refused(post, ben, NotifyThread(thread=world.post(ana, hidden))) == "not_found"
    reply = world.post(ana, room, thread=root)
    assert refused(post, ben, NotifyThread(thread=reply, level="all")) == "invalid"
    assert refused(post, ben, NotifyMe(quiet=Hours(start=5, end=5))) == "invalid"
    world.do(ben, NotifyThread(thread=root))
    world.do(ben, LeaveRoom(room=room))
    assert world.ask(ben, GetNotify()).choices == ()


async def test_how_many_choices(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NOTIFY_CHOICES", 2)
    world = post.world
    ana = world.person("Ana")
    rooms = [world.room(ana, name=f"Room {n}") for n in range(3)]
    for room in rooms[:2]:
        world.do(ana, NotifyRoom(room=room, level="all"))
    assert refused(post, ana, NotifyRoom(room=rooms[2], level="all")) == "too_many"
    world.do(ana, NotifyRoom(room=rooms[0], level="none"))
    world.do(ana, NotifyRoom(room=rooms[0]))
    world.do(ana, NotifyRoom(room=rooms[2], level="all"))
