"""Links and invitations as those meet them who hold one: look, use, accept. And how they are drawn.

Secrets stand behind the `#` of an address: browsers send that part to nobody, so they come into no
log of a proxy.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from accounts import names
from accounts.links import ASKS_FOR_PASSWORD
from chat import qr
from chat.routes.arrival import arrival, welcome
from chat.routes.base import Call, Reply, Route
from chat.signin import address
from protocol import accounts as wire
from rooms.cards import rfc3339
from rooms.errors import Refusal
from storage.accounts import jobs, queries, secret


def invitation_url(public_url: str, code: str) -> str:
    """Where an invitation leads."""
    return f"{public_url}/#/join/{code}"


def link_url(public_url: str, token: str) -> str:
    """Where a link that works once leads."""
    return f"{public_url}/#/link/{token}"


def drawn(public_url: str, invitation: wire.Invitation) -> wire.Invitation:
    """An invitation with its address and QR code."""
    url = invitation_url(public_url, invitation.code)
    return msgspec.structs.replace(invitation, url=url, qr=qr.remembered(url))


def handed_over(public_url: str, made: secret.Made, expires_at: int) -> wire.LinkMade:
    """A link with its address and QR code."""
    url = link_url(public_url, made.secret)
    return wire.LinkMade(url=url, qr=qr.svg(url), expires_at=rfc3339(expires_at))


@asynccontextmanager
async def guessing(call: Call) -> AsyncIterator[None]:
    """Inside, a refusal counts as a guess of this address."""
    guess = ("link.address", address(call.request))
    call.app.throttle.take(call.app.monotonic(), guess)
    yield
    call.app.throttle.give_back(guess)


async def look_at_link(call: Call) -> Reply:
    """What a link is for."""
    hashed = secret.hashed(call.path["token"])
    async with guessing(call):
        face = await call.app.database.ask(queries.link_face, hashed, call.app.now())
        if face is None:
            raise Refusal("link_invalid")
    return Reply(face)


async def use_link(call: Call) -> Reply:
    """Sign in by a link; slips and resets choose a password first."""
    app = call.app
    face: wire.LinkFace = (await look_at_link(call)).value
    if face.person is None:
        raise Refusal("link_invalid")
    encoded = None
    if face.kind in ASKS_FOR_PASSWORD:
        if call.body.password is None:
            raise Refusal("missing_field", type="This link", field="password")
        encoded = await app.hasher.hash(names.password(call.body.password, face.person.username))
    made = secret.make(secret.SESSION)
    hashed = secret.hashed(call.path["token"])
    outcome = await app.run(jobs.use_link(hashed, arrival(call, made, encoded)))
    person = outcome.result["person"]
    return Reply(wire.SignedIn(person=person), headers=await welcome(call, made))


async def look_at_invitation(call: Call) -> Reply:
    """What an invitation leads to."""
    app = call.app
    async with guessing(call):
        face = await app.database.ask(queries.invitation_face, call.path["code"], app.now())
        if face is None:
            raise Refusal("invitation_invalid")
    return Reply(face)


async def accept(call: Call) -> Reply:
    """Join the invitation's room as who one is."""
    await look_at_invitation(call)
    outcome = await call.app.run(jobs.accept_invitation(call.who, call.path["code"]))
    return Reply(wire.Accepted(room=outcome.result["room"]))


ROWS = (
    Route(
        "GET", "/links/{token}", look_at_link, reply=wire.LinkFace, public=True,
        codes=("link_invalid", "rate_limited"),
    ),
    Route(
        "POST", "/links/{token}", use_link, body=wire.UseLink, reply=wire.SignedIn, public=True,
        codes=("link_invalid", "too_long", "too_short", "rate_limited", "busy"),
    ),
    Route(
        "GET", "/invitations/{code}", look_at_invitation, reply=wire.InvitationFace, public=True,
        codes=("invitation_invalid", "rate_limited"),
    ),
    Route(
        "POST", "/invitations/{code}/accept", accept, reply=wire.Accepted, cost=1.0,
        codes=("invitation_invalid", "too_many", "rate_limited"),
    ),
)  # fmt: skip
