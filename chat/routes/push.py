"""Devices that are notified: subscribing the one that asks, ending any of one's own.

It takes the person, as sessions do: API tokens do not have the scope. The address of a subscription
is told to nobody again.
"""

from __future__ import annotations

from accounts.model import ACCOUNT_SCOPE
from chat.outgoing import OutgoingError
from chat.push.pushing import SAMPLE
from chat.routes.base import Call, Reply, Route
from protocol import accounts as wire
from protocol.notify import PushDevices, SubscribeDevice
from rooms.errors import Refusal
from rooms.records import Schedule
from storage.accounts import jobs
from storage.jobs.store import recording
from storage.queries import notify, push


async def devices(call: Call) -> Reply:
    """Our public key, and one's devices that are notified."""
    who, app = call.who, call.app
    found = await app.database.ask(notify.devices, who.person, who.session, app.now())
    return Reply(PushDevices(key=app.push.courier.vapid.public, devices=found))


async def subscribe(call: Call) -> Reply:
    """Notify the device that asks; again with another subscription replaces it."""
    try:
        # Asked here for a kind answer; what is dialled is looked at again each time.
        await call.app.push_services.target(call.body.endpoint, tls_only=True)
    except OutgoingError as error:
        problem = "it leads nowhere we may send to"
        raise Refusal("invalid", field="endpoint", problem=problem) from error
    await call.app.run(jobs.subscribe_device(call.who, call.body))
    return Reply(wire.Nothing())


async def unsubscribe(call: Call) -> Reply:
    """Notify the device that asks no more."""
    await call.app.run(jobs.unsubscribe_device(call.who, call.who.session))
    return Reply(wire.Nothing())


async def unsubscribe_other(call: Call) -> Reply:
    """Notify another of one's devices no more."""
    await call.app.run(jobs.unsubscribe_device(call.who, call.path["session"]))
    return Reply(wire.Nothing())


async def show(call: Call) -> Reply:
    """Send the device that asks a notification, to see how it looks."""
    app, session = call.app, call.who.session
    if await app.database.ask(push.device, session, app.now()) is None:
        raise Refusal("not_found", what="subscription")
    await app.run(recording(Schedule(kind=SAMPLE, key=session, at=app.now())))
    return Reply(wire.Nothing())


_OWN = ACCOUNT_SCOPE
ROWS = (
    Route("GET", "/me/push", devices, reply=PushDevices, scope=_OWN, cost=0.5),
    Route(
        "PUT", "/me/push", subscribe, body=SubscribeDevice, reply=wire.Nothing, scope=_OWN,
        cost=2.0, codes=("invalid", "too_long"),
    ),
    Route("DELETE", "/me/push", unsubscribe, reply=wire.Nothing, scope=_OWN, cost=1.0),
    Route(
        "POST", "/me/push/try", show, reply=wire.Nothing, scope=_OWN, cost=5.0,
        codes=("not_found",),
    ),
    Route(
        "DELETE", "/me/push/{session}", unsubscribe_other, reply=wire.Nothing, scope=_OWN,
        cost=1.0, codes=("not_found",),
    ),
)  # fmt: skip
