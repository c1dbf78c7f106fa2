"""Writes the fold vectors beside this file: `python -m tests.vectors.make`.

A vector is `{title, viewer, people, log, snapshot, events, expected}`: `log` are the events of
the room's stream up to the snapshot, `events` those after it. The SQL projection must give
`snapshot` after `log` and `expected` after `events`; the browser client must fold `snapshot` and
`events` into `expected`. Snapshots stand in normal form (see `normal`). The files are checked
in: run this only to add a vector.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from chat import codec
from chat.retention import trimming
from protocol import commands as c
from protocol.moderation import Holds
from rooms.actions import retention
from storage import streams
from storage.database import Database
from storage.tables import METADATA
from storage.writer import carry_out_now
from tests.world import World

HERE = Path(__file__).parent
_ID = re.compile(r"\b([prmf]r?)_[0-9a-v]{26}\b")


def normal(snapshot: Any) -> dict[str, Any]:
    """A snapshot without what a fold cannot know: who is online, quoted texts; people in one
    list."""
    plain: dict[str, Any] = json.loads(codec.dump(snapshot))
    people = {p["id"]: p for p in [*plain["people"], *plain["page"]["people"]]}
    plain["people"] = [people[key] for key in sorted(people)]
    plain["page"]["people"] = []
    plain["page"]["quoted"] = []
    plain["members"].sort(key=lambda member: member["person"])
    for message in (*plain["page"]["messages"], *plain["pins"]):
        for rare in ("moved", "first_at"):
            if message[rare] is None:
                del message[rare]
    plain["cursor"]["epoch"] = "epoch"
    plain["online"] = {}
    return plain


def talk(world: World) -> tuple[str, str, Callable[[], None]]:
    """Posting, editing, deleting, reacting and pinning."""
    ana, ben, cleo = world.person("Ana"), world.person("Ben"), world.person("Cleo")
    room = world.room(ana, ben, cleo, name="Talk")
    first = world.post(ana, room, "Shall we begin?")
    second = world.post(ben, room, f"Yes, <@{ana}>")
    world.do(cleo, c.AddReaction(message=second, emoji="👍"))

    def after() -> None:
        third = world.post(cleo, room, "I brought cake")
        world.do(ana, c.AddReaction(message=second, emoji="👍"))
        world.do(ben, c.AddReaction(message=second, emoji="🎉"))
        world.do(cleo, c.RemoveReaction(message=second, emoji="👍"))
        world.do(ana, c.EditMessage(message=first, body="Shall we begin, everyone? <@room>"))
        world.do(ana, c.PinMessage(message=first))
        world.do(ana, c.PinMessage(message=second))
        world.do(ana, c.UnpinMessage(message=first))
        world.do(cleo, c.DeleteMessage(message=third))
        world.do(ben, c.RemoveReaction(message=second, emoji="🎉"))
        world.post(ben, room, "And tea", quote=second)

    return room, ben, after


def threads(world: World) -> tuple[str, str, Callable[[], None]]:
    """Replies: counting, deleting, the first three who replied."""
    people = [world.person(name) for name in ("Ana", "Ben", "Cleo", "Dina", "Emil")]
    ana, ben, cleo, dina, emil = people
    room = world.room(*people, name="Threads")
    root = world.post(ana, room, "Which chapter?")
    other = world.post(ben, room, "Something else")
    early = world.post(ben, room, "The third", thread=root)

    def after() -> None:
        world.post(cleo, room, "The fourth", thread=root)
        world.post(ben, room, "No, third", thread=root)
        world.post(dina, room, "I agree", thread=root)
        world.post(emil, room, "So do I", thread=root)
        world.do(ben, c.DeleteMessage(message=early))
        world.do(ana, c.EditMessage(message=root, body="Which chapter next?"))
        world.post(ana, room, "A new thread", thread=other)
        world.do(ben, c.DeleteMessage(message=other))

    return room, ana, after


def members(world: World) -> tuple[str, str, Callable[[], None]]:
    """Joining, roles, leaving, being removed; a changed card; the archive."""
    people = [world.person(name) for name in ("Ana", "Ben", "Cleo", "Dina")]
    ana, ben, cleo, dina = people
    room = world.room(ana, ben, cleo, name="Members")
    world.post(ben, room, "Hello")

    def after() -> None:
        world.do(dina, c.JoinRoom(room=room))
        world.do(ana, c.SetRoomRole(room=room, person=ben, role="facilitator"))
        world.do(ana, c.SetRoomRole(room=room, person=dina, role="observer"))
        world.do(cleo, c.LeaveRoom(room=room))
        world.do(
            ana, c.ChangeRoom(room=room, name="New name", purpose="To see", posting="facilitators")
        )
        world.do(ana, c.RemoveMember(room=room, person=dina))
        world.do(ana, c.ArchiveRoom(room=room))
        world.do(ben, c.RestoreRoom(room=room))
        world.do(cleo, c.JoinRoom(room=room))

    return room, ana, after


def rewritten(world: World) -> tuple[str, str, Callable[[], None]]:
    """What a latecomer is replayed after texts were taken out of older events."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben, name="Rewritten")
    world.post(ana, room, "Before")

    def after() -> None:
        edited = world.post(ben, room, "Frist")
        gone = world.post(ben, room, "Never mind")
        both = world.post(ben, room, "Tow")
        world.do(ben, c.EditMessage(message=edited, body="First"))
        world.do(ben, c.EditMessage(message=edited, body="First!"))
        world.do(ben, c.EditMessage(message=both, body="Two"))
        world.do(ben, c.DeleteMessage(message=gone))
        world.do(ana, c.DeleteMessage(message=both, reason="twice"))

    return room, ana, after


