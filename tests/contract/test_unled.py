"""Rooms that nobody looks after, and what those may do about them who run the community."""

from __future__ import annotations

import pytest

from protocol import commands as c
from protocol.ids import facilitators_stream
from rooms.errors import Refusal
from storage import streams
from tests.world import World

HOUR = 3600


def refused(world: World, person: str, command: c.Command) -> str:
    """The code of the refusal that must come."""
    with pytest.raises(Refusal) as refusal:
        world.do(person, command)
    return refusal.value.code


def unled(world: World, admin: str) -> list[str]:
    return [room.id for room in world.ask(admin, c.GetAdminDesk()).unled]


def test_who_is_suspended_looks_after_nothing(world: World) -> None:
    olga, ana, ben = world.person("Olga", "owner"), world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    world.do(ana, c.SetRoomRole(room=room, person=ben, role="facilitator"))
    world.do(olga, c.SuspendPerson(person=ben, seconds=HOUR))
    assert refused(world, ana, c.LeaveRoom(room=room)) == "last_facilitator"
    step_down = c.SetRoomRole(room=room, person=ana, role="member")
    assert refused(world, ana, step_down) == "last_facilitator"
    assert unled(world, olga) == []
    world.now += HOUR * 1_000_000
    world.do(ana, c.LeaveRoom(room=room))


def test_admins_name_a_member_and_do_not_get_in(world: World) -> None:
    olga, ana, ben = world.person("Olga", "owner"), world.person("Ana"), world.person("Ben")
    room = world.room(ana, name="Quiet", access="invite")
    world.do(ana, c.InviteToRoom(room=room, people=[ben]))
    world.do(ben, c.JoinRoom(room=room))
    assert refused(world, olga, c.AppointFacilitator(room=room, person=ben)) == "not_found"
    assert refused(world, olga, c.CloseRoom(room=room)) == "not_found"
    world.do(olga, c.SuspendPerson(person=ana))
    [found] = world.ask(olga, c.GetAdminDesk()).unled
    assert (found.id, found.name, found.members) == (room, "Quiet", (ben,))
    for person in (olga, ana, "p_nobody"):
        command = c.AppointFacilitator(room=room, person=person)
        assert refused(world, olga, command) == "not_found", "who is in it and can act"
    assert refused(world, ben, c.AppointFacilitator(room=room, person=ben)) == "not_allowed"
    world.do(olga, c.AppointFacilitator(room=room, person=ben))
    assert unled(world, olga) == []
    world.do(ben, c.LockRoom(room=room))
    with pytest.raises(Refusal, match="not_found"):
        world.ask(olga, c.GetRoom(room=room))
    acts = [(one.act, one.by, one.about) for one in world.ask(ben, c.GetLog(room=room)).entries]
    assert ("room.appoint", olga, ben) in acts


def test_who_appoints_themselves_is_written_down(world: World) -> None:
    olga, ana = world.person("Olga", "owner"), world.person("Ana")
    room = world.room(ana, olga)
    world.do(olga, c.SuspendPerson(person=ana))
    world.do(olga, c.AppointFacilitator(room=room, person=olga))
    assert "room.appoint" in [one.act for one in world.ask(olga, c.GetLog(room=room)).entries]


def test_or_they_archive_it(world: World) -> None:
    olga, ana, ben = world.person("Olga", "owner"), world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    world.do(olga, c.SuspendPerson(person=ana))
    outcome = world.do(olga, c.CloseRoom(room=room))
    assert {"admins", room, facilitators_stream(room), "community"} == {
        event.stream for event in outcome.events
    }
    assert refused(world, ben, c.PostMessage(room=room, body="Late")) == "room_archived"
    assert unled(world, olga) == []


def test_it_is_theirs_again_when_the_suspension_is_over(world: World) -> None:
    olga, ana = world.person("Olga", "owner"), world.person("Ana")
    room = world.room(ana)
    made = world.do(olga, c.SuspendPerson(person=ana)).result
    assert unled(world, olga) == [room]
    world.do(olga, c.LiftSanction(sanction=made["sanction"]))
    assert unled(world, olga) == []
    with world.database.read() as connection:
        told = [event.kind for event in streams.events_after(connection, "admins", 0)]
    assert told == ["room.unled", "suspension.changed"], "screens look again"
