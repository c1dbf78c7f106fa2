"""API tokens of people, and bots, who have nothing but a token.

A token may do no more than its scopes, and never what only the person may (`ACCOUNT_SCOPE`).
"""

from __future__ import annotations

from accounts.model import SCOPES, NewToken, RevokeToken
from accounts.people import allowed, audit
from accounts.ports import AccountFacts
from protocol import limits
from protocol.accounts import CreateToken
from protocol.events import SessionEnded
from protocol.ids import new_id
from rooms import text
from rooms.errors import Refusal
from rooms.model import Actor, Decision, NewEvent


def create(facts: AccountFacts, actor: Actor, command: CreateToken, secret_hash: str) -> Decision:
    """A token of one's own."""
    allowed(facts, actor, "token.create")
    return _making(facts, actor.person, command, secret_hash)


def _making(facts: AccountFacts, person: str, command: CreateToken, secret_hash: str) -> Decision:
    name = text.line("name", command.name, limits.TOKEN_NAME, 1)
    scopes = tuple(scope for scope in SCOPES if scope in command.scopes)
    if not scopes:
        raise Refusal("too_few", what="scopes", min=1, actual=0)
    count = len(facts.open_tokens(person))
    if count >= limits.TOKENS_PER_PERSON:
        raise Refusal("too_many", what="tokens", max=limits.TOKENS_PER_PERSON, actual=count + 1)
    token = NewToken(
        id=new_id("t", facts.now // 1000),
        person=person,
        name=name,
        scopes=scopes,
        secret_hash=secret_hash,
    )
    return Decision(records=[token], result={"token": token.id})


def revoke(facts: AccountFacts, actor: Actor, token: str) -> Decision:
    """End a token of one's own; its connections close."""
    return _ending(facts, actor.person, token)


def _ending(facts: AccountFacts, person: str, token: str) -> Decision:
    if token not in facts.open_tokens(person):
        raise Refusal("not_found", what="token")
    ended = SessionEnded(session=token, how="revoked")
    return Decision(
        events=[NewEvent(stream=person, data=ended)],
        records=[RevokeToken(id=token)],
        result={},
    )


def issue(facts: AccountFacts, person: str, command: CreateToken, secret_hash: str) -> Decision:
    """A token for somebody, bots too, made by whoever sits at the machine."""
    found = facts.person(person)
    if found is None or found.status != "active":
        raise Refusal("not_found", what="person")
    decision = _making(facts, person, command, secret_hash)
    decision.records.append(audit(facts, None, "token.create", person))
    return decision


def withdraw(facts: AccountFacts, person: str, token: str) -> Decision:
    """End anybody's token, from the command line."""
    decision = _ending(facts, person, token)
    decision.records.append(audit(facts, None, "token.revoke", person))
    return decision
