"""Coming in by a guest pass, which needs no account, and how a pass is drawn for those who show it.

Passes are made, listed and ended by commands (`protocol/commands/passes.py`).
"""

from __future__ import annotations

import asyncio

from accounts import names
from chat import qr
from chat.routes import links
from chat.routes.arrival import arrival, welcome
from chat.routes.base import Call, Reply, Route
from chat.signin import address
from protocol import visits as wire
from protocol.accounts import Nothing
from storage.accounts import jobs, secret
from storage.queries import passes


async def begin(call: Call) -> Reply:
    """Come into the room of a guest pass; a name is enough."""
    app, command = call.app, call.body
    names.display_name(command.name)
    names.time_zone(command.time_zone)
    come = ("sign_up.address", address(call.request))
    app.throttle.take(app.monotonic(), come)
    await links.look_at_invitation(call)
    made = secret.make(secret.SESSION)
    outcome = await app.run(jobs.begin_visit(call.path["code"], command, arrival(call, made)))
    # A pass has a count of its own: a whole workshop comes from one address.
    app.throttle.give_back(come)
    found = outcome.result
    begun = wire.VisitBegun(
        person=found["person"],
        room=found["room"],
        until=found["until"],
        token=made.secret if command.token else None,
    )
    return Reply(begun, headers=() if command.token else await welcome(call, made))


async def forget(call: Call) -> Reply:
    """A guest's visit ends, and what they wrote goes with them."""
    await call.app.run(jobs.forget_visit(call.who))
    call.app.erasure.begin(call.who.person)
    return Reply(Nothing())


async def drawn(call: Call) -> Reply:
    """A pass's link and QR code, for the facilitators of its room."""
    app = call.app
    code = await app.database.ask(passes.code, call.who.person, call.path["invitation"])
    url = links.invitation_url(app.public_url, code)
    picture = await asyncio.to_thread(qr.remembered, url)
    return Reply(wire.PassDrawn(url=url, qr=picture))


ROWS = (
    Route(
        "POST", "/invitations/{code}/visit", begin, body=wire.BeginVisit, reply=wire.VisitBegun,
        public=True, codes=("invitation_invalid", "no_guests_here", "too_long", "too_short",
                            "rate_limited", "busy"),
    ),
    Route(
        "DELETE", "/me/visit", forget, reply=Nothing, scope="write", cost=5.0,
        codes=("not_allowed", "pass_ended"),
    ),
    Route(
        "GET", "/passes/{invitation}/link", drawn, reply=wire.PassDrawn, cost=0.5,
        codes=("not_found",),
    ),
)  # fmt: skip
