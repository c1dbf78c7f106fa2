"""Sessions: signing in and out, ending what one signed in elsewhere, changing the password.

Whoever ends a session says so in the person's own stream: its connections close with the event, on
every node (promise P7). A new session never takes over an old one's id or secret (fixation).
"""

from __future__ import annotations

from collections.abc import Sequence

from accounts import names
from accounts.model import (
    SESSIONS_PER_PERSON,
    EndSessions,
    Newcomer,
    NewEmail,
    NewPassword,
    NewSession,
    SessionSeen,
)
from accounts.ports import AccountFacts
from protocol.events import SessionEnded
from protocol.ids import new_id
from rooms import policy
from rooms.cards import ending, person_card
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, NewEvent, PersonFacts

_WHY_NOT = {
    "waiting": "account_waiting",
    "suspended": "account_suspended",
    "ended": "pass_ended",
}


def signing_in(facts: Facts, person: str, newcomer: Newcomer) -> tuple[str, NewSession]:
    """A new session's id and record."""
    session = NewSession(
        id=new_id("s", facts.now // 1000),
        person=person,
        secret_hash=newcomer.secret_hash,
        device=newcomer.device,
        expires_at=facts.now + newcomer.lasts,
    )
    return session.id, session


def active(facts: Facts, person: str | None) -> PersonFacts:
    """The person, when they may sign in at all."""
    found = facts.person(person) if person else None
    if found is None or found.status == "deleted":
        raise Refusal("bad_credentials")
    if found.status != "active":
        raise _refused(facts, found)
    return found


def _refused(facts: Facts, person: PersonFacts) -> Refusal:
    """Why not, said kindly: whoever proved who they are may know the reason, and until when."""
    code = _WHY_NOT[person.status]
    for one in reversed(facts.binding(None, person.id)):
        return Refusal(
            code,
            until=ending(one.ends_at),
            reason=one.reason,
            sanction=one.id,
            appealed=one.appealed_at is not None,
            verdict=one.verdict,
            answer=one.answer,
        )
    return Refusal(code)


def sign_in(facts: AccountFacts, person: str, newcomer: Newcomer, proven: str) -> Decision:
    """Start a session for somebody whose password matched the hash `proven`.

    The hash is asked again under lock: a password that was changed since proves nothing. With
    `newcomer.password_hash` the same password is kept under newer parameters.
    """
    found = active(facts, person)
    if facts.password_hash(person) != proven:
        raise Refusal("bad_credentials")
    id_, session = signing_in(facts, person, newcomer)
    decision = Decision(result={"person": person_card(found), "session": id_})
    if newcomer.password_hash is not None:
        decision.records.append(NewPassword(person=person, hash=newcomer.password_hash))
    sessions = facts.open_sessions(person)
    surplus = sessions[: max(0, len(sessions) + 1 - SESSIONS_PER_PERSON)]
    _end(decision, person, surplus, "signed_out")
    decision.records.append(session)
    return decision


def _end(decision: Decision, person: str, sessions: Sequence[str], how: str) -> None:
    if not sessions:
        return
    decision.records.append(EndSessions(person=person, ids=tuple(sessions)))
    decision.events += [
        NewEvent(stream=person, data=SessionEnded(session=session, how=how))  # type: ignore[arg-type]
        for session in sessions
    ]


def end_all(person: str, how: str) -> Decision:
    """Every session ends, by one event."""
    ended = SessionEnded(session=None, how=how)  # type: ignore[arg-type]
    return Decision(
        events=[NewEvent(stream=person, data=ended)],
        records=[EndSessions(person=person, ids=None)],
    )


def sign_out(facts: AccountFacts, actor: Actor) -> Decision:
    """End the session that asks; where it has ended already nothing changes."""
    decision = Decision(result={})
    if actor.session in facts.open_sessions(actor.person):
        _end(decision, actor.person, [actor.session], "signed_out")
    return decision


def end(facts: AccountFacts, actor: Actor, session: str) -> Decision:
    """End one of one's own sessions."""
    if session not in facts.open_sessions(actor.person):
        raise Refusal("not_found", what="session")
    decision = Decision(result={})
    _end(decision, actor.person, [session], "revoked")
    return decision


def end_others(facts: AccountFacts, actor: Actor) -> Decision:
    """End all of one's own sessions but the one that asks."""
    decision = Decision(result={})
    others = [s for s in facts.open_sessions(actor.person) if s != actor.session]
    _end(decision, actor.person, others, "revoked")
    return decision


def change_password(facts: AccountFacts, actor: Actor, proven: str, encoded: str) -> Decision:
    """Another password, when the current one matched the hash `proven`; all other sessions end."""
    active(facts, actor.person)
    if facts.password_hash(actor.person) != proven:
        raise Refusal("conflict")
    decision = Decision(
        records=[NewPassword(person=actor.person, hash=encoded)],
        result={},
    )
    others = [s for s in facts.open_sessions(actor.person) if s != actor.session]
    _end(decision, actor.person, others, "password")
    return decision


def change_email(facts: AccountFacts, actor: Actor, email: str | None) -> Decision:
    """Another address, or none."""
    policy.check_community(facts.person(actor.person), facts.community(), "person.change")
    return Decision(
        records=[NewEmail(person=actor.person, email=names.email(email))],
        result={},
    )


def seen(facts: Facts, session: str, lasts: int) -> Decision:
    """Note that a session is in use, and let it last from now."""
    return Decision(records=[SessionSeen(id=session, expires_at=facts.now + lasts)])
