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
from protocol import blocks as b
from protocol import commands as c
from protocol.moderation import Holds
from protocol.parts import Unit
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
        for rare in ("moved", "first_at", "title", "solved", "answer", "answers", "blocks"):
            if not message[rare]:
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


def hands(world: World) -> tuple[str, str, Callable[[], None]]:
    """Hands up and down, the order, calling; somebody leaves with a hand up."""
    ana, ben, cleo, dina = (world.person(name) for name in ("Ana", "Ben", "Cleo", "Dina"))
    room = world.room(ana, ben, cleo, dina, name="Hands", tools=["hands", "round"])
    world.post(ben, room, "I have said something already")
    use(world, ben, room, "hands", do="raise")

    def after() -> None:
        use(world, cleo, room, "hands", do="raise", why="clarify")
        use(world, dina, room, "hands", do="raise", why="reply")
        use(world, cleo, room, "hands", do="raise", why="new")
        use(world, ana, room, "hands", do="order", order="quiet")
        use(world, ana, room, "hands", do="call")
        use(world, cleo, room, "hands", do="finish")
        use(world, ana, room, "hands", do="call", person=ben)
        world.do(dina, c.LeaveRoom(room=room))
        use(world, cleo, room, "hands", do="raise")
        use(world, ana, room, "hands", do="clear")

    return room, cleo, after


def go_round(world: World) -> tuple[str, str, Callable[[], None]]:
    """Turns with time: spoken, passed, lapsed, left, more time; two rounds."""
    people = [world.person(name) for name in ("Ana", "Ben", "Cleo", "Dina", "Emil")]
    ana, ben, cleo, dina, emil = people
    room = world.room(*people, name="Round", tools=["round"])

    def after() -> None:
        use(world, ana, room, "round", do="begin", seconds=60)
        world.post(ben, room, "I begin")
        use(world, ben, room, "round", do="next", person=ben)
        use(world, dina, room, "round", do="pass")
        use(world, ana, room, "round", do="more", seconds=30)
        world.now += 100_000_000
        use(world, emil, room, "round", do="lapse", person=cleo)
        world.do(emil, c.LeaveRoom(room=room))
        use(world, ana, room, "round", do="begin", people=[cleo, ben])
        use(world, ana, room, "round", do="end")

    return room, cleo, after


def book(world: World) -> tuple[str, str, Callable[[], None]]:
    """Books and their units; messages that speak of one."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben, name="Book", kind="book_club")
    use(world, ana, room, "book", do="start", title="Persuasion", units=["1", "2"])
    first = world.post(ana, room, "She turns him down", unit=Unit(book=1, no=2))

    def after() -> None:
        use(
            world, ana, room, "book", do="revise", title="Persuasion", units=["One", "Two", "Three"]
        )
        third = world.post(ben, room, "And then", unit=Unit(book=1, no=3))
        world.do(ana, c.EditMessage(message=first, body="She turns him down", unit=None))
        world.do(ben, c.EditMessage(message=third, body="And then?", unit=Unit(book=1, no=1)))
        world.do(ben, c.EditMessage(message=third, body="And then!"))
        use(world, ana, room, "book", do="start", title="Emma", units=["1"])
        gone = world.post(ben, room, "Never mind", unit=Unit(book=2, no=1))
        world.do(ben, c.DeleteMessage(message=gone))

    return room, ana, after


def tasks(world: World) -> tuple[str, str, Callable[[], None]]:
    """Decisions and actions: noted, altered, reworded, done, dropped, with their lines gone."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben, name="Tasks", kind="project_team")
    said = world.post(ana, room, "We meet on Mondays")
    use(world, ana, room, "tasks", do="note", kind="decision", message=said)
    use(world, ben, room, "tasks", do="note", kind="action", body="Buy tape", who=ben)

    def after() -> None:
        use(world, ben, room, "tasks", do="note", kind="action", message=said, body="Book a room",
            who=ana, due="2026-11-30")  # fmt: skip
        use(world, ben, room, "tasks", do="tick", id=2, done=True)
        use(world, ana, room, "tasks", do="alter", id=2, body="Buy blue tape", due="2026-12-01")
        use(world, ana, room, "tasks", do="alter", id=3, body="Book a room", who=ben)
        use(world, ben, room, "tasks", do="tick", id=2, done=False)
        use(world, ana, room, "tasks", do="drop", id=1)
        use(world, ben, room, "tasks", do="drop", id=3)

    return room, ana, after


