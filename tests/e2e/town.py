"""A town for end-to-end tests: a community in a real database, a server over it, its people.

People, rooms and their tokens are made in the database itself, by the same rules and without
hashing; what is tested goes through the sockets of a running server. Owns processes and
connections; knows no test.
"""

from __future__ import annotations

import contextlib
import os
import random
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from argon2 import PasswordHasher

from accounts.model import DAY, NewPassword, NewSession
from chat.app import App, create_app, draining
from chat.server import DrainingServer, ServerOptions, serving
from chat.settings import Settings
from chat.wsproto.limits import TransportLimits
from protocol import accounts as wire
from protocol.ids import new_id
from rooms.model import Actor, Decision
from storage import upkeep
from storage.accounts import jobs, secret
from storage.database import Database
from storage.transaction import Job, Locks
from storage.writer import carry_out_now
from tests.e2e.wire import PATIENCE, Wire, api, client, dial, enter, eventually
from tests.world import World

__all__ = [
    "PASSWORD",
    "PATIENCE",
    "Inside",
    "Place",
    "Server",
    "Town",
    "Wire",
    "api",
    "client",
    "dial",
    "enter",
    "eventually",
    "serving_inside",
]

PASSWORD = "correct horse battery"
EVERYTHING = ("read", "write", "admin")
_CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def fixed_port() -> int:
    """A free port below those that the kernel gives to clients: a server can come back to it."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as free, contextlib.suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


class Town(World):
    """A community with its database; what it does happens now."""

    def __init__(self, database: Database) -> None:
        upkeep.prepare(database)
        super().__init__(database)
        self.now = time.time_ns() // 1000
        self._people = 0

    def person(self, name: str, role: str = "member") -> str:
        """A new person, whose name and username get a number; their id."""
        self._people += 1
        return super().person(f"{name}{self._people}", role)

    def carry_out(self, job: Job) -> Any:
        """A job's result; raises its `Refusal`."""
        self.now = max(self.now + 1, time.time_ns() // 1000)
        return carry_out_now(self.database, [job], self.now)[0].result

    def key(self, person: str, *scopes: str) -> str:
        """A token's secret."""
        made = secret.make(secret.TOKEN)
        command = wire.CreateToken(name="test", scopes=list(scopes or EVERYTHING))  # type: ignore[arg-type]
        self.carry_out(jobs.issue_token(person, command, made.hash))
        return made.secret

    def session(self, person: str) -> str:
        """A session's secret: a cookie's value, and a bearer token as well."""
        made = secret.make(secret.SESSION)
        record = NewSession(
            id=new_id("s"), person=person, secret_hash=made.hash, device="test",
            expires_at=self.now + DAY,
        )  # fmt: skip
        self._record(person, record)
        return made.secret

    def password(self, person: str, password: str = PASSWORD) -> None:
        """Let somebody sign in by password."""
        self._record(person, NewPassword(person=person, hash=_CHEAP.hash(password)))

    def _record(self, person: str, record: Any) -> None:
        decision = Decision(records=[record])
        self.carry_out(Job(person, lambda _: Locks((person,), ()), lambda _: decision))

    def invitation(self, by: str, **terms: Any) -> str:
        """An invitation's code."""
        code = secret.invitation_code()
        who = Actor(by, "s_test", frozenset({"admin"}))
        self.carry_out(jobs.create_invitation(who, wire.CreateInvitation(**terms), code))
        return code


# --- servers ----------------------------------------------------------------------------------


class Server:
    """`tertulia serve` in a process of its own; it comes back on the same port."""

    starts_in = PATIENCE
    """Seconds until a start counts as failed."""

    def __init__(self, folder: Path, database_url: str | None = None, **settings: object) -> None:
        self.folder = folder
        self.port = fixed_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None
        given = {
            "data": folder, "port": self.port, "host": "127.0.0.1", "database_url": database_url,
            "rate_per_second": 100_000, "rate_burst": 1_000_000, "drain_seconds": 0,
            "log_level": "warning", "backup_hour": -1, **settings,
        }  # fmt: skip
        plain = {k: v for k, v in os.environ.items() if not k.startswith("TERTULIA_")}
        named = {f"TERTULIA_{k.upper()}": str(v) for k, v in given.items() if v is not None}
        self.environment = plain | named

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def log(self) -> Path:
        """What the server wrote to stderr."""
        return self.folder.parent / f"{self.folder.name}.log"

    def run(self, *arguments: str) -> str:
        """Another command of `tertulia` over the same data; its output."""
        command = [_program(), *arguments]
        done = subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout

    def start(self) -> list[str]:
        """Start and wait until it takes requests; the lines it said."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [_program(), "serve"], env=self.environment, stdout=subprocess.PIPE, stderr=log,
                stdin=subprocess.DEVNULL, text=True, bufsize=1,
            )  # fmt: skip
        return [self._line()]

    def _line(self) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            ready = selector.select(self.starts_in)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.kill()
            raise AssertionError(f"did not start: {self.log.read_text()[-2000:]}")
        return line

    def kill(self) -> None:
        """As a power cut would, but for the page cache."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """In order."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(number)
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()

    def memory(self, kind: str = "VmRSS") -> int:
        """Resident bytes; `VmHWM` is the most there ever were."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        [found] = [line for line in lines if line.startswith(kind + ":")]
        return int(found.split()[1]) * 1024

    @contextlib.contextmanager
    def running(self) -> Iterator[Self]:
        """Started; stopped at the end."""
        self.start()
        try:
            yield self
        finally:
            self.stop()


def _program() -> str:
    return str(Path(sys.executable).with_name("tertulia"))


@dataclass(frozen=True)
class Place:
    """A town and the server over it."""

    town: Town
    server: Server

    @property
    def url(self) -> str:
        """Where it is."""
        return self.server.url


@dataclass(frozen=True)
class Inside:
    """A server in this process, whose parts can be reached."""

    app: App
    url: str
    port: int
    server: DrainingServer

    async def drained(self) -> None:
        """A planned stop, as far as connections and commands are concerned."""
        self.server.begin_draining()
        await eventually(lambda: self.server.should_exit)


@contextlib.asynccontextmanager
async def serving_inside(
    town: Town, folder: Path, limits: TransportLimits | None = None, **settings: Any
) -> AsyncIterator[Inside]:
    """The whole server in this loop, over the town's database; at a `port` or any."""
    port = settings.get("port") or fixed_port()
    given = {"data": folder, "port": port, "rate_per_second": 100_000.0, "rate_burst": 1_000_000.0,
             "drain_seconds": 0.0, **settings}  # fmt: skip
    if town.database.dialect != "sqlite":
        given["database_url"] = town.database.url.render_as_string(hide_password=False)
    application, app = create_app(Settings(**given))
    options = ServerOptions(port=port, drain_seconds=0, limits=limits or TransportLimits())
    async with serving(application, options, draining(app)) as (server, _):
        yield Inside(app, app.public_url, port, server)
