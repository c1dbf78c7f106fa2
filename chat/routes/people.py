"""What those do who run the community: invitations, class lists, who waits, reset links."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from chat.routes import links
from chat.routes.base import Call, Reply, Route
from protocol import accounts as wire
from storage.accounts import jobs, queries, secret

_AT_ONCE = 25
"""Accounts made by one transaction: what everybody else waits for behind it."""


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
    plan = msgspec.structs.replace(call.body, dry_run=True)
    rows: list[wire.ClassRow] = (await call.app.run(jobs.make_class(call.who, plan, []))).result[
        "rows"
    ]
    if call.body.dry_run:
        return Reply(wire.ClassMade(rows=tuple(rows)))
    slips: list[wire.Slip] = []
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        rows[start : start + _AT_ONCE], made = await _make_some(call, part)
        slips += made
    return Reply(wire.ClassMade(rows=tuple(rows), slips=tuple(slips)))


async def _make_some(
    call: Call, rows: list[wire.ClassRow]
) -> tuple[list[wire.ClassRow], list[wire.Slip]]:
    """Make those of the rows that have no problem; the rows as they went, and their slips."""
    good = [row for row in rows if row.problem is None]
    if not good:
        return rows, []
    text = "\n".join(f"{row.name}\t{row.username}" for row in good)
    command = wire.ClassList(text=text, room=call.body.room, dry_run=False)
    secrets = [secret.make(secret.LINK) for _ in good]
    outcome = await call.app.run(
        jobs.make_class(call.who, command, [made.hash for made in secrets])
    )
    # Somebody else may have taken a name since the plan.
    went = {
        row.line: msgspec.structs.replace(now, line=row.line)
        for row, now in zip(good, outcome.result["rows"], strict=True)
    }
    slips = await asyncio.to_thread(_drawn, call.app.public_url, secrets, outcome.result["slips"])
    return [went.get(row.line, row) for row in rows], slips


def _drawn(public_url: str, secrets: list[secret.Made], slips: list[Any]) -> list[wire.Slip]:
    drawn = []
    for person, index, expires_at in slips:
        link = links.handed_over(public_url, secrets[index], expires_at)
        slip = wire.Slip(
            name=person.name,
            username=person.username,
            url=link.url,
            qr=link.qr,
            expires_at=link.expires_at,
        )
        drawn.append(slip)
    return drawn


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
)  # fmt: skip
