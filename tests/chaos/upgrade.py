"""The next release, simulated: the same program, and a step of the schema that this one lacks.

Owns the folder of that step and how a program comes to know it. Runs in the patched process only
(`tests.chaos.node --next`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

NEXT = "next"
FOLDER = Path(__file__).parent / "next_release"


@cache
def newest() -> str:
    """The newest step of this release."""
    from storage import migrations

    made = Config()
    made.set_main_option("script_location", str(migrations.FOLDER))
    found = ScriptDirectory.from_config(made).get_current_head()
    assert found is not None
    return found


def be_the_next_release() -> None:
    """From here on this process knows one step more."""
    from storage import migrations

    ours = migrations.config

    def config(connection: object = None) -> Config:
        made = ours(connection)  # type: ignore[arg-type]
        made.set_main_option("path_separator", "newline")
        made.set_main_option("version_locations", f"{migrations.FOLDER / 'versions'}\n{FOLDER}")
        return made

    newest()
    migrations.config = config
    migrations.head.cache_clear()
    migrations.known.cache_clear()
