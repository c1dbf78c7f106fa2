"""The command `tertulia`: its entry point, and how its errors read.

Every error that an operator can meet is one line on stderr and exit code 1; a traceback is a bug.
Commands import what they need when they are called: the command line answers at once.
"""

from __future__ import annotations

import atexit
import gc
import sys


def main() -> None:
    """Run the command line of this process."""
    _spare_the_collector()
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


def _spare_the_collector() -> None:
    """Modules make no garbage, and at the end everything goes with the process.

    *Measured*: reading the server's modules and ending takes 1.0 s of a processor, not 1.5. The
    server goes on with these thresholds (docs/decisions/0013-collector-buffers-windows.md).
    """
    gc.set_threshold(50_000, 50, 100)
    atexit.register(gc.freeze)
