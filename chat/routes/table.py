"""All rows: what `/api/v1` answers, and what OpenAPI describes."""

from __future__ import annotations

from chat.routes import accounts, log, push, rooms
from chat.routes.base import Route

ROWS: tuple[Route, ...] = (*accounts.ROWS, *rooms.ROWS, *log.ROWS, *push.ROWS)
