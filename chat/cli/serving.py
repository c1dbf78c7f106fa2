"""`tertulia serve`: start the server and say where to go."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from chat.cli.base import OperatorError, carry_out

if TYPE_CHECKING:
    from chat.settings import Settings
    from storage.database import Database

ASGIApp = Callable[..., Awaitable[None]]
T = TypeVar("T")

STARTING = 60.0
"""Seconds that the start waits for a PostgreSQL that cannot be reached: it may be starting too."""


def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="A sample community in a folder of its own.")
    ] = False,
    host: Annotated[str | None, typer.Option(help="Instead of TERTULIA_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Instead of TERTULIA_PORT.")] = None,
    workers: Annotated[int | None, typer.Option(help="Instead of TERTULIA_WORKERS.")] = None,
) -> None:
    """Start the server; the first start says how to set the community up."""
    from chat.cli.logs import configure
    from chat.settings import load

    given = {"host": host, "port": port, "workers": workers}
    settings = load(**{name: value for name, value in given.items() if value is not None})
    configure(settings.log_level, settings.log_format)
    lines: list[str] = []
    if demo:
        from chat.demo import made

        settings, lines = made(_with_port(settings))
    settings = _with_port(settings)
    if settings.workers > 1:
        _supervise(settings, lines)
    else:
        _run(settings, lines)


def worker(
    number: Annotated[int, typer.Option()],
    link: Annotated[int, typer.Option()],
    listening: Annotated[str, typer.Option()],
    host: Annotated[str, typer.Option()],
    port: Annotated[int, typer.Option()],
) -> None:
    """One of several processes of `serve --workers`; not to be called by hand."""
    from chat.cli.logs import configure
    from chat.settings import load

    settings = load(host=host, port=port)
    configure(settings.log_level, settings.log_format)
    if settings.metrics_port:
        # A port for each; while one is replaced there is one more.
        metrics = settings.metrics_port + number
        settings = settings.model_copy(update={"metrics_port": metrics})
    _run(settings, None, tuple(map(int, listening.split(","))), link)


def _when_there(make: Callable[[], T]) -> T:
    """What `make` gives, as soon as the database can be reached.

    Raises `DatabaseAwayError` after `STARTING`.
    """
    from storage.upkeep import DatabaseAwayError

    end, said = time.monotonic() + STARTING, False
    while True:
        try:
            return make()
        except DatabaseAwayError as error:
            if time.monotonic() > end:
                raise
            if not said:
                typer.echo(f"{error}; trying again for {STARTING:.0f} s", err=True)
            said = True
            time.sleep(0.2)


def _supervise(settings: Settings, lines: list[str]) -> None:
    import asyncio

    from chat.listener import listen
    from chat.server import ServerOptions
    from chat.workers import Supervisor
    from storage import upkeep
    from storage.database import Database

    if settings.redis_url is None or not settings.url.startswith("postgresql"):
        raise OperatorError(
            "Several workers need PostgreSQL and Redis: set TERTULIA_DATABASE_URL and "
            "TERTULIA_REDIS_URL, or run one worker (SQLite has one writer)."
        )
    database = Database(settings.url)
    try:
        _when_there(lambda: upkeep.prepare(database))
        lines = lines or _first_steps(database, settings.public_url)
    finally:
        database.close()
    options = ServerOptions()
    sockets = listen(settings.host, settings.port, options.backlog, options.limits.stall_timeout)

    def command(number: int, link: int, listening: Sequence[int]) -> list[str]:
        given = {
            "number": number, "link": link, "listening": ",".join(map(str, listening)),
            "host": settings.host, "port": settings.port,
        }  # fmt: skip
        options = [f"--{name}={value}" for name, value in given.items()]
        # As we were started: a release reads nothing from the working folder or the user's own.
        plain = ["-P"] * sys.flags.safe_path + ["-s"] * sys.flags.no_user_site
        return [sys.executable, *plain, "-m", "chat.cli", "worker", *options]

    def started() -> None:
        typer.echo(f"Tertulia is at {settings.public_url}   ({settings.workers} workers)")
        for line in lines:
            typer.echo(line)

    patience = settings.drain_seconds + 2 * options.finish_seconds + 5
    supervisor = Supervisor(command, sockets, settings.workers, patience, started)
    code = asyncio.run(supervisor.run())
    if code:
        raise OperatorError("The workers did not start: the lines above say why.")


def _tune_interpreter() -> None:
    """What was made so far stays: the collector need not look at it again (nor as often as it
    would by itself, which `chat.cli` has seen to).

    A full collection walks every connection and room while nobody is served (*measured*: p99 of
    100 messages a second into a room of 1,000 went from 35 to 30 ms). And the event loop asks for
    the interpreter at every socket: while the writer's thread computes, Python's default lets it
    wait 5 ms each time (docs/decisions/0013-collector-buffers-windows.md).
    """
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(0.000_5)


def _run(
    settings: Settings,
    lines: list[str] | None,
    sockets: tuple[int, ...] = (),
    link: int | None = None,
) -> None:
    """Serve; `lines` are said at the start, and None is said by a worker."""
    from chat.app import create_app, draining
    from chat.server import ServerOptions, run

    app, services = _when_there(lambda: create_app(settings))
    _tune_interpreter()
    if lines is not None:
        where = f"Tertulia is at {settings.public_url}   (data in {settings.data.resolve()})"
        lines = [where, *(lines or _first_steps(services.database, settings.public_url))]
    options = ServerOptions(
        host=settings.host,
        port=settings.port,
        trusted_proxies=settings.trusted_proxies,
        drain_seconds=settings.drain_seconds,
        sockets=sockets,
        link=link,
    )
    try:
        run(_announcing(app, lines or []), options, draining(services))
    finally:
        # It never started where the port was taken; closing twice does no harm.
        services.database.close()


def _with_port(settings: Settings) -> Settings:
    """Port 0 decided now, so that links and the Origin check know it."""
    if settings.port:
        return settings
    import socket

    with socket.create_server((settings.host, 0)) as free:
        port = int(free.getsockname()[1])
    changes: dict[str, Any] = {"port": port}
    if settings.sources()["public_url"] == "default":
        changes["public_url"] = settings.public_url.removesuffix(":0") + f":{port}"
    return settings.model_copy(update=changes)


def _first_steps(database: Database, public_url: str) -> list[str]:
    from chat.cli.people import set_up_link
    from storage.accounts import queries

    with database.read() as connection:
        face = queries.community_face(connection)
    if face is not None:
        return []
    link = set_up_link(public_url, lambda job: carry_out(database, job))
    return ["Nobody runs it yet. Open this link to set the community up:", f"  {link}"]


def _announcing(app: ASGIApp, lines: list[str]) -> ASGIApp:
    """The same application, which says `lines` once it takes requests."""

    from chat.cli.described import unhandled

    async def announcing(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return

        asyncio.get_running_loop().set_exception_handler(unhandled)

        async def sending(message: Mapping[str, Any]) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                for line in lines:
                    typer.echo(line)

        await app(scope, receive, sending)

    return announcing