def forum(world: World) -> tuple[str, str, Callable[[], None]]:
    """Topics: opened, retitled, answered, solved; answers that are kept back are only counted."""
    ana, ben, cleo, dina = (world.person(name) for name in ("Ana", "Ben", "Cleo", "Dina"))
    room = world.room(ana, ben, cleo, dina, name="Questions", kind="forum")
    plain = world.post(ben, room, "Who has the key?", title="The key")
    world.do(ana, c.ChangeRoom(room=room, answer_first=True))
    kept = world.post(ana, room, "What did you see?", title="The walk")
    world.post(cleo, room, "A heron", thread=kept)

    def after() -> None:
        reply = world.post(ana, room, "I have", thread=plain)
        world.do(ben, c.EditMessage(message=plain, body="Who has the key?", title="A key"))
        world.do(ben, c.MarkTopic(topic=plain, answer=reply, solved=True))
        late = world.post(ben, room, "A duck", thread=kept)
        world.post(ana, room, "Both, then", thread=kept)
        world.do(ben, c.DeleteMessage(message=late))
        world.do(ana, c.ShowAnswers(topic=kept))
        world.do(ana, c.DeleteMessage(message=reply))
        gone = world.post(cleo, room, "Never mind", title="Nothing")
        world.do(cleo, c.DeleteMessage(message=gone))

    return room, dina, after


def poll(world: World) -> tuple[str, str, Callable[[], None]]:
    """Polls: asked, voted in by name and again, taken back, secretly, closed, dropped."""
    ana, ben, cleo = world.person("Ana"), world.person("Ben"), world.person("Cleo")
    room = world.room(ana, ben, cleo, name="Polls")
    world.do(ana, c.ChangeRoom(room=room, tools=["poll"]))
    answers = ["Thursday", "Friday", "Neither"]
    ask = {"do": "open", "question": "When?", "options": answers}
    use(world, ana, room, "poll", **ask)
    use(world, ben, room, "poll", do="vote", id=1, options=[0])

    def after() -> None:
        use(world, cleo, room, "poll", do="vote", id=1, options=[1])
        use(world, ben, room, "poll", do="vote", id=1, options=[2])
        use(world, cleo, room, "poll", do="vote", id=1, options=[])
        use(world, ben, room, "poll", **ask, many=True, seconds=3600)
        use(world, cleo, room, "poll", do="vote", id=2, options=[2, 0])
        use(world, ana, room, "poll", **ask, anonymous=True)
        use(world, ben, room, "poll", do="vote", id=3, options=[0])
        use(world, ana, room, "poll", do="close", id=3)
        use(world, ana, room, "poll", do="close", id=1)
        use(world, ana, room, "poll", **ask)
        use(world, ana, room, "poll", do="drop", id=4)

    return room, ana, after


def welcome(world: World) -> tuple[str, str, Callable[[], None]]:
    """What newcomers are told: said, said anew, taken back."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben, name="Welcome")
    world.do(ana, c.ChangeRoom(room=room, tools=["welcome"]))
    use(world, ana, room, "welcome", do="tell", body="Say what you read last.")

    def after() -> None:
        use(world, ana, room, "welcome", do="tell", body="")
        use(world, ana, room, "welcome", do="tell", body="Say who you are.")

    return room, ben, after


def use(world: World, who: str, room: str, tool: str, /, **action: Any) -> None:
    """Something done with a tool."""
    world.do(who, c.UseTool(room=room, tool=tool, action=action))


def drawn(world: World) -> tuple[str, str, Callable[[], None]]:
    """Messages of a bot: blocks that stay, change, go to plain text, and go with their message."""
    ana, bot = world.person("Ana"), world.person("Helper", "bot")
    room = world.room(ana, bot, name="Drawn")
    asks = (b.Section(text="Shall we?"), b.Buttons(buttons=(b.Button(id="yes", label="Yes"),)))
    kept = world.post(bot, room, "", blocks=asks)

    def after() -> None:
        changed = world.post(bot, room, "", blocks=asks)
        plain = world.post(bot, room, "", blocks=asks)
        gone = world.post(bot, room, "", blocks=asks)
        world.do(ana, c.AddReaction(message=kept, emoji="+1"))
        world.do(bot, c.EditMessage(message=changed, body="", blocks=(b.Header(text="Done"),)))
        world.do(bot, c.EditMessage(message=kept, body="The same blocks, other words"))
        world.do(bot, c.EditMessage(message=plain, body="Only words", blocks=()))
        world.do(bot, c.DeleteMessage(message=gone))

    return room, ana, after


SCENES = (
    talk, threads, members, rewritten, joining, bound, trimmed, moved_away, moved_here, let_in,
    hands, go_round, book, tasks, forum, drawn, poll, welcome,
)  # fmt: skip


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
