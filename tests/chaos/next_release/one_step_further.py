"""A step of the schema that only the next release knows: it expands, as every step must."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tests.chaos import upgrade

revision = upgrade.NEXT
down_revision = upgrade.newest()
branch_labels = None
depends_on = None


def upgrade_() -> None:
    """A column with a default and a table: what the release before it need not know of."""
    with op.batch_alter_table("message") as table:
        table.add_column(sa.Column("tone", sa.String(16), nullable=False, server_default="plain"))
    op.create_table("next_thing", sa.Column("id", sa.String(48), primary_key=True))


globals()["upgrade"] = upgrade_
