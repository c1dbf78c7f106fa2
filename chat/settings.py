"""Settings: what the operator decides, and where each value came from.

`TERTULIA_*` environment over a TOML file over defaults. The only reader of the environment:
everybody else is handed a frozen `Settings`. The file is the one that TERTULIA_CONFIG names, or
`tertulia.toml` in the working folder, or in the data folder. Knows nothing of what the values are
used for.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

PREFIX = "TERTULIA_"
CONFIG = "TERTULIA_CONFIG"
FILE = "tertulia.toml"
SECRET_PARTS = ("database_url", "redis_url")
"""Addresses that may carry a password: shown without it."""


class SettingsError(Exception):
    """A setting is wrong. The message is one line that names it, meant for the operator."""


def _listed(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(value) if isinstance(value, list) else value


class Settings(BaseSettings):
    """Every setting. Make it with `load`, or in tests by keyword: then nothing else is read."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    host: str = "127.0.0.1"
    """The address to listen on; 0.0.0.0 is every IPv4 one."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """0 takes any free port."""
    data: Path = Path("data")
    """The folder that holds all that lasts."""
    database_url: str | None = None
    """`postgresql://…`; without it SQLite, in the data folder."""
    redis_url: str | None = None
    """`redis://…`, the bus between several machines."""
    public_url: str = Field(default_factory=lambda known: _local_url(known))
    """How people reach the community. Links, cookies and the Origin check follow from it."""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ()
    """Addresses and networks of reverse proxies whose X-Forwarded-* headers are believed."""
    outgoing_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ()
    """Inner hosts that may be sent to all the same where users give addresses: `name` or
    `name:port`."""
    admins_allow_hosts: bool = True
    """Whether those who run the community may allow bots' addresses inside the local network."""
    metrics_host: str = "127.0.0.1"
    """Where `/metrics` is served, apart from everything else."""
    metrics_port: Annotated[int, Field(ge=0, le=65535)] = 0
    """0: no metrics."""
    rate_per_second: Annotated[float, Field(gt=0, le=100_000)] = 20.0
    """Requests a second that one person may make for long."""
    rate_burst: Annotated[float, Field(ge=1, le=1_000_000)] = 100.0
    """Requests that one person may make at once."""
    gather_ms: Annotated[float, Field(ge=0, le=100)] = 2.0
    """Under load: how long a transaction waits for company."""
    hashing_threads: Annotated[int, Field(ge=1, le=64)] = 2
    """Passwords hashed at once; each takes 19 MiB while it lasts."""
    drain_seconds: Annotated[float, Field(ge=0, le=300)] = 5.0
    """Over how long the goodbyes of a planned stop are spread."""
    backup_folder: Path | None = None
    """Where backups are kept; without it `backups` in the data folder."""
    backup_hour: Annotated[int, Field(ge=-1, le=23)] = 3
    """When one is made every night, UTC; -1: never."""
    backup_keep: Annotated[int, Field(ge=1, le=1000)] = 7
    """How many of them stay."""
    compact_hour: Annotated[int, Field(ge=0, le=23)] = 2
    """When the database's file is written anew, UTC, if something was deleted; SQLite: nobody can
    post for some seconds."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is logged."""
    log_format: Literal["console", "json"] = "console"
    """For people, or for machines."""
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Processes that serve on this machine; more than one need PostgreSQL and Redis."""
    session_days: Annotated[int, Field(ge=1, le=400)] = 90
    """How long a browser stays signed in without being used."""

    _sources: dict[str, str] = PrivateAttr(default_factory=dict)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed over: `load` reads, so that it knows what came from where."""
        return (init_settings,)

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        found = []
        for network in value:
            try:
                read = ipaddress.ip_network(network, strict=False)
            except ValueError:
                raise ValueError(f"{network!r} is no address or network") from None
            # `10.1.2.3/8` would be nobody's network to the server: it is written as it is meant.
            found.append(str(read) if "/" in network else network)
        return tuple(found)

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        try:
            known = parts.scheme in ("http", "https") and parts.hostname and parts.port != -1
        except ValueError:
            known = None
        if not known or parts.query or parts.fragment or parts.username:
            raise ValueError("must look like https://talk.example.org")
        if parts.path not in ("", "/"):
            raise ValueError("must have no path: the community is served from the root")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str | None) -> str | None:
        if value is None:
            return None
        scheme, found, rest = value.partition("://")
        if scheme in ("postgres", "postgresql", "postgresql+psycopg") and found:
            return f"postgresql+psycopg://{rest}"
        if scheme == "sqlite" and rest.startswith("/"):
            return value
        raise ValueError("must start with postgresql:// (or sqlite:/// for a file elsewhere)")

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must start with redis:// or rediss://")
        return value

    @property
    def url(self) -> str:
        """The database, as SQLAlchemy wants it."""
        return self.database_url or f"sqlite:///{self.data / 'tertulia.db'}"

    @property
    def backups(self) -> Path:
        """The folder that backups are in."""
        return self.backup_folder or self.data / "backups"

    def sources(self) -> dict[str, str]:
        """For each setting where its value came from: `environment`, a file's path, `default`."""
        return {
            name: self._sources.get(name)
            or ("given" if name in self.model_fields_set else "default")
            for name in type(self).model_fields
        }

    def shown(self) -> dict[str, str]:
        """Each value as text that may be seen by others: passwords in addresses are masked."""
        return {name: _shown(name, getattr(self, name)) for name in type(self).model_fields}


