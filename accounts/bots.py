"""Bots: who may make and change them, what they are kept to, and the secrets they have.

A bot of a room is looked after by the room's facilitators and works nowhere else; a bot of the
community by those who run it, who may also stop every other. Whoever looks after a bot sees its
tokens by name only: secrets are told once. Its bounds stand with its person, where every right is
read (`rooms.policy`).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from accounts import names
from accounts.deletion import CLOSED, ERASE, tombstone
from accounts.model import ChangedBot, ForgetAccount, NewBot, NewToken, RevokeToken
from accounts.people import allowed, arriving, audit, changed, newcomer
from accounts.ports import AccountFacts
from accounts.sessions import end_all
from protocol import limits
from protocol.bots import BotScope, ChangeBot, CreateBot, NewBotToken
from protocol.events import ActDone, BotTroubled, SessionEnded
from protocol.ids import COMMUNITY, facilitators_stream, new_id
from protocol.parts import Bounds
from rooms import policy, text
from rooms.actions.leaving import leaving
from rooms.actions.membership import joining
from rooms.actions.rooms import fresh
from rooms.bots import BotFacts
from rooms.cards import person_card
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, NewEvent, PersonFacts, Record
from rooms.records import Schedule

SCOPES: tuple[BotScope, ...] = ("read", "write")


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """Made before deciding."""

    token_hash: str
    signing_secret: str


# --- who may --------------------------------------------------------------------------------------


def managed(facts: AccountFacts, actor: Actor | None, bot: str) -> tuple[BotFacts, PersonFacts]:
    """A bot that the actor may look after; for others it does not exist."""
    found, person = facts.bot(bot), facts.person(bot)
    if found is None or person is None or person.status == "deleted":
        raise Refusal("not_found", what="bot")
    if not manages(facts, actor, found):
        raise Refusal("not_found", what="bot")
    return found, person


def manages(facts: Facts, actor: Actor | None, bot: BotFacts) -> bool:
    """Whether somebody looks after a bot."""
    if actor is None:
        return True
    who = facts.person(actor.person)
    if policy.community_refusal(who, facts.community(), "bot.create") is None:
        return True
    if bot.room is None:
        return False
    return policy.refusal(facts.standing(bot.room, actor.person), "manage_bots") is None


def entrusted(facts: AccountFacts, actor: Actor | None, bot: str) -> tuple[BotFacts, PersonFacts]:
    """A bot whose secrets the actor may have. Whoever has them is in its rooms, so those of a
    room's bot are for its facilitators alone: running the community is no way into a room. Ending
    what there is takes less (`managed`)."""
    found, person = managed(facts, actor, bot)
    if actor is not None and found.room is not None:
        standing = facts.standing(found.room, actor.person)
        if policy.refusal(standing, "manage_bots") is not None:
            raise Refusal("not_allowed")
    return found, person


def _may_make(facts: AccountFacts, actor: Actor | None, command: CreateBot) -> None:
    if command.room is None:
        allowed(facts, actor, "bot.create")
        for room in command.rooms or ():
            _may_let_in(facts, actor, room)
        return
    if command.rooms is not None:
        raise Refusal("invalid", field="rooms", problem="a room's bot works in its room alone")
    if actor is not None:
        policy.check(facts.standing(command.room, actor.person), "manage_bots")
        who = facts.person(actor.person)
        if who is None or who.role in ("guest", "bot"):
            raise Refusal("not_allowed")


def _may_let_in(facts: Facts, actor: Actor | None, room: str) -> None:
    """Running the community is no way into private rooms, by a bot either."""
    if actor is not None:
        policy.check(facts.standing(room, actor.person), "invite")
    found = facts.room(room)
    if found is None or found.access == "direct":
        raise Refusal("not_found", what="room")


# --- making and changing --------------------------------------------------------------------------


def create(
    facts: AccountFacts, actor: Actor | None, command: CreateBot, secrets: Secrets
) -> Decision:
    """A bot with a token, in the rooms it is kept to."""
    _may_make(facts, actor, command)
    most = limits.BOTS_PER_ROOM if command.room else limits.BOTS_PER_COMMUNITY
    if (count := facts.bots_of(command.room)) >= most:
        raise Refusal("too_many", what="bots", max=most, actual=count + 1)
    kept = (command.room,) if command.room else command.rooms
    bounds = Bounds(scopes=_scopes(command.scopes), rooms=_few(kept))
    bot = msgspec.structs.replace(
        newcomer(facts, command.username, command.name, "bot"), bounds=bounds
    )
    decision = arriving(bot)
    token = new_token(facts, bot, bot.name, secrets.token_hash)
    new = NewBot(
        person=bot.id,
        owner=actor.person if actor else "",
        room=command.room,
        rate=_rate(command.rate),
        signing_secret=secrets.signing_secret,
        bounds=bounds,
    )
    decision.records = [new, token, *alone(command.room, audit(facts, actor, "bot.create", bot.id))]
    for room in bounds.rooms or ():
        decision.events += joining(facts, fresh(facts, room), bot, "member")
    decision.events += written(command.room, "bot.create", bot.id)
    decision.result = {"person": person_card(bot), "token": token.id}
    return decision


def written(room: str | None, act: str, bot: str, note: str = "") -> list[NewEvent]:
    """The line in the audit of the bot's room, which those who run the community read as well."""
    if room is None:
        return []
    done = ActDone(act=act, target=bot, note=note)
    return [NewEvent(stream=facilitators_stream(room), data=done)]


