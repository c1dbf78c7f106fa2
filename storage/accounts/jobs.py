"""Jobs of accounts: each act with the streams it locks.

Whatever adds a person, counts an invitation or changes who may do what writes the community's
stream and so happens one at a time; signing in and out touches the person's own stream only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from accounts import (
    class_list,
    deletion,
    invitations,
    links,
    passes,
    people,
    push,
    sessions,
    set_up,
    sign_up,
    suspension,
    tokens,
)
from accounts.model import Newcomer, TokenSeen
from accounts.ports import AccountFacts
from protocol import accounts as wire
from protocol import visits
from protocol.ids import ADMINS, COMMUNITY, facilitators_stream
from protocol.notify import SubscribeDevice
from rooms.actions import bots, holding, planning
from rooms.facts import Facts
from rooms.model import Actor, Decision
from storage.accounts.facts import SqlAccountFacts
from storage.transaction import Job, Locks

Act = Callable[[AccountFacts], Decision]
_NOBODY = "anonymous"


def _job(actor: Actor | str | None, act: Act, *write: str, share: tuple[str, ...] = ()) -> Job:
    who = actor.person if isinstance(actor, Actor) else actor or people.OPERATOR
    return Job(
        actor=who,
        locks=lambda _: Locks(write=write, share=share),
        act=lambda facts: act(SqlAccountFacts.of(facts)),
    )


def _own(actor: Actor, act: Act) -> Job:
    """An act on what is one's own."""
    return _job(actor, act, actor.person, share=(COMMUNITY,))


def _by_invitation(actor: str, code: str | None, act: Act, *write: str) -> Job:
    def locks(facts: Facts) -> Locks:
        found = SqlAccountFacts.of(facts).invitation(code=code) if code else None
        room = (found.room,) if found and found.room else ()
        return Locks(write=(COMMUNITY, *write, *room), share=())

    return Job(actor=actor, locks=locks, act=lambda facts: act(SqlAccountFacts.of(facts)))


# --- coming in ------------------------------------------------------------------------------------


def set_up_community(command: wire.SetUp, link_hash: str, arrival: Newcomer, code: str) -> Job:
    """Begin the community."""
    return _job(_NOBODY, lambda f: set_up.set_up(f, command, link_hash, arrival, code))


def sign_up_person(command: wire.SignUp, arrival: Newcomer) -> Job:
    """Make an account."""
    act: Act = lambda f: sign_up.sign_up(f, command, arrival)  # noqa: E731
    return _by_invitation(_NOBODY, command.invitation, act)


def sign_in(person: str, arrival: Newcomer, proven: str) -> Job:
    """Start a session after the password was right."""
    act: Act = lambda f: sessions.sign_in(f, person, arrival, proven)  # noqa: E731
    return _job(person, act, person, share=(COMMUNITY,))


def appeal_suspension(person: str, proven: str, words: str) -> Job:
    """Somebody who is suspended asks to be heard again."""
    act: Act = lambda f: suspension.appeal(f, person, proven, words)  # noqa: E731
    return _job(person, act, person, ADMINS, share=(COMMUNITY,))


def use_link(secret_hash: str, arrival: Newcomer) -> Job:
    """Sign in by a link."""

    def locks(facts: Facts) -> Locks:
        found = SqlAccountFacts.of(facts).link(secret_hash)
        return Locks(write=(found.person,) if found and found.person else ())

    return Job(
        actor=_NOBODY,
        locks=locks,
        act=lambda facts: links.use(SqlAccountFacts.of(facts), secret_hash, arrival),
    )


def accept_invitation(actor: Actor, code: str) -> Job:
    """Join the invitation's room."""
    act: Act = lambda f: invitations.accept(f, actor, code)  # noqa: E731
    return _by_invitation(actor.person, code, act, actor.person)


