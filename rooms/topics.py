"""Topics of forums: who sees answers that are kept back, and where they stand.

A topic is a message of a forum's main timeline, its answers are the thread below it. Where the
forum keeps answers back, they stand in a stream of the topic's own, and the room's stream only
counts them: whoever may not see them is not sent them (docs/decisions/0068).
"""

from __future__ import annotations

from protocol import limits
from protocol.events import ThreadCounted, TopicMarked
from protocol.ids import answers_stream
from rooms import policy, text
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.kinds import kind_of
from rooms.model import MessageFacts, NewEvent, RoomFacts, Standing


def visible(facts: Facts, standing: Standing, message: MessageFacts) -> bool:
    """Whether a message lies in the part of the history that this member may see; an answer that
    stands apart is as old as its topic."""
    member = standing.member
    if member is None or not standing.is_member or not member.visible_from_seq:
        return True
    placed = facts.message(message.thread) if message.apart else message
    return placed is not None and placed.posted_seq >= member.visible_from_seq


def visible_to_all(facts: Facts, message: MessageFacts) -> bool:
    """Whether every member of its room may see a message. Of what is older than somebody's being
    here, no text goes into a stream that they watch (docs/decisions/0087)."""
    placed = facts.message(message.thread) if message.apart else message
    return placed is not None and placed.posted_seq >= facts.newest_view(message.room)


def sees_answers(facts: Facts, standing: Standing, topic: MessageFacts) -> bool:
    """Whether somebody who may read the room sees the answers to one of its topics: whose question
    it is, who facilitates, and who has an answer of their own standing there."""
    if topic.answers != "kept" or topic.author == standing.person.id:
        return True
    if "facilitator" in policy.hats(standing):
        return True
    return facts.answered(topic.id, standing.person.id)


def check_seen(facts: Facts, standing: Standing, message: MessageFacts) -> None:
    """Refuse (`answer_first`) what is kept back from somebody."""
    if not message.apart:
        return
    topic = facts.message(message.thread)
    if topic is None or not sees_answers(facts, standing, topic):
        raise Refusal("answer_first")


def loses_sight(facts: Facts, message: MessageFacts, topic: MessageFacts) -> bool:
    """Whether its author sees the other answers no longer once this answer is deleted."""
    standing = facts.standing(message.room, message.author)
    if topic.answers != "kept" or topic.author == message.author or standing is None:
        return False
    if "facilitator" in policy.hats(standing):
        return False
    return not facts.answered(topic.id, message.author, message.id)


def stream_of(message: MessageFacts) -> str:
    """The stream in which a message's events stand."""
    return answers_stream(message.thread) if message.apart else message.room


def counted(topic: MessageFacts, change: int) -> NewEvent:
    """What everybody in the room is told of an answer that came (1) or went (-1)."""
    no = topic.reply_head + 1 if change > 0 else None
    data = ThreadCounted(id=topic.id, change=change, last_no=no)  # type: ignore[arg-type]
    return NewEvent(stream=topic.room, data=data)


def marked(topic: MessageFacts, **changes: object) -> NewEvent:
    """Where a topic stands from here on."""
    now = {"solved": topic.solved, "answer": topic.answer, "answers": topic.answers, **changes}
    return NewEvent(stream=topic.room, data=TopicMarked(id=topic.id, **now))  # type: ignore[arg-type]


def title(room: RoomFacts, thread: str | None, given: str | None) -> str | None:
    """The title of a new message: topics must have one, nothing else may."""
    if thread or not kind_of(room.kind).topics:
        if given:
            raise Refusal("invalid", field="title", problem="only topics of forums have one")
        return None
    return text.line("title", given or "", limits.TITLE, 1)


def retitled(before: str | None, given: str | None) -> str | None:
    """The title of a message that is edited."""
    if given is None:
        return before
    if before is None:
        raise Refusal("invalid", field="title", problem="only topics of forums have one")
    return text.line("title", given, limits.TITLE, 1)


def headline(room: RoomFacts, thread: str | None, body: str) -> str | None:
    """The title of a post that nobody gave one: in a forum its first words."""
    if thread or not kind_of(room.kind).topics:
        return None
    first = next((line for line in body.split("\n") if line.strip()), "…")
    return text.line("title", first[: limits.TITLE], limits.TITLE) or "…"


def entitled(room: RoomFacts, message: MessageFacts) -> str | None:
    """The title of a message that moves into a room."""
    return message.title or headline(room, message.thread, message.body or "")


def whole(title: str | None, body: str) -> str:
    """All that a message says."""
    return f"{title}\n{body}" if title else body
