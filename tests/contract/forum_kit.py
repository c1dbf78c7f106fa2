"""A forum that keeps answers back, and everybody who may or may not see them."""

from __future__ import annotations

from typing import Any

from protocol import commands as c
from protocol.ids import answers_stream
from tests.world import World

CANARY = "Quetzalcoatl"
"""A word that stands in answers only."""


class Forum:
    """Ana facilitates; Ben asks; Cleo and Dina have answered; Emil has yet to; Olga runs the place
    and is not in the room."""

    def __init__(self, world: World, **settings: Any) -> None:
        self.world = world
        self.olga = world.person("Olga", "owner")
        people = [world.person(name) for name in ("Ana", "Ben", "Cleo", "Dina", "Emil")]
        self.ana, self.ben, self.cleo, self.dina, self.emil = people
        given = {"answer_first": True, **settings}
        self.room = world.room(*people, name="Questions", kind="forum", **given)
        self.topic = world.post(self.ben, self.room, "What did you see?", title="The first walk")
        self.stream = answers_stream(self.topic)
        self.first = self.answer(self.cleo, f"A heron, I call it {CANARY}")
        self.second = self.answer(self.dina, f"{CANARY} as well <@{self.emil}> <@{self.cleo}>")
        world.do(self.dina, c.AddReaction(message=self.first, emoji="👍"))

    def answer(self, who: str, body: str) -> str:
        """An answer to the topic; its id."""
        return self.world.post(who, self.room, body, thread=self.topic)

    def thread(self, who: str) -> list[str | None]:
        """What somebody sees below the topic."""
        shown = self.world.ask(who, c.GetThread(thread=self.topic))
        return [message.body for message in shown.page.messages]