def begin_visit(code: str, command: visits.BeginVisit, arrival: Newcomer) -> Job:
    """Come in by a guest pass. Its uses are counted under the room's lock, as it is revoked."""

    def locks(facts: Facts) -> Locks:
        found = SqlAccountFacts.of(facts).invitation(code=code)
        room = found.room if found else None
        return Locks(write=(room, facilitators_stream(room)) if room else ())

    act: Act = lambda f: passes.begin(f, code, command, arrival)  # noqa: E731
    return Job(actor=_NOBODY, locks=locks, act=lambda facts: act(SqlAccountFacts.of(facts)))


def visit_over(person: str) -> Job:
    """A guest's time is over."""

    def locks(facts: Facts) -> Locks:
        visit = facts.visit(person)
        if visit is None:
            return Locks(share=())
        return Locks(write=(person, visit.room, facilitators_stream(visit.room)))

    return Job(actor=person, locks=locks, act=lambda facts: passes.settle(facts, person))


def forget_visit(actor: Actor) -> Job:
    """A guest goes and takes what they wrote along."""

    def locks(facts: Facts) -> Locks:
        visit = facts.visit(actor.person)
        room = (visit.room, facilitators_stream(visit.room)) if visit else ()
        return Locks(write=(COMMUNITY, actor.person, *room), share=())

    return Job(actor.person, locks, lambda facts: passes.forget(facts, actor))


# --- what is one's own ----------------------------------------------------------------------------


def sign_out(actor: Actor) -> Job:
    """End the session that asks."""
    return _own(actor, lambda f: sessions.sign_out(f, actor))


def end_session(actor: Actor, session: str) -> Job:
    """End one of one's own sessions."""
    return _own(actor, lambda f: sessions.end(f, actor, session))


def end_other_sessions(actor: Actor) -> Job:
    """End all others."""
    return _own(actor, lambda f: sessions.end_others(f, actor))


def change_password(actor: Actor, proven: str, encoded: str) -> Job:
    """Another password."""
    return _own(actor, lambda f: sessions.change_password(f, actor, proven, encoded))


def change_email(actor: Actor, email: str | None) -> Job:
    """Another address."""
    return _own(actor, lambda f: sessions.change_email(f, actor, email))


def session_seen(actor: Actor, lasts: int) -> Job:
    """A session or token is in use."""
    if actor.session.startswith("t_"):
        return _job(actor, lambda _: Decision(records=[TokenSeen(id=actor.session)]))
    return _job(actor, lambda f: sessions.seen(f, actor.session, lasts))


def create_token(actor: Actor, command: wire.CreateToken, secret_hash: str) -> Job:
    """A token."""
    return _own(actor, lambda f: tokens.create(f, actor, command, secret_hash))


def revoke_token(actor: Actor, token: str) -> Job:
    """End a token."""
    return _own(actor, lambda f: tokens.revoke(f, actor, token))


def subscribe_device(actor: Actor, command: SubscribeDevice) -> Job:
    """Notify the device that asks."""
    return _own(actor, lambda f: push.subscribe(f, actor, command))


def unsubscribe_device(actor: Actor, session: str) -> Job:
    """Notify a device no more."""
    return _own(actor, lambda f: push.unsubscribe(f, actor, session))


# --- what those do who run the community ----------------------------------------------------------


def create_invitation(actor: Actor | None, command: wire.CreateInvitation, code: str) -> Job:
    """An invitation."""
    return _job(actor, lambda f: invitations.create(f, actor, command, code), COMMUNITY)


def revoke_invitation(actor: Actor | None, invitation: str) -> Job:
    """End an invitation."""
    return _job(actor, lambda f: invitations.revoke(f, actor, invitation), COMMUNITY)


def make_class(actor: Actor | None, command: wire.ClassList, secret_hashes: Sequence[str]) -> Job:
    """Accounts from a class list, or what they would be."""
    room = (command.room,) if command.room else ()
    act: Act = lambda f: class_list.make(f, actor, command, secret_hashes)  # noqa: E731
    return _job(actor, act, COMMUNITY, *room)


def decline_person(actor: Actor, person: str) -> Job:
    """No to an account that waits."""
    return _job(actor, lambda f: people.decline(f, actor, person), COMMUNITY)


