"""The entrance: set-up, signing in, signing out, signing up, and who one is.

Strangers come here, so everything is throttled before it costs anything, and a wrong name and a
wrong password are answered alike, in time and words.
"""

from __future__ import annotations

from accounts import names, set_up, sign_up
from chat.routes import links
from chat.routes.arrival import arrival, welcome
from chat.routes.base import Call, Reply, Route
from chat.signin import address
from protocol import accounts as wire
from rooms.errors import Refusal
from storage.accounts import jobs, queries, secret


async def session(call: Call) -> Reply:
    """Who asks, if anybody, and which community this is."""
    ask = call.app.database.ask
    community = await ask(queries.community_face)
    actor = call.actor
    person = await ask(queries.person, actor.person) if actor else None
    over = actor is None and await _pass_ended(call)
    return Reply(
        wire.SessionState(
            set_up=community is not None,
            community=community,
            person=person,
            session=actor.session if actor else None,
            why="pass_ended" if over else None,
        )
    )


async def _pass_ended(call: Call) -> bool:
    """Whether this browser was a guest's: they are told kindly, however late they come back."""
    try:
        await call.app.sign_in.actor(call.request)
    except Refusal as refusal:
        return refusal.code == "pass_ended"
    return False


async def do_set_up(call: Call) -> Reply:
    """Begin the community by a set-up link: its owner, a first room and a first invitation."""
    app, command = call.app, call.body
    password = set_up.checked(command)
    hashed = secret.hashed(command.token)
    async with links.guessing(call):
        if await app.database.ask(queries.community_face) is not None:
            raise Refusal("set_up_done")
        if await app.database.ask(queries.link_face, hashed, app.now()) is None:
            raise Refusal("link_invalid")
    made = secret.make(secret.SESSION)
    newcomer = arrival(call, made, await app.hasher.hash(password))
    code = secret.invitation_code()
    outcome = await app.run(jobs.set_up_community(command, hashed, newcomer, code))
    invitation = await app.database.ask(queries.invitation, outcome.result["invitation"])
    done = wire.SetUpDone(
        person=outcome.result["person"],
        room=outcome.result["room"],
        invitation=links.drawn(app.public_url, invitation),
    )
    return Reply(done, headers=await welcome(call, made))


async def sign_in(call: Call) -> Reply:
    """Sign in with username and password; with `token` the answer holds a bearer token."""
    app, command = call.app, call.body
    found, password = await _proven(call)
    better = await app.hasher.hash(password) if app.hasher.outdated(found.hash) else None
    made = secret.make(secret.SESSION)
    outcome = await app.run(jobs.sign_in(found.person, arrival(call, made, better), found.hash))
    person = outcome.result["person"]
    if command.token:
        return Reply(wire.SignedIn(person=person, token=made.secret))
    return Reply(wire.SignedIn(person=person), headers=await welcome(call, made))


async def appeal(call: Call) -> Reply:
    """Ask that one's suspension be looked at again; it reaches those who run the community."""
    found, _ = await _proven(call)
    await call.app.run(jobs.appeal_suspension(found.person, found.hash, call.body.text))
    return Reply(wire.Nothing())


async def _proven(call: Call) -> tuple[queries.Credential, str]:
    """Whose name and password these are, and the password; raises `bad_credentials`."""
    app, command = call.app, call.body
    username = names.folded(command.username)[:100]
    tries = (("sign_in.account", username), ("sign_in.address", address(call.request)))
    app.throttle.take(app.monotonic(), *tries)
    try:
        found = await app.database.ask(queries.credential, username)
        password = names.typed(command.password)
        right = await app.hasher.verify(found.hash if found else None, password)
    except BaseException:
        # No answer was given, so nothing was learnt.
        app.throttle.give_back(*tries)
        raise
    if found is None or not right:
        raise Refusal("bad_credentials")
    app.throttle.forget(tries[0])
    app.throttle.give_back(tries[1])
    return found, password


async def sign_out(call: Call) -> Reply:
    """End this session; its open connections close."""
    if call.actor is not None:
        await call.app.run(jobs.sign_out(call.actor))
    return Reply(wire.Nothing(), headers=(call.app.sign_in.drop_cookie(),))


async def do_sign_up(call: Call) -> Reply:
    """Make an account, by an invitation or to be approved."""
    app, command = call.app, call.body
    password = sign_up.checked(command)
    come = ("sign_up.address", address(call.request))
    app.throttle.take(app.monotonic(), come)
    await app.database.ask(queries.door, command, app.now())
    made = secret.make(secret.SESSION)
    newcomer = arrival(call, made, await app.hasher.hash(password))
    outcome = await app.run(jobs.sign_up_person(command, newcomer))
    result = outcome.result
    if result["waiting"]:
        return Reply(wire.SignedUp(person=result["person"], waiting=True))
    # Invitations have a count of their own: a class from one address is no flood.
    app.throttle.give_back(come)
    done = wire.SignedUp(person=result["person"], waiting=False, room=result["room"])
    return Reply(done, headers=await welcome(call, made))


ROWS = (
    Route("GET", "/session", session, reply=wire.SessionState, public=True),
    Route(
        "POST", "/set-up", do_set_up, body=wire.SetUp, reply=wire.SetUpDone, public=True,
        codes=("set_up_done", "link_invalid", "rate_limited", "busy", "too_long", "too_short"),
    ),
    Route(
        "POST", "/sign-in", sign_in, body=wire.SignIn, reply=wire.SignedIn, public=True,
        codes=("bad_credentials", "account_waiting", "account_suspended", "rate_limited", "busy"),
    ),
    Route(
        "POST", "/sign-in/appeal", appeal, body=wire.AppealSuspension, reply=wire.Nothing,
        public=True,
        codes=(
            "bad_credentials", "not_in_force", "already_appealed", "too_long", "too_short",
            "rate_limited", "busy",
        ),
    ),
    Route("POST", "/sign-out", sign_out, reply=wire.Nothing, public=True),
    Route(
        "POST", "/sign-up", do_sign_up, body=wire.SignUp, reply=wire.SignedUp, public=True,
        codes=(
            "invitation_invalid", "sign_up_closed", "name_taken", "too_long", "too_short",
            "rate_limited", "busy", "set_up_needed",
        ),
    ),
)  # fmt: skip