def alone(room: str | None, line: Record) -> list[Record]:
    """The line in the community's audit, of a bot that is no room's: one act is one line."""
    return [] if room else [line]


def news(bot: str, *owners: str) -> list[NewEvent]:
    """How telling a bot goes is another from here on: for those who answer for it."""
    return [NewEvent(stream=owner, data=BotTroubled(bot=bot)) for owner in owners if owner]


def _scopes(wanted: Sequence[str]) -> tuple[str, ...]:
    found = tuple(scope for scope in SCOPES if scope in wanted)
    if not found:
        raise Refusal("too_few", what="scopes", min=1, actual=0)
    return found


def _few(rooms: Sequence[str] | None) -> tuple[str, ...] | None:
    if rooms is None:
        return None
    found = tuple(dict.fromkeys(rooms))
    if len(found) > limits.ROOMS_PER_BOT:
        raise Refusal("too_many", what="rooms", max=limits.ROOMS_PER_BOT, actual=len(found))
    return found


def _rate(rate: int | None) -> int | None:
    if rate is None:
        return None
    if not 1 <= rate <= limits.BOT_RATE:
        raise Refusal("invalid", field="rate", problem=f"1 to {limits.BOT_RATE} a minute")
    return rate


def change(facts: AccountFacts, actor: Actor | None, bot: str, command: ChangeBot) -> Decision:
    """Another name, owner, rate, other scopes or rooms; what is not given stays."""
    found, person = managed(facts, actor, bot)
    before = person.bounds or Bounds()
    bounds = before
    if command.scopes is not None:
        bounds = msgspec.structs.replace(bounds, scopes=_scopes(command.scopes))
    if command.rooms is not None:
        if found.room is not None:
            raise Refusal("invalid", field="rooms", problem="a room's bot works in its room alone")
        kept = None if command.rooms == "any" else _few(command.rooms)
        bounds = msgspec.structs.replace(bounds, rooms=kept)
    after = person
    if command.name is not None:
        after = msgspec.structs.replace(person, name=names.display_name(command.name))
    decision = _moved(facts, actor, after, before, bounds)
    owner = _owner(facts, found, command.owner)
    decision.records = [
        ChangedBot(
            person=bot,
            owner=owner,
            rate=found.rate if command.rate is None else _rate(command.rate or None),
            bounds=bounds,
        ),
        *alone(found.room, audit(facts, actor, "bot.change", bot)),
    ]
    if after != person:
        decision.events.append(changed(after))
    decision.events += written(found.room, "bot.change", bot)
    if owner != found.owner:
        decision.events += news(bot, found.owner, owner)
    # Standings are remembered with the person in them: narrower bounds must reach them too.
    decision.tightens = (*decision.tightens, COMMUNITY)
    return decision


def _owner(facts: AccountFacts, bot: BotFacts, owner: str | None) -> str:
    """The owner from here on: somebody who may look after the bot."""
    if owner is None or owner == bot.owner:
        return bot.owner
    who = facts.person(owner)
    if who is None or who.status != "active" or who.role in ("guest", "bot"):
        raise Refusal("not_found", what="person")
    if not manages(facts, Actor(owner, "", frozenset()), bot):
        raise Refusal("invalid", field="owner", problem="they may not look after it")
    return owner


