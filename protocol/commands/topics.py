"""Commands about topics of forums: answered, solved, and showing answers that were kept back."""

from __future__ import annotations

from protocol.request import Command


class MarkTopic(Command, frozen=True, tag="topic.mark"):
    """Say whether a topic is solved, and which reply answers it; what is not given stays. For who
    opened it, and for facilitators."""

    topic: str
    solved: bool | None = None
    answer: str | None = None
    """A reply's id; empty for none."""


class ShowAnswers(Command, frozen=True, tag="topic.show"):
    """Show everybody the answers to a topic that were kept back; there is no way back."""

    topic: str


COMMANDS: tuple[type[Command], ...] = (MarkTopic, ShowAnswers)
