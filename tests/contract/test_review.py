"""Posts that wait for facilitators and the rules that make them wait, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from protocol import limits
from protocol.commands import (
    AddReaction,
    ChangeCommunityRules,
    ChangeModeration,
    ChangeRoom,
    DeclineHeld,
    DeleteMessage,
    EditHeld,
    EditMessage,
    GetEvents,
    GetFacilitatorView,
    GetHistory,
    GetMessage,
    GetOverview,
    GetRoom,
    GetThread,
    InviteToRoom,
    JoinRoom,
    LeaveRoom,
    LockRoom,
    Mute,
    PostMessage,
    ReleaseHeld,
    RemoveMember,
    TryRule,
    WithdrawHeld,
)
from protocol.ids import ADMINS, COMMUNITY, facilitators_stream
from protocol.moderation import Holds, Links, Repeats, Rule, Words
from rooms.actions import holding
from rooms.errors import Refusal
from rooms.facts import Facts
from storage.transaction import Job, Locks
from storage.writer import carry_out_now
from tests.world import World

SECRET = "Quetzalcoatl"


def words(then: str = "hold", *found: str, **more: Any) -> Rule:
    when = more.pop("when", Words(words=found or ("cabbage",)))
    return Rule(name="Words", when=when, action=then, **more)  # type: ignore[arg-type]


class Hall:
    """A room with a facilitator (Ana), a member (Ben) and a visitor's eyes (Cleo, a member)."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ana, self.ben, self.cleo = (world.person(n) for n in ("Ana", "Ben", "Cleo"))
        self.room = world.room(self.ana, self.ben, self.cleo)
        self.desk = facilitators_stream(self.room)

    def hold(self, **holds: Any) -> None:
        self.world.do(self.ana, ChangeModeration(room=self.room, holds=Holds(**holds)))

    def rules(self, *rules: Rule) -> None:
        self.world.do(self.ana, ChangeModeration(room=self.room, rules=list(rules)))

    def waits(self, person: str, body: str, **more: Any) -> str:
        """Post, which must wait; the held post's id."""
        done = self.world.do(person, PostMessage(room=self.room, body=body, **more))
        assert set(done.result) == {"held"}, done.result
        assert done.stream == person, "what stands in the facilitators' stream is not told"
        return str(done.result["held"])

    def bodies(self, person: str | None = None) -> list[str | None]:
        return [
            m.body for m in self.world.ask(person or self.cleo, GetHistory(room=self.room)).messages
        ]

    def everywhere(self) -> str:
        """All text in the database."""
        with self.world.database.read() as connection:
            found = []
            for table in ("event", "message", "held", "command_once", "report", "report_by", "job"):
                found += [
                    str(tuple(row)) for row in connection.execute(text(f"SELECT * FROM {table}"))
                ]
        return "\n".join(found)


@pytest.fixture
def hall(world: World) -> Hall:
    return Hall(world)


def test_a_held_post_gets_its_number_and_time_when_it_is_released(hall: Hall) -> None:
    world, ben = hall.world, hall.ben
    world.post(ben, hall.room, "Before")
    hall.hold(everyone=True)
    held = hall.waits(ben, "Mine", client_id="c1")
    assert [one.body for one in world.ask(ben, GetOverview()).waiting] == ["Mine"]
    world.do(hall.ana, PostMessage(room=hall.room, body="Facilitators do not wait"))
    seen = world.ask(hall.ana, GetFacilitatorView(room=hall.room)).held
    assert [(one.id, one.body, one.why) for one in seen] == [(held, "Mine", "everyone")]
    released = world.do(hall.ana, ReleaseHeld(held=held))
    last = world.ask(hall.cleo, GetHistory(room=hall.room)).messages[-1]
    assert (last.body, last.no, last.author, last.client_id) == ("Mine", 3, ben, "c1")
    assert released.result == {"message": last.id, "no": 3}
    assert hall.bodies() == ["Before", "Facilitators do not wait", "Mine"]
    assert world.ask(ben, GetOverview()).waiting == ()
    assert world.ask(hall.ana, GetFacilitatorView(room=hall.room)).held == ()
    # Being let in is no reading: what was said meanwhile is still unread for its author.
    assert world.ask(ben, GetRoom(room=hall.room)).me.read_no == 1
    with pytest.raises(Refusal, match="not_waiting"):
        world.do(hall.ana, ReleaseHeld(held=held))