def _moved(
    facts: AccountFacts, actor: Actor | None, bot: PersonFacts, before: Bounds, after: Bounds
) -> Decision:
    """Out of rooms that it is no longer kept to, and into those it is kept to from here on."""
    decision = Decision(result={})
    if before.rooms == after.rooms:
        return decision
    inside = {room.id: room for room in facts.rooms_of(bot.id)}
    bound = msgspec.structs.replace(bot, bounds=after)
    for id_, room in inside.items():
        if after.rooms is not None and id_ not in after.rooms:
            row = facts.members(id_, [bot.id])[bot.id]
            if row.state == "member":
                decision.events += leaving(facts, room, row, "removed")
                decision.tightens += (id_,)
    for id_ in after.rooms or ():
        row_now = facts.members(id_, [bot.id]).get(bot.id)
        if row_now is None or row_now.state != "member":
            _may_let_in(facts, actor, id_)
            decision.events += joining(facts, fresh(facts, id_), bound, "member")
    return decision


def delete(facts: AccountFacts, actor: Actor | None, bot: str) -> Decision:
    """The bot ends as accounts end: at once, and what it wrote goes after it."""
    found, person = managed(facts, actor, bot)
    decision = end_all(bot, "deleted")
    decision.events.append(changed(tombstone(person), revokes=(bot,)))
    decision.events += [*written(found.room, "bot.delete", bot), *news(bot, found.owner)]
    decision.records += [
        ForgetAccount(person=bot),
        *alone(found.room, audit(facts, actor, CLOSED, bot)),
        Schedule(kind=ERASE, key=bot, at=facts.now),
    ]
    decision.tightens = (COMMUNITY,)
    decision.result = {}
    return decision


# --- secrets --------------------------------------------------------------------------------------


def new_token(facts: Facts, bot: PersonFacts, name: str, secret_hash: str) -> NewToken:
    """A token's record; it may what its bot may."""
    return NewToken(
        id=new_id("t", facts.now // 1000),
        person=bot.id,
        name=name[: limits.TOKEN_NAME],
        scopes=(bot.bounds or Bounds()).scopes,
        secret_hash=secret_hash,
    )


def rotate(
    facts: AccountFacts, actor: Actor, bot: str, command: NewBotToken, secret_hash: str
) -> Decision:
    """Another token; those it replaces end with the same commit."""
    found, person = entrusted(facts, actor, bot)
    name = text.line("name", command.name, limits.TOKEN_NAME) or person.name
    standing = facts.open_tokens(bot)
    left = [token for token in standing if token not in command.replaces]
    if len(left) >= limits.TOKENS_PER_PERSON:
        most = limits.TOKENS_PER_PERSON
        raise Refusal("too_many", what="tokens", max=most, actual=len(left) + 1)
    decision = Decision(result={})
    for token in command.replaces:
        _end(decision, facts, bot, token)
    decision.records += [
        new_token(facts, person, name, secret_hash),
        *alone(found.room, audit(facts, actor, "token.create", bot)),
    ]
    decision.events += written(found.room, "bot.token", bot)
    return decision


def revoke(facts: AccountFacts, actor: Actor, bot: str, token: str) -> Decision:
    """End a token; its connections close."""
    found, _ = managed(facts, actor, bot)
    decision = Decision(result={})
    _end(decision, facts, bot, token)
    decision.records += alone(found.room, audit(facts, actor, "token.revoke", bot))
    decision.events += written(found.room, "bot.token", bot)
    return decision


def _end(decision: Decision, facts: AccountFacts, bot: str, token: str) -> None:
    if token not in facts.open_tokens(bot):
        raise Refusal("not_found", what="token")
    ended = SessionEnded(session=token, how="revoked")
    decision.events.append(NewEvent(stream=bot, data=ended))
    decision.records.append(RevokeToken(id=token))


def sign_anew(facts: AccountFacts, actor: Actor, bot: str, signing_secret: str) -> Decision:
    """Another signing secret; requests are signed with it from here on."""
    found, person = entrusted(facts, actor, bot)
    record = ChangedBot(
        person=bot,
        owner=found.owner,
        rate=found.rate,
        bounds=person.bounds,
        signing_secret=signing_secret,
    )
    line = audit(facts, actor, "bot.change", bot, "signing secret")
    return Decision(
        events=written(found.room, "bot.signing", bot),
        records=[record, *alone(found.room, line)],
        result={},
    )
