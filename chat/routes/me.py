"""What is one's own: sessions, password, address, tokens, and the account itself.

All of it takes the person: API tokens do not have the scope. What would be worth stealing takes the
password once more, and wrong ones are throttled.
"""

from __future__ import annotations

import asyncio

from accounts import names
from accounts.model import ACCOUNT_SCOPE
from chat.routes.base import Call, Reply, Route
from protocol import accounts as wire
from rooms.errors import Refusal
from storage.accounts import jobs, queries, secret

_PATIENCE = 20.0
"""Seconds that a deletion is waited for; it goes on afterwards."""


async def _prove(call: Call, password: str) -> str:
    """The hash that the password matched; raises `bad_credentials`."""
    app, person = call.app, call.who.person
    tried = ("password.person", person)
    app.throttle.take(app.monotonic(), tried)
    found = await app.database.ask(queries.credential_of, person)
    right = await app.hasher.verify(found.hash if found else None, names.typed(password))
    if found is None or not right:
        raise Refusal("bad_credentials")
    app.throttle.forget(tried)
    return str(found.hash)


async def sessions(call: Call) -> Reply:
    """Where one is signed in."""
    who, app = call.who, call.app
    found = await app.database.ask(queries.sessions_of, who.person, who.session, app.now())
    return Reply(wire.Sessions(sessions=found))


async def end_session(call: Call) -> Reply:
    """Sign out somewhere else."""
    await call.app.run(jobs.end_session(call.who, call.path["session"]))
    return Reply(wire.Nothing())


async def end_other_sessions(call: Call) -> Reply:
    """Sign out everywhere else."""
    await call.app.run(jobs.end_other_sessions(call.who))
    return Reply(wire.Nothing())


async def change_password(call: Call) -> Reply:
    """Another password; all other sessions end."""
    app, person = call.app, await call.app.database.ask(queries.person, call.who.person)
    fresh = names.password(call.body.password, person.username if person else "")
    proven = await _prove(call, call.body.current)
    encoded = await app.hasher.hash(fresh)
    await app.run(jobs.change_password(call.who, proven, encoded))
    return Reply(wire.Nothing())


async def change_email(call: Call) -> Reply:
    """Another address, or none."""
    names.email(call.body.email)
    await _prove(call, call.body.password)
    await call.app.run(jobs.change_email(call.who, call.body.email))
    return Reply(wire.Nothing())


async def delete_account(call: Call) -> Reply:
    """Delete the account and every text of it. Nothing brings it back."""
    app, person = call.app, call.who.person
    proven = await _prove(call, call.body.password)
    await app.run(jobs.close_account(call.who, proven))
    await asyncio.wait({app.erasure.begin(person)}, timeout=_PATIENCE)
    return Reply(wire.Nothing(), headers=(app.sign_in.drop_cookie(),))


async def tokens(call: Call) -> Reply:
    """One's API tokens, without their secrets."""
    found = await call.app.database.ask(queries.tokens_of, call.who.person)
    return Reply(wire.Tokens(tokens=found))


async def create_token(call: Call) -> Reply:
    """An API token; its secret is told this once."""
    made = secret.make(secret.TOKEN)
    outcome = await call.app.run(jobs.create_token(call.who, call.body, made.hash))
    found = await call.app.database.ask(queries.tokens_of, call.who.person)
    token = next(token for token in found if token.id == outcome.result["token"])
    return Reply(wire.TokenMade(token=token, secret=made.secret))


async def revoke_token(call: Call) -> Reply:
    """End a token; its open connections close."""
    await call.app.run(jobs.revoke_token(call.who, call.path["token"]))
    return Reply(wire.Nothing())


_OWN = ACCOUNT_SCOPE
ROWS = (
    Route("GET", "/me/sessions", sessions, reply=wire.Sessions, scope=_OWN, cost=0.5),
    Route("DELETE", "/me/sessions", end_other_sessions, reply=wire.Nothing, scope=_OWN, cost=1.0),
    Route(
        "DELETE", "/me/sessions/{session}", end_session, reply=wire.Nothing, scope=_OWN, cost=1.0,
        codes=("not_found",),
    ),
    Route(
        "PUT", "/me/password", change_password, body=wire.ChangePassword, reply=wire.Nothing,
        scope=_OWN, cost=2.0, codes=("bad_credentials", "too_short", "too_long", "rate_limited"),
    ),
    Route(
        "PUT", "/me/email", change_email, body=wire.ChangeEmail, reply=wire.Nothing,
        scope=_OWN, cost=2.0, codes=("bad_credentials", "invalid", "rate_limited"),
    ),
    Route(
        "DELETE", "/me", delete_account, body=wire.DeleteAccount, reply=wire.Nothing,
        scope=_OWN, cost=2.0, codes=("bad_credentials", "last_owner", "rate_limited"),
    ),
    Route("GET", "/me/tokens", tokens, reply=wire.Tokens, scope=_OWN, cost=0.5),
    Route(
        "POST", "/me/tokens", create_token, body=wire.CreateToken, reply=wire.TokenMade,
        scope=_OWN, cost=1.0, codes=("not_allowed", "too_many", "too_few"),
    ),
    Route(
        "DELETE", "/me/tokens/{token}", revoke_token, reply=wire.Nothing, scope=_OWN, cost=1.0,
        codes=("not_found",),
    ),
)  # fmt: skip
