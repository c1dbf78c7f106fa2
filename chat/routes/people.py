"""What those do who run the community: invitations, class lists, who waits, reset links, bots."""

from __future__ import annotations

import asyncio

from accounts import class_list
from chat.routes import links
from chat.routes.base import Call, Reply, Route
from protocol import accounts as wire
from rooms.cards import rfc3339
from storage.accounts import jobs, queries, secret


async def _may(call: Call, verb: str) -> None:
    app = call.app
    await app.database.ask(queries.check, call.who, verb, app.now())


async def invitations(call: Call) -> Reply:
    """The newest 200 invitations, ended ones included."""
    await _may(call, "invitation.create")
    found = await call.app.database.ask(queries.invitations)
    # A drawing takes milliseconds each: not on the event loop's thread.
    shown = await asyncio.to_thread(
        lambda: tuple(links.drawn(call.app.public_url, invitation) for invitation in found)
    )
    return Reply(wire.Invitations(invitations=shown))


async def create_invitation(call: Call) -> Reply:
    """A new invitation, into the community or a room."""
    app = call.app
    outcome = await app.run(jobs.create_invitation(call.who, call.body, secret.invitation_code()))
    found = await app.database.ask(queries.invitation, outcome.result["invitation"])
    return Reply(links.drawn(app.public_url, found))


async def revoke_invitation(call: Call) -> Reply:
    """End an invitation."""
    await call.app.run(jobs.revoke_invitation(call.who, call.path["code"]))
    return Reply(wire.Nothing())


async def read_class_list(call: Call) -> Reply:
    """Accounts and sign-in slips for a pasted list; with `dry_run` only what they would be."""
    app, command = call.app, call.body
    made = [secret.make(secret.LINK) for _ in class_list.parse(command.text)]
    outcome = await app.run(jobs.make_class(call.who, command, [one.hash for one in made]))
    rows, slips = tuple(outcome.result["rows"]), outcome.result["slips"]
    if slips is None:
        return Reply(wire.ClassMade(rows=rows))

    def draw() -> tuple[wire.Slip, ...]:
        drawn = []
        for person, index, expires_at in slips:
            link = links.handed_over(app.public_url, made[index], expires_at)
            drawn.append(
                wire.Slip(
                    name=person.name, username=person.username, url=link.url, qr=link.qr,
                    expires_at=rfc3339(expires_at),
                )
            )  # fmt: skip
        return tuple(drawn)

    return Reply(wire.ClassMade(rows=rows, slips=await asyncio.to_thread(draw)))


async def waiting(call: Call) -> Reply:
    """Accounts that wait for a yes."""
    await _may(call, "person.approve")
    found = await call.app.database.ask(queries.people, "waiting")
    return Reply(wire.People(people=found))


async def decline(call: Call) -> Reply:
    """No to an account that waits; it is gone."""
    await call.app.run(jobs.decline_person(call.who, call.path["person"]))
    return Reply(wire.Nothing())


async def reset_link(call: Call) -> Reply:
    """A link by which somebody chooses a new password; audited."""
    made = secret.make(secret.LINK)
    outcome = await call.app.run(jobs.reset_link(call.who, call.path["person"], made.hash))
    expires_at = outcome.result["expires_at"]
    return Reply(links.handed_over(call.app.public_url, made, expires_at))


async def create_bot(call: Call) -> Reply:
    """A bot account; its token is told this once."""
    made = secret.make(secret.TOKEN)
    outcome = await call.app.run(jobs.create_bot(call.who, call.body, made.hash))
    return Reply(wire.BotMade(person=outcome.result["person"], token=made.secret))


ROWS = (
    Route(
        "GET", "/invitations", invitations, reply=wire.Invitations, scope="admin", cost=1.0,
        codes=("not_allowed",),
    ),
    Route(
        "POST", "/invitations", create_invitation, body=wire.CreateInvitation,
        reply=wire.Invitation, scope="admin", cost=1.0, codes=("not_allowed", "not_found"),
    ),
    Route(
        # Named as in the public rows of the same path; here it is the invitation's id.
        "DELETE", "/invitations/{code}", revoke_invitation, reply=wire.Nothing, scope="admin",
        cost=1.0, codes=("not_allowed", "not_found"),
    ),
    Route(
        "POST", "/people/class-list", read_class_list, body=wire.ClassList, reply=wire.ClassMade,
        scope="admin", cost=5.0, codes=("not_allowed", "not_found", "too_many", "too_few"),
    ),
    Route(
        "GET", "/people/waiting", waiting, reply=wire.People, scope="admin", cost=0.5,
        codes=("not_allowed",),
    ),
    Route(
        "POST", "/people/{person}/decline", decline, reply=wire.Nothing, scope="admin", cost=1.0,
        codes=("not_allowed", "not_found"),
    ),
    Route(
        "POST", "/people/{person}/reset-link", reset_link, reply=wire.LinkMade, scope="admin",
        cost=1.0, codes=("not_allowed", "not_found"),
    ),
    Route(
        "POST", "/bots", create_bot, body=wire.CreateBot, reply=wire.BotMade, scope="admin",
        cost=1.0, codes=("not_allowed", "name_taken"),
    ),
)  # fmt: skip
