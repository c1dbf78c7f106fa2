"""`tertulia jobs`: what was to be done and failed, and having it tried again."""

from __future__ import annotations

import typer

from chat.cli.base import carry_out, now, opened, show_table


def list_jobs() -> None:
    """Show what failed: what will not be tried again by itself, and what still is."""
    from storage.jobs import rows

    with opened() as (_, database):
        with database.read() as connection:
            backlog, failing = rows.backlog(connection), rows.failing(connection)
        typer.echo(f"{backlog.waiting} waiting, {backlog.failing} failing, {backlog.dead} dead")
        if failing:
            show_table(
                ("kind", "key", "attempts", "last error", "tried again"),
                [(f.kind, f.key, f.attempts, f.error, "no" if f.dead else "yes") for f in failing],
            )


def retry() -> None:
    """Have everything tried again that was given up."""
    from functools import partial

    from storage.jobs import rows
    from storage.jobs.store import writing

    with opened() as (_, database):
        revived = carry_out(database, writing(partial(rows.revive, now=now())))
        typer.echo(f"{revived} will be tried again.")
