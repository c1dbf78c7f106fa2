"""The architecture as a test: imports only go down, and files stay small.

Reads every import by `ast` (those inside functions and under TYPE_CHECKING too) and holds it
against the tables below, which are DESIGN's floors. To open a floor, change a row here and say
why in docs/decisions/. Imports nothing of Tertulia, so it runs however broken the rest is.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Libraries without I/O, clock or threads of their own: the rules may use them.
PURE = ("msgspec", "re2", "dateutil", "icalendar")
# Standard library that a rule has no business with: it would do I/O or wait.
IO = (
    "asyncio", "socket", "ssl", "select", "selectors", "subprocess", "threading", "sqlite3",
    "concurrent", "multiprocessing", "urllib.request", "http.client", "smtplib", "tempfile",
)  # fmt: skip


@dataclass(frozen=True)
class Floor:
    """What the modules under `name` may import; everything else is refused.

    `ours`: modules of this project, with all inside. `fronts`: only the package itself or its
    `ports` module, not its insides. `libraries`: None means any that RESERVED does not keep.
    """

    name: str
    ours: tuple[str, ...] = ()
    fronts: tuple[str, ...] = ()
    libraries: tuple[str, ...] | None = ()
    no_stdlib: tuple[str, ...] = ()


RULES_BELOW = ("rooms", "accounts", "protocol")
# The longest name that fits a module decides; a top-level folder without a row is refused.
FLOORS = (
    Floor("protocol", libraries=("msgspec",), no_stdlib=IO),
    Floor("rooms", ours=("protocol",), libraries=PURE, no_stdlib=IO),
    # One way only (docs/decisions/0002): an account is deleted from its rooms, never the reverse.
    Floor("accounts", ours=("rooms", "protocol"), libraries=PURE, no_stdlib=IO),
    Floor("presence", ours=RULES_BELOW, fronts=("storage", "jobs"), libraries=None),
    Floor("jobs", ours=RULES_BELOW, fronts=("storage", "presence"), libraries=None),
    Floor("storage", ours=RULES_BELOW, fronts=("jobs", "presence"), libraries=None),
    Floor("chat", ours=(*RULES_BELOW, "storage", "presence", "jobs", "bots.slack"), libraries=None),
    # The one place where the server carries bots of its own, on the SDK (docs/decisions/0083).
    Floor(
        "chat.house",
        ours=(*RULES_BELOW, "storage", "jobs", "chat", "bots.house", "tertulia_bot"),
        libraries=None,
    ),
    Floor("chat.bus", ours=("chat.bus.base", "chat.bus.outbox"), libraries=None),
    Floor("bots", ours=("tertulia_bot",), libraries=None),
    Floor("bots.house", ours=("tertulia_bot",), libraries=()),
    Floor("bots.slack", ours=RULES_BELOW, libraries=PURE, no_stdlib=IO),
    Floor("tertulia_bot", libraries=("msgspec", "websockets", "httpx")),
)

# Inside one floor: the module (with all below it) must not import these.
MUST_NOT = (
    ("chat.dispatch", ("chat.app", "chat.ws", "chat.routes", "chat.cli", "starlette", "uvicorn")),
    ("chat.verbs", ("chat.app", "chat.ws", "chat.routes", "chat.cli", "chat.dispatch")),
    ("chat.fanout", ("chat.app", "chat.ws", "chat.routes", "chat.cli", "chat.dispatch")),
    ("chat.gate", ("chat.fanout", "chat.dispatch", "starlette", "uvicorn")),
    ("chat.hub", ("chat.gate", "chat.fanout", "chat.dispatch", "starlette", "uvicorn")),
    ("chat.connection", ("chat.hub", "chat.gate", "chat.fanout", "chat.dispatch",
                         "starlette", "uvicorn")),
)  # fmt: skip


def only_in(*packages: str) -> tuple[str, ...]:
    """For a row of RESERVED: the modules that may."""
    return packages


# Libraries with one home. "*.redis" means: files named redis.py, wherever they stand.
RESERVED = {
    "starlette": only_in("chat"),
    "uvicorn": only_in("chat"),
    "redis": only_in("*.redis"),
    "sqlmodel": only_in("storage"),
    "sqlalchemy": only_in("storage"),
    "alembic": only_in("storage"),
    "psycopg": only_in("storage"),
}
# Only these modules may read the process's environment (the CLI asks settings).
READS_ENVIRONMENT = ("chat.settings", "bots", "tertulia_bot")

NOT_FLOORS = {"tests", "bench", "tools", "docs", "web", "data", "build", "node_modules"}
MAX_FILE, MAX_FUNCTION, MAX_PARAMETERS = 350, 60, 6


def under(module: str, name: str) -> bool:
    """Is `module` that one, or inside it?"""
    if name.startswith("*."):
        return module.endswith(name[1:])
    return module == name or module.startswith(name + ".")


@cache
def sources() -> dict[str, Path]:
    """Module name -> file, of all that stands on a floor."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] in NOT_FLOORS or any(part.startswith(".") for part in parts):
            continue
        if parts[:2] == ("bots", "tertulia_bot"):
            parts = parts[1:]
        if parts[-1] == "__init__":
            parts = parts[:-1]
        found[".".join(parts)] = path
    return found


