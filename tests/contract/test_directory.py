"""People of the community and members of a room, a page at a time, each once and in order."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.commands import InviteToRoom, ListMembers, ListPeople
from rooms.errors import Refusal
from storage import codec
from tests.crowd import crowd
from tests.world import World


def pages(world: World, person: str, query: type[Any], **fields: Any) -> list[list[str]]:
    """Every page's names."""
    found: list[list[str]] = []
    after: str | None = None
    while True:
        page = world.ask(person, query(after=after, **fields))
        found.append([one.name for one in page.people])
        after = page.next
        if after is None:
            return found


def test_pages_hold_everybody_once_in_order(world: World) -> None:
    owner = world.person("Zoe")
    room = world.room(owner)
    crowd(world.database, 25, room, 12, world.now)
    people = pages(world, owner, ListPeople, limit=10)
    assert [len(page) for page in people] == [10, 10, 6]
    names = [name for page in people for name in page]
    assert len(set(names)) == 26
    assert names == sorted(names, key=codec.folded)
    members = pages(world, owner, ListMembers, room=room, limit=5)
    assert [len(page) for page in members] == [5, 5, 3]
    assert "Zoe" in members[-1]


def test_names_and_usernames_are_found(world: World) -> None:
    owner = world.person("Zoe")
    room = world.room(owner)
    crowd(world.database, 25, room, 12, world.now)
    assert pages(world, owner, ListMembers, room=room, q="reader0011") == [["Bruno Bauer 0011"]]
    assert pages(world, owner, ListMembers, room=room, q="reader0012") == [[]], "not in the room"
    assert pages(world, owner, ListPeople, q="reader0012") == [["Chloé Bauer 0012"]]
    assert pages(world, owner, ListMembers, room=room, q="%") == [[]], "no wildcard"


def test_whom_one_may_still_invite(world: World) -> None:
    owner = world.person("Zoe")
    room = world.room(owner, access="invite")
    ids = crowd(world.database, 6, room, 3, world.now)
    world.do(owner, InviteToRoom(room=room, people=[ids[3]]))
    assert pages(world, owner, ListPeople, outside=room) == [
        ["Elif Abadi 0004", "Farid Abadi 0005"]
    ]
    page = world.ask(owner, ListMembers(room=room))
    roles = {one.person: one.role for one in page.members}
    assert (roles[owner], roles[ids[0]]) == ("facilitator", "member")


@pytest.mark.attack
def test_lists_tell_no_more_than_the_room_does(world: World) -> None:
    owner, stranger = world.person("Zoe"), world.person("Xavier")
    room = world.room(owner, access="invite")
    crowd(world.database, 3, room, 3, world.now)
    for query in (ListMembers(room=room), ListPeople(outside=room)):
        with pytest.raises(Refusal) as refused:
            world.ask(stranger, query)
        assert refused.value.code == "not_found"
    # Who reads an open room sees who is in it, but is not the one who invites.
    hall = world.room(owner, name="Hall")
    assert pages(world, stranger, ListMembers, room=hall) == [["Zoe"]]
    with pytest.raises(Refusal):
        world.ask(stranger, ListPeople(outside=hall))
    with pytest.raises(Refusal) as forged:
        world.ask(owner, ListMembers(room=room, after="bm9uc2Vuc2U="))
    assert forged.value.code == "invalid"
