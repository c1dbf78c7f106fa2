"""Reports: who may make them, who looks at them, who never learns of them, and when they are
forgotten; on both databases."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sqlalchemy import text

from chat.verbs import VERBS
from protocol.commands import (
    AssignReport,
    ChangeModeration,
    DeleteMessage,
    EditMessage,
    GetAdminDesk,
    GetEvents,
    GetFacilitatorView,
    GetOverview,
    MakeReport,
    OpenDirectRoom,
    PostMessage,
    ResolveReport,
    SeeReport,
    SetRoomRole,
)
from protocol.ids import ADMINS, facilitators_stream
from protocol.moderation import Rule, Words
from rooms.actions import reports
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision
from storage.transaction import Job, Locks
from storage.writer import carry_out_now
from tests.world import World

CANARY = "Quetzal"


class Hall:
    """Olga runs the community and is in no room; Ana facilitates; Ben, Cleo and Dina are there."""

    def __init__(self, world: World) -> None:
        self.world = world
        # What was resolved lately is asked by the clock on the wall.
        world.now = time.time_ns() // 1000
        self.olga = world.person("Olga", "owner")
        self.ana, self.ben, self.cleo, self.dina = (
            world.person(name) for name in ("Ana", "Ben", "Cleo", "Dina")
        )
        self.room = world.room(self.ana, self.ben, self.cleo, self.dina)

    def report(self, by: str, /, **what: Any) -> str:
        made = self.world.do(by, MakeReport(**({"category": "unkind"} | what)))
        return str(made.result["report"])

    def desk(self, person: str | None = None) -> Any:
        return self.world.ask(person or self.ana, GetFacilitatorView(room=self.room)).reports

    def admins(self, person: str | None = None) -> Any:
        return self.world.ask(person or self.olga, GetAdminDesk()).reports


@pytest.fixture
def hall(world: World) -> Hall:
    return Hall(world)


def test_a_report_of_a_message_keeps_what_was_seen(hall: Hall) -> None:
    world = hall.world
    message = world.post(hall.ben, hall.room, f"{CANARY}!")
    report = hall.report(hall.cleo, message=message, note="That hurt")
    world.do(hall.ben, EditMessage(message=message, body="Nothing"))
    world.do(hall.ben, DeleteMessage(message=message))
    [found] = hall.desk()
    assert (found.id, found.about, found.message, found.person) == (
        report, "message", message, hall.ben,
    )  # fmt: skip
    assert [one.body for one in found.evidence] == [f"{CANARY}!"]
    assert [(b.person, b.category, b.note) for b in found.by] == [
        (hall.cleo, "unkind", "That hurt")
    ]
    assert hall.admins() == ()


def test_repeated_reports_join(hall: Hall) -> None:
    message = hall.world.post(hall.ben, hall.room, "Rude")
    first = hall.report(hall.cleo, message=message, note="One")
    assert hall.report(hall.dina, message=message, category="spam") == first
    assert hall.report(hall.cleo, message=message, note="Again") == first
    [found] = hall.desk()
    assert sorted((b.person, b.note) for b in found.by) == sorted(
        [(hall.cleo, "Again"), (hall.dina, "")]
    )
    hall.world.do(hall.ana, ResolveReport(report=first, outcome="talked"))
    assert hall.report(hall.dina, message=message) != first, "a new one after that"


def test_a_report_is_taken_and_settled_and_its_reporters_are_told(hall: Hall) -> None:
    world = hall.world
    report = hall.report(hall.cleo, person=hall.ben, room=hall.room, note="Always late")
    world.do(hall.ana, AssignReport(report=report))
    assert hall.desk()[0].assigned_to == hall.ana
    world.do(hall.ana, AssignReport(report=report, who="nobody"))
    assert hall.desk()[0].assigned_to is None
    world.do(hall.ana, ResolveReport(report=report, outcome="talked", answer="We spoke."))
    [found] = hall.desk()
    assert (found.state, found.outcome, found.resolved_by) == ("resolved", "talked", hall.ana)
    last = world.ask(hall.cleo, GetEvents(stream=hall.cleo)).events[-1]
    assert (last.kind, "We spoke." in last.data) == ("report.answered", True)
    [told] = world.ask(hall.cleo, GetOverview()).answered
    assert (told.id, told.outcome, told.answer) == (report, "talked", "We spoke.")
    world.do(hall.cleo, SeeReport(report=report))
    assert world.ask(hall.cleo, GetOverview()).answered == ()
    for command in (ResolveReport(report=report, outcome="nothing"), AssignReport(report=report)):
        with pytest.raises(Refusal, match="already_resolved"):
            world.do(hall.ana, command)


def test_who_looks_at_it(hall: Hall) -> None:
    """Facilitators at members; those who run the community at facilitators and at private talk."""
    world = hall.world
    message = world.post(hall.ana, hall.room, "From above")
    hall.report(hall.ben, message=message)
    direct = world.do(hall.ben, OpenDirectRoom(people=[hall.cleo])).result["room"]
    said = world.post(hall.ben, direct, f"{CANARY} in private")
    hall.report(hall.cleo, message=said)
    hall.report(hall.cleo, room=direct)
    hall.report(hall.cleo, person=hall.dina)
    assert hall.desk() == ()
    found = {one.about: one for one in hall.admins()}
    assert len(hall.admins()) == 4
    assert [one.body for one in found["direct"].evidence] == [f"{CANARY} in private"]
    assert found["person"].room is None


@pytest.mark.attack
def test_the_reported_reads_nothing_of_it(hall: Hall) -> None:
    """Not as a member, not as a facilitator made later, not as one who runs the community."""
    world = hall.world
    pavel = world.person("Pavel", "admin")
    message = world.post(hall.ben, hall.room, "Rude")
    report = hall.report(hall.cleo, message=message, note=CANARY)
    about_pavel = hall.report(hall.cleo, person=pavel, note=CANARY)
    world.do(hall.ana, SetRoomRole(room=hall.room, person=hall.ben, role="facilitator"))
    assert len(hall.desk()) == 1
    assert hall.desk(hall.ben) == ()
    assert hall.admins(pavel) == ()
    assert [one.id for one in hall.admins()] == [about_pavel]
    streams = ((hall.ben, facilitators_stream(hall.room)), (pavel, ADMINS), (hall.ben, hall.ben))
    for person, stream in streams:
        seen = str(world.ask(person, GetEvents(stream=stream)).events)
        assert CANARY not in seen
        assert hall.cleo not in seen
    for person, id_ in ((hall.ben, report), (pavel, about_pavel)):
        for command in (AssignReport(report=id_), ResolveReport(report=id_, outcome="nothing")):
            with pytest.raises(Refusal, match="not_found"):
                world.do(person, command)


@pytest.mark.attack
def test_one_cannot_report_what_one_cannot_see_nor_decide_with_the_power_of_another_room(
    hall: Hall,
) -> None:
    world = hall.world
    private = world.room(hall.ana, name="Private", access="invite")
    hidden = world.post(hall.ana, private, "Hidden")
    stranger, guest = world.person("Eve"), world.person("Gus", "guest")
    for person, what in (
        (stranger, {"message": hidden}),
        (stranger, {"room": private}),
        (stranger, {"person": hall.ana, "room": private}),
        (stranger, {"person": "p_none"}),
        (guest, {"person": hall.ben}),
        (guest, {"person": hall.ben, "room": hall.room}),
        (hall.ben, {"message": "m_none"}),
        (hall.ben, {"person": hall.ben}),
        (hall.ben, {"room": hall.room}),
        (hall.ben, {}),
    ):
        with pytest.raises(Refusal):
            hall.report(person, **what)
    other = world.room(stranger, name="Eve's own")
    assert other
    report = hall.report(hall.cleo, person=hall.ben, room=hall.room)
    for person in (stranger, hall.cleo, hall.dina, hall.olga):
        with pytest.raises(Refusal, match="not_found"):
            world.do(person, ResolveReport(report=report, outcome="nothing"))
        with pytest.raises(Refusal):
            world.ask(person, GetFacilitatorView(room=hall.room))
    with pytest.raises(Refusal, match="not_allowed"):
        hall.admins(hall.ana)
    with pytest.raises(Refusal, match="not_found"):
        world.do(hall.dina, SeeReport(report=report))


@pytest.mark.attack
def test_the_other_of_two_does_not_learn_that_the_conversation_was_reported(hall: Hall) -> None:
    world = hall.world
    direct = world.do(hall.ben, OpenDirectRoom(people=[hall.cleo])).result["room"]
    world.post(hall.ben, direct, "Rude")
    first = world.do(hall.cleo, MakeReport(category="unkind", room=direct, note=CANARY))
    second = world.do(hall.ben, MakeReport(category="unkind", room=direct))
    assert second.result["joined"] is False
    assert second.result["report"] != first.result["report"]
    again = world.do(hall.cleo, MakeReport(category="spam", room=direct))
    assert again.result == {**first.result, "joined": True}
    assert {one.person for one in hall.admins()} == {hall.ben, hall.cleo}


@pytest.mark.attack
def test_who_is_in_a_reported_conversation_does_not_look_at_the_report(hall: Hall) -> None:
    """Not even who runs the community: it may be about them, and says who made it."""
    world = hall.world
    pavel = world.person("Pavel", "admin")
    talk = world.do(hall.ben, OpenDirectRoom(people=[hall.cleo, pavel])).result["room"]
    world.post(pavel, talk, "Rude")
    report = hall.report(hall.cleo, room=talk, note=CANARY)
    assert hall.admins(pavel) == ()
    with pytest.raises(Refusal, match="not_found"):
        world.do(pavel, ResolveReport(report=report, outcome="nothing"))
    assert [one.id for one in hall.admins()] == [report]
    both = world.do(hall.ben, OpenDirectRoom(people=[hall.olga, pavel])).result["room"]
    with pytest.raises(Refusal, match="nobody_above"):
        hall.report(hall.ben, room=both)


def test_a_report_locks_persons_before_the_room(hall: Hall) -> None:
    """What is shared is locked first, so no room may be shared where persons are written."""
    report = hall.report(hall.cleo, person=hall.ben, room=hall.room)
    seen: list[Locks] = []

    def locks(facts: Facts) -> Locks:
        command = ResolveReport(report=report, outcome="nothing")
        seen.append(VERBS[ResolveReport].locks(facts, Actor(hall.ana, "", frozenset()), command))
        return seen[0]

    carry_out_now(hall.world.database, [Job(hall.ana, locks, lambda _: Decision())], 1)
    assert hall.cleo in seen[0].write
    assert seen[0].share == ("community",)


def test_nobody_above(hall: Hall) -> None:
    """The only one who runs the community is above everybody: said, not swallowed."""
    with pytest.raises(Refusal, match="nobody_above"):
        hall.report(hall.ben, person=hall.olga)


@pytest.mark.promise_p8
def test_what_was_seen_is_forgotten_some_days_after(hall: Hall) -> None:
    world = hall.world
    message = world.post(hall.ben, hall.room, f"{CANARY}!")
    report = hall.report(hall.cleo, message=message, note=f"{CANARY} note")
    world.do(hall.ben, DeleteMessage(message=message))
    forget = Job("system", lambda _: Locks(share=()), lambda facts: reports.forget(facts, report))
    carry_out_now(world.database, [forget], world.now + 1)
    assert CANARY in everything(world), "an open report keeps it"
    world.do(hall.ana, ResolveReport(report=report, outcome="removed", answer=f"{CANARY} gone"))
    with world.database.read() as connection:
        due = text("SELECT due_at FROM job WHERE kind = 'report.forget' AND key = :k")
        assert (
            connection.execute(due, {"k": report}).scalar_one() == world.now + 30 * 86_400_000_000
        )
    carry_out_now(world.database, [forget], world.now + 1)
    kept = [line for line in everything(world).splitlines() if "report.answered" not in line]
    assert CANARY not in "\n".join(kept)
    assert hall.desk()[0].evidence == ()


def everything(world: World) -> str:
    with world.database.read() as connection:
        found = []
        for table in ("event", "message", "report", "report_by", "command_once"):
            found += [str(tuple(r)) for r in connection.execute(text(f"SELECT * FROM {table}"))]
    return "\n".join(found)


def test_a_rule_alerts_the_desk_and_lets_the_post_pass(hall: Hall) -> None:
    world = hall.world
    rule = Rule(name="Vegetables", when=Words(words=("cabbage",)), action="alert")
    world.do(hall.ana, ChangeModeration(room=hall.room, rules=[rule]))
    message = world.post(hall.ben, hall.room, "A cabbage")
    [found] = hall.desk()
    assert (found.message, found.by[0].person, found.by[0].category) == (message, None, "rule")
    assert found.by[0].note == "Vegetables: cabbage"
    world.do(hall.ben, EditMessage(message=message, body="Two cabbage"))
    assert len(hall.desk()) == 1
    other = world.post(hall.ben, hall.room, "A leek")
    world.do(hall.ben, EditMessage(message=other, body="No, a cabbage"))
    assert len(hall.desk()) == 2
    world.do(hall.ana, ResolveReport(report=found.id, outcome="nothing"))


def test_a_rule_mutes_for_a_while(hall: Hall) -> None:
    world = hall.world
    rule = Rule(name="Enough", when=Words(words=("cabbage",)), action="timeout", minutes=5)
    world.do(hall.ana, ChangeModeration(room=hall.room, rules=[rule]))
    held = world.do(hall.ben, PostMessage(room=hall.room, body="cabbage")).result["held"]
    assert held
    with pytest.raises(Refusal, match="muted"):
        world.post(hall.ben, hall.room, "And another thing")
    world.now += 6 * 60 * 1_000_000
    world.post(hall.ben, hall.room, "Sorry")
