"""`python -m storage.migrations "what changes"`: write a step from how the tables differ.

For those who work on Tertulia. Compares `storage.tables` with a database made by the steps there
are, and writes a file into `versions/` that is to be read and corrected by hand.
"""

from __future__ import annotations

import sys

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from storage import migrations


def main() -> None:
    """The step's name is the next number and the words given."""
    words = " ".join(sys.argv[1:]).strip()
    if not words:
        sys.exit('say what changes: python -m storage.migrations "add a colour to rooms"')
    steps = list(ScriptDirectory.from_config(migrations.config()).walk_revisions())
    with create_engine("sqlite://").begin() as connection:
        if steps:
            migrations.upgrade(connection)
        config = migrations.config(connection)
        config.attributes["batch"] = bool(steps)
        command.revision(
            config,
            message=words,
            autogenerate=True,
            rev_id=f"{len(steps) + 1:04d}",
        )


if __name__ == "__main__":
    main()
