"""The sample community of `tertulia serve --demo`: in a folder of its own, made in a moment.

Owns where it lives and that nothing real is ever touched. Who is in it and what they said stand in
`people.py` and `talk/`; `making.py` lets it happen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chat.cli.base import OperatorError, carry_out

if TYPE_CHECKING:
    from chat.settings import Settings
    from storage.database import Database

FOLDER = Path("data-demo")


def made(
    settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> tuple[Settings, list[str]]:
    """Settings that lead to the sample community, and what to tell the visitor.

    Lives in `data-demo`, or where TERTULIA_DATA says. Raises `OperatorError` where a real community
    is.
    """
    from storage.database import Database

    if settings.database_url is not None:
        raise OperatorError("The demo lives in a folder: leave TERTULIA_DATABASE_URL out.")
    if settings.sources()["data"] == "default":
        settings = settings.model_copy(update={"data": FOLDER})
    database = Database(settings.url)
    try:
        _make(database, settings, clock())
        return settings, _links(database, settings.public_url)
    finally:
        database.close()


def _make(database: Database, settings: Settings, now: datetime) -> None:
    from argon2 import PasswordHasher

    from chat.demo.making import Making
    from chat.demo.people import PASSWORD
    from chat.demo.script import load
    from storage import upkeep
    from storage.accounts import queries
    from storage.replay import is_sample, replaying

    upkeep.prepare(database)
    if is_sample(database):
        return
    with database.read() as connection:
        if queries.community_face(connection) is not None:
            raise OperatorError(
                f"{settings.data} holds a community already: name another folder in TERTULIA_DATA."
            )
    with replaying(database) as replay:
        Making(replay, now, PasswordHasher().hash(PASSWORD)).make(load(now))


def _links(database: Database, public_url: str) -> list[str]:
    from chat.demo.people import CAST, PASSWORD, VISITS
    from chat.routes.links import link_url
    from storage.accounts import jobs, queries, secret

    lines = ["A sample community. Sign in as"]
    for username, as_what in VISITS.items():
        with database.read() as connection:
            who = queries.by_username(connection, username)
        if who is None or who.status != "active":
            continue
        link = secret.make(secret.LINK)
        carry_out(database, jobs.offer_sign_in(who.id, link.hash))
        lines.append(f"  {CAST[username].name}, {as_what}:")
        lines.append(f"    {link_url(public_url, link.secret)}")
    lines.append(f"or as anybody in it, by first name and the password {PASSWORD}")
    return lines
