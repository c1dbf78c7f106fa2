"""Coming in, by whatever way: what a new session begins with, and its cookie."""

from __future__ import annotations

from accounts.model import Newcomer
from chat.routes.base import Call
from chat.signin import Header, bearer_of, device
from storage.accounts import jobs, secret


def arrival(call: Call, made: secret.Made, password_hash: str | None = None) -> Newcomer:
    """What a new session begins with."""
    return Newcomer(
        secret_hash=made.hash,
        device=device(call.request),
        password_hash=password_hash,
        lasts=call.app.sign_in.lasts,
    )


async def welcome(call: Call, made: secret.Made) -> tuple[Header, ...]:
    """The cookie of a new session; whoever was signed in on this browser before is signed out."""
    before = call.actor
    if before is not None and before.session.startswith("s_") and bearer_of(call.request) is None:
        await call.app.run(jobs.sign_out(before))
    return (call.app.sign_in.set_cookie(made.secret),)