def reset_link(actor: Actor | None, person: str, secret_hash: str) -> Job:
    """A link to a new password."""
    act: Act = lambda f: links.reset(f, actor, person, secret_hash)  # noqa: E731
    return _job(actor, act, person, share=(COMMUNITY,))


# --- what only the command line does --------------------------------------------------------------


def offer_set_up(secret_hash: str) -> Job:
    """A set-up link."""
    return _job(None, lambda f: links.offer_set_up(f, secret_hash))


def offer_sign_in(person: str, secret_hash: str) -> Job:
    """A link that signs in."""
    return _job(None, lambda f: links.offer_sign_in(f, person, secret_hash), person)


def issue_token(person: str, command: wire.CreateToken, secret_hash: str) -> Job:
    """A token for anybody."""
    return _job(None, lambda f: tokens.issue(f, person, command, secret_hash), person)


def withdraw_token(person: str, token: str) -> Job:
    """End anybody's token."""
    return _job(None, lambda f: tokens.withdraw(f, person, token), person)


# --- deleting an account --------------------------------------------------------------------------


def close_account(actor: Actor, proven: str) -> Job:
    """The first step: the account is gone."""
    act: Act = lambda f: deletion.close(f, actor, proven)  # noqa: E731
    return _job(actor, act, COMMUNITY, actor.person)


def _with_desks(rooms: Sequence[str]) -> list[str]:
    return [*rooms, *map(facilitators_stream, rooms)]


def leave_rooms(person: str, rooms: Sequence[str]) -> Job:
    """Leave some rooms."""
    act: Act = lambda f: deletion.leave(f, person, rooms)  # noqa: E731
    return _job(person, act, COMMUNITY, person, *_with_desks(rooms), ADMINS)


def erase_texts(person: str, rooms: Sequence[str], messages: Sequence[str]) -> Job:
    """Delete some messages, which stand in these rooms."""
    act: Act = lambda f: deletion.erase_texts(f, person, messages)  # noqa: E731
    return _job(person, act, *_with_desks(rooms))


def erase_held(person: str) -> Job:
    """Some posts of theirs that wait or were declined; the result says whether there were any."""
    most = deletion.MESSAGES_AT_ONCE

    def locks(facts: Facts) -> Locks:
        rooms = {held.room for held in facts.held_by(person, most)}
        return Locks(write=(person, *_with_desks(sorted(rooms))))

    return Job(person, locks, lambda f: holding.erased(f, person, most))


def erase_planned(person: str) -> Job:
    """Some of what they planned, or wrote for rooms to be reminded of; the result says whether
    there was any."""
    most = deletion.MESSAGES_AT_ONCE

    def locks(facts: Facts) -> Locks:
        found = facts.planned_by(person, most)
        return Locks(write=(person, *sorted({one.owner for one in found} - {person})))

    return Job(person, locks, lambda f: planning.erased(f, person, most))


def erase_asked(person: str) -> Job:
    """Some of what was said and asked between them and bots; the result says whether there was
    any."""
    most = deletion.MESSAGES_AT_ONCE

    def locks(facts: Facts) -> Locks:
        streams = {one.bot for one in facts.interactions_with(person, most)}
        streams |= {one.person for one in facts.whispers_with(person, most)}
        return Locks(write=(person, *sorted(streams - {person})))

    return Job(person, locks, lambda f: bots.erased(f, person, most))


def erase_tools(person: str, rooms: Sequence[str]) -> Job:
    """Take their texts out of the tools of some rooms."""
    return _job(person, lambda f: deletion.erase_tools(f, person, rooms), *rooms)


def erase_cards(person: str, places: Sequence[tuple[str, int]]) -> Job:
    """Take the name out of some events."""
    streams = sorted({stream for stream, _ in places})
    return _job(person, lambda f: deletion.erase_cards(f, person, places), *streams)


def account_erased(person: str) -> Job:
    """The last step."""
    return _job(None, lambda f: deletion.erased(f, person), person)
