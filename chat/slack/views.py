"""Views as bots opened them: what of them our dialogs do not say (`callback_id`,
`private_metadata`), kept as long as the dialog stands: the end of its whisper takes it along."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from storage.jobs.store import writing
from storage.slack import views as rows
from storage.slack.views import Opened

if TYPE_CHECKING:
    from chat.app import App
    from jobs import Due

SWEEP = "slack.sweep"
"""The job that forgets old views."""
LASTS = 24 * 3600 * 1_000_000
"""Microseconds; a dialog does not stand longer."""
Struct = dict[str, Any]


async def keep(app: App, opened: Opened, view: Struct) -> None:
    """A view was opened."""
    text = msgspec.json.encode(view).decode()
    await app.run(writing(partial(rows.keep, opened=opened, view=text, at=app.now())))


async def change(app: App, whisper: str, view: Struct) -> None:
    """It is another view from here on."""
    text = msgspec.json.encode(view).decode()
    await app.run(writing(partial(rows.change, whisper=whisper, view=text)))


async def opened(app: App, bot: str, whisper: str) -> tuple[Opened, Struct] | None:
    """A view of a bot as it stands."""
    found = await app.database.ask(rows.opened, bot, whisper)
    return None if found is None else (found[0], msgspec.json.decode(found[1]))


async def sweep(app: App, _: Due) -> None:
    """Views whose dialogs went."""
    await app.run(writing(partial(rows.sweep, before=app.now() - LASTS)))
