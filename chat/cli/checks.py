"""What `tertulia doctor` looks at, one function a subject.

A finding that breaks a promise (README) fails; what may surprise later is a warning. Knows no
command line: it returns findings.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from chat.listener import ListenError, listen
from chat.settings import Settings, unknown_names
from storage import compacting, upkeep
from storage.backup import newest, stored
from storage.database import Database
from storage.jobs import rows

LEAST_SPACE = 200 * 2**20
"""Bytes free below which nothing good can be said."""
FEW_SPACE = 2 * 2**30
_OLD_BACKUP = 2.0
"""Days."""
_LATE_COPIES = 26.0
"""Hours after which copies of deleted text should be gone."""
_LATE = 600.0
"""Seconds after which a job that nobody took is worth a word."""


class Finding(NamedTuple):
    """`state` is `ok`, `warning` or `failed`."""

    state: str
    what: str
    says: str


def examine(settings: Settings) -> list[Finding]:
    """Every check, in the order in which they should be put right."""
    return [
        *_environment(settings),
        *_folder(settings.data),
        *_database(settings),
        *_backups(settings),
        *_clock(),
        *_client(),
        *_port(settings),
    ]


def _environment(settings: Settings) -> Iterator[Finding]:
    for name in unknown_names():
        yield Finding("warning", "settings", f"{name} is set, but there is no such setting")
    if settings.redis_url is not None:
        yield _bus(settings.redis_url)
    url = urlsplit(settings.public_url)
    if url.scheme == "http" and not _is_local(url.hostname or ""):
        yield Finding("warning", "settings", "public_url is not https: passwords travel in clear")
    elif url.scheme == "https" and not settings.trusted_proxies:
        says = "public_url is https, yet no trusted_proxies: all clients share one address"
        yield Finding("warning", "settings", says)
    else:
        yield Finding("ok", "settings", f"served as {settings.public_url}")


def _bus(url: str) -> Finding:
    from chat.bus.redis import answers

    problem = asyncio.run(answers(url))
    if problem:
        # Nothing is lost without it: nodes hear of each other by repair, seconds later.
        return Finding("failed", "bus", f"Redis does not answer: {problem}")
    return Finding("ok", "bus", "Redis answers")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _folder(data: Path) -> Iterator[Finding]:
    there = next((p for p in (data, *data.resolve().parents) if p.exists()), data)
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield Finding("failed", "data folder", f"{there} cannot be written to")
        return
    free = shutil.disk_usage(there).free
    says = f"{data}, {free / 2**30:.1f} GiB free"
    if data.exists() and data.stat().st_mode & 0o007:
        yield Finding("warning", "data folder", f"{data} can be read by everybody on this machine")
    state = "failed" if free < LEAST_SPACE else "warning" if free < FEW_SPACE else "ok"
    yield Finding(state, "data folder", says)


def _database(settings: Settings) -> Iterator[Finding]:
    database = Database(settings.url)
    try:
        if database.path is not None and not database.path.exists():
            yield Finding("ok", "database", "none yet: the first start makes it")
            return
        waits = upkeep.pending(database)
        yield Finding(
            "warning" if waits else "ok",
            "database",
            "waits for `tertulia migrate`" if waits else "up to date",
        )
        for what, value, kept in upkeep.durability(database):
            yield Finding("ok" if kept else "failed", what, value)
        if not waits:
            yield from _jobs(database)
            yield _copies(database)
    except upkeep.UpkeepError as error:
        yield Finding("failed", "database", str(error))
    finally:
        database.close()


def _jobs(database: Database) -> Iterator[Finding]:
    with database.read() as connection:
        backlog = rows.backlog(connection)
    says = f"{backlog.waiting} waiting, {backlog.failing} failing, {backlog.dead} dead"
    late = backlog.next_at is not None and time.time() - backlog.next_at / 1e6 > _LATE
    if backlog.dead or backlog.failing:
        says += ": see `tertulia jobs list`"
    elif late:
        says += "; some are late (fine while no server runs)"
    bad = backlog.dead or backlog.failing or late
    yield Finding("warning" if bad else "ok", "jobs", says)


def _copies(database: Database) -> Finding:
    """Copies of deleted text in unused parts of the files (P8)."""
    with database.read() as connection:
        owed = compacting.owed(connection)
    what = "deleted text"
    why = {
        "": "",
        compacting.TOO_LARGE: "the file is too large for a server to write it anew by itself",
        compacting.NO_SPACE: "the disk is too full to write the file anew",
    }[compacting.held_up(database)]
    if owed is None:
        return Finding("ok", what, f"no copies in unused parts; but {why}" if why else "no copies")
    hours = max(0.0, time.time() - owed.since / 1e6) / 3600
    says = f"copies may be in unused parts of the files, for {hours:.0f} h"
    if why:
        return Finding("warning", what, f"{says}: {why}: `tertulia compact`")
    if hours > _LATE_COPIES:
        return Finding("warning", what, f"{says} (fine while no server runs): `tertulia compact`")
    return Finding("ok", what, f"{says}; gone after the next night")


def _backups(settings: Settings) -> Iterator[Finding]:
    if settings.backup_hour < 0:
        yield Finding("warning", "backups", "none are made here (TERTULIA_BACKUP_HOUR is -1)")
        return
    last = newest(settings.backups)
    if last is None:
        yield Finding("warning", "backups", f"none yet in {settings.backups}: `tertulia backup`")
        return
    days = (time.time() - last.stat().st_mtime) / 86_400
    free = shutil.disk_usage(settings.backups).free
    # While it is tried, a backup of SQLite stands there twice, unpacked.
    needed = 4 * last.stat().st_size + LEAST_SPACE
    says = f"{len(stored(settings.backups))} in {settings.backups}, the newest {days:.1f} days old"
    if free < needed:
        says += f", and only {free / 2**30:.1f} GiB free for the next"
    bad = days > _OLD_BACKUP or free < needed
    yield Finding("warning" if bad else "ok", "backups", says)


def _clock() -> Iterator[Finding]:
    # Ids and times are this machine's; a clock before the program was written is not set.
    written = Path(__file__).stat().st_mtime
    sane = time.time() > written - 24 * 3600
    says = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    yield Finding("ok" if sane else "failed", "clock", says if sane else f"{says} cannot be")


def _client() -> Iterator[Finding]:
    from chat.static import DIST

    built = (DIST / "index.html").exists()
    says = "built" if built else "not built: `make run` builds it"
    yield Finding("ok" if built else "failed", "browser client", says)


def _port(settings: Settings) -> Iterator[Finding]:
    where = f"{settings.host}:{settings.port}"
    try:
        for sock in listen(settings.host, settings.port, 1, 1.0):
            sock.close()
    except (ListenError, socket.gaierror) as error:
        yield Finding("warning", "address", f"{error} (fine if that is this very server)")
    else:
        yield Finding("ok", "address", f"{where} is free")
