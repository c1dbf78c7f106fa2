"""The ground a run stands on: real nodes, a real PostgreSQL and Redis, and a link on every way.

Owns processes, folders and links; starts and ends them. Knows neither clients nor the choice of
faults. Everything is stopped by its pid, and nothing outlives `Ground.close`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec

from tests import servers
from tests.chaos.links import Link, tcp, unix
from tests.chaos.node import OFFSET, Witness
from tests.chaos.waiting import until
from tests.e2e.town import fixed_port

STARTS_WITHIN = STOPS_WITHIN = 120.0
"""Seconds; it does not start while PostgreSQL is away, and others may be using the machine."""
DISK = 96 * 2**20
"""Bytes of the little disk of the one-node profile."""
ROOT = Path(__file__).resolve().parents[2]


class Node:
    """One server process, the way to it, and its ways to the database and the bus."""

    def __init__(self, name: str, folder: Path, settings: dict[str, object], *flags: str) -> None:
        self.name = name
        self.folder = folder
        self.port = fixed_port()
        self.way = Link(tcp(self.port))
        self.flags = list(flags)
        self.starts = 0
        self.process: asyncio.subprocess.Process | None = None
        given = {
            "host": "127.0.0.1", "port": self.port, "data": folder, "rate_per_second": 100_000,
            "rate_burst": 1_000_000, "drain_seconds": 2, "log_level": "warning",
            "log_format": "json", **settings,
        }  # fmt: skip
        plain = {k: v for k, v in os.environ.items() if not k.startswith("TERTULIA_")}
        self._environment = plain | {f"TERTULIA_{k.upper()}": str(v) for k, v in given.items()}
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def control(self) -> Path:
        """The folder of the clock and the witness, which is never on a full disk."""
        return self.folder.parent / f"{self.name}-control"

    @property
    def log(self) -> Path:
        """What it wrote to stderr."""
        return self.control / "log"

    async def start(self) -> None:
        """Start it, again and again as a supervisor would, until it takes requests."""
        self.control.mkdir(exist_ok=True)
        async with asyncio.timeout(STARTS_WITHIN):
            while not await self._started():  # noqa: ASYNC110 - a supervisor's pause
                await asyncio.sleep(0.2)

    async def _started(self) -> bool:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.chaos.node", str(self.control), *self.flags, "serve",
                env=self._environment, cwd=ROOT, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
        self.starts += 1
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        if not line:
            await self.process.wait()
        return bool(line)

    def signal(self, number: int) -> None:
        """Send the process a signal."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)

    async def kill(self) -> None:
        """End it as a power cut would, but for the page cache."""
        self.signal(signal.SIGKILL)
        await self._ended(10)

    async def run(self, *arguments: str) -> str:
        """Another command of the same program over the same data; what it said."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chaos.node", str(self.control), *self.flags, *arguments,
            env=self._environment, cwd=ROOT, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"{arguments}: {said.decode()}")
        return said.decode()

    async def stop(self) -> None:
        """End it in order."""
        self.signal(signal.SIGTERM)
        await self._ended(STOPS_WITHIN)

    async def _ended(self, patience: float) -> None:
        if self.process is None:
            return
        try:
            await asyncio.wait_for(self.process.wait(), patience)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            raise

    def move_clock(self, seconds: float) -> None:
        """Set how far its clock is off."""
        with (self.control / "clock").open("r+b") as file:
            file.write(OFFSET.pack(int(seconds * 1_000_000)))

    def lags(self) -> list[tuple[float, float]]:
        """When (by the monotonic clock), and for how many seconds, it could not do anything."""
        found = self.control / "lags"
        lines = found.read_text().splitlines() if found.exists() else []
        return [(float(at), float(late)) for at, late in map(str.split, lines)]

    async def witness(self) -> Witness:
        """What it says of itself now."""
        found = self.control / "witness"
        found.unlink(missing_ok=True)
        self.signal(signal.SIGUSR1)
        if not await until(found.exists, 20):
            raise TimeoutError(f"{self.name} says nothing of itself")
        return msgspec.json.decode(found.read_bytes(), type=Witness)


class Ground:
    """Nodes and what they stand on. Make it with `scale` or `sqlite`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        """The database, past every link: for setting up and for reading the log."""
        self.nodes: list[Node] = []
        self.links: dict[str, Link] = {}
        self._postgres: servers.Running | None = None
        self._redis: servers.Running | None = None
        self._redis_port = 0
        self._mounted: Path | None = None

    # --- building ---

    async def link(self, name: str, link: Link) -> Link:
        """Open a link under a name."""
        await link.open()
        self.links[name] = link
        return link

    async def start_postgres(self) -> None:
        """A PostgreSQL with an empty database."""
        self._postgres = await asyncio.to_thread(servers.own_postgres)
        self.url = servers.create_database(self._postgres.url)

    def way_to_postgres(self) -> Link:
        """A way to it, not yet open."""
        parts = urlsplit(self.url)
        folder = parse_qs(parts.query)["host"][0]
        return Link(unix(f"{folder}/.s.PGSQL.5432"))

    def url_over(self, link: Link) -> str:
        """The database's address over a link."""
        name = urlsplit(self.url).path
        return f"postgresql://tertulia@127.0.0.1:{link.port}{name}?sslmode=disable"

    def mount(self) -> Path:
        """A little disk of our own. Raises OSError where it cannot be had."""
        disk = self.folder / "disk"
        disk.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(disk)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            raise OSError("no small disk can be mounted here (it takes root)")
        self._mounted = disk
        return disk

    # --- what the nemesis does to it ---

    async def start_redis(self) -> None:
        """A Redis."""
        self._redis_port = servers.free_port()
        await self.redis_up()

    @property
    def redis_port(self) -> int:
        """Where Redis listens."""
        return self._redis_port

    async def redis_up(self) -> None:
        """Start Redis where it was."""
        self._redis = await asyncio.to_thread(servers.own_redis, self._redis_port)

    async def redis_down(self, how: int) -> None:
        """End Redis by a signal."""
        assert self._redis is not None
        self._redis.stop_signal = signal.Signals(how)
        await asyncio.to_thread(self._redis.stop)

    def redis_signal(self, number: int) -> None:
        """Freeze Redis, or let it go on."""
        assert self._redis is not None
        assert self._redis.process is not None
        self._redis.process.send_signal(number)

    def kill_pubsub(self) -> None:
        """`CLIENT KILL TYPE pubsub`."""
        with socket.create_connection(("127.0.0.1", self._redis_port), 2) as line:
            line.sendall(b"CLIENT KILL TYPE pubsub\r\n")
            answer = line.recv(64)
        if not answer.startswith(b":"):
            raise RuntimeError(f"Redis says {answer!r}")

    async def restart_postgres(self, how: int, pause: float) -> None:
        """End PostgreSQL by a signal and bring it back."""
        assert self._postgres is not None
        await asyncio.to_thread(self._postgres.restart, how, pause)

    def fill_disk(self) -> None:
        """Fill the little disk to the last byte."""
        if self._mounted is None:
            raise OSError("no small disk can be mounted here (it takes root)")
        with (self._mounted / "filler").open("wb", buffering=0) as filler:
            with contextlib.suppress(OSError):
                while True:
                    filler.write(bytes(1 << 20))
            with contextlib.suppress(OSError):
                while True:
                    filler.write(bytes(512))

    def free_disk(self) -> None:
        """Give the space back."""
        if self._mounted is not None:
            (self._mounted / "filler").unlink(missing_ok=True)

    # --- the end ---

    def keep_logs(self, folder: Path) -> None:
        """Copy what the nodes logged, for whoever wants to know why."""
        folder.mkdir(parents=True, exist_ok=True)
        for node in self.nodes:
            if node.log.exists():
                shutil.copy(node.log, folder / f"{node.name}.log")

    async def close(self) -> None:
        """Stop everything and leave nothing."""
        for node in self.nodes:
            node.signal(signal.SIGCONT)
            if node.process is not None and node.process.returncode is None:
                with contextlib.suppress(TimeoutError):
                    await node.kill()
        for link in self.links.values():
            await link.close()
        for running in (self._redis, self._postgres):
            if running is not None:
                if running.process is not None and running.process.poll() is None:
                    running.process.send_signal(signal.SIGCONT)
                await asyncio.to_thread(running.stop)
        if self._mounted is not None:
            command = ["umount", "-l", str(self._mounted)]
            await asyncio.to_thread(subprocess.run, command, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="tertulia-chaos-"))


