"""Who may do what to accounts, decided without a database."""

from __future__ import annotations

import contextlib

import msgspec
import pytest

from accounts import invitations, people, set_up, sign_up
from accounts.model import (
    DAY,
    InvitationFacts,
    Newcomer,
    NewSession,
    UseInvitation,
)
from protocol import accounts as wire
from protocol import limits
from protocol.commands import ApprovePerson, ChangeCommunity, SetRole
from protocol.events import PersonChanged, PersonJoined
from protocol.ids import COMMUNITY
from rooms.errors import Refusal
from rooms.model import Decision
from tests.unit.accounts_fakes import NOW, FakeFacts

ARRIVAL = Newcomer(secret_hash="h", password_hash="$argon2id$", device="Firefox")


def refused(call: object, *args: object, **kwargs: object) -> str:
    """The code that a call is refused with."""
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return caught.value.code


def data(decision: Decision) -> list[object]:
    """What the events say."""
    return [event.data for event in decision.events]


# --- roles ----------------------------------------------------------------------------------------

ROLES = ("owner", "admin", "member", "guest", "bot")


@pytest.mark.parametrize("actor", ROLES)
@pytest.mark.parametrize("target", ROLES)
@pytest.mark.parametrize("role", ["owner", "admin", "member", "guest"])
def test_who_gives_which_role(actor: str, target: str, role: str) -> None:
    facts = FakeFacts()
    facts.add("first", "owner")
    by = facts.add("by", actor)
    facts.add("ana", target)
    got = target
    with contextlib.suppress(Refusal):
        people.set_role(facts, by, SetRole(person="p_ana", role=role))  # type: ignore[arg-type]
        got = role
    if actor not in ("owner", "admin"):
        assert got == target
    elif actor == "admin" and got != target:
        assert {got, target} <= {"member", "guest"}
    if target == "bot":
        assert got == "bot"


def test_the_last_owner_stays_owner() -> None:
    facts = FakeFacts()
    olga = facts.add("olga", "owner")
    command = SetRole(person="p_olga", role="member")
    assert refused(people.set_role, facts, olga, command) == "last_owner"
    facts.add("otto", "owner", "suspended")
    assert refused(people.set_role, facts, olga, command) == "last_owner"
    facts.add("oda", "owner")
    assert people.set_role(facts, olga, command).tightens == (COMMUNITY,)


def test_a_new_guest_stops_watching_the_community() -> None:
    facts = FakeFacts()
    olga = facts.add("olga", "owner")
    facts.add("ana")
    decision = people.set_role(facts, olga, SetRole(person="p_ana", role="guest"))
    assert decision.events[0].revokes == ("p_ana",)
    assert decision.tightens == (COMMUNITY,)


def test_a_role_is_given_to_people_who_are_here() -> None:
    facts = FakeFacts()
    olga = facts.add("olga", "owner")
    facts.add("wil", status="waiting")
    facts.add("gone", status="deleted")
    for person in ("p_wil", "p_gone", "p_none"):
        command = SetRole(person=person, role="admin")
        assert refused(people.set_role, facts, olga, command) == "not_found"


# --- coming in ------------------------------------------------------------------------------------


def test_approval_brings_somebody_in_once() -> None:
    facts = FakeFacts()
    olga = facts.add("olga", "owner")
    facts.add("wil", status="waiting")
    decision = people.approve(facts, olga, ApprovePerson(person="p_wil"))
    joined = data(decision)[0]
    assert isinstance(joined, PersonJoined)
    assert joined.person.status == "active"
    assert [stream.id for stream in decision.streams] == ["p_wil"]
    facts.persons["p_wil"] = msgspec.structs.replace(facts.persons["p_wil"], status="active")
    assert people.approve(facts, olga, ApprovePerson(person="p_wil")).events == []
    assert refused(people.decline, facts, olga, "p_wil") == "not_found"


def an_invitation(**changes: object) -> InvitationFacts:
    """One that works."""
    whole = InvitationFacts(
        id="i_1", code="code", room=None, role="member", uses=0, max_uses=1,
        expires_at=NOW + DAY, revoked=False, created_by="p_olga",
    )  # fmt: skip
    return msgspec.structs.replace(whole, **changes)


