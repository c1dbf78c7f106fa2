"""Inner hosts: which addresses inside the server's network bots may be told at.

The network is more than the community's, so this is written down, warned of on the screen, bound to
the numbers that a name led to when it was allowed, and may be forbidden by the operator. Whether
numbers may be allowed at all is `chat.outgoing`'s to say, which dials them.
"""

from __future__ import annotations

from accounts.model import ForbidHost, NewHost
from accounts.people import allowed, audit
from accounts.ports import AccountFacts
from protocol import limits
from protocol.ids import new_id
from rooms.errors import Refusal
from rooms.model import Actor, Decision


def allow(facts: AccountFacts, actor: Actor, host: str, addresses: tuple[str, ...]) -> Decision:
    """Bots may be told at this host; again: what it leads to now is allowed instead."""
    allowed(facts, actor, "host.allow")
    standing = facts.inner_hosts()
    before = next((id_ for id_, name in standing.items() if name == host), None)
    if before is None and len(standing) >= limits.INNER_HOSTS:
        most = limits.INNER_HOSTS
        raise Refusal("too_many", what="hosts", max=most, actual=len(standing) + 1)
    id_ = before or new_id("h", facts.now // 1000)
    new = NewHost(id=id_, host=host, addresses=addresses, by=actor.person)
    return Decision(
        records=[new, audit(facts, actor, "host.allow", id_, host)], result={"host": id_}
    )


def forbid(facts: AccountFacts, actor: Actor, id_: str) -> Decision:
    """Nothing is sent there any more, from the next request on."""
    allowed(facts, actor, "host.allow")
    host = facts.inner_hosts().get(id_)
    if host is None:
        raise Refusal("not_found", what="host")
    records = [ForbidHost(id=id_), audit(facts, actor, "host.forbid", id_, host)]
    return Decision(records=records, result={})
