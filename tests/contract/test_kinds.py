"""Kinds of rooms on both databases: what each fixes, whom it takes, and what nobody gets to see."""

from __future__ import annotations

from typing import Any

import pytest

from protocol import commands as c
from protocol.parts import RoomOptions
from rooms.errors import Refusal
from rooms.kinds import KINDS
from tests.contract.test_tools import refused
from tests.world import World


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_fills_in_what_is_not_given(world: World, name: str) -> None:
    ana = world.person("Ana")
    kind = KINDS[name]
    room = world.ask(ana, c.GetRoom(room=world.room(ana, kind=name))).room
    for field in ("access", "posting", "history"):
        assert getattr(room, field) == kind.setting(field)
    assert room.options == RoomOptions(tools=kind.tools)
    assert kind.about.endswith(".")


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.fixed])
def test_what_a_kind_fixes_cannot_be_set(world: World, name: str) -> None:
    ana = world.person("Ana")
    room = world.room(ana, kind=name)
    other: dict[str, dict[str, Any]] = {
        "access": {"invite": "open", "open": "invite"},
        "posting": {"facilitators": "everyone", "everyone": "facilitators"},
        "history": {"joining": "all", "all": "joining"},
    }
    for field, value in KINDS[name].fixed.items():
        change = {field: other[field][value]}
        with refused("kind_decides"):
            world.do(ana, c.ChangeRoom(room=room, **change))
        with refused("kind_decides"):
            world.room(ana, kind=name, **change)


@pytest.mark.attack
def test_a_teacher_circle_is_invisible(world: World) -> None:
    owner, ana, ben = world.person("Olga", "owner"), world.person("Ana"), world.person("Ben")
    guest = world.person("Gus", "guest")
    circle = world.room(ana, kind="teacher_circle", name="Kept among us")
    said = world.post(ana, circle, "Between ourselves")
    for who in (owner, ben, guest):
        for query in (
            c.GetRoom(room=circle), c.GetHistory(room=circle), c.GetMessage(message=said),
            c.GetThread(thread=said), c.GetFacilitatorView(room=circle),
            c.GetEvents(stream=circle),
        ):  # fmt: skip
            with refused("not_found"):
                world.ask(who, query)
        for command in (
            c.JoinRoom(room=circle), c.PostMessage(room=circle, body="x"),
            c.AddReaction(message=said, emoji="👍"),
            c.UseTool(room=circle, tool="hands", action={}),
            c.InviteToRoom(room=circle, people=[who]), c.ChangeRoom(room=circle, access="open"),
            c.MarkTool(room=circle, tool="book", mark={}),
        ):  # fmt: skip
            with refused("not_found"):
                world.do(who, command)
    for who in (owner, ben):
        listed = world.ask(who, c.ListRooms())
        assert [room.name for room in listed.rooms] == []
    with refused("no_guests_here"):
        world.do(ana, c.InviteToRoom(room=circle, people=[guest]))


@pytest.mark.attack
def test_who_becomes_a_guest_is_out_of_a_circle(world: World) -> None:
    owner, ana, ben = world.person("Olga", "owner"), world.person("Ana"), world.person("Ben")
    circle = world.room(ana, kind="teacher_circle")
    plain = world.room(ana, ben, name="Plain")
    world.do(ana, c.InviteToRoom(room=circle, people=[ben]))
    world.do(ben, c.JoinRoom(room=circle))
    done = world.do(owner, c.SetRole(person=ben, role="guest"))
    left = [event for event in done.events if event.stream == circle]
    assert [event.kind for event in left] == ["member.left"]
    with refused("not_found"):
        world.ask(ben, c.GetRoom(room=circle))
    world.post(ben, plain, "Here guests may be")
    with refused("last_facilitator"):
        world.do(owner, c.SetRole(person=ana, role="guest"))


