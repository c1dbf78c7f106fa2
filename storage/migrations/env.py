"""What alembic runs for every command: the connection it is given, and the tables to compare with.

Knows no settings and no address: `storage.migrations` hands over a connection, whose transaction
belongs to the caller.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString

from storage.migrations import compared
from storage.tables import METADATA


def _rendered(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """SQLModel's own string type, in the words of SQLAlchemy: a step must not change with it."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    include_object=compared,
    target_metadata=METADATA,
    # SQLite cannot alter most of a table: steps copy it instead.
    render_as_batch=context.config.attributes.get("batch", True),
    compare_server_default=True,
    render_item=_rendered,
)
context.run_migrations()
