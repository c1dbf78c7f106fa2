"""Somebody who is in as many rooms as one may be in watches them all."""

from __future__ import annotations

from chat.app import App
from protocol import limits
from tests.flow.conftest import join
from tests.world import World

BESIDE = 4
"""Of whoever runs the community and looks at a room: their own, its own, the admins', a desk."""


async def test_all_rooms_and_what_stands_beside_them_are_not_too_many(
    app: App, world: World
) -> None:
    client = join(app, world.person("Ana"))

    async def asked(many: int) -> str:
        """How so many streams are answered; that these are nobody's does not matter."""
        cursors = [{"stream": f"r_{n}"} for n in range(many)]
        answer = await client.ask("subscribe", cursors=cursors)
        return str(answer.get("code", answer["type"]))

    assert await asked(limits.ROOMS_PER_PERSON + BESIDE) == "ok"
    assert await asked(limits.CURSORS + 1) == "too_many"
