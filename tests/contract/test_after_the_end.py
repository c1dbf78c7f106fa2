"""Nobody acts or reads after their end: every command and every query, before any job or socket has
noticed, by a guest whose visit is over by the clock and by somebody who is suspended."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from chat.verbs import READERS, VERBS
from protocol import commands as c
from protocol.bots import Slash
from protocol.moderation import Holds, Rule, Words
from rooms.errors import Refusal
from storage.tables import EVENT
from tests.contract.passes_kit import passed, visitor
from tests.world import World

pytestmark = [pytest.mark.attack, pytest.mark.promise_p5]
HOUR = 3600


def belongings(world: World, ana: str, me: str, room: str) -> dict[str, Any]:
    """What somebody has while they may: a field of a request to its value."""
    message = world.post(me, room, "Mine")
    warn = c.Warn(room=room, person=me, reason="Kinder, please")
    sanction = world.do(ana, warn).result["sanction"]
    bot = world.person(f"Bot{world.now}", "bot")
    world.do(bot, c.JoinRoom(room=room))
    world.do(bot, c.SetSlash(commands=(Slash(name="ask"),)))
    whisper = world.do(bot, c.ShowWhisper(room=room, person=me, body="Psst")).result["whisper"]
    asked = world.do(me, c.RunSlash(room=room, name="ask")).result["interaction"]
    report = world.do(me, c.MakeReport(room=room, person=bot, category="spam")).result["report"]
    words = "tomorrow at 9:00 to read"
    mine = world.do(me, c.SetReminder(words=words, whom="me")).result["planned"]
    world.do(ana, c.ChangeModeration(room=room, holds=Holds(everyone=True)))
    held = world.do(me, c.PostMessage(room=room, body="May I?")).result["held"]
    world.do(ana, c.ChangeModeration(room=room, holds=Holds()))
    invitation = world.do(ana, c.MakePass(room=room)).result["invitation"]
    rule = Rule(name="x", when=Words(words=("x",)))
    return {
        "room": room, "message": message, "thread": message, "topic": message, "body": "Late",
        "person": ana, "people": [ana], "emoji": "👋", "no": 1, "name": "Late", "role": "member",
        "reason": "So", "seconds": 60, "sanction": sanction, "text": "Please", "verdict": "upheld",
        "held": held, "report": report, "category": "other", "outcome": "nothing",
        "rules": [rule], "rule": rule, "invitation": invitation, "planned": mine, "words": words,
        "tool": "hands", "action": {"do": "raise"}, "mark": {}, "interaction": asked,
        "whisper": whisper, "commands": (), "stream": me, "q": "Mine", "level": "all",
        "paused": True,
    }  # fmt: skip


WANTED: dict[type[Any], dict[str, str]] = {
    c.Interact: {"action": "go"},
    c.RunSlash: {"name": "ask"},
}
OPTIONAL = ("words", "paused")
"""Fields without which a request would be refused for saying too little."""


def made(kind: type[Any], mine: dict[str, Any]) -> Any:
    """A request of a kind, about what is one's own."""
    fields = {}
    for field in msgspec.structs.fields(kind):
        if field.name != "ref" and (field.required or field.name in OPTIONAL):
            fields[field.name] = mine[field.name]
    return kind(**{**fields, **WANTED.get(kind, {})})


def events(world: World) -> int:
    with world.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(EVENT)).scalar_one())


@pytest.mark.parametrize("how", ["pass", "suspended"])
def test_nobody_does_anything_after_their_end(world: World, how: str) -> None:
    olga, ana = world.person("Olga", "owner"), world.person("Ana")
    room = world.room(ana, tools=["hands"])
    if how == "pass":
        me, code = visitor(world, passed(world, ana, room, lasts=HOUR)), "pass_ended"
    else:
        me, code = world.person("Ben"), "account_suspended"
        world.do(me, c.JoinRoom(room=room))
    mine = belongings(world, ana, me, room)
    if how == "pass":
        # Nothing but the clock says so.
        world.now += HOUR * 1_000_000
    else:
        world.do(olga, c.SuspendPerson(person=me))
    before, codes = events(world), {}
    for kind in (*VERBS, *READERS):
        ask = world.do if kind in VERBS else world.ask
        try:
            ask(me, made(kind, mine))
            codes[kind.__name__] = "done"
        except Refusal as refusal:
            codes[kind.__name__] = refusal.code
    assert [name for name, got in codes.items() if got == "done"] == []
    assert events(world) == before
    # Nearly everywhere they are told why; elsewhere what was named answers first.
    assert list(codes.values()).count(code) > 0.7 * len(codes), codes
