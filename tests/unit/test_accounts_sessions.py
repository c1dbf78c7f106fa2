"""Sessions, links, tokens and what is one's own, decided without a database."""

from __future__ import annotations

import msgspec
import pytest

from accounts import deletion, links, people, sessions, tokens
from accounts.model import (
    SESSIONS_PER_PERSON,
    EndSessions,
    LinkFacts,
    Newcomer,
    NewLink,
)
from protocol import accounts as wire
from protocol import limits
from protocol.commands import ChangeProfile
from protocol.events import PersonChanged, SessionEnded
from rooms.errors import Refusal
from rooms.model import Actor, Decision
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


# --- sessions and links ---------------------------------------------------------------------------


@pytest.mark.attack
def test_a_password_changed_since_proves_nothing() -> None:
    facts = FakeFacts()
    ana = facts.add("ana")
    facts.hashes["p_ana"] = "new"
    assert refused(sessions.sign_in, facts, "p_ana", ARRIVAL, "old") == "bad_credentials"
    assert refused(sessions.change_password, facts, ana, "old", "x") == "conflict"
    assert refused(deletion.close, facts, ana, "old") == "bad_credentials"


def test_one_session_more_ends_the_one_unseen_longest() -> None:
    facts = FakeFacts()
    facts.add("ana")
    facts.hashes["p_ana"] = "h"
    facts.sessions["p_ana"] = tuple(f"s_{n}" for n in range(SESSIONS_PER_PERSON))
    decision = sessions.sign_in(facts, "p_ana", ARRIVAL, "h")
    assert EndSessions(person="p_ana", ids=("s_0",)) in decision.records
    assert data(decision) == [SessionEnded(session="s_0", how="signed_out")]
    facts.sessions["p_ana"] = facts.sessions["p_ana"][1:]
    assert sessions.sign_in(facts, "p_ana", ARRIVAL, "h").events == []


@pytest.mark.attack
def test_a_session_of_somebody_else_is_not_mine_to_end() -> None:
    facts = FakeFacts()
    ana = facts.add("ana")
    facts.add("ben")
    facts.sessions = {"p_ana": ("s_ana",), "p_ben": ("s_ben",)}
    facts.tokens = {"p_ben": ("t_ben",)}
    assert refused(sessions.end, facts, ana, "s_ben") == "not_found"
    assert refused(tokens.revoke, facts, ana, "t_ben") == "not_found"
    assert data(sessions.end_others(facts, ana)) == []


@pytest.mark.parametrize(
    ("actor", "target", "code"),
    [
        ("owner", "owner", ""), ("owner", "admin", ""), ("owner", "member", ""),
        ("admin", "owner", "not_allowed"), ("admin", "admin", "not_allowed"),
        ("admin", "member", ""), ("admin", "guest", ""), ("admin", "bot", "invalid"),
        ("member", "guest", "not_allowed"),
    ],
)  # fmt: skip
@pytest.mark.attack
def test_who_may_hand_over_an_account(actor: str, target: str, code: str) -> None:
    facts = FakeFacts()
    by = facts.add("by", actor)
    facts.add("ana", target)
    if code:
        assert refused(links.reset, facts, by, "p_ana", "h") == code
    else:
        records = links.reset(facts, by, "p_ana", "h").records
        made = next(record for record in records if isinstance(record, NewLink))
        assert (made.person, made.created_by) == ("p_ana", "p_by")


def a_link(**changes: object) -> LinkFacts:
    """A slip that works."""
    whole = LinkFacts(id="l_1", kind="slip", person="p_ana", expires_at=NOW + 1, used=False)
    return msgspec.structs.replace(whole, **changes)


