"""The release as it reaches a small server: unpacked somewhere, nothing around it but Python.

Fast: our own part laid out, over the packages that are installed here. Slow: the archive as it is
built, with packages of its own.
"""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import sysconfig
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests import servers
from tests.e2e.town import PASSWORD
from tools import release

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
PATIENCE = 60.0


def bare(tmp_path: Path, **more: str) -> dict[str, str]:
    """The environment of a machine that has Python and a shell: an empty home, no Node.js."""
    path, home = tmp_path / "path", tmp_path / "home"
    for folder in (path, home):
        folder.mkdir(exist_ok=True)
    real = getattr(sys, "_base_executable", sys.executable)
    for name, target in {
        "python3": real, "sh": "/bin/sh", "dirname": "/usr/bin/dirname",
        "readlink": "/usr/bin/readlink",
    }.items():  # fmt: skip
        if not (path / name).exists():
            (path / name).symlink_to(target)
    return {"PATH": str(path), "HOME": str(home), **more}


@contextmanager
def served(tree: Path, tmp_path: Path, port: int) -> Iterator[tuple[str, str]]:
    """(address, the link it printed) of `tertulia serve` of a release, in a folder of its own."""
    work = tmp_path / "work"
    work.mkdir()
    environment = bare(
        tmp_path, TERTULIA_DATA=str(work / "data"), TERTULIA_PORT=str(port),
        TERTULIA_DRAIN_SECONDS="0",
    )  # fmt: skip
    with (tmp_path / "stderr").open("w") as log:
        process = subprocess.Popen(
            [tree / "bin/tertulia", "serve"], env=environment, cwd=work, text=True,
            stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        said: list[str] = []
        while not any("#" in line for line in said):
            line = process.stdout.readline()
            assert line, (tmp_path / "stderr").read_text()
            said.append(line)
        yield f"http://127.0.0.1:{port}", said[-1].strip()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]


def talk(url: str, link: str) -> None:
    """Set up, post, read: by HTTP, as a browser of that origin."""
    with httpx.Client(base_url=url, headers={"origin": url}, trust_env=False) as http:
        assert http.get("/readyz").json() == {"status": "ready"}
        page = http.get("/")
        assert '<script type="module"' in page.text
        community = {
            "name": "Press club", "language": "en", "time_zone": "Europe/Madrid", "minors": False,
            "who_opens_rooms": "everyone",
        }  # fmt: skip
        owner = {"name": "Ana", "username": "ana", "password": PASSWORD}
        given = {"token": link.rpartition("/")[2], "community": community, "owner": owner}
        done = http.post("/api/v1/set-up", json=given | {"room": {"name": "Lobby"}})
        assert done.status_code == 200, (link, done.text)
        room = done.json()["room"]
        posted = http.post(f"/api/v1/rooms/{room}/messages", json={"body": "hello"})
        assert posted.status_code == 200, posted.text
        assert "hello" in http.get(f"/api/v1/rooms/{room}").text


def test_a_tree_runs_with_python_alone_and_knows_its_version(tmp_path: Path) -> None:
    tree = tmp_path / "tertulia"
    tree.mkdir()
    release.lay_out(tree)
    (tree / "lib").mkdir()
    (tree / "lib" / f"python{HERE}").symlink_to(sysconfig.get_path("purelib"))
    with served(tree, tmp_path, servers.free_port()) as (url, link):
        talk(url, link)
        schema = httpx.get(url + "/api/v1/openapi.json", trust_env=False).json()
        assert schema["info"]["version"] == release.project()["version"]
    # The bots of the house need the SDK, which no start imports.
    path = f"{tree / 'app'}:{tree / 'lib' / f'python{HERE}'}"
    subprocess.run(
        ["python3", "-s", "-P", "-c", "import chat.house.carrier"], check=True,
        env=bare(tmp_path, PYTHONPATH=path),
    )  # fmt: skip
    helped = subprocess.run(
        [tree / "bin/tertulia", "--help"], env=bare(tmp_path), check=True, text=True,
        capture_output=True,
    )  # fmt: skip
    assert "Usage: tertulia " in helped.stdout


def test_a_python_that_it_was_not_built_for_is_named(tmp_path: Path) -> None:
    tree = tmp_path / "tertulia"
    (tree / "bin").mkdir(parents=True)
    (tree / "lib/python2.7").mkdir(parents=True)
    launcher = tree / "bin/tertulia"
    launcher.write_bytes((release.ROOT / "deploy/launcher.sh").read_bytes())
    launcher.chmod(0o755)
    ended = subprocess.run([launcher], env=bare(tmp_path), capture_output=True, text=True)
    assert ended.returncode == 1
    assert "no Python that this release is for: python2.7" in ended.stderr


def test_an_archive_is_roots_writable_by_root_alone_and_holds_twins_once(tmp_path: Path) -> None:
    tree = tmp_path / "tertulia-9"
    for python in ("3.11", "3.12"):
        (tree / f"lib/python{python}").mkdir(parents=True)
        (tree / f"lib/python{python}/same.py").write_text("x = 1\n")
    (tree / "bin").mkdir()
    (tree / "bin/tertulia").write_text("#!/bin/sh\n")
    (tree / "bin/tertulia").chmod(0o700)
    release.link_twins(tree)
    archive = tmp_path / "out" / "t.tar.gz"
    release.pack(tree, archive)
    with tarfile.open(archive) as tar:
        members = {member.name: member for member in tar}
    assert {(m.uid, m.uname) for m in members.values()} == {(0, "root")}
    assert members["tertulia-9/bin/tertulia"].mode & 0o777 == 0o755
    assert [m.mode & 0o022 for m in members.values()] == [0] * len(members)
    assert sum(member.islnk() for member in members.values()) == 1
    digest = archive.with_name("t.tar.gz.sha256").read_text().split()[0]
    assert digest == hashlib.sha256(archive.read_bytes()).hexdigest()


@pytest.mark.slow
def test_the_archive_unpacked_in_an_empty_folder_serves(tmp_path: Path) -> None:
    started = time.monotonic()
    release.main(["--python", HERE, "--out", str(tmp_path / "dist")])
    [archive] = (tmp_path / "dist").glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "unpacked", filter="tar")
    [tree] = (tmp_path / "unpacked").iterdir()
    assert not [path for path in tree.rglob("*") if path.name in ("node", "npm", "pip")]
    with served(tree, tmp_path, servers.free_port()) as (url, link):
        talk(url, link)
    print(f"{archive.stat().st_size / 2**20:.0f} MiB in {time.monotonic() - started:.0f} s")
    assert list((tmp_path / "home").iterdir()) == [], "nothing left behind in a home"
