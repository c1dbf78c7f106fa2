"""`tertulia serve`: start the server and say where to go."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chat.cli.base import carry_out

if TYPE_CHECKING:
    from chat.settings import Settings
    from storage.database import Database

ASGIApp = Callable[..., Awaitable[None]]


def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="A sample community in a folder of its own.")
    ] = False,
    host: Annotated[str | None, typer.Option(help="Instead of TERTULIA_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Instead of TERTULIA_PORT.")] = None,
) -> None:
    """Start the server; the first start says how to set the community up."""
    from chat.cli.logs import configure
    from chat.settings import load

    given = {"host": host, "port": port}
    settings = load(**{name: value for name, value in given.items() if value is not None})
    configure(settings.log_level, settings.log_format)
    lines: list[str] = []
    if demo:
        from chat.demo import made

        settings, lines = made(_with_port(settings))
    _run(_with_port(settings), lines)


def _calm_collector() -> None:
    """What was made so far stays: the collector need not look at it again, nor as often.

    A full collection walks every connection and room while nobody is served (*measured*: p99 of
    100 messages a second into a room of 1,000 went from 35 to 30 ms).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def _run(settings: Settings, lines: list[str]) -> None:
    from chat.app import create_app, draining
    from chat.server import ServerOptions, run

    app, services = create_app(settings)
    _calm_collector()
    if not lines:
        lines = _first_steps(services.database, settings.public_url)
    options = ServerOptions(
        host=settings.host,
        port=settings.port,
        trusted_proxies=settings.trusted_proxies,
        drain_seconds=settings.drain_seconds,
    )
    where = f"Tertulia is at {settings.public_url}   (data in {settings.data.resolve()})"
    try:
        run(_announcing(app, [where, *lines]), options, draining(services))
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