def load(**given: Any) -> Settings:
    """The settings of this process; `given` (options of a command) goes over everything.

    Raises `SettingsError` for a value that will not do, an unknown name, or a file that cannot be
    read.
    """
    from_environment = EnvSettingsSource(Settings, env_prefix=PREFIX, env_ignore_empty=True)()
    path = _config_file(from_environment.get("data"))
    from_file = _read(path) if path else {}
    sources = {name: str(path) for name in from_file}
    sources |= dict.fromkeys(from_environment, "environment")
    sources |= dict.fromkeys(given, "option")
    try:
        settings = Settings(**{**from_file, **from_environment, **given})
    except ValidationError as error:
        raise SettingsError(_problem(error, sources)) from error
    settings._sources.update(sources)  # noqa: SLF001
    return settings


def child_environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program that is started from here, with `given` over it."""
    return {**os.environ, **given}


def unknown_names() -> list[str]:
    """Names in the environment that look like settings and are none."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG}
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)


def _config_file(data: str | None) -> Path | None:
    named = os.environ.get(CONFIG, "").strip()
    if named:
        return Path(named)
    beside = (Path(FILE), Path(data or Settings.model_fields["data"].default) / FILE)
    return next((path for path in beside if path.is_file()), None)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not TOML ({error})") from error


def _problem(error: ValidationError, sources: Mapping[str, str]) -> str:
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "settings"
    source = sources.get(name, "default")
    shown = PREFIX + name.upper() if source == "environment" else f"{name} ({source})"
    if first["type"] == "extra_forbidden":
        return f"{shown}: there is no such setting"
    value = "" if name in SECRET_PARTS else f"={first['input']}"
    return f"{shown}{value}: {first['msg'].removeprefix('Value error, ')}"


def _shown(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(value)
    if name in SECRET_PARTS:
        parts = urlsplit(str(value))
        if parts.password:
            user = parts.netloc.rpartition("@")[0].partition(":")[0]
            host = parts.netloc.rpartition("@")[2]
            return parts._replace(netloc=f"{user}:***@{host}").geturl()
    return str(value)


def _local_url(known: dict[str, Any]) -> str:
    host = str(known.get("host", "127.0.0.1"))
    if host in ("0.0.0.0", "::", ""):  # noqa: S104
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{known.get('port', 8000)}"