def joining(world: World) -> tuple[str, str, Callable[[], None]]:
    """A member who sees the history from joining on."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, name="Joining", history="joining")
    hidden = world.post(ana, room, "Before Ben")
    world.do(ben, c.JoinRoom(room=room))
    world.post(ana, room, "Welcome, Ben")

    def after() -> None:
        world.do(ana, c.EditMessage(message=hidden, body="Before Ben, edited"))
        world.do(ana, c.AddReaction(message=hidden, emoji="👀"))
        world.post(ben, room, "Thank you")
        world.do(ana, c.DeleteMessage(message=hidden))

    return room, ben, after


def bound(world: World) -> tuple[str, str, Callable[[], None]]:
    """A locked room, slow mode, somebody removed."""
    ana, ben, cleo = world.person("Ana"), world.person("Ben"), world.person("Cleo")
    room = world.room(ana, ben, cleo, name="Bound")
    world.post(ben, room, "Hello")
    world.do(ana, c.LockRoom(room=room, reason="A pause"))

    def after() -> None:
        world.do(ana, c.ChangeRoom(room=room, slow_mode=30))
        world.do(ana, c.UnlockRoom(room=room))
        world.do(ana, c.Mute(room=room, person=cleo, seconds=3600, reason="Too loud"))
        world.do(ana, c.Ban(room=room, person=cleo))
        world.do(ana, c.LockRoom(room=room, reason="Until the end", seconds=3600))

    return room, ben, after


def trimmed(world: World) -> tuple[str, str, Callable[[], None]]:
    """A room that keeps its talk for a time is cleared of what is older."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben, name="Trimmed")
    old = world.post(ana, room, "Old, with a thread")
    pinned = world.post(ana, room, "Old and pinned")
    world.do(ana, c.PinMessage(message=pinned))
    world.post(ana, room, "Old")
    world.now += 8 * retention.DAY
    world.post(ben, room, "A late reply", thread=old)
    young = world.post(ana, room, "Young", quote=pinned)
    world.do(ana, c.PinMessage(message=young))

    def after() -> None:
        world.do(ana, c.ChangeRoom(room=room, keep_days=7))
        world.now += 1_000_000
        carry_out_now(world.database, [trimming(room)], world.now)
        world.post(ana, room, "What is left goes on")

    return room, ben, after


