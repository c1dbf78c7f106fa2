"""The commands and their families, in the order in which `tertulia --help` shows them."""

from __future__ import annotations

import typer

from chat.cli import backups, bots, jobs, people, rooms, serving, tokens, upkeep


def _family(words: str) -> typer.Typer:
    return typer.Typer(help=words, no_args_is_help=True)


app = typer.Typer(
    help="Tertulia: a real-time discussion server for learning communities.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command("serve")(serving.serve)
app.command("worker", hidden=True)(serving.worker)
app.command("migrate")(upkeep.migrate)
app.command("backup")(backups.backup)
app.command("restore")(backups.restore)
app.command("compact")(upkeep.compact)
app.command("doctor")(upkeep.doctor)
app.command("config")(upkeep.config)
app.command("owner-link")(people.owner_link)
app.command("invite")(tokens.invite)

user = _family("People: list, show, create, reset, role, delete.")
user.command("list")(people.list_people)
user.command("show")(people.show)
user.command("create")(people.create)
user.command("reset")(people.reset)
user.command("role")(people.role)
user.command("delete")(people.delete)
app.add_typer(user, name="user")

room = _family("Rooms: list, create, archive, restore, members.")
room.command("list")(rooms.list_rooms)
room.command("create")(rooms.create)
room.command("archive")(rooms.archive)
room.command("restore")(rooms.restore)
room.command("members")(rooms.members)
app.add_typer(room, name="room")

token = _family("API tokens of people and bots: create, list, revoke.")
token.command("create")(tokens.create)
token.command("list")(tokens.list_tokens)
token.command("revoke")(tokens.revoke)
app.add_typer(token, name="token")

bot = _family("Bots on this machine: new, run.")
bot.command("new")(bots.new)
bot.command("run")(bots.run)
app.add_typer(bot, name="bot")

job = _family("What is done later: list what failed, retry it.")
job.command("list")(jobs.list_jobs)
job.command("retry")(jobs.retry)
app.add_typer(job, name="jobs")
