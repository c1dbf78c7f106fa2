"""Sanctions, locks and slow mode, on both databases: what they forbid, when they end, who may."""

from __future__ import annotations

from typing import Any

import pytest

from protocol import commands as c
from protocol import limits
from protocol.ids import facilitators_stream
from rooms.errors import Refusal
from rooms.policy import SECOND
from storage import streams
from storage.queries.watching import watch
from tests.world import World

pytestmark = pytest.mark.promise_p5
HOUR = 3600


class Class:
    """A room with a facilitator, a second one, two members; an admin elsewhere."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.owner, self.admin = world.person("Olga", "owner"), world.person("Adam", "admin")
        self.ana, self.ben = world.person("Ana"), world.person("Ben")
        self.cleo, self.dan = world.person("Cleo"), world.person("Dan")
        self.room = world.room(self.ana, self.ben, self.cleo, self.dan)
        world.do(self.ana, c.SetRoomRole(room=self.room, person=self.ben, role="facilitator"))

    def code(self, person: str, command: c.Command) -> str | None:
        """How a command is answered."""
        try:
            self.world.do(person, command)
        except Refusal as refusal:
            return refusal.code
        return None

    def given(self, person: str) -> Any:
        """The newest sanction the person is told of."""
        return self.world.ask(person, c.GetOverview()).sanctions[0]

    def later(self, seconds: float) -> None:
        """Time goes on."""
        self.world.now += int(seconds * SECOND)


@pytest.fixture
def there(world: World) -> Class:
    return Class(world)


def speaking(there: Class, root: str, own: str) -> list[c.Command]:
    """Every way to put something into the room."""
    return [
        c.PostMessage(room=there.room, body="Hello"),
        c.PostMessage(room=there.room, body="Hello", thread=root),
        c.EditMessage(message=own, body=f"Edited at {there.world.now}"),
        c.AddReaction(message=root, emoji="👍"),
        c.RemoveReaction(message=root, emoji="🎉"),
    ]


def test_a_mute_forbids_every_way_to_write_and_ends_by_itself(there: Class) -> None:
    world = there.world
    root, own = world.post(there.ana, there.room), world.post(there.cleo, there.room)
    world.do(there.cleo, c.AddReaction(message=root, emoji="🎉"))
    mute = c.Mute(room=there.room, person=there.cleo, seconds=HOUR, reason="Let others speak")
    world.do(there.ana, mute)
    for command in speaking(there, root, own):
        assert there.code(there.cleo, command) == "muted", command
    # Leaving and coming back is no way around it; what is one's own may go.
    world.do(there.cleo, c.LeaveRoom(room=there.room))
    world.do(there.cleo, c.JoinRoom(room=there.room))
    assert there.code(there.cleo, c.PostMessage(room=there.room, body="Back")) == "muted"
    assert there.code(there.cleo, c.MarkRead(room=there.room, no=1)) is None
    assert there.code(there.dan, c.PostMessage(room=there.room, body="I am not")) is None
    there.later(HOUR)
    for command in speaking(there, root, own)[:4]:
        assert there.code(there.cleo, command) is None, command


def test_a_remembered_standing_does_not_outlive_an_end(there: Class) -> None:
    """The writer remembers standings: an end passes without any version moving."""
    from storage.facts import SqlFacts, StandingCache
    from storage.transaction import Transaction

    world, cache = there.world, StandingCache()
    world.do(there.ana, c.Mute(room=there.room, person=there.cleo, seconds=HOUR))

    def muted() -> bool:
        with world.database.writing.begin() as connection:
            transaction = Transaction(connection, world.now)
            transaction.streams = streams.states(connection, ["community", there.room])
            standing = SqlFacts(transaction, cache).standing(there.room, there.cleo)
            assert standing is not None
            return standing.muted

    assert muted()
    assert cache.standings._known
    there.later(HOUR - 10)
    assert muted()
    there.later(10)
    assert not muted()


def test_a_new_mute_replaces_the_old_and_lifting_ends_it(there: Class) -> None:
    world = there.world
    world.do(there.ana, c.Mute(room=there.room, person=there.cleo, seconds=100 * HOUR))
    first = there.given(there.cleo).id
    world.do(there.ben, c.Mute(room=there.room, person=there.cleo, seconds=HOUR, reason="Enough"))
    assert there.given(there.cleo).reason == "Enough"
    assert there.code(there.ana, c.LiftSanction(sanction=first)) == "not_in_force"
    there.later(HOUR)
    assert there.code(there.cleo, c.PostMessage(room=there.room, body="Hello")) is None
    world.do(there.ana, c.Mute(room=there.room, person=there.cleo, seconds=HOUR))
    lifting = c.LiftSanction(sanction=there.given(there.cleo).id, note="A mistake")
    for nobody in (there.cleo, there.dan):
        assert there.code(nobody, lifting) in ("not_found", "not_allowed")
    world.do(there.ben, lifting)
    assert there.code(there.cleo, c.PostMessage(room=there.room, body="Hello")) is None


def test_the_banned_see_nothing_come_nowhere_and_are_told_why(there: Class) -> None:
    world = there.world
    message = world.post(there.ana, there.room)
    ban = c.Ban(room=there.room, person=there.cleo, seconds=HOUR, reason="After two warnings")
    seen = world.do(there.ana, ban)
    left = [event for event in seen.events if event.kind == "member.left"]
    assert f'"{there.cleo}"' in (left[0].route or ""), "watching ends at this very seq"
    assert there.code(there.cleo, c.JoinRoom(room=there.room)) == "not_found"
    assert there.code(there.cleo, c.AddReaction(message=message, emoji="👍")) == "not_found"
    for query in (c.GetRoom(room=there.room), c.GetMessage(message=message)):
        with pytest.raises(Refusal, match="not_found"):
            world.ask(there.cleo, query)
    cursor = c.CursorIn(stream=there.room, after_seq=0)
    with world.database.read() as connection:
        assert watch(connection, there.cleo, [cursor], 1000)[0].refused == "not_found"
    invite = c.InviteToRoom(room=there.room, people=[there.cleo])
    assert there.code(there.ana, invite) == "banned"
    told = there.given(there.cleo)
    assert (told.kind, told.room_name, told.reason) == ("ban", "Reading room", ban.reason)
    there.later(HOUR)
    assert there.code(there.cleo, c.JoinRoom(room=there.room)) is None


def test_banned_before_they_came(there: Class) -> None:
    """Of an open room visitors read along: that ends too."""
    world = there.world
    eva = world.person("Eva")
    outcome = world.do(there.ana, c.Ban(room=there.room, person=eva))
    assert any(eva in (event.route or "") for event in outcome.events)
    assert there.code(eva, c.JoinRoom(room=there.room)) == "not_found"
    assert world.ask(there.ana, c.GetRoom(room=there.room)).room.member_count == 4
    world.do(there.ana, c.LiftSanction(sanction=there.given(eva).id))
    assert there.code(eva, c.JoinRoom(room=there.room)) is None


def test_nobody_sanctions_an_equal(there: Class) -> None:
    def all_of(whom: str) -> list[c.Command]:
        return [
            c.Warn(room=there.room, person=whom, reason="So"),
            c.Mute(room=there.room, person=whom, seconds=60),
            c.Ban(room=there.room, person=whom),
            c.RemoveMember(room=there.room, person=whom),
            c.SetRoomRole(room=there.room, person=whom, role="member"),
        ]

    for command in all_of(there.ben):
        assert there.code(there.ana, command) == "same_rank", command
    for command in all_of(there.ana)[:4]:
        assert there.code(there.dan, command) == "not_allowed"
        assert there.code(there.ana, command) == "invalid", "oneself"
    there.world.do(there.admin, c.JoinRoom(room=there.room))
    for command in all_of(there.admin)[:4]:
        assert there.code(there.ana, command) == "same_rank"
    # Who runs the community stands above a room's facilitators, and owners above admins.
    assert there.code(there.owner, all_of(there.admin)[0]) is None
    for command in all_of(there.ben)[:3]:
        assert there.code(there.admin, command) is None, command
    # One may step down by oneself, if another stays.
    step_down = c.SetRoomRole(room=there.room, person=there.ana, role="member")
    assert there.code(there.ana, step_down) == "last_facilitator"


def test_nobody_lifts_what_somebody_above_them_gave(there: Class) -> None:
    assert there.code(there.owner, c.Mute(room=there.room, person=there.ben, seconds=600)) is None
    given = there.given(there.ben).id
    assert there.code(there.ana, c.LiftSanction(sanction=given)) == "same_rank"
    assert there.code(there.owner, c.LiftSanction(sanction=given)) is None


def test_a_lock_leaves_the_facilitators_and_lifts_by_itself(there: Class) -> None:
    world = there.world
    root, own = world.post(there.ana, there.room), world.post(there.cleo, there.room)
    lock = c.LockRoom(room=there.room, reason="Until tomorrow", seconds=HOUR)
    assert there.code(there.cleo, lock) == "not_allowed"
    world.do(there.ana, lock)
    for command in speaking(there, root, own):
        assert there.code(there.cleo, command) == "room_locked"
    assert there.code(there.ben, c.PostMessage(room=there.room, body="A word")) is None
    card = world.ask(there.cleo, c.GetRoom(room=there.room)).room
    assert card.locked is not None
    assert card.locked.reason == "Until tomorrow"
    there.later(HOUR)
    assert there.code(there.cleo, c.PostMessage(room=there.room, body="Hello")) is None
    world.do(there.ana, c.LockRoom(room=there.room))
    there.later(1000 * HOUR)
    assert there.code(there.cleo, c.PostMessage(room=there.room, body="Hi")) == "room_locked"
    world.do(there.ben, c.UnlockRoom(room=there.room))
    assert there.code(there.cleo, c.PostMessage(room=there.room, body="Hi")) is None


def test_slow_mode_counts_every_post_of_one_person(there: Class) -> None:
    world = there.world
    root = world.post(there.ana, there.room)
    world.do(there.ana, c.ChangeRoom(room=there.room, slow_mode=60))
    world.post(there.cleo, there.room, "One")
    again = c.PostMessage(room=there.room, body="Two")
    with pytest.raises(Refusal) as caught:
        world.do(there.cleo, again)
    assert (caught.value.code, caught.value.retry_after) == ("slow_mode", 59)
    reply = c.PostMessage(room=there.room, body="Two", thread=root)
    assert there.code(there.cleo, reply) == "slow_mode"
    assert there.code(there.dan, again) is None
    assert there.code(there.cleo, c.AddReaction(message=root, emoji="👍")) is None
    for _ in range(3):
        assert there.code(there.ben, again) is None
    world.do(there.cleo, c.LeaveRoom(room=there.room))
    world.do(there.cleo, c.JoinRoom(room=there.room))
    assert there.code(there.cleo, again) == "slow_mode"
    there.later(60)
    assert there.code(there.cleo, again) is None


@pytest.mark.parametrize(
    ("seconds", "code"), [(-1, "invalid"), (0, None), (limits.SLOW_MODE, None),
                          (limits.SLOW_MODE + 1, "invalid")],
)  # fmt: skip
def test_how_slow(there: Class, seconds: int, code: str | None) -> None:
    change = c.ChangeRoom(room=there.room, slow_mode=seconds)
    assert there.code(there.ana, change) == code


@pytest.mark.parametrize(
    ("seconds", "code"), [(0, "invalid"), (1, None), (limits.SANCTION_SECONDS, None),
                          (limits.SANCTION_SECONDS + 1, "invalid")],
)  # fmt: skip
def test_how_long(there: Class, seconds: int, code: str | None) -> None:
    for command in (
        c.Mute(room=there.room, person=there.cleo, seconds=seconds),
        c.Ban(room=there.room, person=there.cleo, seconds=seconds),
        c.LockRoom(room=there.room, seconds=seconds),
    ):
        assert there.code(there.ana, command) == code


def test_an_appeal_is_asked_once_and_answered_once(there: Class) -> None:
    world = there.world
    world.do(there.ana, c.Mute(room=there.room, person=there.cleo, seconds=HOUR, reason="So"))
    sanction = there.given(there.cleo).id
    asking = c.AppealSanction(sanction=sanction, text="I only answered.\nPlease look again.")
    answer = c.AnswerAppeal(sanction=sanction, verdict="lifted", note="You are right")
    assert there.code(there.ben, answer) == "not_found", "nobody has asked"
    assert there.code(there.dan, asking) == "not_found"
    assert there.code(there.cleo, c.AppealSanction(sanction=sanction, text=" ")) == "too_short"
    too_long = c.AppealSanction(sanction=sanction, text="x" * (limits.APPEAL + 1))
    assert there.code(there.cleo, too_long) == "too_long"
    outcome = world.do(there.cleo, asking)
    assert {event.stream for event in outcome.events} == {
        there.cleo,
        facilitators_stream(there.room),
    }
    assert there.code(there.cleo, asking) == "already_appealed"
    assert there.code(there.cleo, answer) == "not_allowed"
    assert there.code(there.dan, answer) == "not_found"
    [waits] = world.ask(there.ben, c.GetFacilitatorView(room=there.room)).appeals
    assert (waits.sanction, waits.person) == (sanction, there.cleo)
    world.do(there.ben, answer)
    assert world.ask(there.ben, c.GetFacilitatorView(room=there.room)).appeals == ()
    told = there.given(there.cleo)
    assert told.lifted_at is not None
    assert told.appeal is not None
    assert (told.appeal.verdict, told.appeal.answer) == ("lifted", "You are right")
    assert there.code(there.cleo, c.PostMessage(room=there.room, body="Thank you")) is None
    assert there.code(there.ana, answer) == "not_found"


def test_an_appeal_from_outside_after_a_ban(there: Class) -> None:
    world = there.world
    world.do(there.ana, c.Ban(room=there.room, person=there.cleo))
    sanction = there.given(there.cleo).id
    world.do(there.cleo, c.AppealSanction(sanction=sanction, text="Please"))
    world.do(there.ana, c.AnswerAppeal(sanction=sanction, verdict="upheld", note="No"))
    assert there.code(there.cleo, c.JoinRoom(room=there.room)) == "not_found"
    told = there.given(there.cleo)
    assert (told.lifted_at, told.appeal.verdict) == (None, "upheld")


def test_a_warning_binds_nothing_and_needs_a_reason(there: Class) -> None:
    world = there.world
    assert there.code(there.ana, c.Warn(room=there.room, person=there.cleo, reason=" ")) == (
        "too_short"
    )
    world.do(there.ana, c.Warn(room=there.room, person=there.cleo, reason="Kinder, please"))
    assert there.code(there.cleo, c.PostMessage(room=there.room, body="Sorry")) is None
    assert there.given(there.cleo).kind == "warn"
    there.later(40 * 24 * HOUR)
    assert world.ask(there.cleo, c.GetOverview()).sanctions == ()


def test_the_banned_find_nothing_of_an_open_room(there: Class) -> None:
    world = there.world
    world.post(there.ana, there.room, "A word about lighthouses")

    def found() -> int:
        return len(world.ask(there.cleo, c.FindMessages(q="lighthouses")).results)

    assert found() == 1
    world.do(there.ana, c.Ban(room=there.room, person=there.cleo, seconds=HOUR))
    assert found() == 0
    there.later(HOUR)
    assert found() == 1


# --- the whole community ------------------------------------------------------------------------


def test_a_suspension_binds_everywhere_and_lifts_by_itself(there: Class) -> None:
    world = there.world
    direct = world.do(there.cleo, c.OpenDirectRoom(people=[there.dan])).result["room"]
    suspend = c.SuspendPerson(person=there.cleo, seconds=HOUR, reason="A day off")
    assert there.code(there.ana, suspend) == "not_allowed"
    outcome = world.do(there.admin, suspend)
    ended = [event for event in outcome.events if event.kind == "session.ended"]
    assert [event.stream for event in ended] == [there.cleo]
    for command in (
        c.PostMessage(room=there.room, body="Hello"),
        c.PostMessage(room=direct, body="Hello"),
        c.OpenRoom(name="Mine"),
    ):
        assert there.code(there.cleo, command) == "account_suspended"
    assert there.code(there.admin, suspend) == "suspended_already"
    there.later(HOUR)
    assert there.code(there.cleo, c.PostMessage(room=direct, body="Back")) is None
    # The card says so once somebody has written it down, or says it anew.
    assert there.code(there.cleo, c.ChangeProfile(bio="Rested")) is None


def test_a_suspension_is_lifted_by_hand_and_asked_about(there: Class) -> None:
    world = there.world
    result = world.do(there.admin, c.SuspendPerson(person=there.cleo, reason="So")).result
    assert result["until"] is None
    assert there.code(there.ana, c.LiftSanction(sanction=result["sanction"])) == "not_allowed"
    world.do(there.owner, c.LiftSanction(sanction=result["sanction"], note="A mistake"))
    assert there.code(there.cleo, c.PostMessage(room=there.room, body="Back")) is None
    found = world.ask(there.admin, c.GetSanctions())
    assert [(one.kind, one.lifted_at is not None) for one in found.sanctions] == [("suspend", True)]
    with pytest.raises(Refusal, match="not_allowed"):
        world.ask(there.ana, c.GetSanctions())


def test_whom_an_admin_cannot_suspend(there: Class) -> None:
    for person in (there.owner, there.admin, there.world.person("Abe", "admin")):
        assert there.code(there.admin, c.SuspendPerson(person=person)) == "same_rank"
    assert there.code(there.owner, c.SuspendPerson(person=there.admin)) is None


def test_a_room_without_anybody_to_look_after_it_is_told_to_admins(there: Class) -> None:
    world = there.world
    lonely = world.room(there.dan, name="Lonely", access="invite")
    first = world.do(there.admin, c.SuspendPerson(person=there.ana))
    assert not [event for event in first.events if event.stream == "admins"], "Ben is there"
    second = world.do(there.admin, c.SuspendPerson(person=there.dan))
    told = [event.data for event in second.events if event.kind == "room.unled"]
    assert len(told) == 1
    assert lonely in told[0]
    third = world.do(there.admin, c.SuspendPerson(person=there.ben))
    told = [event.data for event in third.events if event.kind == "room.unled"]
    assert there.room in told[0], "the other facilitator is suspended"


# --- the audit ----------------------------------------------------------------------------------


def test_every_act_of_power_is_written_down_for_those_who_may_read_it(there: Class) -> None:
    world = there.world
    message = world.post(there.cleo, there.room)
    own = world.post(there.ana, there.room)
    world.do(there.ana, c.DeleteMessage(message=message, reason="Off the subject"))
    world.do(there.ana, c.DeleteMessage(message=own))
    world.do(there.ana, c.Mute(room=there.room, person=there.cleo, seconds=60, reason="Because"))
    world.do(there.ben, c.LockRoom(room=there.room, seconds=HOUR))
    world.do(there.admin, c.SuspendPerson(person=there.dan))

    def acts(person: str, **more: Any) -> list[tuple[str, str, str]]:
        page = world.ask(person, c.GetLog(**more))
        return [(entry.act, entry.by, entry.about) for entry in page.entries]

    here = acts(there.ana, room=there.room)
    assert here == [
        ("room.lock", there.ben, ""),
        ("sanction.mute", there.ana, there.cleo),
        ("message.delete", there.ana, message),
        ("room.role", there.ana, there.ben),
    ]
    assert acts(there.ana, room=there.room, by=there.ben) == here[:1]
    assert acts(there.ana, room=there.room, about=there.cleo) == here[1:2]
    assert acts(there.ana, room=there.room, act="message.delete") == here[2:3]
    everything = acts(there.admin)
    assert everything[0] == ("person.suspend", there.admin, there.dan)
    assert everything[1:] == here
    assert acts(there.admin, room=there.room) == here
    first = world.ask(there.admin, c.GetLog(limit=2))
    assert [entry.act for entry in first.entries] == ["person.suspend", "room.lock"]
    rest = world.ask(there.admin, c.GetLog(after=first.next))
    assert [entry.act for entry in rest.entries] == [act for act, _, _ in here[1:]]
    since = first.entries[1].at
    assert acts(there.admin, since=since) == everything[:2]
    assert acts(there.admin, before=since) == everything[2:]
    for person, query in (
        (there.cleo, c.GetLog(room=there.room)),
        (there.ana, c.GetLog()),
        (there.ana, c.GetLog(room=world.room(there.cleo, access="invite"))),
    ):
        with pytest.raises(Refusal) as caught:
            world.ask(person, query)
        assert caught.value.code in ("not_allowed", "not_found")


@pytest.mark.attack
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET actor_id = 'p_x'", "DELETE FROM audit", "UPDATE audit SET note = note"],
)
def test_the_audit_cannot_be_altered(there: Class, statement: str) -> None:
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError, match="append-only"), there.world.database.writing.begin() as it:
        it.exec_driver_sql(statement)
    page = there.world.ask(there.ana, c.GetLog(room=there.room))
    assert [entry.act for entry in page.entries] == ["room.role"]


def test_nothing_that_people_wrote_stands_in_the_audit(there: Class) -> None:
    """It is never rewritten, so no deletion would find it (P8)."""
    world = there.world
    words = "Unmistakable words"
    message = world.post(there.cleo, there.room, words)
    world.do(there.ana, c.DeleteMessage(message=message, reason=words))
    world.do(there.ana, c.Warn(room=there.room, person=there.cleo, reason=words))
    world.do(there.ana, c.ChangeRoom(room=there.room, name=words, purpose=words))
    world.do(there.ana, c.LockRoom(room=there.room, reason=words))
    world.do(there.ana, c.Ban(room=there.room, person=there.cleo, reason=words))
    world.do(there.admin, c.SuspendPerson(person=there.cleo, reason=words))
    with world.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM audit").all()
    assert len(rows) == 7
    assert words not in repr(rows)
