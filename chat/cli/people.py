"""`tertulia user …` and `tertulia owner-link`: people, as whoever sits at the machine.

Every act is a job of the same rules that the server follows, with the operator as its actor: it is
in the audit as `system`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chat.cli.base import OperatorError, carry_out, day, opened, person, show_table

if TYPE_CHECKING:
    from storage.database import Database
    from storage.transaction import Job

Username = Annotated[str, typer.Argument(help="A username, or a person's id.")]


def set_up_link(public_url: str, run: Callable[[Job], Any]) -> str:
    """A link by which the first owner sets the community up."""
    from chat.routes.links import link_url
    from storage.accounts import jobs, secret

    made = secret.make(secret.LINK)
    run(jobs.offer_set_up(made.hash))
    return link_url(public_url, made.secret)


def owner_link() -> None:
    """Make a link by which the first owner sets the community up."""
    from chat.settings import load
    from rooms.errors import Refusal
    from storage import upkeep
    from storage.database import Database

    settings = load()
    database = Database(settings.url)
    try:
        upkeep.prepare(database)
        typer.echo(set_up_link(settings.public_url, lambda job: carry_out(database, job)))
    except Refusal as refusal:
        raise OperatorError(
            f"{refusal.message} An owner who lost the password gets in by "
            "`tertulia user reset USERNAME`."
        ) from refusal
    finally:
        database.close()


def list_people() -> None:
    """List people, bots, and accounts that wait."""
    from storage.accounts import queries

    with opened() as (_, database), database.read() as connection:
        found = queries.people(connection, "active", "waiting", "suspended")
        show_table(
            ("name", "username", "role", "status", "id"),
            [(p.name, p.username, p.role, p.status, p.id) for p in found],
        )


def show(username: Username) -> None:
    """Show one person: profile, open sessions and tokens."""
    from chat.cli.base import now
    from storage.accounts import queries

    with opened() as (_, database):
        who = person(database, username)
        with database.read() as connection:
            sessions = queries.sessions_of(connection, who.id, "", now())
            tokens = queries.tokens_of(connection, who.id)
    rows = [(name, getattr(who, name)) for name in who.__struct_fields__]
    rows += [("session", f"{s.device or 'unknown'}, seen {day(s.last_seen_at)}") for s in sessions]
    rows += [("token", f"{t.name} ({', '.join(t.scopes)})") for t in tokens]
    show_table(("field", "value"), rows)


def create(
    name: Annotated[str, typer.Argument(help="The name that others see.")],
    username: Annotated[str, typer.Option(help="Without it one is made from the name.")] = "",
    role: Annotated[str, typer.Option(help="owner, admin or member.")] = "member",
) -> None:
    """Make an account and a sign-in link at which the person chooses a password."""
    from chat.routes.links import link_url
    from protocol.accounts import ClassList
    from storage.accounts import jobs, secret

    _known_role(role, "owner", "admin", "member")
    made = secret.make(secret.LINK)
    # The rule for class lists makes one account as well as thirty; its cells are parted by these.
    cells = [part.translate(str.maketrans(",;\t\n", "    ")).strip() for part in (name, username)]
    with opened() as (settings, database):
        line = ClassList(text=", ".join(cells), dry_run=False)
        result = carry_out(database, jobs.make_class(None, line, [made.hash]))
        if not result["slips"]:
            raise OperatorError(f"That account cannot be made: {result['rows'][0].problem}.")
        who = result["slips"][0][0]
        if role != "member":
            _set_role(database, who.id, role)
        typer.echo(f"{who.name} has the username {who.username}. Sign-in link, good for 30 days:")
        typer.echo(link_url(settings.public_url, made.secret))


def reset(username: Username) -> None:
    """Make a link at which somebody chooses a new password; it is audited."""
    from chat.routes.links import link_url
    from storage.accounts import jobs, secret

    with opened() as (settings, database):
        who = person(database, username)
        made = secret.make(secret.LINK)
        carry_out(database, jobs.reset_link(None, who.id, made.hash))
        typer.echo(f"{who.name} chooses a new password here, within 2 days:")
        typer.echo(link_url(settings.public_url, made.secret))


def role(
    username: Username,
    role: Annotated[str, typer.Argument(help="owner, admin, member or guest.")],
) -> None:
    """Give somebody another role in the community."""
    _known_role(role, "owner", "admin", "member", "guest")
    with opened() as (_, database):
        who = person(database, username)
        _set_role(database, who.id, role)
        typer.echo(f"{who.name} is {role} now.")


def _known_role(role: str, *known: str) -> None:
    if role not in known:
        raise OperatorError(f"{role} is no role here: one of {', '.join(known)}.")


def _set_role(database: Database, who: str, role: str) -> None:
    from accounts import people as rules
    from protocol.commands import SetRole
    from protocol.ids import COMMUNITY
    from storage.transaction import Job, Locks

    command = SetRole(person=who, role=role)  # type: ignore[arg-type]
    job = Job(
        actor=rules.OPERATOR,
        locks=lambda _: Locks(write=(COMMUNITY, who), share=()),
        act=lambda facts: rules.set_role(facts, None, command),
    )
    carry_out(database, job)


def delete(
    username: Username,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete an account and every text of it, for good."""
    from chat.cli.compacting import write_anew
    from chat.cli.erasing import erase
    from chat.cli.logs import configure
    from storage import upkeep

    configure("warning", "console")

    with opened() as (_, database):
        who = person(database, username)
        if not yes:
            typer.confirm(
                f"Delete {who.name} (@{who.username}) and all they wrote, for good?", abort=True
            )
        erase(database, who.id)
        if not upkeep.checkpoint(database):
            typer.echo("A running server was reading: the text leaves the file within minutes.")
        if database.path is None:
            typer.echo("Unused parts of PostgreSQL's files may hold copies: `tertulia compact`.")
        elif problem := write_anew(database):
            typer.echo(
                f"Copies may be in unused parts of the file until `tertulia compact` "
                f"is run, or a server does it at night. {problem}"
            )
        typer.echo(f"{who.name} is gone, and what they wrote with them.")
