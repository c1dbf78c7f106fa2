"""Moving a thread to another room: ids, numbers, unread counts, and who may read it then."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from protocol.commands import (
    AddReaction,
    ChangeRoom,
    DeleteMessage,
    EditMessage,
    FindMessages,
    GetEvents,
    GetHistory,
    GetMessage,
    GetOverview,
    GetRoom,
    GetThread,
    MoveThread,
    PinMessage,
    PostMessage,
)
from protocol.ids import facilitators_stream
from rooms.errors import Refusal
from tests.world import World

CANARY = "Quetzal"


class House:
    """Ana facilitates both rooms; Ben is in the first only, Cleo in both, Dina in the second."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ana, self.ben, self.cleo, self.dina = (
            world.person(name) for name in ("Ana", "Ben", "Cleo", "Dina")
        )
        self.left = world.room(self.ana, self.ben, self.cleo, name="Left")
        self.right = world.room(self.ana, self.cleo, self.dina, name="Right")
        world.post(self.dina, self.right, "Already here")
        self.before = world.post(self.cleo, self.left, "Before")
        self.root = world.post(self.ben, self.left, f"{CANARY} root <@{self.cleo}>")
        self.reply = world.post(self.cleo, self.left, f"{CANARY} reply", thread=self.root)
        self.after = world.post(self.cleo, self.left, "After", quote=self.root)
        world.do(self.cleo, AddReaction(message=self.root, emoji="👍"))
        world.do(self.ben, EditMessage(message=self.root, body=f"{CANARY} root, edited"))
        world.do(self.ana, PinMessage(message=self.root))

    def move(self) -> None:
        self.world.do(self.ana, MoveThread(thread=self.root, room=self.right))


@pytest.fixture
def house(world: World) -> House:
    return House(world)


def test_a_moved_thread_keeps_its_ids_and_gets_new_numbers(house: House) -> None:
    world = house.world
    first = world.ask(house.cleo, GetMessage(message=house.root)).messages[0]
    house.move()
    page = world.ask(house.dina, GetHistory(room=house.right)).messages
    assert [(m.id, m.no) for m in page][1:] == [(house.root, 2)]
    moved = page[1]
    assert (moved.author, moved.body) == (house.ben, f"{CANARY} root, edited")
    assert (moved.first_at, moved.pinned) == (first.at, False)
    assert moved.reactions == {"👍": (house.cleo,)}
    thread = world.ask(house.dina, GetThread(thread=house.root))
    assert [(m.id, m.no) for m in thread.page.messages] == [(house.reply, 1)]
    assert thread.root.replies.count == 1
    # The old place keeps its number, and says that what stood there has gone.
    old = world.ask(house.ben, GetHistory(room=house.left)).messages
    assert [(m.no, m.body, m.deleted_by) for m in old] == [
        (1, "Before", None), (2, None, "moved"), (3, "After", None),
    ]  # fmt: skip
    assert (old[1].moved, old[1].author) == (house.root, house.ben)
    assert world.ask(house.ben, GetRoom(room=house.left)).pins == ()
    world.post(house.dina, house.right, "Interesting", thread=house.root)
    again = world.ask(house.dina, GetThread(thread=house.root)).page.messages
    assert [m.no for m in again] == [1, 2]


def test_unread_counts_are_right_in_both_rooms(house: House) -> None:
    world = house.world

    def unread(person: str) -> dict[str, int]:
        rooms = world.ask(person, GetOverview()).rooms
        return {one.room.name: one.head_no - one.me.read_no for one in rooms}

    before = {person: unread(person) for person in (house.cleo, house.dina, house.ben)}
    house.move()
    assert unread(house.dina)["Right"] == before[house.dina]["Right"] + 1
    assert unread(house.cleo)["Left"] == before[house.cleo]["Left"]
    assert unread(house.cleo)["Right"] == before[house.cleo]["Right"] + 1
    assert unread(house.ben) == before[house.ben]


@pytest.mark.attack
def test_the_old_id_reads_nothing_for_who_may_not_read_the_new_room(house: House) -> None:
    world = house.world
    world.do(house.ana, ChangeRoom(room=house.right, access="invite"))
    house.move()
    for query in (
        GetMessage(message=house.root),
        GetMessage(message=house.reply),
        GetThread(thread=house.root),
        GetHistory(room=house.left, thread=house.root),
    ):
        with pytest.raises(Refusal, match="not_found"):
            world.ask(house.ben, query)
    for command in (
        PostMessage(room=house.left, body="Still", thread=house.root),
        PostMessage(room=house.left, body="Still", quote=house.root),
        EditMessage(message=house.root, body="Mine still"),
        DeleteMessage(message=house.root),
        AddReaction(message=house.root, emoji="👍"),
    ):
        with pytest.raises(Refusal, match="not_found"):
            world.do(house.ben, command)
    asked = (
        GetEvents(stream=house.left),
        GetRoom(room=house.left),
        GetHistory(room=house.left),
        GetOverview(),
        FindMessages(q=CANARY),
    )
    seen = str([world.ask(house.ben, query) for query in asked])
    assert CANARY not in seen
    assert house.right not in seen, "nor which room it went to"
    # A quotation follows for who may read it, and is a hidden one for who may not.
    quotes = {
        person: world.ask(person, GetHistory(room=house.left)).quoted
        for person in (house.ben, house.cleo)
    }
    assert quotes[house.ben] == ()
    assert [one.id for one in quotes[house.cleo]] == [house.root]
    assert house.root in str(world.ask(house.dina, FindMessages(q=CANARY)))


@pytest.mark.promise_p8
def test_no_text_stays_behind(house: House) -> None:
    world = house.world
    house.move()
    with world.database.read() as connection:
        query = text("SELECT data FROM event WHERE stream_id IN (:a, :b)")
        streams = {"a": house.left, "b": facilitators_stream(house.left)}
        rows = connection.execute(query, streams).scalars().all()
    assert CANARY not in "".join(rows)
    for message in (house.reply, house.root):
        world.do(house.ana, DeleteMessage(message=message))
    with world.database.read() as connection:
        for table in ("event", "message"):
            assert CANARY not in str(connection.execute(text(f"SELECT * FROM {table}")).all())


@pytest.mark.attack
def test_it_takes_the_right_in_both_rooms(house: House) -> None:
    world = house.world
    own = world.room(house.ben, name="Ben's own")
    for person, thread, room in (
        (house.ben, house.root, own),
        (house.cleo, house.root, house.right),
        (house.ana, house.root, own),
        (house.dina, house.root, house.right),
        (house.ana, house.reply, house.right),
        (house.ana, "m_none", house.right),
        (house.ana, house.root, "r_none"),
    ):
        with pytest.raises(Refusal):
            world.do(person, MoveThread(thread=thread, room=room))
    assert world.ask(house.cleo, GetMessage(message=house.root)).messages[0].room == house.left
