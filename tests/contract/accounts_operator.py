"""What whoever sits at the machine does to accounts, as functions: secrets are told once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from accounts import people
from accounts.bots import Secrets
from protocol import accounts as wire
from protocol.bots import CreateBot
from protocol.commands import SetRole
from protocol.ids import COMMUNITY
from protocol.views import Person, Role
from rooms.errors import Refusal
from rooms.model import Decision
from storage.accounts import bot_jobs, jobs, queries, secret
from storage.database import Database
from storage.transaction import Job, Locks
from storage.writer import carry_out_now


class Link(NamedTuple):
    """A link to hand over. `kind` is `set_up`, `reset`, `slip` or `sign_in`."""

    kind: str
    secret: str
    expires_at: int
    """Microseconds since 1970, UTC."""


def _run(database: Database, job: Job, now: int) -> Any:
    """The job's result; raises its `Refusal`."""
    return carry_out_now(database, [job], now)[0].result


def find(database: Database, username: str) -> Person:
    """Somebody by username; raises `not_found`."""
    with database.read() as connection:
        found = queries.by_username(connection, username.removeprefix("@"))
    if found is None or found.status == "deleted":
        raise Refusal("not_found", what="person")
    return found


def list_people(database: Database) -> tuple[Person, ...]:
    """Everybody but the deleted, by name."""
    with database.read() as connection:
        return queries.people(connection, "active", "waiting", "suspended")


def set_up_link(database: Database, now: int) -> Link:
    """A link by which the first owner begins the community; raises `set_up_done`."""
    made = secret.make(secret.LINK)
    result = _run(database, jobs.offer_set_up(made.hash), now)
    return Link("set_up", made.secret, result["expires_at"])


def sign_in_link(database: Database, username: str, now: int) -> Link:
    """A link that signs somebody in without asking for a password; works once."""
    made = secret.make(secret.LINK)
    job = jobs.offer_sign_in(find(database, username).id, made.hash)
    return Link("sign_in", made.secret, _run(database, job, now)["expires_at"])


def add_people(database: Database, lines: Sequence[str], now: int) -> list[tuple[Person, Link]]:
    """Accounts for lines `name` or `name, username`, with a slip each."""
    made = [secret.make(secret.LINK) for _ in lines]
    hashes = [one.hash for one in made]
    wanted = wire.ClassList(text="\n".join(lines), dry_run=False)
    slips = _run(database, jobs.make_class(None, wanted, hashes), now)["slips"]
    found = {person.id: person for person in list_people(database)}
    return [
        (found[person.id], Link("slip", made[index].secret, expires_at))
        for person, index, expires_at in slips
    ]


def set_role(database: Database, username: str, role: Role, now: int) -> None:
    """Make somebody owner, admin, member or guest; raises `last_owner`."""
    person = find(database, username).id
    if role == "bot":
        raise Refusal("invalid", field="role", problem="nobody becomes a bot")
    command = SetRole(person=person, role=role)

    def act(facts: Any) -> Decision:
        return people.set_role(facts, None, command)

    job = Job(people.OPERATOR, lambda _: Locks((COMMUNITY, person), ()), act)
    _run(database, job, now)


def create_bot(database: Database, username: str, name: str, now: int) -> str:
    """A bot; the secret of its token."""
    made = secret.make(secret.TOKEN)
    _run(
        database,
        bot_jobs.create(
            None,
            CreateBot(username=username, name=name),
            Secrets(token_hash=made.hash, signing_secret="0" * 32),
        ),
        now,
    )
    return made.secret


def issue_token(
    database: Database, username: str, name: str, scopes: Sequence[str], now: int
) -> str:
    """A token of a person or bot; its secret."""
    made = secret.make(secret.TOKEN)
    command = wire.CreateToken(name=name, scopes=list(scopes))  # type: ignore[arg-type]
    _run(database, jobs.issue_token(find(database, username).id, command, made.hash), now)
    return made.secret


def list_tokens(database: Database, username: str) -> tuple[wire.Token, ...]:
    """Tokens that were not revoked."""
    person = find(database, username).id
    with database.read() as connection:
        return queries.tokens_of(connection, person)


def revoke_token(database: Database, username: str, token: str, now: int) -> None:
    """End a token, by its id; running servers notice within the repair interval."""
    _run(database, jobs.withdraw_token(find(database, username).id, token), now)
