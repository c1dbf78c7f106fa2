"""`tertulia room …`: rooms, as whoever sits at the machine.

The rules ask for somebody's standing, so an act borrows that of a facilitator of the room; in the
log it is `system` who acted.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from chat.cli import base
from chat.cli.base import OperatorError, carry_out, opened, show_table

if TYPE_CHECKING:
    from protocol.commands import Command
    from storage.database import Database
    from storage.transaction import Job

_KIND = "conversation, announcements, book_club, project_team, workshop, forum, …"
Room = Annotated[str, typer.Argument(help="A room's name, or its id.")]


def list_rooms(
    archived: Annotated[bool, typer.Option("--archived", help="Archived ones as well.")] = False,
) -> None:
    """List rooms; direct rooms are nobody else's business."""
    from storage import listing

    with opened() as (_, database), database.read() as connection:
        rows = listing.rooms(connection, archived=archived)
        show_table(
            ("name", "kind", "access", "members", "messages", "state", "id"),
            [
                (r.name, r.kind, r.access, r.members, r.messages,
                 "archived" if r.archived else "", r.id)
                for r in rows
            ],
        )  # fmt: skip


def create(
    name: Annotated[str, typer.Argument(help="The room's name.")],
    facilitator: Annotated[str, typer.Option(help="Username of who will facilitate it.")],
    purpose: Annotated[str, typer.Option(help="What it is for, in a line.")] = "",
    kind: Annotated[str, typer.Option(help=_KIND)] = "conversation",
    access: Annotated[str, typer.Option(help="open, request or invite; default: the kind's.")] = "",
) -> None:
    """Open a room."""
    from protocol.commands import OpenRoom

    if access not in ("", "open", "request", "invite"):
        raise OperatorError(f"{access} is no access: one of open, request, invite.")
    command = OpenRoom(
        name=name,
        purpose=purpose,
        kind=kind,
        access=access or None,  # type: ignore[arg-type]
    )
    with opened() as (_, database):
        who = base.person(database, facilitator)
        made = carry_out(database, _job(who.id, command))
        typer.echo(f"{name} is open ({made['room']}); {who.name} facilitates it.")


def archive(room: Room) -> None:
    """Close a room for writing; it stays readable."""
    from protocol.commands import ArchiveRoom

    with opened() as (_, database):
        found = base.room(database, room)
        carry_out(database, _kept(database, found.id, ArchiveRoom(room=found.id)))
        typer.echo(f"{found.name} is archived.")


def restore(room: Room) -> None:
    """Bring an archived room back."""
    from protocol.commands import RestoreRoom

    with opened() as (_, database):
        found = base.room(database, room)
        carry_out(database, _kept(database, found.id, RestoreRoom(room=found.id)))
        typer.echo(f"{found.name} is open for writing again.")


def members(room: Room) -> None:
    """List who is in a room, invited to it, or waiting."""
    from storage import listing

    with opened() as (_, database):
        found = base.room(database, room)
        with database.read() as connection:
            rows = listing.members(connection, found.id)
    show_table(("name", "username", "role", "state"), rows)


def _kept(database: Database, room: str, command: Command) -> Job:
    from storage import listing

    with database.read() as connection:
        keeper = listing.keeper(connection, room)
    if keeper is None:
        raise OperatorError("Nobody facilitates this room, and the community has no owner.")
    return _job(keeper, command)


def _job(person: str, command: Command) -> Job:
    from accounts.people import OPERATOR
    from chat.verbs import VERBS
    from rooms.model import Actor
    from storage.transaction import Job

    verb, who = VERBS[type(command)], Actor(person, "", frozenset({"read", "write"}))
    return Job(
        actor=OPERATOR,
        locks=partial(_flipped, verb.locks, who, command),
        act=partial(_flipped, verb.action, who, command),
    )


def _flipped(function, who, command, facts):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return function(facts, who, command)