def moved_away(world: World) -> tuple[str, str, Callable[[], None]]:
    """A thread that went to another room: what is left of it, for members and for latecomers."""
    ana, ben, cleo = world.person("Ana"), world.person("Ben"), world.person("Cleo")
    room = world.room(ana, ben, cleo, name="Left")
    other = world.room(ana, cleo, name="Right")
    root = world.post(ben, room, "Off the subject")
    world.post(cleo, room, "Indeed", thread=root)
    world.post(ana, room, "On the subject")

    def after() -> None:
        world.do(cleo, c.AddReaction(message=root, emoji="🥬"))
        world.do(ana, c.PinMessage(message=root))
        late = world.post(ben, room, "Also off it")
        world.do(ana, c.MoveThread(thread=root, room=other))
        world.post(cleo, room, "Where were we?")
        world.do(ana, c.MoveThread(thread=late, room=other))

    return room, cleo, after


def moved_here(world: World) -> tuple[str, str, Callable[[], None]]:
    """The same thread in the room it came to: numbered there, unread, with all that hangs on it."""
    ana, ben, cleo = world.person("Ana"), world.person("Ben"), world.person("Cleo")
    room = world.room(ana, ben, cleo, name="Left")
    dina = world.person("Dina")
    other = world.room(ana, cleo, ben, dina, name="Right")
    world.post(cleo, other, "It begins here")
    root = world.post(ben, room, "Off the subject")
    reply = world.post(cleo, room, "Indeed", thread=root)
    gone = world.post(ana, room, "Never mind", thread=root)
    world.do(ana, c.DeleteMessage(message=gone))
    world.do(cleo, c.AddReaction(message=root, emoji="🥬"))
    world.do(ben, c.AddReaction(message=reply, emoji="👍"))

    def after() -> None:
        world.do(ana, c.MoveThread(thread=root, room=other))
        world.do(ana, c.AddReaction(message=root, emoji="🥬"))
        world.post(ben, other, "And goes on", thread=root)

    return other, dina, after


def let_in(world: World) -> tuple[str, str, Callable[[], None]]:
    """Posts that waited, seen by their author: being let in is not reading."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben, name="Held")
    root = world.post(ana, room, "A question")
    world.do(ana, c.ChangeModeration(room=room, holds=Holds(everyone=True)))

    def after() -> None:
        mine = c.PostMessage(room=room, body="Mine")
        reply = c.PostMessage(room=room, body="Yes", thread=root)
        held = [world.do(ben, post).result["held"] for post in (mine, reply)]
        world.post(ana, room, "Meanwhile")
        for one in held:
            world.do(ana, c.ReleaseHeld(held=one))

    return room, ben, after


SCENES = (
    talk,
    threads,
    members,
    rewritten,
    joining,
    bound,
    trimmed,
    moved_away,
    moved_here,
    let_in,
)


def vector(world: World, scene: Callable[[World], Any]) -> dict[str, Any]:
    """One vector, with ids as they were given."""
    room, viewer, after = scene(world)

    def logged() -> list[dict[str, Any]]:
        with world.database.read() as connection:
            found = streams.events_after(connection, room, 0)
        return [json.loads(codec.event_bytes(event)) for event in found]

    def snapshot() -> dict[str, Any]:
        return normal(world.ask(viewer, c.GetRoom(room=room)))

    start = snapshot()
    log = logged()
    after()
    events = [event for event in logged() if event["seq"] > log[-1]["seq"]]
    return {
        "title": (scene.__doc__ or "").strip(),
        "viewer": viewer,
        "people": start["people"],
        "log": log,
        "snapshot": start,
        "events": events,
        "expected": snapshot(),
    }


def readable(text: str) -> str:
    """Ids in order of appearance: `m_0001` says more than a random one, and differs less."""
    names: dict[str, str] = {}

    def rename(found: re.Match[str]) -> str:
        prefix = found[1]
        count = sum(1 for name in names.values() if name.startswith(prefix + "_"))
        return names.setdefault(found[0], f"{prefix}_{count + 1:04}")

    return _ID.sub(rename, text)


def main() -> None:
    """Write all vectors."""
    for scene in SCENES:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{folder}/v.db")
            with database.writing.begin() as connection:
                METADATA.create_all(connection)
            made = vector(World(database), scene)
            database.close()
        text = json.dumps(msgspec.to_builtins(made), ensure_ascii=False, indent=1)
        (HERE / f"{scene.__name__}.json").write_text(readable(text) + "\n")


if __name__ == "__main__":
    main()
