"""Links that work once: sign-in slips, password resets, sign-in links, set-up.

Only a hash of the secret is known here. A link to a person is as good as their password, so only
those who run the community make one, of owners and admins only owners do, and every one is audited.
"""

from __future__ import annotations

from accounts import sessions
from accounts.model import (
    LINK_LASTS,
    LinkFacts,
    LinkKind,
    Newcomer,
    NewLink,
    NewPassword,
    UseLink,
    VoidLinks,
)
from accounts.people import allowed, audit
from accounts.ports import AccountFacts
from protocol.ids import new_id
from rooms.cards import person_card
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, Record

ASKS_FOR_PASSWORD: frozenset[LinkKind] = frozenset({"slip", "reset"})
PERSONAL: tuple[LinkKind, ...] = ("slip", "reset", "sign_in")


def usable(facts: AccountFacts, secret_hash: str, *kinds: LinkKind) -> LinkFacts:
    """A link of one of these kinds that still works; otherwise one refusal for every reason."""
    link = facts.link(secret_hash)
    if link is None or link.used or link.expires_at <= facts.now or link.kind not in kinds:
        raise Refusal("link_invalid")
    return link


def making(
    facts: Facts, kind: LinkKind, person: str | None, secret_hash: str, by: Actor | None = None
) -> NewLink:
    """A new link's record."""
    return NewLink(
        id=new_id("l", facts.now // 1000),
        kind=kind,
        person=person,
        secret_hash=secret_hash,
        created_by=by.person if by else None,
        expires_at=facts.now + LINK_LASTS[kind],
    )


def use(facts: AccountFacts, secret_hash: str, newcomer: Newcomer) -> Decision:
    """Sign in by a link. Slip and reset choose a password, and end what was signed in before."""
    link = usable(facts, secret_hash, *PERSONAL)
    if link.kind in ASKS_FOR_PASSWORD and newcomer.password_hash is None:
        raise Refusal("missing_field", type="link", field="password")
    found = facts.person(link.person or "")
    if found is None or found.status == "deleted":
        raise Refusal("link_invalid")
    sessions.active(facts, found.id)
    id_, session = sessions.signing_in(facts, found.id, newcomer)
    decision = Decision()
    if link.kind in ASKS_FOR_PASSWORD and newcomer.password_hash is not None:
        if facts.open_sessions(found.id):
            decision = sessions.end_all(found.id, "password")
        decision.records += [
            NewPassword(person=found.id, hash=newcomer.password_hash),
            VoidLinks(person=found.id, kinds=PERSONAL),
        ]
    decision.records += [UseLink(id=link.id), session]
    decision.result = {"person": person_card(found), "session": id_}
    return decision


def reset(facts: AccountFacts, actor: Actor | None, person: str, secret_hash: str) -> Decision:
    """A link by which somebody chooses a new password; earlier ones of theirs work no more."""
    by = allowed(facts, actor, "person.reset")
    found = facts.person(person)
    if found is None or found.status != "active":
        raise Refusal("not_found", what="person")
    if found.role == "bot":
        raise Refusal("invalid", field="person", problem="a bot has a token, no password")
    if found.visits:
        raise Refusal("invalid", field="person", problem="they are here by a guest pass")
    if by is not None and found.runs_community and by.role != "owner":
        raise Refusal("not_allowed")
    return _offer(facts, actor, "reset", found.id, secret_hash)


def _offer(
    facts: AccountFacts, actor: Actor | None, kind: LinkKind, person: str, secret_hash: str
) -> Decision:
    link = making(facts, kind, person, secret_hash, actor)
    void: list[Record] = [VoidLinks(person=person, kinds=("slip", "reset"))]
    return Decision(
        records=[*void, link, audit(facts, actor, f"link.{kind}", person)],
        result={"expires_at": link.expires_at},
    )


def offer_sign_in(facts: AccountFacts, person: str, secret_hash: str) -> Decision:
    """A link that signs somebody in without a password: for the command line (demo)."""
    found = facts.person(person)
    if found is None or found.status != "active":
        raise Refusal("not_found", what="person")
    link = making(facts, "sign_in", person, secret_hash)
    return Decision(
        records=[link, audit(facts, None, "link.sign_in", person)],
        result={"expires_at": link.expires_at},
    )


def offer_set_up(facts: AccountFacts, secret_hash: str) -> Decision:
    """A link by which the first owner sets the community up; earlier ones go on working."""
    if facts.is_set_up():
        raise Refusal("set_up_done")
    link = making(facts, "set_up", None, secret_hash)
    return Decision(records=[link], result={"expires_at": link.expires_at})
