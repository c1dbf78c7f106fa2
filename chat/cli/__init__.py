"""The command `tertulia`: its entry point, and how its errors read.

Every error that an operator can meet is one line on stderr and exit code 1; a traceback is a bug.
Commands import what they need when they are called: the command line answers at once.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line of this process."""
    from chat.cli.commands import app

    try:
        app(prog_name="tertulia")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        from chat.cli.base import explained

        line = explained(error)
        if line is None:
            raise
        sys.stderr.write(f"tertulia: {line}\n")
        sys.exit(1)