@pytest.mark.attack
@pytest.mark.parametrize(
    "broken", [{"used": True}, {"expires_at": NOW}, {"kind": "set_up"}, {"person": "p_gone"}]
)
def test_links_that_do_not_work_are_all_the_same(broken: dict[str, object]) -> None:
    facts = FakeFacts()
    facts.add("ana")
    facts.add("gone", status="deleted")
    facts.links["h"] = a_link(**broken)
    assert refused(links.use, facts, "h", ARRIVAL) == "link_invalid"
    assert refused(links.use, facts, "other", ARRIVAL) == "link_invalid"


def test_a_slip_wants_a_password_and_ends_what_was() -> None:
    facts = FakeFacts()
    facts.add("ana")
    facts.links["h"] = a_link()
    bare = Newcomer(secret_hash="h")
    assert refused(links.use, facts, "h", bare) == "missing_field"
    assert links.use(facts, "h", ARRIVAL).events == []
    facts.sessions["p_ana"] = ("s_1",)
    assert data(links.use(facts, "h", ARRIVAL)) == [SessionEnded(session=None, how="password")]
    facts.links["h"] = a_link(kind="sign_in")
    assert links.use(facts, "h", bare).events == []


# --- one's own ------------------------------------------------------------------------------------


def test_profiles_at_below_and_above_the_limits() -> None:
    facts = FakeFacts()
    ana = facts.add("ana")
    for field, most in (
        ("name", limits.DISPLAY_NAME),
        ("pronouns", limits.PRONOUNS),
        ("bio", limits.BIO),
    ):
        fine = ChangeProfile(**{field: "x" * most})
        assert people.change_profile(facts, ana, fine).events
        long = ChangeProfile(**{field: "x" * (most + 1)})
        assert refused(people.change_profile, facts, ana, long) == "too_long"
    assert refused(people.change_profile, facts, ana, ChangeProfile(name=" ")) == "too_short"
    assert people.change_profile(facts, ana, ChangeProfile(bio="")).events == []


@pytest.mark.attack
def test_names_do_not_hide_or_reorder() -> None:
    facts = FakeFacts()
    ana = facts.add("ana")
    name = "A\u202en\u200ba\x00 \n B"
    changed = data(people.change_profile(facts, ana, ChangeProfile(name=name)))[0]
    assert isinstance(changed, PersonChanged)
    assert changed.person.name == "Ana B"


def test_tokens_at_and_above_the_limit() -> None:
    facts = FakeFacts()
    ana = facts.add("ana")
    command = wire.CreateToken(name="x", scopes=["write", "read", "read"])
    made = tokens.create(facts, ana, command, "h").records[0]
    assert made.scopes == ("read", "write")  # type: ignore[attr-defined]
    facts.tokens["p_ana"] = tuple(f"t_{n}" for n in range(limits.TOKENS_PER_PERSON))
    assert refused(tokens.create, facts, ana, command, "h") == "too_many"
    guest: Actor = facts.add("gus", "guest")
    assert refused(tokens.create, facts, guest, command, "h") == "not_allowed"


def test_a_tombstone_is_a_name_that_nobody_can_choose() -> None:
    facts = FakeFacts()
    facts.add("ana")
    person = msgspec.structs.replace(facts.persons["p_ana"], id="p_" + "0" * 26)
    assert len(deletion.tombstone(person).username) > limits.USERNAME


def test_a_room_is_archived_when_its_last_facilitator_is_deleted() -> None:
    facts = FakeFacts()
    facts.add("ana", status="deleted")
    facts.add("ben")
    facts.add_room("r_1", ana="facilitator", ben="member")
    facts.add_room("r_2", ana="facilitator", ben="facilitator")
    facts.add_room("r_3", ana="member", ben="facilitator")
    decision = deletion.leave(facts, "p_ana", ["r_1", "r_2", "r_3", "r_none"])
    archived = [it.room.id for it in data(decision) if type(it).__name__ == "RoomChanged"]  # type: ignore[attr-defined]
    assert archived == ["r_1"]
    # And the community: a direct room may have been allowed because she facilitated elsewhere.
    assert set(decision.tightens) == {"r_1", "r_2", "r_3", "community"}
