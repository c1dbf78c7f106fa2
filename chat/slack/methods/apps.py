"""`apps.connections.open`: the address of a socket."""

from __future__ import annotations

from chat.slack.base import Call, Methods, Struct
from rooms.errors import Refusal


async def connect(call: Call) -> Struct:
    """apps.connections.open"""
    if "read" not in call.actor.scopes:
        raise Refusal("scope_missing", scope="read")
    call.app.spend(call.me, 1.0)
    return {"url": call.app.slack.ticket(call.actor)}


METHODS: Methods = {"apps.connections.open": connect}
