"""Deleting an account from the command line: the steps of `chat.erasure`, one after another.

The operator needs no password; the audit names them. What is interrupted here is taken up by the
job that the server does.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from accounts import deletion
from accounts.people import OPERATOR, audit
from chat.cli.base import now
from chat.erasure import Erasure
from protocol.ids import COMMUNITY
from rooms.facts import Facts
from rooms.model import Actor, Decision
from storage.accounts.facts import SqlAccountFacts
from storage.database import Database
from storage.transaction import Job, Locks, Outcome
from storage.writer import carry_out_now

if TYPE_CHECKING:
    from collections.abc import Callable


def erase(database: Database, person: str) -> None:
    """Close the account, then erase it; raises `Refusal`, for the last owner for example."""
    carry_out_now(database, [_closing(person)], now())
    asyncio.run(_erasing(database, person))


def _closing(person: str) -> Job:
    def act(facts: Facts) -> Decision:
        asked = SqlAccountFacts.of(facts)
        who = Actor(person, "", frozenset())
        # No password proves it: the one that is kept is taken as given.
        decision = deletion.close(asked, who, asked.password_hash(person))  # type: ignore[arg-type]
        decision.records.append(audit(facts, None, "account.delete", person))
        return decision

    return Job(
        actor=OPERATOR,
        locks=lambda _: Locks(write=(COMMUNITY, person), share=()),
        act=act,
    )


async def _erasing(database: Database, person: str) -> None:
    def run(job: Job) -> asyncio.Future[Outcome]:
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        done.set_result(carry_out_now(database, [job], now())[0])
        return done

    nothing: Callable[[], None] = lambda: None  # noqa: E731
    await Erasure(database, run, nothing).begin(person)
