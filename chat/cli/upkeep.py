"""`tertulia migrate`, `compact`, `doctor`, `config`: what an operator asks of an installation."""

from __future__ import annotations

from typing import Annotated

import typer

from chat.cli.base import OperatorError, opened, show_table


def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether there is something to do.")
    ] = False,
) -> None:
    """Bring the database's schema up to date."""
    from chat.settings import load
    from storage import upkeep
    from storage.database import Database

    database = Database(load().url)
    try:
        if not upkeep.pending(database):
            typer.echo("The database is up to date.")
            return
        if check:
            raise OperatorError("The database is older than this program: `tertulia migrate`.")
        typer.echo("Migrating ...")
        taken = upkeep.migrate(database)
        typer.echo("The database is up to date.")
        if taken is not None:
            typer.echo(f"As it was before: {taken}")
    finally:
        database.close()


def compact() -> None:
    """Write the database's files anew: no copy of deleted text stays in unused parts of them."""
    from chat.cli.compacting import write_anew
    from chat.cli.logs import configure

    configure("warning", "console")
    with opened() as (_, database):
        typer.echo("Writing the database's files anew; nobody can post until that is done ...")
        problem = write_anew(database)
        if problem:
            raise OperatorError(problem)
        typer.echo("Done.")


def doctor() -> None:
    """Check that this installation can keep its promises."""
    from chat.cli.checks import examine
    from chat.settings import load

    marks = {"ok": "ok", "warning": "!", "failed": "FAILED"}
    findings = examine(load())
    show_table(("", "what", "finding"), [(marks[f.state], f.what, f.says) for f in findings])
    failed = sum(finding.state == "failed" for finding in findings)
    if failed:
        raise OperatorError(f"{failed} of {len(findings)} checks failed.")


def config() -> None:
    """Show every setting, its value and where that came from."""
    from chat.settings import PREFIX, load, unknown_names

    settings = load()
    shown, sources = settings.shown(), settings.sources()
    show_table(
        ("setting", "value", "from"),
        [(PREFIX + name.upper(), shown[name], sources[name]) for name in shown],
    )
    for name in unknown_names():
        typer.echo(f"{name} is set, but there is no such setting.", err=True)