@pytest.mark.promise_p3
def test_a_retried_post_that_waits_is_the_same_post(hall: Hall) -> None:
    hall.hold(everyone=True)
    command = PostMessage(room=hall.room, body="Once", client_id="c1")
    first, again = (hall.world.do(hall.ben, command) for _ in range(2))
    assert (again.result, again.seq, again.duplicate) == (first.result, first.seq, True)
    hall.world.do(hall.ana, ReleaseHeld(held=first.result["held"]))
    hall.hold()
    assert hall.world.do(hall.ben, command).duplicate, "nor does it come in by the side door"
    assert hall.bodies() == ["Once"]


@pytest.mark.promise_p8
@pytest.mark.parametrize(
    "how", ["withdrawn", "edited", "released and deleted", "expired", "account"]
)
def test_a_held_text_leaves_everything(hall: Hall, how: str) -> None:
    hall.rules(words("hold", SECRET))
    held, world = hall.waits(hall.ben, f"{SECRET} said"), hall.world
    assert SECRET in hall.everywhere()
    if how == "withdrawn":
        world.do(hall.ben, WithdrawHeld(held=held))
    elif how == "edited":
        world.do(hall.ben, EditHeld(held=held, body="Nothing much"))
        assert [h.body for h in world.ask(hall.ana, GetFacilitatorView(room=hall.room)).held] == [
            "Nothing much"
        ]
    elif how == "released and deleted":
        message = world.do(hall.ana, ReleaseHeld(held=held)).result["message"]
        assert hall.everywhere().count(f"{SECRET} said") == 2, "its event and its row, no copy"
        world.do(hall.ana, DeleteMessage(message=message))
    elif how == "expired":
        world.do(hall.ana, DeclineHeld(held=held, reason="Not here"))
        kept = world.ask(hall.ana, GetFacilitatorView(room=hall.room)).declined
        assert [(one.held.body, one.reason) for one in kept] == [(f"{SECRET} said", "Not here")]
        for told in world.ask(hall.ben, GetOverview()).waiting:
            assert (told.state, told.body, told.reason) == ("declined", "", "Not here")
        assert run(hall, lambda facts: holding.expire(facts, held))
    else:
        assert run(hall, lambda facts: holding.erased(facts, hall.ben, 10))
    rules = [row for row in hall.everywhere().splitlines() if "moderation.changed" not in row]
    assert SECRET not in "\n".join(rules)
    assert run(hall, lambda facts: holding.expire(facts, held)) == 0, "asked again: nothing"


def run(hall: Hall, act: Any) -> int:
    """A job of the system over the streams of a held post; how many events it made."""

    def locks(_: Facts) -> Locks:
        return Locks(write=(hall.ben, hall.room, hall.desk))

    hall.world.now += 1_000_000
    return len(
        carry_out_now(hall.world.database, [Job("system", locks, act)], hall.world.now)[0].events
    )


def test_declining_schedules_the_end_of_the_text(hall: Hall) -> None:
    hall.hold(everyone=True)
    held = hall.waits(hall.ben, "No")
    hall.world.do(hall.ana, DeclineHeld(held=held))
    with hall.world.database.read() as connection:
        row = connection.execute(
            text("SELECT kind, due_at FROM job WHERE key = :k"), {"k": held}
        ).one()
    assert row.kind == holding.EXPIRE
    assert row.due_at == hall.world.now + limits.DECLINED_DAYS * 86_400_000_000


def test_an_edit_that_has_to_wait_leaves_the_old_text(hall: Hall) -> None:
    world, ben = hall.world, hall.ben
    message = world.post(ben, hall.room, "Lettuce")
    hall.rules(words())
    done = world.do(ben, EditMessage(message=message, body="A cabbage"))
    assert hall.bodies() == ["Lettuce"]
    [held] = world.ask(ben, GetOverview()).waiting
    assert (held.id, held.message, held.body, held.matched) == (
        done.result["held"], message, "A cabbage", "",
    )  # fmt: skip
    # Another edit that has to wait takes its place; one that has not supersedes it.
    world.do(ben, EditMessage(message=message, body="Two cabbage leaves"))
    [again] = world.ask(hall.ana, GetFacilitatorView(room=hall.room)).held
    assert (again.id, again.body, again.matched) == (held.id, "Two cabbage leaves", "cabbage")
    world.do(ben, EditMessage(message=message, body="Salad"))
    assert world.ask(ben, GetOverview()).waiting == ()
    assert hall.bodies() == ["Salad"]
    world.do(ben, EditMessage(message=message, body="cabbage!"))
    [last] = world.ask(ben, GetOverview()).waiting
    assert world.do(hall.ana, ReleaseHeld(held=last.id)).result == {"message": message}
    assert hall.bodies() == ["cabbage!"]
    world.do(ben, EditMessage(message=message, body="more cabbage"))
    world.do(hall.ana, DeleteMessage(message=message))
    assert world.ask(ben, GetOverview()).waiting == ()
    assert "more cabbage" not in hall.everywhere()