async def scale(count: int = 3, *flags: str, linked: bool = True) -> Ground:
    """`count` nodes over PostgreSQL and Redis, not yet started; every way is a link, or none where
    nothing is to be broken: a link is as slow as the clients beside it."""
    ground = Ground(_folder())
    await ground.start_postgres()
    await ground.start_redis()
    for number in range(count):
        name = f"node{number}"
        url, port = ground.url, ground.redis_port
        if linked:
            database = await ground.link(f"{name}-postgres", ground.way_to_postgres())
            bus = await ground.link(f"{name}-redis", Link(tcp(port)))
            url, port = ground.url_over(database), bus.port
        settings: dict[str, object] = {
            "database_url": url,
            "redis_url": f"redis://127.0.0.1:{port}/0",
        }
        node = Node(name, ground.folder / name, settings, *flags)
        await ground.link(f"{name}-clients", node.way)
        ground.nodes.append(node)
    return ground


async def sqlite(*flags: str) -> Ground:
    """One node over SQLite, on a little disk where one can be mounted."""
    ground = Ground(_folder())
    try:
        home = ground.mount()
    except OSError:
        home = ground.folder
    node = Node("node0", home / "data", {}, *flags)
    ground.url = f"sqlite:///{home / 'data' / 'tertulia.db'}"
    await ground.link("node0-clients", node.way)
    ground.nodes.append(node)
    return ground
