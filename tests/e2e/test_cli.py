"""The command `tertulia`, as an operator meets it: what it prints, refuses and leaves behind.

Servers run in processes of their own; other commands in this one, through the same entry point.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from chat.cli import main
from chat.cli.checks import examine
from chat.demo import made
from chat.settings import Settings
from storage import database as databases
from storage.database import Database
from tests.copies import holding, leave_behind

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


class Finished(NamedTuple):
    """What a command left."""

    code: int
    out: str
    err: str


Run = Callable[..., Finished]


def environment(data: Path, **more: str) -> dict[str, str]:
    return {"TERTULIA_DATA": str(data), "TERTULIA_PORT": "0", **more}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("user", "list", TERTULIA_PORT="1")`: a finished command, over the test's data folder."""
    monkeypatch.setattr("chat.cli.logs.configure", lambda *_: None)
    for name in [name for name in os.environ if name.startswith("TERTULIA_")]:
        monkeypatch.delenv(name)

    def run(*words: str, **more: str) -> Finished:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["tertulia", *words])
            for name, value in environment(tmp_path / "data", **more).items():
                patch.setenv(name, value)
            try:
                main()
                code = 0
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Finished(code, *capsys.readouterr())

    return run


class Serving:
    """`tertulia serve` in a process of its own."""

    def __init__(self, data: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "chat.cli", "serve", *words],
            cwd=ROOT, env={**os.environ, **environment(data, PYTHONUNBUFFERED="1")},
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.said: list[str] = []

    def until(self, pattern: str) -> re.Match[str]:
        """Read what it says until a line matches."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"it ended, having said: {''.join(self.said)}")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Serving]]:
    started: list[Serving] = []

    def start(*words: str) -> Serving:
        started.append(Serving(tmp_path / "data", *words))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        if one.process.stdout is not None:
            one.process.stdout.close()


def ask(url: str, body: object = None) -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        found: dict[str, object] = json.load(answer)
    return found


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a sample community, to copy."""
    folder = tmp_path_factory.mktemp("sample")
    made(Settings(data=folder))
    return folder


@pytest.fixture
def sample(tmp_path: Path, made_once: Path) -> Settings:
    """The sample community, in this test's data folder."""
    shutil.copytree(made_once, tmp_path / "data")
    return Settings(data=tmp_path / "data")


def one_line(finished: Finished) -> str:
    """What a refused command said."""
    assert finished.code == 1, finished
    lines = finished.err.strip().splitlines()
    assert len(lines) == 1, finished.err
    assert lines[0].startswith("tertulia: ")
    return lines[0]


