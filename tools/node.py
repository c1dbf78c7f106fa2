"""Runs Node.js and npm for the browser client: `node.py build`, `node.py test`, `node.py check`.

Owns which Node.js is used (one on PATH if it is new enough, else the wheel's in .venv), when
`npm ci` is needed and when the client is out of date. npm's own configuration is respected.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = WEB / "dist" / "index.html"
FLOOR = (22, 12)  # of Vite 8
NOT_SOURCES = {"node_modules", "dist", "coverage"}


@cache
def node_folder() -> str:
    """The folder to put first on PATH so that `node` and `npm` are new enough."""
    on_path = shutil.which("node")
    if on_path and shutil.which("npm") and node_version(on_path) >= FLOOR:
        return str(Path(on_path).parent)
    scripts = Path(sys.executable).parent
    if (scripts / "npm").exists():
        return str(scripts)
    floor = ".".join(map(str, FLOOR))
    sys.exit(f"tertulia: Node.js {floor} or newer is needed and not there; `make env` brings one")


def node_version(node: str) -> tuple[int, ...]:
    """Of that binary, () if it does not say."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return ()
    return tuple(int(n) for n in re.findall(r"\d+", said.stdout)[:2])


def environment(**extra: str) -> dict[str, str]:
    """The user's own, our Node.js first on PATH, and a cache that can be written."""
    env = {**os.environ, **extra}
    env["PATH"] = os.pathsep.join([node_folder(), env.get("PATH", os.defpath)])
    home = env.get("HOME", "")
    if not (home and os.access(home, os.W_OK)):
        env["HOME"] = str(ROOT / ".cache" / "home")
        Path(env["HOME"]).mkdir(parents=True, exist_ok=True)
    return env


def run(folder: Path, *command: str, **extra: str) -> bool:
    """Runs it in `folder` with our Node.js; True if it ended well."""
    return subprocess.call(command, cwd=folder, env=environment(**extra)) == 0


def run_node(folder: Path, *arguments: str, **extra: str) -> bool:
    """As `run`, of node itself."""
    return run(folder, "node", *arguments, **extra)


def npm_ci(folder: Path) -> bool:
    """Installs a folder's packages as locked, unless they are already; True if they are there."""
    lock = folder / "package-lock.json"
    # npm writes this last, after an `npm install` by hand too.
    installed = folder / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return True
    return run(folder, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")


def newest_source() -> float:
    """When the client's sources last changed, in seconds since the epoch."""
    newest = 0.0
    for folder, folders, files in os.walk(WEB):
        folders[:] = [f for f in folders if f not in NOT_SOURCES and not f.startswith(".")]
        newest = max([newest, *(Path(folder, f).stat().st_mtime for f in files)])
    return newest


def scripts() -> dict[str, str]:
    """The npm scripts of the client."""
    package: dict[str, dict[str, str]] = json.loads((WEB / "package.json").read_text())
    return package.get("scripts", {})


def npm_run(script: str, *arguments: str) -> None:
    """Runs one of the client's npm scripts, with its packages in place."""
    if script not in scripts():
        return
    if not npm_ci(WEB) or not run(WEB, "npm", "run", "--silent", script, *arguments):
        sys.exit(f"tertulia: `npm run {script}` in web/ failed (see above)")


def build() -> None:
    """Builds web/dist if it is missing or older than its sources."""
    if BUILT.exists() and BUILT.stat().st_mtime >= newest_source():
        return
    started = time.monotonic()
    print("building the browser client", flush=True)
    npm_run("build", "--", "--logLevel=warn")
    if not BUILT.exists():
        sys.exit("tertulia: the build of web/ left no dist/index.html")
    os.utime(BUILT)
    print(f"browser client ready in {time.monotonic() - started:.0f} s", flush=True)


@contextmanager
def alone() -> Iterator[None]:
    """Two makes at once must not install into each other's node_modules."""
    (ROOT / ".cache").mkdir(exist_ok=True)
    with (ROOT / ".cache" / "node.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


ACTIONS: dict[str, Callable[[], None]] = {
    "build": build,
    "test": lambda: npm_run("test"),
    "check": lambda: npm_run("check"),
}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ACTIONS:
        sys.exit(f"usage: node.py {'|'.join(ACTIONS)}")
    if not (WEB / "package.json").exists():
        print("web/ holds no client yet: nothing to do", flush=True)
    else:
        with alone():
            ACTIONS[sys.argv[1]]()