def test_a_reply_that_waits_comes_into_its_thread(hall: Hall) -> None:
    world = hall.world
    root = world.post(hall.cleo, hall.room, "A question")
    hall.hold(newcomers=1)
    held = hall.waits(hall.ben, "An answer", thread=root)
    assert world.ask(hall.cleo, GetThread(thread=root)).page.messages == ()
    released = world.do(hall.ana, ReleaseHeld(held=held))
    assert released.result["no"] == 1
    thread = world.ask(hall.ben, GetThread(thread=root))
    assert [m.body for m in thread.page.messages] == ["An answer"]
    assert (thread.me.following, thread.me.read_no) == (True, 0)
    world.post(hall.ben, hall.room, "No newcomer any more")
    assert hall.bodies()[-1] == "No newcomer any more"


@pytest.mark.promise_p5
def test_what_was_written_before_does_not_come_after_its_author_went(hall: Hall) -> None:
    hall.hold(everyone=True)
    held = hall.waits(hall.ben, "Before I go")
    hall.world.do(hall.ana, RemoveMember(room=hall.room, person=hall.ben))
    with pytest.raises(Refusal, match="author_may_not_post"):
        hall.world.do(hall.ana, ReleaseHeld(held=held))
    hall.world.do(hall.ben, WithdrawHeld(held=held))


@pytest.mark.promise_p5
def test_a_rule_binds_the_very_next_post_of_a_batch(hall: Hall) -> None:
    from tests.world import job

    hall.world.post(hall.ben, hall.room, "cabbage one")
    jobs = [
        job(hall.ana, ChangeModeration(room=hall.room, rules=[words("hold")])),
        job(hall.ben, PostMessage(room=hall.room, body="cabbage two")),
        job(hall.ana, ChangeModeration(room=hall.room, rules=[])),
        job(hall.ben, PostMessage(room=hall.room, body="cabbage three")),
    ]
    outcomes = carry_out_now(hall.world.database, jobs, hall.world.now + 1)
    assert ["held" in (o.result or {}) for o in outcomes] == [False, True, False, False]


@pytest.mark.attack
def test_nobody_else_reads_or_decides_a_held_post(hall: Hall) -> None:
    world = hall.world
    other = world.room(hall.cleo, hall.ben, name="Cleo's own")
    hall.hold(everyone=True)
    held = hall.waits(hall.ben, SECRET)
    for person in (hall.cleo, hall.ben, world.person("Dina"), world.person("Olga", "admin")):
        for command in (ReleaseHeld(held=held), DeclineHeld(held=held)):
            with pytest.raises(Refusal, match="not_found"):
                world.do(person, command)
        with pytest.raises(Refusal):
            world.ask(person, GetEvents(stream=hall.desk))
        with pytest.raises(Refusal):
            world.ask(person, GetFacilitatorView(room=hall.room))
    for person in (hall.cleo, hall.ana):
        for own in (WithdrawHeld(held=held), EditHeld(held=held, body="Mine now")):
            with pytest.raises(Refusal, match="not_found"):
                world.do(person, own)
    for query in (GetMessage(message=held), GetThread(thread=held)):
        with pytest.raises(Refusal, match="not_found"):
            world.ask(hall.cleo, query)
    for wrong in (
        PostMessage(room=other, body="This one", quote=held),
        PostMessage(room=other, body="This one", thread=held),
    ):
        with pytest.raises(Refusal, match="not_found"):
            world.do(hall.cleo, wrong)
    with pytest.raises(Refusal, match="not_found"):
        world.do(hall.cleo, AddReaction(message=held, emoji="👍"))
    [mine] = world.ask(hall.ben, GetOverview()).waiting
    assert (mine.why, mine.rule, mine.matched) == ("", "", ""), "why is for facilitators"
    asked = (GetOverview(), GetRoom(room=hall.room), GetEvents(stream=hall.room))
    seen = str([world.ask(hall.cleo, query) for query in asked])
    assert SECRET not in seen
    assert held not in seen


