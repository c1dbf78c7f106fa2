"""Jobs of inner hosts: the community's stream is locked, so that one host stands once."""

from __future__ import annotations

from accounts import hosts
from protocol.ids import COMMUNITY
from rooms.model import Actor
from storage.accounts.facts import SqlAccountFacts
from storage.transaction import Job, Locks

_LOCKS = Locks(write=(COMMUNITY,), share=())


def allow(actor: Actor, host: str, addresses: tuple[str, ...]) -> Job:
    """Bots may be told at this host."""
    return Job(
        actor.person,
        lambda _: _LOCKS,
        lambda facts: hosts.allow(SqlAccountFacts.of(facts), actor, host, addresses),
    )


def forbid(actor: Actor, host: str) -> Job:
    """Nothing is sent there any more."""
    return Job(
        actor.person,
        lambda _: _LOCKS,
        lambda facts: hosts.forbid(SqlAccountFacts.of(facts), actor, host),
    )
