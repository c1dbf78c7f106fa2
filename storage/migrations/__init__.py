"""The schema's history: one file a step in `versions/`, run by alembic.

Owns where the database stands and how it is brought up to date, on a connection that the caller has
begun and will commit. Steps expand, then contract: a release runs on the schema of its own and of
the next one. `python -m storage.migrations "what changes"` writes a new step from the tables.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

FOLDER = Path(__file__).parent


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file of its own."""
    made = Config()
    # A percent sign would be taken for interpolation.
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


@cache
def head() -> str:
    """The newest step that this program knows."""
    newest = ScriptDirectory.from_config(config()).get_current_head()
    assert newest is not None, "there is at least the first step"
    return newest


@cache
def known() -> frozenset[str]:
    """Every step that this program knows."""
    script = ScriptDirectory.from_config(config())
    return frozenset(step.revision for step in script.walk_revisions())


def current(connection: Connection) -> str | None:
    """The step that the database stands at; None for one without a schema."""
    return MigrationContext.configure(connection).get_current_revision()


def compared(item: object, name: str | None, kind: str, *_: object) -> bool:  # noqa: ARG001
    """Whether alembic compares it: not the index of `storage.search`, which each database keeps in
    its own way."""
    return name is None or not name.startswith("finding_")


def upgrade(connection: Connection, to: str = "head") -> None:
    """Carry out every step that is missing up to `to`, in the caller's transaction."""
    command.upgrade(config(connection), to)
