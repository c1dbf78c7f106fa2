"""What a rule does by itself is written down, and can be asked to be looked at again."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from chat.routes.log import _rows
from protocol import commands as c
from protocol.ids import facilitators_stream
from protocol.moderation import Rule, Words
from storage.streams import events_after
from tests.world import World

CABBAGE = Rule(
    name="No cabbage", when=Words(words=("cabbage",)), action="timeout", minutes=5, exempt=()
)


def kept(world: World, person: str, room: str | None) -> tuple[Rule, ...]:
    """The rules as those see them who made them."""
    query: Any = c.GetAdminDesk() if room is None else c.GetFacilitatorView(room=room)
    found: tuple[Rule, ...] = world.ask(person, query).moderation.rules
    return found


@pytest.mark.parametrize("whose", ["room", "community"])
def test_a_mute_by_a_rule_is_in_the_log(world: World, whose: str) -> None:
    olga, ana, ben = world.person("Olga", "owner"), world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    maker = ana if whose == "room" else olga
    if whose == "room":
        world.do(ana, c.ChangeModeration(room=room, rules=[CABBAGE]))
    else:
        world.do(olga, c.ChangeCommunityRules(rules=[CABBAGE]))
    [rule] = kept(world, maker, room if whose == "room" else None)
    world.do(ben, c.PostMessage(room=room, body="Cabbage"))
    page = world.ask(ana, c.GetLog(room=room, act="sanction.mute"))
    [line] = page.entries
    assert (line.by, line.about) == (rule.id, ben), "the rule did it, not whom it met"
    assert line.note == f"seconds 300, made by {maker}"
    assert maker in {person.id for person in page.people}, "who answers for the rule has a name"
    [row] = _rows(page)
    assert ("Ana" if whose == "room" else "Olga") in row[-1]
    assert "abbage" not in repr(line), "ids and numbers only"
    assert world.ask(olga, c.GetLog(about=ben)).entries[0] == line
    with world.database.read() as connection:
        told = events_after(connection, facilitators_stream(room), 0)
    acted = {event.kind: event.actor for event in told}
    assert (acted["act.done"], acted["sanction.given"]) == (rule.id, rule.id)
    assert acted["post.held"] == ben


def test_who_was_muted_by_a_rule_asks_and_is_heard(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    world.do(ana, c.ChangeModeration(room=room, rules=[CABBAGE]))
    world.do(ben, c.PostMessage(room=room, body="Cabbage"))
    [given] = world.ask(ben, c.GetOverview()).sanctions
    assert (given.kind, given.by, given.reason) == ("mute", "rule", "No cabbage")
    world.do(ben, c.AppealSanction(sanction=given.id, text="I wrote of my garden"))
    world.do(ana, c.AnswerAppeal(sanction=given.id, verdict="lifted", note="So you did"))
    rule = replace(kept(world, ana, room)[0], on=False)
    world.do(ana, c.ChangeModeration(room=room, rules=[rule]))
    world.post(ben, room, "Leek")


def test_who_answers_for_a_rule(world: World) -> None:
    """Whoever changed it last; what is sent of that is not believed, and another rule's change is
    no change."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    world.do(ana, c.SetRoomRole(room=room, person=ben, role="facilitator"))
    forged = replace(CABBAGE, by=ben)
    world.do(ana, c.ChangeModeration(room=room, rules=[forged]))
    [rule] = kept(world, ana, room)
    assert rule.by == ana
    other = replace(CABBAGE, name="No leek")
    world.do(ben, c.ChangeModeration(room=room, rules=[rule, other]))
    assert [one.by for one in kept(world, ana, room)] == [ana, ben]
    same = c.ChangeModeration(room=room, rules=list(kept(world, ana, room)))
    assert world.do(ana, same).events == []
    longer = replace(rule, minutes=60)
    world.do(ben, c.ChangeModeration(room=room, rules=[longer]))
    assert [one.by for one in kept(world, ana, room)] == [ben]
