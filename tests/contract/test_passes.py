"""Guest passes: who comes in, for how long, what they may, and that nothing makes it more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from accounts import suspension
from accounts.deletion import ERASE
from accounts.model import Newcomer
from accounts.passes import OVER
from protocol import accounts as wire
from protocol import commands as c
from protocol import limits
from protocol.ids import facilitators_stream
from protocol.visits import BeginVisit
from rooms.errors import Refusal
from storage import streams
from storage.accounts import jobs
from storage.tables import EVENT, JOB, VISIT
from tests.contract.passes_kit import carry_out, passed, visitor
from tests.contract.writer_kit import done, writing
from tests.world import World, actor

HOUR = 3600
SECOND = 1_000_000


def refused(world: World, person: str, command: c.Command) -> str:
    """The code of the refusal that must come."""
    with pytest.raises(Refusal) as refusal:
        world.do(person, command)
    return refusal.value.code


def refused_job(world: World, job: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        carry_out(world, job)
    return refusal.value.code


def kinds(world: World, stream: str) -> list[str]:
    with world.database.read() as connection:
        return [event.kind for event in streams.events_after(connection, stream, 0)]


def listing(world: World, person: str, room: str) -> Any:
    return world.ask(person, c.GetPasses(room=room))


def over(world: World, person: str) -> bool:
    with world.database.read() as connection:
        query = select(VISIT.c.ended_at).where(VISIT.c.person_id == person)
        return connection.execute(query).scalar_one() is not None


def test_a_name_is_enough_and_the_room_knows_who_is_a_guest(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben, kind="workshop", access="open")
    vera = visitor(world, passed(world, ana, room), "Vera Lind")
    shown = world.ask(ben, c.GetRoom(room=room))
    [card] = [one for one in shown.people if one.id == vera]
    assert (card.name, card.role, card.status) == ("Vera Lind", "guest", "active")
    world.post(vera, room, "Good evening")
    overview = world.ask(vera, c.GetOverview())
    assert [entry.room.id for entry in overview.rooms] == [room]
    assert overview.visit_until is not None
    assert set(overview.may) <= {"person.change", "account.delete"}
    [visit] = listing(world, ana, room).visits
    assert (visit.person, visit.until) == (vera, overview.visit_until)
    assert "pass.changed" in kinds(world, facilitators_stream(room))


def test_the_community_does_not_hear_of_guests(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, kind="workshop")
    before = kinds(world, "community")
    vera = visitor(world, passed(world, ana, room))
    world.do(ana, c.EndVisit(room=room, person=vera))
    assert kinds(world, "community") == before
    assert vera not in {one.id for one in world.ask(ben, c.ListPeople()).people}


@pytest.mark.promise_p5
def test_the_clock_ends_it(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    vera = visitor(world, passed(world, ana, room, lasts=HOUR))
    world.post(vera, room)
    world.now += HOUR * SECOND
    for command in (
        c.PostMessage(room=room, body="Still here"),
        c.MarkRead(room=room, no=1),
        c.LeaveRoom(room=room),
    ):
        assert refused(world, vera, command) == "pass_ended"
    with pytest.raises(Refusal) as refusal:
        world.ask(vera, c.GetRoom(room=room))
    assert refusal.value.code == "pass_ended"
    assert listing(world, ana, room).visits == (), "shown to nobody as here"


@pytest.mark.promise_p5
async def test_a_node_that_knows_them_well_sees_the_clock(world: World) -> None:
    """What somebody may is remembered from one command to the next; a guest's time is not."""
    ana = world.person("Ana")
    room = world.room(ana)
    vera = visitor(world, passed(world, ana, room, lasts=HOUR))
    say = c.PostMessage(room=room, body="Hello")
    async with writing(world) as node:
        answers = await done(node.do(vera, say), node.do(vera, say))
        assert not any(isinstance(answer, Exception) for answer in answers)
        world.now += HOUR * SECOND
        [late] = await done(node.do(vera, say))
    assert isinstance(late, Refusal)
    assert late.code == "pass_ended"


