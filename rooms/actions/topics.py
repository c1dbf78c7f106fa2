"""Where a topic of a forum stands: answered, solved, its answers shown to everybody."""

from __future__ import annotations

from protocol.commands import MarkTopic, ShowAnswers
from rooms import topics
from rooms.actions.messages import readable
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, MessageFacts


def mark(facts: Facts, actor: Actor, command: MarkTopic) -> Decision:
    """Solved or not, and which reply answers it; what is not given stays."""
    topic = _topic(facts, actor, command.topic, "mark_topic")
    answer = topic.answer
    if command.answer is not None:
        answer = _answer(facts, topic, command.answer) if command.answer else None
    solved = topic.solved if command.solved is None else command.solved
    if (solved, answer) == (topic.solved, topic.answer):
        return Decision(result={})
    return Decision(events=[topics.marked(topic, solved=solved, answer=answer)], result={})


def show(facts: Facts, actor: Actor, command: ShowAnswers) -> Decision:
    """Keep the answers back from nobody any more."""
    topic = _topic(facts, actor, command.topic, "show_answers")
    if topic.answers != "kept":
        return Decision(result={})
    return Decision(events=[topics.marked(topic, answers="shown")], result={})


def _topic(facts: Facts, actor: Actor, message: str, verb: str) -> MessageFacts:
    _, topic = readable(facts, actor, message, verb)
    if topic.deleted:
        raise Refusal("already_deleted")
    if topic.title is None:
        raise Refusal("invalid", field="topic", problem="that is no topic of a forum")
    return topic


def _answer(facts: Facts, topic: MessageFacts, reply: str) -> str:
    found = facts.message(reply)
    if found is None or found.thread != topic.id:
        raise Refusal("not_found", what="reply")
    if found.deleted:
        raise Refusal("already_deleted")
    return found.id
