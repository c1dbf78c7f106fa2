"""The database itself refuses to change the audit."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_REFUSED = "the audit is append-only"
_STATEMENTS = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_no_{what} BEFORE {what.upper()} ON audit "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        for what in ("update", "delete")
    ),
    "postgresql": (
        f"""CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$""",
        """CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
            FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()""",
    ),
}


def upgrade() -> None:
    """Triggers, in every database's own words."""
    for statement in _STATEMENTS[op.get_bind().dialect.name]:
        op.execute(statement)