@pytest.mark.attack
@pytest.mark.parametrize(
    "broken",
    [{"uses": 1}, {"revoked": True}, {"expires_at": NOW}, {"room": "r_none"}, {"code": "other"}],
)
def test_invitations_that_do_not_work_are_all_the_same(broken: dict[str, object]) -> None:
    facts = FakeFacts()
    facts.invitations = [an_invitation(**broken)]
    command = wire.SignUp(invitation="code", username="ana", name="Ana", password="x" * 8)
    assert refused(sign_up.sign_up, facts, command, ARRIVAL) == "invitation_invalid"
    assert refused(sign_up.door, facts, command) == "invitation_invalid"


def test_an_invitation_wins_over_approval() -> None:
    facts = FakeFacts(sign_up="approval")
    facts.invitations = [an_invitation(role="guest", room=facts.add_room("r_1"))]
    command = wire.SignUp(invitation="code", username="ana", name="Ana", password="x" * 8)
    decision = sign_up.sign_up(facts, command, ARRIVAL)
    assert decision.result["waiting"] is False
    assert decision.result["person"].role == "guest"
    assert decision.result["room"] == "r_1"
    assert UseInvitation(id="i_1") in decision.records
    waits = wire.SignUp(username="ben", name="Ben", password="x" * 8)
    decision = sign_up.sign_up(facts, waits, ARRIVAL)
    assert (decision.events, decision.streams) == ([], [])
    assert not any(isinstance(record, NewSession) for record in decision.records)


def test_accepting_does_not_change_a_role_and_counts_once() -> None:
    facts = FakeFacts()
    gus = facts.add("gus", "guest")
    facts.invitations = [an_invitation(room=facts.add_room("r_1", "invite"))]
    decision = invitations.accept(facts, gus, "code")
    assert decision.records == [UseInvitation(id="i_1")]
    assert not any(isinstance(it, PersonChanged) for it in data(decision))
    facts.add_room("r_1", "invite", gus="member")
    assert invitations.accept(facts, gus, "code").records == []


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"uses": 0}, "invalid"),
        ({"uses": limits.INVITATION_USES}, ""),
        ({"uses": limits.INVITATION_USES + 1}, "invalid"),
        ({"expires_in": 3599}, "invalid"),
        ({"expires_in": 3600}, ""),
        ({"expires_in": limits.INVITATION_SECONDS}, ""),
        ({"expires_in": limits.INVITATION_SECONDS + 1}, "invalid"),
        ({"role": "guest"}, "invalid"),
        ({"room": "r_none"}, "not_found"),
        ({"room": "r_open"}, ""),
        ({"room": "r_mine"}, ""),
        # An admin who is no member of a private room may not invite themselves into it.
        ({"room": "r_private"}, "not_found"),
    ],
)
def test_terms_of_invitations(terms: dict[str, object], code: str) -> None:
    facts = FakeFacts()
    ada = facts.add("ada", "admin")
    facts.add_room("r_open")
    facts.add_room("r_private", "invite", other="facilitator")
    facts.add_room("r_mine", "invite", ada="facilitator")
    command = wire.CreateInvitation(**terms)  # type: ignore[arg-type]
    if code:
        assert refused(invitations.create, facts, ada, command, "c") == code
    else:
        assert invitations.create(facts, ada, command, "c").result


def test_set_up_default_follows_from_minors() -> None:
    for minors, direct in ((True, "with_facilitators"), (False, "everyone")):
        given = wire.NewCommunity(name=" School ", minors=minors)
        assert set_up.community(given).direct_rooms == direct
        assert set_up.community(given).name == "School"


def test_children_close_direct_rooms_unless_told_otherwise() -> None:
    facts = FakeFacts()
    olga = facts.add("olga", "owner")

    def direct(command: ChangeCommunity) -> str:
        changed = data(people.change_community(facts, olga, command))[0]
        return changed.community.direct_rooms  # type: ignore[attr-defined, no-any-return]

    assert direct(ChangeCommunity(minors=True)) == "with_facilitators"
    assert direct(ChangeCommunity(minors=True, direct_rooms="everyone")) == "everyone"
    assert people.change_community(facts, olga, ChangeCommunity(name="School")).events == []