def test_what_the_clock_ended_is_written_down_once(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    vera = visitor(world, passed(world, ana, room, lasts=HOUR))
    assert refused_job(world, jobs.visit_over(vera)) == "busy", "not before its time"
    world.now += HOUR * SECOND
    for _ in range(2):
        carry_out(world, jobs.visit_over(vera))
    assert over(world, vera)
    assert kinds(world, room).count("member.left") == 1
    assert kinds(world, vera)[-2:] == ["room.dropped", "session.ended"]
    assert world.ask(ana, c.GetRoom(room=room)).room.member_count == 1


def test_the_end_is_scheduled_and_called_off(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    vera = visitor(world, passed(world, ana, room, lasts=HOUR))

    def scheduled() -> list[str]:
        with world.database.read() as connection:
            return list(connection.execute(select(JOB.c.key).where(JOB.c.kind == OVER)).scalars())

    assert scheduled() == [vera]
    world.do(ana, c.EndVisit(room=room, person=vera))
    assert scheduled() == []


@pytest.mark.promise_p5
@pytest.mark.parametrize("way", ["end", "revoke", "remove", "ban", "leave"])
def test_however_it_ends_nothing_of_them_acts_afterwards(world: World, way: str) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    made = world.do(ana, c.MakePass(room=room)).result
    vera = visitor(world, made["code"])
    said = world.post(vera, room)
    command: tuple[str, c.Command] = {
        "end": (ana, c.EndVisit(room=room, person=vera)),
        "revoke": (ana, c.RevokePass(invitation=made["invitation"])),
        "remove": (ana, c.RemoveMember(room=room, person=vera)),
        "ban": (ana, c.Ban(room=room, person=vera)),
        "leave": (vera, c.LeaveRoom(room=room)),
    }[way]
    world.do(*command)
    assert over(world, vera)
    assert kinds(world, vera)[-1] == "session.ended"
    for late in (
        c.PostMessage(room=room, body="Late"),
        c.EditMessage(message=said, body="Late"),
        c.AddReaction(message=said, emoji="👋"),
        c.JoinRoom(room=room),
    ):
        assert refused(world, vera, late) in ("pass_ended", "not_found")
    assert refused(world, vera, c.PostMessage(room=room, body="Late")) == "pass_ended"
    assert vera not in {one.person for one in world.ask(ana, c.GetRoom(room=room)).members}


def test_a_pass_that_is_taken_back_may_let_its_guests_stay(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    made = world.do(ana, c.MakePass(room=room)).result
    vera = visitor(world, made["code"])
    world.do(ana, c.RevokePass(invitation=made["invitation"], stay=True))
    world.post(vera, room)
    assert refused_job(world, begin(made["code"])) == "invitation_invalid"
    world.do(ana, c.RevokePass(invitation=made["invitation"]))
    assert over(world, vera)
    again = world.do(ana, c.RevokePass(invitation=made["invitation"]))
    assert again.events == [], "taken back twice is taken back"


def begin(code: str, name: str = "Eve") -> Any:
    arrival = Newcomer(secret_hash=f"hash {name}", device="test")
    return jobs.begin_visit(code, BeginVisit(name=name), arrival)


# --- who makes them -----------------------------------------------------------------------------


def test_facilitators_make_them_and_others_do_not(world: World) -> None:
    olga, ana, ben = world.person("Olga", "owner"), world.person("Ana"), world.person("Ben")
    room, other = world.room(ana, ben), world.room(ben)
    made = world.do(ana, c.MakePass(room=room)).result
    vera = visitor(world, made["code"])
    for person in (ben, olga, vera):
        assert refused(world, person, c.MakePass(room=room)) in ("not_allowed", "not_a_member")
        command = c.RevokePass(invitation=made["invitation"])
        assert refused(world, person, command) in ("not_allowed", "not_a_member")
        end = c.EndVisit(room=room, person=vera)
        assert refused(world, person, end) in ("not_allowed", "not_a_member")
        with pytest.raises(Refusal):
            listing(world, person, room)
    # The power of another room ends nothing here.
    assert refused(world, ben, c.EndVisit(room=other, person=vera)) == "not_found"


def test_kinds_that_take_no_guests_make_no_passes(world: World) -> None:
    ana = world.person("Ana")
    circle = world.room(ana, kind="teacher_circle")
    assert refused(world, ana, c.MakePass(room=circle)) == "no_guests_here"
    ben = world.person("Ben")
    direct = world.do(ana, c.OpenDirectRoom(people=[ben])).result["room"]
    assert refused(world, ana, c.MakePass(room=direct)) == "not_allowed"
    room = world.room(ana)
    code = passed(world, ana, room)
    world.do(ana, c.ArchiveRoom(room=room))
    assert refused(world, ana, c.MakePass(room=room)) == "room_archived"
    assert refused_job(world, begin(code)) == "invitation_invalid"


def terms(room: str, field: str, value: int) -> c.MakePass:
    given: dict[str, Any] = {field: value}
    return c.MakePass(room=room, **given)


@pytest.mark.parametrize(
    ("field", "least", "most"),
    [
        ("uses", 1, limits.PASS_USES),
        ("lasts", limits.VISIT_SECONDS_MIN, limits.VISIT_SECONDS),
        ("expires_in", limits.PASS_SECONDS_MIN, limits.PASS_SECONDS),
    ],
)
def test_terms_have_bounds(world: World, field: str, least: int, most: int) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    for right in (least, most):
        world.do(ana, terms(room, field, right))
    for wrong in (least - 1, most + 1, -(2**53) + 1):
        assert refused(world, ana, terms(room, field, wrong)) == "invalid"


def test_so_many_passes_and_no_more(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    made = [world.do(ana, c.MakePass(room=room)).result for _ in range(limits.PASSES_OPEN)]
    assert refused(world, ana, c.MakePass(room=room)) == "too_many"
    world.do(ana, c.RevokePass(invitation=made[0]["invitation"]))
    world.do(ana, c.MakePass(room=room))


def test_it_is_written_down_without_the_code(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    made = world.do(ana, c.MakePass(room=room, uses=5)).result
    vera = visitor(world, made["code"])
    world.do(ana, c.EndVisit(room=room, person=vera))
    world.do(ana, c.RevokePass(invitation=made["invitation"]))
    log = world.ask(ana, c.GetLog(room=room)).entries
    assert [(one.act, one.about) for one in log] == [
        ("pass.revoke", made["invitation"]), ("pass.end", vera), ("pass.make", ""),
    ]  # fmt: skip
    assert "uses 5" in log[-1].note
    with world.database.read() as connection:
        texts = connection.execute(select(EVENT.c.data)).scalars()
        assert not any(made["code"] in text for text in texts), "in no stream"


# --- reuse, stretch, borrow ---------------------------------------------------------------------


@pytest.mark.attack
def test_a_pass_lets_in_as_many_as_it_says(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    code = passed(world, ana, room, uses=2, expires_in=HOUR)
    visitor(world, code, "One"), visitor(world, code, "Two")
    assert refused_job(world, begin(code)) == "invitation_invalid"
    later = passed(world, ana, room, expires_in=HOUR)
    world.now += HOUR * SECOND
    assert refused_job(world, begin(later)) == "invitation_invalid"


@pytest.mark.attack
def test_nothing_makes_a_visit_longer(world: World) -> None:
    olga, ana = world.person("Olga", "owner"), world.person("Ana")
    room, other = world.room(ana), world.room(olga)
    vera = visitor(world, passed(world, ana, room, lasts=HOUR))
    # A suspension that lifts would leave an account without an end.
    assert refused(world, olga, c.SuspendPerson(person=vera, seconds=1)) == "invalid"
    for role in ("member", "admin"):
        assert refused(world, olga, c.SetRole(person=vera, role=role)) == "invalid"
    assert refused(world, ana, c.SetRoomRole(room=room, person=vera, role="facilitator"))
    assert refused(world, olga, c.InviteToRoom(room=other, people=[vera])) == "invalid"
    assert refused(world, vera, c.ChangeProfile(name="Olga")) == "not_allowed"
    code = invitation(world, olga, other)
    assert refused_job(world, jobs.accept_invitation(actor(vera), code)) == "not_allowed"
    assert refused_job(world, jobs.reset_link(actor(olga), vera, "hash")) == "invalid"
    token = wire.CreateToken(name="t", scopes=["read", "write"])
    assert refused_job(world, jobs.create_token(actor(vera), token, "hash")) == "not_allowed"
    carry_out(world, jobs.session_seen(actor(vera), 90 * 24 * HOUR * SECOND))
    world.now += HOUR * SECOND
    assert refused(world, vera, c.PostMessage(room=room, body="Still here")) == "pass_ended"
    # Nobody settles it as they settle a suspension that is over.
    with world.database.read() as connection:
        from storage.accounts.facts import asking

        assert suspension.settle(asking(connection, world.now), vera).events == []


def invitation(world: World, by: str, room: str) -> str:
    code = f"code{world.now}"
    carry_out(world, jobs.create_invitation(actor(by), wire.CreateInvitation(room=room), code))
    return code


@pytest.mark.attack
def test_a_pass_is_no_invitation_and_an_invitation_no_pass(world: World) -> None:
    olga, ana, ben = world.person("Olga", "owner"), world.person("Ana"), world.person("Ben")
    room = world.room(ana, access="invite")
    made = world.do(ana, c.MakePass(room=room)).result
    account = wire.SignUp(
        username="eve", name="Eve", password="correct horse", invitation=made["code"]
    )
    arrival = Newcomer(secret_hash="h", password_hash="encoded")
    assert refused_job(world, jobs.sign_up_person(account, arrival)) == "invitation_invalid"
    accepted = jobs.accept_invitation(actor(ben), made["code"])
    assert refused_job(world, accepted) == "invitation_invalid", "a member does not slip in by it"
    plain = invitation(world, olga, world.room(olga))
    assert refused_job(world, begin(plain)) == "invitation_invalid"
    revoking = jobs.revoke_invitation(actor(olga), made["invitation"])
    assert refused_job(world, revoking) == "not_found", "it is the room's own affair"


@pytest.mark.attack
def test_one_room_no_directory_no_conversations(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room, other = world.room(ana, ben), world.room(ben)
    secret = world.post(ben, other, "only for those in it")
    vera = visitor(world, passed(world, ana, room))
    for query in (c.ListPeople(), c.ListRooms(), c.GetEvents(stream="community")):
        with pytest.raises(Refusal) as refusal:
            world.ask(vera, query)
        assert refusal.value.code == "not_allowed"
    for command, code in (
        (c.JoinRoom(room=other), "not_found"),
        (c.OpenDirectRoom(people=[ben]), "not_allowed"),
        (c.OpenRoom(name="Mine"), "not_allowed"),
        (c.PostMessage(room=room, body="x", quote=secret), "not_found"),
    ):
        assert refused(world, vera, command) == code
    assert refused(world, ben, c.OpenDirectRoom(people=[vera])) == "direct_not_allowed"
    found = world.ask(vera, c.FindMessages(q="only for those"))
    assert found.results == ()


@pytest.mark.attack
def test_a_banned_guest_is_gone_and_the_pass_can_be_taken_back_with_them(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    made = world.do(ana, c.MakePass(room=room)).result
    vera = visitor(world, made["code"])
    world.do(ana, c.Ban(room=room, person=vera))
    # Somebody else is somebody else, whatever they look like: the pass itself has to go.
    world.do(ana, c.RevokePass(invitation=made["invitation"]))
    assert refused_job(world, begin(made["code"], "Vera")) == "invitation_invalid"


@pytest.mark.promise_p8
@pytest.mark.promise_p5
def test_a_guest_goes_and_takes_what_they_wrote_along(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    vera = visitor(world, passed(world, ana, room), "Vera Lind")
    said = world.post(vera, room, "to be taken along")
    kept = world.post(ana, room, "to stay")
    world.do(vera, c.DeleteMessage(message=world.post(vera, room, "one by one")))
    assert refused(world, vera, c.DeleteMessage(message=kept)) == "not_allowed"
    carry_out(world, jobs.forget_visit(actor(vera)))
    assert over(world, vera)
    assert refused(world, vera, c.PostMessage(room=room, body="Late")) in (
        "account_suspended", "not_found",
    )  # fmt: skip
    assert kinds(world, room)[-1] == "member.left"
    with world.database.read() as connection:
        scheduled = set(connection.execute(select(JOB.c.kind).where(JOB.c.key == vera)).scalars())
    assert scheduled == {ERASE}
    carry_out(world, jobs.erase_texts(vera, [room], [said]))
    page = world.ask(ana, c.GetHistory(room=room))
    assert [one.body for one in page.messages] == [None, "to stay", None]
    assert "Vera" not in str(page.people)
    assert refused_job(world, jobs.forget_visit(actor(vera))) == "session_ended"


@pytest.mark.attack
def test_only_a_guest_while_their_time_lasts_goes_without_a_password(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    assert refused_job(world, jobs.forget_visit(actor(ana))) == "not_allowed"
    vera = visitor(world, passed(world, ana, room, lasts=HOUR))
    world.now += HOUR * SECOND
    assert refused_job(world, jobs.forget_visit(actor(vera))) == "pass_ended"
