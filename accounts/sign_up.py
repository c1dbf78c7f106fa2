"""Signing up: by an invitation, or with approval where the community has it so."""

from __future__ import annotations

import msgspec

from accounts import invitations, names, sessions
from accounts.model import Newcomer, NewEmail, NewPassword, UseInvitation, Waiting
from accounts.people import arriving, newcomer
from accounts.ports import AccountFacts
from protocol.accounts import SignUp
from rooms.actions.welcoming import greeting
from rooms.cards import person_card
from rooms.errors import Refusal
from rooms.model import Decision, PersonFacts, Record


def door(facts: AccountFacts, command: SignUp) -> bool:
    """Whether the newcomer will have to wait; raises where they cannot come in at all.

    Asked before the password is hashed, so that strangers cannot keep the hashing pool busy.
    """
    community = facts.community()
    if command.invitation is not None:
        invitations.usable(facts, command.invitation)
        return False
    if community.sign_up != "approval":
        raise Refusal("sign_up_closed")
    return True


def checked(command: SignUp) -> str:
    """The password as it will be hashed; refuses what can be refused without asking anything."""
    username = names.username(command.username)
    names.display_name(command.name)
    names.email(command.email)
    names.time_zone(command.time_zone)
    return names.password(command.password, username)


def sign_up(facts: AccountFacts, command: SignUp, arrival: Newcomer) -> Decision:
    """Make the account and, unless it waits, a session; join the invitation's room."""
    if arrival.password_hash is None:
        raise Refusal("missing_field", type="sign-up", field="password")
    if door(facts, command):
        person = _person(facts, command, "member", "waiting")
        return Decision(
            records=[Waiting(person=person), *_kept(person, command, arrival.password_hash)],
            result={"person": person_card(person), "waiting": True},
        )
    invitation, room = invitations.usable(facts, command.invitation or "")
    person = _person(facts, command, invitation.role, "active")
    decision = arriving(person)
    decision.events += invitations.entering(facts, room, person)
    id_, session = sessions.signing_in(facts, person.id, arrival)
    decision.records = [
        *_kept(person, command, arrival.password_hash),
        UseInvitation(id=invitation.id),
        session,
        *(greeting(room, facts.now) if room else ()),
    ]
    decision.result = {
        "person": person_card(person),
        "waiting": False,
        "session": id_,
        "room": room.id if room else None,
    }
    return decision


def _person(facts: AccountFacts, command: SignUp, role: str, status: str) -> PersonFacts:
    fresh = newcomer(facts, command.username, command.name, role)  # type: ignore[arg-type]
    zone = names.time_zone(command.time_zone)
    return msgspec.structs.replace(fresh, status=status, time_zone=zone)


def _kept(person: PersonFacts, command: SignUp, encoded: str) -> list[Record]:
    kept: list[Record] = [NewPassword(person=person.id, hash=encoded)]
    email = names.email(command.email)
    if email:
        kept.append(NewEmail(person=person.id, email=email))
    return kept
