"""Trying a bot without a server: people speak, press and fill in; what the bot did is read off.

    async with Stage(bot) as stage:
        await stage.say("!hello")
        assert stage.said == ["Hello, Ana!"]

Every call returns when the bot has done all it does about it. Nothing is checked that only a server
knows: rights, limits, moderation. What the bot asks the server is answered from `stage.answers`.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, NamedTuple, Self

from tertulia_bot.bot import Bot
from tertulia_bot.carried import Carried
from tertulia_bot.errors import RefusedError
from tertulia_bot.models import Answer, Event, Person
from tertulia_bot.verbs import Verbs

ROOM = "r_stage"
ME = Person(id="p_bot", username="bot", name="Bot", role="bot")


class Done(NamedTuple):
    """A command that the bot sent; `by` is in whose name, where it is not its own."""

    kind: str
    fields: dict[str, Any]
    by: str = ""


class _Recorder(Verbs):
    """In the server's place: notes commands, and answers as one would that allows all."""

    def __init__(self, done: list[Done], answers: dict[str, Any], by: str = "") -> None:
        self.done = done
        self._answers = answers
        self._by = by

    async def command(self, kind: str, *, client_id: str | None = None, **fields: Any) -> Answer:  # noqa: ARG002
        given = {name: value for name, value in fields.items() if value is not None}
        self.done.append(Done(kind, given, self._by))
        number = len(self.done)
        result = {
            "message": f"m_{number}", "no": number, "interaction": f"x_{number}",
            "whisper": f"w_{number}", "state": "member", "room": ROOM,
        }  # fmt: skip
        answer = self._answers.get(kind, result)
        if isinstance(answer, RefusedError):
            raise answer
        return Answer(ref="", stream=given.get("room"), seq=number, result=answer)

    async def ask(self, kind: str, **fields: Any) -> Answer:
        if kind not in self._answers:
            raise NotImplementedError(f"nothing in stage.answers for {kind} {fields}")
        return Answer(ref="", result=self._answers[kind])

    def in_name_of(self, event: Event) -> Verbs:
        return _Recorder(self.done, self._answers, event.actor)


class Stage:
    """A room with a bot and whoever speaks to it."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.answers: dict[str, Any] = {}
        """What the server answers, by kind of query or command; a RefusedError refuses."""
        self._verbs = _Recorder([], self.answers)
        self._count = itertools.count(1)
        self._carried: Carried | None = None

    async def __aenter__(self) -> Self:
        self._carried = Carried(self.bot, self._verbs, ME, [ROOM])
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bot.client = None

    # --- what people do ---

    async def say(self, body: str, *, by: str = "Ana", thread: str | None = None) -> str:
        """Somebody posts; the message's id."""
        id_ = f"m_said{next(self._count)}"
        data = {"id": id_, "author": self._person(by), "body": body}
        await self.happen("message.posted", by=by, **data, **({"thread": thread} if thread else {}))
        return id_

    async def press(
        self, button: str, value: str = "", *, by: str = "Ana", thread: str | None = None
    ) -> None:
        """Somebody presses a button of the bot's."""
        asked = {"what": "button", "name": button, "value": value, "message": "m_drawn"}
        await self._asked(by, **asked, **({"thread": thread} if thread else {}))

    async def fill(self, form: str, *, by: str = "Ana", **values: str) -> None:
        """Somebody sends a form of the bot's."""
        await self._asked(by, what="form", name=form, values=values, message="m_drawn")

    async def slash(self, name: str, text: str = "", *, by: str = "Ana") -> None:
        """Somebody runs a command of the bot's."""
        await self._asked(by, what="command", name=name, body=text)

    async def join(self, name: str) -> None:
        """Somebody comes into the room."""
        person = {"id": self._person(name), "username": name.lower(), "name": name}
        await self.happen("member.joined", by=name, person=person, role="member", head_no=0)

    async def happen(self, kind: str, *, by: str = "Ana", stream: str = ROOM, **data: Any) -> None:
        """Any event."""
        number = next(self._count)
        event = Event(
            stream=stream, seq=number, kind=kind, actor=self._person(by),
            at=datetime.now(UTC).isoformat(), no=number, data=data,
        )  # fmt: skip
        assert self._carried is not None, "use it as `async with Stage(bot)`"
        await self._carried.hear(f"stage {number}", event)

    async def tick(self) -> None:
        """What the bot does by the clock is due now, all of it; what it gathered, it has."""
        assert self._carried is not None
        with self._carried.delivery(f"stage tick {next(self._count)}"):
            await self._tick()

    async def _tick(self) -> None:
        await self.bot.let_go()
        for one in self.bot.scheduled:
            await one.handler(self.bot)

    async def _asked(self, by: str, **data: Any) -> None:
        await self.happen(
            "interaction.made", by=by, stream=ME.id, id=f"x_{next(self._count)}", room=ROOM,
            person=self._person(by), **data,
        )  # fmt: skip

    def _person(self, name: str) -> str:
        id_ = f"p_{name.lower()}"
        if id_ not in self.bot.people:
            self.bot.people[id_] = Person(id=id_, username=name.lower(), name=name)
        return id_

    # --- what the bot did ---

    @property
    def done(self) -> list[Done]:
        """Every command, in order."""
        return self._verbs.done

    @property
    def said(self) -> list[str]:
        """What it posted, or said in the room or to somebody as an answer."""
        return [
            str(done.fields.get("body", ""))
            for done in self.done
            if done.kind == "message.post"
            or (done.kind == "interaction.answer" and done.fields["show"] != "done")
        ]

    @property
    def reactions(self) -> list[str]:
        """Its emoji."""
        return [done.fields["emoji"] for done in self.done if done.kind == "reaction.add"]
