"""All rows of accounts."""

from __future__ import annotations

from chat.routes import bots, entrance, hosts, links, me, people, visits
from chat.routes.base import Route

ROWS: tuple[Route, ...] = (
    *entrance.ROWS,
    *links.ROWS,
    *visits.ROWS,
    *me.ROWS,
    *people.ROWS,
    *bots.ROWS,
    *hosts.ROWS,
)
