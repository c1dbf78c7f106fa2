"""Reading positions: one's own, so they are records and signals, not events."""

from __future__ import annotations

from protocol.commands import FollowThread, MarkRead, MarkThreadRead, MarkUnread
from protocol.frames import ReadFrame, ThreadReadFrame
from rooms import policy
from rooms.actions.messages import readable
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, MemberFacts, ToPerson
from rooms.records import ReadMark, ThreadMark


def _own(facts: Facts, actor: Actor, room: str) -> MemberFacts:
    policy.check(facts.standing(room, actor.person), "mark_read")
    # A standing may be remembered from before the last mark; the row is not.
    return facts.members(room, [actor.person])[actor.person]


def _marked(facts: Facts, actor: Actor, room: str, no: int, unread_from: int | None) -> Decision:
    frame = ReadFrame(
        room=room,
        read_no=no,
        unread_from=unread_from,
        mentions=facts.unread_mentions(room, actor.person, no),
    )
    return Decision(
        records=[ReadMark(room=room, person=actor.person, no=no, unread_from=unread_from)],
        signals=[ToPerson(actor.person, frame)],
        result={"read_no": no, "unread_from": unread_from, "mentions": frame.mentions},
    )


def mark_read(facts: Facts, actor: Actor, command: MarkRead) -> Decision:
    """Everything up to `no` is read."""
    own = _own(facts, actor, command.room)
    head = facts.head(command.room)[1]
    no = max(own.read_no, min(_positive(command.no), head))
    return _marked(facts, actor, command.room, no, None)


def mark_unread(facts: Facts, actor: Actor, command: MarkUnread) -> Decision:
    """Show messages from `no` on as unread."""
    own = _own(facts, actor, command.room)
    head = facts.head(command.room)[1]
    no = max(1, min(_positive(command.no), head))
    return _marked(facts, actor, command.room, own.read_no, no)


def _positive(no: int) -> int:
    if not 0 <= no < 2**62:
        raise Refusal("invalid", field="no", problem="a message number is 0 or more")
    return no


def follow(facts: Facts, actor: Actor, command: FollowThread) -> Decision:
    """Follow a thread, or stop."""
    _, root = readable(facts, actor, command.thread, "follow")
    mark = facts.thread_mark(command.thread, actor.person)
    read = mark[1] if mark else facts.reply_head(command.thread)
    return _thread(actor, command.thread, root.room, command.following, read)


def thread_read(facts: Facts, actor: Actor, command: MarkThreadRead) -> Decision:
    """Replies up to `no` are read."""
    _, root = readable(facts, actor, command.thread, "follow")
    following, read = facts.thread_mark(command.thread, actor.person) or (False, 0)
    no = max(read, min(_positive(command.no), facts.reply_head(command.thread)))
    return _thread(actor, command.thread, root.room, following, no)


def _thread(actor: Actor, thread: str, room: str, following: bool, no: int) -> Decision:
    mark = ThreadMark(thread=thread, room=room, person=actor.person, following=following, no=no)
    frame = ThreadReadFrame(thread=thread, following=following, read_no=no)
    return Decision(
        records=[mark],
        signals=[ToPerson(actor.person, frame)],
        result={"following": following, "read_no": no},
    )
