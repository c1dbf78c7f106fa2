"""Inner hosts over HTTP, for those who run the community, where the operator lets them."""

from __future__ import annotations

from chat.outgoing import OutgoingError
from chat.outgoing.inner import check, written
from chat.routes.base import Call, Reply, Route
from protocol import hosts as wire
from protocol.accounts import Nothing
from rooms.errors import Refusal
from storage.accounts import host_jobs
from storage.queries import hosts


async def listed(call: Call) -> Reply:
    """The inner hosts that bots may be told at, who allowed them and when."""
    return await _all(call)


async def _all(call: Call) -> Reply:
    open_ = call.app.settings.admins_allow_hosts
    return Reply(await call.app.database.ask(hosts.listed, call.who.person, open_))


async def allow(call: Call) -> Reply:
    """Bots may be told at this host, where its name leads now."""
    await call.app.database.ask(hosts.check, call.who.person)
    if not call.app.settings.admins_allow_hosts:
        raise Refusal("host_refused", why="operator")
    host, name, port = written(call.body.host)
    try:
        addresses = await call.app.outgoing.addresses(name, port)
    except OutgoingError as error:
        raise Refusal("host_refused", why=error.why) from None
    check(addresses)
    await call.app.run(host_jobs.allow(call.who, host, tuple(addresses)))
    return await _all(call)


async def forbid(call: Call) -> Reply:
    """Nothing is sent there any more, from the next request on."""
    await call.app.run(host_jobs.forbid(call.who, call.path["host"]))
    return Reply(Nothing())


ROWS = (
    Route(
        "GET", "/community/hosts", listed, reply=wire.InnerHosts, scope="admin", cost=0.5,
        codes=("not_allowed",),
    ),
    Route(
        "POST", "/community/hosts", allow, body=wire.AllowHost, reply=wire.InnerHosts,
        scope="admin", cost=5.0, codes=("not_allowed", "host_refused", "too_many"),
    ),
    Route(
        "DELETE", "/community/hosts/{host}", forbid, reply=Nothing, scope="admin", cost=1.0,
        codes=("not_allowed", "not_found"),
    ),
)  # fmt: skip
