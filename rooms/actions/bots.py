"""What is asked of bots, and what they answer: buttons, forms, slash commands, whispers.

What is asked goes into the bot's own stream, where nobody else reads it, and expires: what somebody
typed into a form is gone after half an hour, answered or not (promise P8). What a bot says to one
person goes into that person's stream. Both go with the account of either side. A post, an edit or
a deletion by which a bot answers is decided as every other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from protocol import limits
from protocol.blocks import Blocks, Stored
from protocol.bots import Offered, Slash
from protocol.commands import (
    AnswerInteraction,
    DeleteMessage,
    DismissWhisper,
    EditMessage,
    Interact,
    PostMessage,
    RunSlash,
    SetSlash,
    ShowWhisper,
)
from protocol.events import (
    InteractionAnswered,
    InteractionExpired,
    InteractionMade,
    WhisperGone,
    WhisperShown,
)
from protocol.ids import new_id
from rooms import policy, text
from rooms.actions import messages
from rooms.actions.placing import rooted
from rooms.blocks import button, checked, filled, form, plain
from rooms.bots import InteractionFacts, WhisperFacts
from rooms.cards import rfc3339
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.house import ASKED, HOUSE, offering, speaks
from rooms.model import Actor, Decision, NewEvent, Record
from rooms.records import Offer, Reminded, Schedule

EXPIRE, FADE = "interaction.expire", "whisper.expire"
"""Kinds of jobs; their key is the interaction's or the whisper's id."""
SEND = "bot.command"
"""The job that sends a command to its own address; its key is the interaction."""
_SECOND = 1_000_000
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


# --- asking ---------------------------------------------------------------------------------------


def interact(facts: Facts, actor: Actor, command: Interact) -> Decision:
    """Press a button or send a form."""
    if command.message.startswith("w_"):
        whisper = _own_whisper(facts, actor, command.message)
        policy.check(facts.standing(whisper.room, actor.person), "interact")
        bot, room, thread, blocks = whisper.bot, whisper.room, whisper.thread, whisper.blocks
    else:
        _, message = messages.readable(facts, actor, command.message, "interact")
        if message.deleted:
            raise Refusal("already_deleted")
        bot, room, thread = message.author, message.room, message.thread
        blocks = facts.blocks(message.id)
    pressed, asked = button(blocks, command.action), form(blocks, command.action)
    if pressed is None and asked is None:
        raise Refusal("not_found", what="button")
    if pressed is not None and command.values:
        raise Refusal("invalid", field="values", problem="a button is not filled in")
    made = InteractionMade(
        id=new_id("x", facts.now // 1000),
        what="form" if pressed is None else "button",
        room=room,
        person=actor.person,
        name=command.action,
        value="" if pressed is None else str(pressed.get("value", "")),
        values=filled(asked, command.values) if pressed is None and asked is not None else None,
        message=command.message,
        thread=thread or None,
        expires_at=rfc3339(facts.now + limits.INTERACTION_SECONDS * _SECOND),
    )
    return _asked(facts, bot, made)


def run(facts: Facts, actor: Actor, command: RunSlash) -> Decision:
    """Run a command that a bot of the room offers."""
    standing = policy.check(facts.standing(command.room, actor.person), "interact")
    if command.thread:
        rooted(facts, standing, command.room, command.thread)
    name = command.name.removeprefix("/").casefold()
    known = (*facts.slash(command.room, name), *offering(name, standing.room.options.tools))
    if not known or command.bot not in (None, *known):
        raise Refusal("no_such_command", name=text.line("name", name, limits.BLOCK_LABEL))
    bot = command.bot or known[0]
    made = InteractionMade(
        id=new_id("x", facts.now // 1000),
        what="command",
        room=command.room,
        person=actor.person,
        name=name,
        body=text.paragraph("text", command.text, limits.SLASH_TEXT),
        thread=command.thread,
        expires_at=rfc3339(facts.now + limits.INTERACTION_SECONDS * _SECOND),
        own=bot not in HOUSE and facts.own_address(bot, command.room, name),
    )
    return _asked(facts, bot, made)


def _asked(facts: Facts, bot: str, made: InteractionMade) -> Decision:
    if not _there(facts, bot, made.room):
        raise Refusal("bot_gone")
    waiting = facts.interactions_of(made.person, facts.now)
    if waiting >= limits.INTERACTIONS:
        raise Refusal("too_many", what="questions", max=limits.INTERACTIONS, actual=waiting + 1)
    at = facts.now + limits.INTERACTION_SECONDS * _SECOND
    records: list[Record] = [Schedule(kind=EXPIRE, key=made.id, at=at)]
    if bot in HOUSE:
        records.append(Schedule(kind=ASKED, key=made.id, at=facts.now))
    if made.own:
        records.append(Schedule(kind=SEND, key=made.id, at=facts.now))
    return Decision(
        events=[NewEvent(stream=bot, data=made)],
        records=records,
        result={"interaction": made.id},
    )


def _there(facts: Facts, bot: str, room: str) -> bool:
    """Whether a bot is in the room to be asked."""
    if bot in HOUSE:
        # Its account may come into being only now.
        place = facts.room(room)
        return place is not None and speaks(bot, place.options.tools)
    standing = facts.standing(room, bot)
    return standing is not None and standing.is_member and standing.person.status == "active"


def expire(facts: Facts, interaction: str) -> Decision:
    """It can be answered no longer; what was filled in goes."""
    found = facts.interaction(interaction)
    return Decision(events=[] if found is None else [_expired(found)], result={})


def _expired(asked: InteractionFacts) -> NewEvent:
    expired = InteractionExpired(id=asked.id)
    return NewEvent(stream=asked.bot, data=expired, redacts=(asked.bot_seq,))


# --- offering -------------------------------------------------------------------------------------


def offer(facts: Facts, actor: Actor, command: SetSlash) -> Decision:
    """The commands of a bot, in place of those before."""
    policy.check_community(facts.person(actor.person), facts.community(), "slash.set")
    if command.room is not None:
        standing = policy.check(facts.standing(command.room, actor.person), "see_card")
        if not standing.is_member:
            raise Refusal("not_a_member")
    return Decision(records=[offer_of(actor.person, command.room, command.commands)], result={})


def offer_of(bot: str, room: str | None, commands: Sequence[Slash]) -> Offer:
    """The record by which a bot offers these, whoever says so; raises `Refusal`."""
    if len(commands) > limits.SLASHES:
        actual = len(commands)
        raise Refusal("too_many", what="commands", max=limits.SLASHES, actual=actual)
    offered: list[tuple[str, str, str, str | None]] = []
    for one in commands:
        if not _NAME.fullmatch(one.name):
            raise Refusal("invalid", field="name", problem="small letters, digits, - and _")
        hint = text.line("hint", one.hint, limits.SLASH_HINT)
        told = text.line("help", one.help, limits.SLASH_HELP)
        # What a bot says of itself names no address: that is for whoever looks after it.
        url = one.url if isinstance(one, Offered) else None
        offered.append((one.name, hint, told, url))
    if len({one[0] for one in offered}) < len(offered):
        raise Refusal("invalid", field="commands", problem="each name once")
    return Offer(bot=bot, room=room or "", commands=tuple(offered))


# --- answering ------------------------------------------------------------------------------------


def answer(facts: Facts, actor: Actor, command: AnswerInteraction) -> Decision:
    """A bot answers what was asked of it."""
    found = facts.interaction(command.interaction)
    if found is None or found.bot != actor.person or found.expires_at <= facts.now:
        raise Refusal("not_found", what="interaction")
    if found.answers >= limits.ANSWERS:
        most = limits.ANSWERS
        raise Refusal("too_many", what="answers", max=most, actual=found.answers + 1)
    decision = _answered(facts, actor, found, command)
    told = InteractionAnswered(id=found.id)
    decision.events.append(NewEvent(stream=found.person, data=told))
    return decision


def _answered(
    facts: Facts, actor: Actor, asked: InteractionFacts, command: AnswerInteraction
) -> Decision:
    thread = asked.thread or None
    whispered = asked.message.startswith("w_")
    if command.show == "done":
        policy.check(facts.standing(asked.room, actor.person), "see_card")
        return Decision(result={})
    if command.show == "room":
        post = PostMessage(room=asked.room, body=command.body, blocks=command.blocks, thread=thread)
        decision = messages.post(facts, actor, post)
        if actor.person in HOUSE and HOUSE[actor.person].quotes and "message" in decision.result:
            kept = Reminded(message=decision.result["message"], by=asked.person)
            decision.records.append(kept)
        return decision
    if command.show in ("edit", "gone") and not asked.message:
        raise Refusal("invalid", field="show", problem="a command stands in no message")
    if command.show == "gone":
        if whispered:
            return dismiss(facts, actor, DismissWhisper(whisper=asked.message))
        return messages.delete(facts, actor, DeleteMessage(message=asked.message))
    if command.show == "edit" and not whispered:
        edit = EditMessage(message=asked.message, body=command.body, blocks=command.blocks)
        return messages.edit(facts, actor, edit)
    shown = ShowWhisper(
        room=asked.room,
        person=asked.person,
        body=command.body,
        blocks=command.blocks,
        thread=thread,
        whisper=asked.message if command.show == "edit" else None,
        dialog=command.show == "dialog",
    )
    return whisper(facts, actor, shown)


def whisper(facts: Facts, actor: Actor, command: ShowWhisper) -> Decision:
    """A bot says something to one person in a room; with `whisper`, in place of that one."""
    standing = policy.check(facts.standing(command.room, actor.person), "whisper")
    if standing.person.role != "bot":
        raise Refusal("not_allowed")
    hearer = facts.standing(command.room, command.person)
    if policy.refusal(hearer, "read") is not None or hearer is None or not hearer.is_member:
        raise Refusal("not_found", what="person in this room")
    before = _replaced(facts, actor, command)
    if before is None and command.thread:
        rooted(facts, standing, command.room, command.thread)
    if before is None and facts.whispers_to(command.person) >= limits.WHISPERS:
        most = limits.WHISPERS
        raise Refusal("too_many", what="whispers", max=most, actual=most + 1)
    body, blocks = said(command.body, command.blocks)
    shown = WhisperShown(
        id=before.id if before else new_id("w", facts.now // 1000),
        bot=actor.person,
        room=command.room,
        body=body,
        blocks=blocks,
        thread=before.thread or None if before else command.thread,
        dialog=before.dialog if before else command.dialog,
    )
    redacts = (before.seq,) if before else ()
    at = facts.now + limits.WHISPER_SECONDS * _SECOND
    return Decision(
        events=[NewEvent(stream=command.person, data=shown, redacts=redacts)],
        records=[Schedule(kind=FADE, key=shown.id, at=at)],
        result={"whisper": shown.id},
    )


def said(body: str, blocks: Blocks) -> tuple[str, Stored | None]:
    """The words and the blocks of a message; words that are not given are those of the blocks."""
    stored = checked(blocks)
    return text.body(body or plain(stored or ())[: limits.BODY]), stored


def _replaced(facts: Facts, actor: Actor, command: ShowWhisper) -> WhisperFacts | None:
    if command.whisper is None:
        return None
    found = facts.whisper(command.whisper)
    if found is None or (found.bot, found.person) != (actor.person, command.person):
        raise Refusal("not_found", what="whisper")
    return found


def _own_whisper(facts: Facts, actor: Actor, whisper: str) -> WhisperFacts:
    found = facts.whisper(whisper)
    if found is None or actor.person not in (found.person, found.bot):
        raise Refusal("not_found", what="whisper")
    return found


def dismiss(facts: Facts, actor: Actor, command: DismissWhisper) -> Decision:
    """Take a whisper away."""
    return Decision(events=[_gone(_own_whisper(facts, actor, command.whisper))], result={})


def fade(facts: Facts, whisper: str) -> Decision:
    """A whisper is a day old."""
    found = facts.whisper(whisper)
    return Decision(events=[] if found is None else [_gone(found)], result={})


def _gone(whisper: WhisperFacts) -> NewEvent:
    gone = WhisperGone(id=whisper.id)
    return NewEvent(stream=whisper.person, data=gone, redacts=(whisper.seq,))


def erased(facts: Facts, person: str, most: int) -> Decision:
    """Some of what was said and asked between a deleted account and bots, or by and of a bot that
    is gone; the result says whether there was any."""
    events = [_expired(asked) for asked in facts.interactions_with(person, most)]
    events += [_gone(whisper) for whisper in facts.whispers_with(person, most)]
    return Decision(events=events, result=bool(events))