@pytest.mark.attack
def test_what_is_said_in_a_sealed_room_stays_there(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    circle = world.room(ana, kind="teacher_circle")
    world.do(ana, c.InviteToRoom(room=circle, people=[ben]))
    before = world.post(ana, circle, "Before Ben came")
    world.do(ben, c.JoinRoom(room=circle))
    said = world.post(ana, circle, "Between ourselves")
    outside = world.room(ana, ben, name="Outside")
    with refused("stays_here"):
        world.post(ben, outside, "Look", quote=said)
    world.post(ben, circle, "Here it may be quoted", quote=said)
    with refused("not_found"):
        world.ask(ben, c.GetMessage(message=before))
    page = world.ask(ben, c.GetHistory(room=circle))
    assert "Before Ben came" not in [message.body for message in page.messages]


@pytest.mark.attack
def test_a_thread_does_not_move_out_of_a_sealed_room(world: World) -> None:
    ana = world.person("Ana")
    circle, outside = world.room(ana, kind="teacher_circle"), world.room(ana, name="Outside")
    said = world.post(ana, circle, "Between ourselves")
    with refused("stays_here"):
        world.do(ana, c.MoveThread(thread=said, room=outside))
    world.do(ana, c.MoveThread(thread=world.post(ana, outside, "Rather in there"), room=circle))


@pytest.mark.attack
def test_a_coordinator_sees_when_and_never_what(world: World) -> None:
    mia, sam, kai = world.person("Mia"), world.person("Sam"), world.person("Kai")
    room = world.room(mia, kind="mentorship", name="Our words", coordinator=kai)
    world.room(mia, kind="mentorship", name="Of nobody's care")
    world.room(kai, kind="mentorship", name="Of another's", coordinator=sam)
    [pair] = world.ask(kai, c.ListPairs()).pairs
    assert (pair.people, pair.spoke_at) == ((mia,), None)
    world.do(mia, c.InviteToRoom(room=room, people=[sam]))
    world.do(sam, c.JoinRoom(room=room))
    said = world.post(sam, room, "A secret between two")
    listing = world.ask(kai, c.ListPairs())
    [pair] = listing.pairs
    assert pair.people == (mia, sam)
    assert pair.spoke_at is not None
    assert "secret" not in repr(listing)
    assert "Our words" not in repr(listing)
    assert world.ask(kai, c.GetOverview()).coordinates == 1
    for query in (
        c.GetRoom(room=room), c.GetHistory(room=room), c.GetMessage(message=said),
        c.GetThread(thread=said), c.GetEvents(stream=room), c.GetEvents(stream="f" + room),
    ):  # fmt: skip
        with refused("not_found"):
            world.ask(kai, query)
    for command in (
        c.JoinRoom(room=room), c.PostMessage(room=room, body="x"), c.PinMessage(message=said),
        c.MarkRead(room=room, no=1), c.ChangeRoom(room=room, coordinator=""),
    ):  # fmt: skip
        with refused("not_found"):
            world.do(kai, command)
    outside = world.room(kai, sam, name="Outside")
    with refused("stays_here"):
        world.post(sam, outside, "Look", quote=said)
    with pytest.raises(Refusal):
        world.do(mia, c.InviteToRoom(room=room, people=[kai]))
    world.do(sam, c.LeaveRoom(room=room))
    world.do(mia, c.ChangeRoom(room=room, coordinator=""))
    assert world.ask(kai, c.ListPairs()).pairs == ()


def test_a_mentorship_is_two(world: World) -> None:
    mia, sam, kai = world.person("Mia"), world.person("Sam"), world.person("Kai")
    room = world.room(mia, kind="mentorship")
    with refused("too_many"):
        world.do(mia, c.InviteToRoom(room=room, people=[sam, kai]))
    world.do(mia, c.InviteToRoom(room=room, people=[sam]))
    with refused("too_many"):
        world.do(mia, c.InviteToRoom(room=room, people=[kai]))
    plain = world.room(mia)
    with refused("kind_decides"):
        world.do(mia, c.ChangeRoom(room=plain, coordinator=kai))
    with refused("invalid"):
        world.do(mia, c.ChangeRoom(room=room, coordinator=sam))


def test_announcements_take_replies_and_reactions(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben, kind="announcements")
    said = world.post(ana, room, "Doors open at nine")
    with refused("read_only"):
        world.post(ben, room, "Me too")
    world.post(ben, room, "Which door?", thread=said)
    world.do(ben, c.AddReaction(message=said, emoji="👍"))
