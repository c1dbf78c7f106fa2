"""The clock that ends are measured by.

On PostgreSQL, which many machines share, it is the database's own: two nodes whose clocks differ
must not differ about whether somebody is still muted. On SQLite there is one machine. A test hands
its own over as the engine's option `tertulia_clock`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection

OPTION = "tertulia_clock"
_POSTGRES = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


def binding_now(connection: Connection, here: int | None = None) -> int:
    """Microseconds since 1970; `here` is this node's time, if it was read already."""
    given: Callable[[], int] | None = connection.get_execution_options().get(OPTION)
    if given is not None:
        return given()
    if connection.dialect.name == "postgresql":
        return int(connection.exec_driver_sql(_POSTGRES).scalar_one())
    return time.time_ns() // 1000 if here is None else here
