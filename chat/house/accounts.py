"""The accounts of the house's bots: each comes into being when it first has something to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts import names
from accounts.people import arriving
from accounts.ports import AccountFacts
from protocol.ids import COMMUNITY
from rooms.facts import Facts
from rooms.house import HOUSE, HouseBot
from rooms.model import Actor, Decision, PersonFacts
from storage.accounts.facts import SqlAccountFacts
from storage.jobs.store import SYSTEM
from storage.transaction import Job, Locks

Action = Callable[[Facts, Actor, Any], Decision]


def arrival(bot: HouseBot) -> Job:
    """The account, if there is none yet."""
    return Job(
        SYSTEM,
        lambda _: Locks(write=(COMMUNITY,), share=()),
        lambda facts: with_account(facts, bot, Decision(actor=bot.id)),
    )


def housed(action: Action) -> Action:
    """An action that asks something of a bot: one of the house gets its account with the first."""

    def act(facts: Facts, actor: Actor, command: Any) -> Decision:
        decision: Decision = action(facts, actor, command)
        for event in decision.events[:1]:
            if event.stream in HOUSE:
                return with_account(facts, HOUSE[event.stream], decision)
        return decision

    return act


def with_account(facts: Facts, bot: HouseBot, decision: Decision) -> Decision:
    """The decision, and before it the bot's account, if it has none yet."""
    if facts.person(bot.id) is not None:
        return decision
    arrived = arriving(_newcomer(SqlAccountFacts.of(facts), bot))
    decision.streams = [*arrived.streams, *decision.streams]
    decision.events = [*arrived.events, *decision.events]
    return decision


def _newcomer(facts: AccountFacts, bot: HouseBot) -> PersonFacts:
    wanted = [bot.username, *(f"{bot.username}-{n}" for n in range(2, 50))]
    taken = facts.taken([names.folded(name) for name in wanted])
    free = next(name for name in wanted if names.folded(name) not in taken)
    return PersonFacts(id=bot.id, username=free, name=bot.name, role="bot", status="active")