@pytest.mark.attack
def test_no_way_around_a_rule(hall: Hall) -> None:
    """By edit, thread, quotation, reaction, another room's power, or one's own role."""
    world, ben = hall.world, hall.ben
    root = world.post(ben, hall.room, "A root")
    hall.rules(words("block", message="Kindly."), words("hold", "leek"))
    for command in (
        PostMessage(room=hall.room, body="cab\u200bbage"),
        PostMessage(room=hall.room, body="C\u0430bbage", thread=root),
        PostMessage(room=hall.room, body="c a b b a g e", quote=root),
        EditMessage(message=root, body="cabbage"),
        AddReaction(message=root, emoji="cabbage"),
        AddReaction(message=root, emoji="leek"),
    ):
        with pytest.raises(Refusal, match="blocked_by_rule") as refused:
            world.do(ben, command)
        if command.__class__ is not AddReaction:
            assert refused.value.message == "Kindly."
    world.do(ben, AddReaction(message=root, emoji="🥬"))
    held = hall.waits(ben, "a leek")
    with pytest.raises(Refusal, match="blocked_by_rule"):
        world.do(ben, EditHeld(held=held, body="a cabbage"))
    for person in (ben, hall.cleo):
        with pytest.raises(Refusal, match="not_allowed"):
            world.do(person, ChangeModeration(room=hall.room, rules=[]))
    assert world.room(ben, name="Ben's own")
    assert hall.bodies() == ["A root"]


def test_rules_of_the_community_hold_in_every_room_but_direct_ones(world: World) -> None:
    from protocol.commands import OpenDirectRoom

    olga, ben = world.person("Olga", "admin"), world.person("Ben")
    room = world.room(ben)
    with pytest.raises(Refusal, match="not_allowed"):
        world.do(ben, ChangeCommunityRules(rules=[words("block")]))
    world.do(olga, ChangeCommunityRules(rules=[words("block", exempt=())]))
    with pytest.raises(Refusal, match="blocked_by_rule"):
        world.post(ben, room, "cabbage")
    direct = world.do(ben, OpenDirectRoom(people=[olga])).result["room"]
    world.post(ben, direct, "cabbage")
    assert len(world.ask(olga, GetEvents(stream=ADMINS)).events) == 1
    with pytest.raises(Refusal):
        world.ask(ben, GetEvents(stream=ADMINS))
    assert COMMUNITY not in str(world.ask(ben, GetEvents(stream=COMMUNITY)).events[-1].data)


def test_a_rule_is_tried_before_it_is_switched_on(hall: Hall) -> None:
    world = hall.world
    for body in ("A cabbage", "lettuce", "cabbage soup", "same", "same", "same"):
        world.post(hall.ben, hall.room, body)
    world.post(hall.ana, hall.room, "my cabbage")
    trial = world.ask(hall.ana, TryRule(room=hall.room, rule=words("block")))
    assert (trial.looked_at, trial.met) == (7, 2)
    assert [one.excerpt for one in trial.examples] == ["cabbage soup", "A cabbage"]
    rule = Rule(name="Again", when=Repeats(times=3, seconds=3600))
    assert world.ask(hall.ana, TryRule(room=hall.room, rule=rule)).met == 1
    for person, room in ((hall.ben, hall.room), (hall.ben, None), (hall.ana, None)):
        with pytest.raises(Refusal):
            world.ask(person, TryRule(room=room, rule=rule))


@pytest.mark.attack
def test_power_over_rules_is_no_right_to_read(hall: Hall) -> None:
    """An admin who tries a rule on the community sees only what they could read."""
    world = hall.world
    private = world.room(hall.ana, name="Private", access="invite")
    world.post(hall.ana, private, "a private cabbage")
    world.post(hall.ben, hall.room, "an open cabbage")
    trial = world.ask(world.person("Olga", "owner"), TryRule(rule=words("hold", exempt=())))
    assert [one.excerpt for one in trial.examples] == ["an open cabbage"]
    assert trial.looked_at == 1