def imports(module: str, source: str, *, package: bool) -> Iterator[tuple[int, str]]:
    """(line, name) of all that a source imports; `from a import b` gives `a.b`."""
    home = module.split(".") if package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = home[: len(home) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def floor_of(module: str) -> Floor | None:
    """The row that decides for a module."""
    fitting = [floor for floor in FLOORS if under(module, floor.name)]
    return max(fitting, key=lambda floor: len(floor.name), default=None)


OURS = {floor.name.split(".")[0] for floor in FLOORS}


def refusal(module: str, name: str) -> str | None:
    """Why `module` may not import `name`, or None."""
    floor = floor_of(module)
    if floor is None:
        return f"no floor is known for {module}: add a row to FLOORS"
    for upper, lower in MUST_NOT:
        if under(module, upper) and any(under(name, it) for it in lower):
            return f"{upper} must not know {name}"
    top = name.split(".")[0]
    if top in OURS:
        return _refusal_of_ours(floor, name)
    if top in sys.stdlib_module_names:
        if any(under(name, it) for it in floor.no_stdlib):
            return f"{floor.name} is pure: no {name} there"
        return None
    if top in RESERVED:
        if any(under(module, home) for home in RESERVED[top]):
            return None
        return f"{top} only in {', '.join(RESERVED[top])}"
    if floor.libraries is not None and top not in floor.libraries:
        return f"{floor.name} may use {', '.join(floor.libraries) or 'no library'}, not {top}"
    return None


def _refusal_of_ours(floor: Floor, name: str) -> str | None:
    if under(name, floor.name) and floor.name != "chat.bus":
        return None
    if any(under(name, it) for it in floor.ours):
        return None
    package, _, rest = name.partition(".")
    if package in floor.fronts and (not _is_inside(name) or under(rest, "ports")):
        return None
    allowed = ", ".join([*floor.ours, *(f"{it} (not its insides)" for it in floor.fronts)])
    return f"imports only go down: {floor.name} may import {allowed or 'nothing of ours'}"


def _is_inside(name: str) -> bool:
    """Does `package.x...` reach a module inside, rather than a name the package gives out?"""
    package, _, rest = name.partition(".")
    return bool(rest) and any(under(name, it) for it in sources() if it != package)


def violations(module: str, source: str, *, package: bool = False) -> list[str]:
    """Every broken floor of one source, as `line: import: why`."""
    found = []
    for line, name in imports(module, source, package=package):
        if why := refusal(module, name):
            found.append(f"{line}: {name}: {why}")
    return found


def environment_reads(source: str) -> list[int]:
    """Lines that say os.environ or os.getenv."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    ]


def too_big(module: str, source: str) -> list[str]:
    """Every limit of size that one source passes."""
    found = []
    lines = len(source.splitlines())
    if lines > MAX_FILE:
        found.append(f"{lines} lines, {MAX_FILE} at most: it does two things")
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        # A migration is a record of what was done once, not code that is worked on.
        if length > MAX_FUNCTION and not under(module, "storage.migrations.versions"):
            found.append(f"{node.lineno}: {node.name}: {length} lines, {MAX_FUNCTION} at most")
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        count = len(names) - (names[:1] in (["self"], ["cls"]))
        if count > MAX_PARAMETERS:
            found.append(f"{node.lineno}: {node.name}: {count} parameters, not {MAX_PARAMETERS}")
    return found


def refuse(found: dict[Path, list[str]]) -> None:
    """Fails with one line a finding, as `file:line: what`."""
    lines = [f"{path.relative_to(ROOT)}:{it}" for path, its in found.items() for it in its]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def test_imports_only_go_down() -> None:
    found = {
        path: violations(module, path.read_text(), package=path.name == "__init__.py")
        for module, path in sources().items()
    }
    refuse(found)


def test_only_settings_reads_the_environment() -> None:
    found = {
        path: [f"{line}: only chat/settings.py reads the environment" for line in lines]
        for module, path in sources().items()
        if not any(under(module, it) for it in READS_ENVIRONMENT)
        and (lines := environment_reads(path.read_text()))
    }
    refuse(found)


def test_files_functions_and_parameter_lists_stay_small() -> None:
    found = {path: too_big(module, path.read_text()) for module, path in sources().items()}
    refuse(found)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("protocol.events", "import rooms.model"),
        ("protocol.events", "import pydantic"),
        ("protocol.events", "import socket"),
        ("rooms.policy", "from storage import streams"),
        ("rooms.policy", "def f():\n    import redis"),
        ("rooms.policy", "from urllib import request"),
        ("rooms.policy", "import accounts"),
        ("accounts.passwords", "import argon2"),
        ("storage.streams", "from chat.hub import Hub"),
        ("storage.streams", "from chat import hub"),
        ("storage.streams", "import redis"),
        ("presence.memory", "import sqlmodel"),
        ("presence.state", "if TYPE_CHECKING:\n    from chat.hub import Hub"),
        ("jobs.reminders", "import starlette"),
        ("chat.bus.redis", "from chat.settings import Settings"),
        ("chat.bus.memory", "import redis.asyncio"),
        ("chat.bus.memory", "from .. import hub"),
        ("chat.dispatch", "from chat.routes import rooms"),
        ("chat.dispatch", "from .ws import endpoint"),
        ("chat.hub", "from starlette.websockets import WebSocket"),
        ("chat.connection", "from chat.hub import Hub"),
        ("chat.app", "import sqlalchemy.ext.asyncio"),
        ("chat.app", "import tertulia_bot"),
        ("tertulia_bot.client", "from protocol import events"),
        ("tertulia_bot.client", "import structlog"),
        ("bots.slack.mapping", "import httpx"),
        ("bots.house.poll", "from rooms.tools import poll"),
        ("bots.house.poll", "import chat.app"),
        ("chat.dispatch", "from bots.house import poll"),
        ("newfolder.thing", "import json"),
    ],
)
def test_a_broken_floor_is_caught(module: str, source: str) -> None:
    assert violations(module, source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("protocol.events", "import json, msgspec\nfrom protocol import ids\nfrom . import codes"),
        ("rooms.policy", "from protocol.codes import C\nfrom rooms.model import Room\nimport re2"),
        ("storage.streams", "import sqlalchemy, sqlmodel\nfrom rooms import model"),
        ("storage.queue", "from jobs import Job"),
        ("presence.redis", "import redis.asyncio"),
        ("chat.bus.redis", "from redis.asyncio import Redis\nfrom chat.bus.base import Bus"),
        ("chat.app", "from starlette.applications import Starlette\nfrom storage import streams"),
        ("chat.gate", "from chat.hub import Hub"),
        ("bots.house.poll", "from tertulia_bot import Bot"),
        ("chat.house.carrier", "from bots.house import poll\nfrom tertulia_bot import Carried"),
        ("tertulia_bot.client", "import httpx, asyncio\nfrom tertulia_bot.link import Link"),
    ],
)
def test_what_goes_down_passes(module: str, source: str) -> None:
    assert not violations(module, source)


def test_sizes_are_caught() -> None:
    body = "    pass\n" * MAX_FUNCTION
    assert too_big("rooms.x", f"def f():\n{body}")
    assert too_big("rooms.x", "def f(a, b, c, d, *, e, f, g): ...")
    assert too_big("rooms.x", "pass\n" * (MAX_FILE + 1))
    assert not too_big("rooms.x", "class C:\n    def f(self, a, b, c, d, *, e, f): ...")


def test_environment_reads_are_caught() -> None:
    assert environment_reads("import os\nos.environ['A']") == [2]
