"""Jobs of bots: each act with the streams it locks.

Making and changing a bot moves people in and out of rooms and rights, so it writes the community's
stream; its secrets concern its own stream only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from accounts import bot_links, bots
from accounts.model import WebhookUsed
from accounts.ports import AccountFacts
from protocol.bots import (
    ChangeBot,
    CreateBot,
    NewBotToken,
    NewWebhook,
    SetCommands,
    SetOutgoing,
)
from protocol.ids import COMMUNITY, facilitators_stream
from rooms.facts import Facts
from rooms.model import Actor, Decision
from storage import letters
from storage.accounts.facts import SqlAccountFacts
from storage.transaction import Job, Locks

Act = Callable[[AccountFacts], Decision]
_OPERATOR = "system"


def _with_desks(*rooms: str) -> list[str]:
    return [stream for room in rooms for stream in (room, facilitators_stream(room))]


def _job(actor: Actor | None, act: Act, locks: Callable[[Facts], Locks]) -> Job:
    who = actor.person if actor else _OPERATOR
    return Job(actor=who, locks=locks, act=lambda facts: act(SqlAccountFacts.of(facts)))


def create(actor: Actor | None, command: CreateBot, secrets: bots.Secrets) -> Job:
    """A bot and its token."""
    rooms = (command.room,) if command.room else command.rooms or ()
    locks = Locks(write=(COMMUNITY, *_with_desks(*rooms)), share=())
    return _job(actor, lambda f: bots.create(f, actor, command, secrets), lambda _: locks)


def change(actor: Actor, bot: str, command: ChangeBot) -> Job:
    """Another name, other bounds."""

    def locks(facts: Facts) -> Locks:
        rooms = {room.id for room in facts.rooms_of(bot)} if command.rooms is not None else set()
        if isinstance(command.rooms, tuple):
            rooms |= set(command.rooms)
        found = facts.bot(bot)
        if found is not None and found.room is not None:
            rooms.add(found.room)
        owners = {command.owner or "", found.owner if found else ""} - {""}
        streams = (COMMUNITY, bot, *sorted(owners), *_with_desks(*sorted(rooms)))
        return Locks(write=streams, share=())

    return _job(actor, lambda f: bots.change(f, actor, bot, command), locks)


def _of_bot(actor: Actor | None, bot: str, act: Act, *more: str) -> Job:
    """An act on a bot that writes a line into its room's audit."""

    def locks(facts: Facts) -> Locks:
        found = facts.bot(bot)
        room = found.room if found else None
        desk = (room, facilitators_stream(room)) if room else ()
        owner = (found.owner,) if found and found.owner else ()
        return Locks(
            write=(*more, bot, *owner, *desk), share=() if COMMUNITY in more else (COMMUNITY,)
        )

    return _job(actor, act, locks)


def delete(actor: Actor | None, bot: str) -> Job:
    """The bot ends."""
    return _of_bot(actor, bot, lambda f: bots.delete(f, actor, bot), COMMUNITY)


def rotate(actor: Actor, bot: str, command: NewBotToken, secret_hash: str) -> Job:
    """Another token."""
    return _of_bot(actor, bot, lambda f: bots.rotate(f, actor, bot, command, secret_hash))


def revoke(actor: Actor, bot: str, token: str) -> Job:
    """End a token."""
    return _of_bot(actor, bot, lambda f: bots.revoke(f, actor, bot, token))


def sign_anew(actor: Actor, bot: str, signing_secret: str) -> Job:
    """Another signing secret."""
    return _of_bot(actor, bot, lambda f: bots.sign_anew(f, actor, bot, signing_secret))


def hook(actor: Actor, bot: str, wanted: NewWebhook, secret_hash: str) -> Job:
    """An incoming address."""
    act: Act = lambda f: bot_links.hook(f, actor, bot, wanted, secret_hash)  # noqa: E731
    return _of_bot(actor, bot, act, wanted.room)


def unhook(actor: Actor, bot: str, webhook: str) -> Job:
    """It ends."""
    return _of_bot(actor, bot, lambda f: bot_links.unhook(f, actor, bot, webhook))


def tell(actor: Actor, bot: str, wanted: SetOutgoing) -> Job:
    """Where the bot is told of events."""
    return _of_bot(actor, bot, lambda f: bot_links.tell(f, actor, bot, wanted))


def hush(actor: Actor, bot: str) -> Job:
    """Nowhere any more."""
    return _of_bot(actor, bot, lambda f: bot_links.hush(f, actor, bot))


def resume(actor: Actor, bot: str) -> Job:
    """Again, from now on."""
    return _of_bot(actor, bot, lambda f: bot_links.resume(f, actor, bot))


def webhook_used(actor: Actor) -> Job:
    """An incoming address is in use; the actor's session is its id."""
    record = WebhookUsed(id=actor.session)
    return Job(actor.person, lambda _: Locks(share=()), lambda _: Decision(records=[record]))


def offer(actor: Actor, bot: str, wanted: SetCommands) -> Job:
    """The commands that it offers."""
    return _of_bot(actor, bot, lambda f: bot_links.offer(f, actor, bot, wanted))


def redeliver(actor: Actor, bot: str) -> Job:
    """What could not be delivered is sent once more."""
    return _of_bot(actor, bot, lambda f: bot_links.redeliver(f, actor, bot))


def let_go(actor: Actor, bot: str) -> Job:
    """What could not be delivered is not wanted any more."""
    return _of_bot(actor, bot, lambda f: bot_links.let_go(f, actor, bot))


def telling(bot: str, statement: Callable[[Connection], Any]) -> Job:
    """A piece of SQL about how telling a bot goes; its owner is told where that begins or ends
    their trouble: once an outage, not once a letter. The job's result is the statement's."""

    def owner(facts: Facts) -> str:
        found = facts.bot(bot)
        return found.owner if found else ""

    def locks(facts: Facts) -> Locks:
        named = owner(facts)
        return Locks(write=(named,) if named else (), share=())

    def act(facts: AccountFacts) -> Decision:
        assert isinstance(facts, SqlAccountFacts)
        before = letters.trouble(facts.connection, bot)
        result = statement(facts.connection)
        moved = letters.trouble(facts.connection, bot) != before
        return Decision(events=bots.news(bot, owner(facts)) if moved else [], result=result)

    return _job(None, act, locks)