def test_settings_are_bounded(hall: Hall) -> None:
    many = [words() for _ in range(limits.RULES_PER_PLACE + 1)]
    wrong: list[dict[str, Any]] = [
        {"rules": many},
        {"rules": [words("block", message="x" * (limits.RULE_MESSAGE + 1))]},
        {"rules": [Rule(name="", when=Words(words=("a",)))]},
        {"rules": [Rule(name="a", when=Words())]},
        {"rules": [Rule(name="a", when=Words(patterns=("(",)), on=False)]},
        {"rules": [Rule(name="a", when=Words(words=("a" * (limits.WORD + 1),)))]},
        {"rules": [Rule(name="a", when=Words(words=tuple(f"w{n}" for n in range(201))))]},
        {"rules": [Rule(name="a", when=Words(patterns=("a" * (limits.PATTERN + 1),)))]},
        {"rules": [Rule(name="a", when=Links())]},
        {"rules": [Rule(name="a", when=Repeats(times=1))]},
        {"holds": Holds(newcomers=-1)},
        {"holds": Holds(newcomers=limits.NEWCOMER_POSTS + 1)},
    ]
    for change in wrong:
        with pytest.raises(Refusal):
            hall.world.do(hall.ana, ChangeModeration(room=hall.room, **change))
    assert hall.world.ask(hall.ana, GetFacilitatorView(room=hall.room)).moderation.rules == ()


def test_one_person_cannot_fill_the_desk(hall: Hall) -> None:
    hall.hold(everyone=True)
    for n in range(limits.WAITING_POSTS):
        hall.waits(hall.ben, f"Post {n}")
    with pytest.raises(Refusal, match="too_many"):
        hall.world.post(hall.ben, hall.room, "One more")
    hall.world.do(hall.cleo, LeaveRoom(room=hall.room))


def test_declined_posts_take_no_place_among_those_that_wait(hall: Hall) -> None:
    hall.hold(everyone=True)
    for n in range(limits.WAITING_POSTS):
        hall.world.do(hall.ana, DeclineHeld(held=hall.waits(hall.ben, f"Post {n}")))
    hall.waits(hall.ben, "One more")


@pytest.mark.promise_p5
@pytest.mark.parametrize("also", ["locked", "announcements"])
def test_what_a_muted_person_wrote_does_not_come_in_beside_another_refusal(
    hall: Hall, also: str
) -> None:
    """A lock, or a room for announcements, answers before the mute does."""
    world = hall.world
    hall.hold(everyone=True)
    held = hall.waits(hall.ben, "Mine")
    world.do(hall.ana, Mute(room=hall.room, person=hall.ben, seconds=60))
    if also == "locked":
        world.do(hall.ana, LockRoom(room=hall.room))
    else:
        world.do(hall.ana, ChangeRoom(room=hall.room, posting="facilitators"))
    with pytest.raises(Refusal, match="author_may_not_post"):
        world.do(hall.ana, ReleaseHeld(held=held))
    assert hall.bodies() == []


@pytest.mark.attack
def test_a_rule_is_tried_on_what_its_maker_may_see(hall: Hall) -> None:
    """Not on what was said before they came, where rooms show their history from joining."""
    world = hall.world
    world.do(hall.ana, ChangeRoom(room=hall.room, history="joining"))
    world.post(hall.ben, hall.room, f"{SECRET} before")
    dora = world.person("Dora", "admin")
    world.do(hall.ana, InviteToRoom(room=hall.room, people=[dora], role="facilitator"))
    world.do(dora, JoinRoom(room=hall.room))
    world.post(hall.ben, hall.room, "Quetzal after")
    for room in (hall.room, None):
        tried = world.ask(dora, TryRule(room=room, rule=words("hold", "quetzal*")))
        assert [one.excerpt for one in tried.examples] == ["Quetzal after"]
    assert world.ask(hall.ana, TryRule(room=hall.room, rule=words("hold", "quetzal*"))).met == 2


@pytest.mark.attack
def test_patterns_may_cost_so_much_and_no_more(hall: Hall) -> None:
    """Whoever opens a room sets rules there, and everybody's posts wait while they are asked."""
    costly = [words("hold", when=Words(patterns=("(?:a|b).{400}c",))) for _ in range(3)]
    hall.rules(costly[0])
    with pytest.raises(Refusal, match="patterns"):
        hall.rules(*costly)