def test_asking_for_help_loads_nothing_heavy() -> None:
    heavy = "{'sqlalchemy', 'starlette', 'pydantic', 'structlog', 'msgspec', 'alembic'}"
    line = f"import sys, chat.cli.commands; sys.exit(len({heavy} & set(sys.modules)))"
    found = subprocess.run(
        [sys.executable, "-c", line], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr


def test_the_first_start_says_where_to_go_and_offers_set_up(
    serve: Callable[..., Serving], run: Run
) -> None:
    server = serve()
    where = server.until(r"Tertulia is at (http://127\.0\.0\.1:\d+) ")[1]
    token = server.until(r"/#/link/(\S+)")[1]
    assert ask(f"{where}/api/v1/links/{token}")["kind"] == "set_up"
    another = run("owner-link").out.strip().rpartition("/")[2]
    assert another != token
    assert ask(f"{where}/api/v1/links/{another}")["kind"] == "set_up"
    assert "not set up yet" in one_line(run("user", "list"))
    assert server.stop() == 0


def test_what_cannot_work_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert "another program" in one_line(run("serve", TERTULIA_PORT=port))
    assert "TERTULIA_PORT=abc" in one_line(run("serve", TERTULIA_PORT="abc"))
    (tmp_path / "file").write_text("")
    line = one_line(run("serve", TERTULIA_DATA=str(tmp_path / "file" / "data")))
    assert "cannot be used" in line
    assert "no community" in one_line(run("user", "list", TERTULIA_DATA=str(tmp_path / "none")))
    assert "none.zip cannot be read: No such file" in one_line(run("restore", "none.zip"))
    with closing(sqlite3.connect(tmp_path / "data" / "tertulia.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert "newer than this program" in one_line(run("serve"))


def test_migrate_checks_and_migrates(run: Run, fresh_postgres: str, tmp_path: Path) -> None:
    for more in ({}, {"TERTULIA_DATABASE_URL": fresh_postgres}):
        assert "older" in one_line(run("migrate", "--check", **more))
        assert run("migrate", **more).code == 0
        assert "up to date" in run("migrate", "--check", **more).out
    assert not list((tmp_path / "data").glob("*.before-*")), "an empty database needs no snapshot"


def test_config_shows_values_and_sources(run: Run) -> None:
    shown = run("config", TERTULIA_RATE_BURST="7", TERTULIA_REDIS_URL="redis://:geheim@h")
    rows = dict(line.split("\t", 1) for line in shown.out.splitlines())
    assert rows["TERTULIA_RATE_BURST"] == "7.0\tenvironment"
    assert rows["TERTULIA_HOST"] == "127.0.0.1\tdefault"
    assert "geheim" not in shown.out


@pytest.mark.promise_p1
def test_doctor_fails_where_a_promise_would_break(
    sample: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = {f.what: f.state for f in examine(sample)}
    assert good["synchronous"] == good["journal_mode"] == good["secure_delete"] == "ok"
    monkeypatch.setitem(databases.SQLITE_PRAGMAS, "synchronous", "NORMAL")
    monkeypatch.setitem(databases.SQLITE_PRAGMAS, "secure_delete", "FAST")
    bad = {f.what: f.state for f in examine(sample)}
    assert bad["synchronous"] == bad["secure_delete"] == "failed"


def test_doctor_exits_with_what_it_found(run: Run, sample: Settings) -> None:
    del sample
    failed = run("doctor", TERTULIA_REDIS_URL="redis://127.0.0.1:1")
    assert "checks failed" in one_line(failed)
    assert "FAILED\tbus\tRedis does not answer" in failed.out


def test_the_demo_is_lively_and_lets_three_people_in(serve: Callable[..., Serving]) -> None:
    server = serve("--demo")
    where = server.until(r"Tertulia is at (http://\S+)")[1]
    names = []
    for _ in range(3):
        token = server.until(r"/#/link/(\S+)")[1]
        signed_in = ask(f"{where}/api/v1/links/{token}", {})
        names.append(signed_in["person"]["username"])  # type: ignore[index]
    assert names == ["samuel", "rosa", "amara"]
    assert server.stop() == 0
    assert serve("--demo").until(r"/#/link/(\S+)")[1], "a second start uses what is there"


def test_the_demo_is_the_same_every_time_and_lies_in_the_past(tmp_path: Path) -> None:
    def texts(now: datetime) -> list[tuple[object, ...]]:
        folder = tmp_path / f"{now:%Y%m%d%H%M%S}"
        settings, _ = made(Settings(data=folder), lambda: now)
        with closing(sqlite3.connect(settings.data / "tertulia.db")) as connection:
            late = connection.execute("SELECT max(at) FROM event").fetchone()[0]
            # Two acts of one moment are told apart by a microsecond.
            assert late <= now.timestamp() * 1_000_000 + 1_000
            query = (
                "SELECT username, body, pinned_seq IS NULL, edited_at IS NULL, deleted_by, "
                "reply_count FROM message JOIN person ON person.id = author_id ORDER BY at"
            )
            rows = connection.execute(query).fetchall()
        return [(who, re.sub(r"<@p_\w+>", "@", body or ""), *rest) for who, body, *rest in rows]

    midnight = datetime(2028, 2, 29, 0, 0, 30, tzinfo=UTC)
    first = texts(midnight)
    assert first == texts(midnight + timedelta(seconds=5))
    assert len(first) > 150
    assert sum(not body for _, body, *_ in first) == 1, "one is deleted"
    late = texts(midnight + timedelta(hours=23, minutes=59))
    assert {who for who, *_ in late} == {who for who, *_ in first}
    assert len(late) == len(first)


def test_the_demo_never_touches_a_real_community(run: Run, sample: Settings) -> None:
    with closing(sqlite3.connect(sample.data / "tertulia.db")) as connection:
        connection.execute("DELETE FROM secret WHERE name = 'sample'")
        connection.commit()
    assert "holds a community already" in one_line(run("serve", "--demo"))


def test_people(run: Run, sample: Settings) -> None:
    assert "Samuel Abebe\tsamuel\tmember\tactive" in run("user", "list").out
    assert "pronouns\the/him" in run("user", "show", "@samuel").out
    made_one = run("user", "create", "Ana Belén", "--username", "ana", "--role", "admin").out
    assert "username ana" in made_one
    assert "/#/link/ttl_" in made_one
    assert "admin\tactive" in run("user", "list").out
    assert "Kofi Mensah is admin" in run("user", "role", "kofi", "admin").out
    assert "no role here" in one_line(run("user", "role", "kofi", "king"))
    assert "needs an owner" in one_line(run("user", "role", "amara", "member"))
    assert "/#/link/ttl_" in run("user", "reset", "samuel").out
    assert "user list" in one_line(run("user", "show", "nobody"))
    with Database(sample.url).read() as connection:
        acts = connection.exec_driver_sql("SELECT act FROM audit WHERE actor_id = 'system'")
        assert {"link.reset", "person.role", "person.class_list"} <= set(acts.scalars())


@pytest.mark.promise_p8
def test_a_deleted_person_is_gone(run: Run, sample: Settings) -> None:
    file = sample.data / "tertulia.db"
    assert b"sad trash" in file.read_bytes()
    assert "Dae-jung Seo is gone" in run("user", "delete", "daejung", "--yes").out
    for path in sample.data.iterdir():
        assert b"sad trash" not in path.read_bytes(), path
        assert b"Dae-jung Seo" not in path.read_bytes(), path
    assert "There is nobody" in one_line(run("user", "show", "daejung"))


@pytest.mark.promise_p8
def test_the_file_is_written_anew(run: Run, sample: Settings) -> None:
    leave_behind(sample.data / "tertulia.db", b"xanthic")

    def copies() -> str:
        [says] = [found.says for found in examine(sample) if found.what == "deleted text"]
        return says

    assert "`tertulia compact`" in copies(), "the sample has a deleted message"
    assert run("compact").out.endswith("Done.\n")
    assert holding(sample.data, b"xanthic") == []
    assert copies() == "no copies"


def test_rooms(run: Run, sample: Settings) -> None:
    del sample
    rooms = run("room", "list").out
    assert "Tide gauge\tproject_team\topen" in rooms
    assert "Harbour fair" not in rooms
    assert "Harbour fair" in run("room", "list", "--archived").out
    made_one = run("room", "create", "Chess", "--facilitator", "teodor", "--purpose", "Slowly")
    assert "Teodor Lindqvist facilitates it" in made_one.out
    assert "Teodor Lindqvist\tteodor\tfacilitator\tmember" in run("room", "members", "chess").out
    assert run("room", "archive", "chess").out == "Chess is archived.\n"
    assert "archived" in run("room", "list", "--archived").out
    assert run("room", "restore", "chess").code == 0
    assert run("room", "archive", "Teachers' circle").code == 0, "by invitation too"
    assert "no room called" in one_line(run("room", "archive", "nowhere"))


def test_tokens_and_invitations(run: Run, serve: Callable[..., Serving]) -> None:
    server = serve("--demo")
    where = server.until(r"Tertulia is at (http://\S+)")[1]
    secret = run("token", "create", "rosa", "--scope", "read").out.strip()

    def status() -> int:
        request = urllib.request.Request(f"{where}/api/v1/overview")
        request.add_header("authorization", f"Bearer {secret}")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    assert status() == 200
    token = run("token", "list", "rosa").out.splitlines()[1].split("\t")[-1]
    assert run("token", "revoke", "rosa", token).code == 0
    assert status() == 401, "a running server sees what the command line wrote"
    invited = run("invite", "--room", "Tide gauge", "--guest").out
    code = re.search(r"/#/join/(\S+)", invited)
    assert code
    assert "▄" in invited
    face = ask(f"{where}/api/v1/invitations/{code[1]}")
    assert face["guest"] is True
    assert face["room"]["name"] == "Tide gauge"  # type: ignore[index]
    assert "no scope" in one_line(run("token", "create", "rosa", "--scope", "all"))
    assert server.stop() == 0


def test_settings_reach_the_application_or_are_not_there() -> None:
    """A setting that nobody reads would be a promise that nobody keeps."""
    readers = [
        ROOT / "chat" / "app.py",
        ROOT / "chat" / "nightly.py",
        *(ROOT / "chat" / "cli").glob("*.py"),
    ]
    read = "\n".join(path.read_text() for path in readers)
    unread = [name for name in Settings.model_fields if f"settings.{name}" not in read]
    # They are read as `settings.url` and `settings.backups`.
    assert unread == ["database_url", "backup_folder"]
