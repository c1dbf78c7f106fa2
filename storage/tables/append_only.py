"""The audit is added to and never changed: the database itself refuses the rest.

A statement of ours that tried would be a mistake, one of somebody else's an attack; both get the
same answer. Whoever owns the database file can still take the triggers away: that is for backups.
"""

from __future__ import annotations

from sqlalchemy import DDL, Table, event

REFUSED = "the audit is append-only"

SQLITE = tuple(
    f"CREATE TRIGGER audit_no_{what} BEFORE {what.upper()} ON audit "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    for what in ("update", "delete")
)
POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$""",
    """CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()""",
)
STATEMENTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def append_only(table: Table) -> None:
    """Make the table refuse changes wherever it is made from the code."""
    for dialect, statements in STATEMENTS.items():
        for statement in statements:
            made = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", made.execute_if(dialect=dialect))
