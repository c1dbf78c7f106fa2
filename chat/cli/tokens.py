"""`tertulia token …` and `tertulia invite`: secrets that are handed over, each shown once."""

from __future__ import annotations

from typing import Annotated

import typer

from chat.cli import base
from chat.cli.base import OperatorError, carry_out, day, opened, show_table

Username = Annotated[str, typer.Argument(help="A username, or a person's id.")]
SCOPES = ("read", "write", "admin")
_DAY = 24 * 3600


def create(
    username: Username,
    name: Annotated[str, typer.Option(help="What the token is for.")] = "command line",
    scope: Annotated[list[str] | None, typer.Option(help="read, write, admin; repeat it.")] = None,
) -> None:
    """Make an API token for a person or a bot; it is shown this once."""
    from protocol.accounts import CreateToken
    from storage.accounts import jobs, secret

    scopes = tuple(scope or ("read", "write"))
    for one in scopes:
        if one not in SCOPES:
            raise OperatorError(f"{one} is no scope: one of {', '.join(SCOPES)}.")
    made = secret.make(secret.TOKEN)
    with opened() as (_, database):
        who = base.person(database, username)
        command = CreateToken(name=name, scopes=scopes)  # type: ignore[arg-type]
        carry_out(database, jobs.issue_token(who.id, command, made.hash))
    typer.echo(made.secret)


def list_tokens(username: Username) -> None:
    """List somebody's tokens."""
    from storage.accounts import queries

    with opened() as (_, database):
        who = base.person(database, username)
        with database.read() as connection:
            found = queries.tokens_of(connection, who.id)
    show_table(
        ("name", "scopes", "made", "last used", "id"),
        [
            (t.name, " ".join(t.scopes), day(t.created_at),
             day(t.last_used_at) if t.last_used_at else "never", t.id)
            for t in found
        ],
    )  # fmt: skip


def revoke(
    username: Username, token: Annotated[str, typer.Argument(help="The token's id.")]
) -> None:
    """End a token; a running server lets go of it within 5 s."""
    from storage.accounts import jobs

    with opened() as (_, database):
        who = base.person(database, username)
        carry_out(database, jobs.withdraw_token(who.id, token))
    typer.echo("The token is no longer valid.")


def invite(
    room: Annotated[str, typer.Option(help="Into this room as well: its name or id.")] = "",
    guest: Annotated[bool, typer.Option("--guest", help="As guests of that room only.")] = False,
    uses: Annotated[int, typer.Option(help="How many people may use it.")] = 25,
    days: Annotated[int, typer.Option(help="How long it is good for.")] = 14,
    qr: Annotated[bool, typer.Option(help="Draw it as a QR code as well.")] = True,
) -> None:
    """Make an invitation link, with a QR code to scan off the screen."""
    from chat.routes.links import invitation_url
    from protocol.accounts import CreateInvitation
    from storage.accounts import jobs, secret

    code = secret.invitation_code()
    with opened() as (settings, database):
        command = CreateInvitation(
            room=base.room(database, room).id if room else None,
            role="guest" if guest else "member",
            uses=uses,
            expires_in=days * _DAY,
        )
        carry_out(database, jobs.create_invitation(None, command, code))
        url = invitation_url(settings.public_url, code)
    typer.echo(url)
    if qr:
        import sys

        import segno

        segno.make(url, error="l", micro=False).terminal(out=sys.stdout, border=2, compact=True)
