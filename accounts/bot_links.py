"""The ways in and out of a bot: incoming addresses, where it is told of events, its commands.

They are secrets or promises of whoever looks after the bot; each change is written down in the
audit of its room.
"""

from __future__ import annotations

from collections.abc import Sequence

from accounts.bots import alone, entrusted, managed, news, written
from accounts.model import (
    DropLetters,
    EndOutgoing,
    EndWebhook,
    MarkLetters,
    NewOutgoing,
    NewWebhook,
    ResumeOutgoing,
)
from accounts.people import audit
from accounts.ports import AccountFacts
from protocol import limits
from protocol.bots import NewWebhook as Wanted
from protocol.bots import Offered, SetCommands, SetOutgoing
from protocol.events import KINDS
from protocol.ids import new_id
from rooms import policy
from rooms.actions.bots import SEND, offer_of
from rooms.errors import Refusal
from rooms.model import Actor, Decision, Record
from rooms.records import Schedule


def hook(facts: AccountFacts, actor: Actor, bot: str, wanted: Wanted, secret_hash: str) -> Decision:
    """An address that posts into one of the bot's rooms; the one it replaces ends at once."""
    found, _ = entrusted(facts, actor, bot)
    standing = policy.check(facts.standing(wanted.room, bot), "see_card")
    if not standing.is_member:
        raise Refusal("not_a_member")
    standing_hooks = facts.webhooks(bot)
    if wanted.replaces is not None and wanted.replaces not in standing_hooks:
        raise Refusal("not_found", what="address")
    left = [one for one in standing_hooks if one != wanted.replaces]
    if len(left) >= limits.WEBHOOKS_PER_BOT:
        most = limits.WEBHOOKS_PER_BOT
        raise Refusal("too_many", what="addresses", max=most, actual=len(left) + 1)
    new = NewWebhook(
        id=new_id("k", facts.now // 1000), bot=bot, room=wanted.room, secret_hash=secret_hash
    )
    decision = Decision(result={"webhook": new.id})
    if wanted.replaces is not None:
        decision.records.append(EndWebhook(id=wanted.replaces))
    decision.records += [new, *alone(found.room, audit(facts, actor, "bot.webhook", bot))]
    decision.events += written(found.room, "bot.webhook", bot)
    return decision


def unhook(facts: AccountFacts, actor: Actor, bot: str, webhook: str) -> Decision:
    """An address ends."""
    found, _ = managed(facts, actor, bot)
    if webhook not in facts.webhooks(bot):
        raise Refusal("not_found", what="address")
    line = audit(facts, actor, "bot.webhook", bot, "ended")
    return Decision(
        events=written(found.room, "bot.webhook", bot, "ended"),
        records=[EndWebhook(id=webhook), *alone(found.room, line)],
        result={},
    )


def check_kinds(kinds: tuple[str, ...]) -> None:
    """Refuse kinds of events that there are not."""
    unknown = next((kind for kind in kinds if kind not in KINDS), None)
    if unknown is not None:
        raise Refusal("invalid", field="kinds", problem=f"there is no {unknown[:40]}")


def tell(facts: AccountFacts, actor: Actor, bot: str, wanted: SetOutgoing) -> Decision:
    """The bot is told of events at this address, which has answered as one that means it."""
    found, _ = entrusted(facts, actor, bot)
    check_kinds(wanted.kinds)
    new = NewOutgoing(bot=bot, url=wanted.url, kinds=wanted.kinds, shape=wanted.shape)
    return Decision(
        events=[*written(found.room, "bot.outgoing", bot), *news(bot, found.owner)],
        records=[new, *alone(found.room, audit(facts, actor, "bot.outgoing", bot))],
        result={},
    )


def hush(facts: AccountFacts, actor: Actor, bot: str) -> Decision:
    """The bot is told nowhere any more."""
    found, _ = managed(facts, actor, bot)
    line = audit(facts, actor, "bot.outgoing", bot, "ended")
    return Decision(
        events=[*written(found.room, "bot.outgoing", bot, "ended"), *news(bot, found.owner)],
        records=[EndOutgoing(bot=bot), *alone(found.room, line)],
        result={},
    )


def resume(facts: AccountFacts, actor: Actor, bot: str) -> Decision:
    """Tell it again, from now on."""
    return _told_again(facts, actor, bot, [ResumeOutgoing(bot=bot)], "resumed")


def redeliver(facts: AccountFacts, actor: Actor, bot: str) -> Decision:
    """Send once more what could not be delivered and, where nothing is sent any more, go on from
    where that ended."""
    commands = [
        Schedule(kind=SEND, key=asked, at=facts.now, payload={"bot": bot, "seq": seq}, sooner=True)
        for asked, seq in facts.lost_commands(bot)
    ]
    return _told_again(facts, actor, bot, [MarkLetters(bot=bot), *commands], "sent again")


def let_go(facts: AccountFacts, actor: Actor, bot: str) -> Decision:
    """Nobody needs what could not be delivered any more."""
    return _told_again(facts, actor, bot, [DropLetters(bot=bot)], "let go")


def _told_again(
    facts: AccountFacts, actor: Actor, bot: str, records: list[Record], how: str
) -> Decision:
    found, _ = managed(facts, actor, bot)
    line = audit(facts, actor, "bot.outgoing", bot, how)
    return Decision(
        events=[*written(found.room, "bot.outgoing", bot, how), *news(bot, found.owner)],
        records=[*records, *alone(found.room, line)],
        result={},
    )


def addressed(commands: Sequence[Offered]) -> list[str]:
    """The addresses that are given to commands, each once."""
    return list(dict.fromkeys(one.url for one in commands if one.url))


def offer(facts: AccountFacts, actor: Actor, bot: str, wanted: SetCommands) -> Decision:
    """The commands that the bot offers, in place of those before, as it could say itself; but an
    address out is for those who may have its secrets."""
    found, _ = (entrusted if addressed(wanted.commands) else managed)(facts, actor, bot)
    if wanted.room is not None:
        standing = policy.check(facts.standing(wanted.room, bot), "see_card")
        if not standing.is_member:
            raise Refusal("not_a_member")
    return Decision(
        events=written(found.room, "bot.commands", bot),
        records=[
            offer_of(bot, wanted.room, wanted.commands),
            *alone(found.room, audit(facts, actor, "bot.commands", bot)),
        ],
        result={},
    )
