"""Tertulia itself: sign-in, policy and commits on, as `tertulia serve` starts it.

Rate limits per person are raised, because 50 people stand for 1,000; nothing else differs from the
defaults. Its community is made in community.py, and where thousands of people or a million
messages are wanted, behind the server's back in bench/fill.py.
"""

# ruff: noqa: ARG002 (the interface has what other contestants need)

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.contestants.base import Contestant, Need, Plan

OK = b'{"type":"ok","ref":"'
PER_ROOM = 10
"""Clients that look at each room, where everybody is somebody of their own."""


class Tertulia(Contestant):
    """The server of this repository. Without `database_url` on SQLite; `metrics_port` 0: none."""

    note = "signed in, checked, committed to SQLite (synchronous=FULL) before it is sent"
    resumes = True

    def __init__(
        self,
        name: str = "tertulia",
        metrics_port: int = 0,
        database_url: str = "",
        redis_url: str = "",
    ) -> None:
        self.name = name
        self.redis_url = redis_url
        self.metrics_port = metrics_port
        self.database_url = database_url
        # Rooms outlive the rounds; a number alone would name the same command twice.
        self._life = os.urandom(4).hex()
        self._places: dict[str, int] = {}

    def command(self, folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
        """`tertulia serve` on a folder of its own."""
        return [_program(), "serve"], self._environment(folder, port)

    def ready_path(self) -> str | None:
        """It says so itself."""
        return "/readyz"

    def prepare(self, folder: Path, port: int, need: Need) -> Plan:
        """Set-up, members and tokens the first time; then as many rooms as are needed."""
        # Not at the top: the load process needs none of it.
        from bench.contestants import community

        kept = folder / "plan.json"
        url = f"http://127.0.0.1:{port}"
        if kept.exists():
            known = json.loads(kept.read_text())
        else:
            env = self._environment(folder, port)
            # Where people are put in behind its back, only those who open rooms are needed.
            members = need.rooms // community.SHARE if need.people else community.PEOPLE
            known = community.set_up(url, _program(), env, members)
        asyncio.run(community.open_rooms(url, known, need.rooms, join=not need.people))
        kept.write_text(json.dumps(known))
        return Plan(
            rooms=known["rooms"],
            tokens=known["people"] if need.people and "people" in known else known["tokens"],
            background=need.background,
            cursors=_cursors(_database(folder)) if need.people else {},
        )

    def populate(self, folder: Path, need: Need) -> None:
        """People in ten rooms each (or as many as `background` says), and what was said before.

        Those beyond `clients` are in every so many-th room besides, so that they can post there.
        """
        from bench import fill

        kept = folder / "plan.json"
        known = json.loads(kept.read_text())
        rooms = known["rooms"]
        others = need.people - need.clients
        mine = [around(rooms, n // PER_ROOM, 1 + need.background) for n in range(need.people)]
        for number in range(others):
            own = mine[need.clients + number]
            own += [room for room in rooms[number::others] if room not in own]
        with fill.opened(_database(folder)) as connection:
            if "people" not in known:
                known["people"] = fill.people(connection, mine)
            if need.events and "events" not in known:
                fill.talk(connection, rooms, need.events)
                known["events"] = need.events
        kept.write_text(json.dumps(known))

    def _environment(self, folder: Path, port: int) -> dict[str, str]:
        env = {
            "TERTULIA_DATA": str(folder / "data"),
            "TERTULIA_HOST": "127.0.0.1",
            "TERTULIA_PORT": str(port),
            "TERTULIA_METRICS_PORT": str(self.metrics_port),
            "TERTULIA_RATE_PER_SECOND": "100000",
            "TERTULIA_RATE_BURST": "1000000",
            "TERTULIA_DRAIN_SECONDS": "0",
            "TERTULIA_LOG_LEVEL": "warning",
        }
        servers = {
            "TERTULIA_DATABASE_URL": self.database_url,
            "TERTULIA_REDIS_URL": self.redis_url,
        }
        return env | {name: url for name, url in servers.items() if url}

    # --- in the load process ---

    def target(self, plan: Plan, client: int, room: str) -> tuple[str, dict[str, str]]:
        """The endpoint, as one of the members."""
        token = plan.tokens[client % len(plan.tokens)]
        return "/api/v1/ws", {
            "Authorization": f"Bearer {token}",
            "Sec-WebSocket-Protocol": "tertulia.v1",
        }

    def steps(self, plan: Plan, client: int, room: str) -> list[bytes | None]:
        """The welcome, then a subscription: this room in full, others in the background."""
        return [None, _subscribe([{"stream": s} for s in self._streams(plan, room)])]

    def resume(
        self, plan: Plan, client: int, room: str, seen: Callable[[str], int]
    ) -> list[bytes | None]:
        """The same with the cursors it holds: each message was an event."""
        cursors: list[dict[str, Any]] = []
        for stream in self._streams(plan, room):
            epoch, seq = plan.cursors[stream]
            cursors.append({"stream": stream, "epoch": epoch, "after_seq": seq + seen(stream)})
        return [None, _subscribe(cursors)]

    def _streams(self, plan: Plan, room: str) -> list[str]:
        if not self._places:
            self._places = {name: place for place, name in enumerate(plan.rooms)}
        return around(plan.rooms, self._places[room], 1 + plan.background)

    def done(self, step: int, payload: bytes) -> bool:
        """`welcome`, then `ok`."""
        return payload.startswith((b'{"type":"welcome"', b'{"type":"ok"')[step])

    def post(self, room: str, body: bytes, number: int) -> bytes:
        """As a browser does, with a `client_id`."""
        return (
            b'{"type":"message.post","ref":"%d","client_id":"%s-%s-%d","room":"%s","body":"%s"}'
            % (number, self._life.encode(), room[-6:].encode(), number, room.encode(), body)
        )

    def refused(self, payload: bytes) -> bool:
        """An `error`, or a subscription that was not granted or cannot be resumed."""
        denied = b'"state":"refused"' in payload or b'"state":"reset"' in payload
        return denied or payload.startswith(b'{"type":"error"')

    def acknowledged(self, payload: bytes) -> int | None:
        """An `ok`; the `ref` of a post is its number."""
        if not payload.startswith(OK):
            return None
        ref = payload[len(OK) : payload.find(b'"', len(OK))]
        return int(ref) if ref.isdigit() else None


def around(rooms: Sequence[str], place: int, count: int) -> list[str]:
    """A room and those after it: what one person watches, the first of them in full."""
    return [rooms[(place + n) % len(rooms)] for n in range(count)]


def _subscribe(cursors: list[dict[str, Any]]) -> bytes:
    for cursor in cursors[1:]:
        cursor["mode"] = "summary"
    return json.dumps({"type": "subscribe", "ref": "s", "cursors": cursors}).encode()


def _program() -> str:
    return str(Path(sys.executable).with_name("tertulia"))


def _database(folder: Path) -> Path:
    return folder / "data" / "tertulia.db"


def _cursors(database: Path) -> dict[str, tuple[str, int]]:
    """What a client would have learned when it was last connected: nothing was said since."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT id, epoch, head_seq FROM stream WHERE kind = 'room'")
        return {row[0]: (row[1], row[2]) for row in rows}
