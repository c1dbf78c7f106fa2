"""All rows of accounts."""

from __future__ import annotations

from chat.routes import entrance, links, me, people
from chat.routes.base import Route

ROWS: tuple[Route, ...] = (*entrance.ROWS, *links.ROWS, *me.ROWS, *people.ROWS)
