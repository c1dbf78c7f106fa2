"""`tertulia bot new` and `tertulia bot run`: a program beside its token, for whoever sits at the
machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from chat.cli.base import OperatorError, carry_out, opened

PROGRAM = '''"""{name}: `!hello` greets. docs/bots.md tells what else a bot can do."""

from tertulia_bot import Bot, Incoming

bot = Bot()


@bot.command("hello", help="greets you, or whom you name")
async def hello(message: Incoming, *, name: str = "") -> None:
    await message.answer(f"Hello, {{name or message.author.name}}!")


bot.run()
'''


def new(
    username: Annotated[str, typer.Argument(help="Its username, and the name of the files.")],
    name: Annotated[str, typer.Option(help="How people see it.")] = "",
    folder: Annotated[Path, typer.Option(help="Where the files go.")] = Path(),
) -> None:
    """Make a bot of the community, a program and, beside it, its token."""
    from accounts.bots import Secrets
    from protocol.bots import CreateBot
    from storage.accounts import bot_jobs, secret

    program, token = folder / f"{username}.py", folder / f"{username}.token"
    for path in (program, token):
        if path.exists():
            raise OperatorError(f"{path} is there already.")
    made = secret.make(secret.TOKEN)
    secrets = Secrets(token_hash=made.hash, signing_secret=secret.signing())
    wanted = CreateBot(username=username, name=name or username.capitalize())
    with opened() as (_, database):
        carry_out(database, bot_jobs.create(None, wanted, secrets))
    folder.mkdir(parents=True, exist_ok=True)
    token.touch(mode=0o600)
    token.write_text(made.secret + "\n", encoding="utf-8")
    program.write_text(PROGRAM.format(name=wanted.name), encoding="utf-8")
    typer.echo(f"{program} is a bot. Run it: tertulia bot run {program}")
    typer.echo("Invite it to a room, and say !hello there.")


def run(
    file: Annotated[Path, typer.Argument(help="The program.")],
    url: Annotated[str, typer.Option(help="The community's address; else the settings'.")] = "",
) -> None:
    """Run a bot with the token that lies beside it, until interrupted."""
    from chat.settings import child_environment, load

    token = file.with_suffix(".token")
    if not file.is_file():
        raise OperatorError(f"There is no {file}.")
    if not token.is_file():
        raise OperatorError(f"There is no {token}: `tertulia bot new` makes one.")
    given = {
        "TERTULIA_URL": url or load().public_url,
        "TERTULIA_TOKEN": token.read_text(encoding="utf-8").strip(),
    }
    try:
        command = [sys.executable, str(file)]
        ended = subprocess.run(command, env=child_environment(given), check=False)  # noqa: S603
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    raise typer.Exit(ended.returncode)
