"""Which streams a command locks before it is decided: one function a shape of command.

Whatever a decision rests on must be under one of its locks (docs/decisions/0003); a new rule that
asks about something new begins here. The rows of `chat.verbs` name these functions.
"""

from __future__ import annotations

from typing import Any

from accounts import people
from protocol import limits
from protocol.ids import ADMINS, COMMUNITY, facilitators_stream
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.house import offering
from rooms.model import Actor, WholeMessage
from storage.transaction import Locks


def in_room(facts: Facts, actor: Actor, command: Any) -> Locks:
    """Appends to the room or, where a post may have to wait, beside it."""
    if facts.may_hold(command.room):
        return Locks(write=(actor.person, command.room, facilitators_stream(command.room)))
    return Locks(write=(command.room,))


def on_message(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Appends to the message's room."""
    return Locks(write=(_room_of(facts, command.message),))


def on_text(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Touches a text: the room, and the facilitators' stream that keeps earlier ones."""
    found = facts.message(command.message)
    if found is None:
        raise Refusal("not_found", what="message")
    streams = (found.room, facilitators_stream(found.room))
    # A text that waits stands in its author's stream as well.
    return Locks(write=(found.author, *streams) if facts.may_hold(found.room) else streams)


def on_topic(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """A topic's room, and its desk, where it is written down. Streams of answers are only written
    under the lock of their room."""
    room = _room_of(facts, command.topic)
    return Locks(write=(room, facilitators_stream(room)))


def moving(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """The room that a thread leaves, those whose edits wait, the other room, and both desks."""
    room = _room_of(facts, command.thread)
    desk, ids = facilitators_stream(room), [m.facts.id for m in _thread(facts, command.thread)]
    authors = [held.author for held in facts.held_edits(ids)]
    there = facilitators_stream(command.room)
    return Locks(write=(*authors, room, command.room, desk, there))


def _thread(facts: Facts, root: str) -> tuple[WholeMessage, ...]:
    return facts.whole_thread(root, limits.MOVED_MESSAGES + 1)


def held(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """A post that waits: its author, its room, the facilitators."""
    found = facts.held(command.held)
    if found is None:
        raise Refusal("not_found", what="waiting post")
    return Locks(write=(found.author, found.room, facilitators_stream(found.room)))


def moderation(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """What is looked at in a room."""
    return Locks(write=(command.room, facilitators_stream(command.room)))


def reporting(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """A report: those who may have to look at it; it rests on who is what in the room."""
    found = facts.message(command.message) if command.message else None
    room = found.room if found else command.room
    if room is None:
        return Locks(write=(ADMINS,))
    return Locks(write=(facilitators_stream(room), ADMINS), share=(COMMUNITY, room))


def report(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """A report, and those who made it."""
    found = facts.report(command.report)
    if found is None:
        raise Refusal("not_found", what="report")
    reporters = tuple(person for person in found.reporters if person)
    if found.place == ADMINS:
        return Locks(write=(*reporters, ADMINS))
    desk = facilitators_stream(found.place)
    # What is shared is locked first: a room before a person would be out of order.
    return Locks(write=(*reporters, found.place, desk))


def admins(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """What is looked at in every room."""
    return Locks(write=(COMMUNITY, ADMINS), share=())


def _room_of(facts: Facts, message: str) -> str:
    found = facts.message(message)
    if found is None:
        raise Refusal("not_found", what="message")
    return found.room


def nothing(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Only records of one person change."""
    return Locks(share=())


def own_community(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """The community and oneself."""
    return Locks(write=(COMMUNITY, actor.person), share=())


def opening(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """The community, oneself, and who is told that they coordinate the room."""
    told = (command.coordinator,) if command.coordinator else ()
    return Locks(write=(COMMUNITY, actor.person, *told), share=())


def with_people(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Oneself and the people named."""
    return Locks(write=(actor.person, *command.people))


def interacting(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """The bot that is asked, and the room it rests on."""
    if command.message.startswith("w_"):
        whisper = facts.whisper(command.message)
        if whisper is None:
            raise Refusal("not_found", what="whisper")
        return Locks(write=(whisper.bot, whisper.room))
    found = facts.message(command.message)
    if found is None:
        raise Refusal("not_found", what="message")
    return Locks(write=(found.author, found.room))


def running(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """The bots of a room that know a command."""
    name = command.name.removeprefix("/").casefold()
    room = facts.room(command.room)
    house = offering(name, room.options.tools) if room is not None else ()
    bots = (*facts.slash(command.room, name), *house)
    asked = command.bot if command.bot in bots else next(iter(bots), "")
    if asked in house and facts.person(asked) is None:
        # It gets its account with the first question.
        return Locks(write=(COMMUNITY, command.room), share=())
    return Locks(write=(*bots[:1], *([command.bot] if command.bot in bots else []), command.room))


def answering(facts: Facts, actor: Actor, command: Any) -> Locks:
    """Who asked, the bot, and all that a post or an edit of it touches."""
    found = facts.interaction(command.interaction)
    if found is None or found.bot != actor.person:
        raise Refusal("not_found", what="interaction")
    return Locks(write=(found.person, found.bot, found.room, facilitators_stream(found.room)))


def whispering(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Whoever is spoken to, in the room that it rests on."""
    return Locks(write=(command.person, command.room))


def dismissing(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Whoever was spoken to."""
    found = facts.whisper(command.whisper)
    if found is None:
        raise Refusal("not_found", what="whisper")
    return Locks(write=(found.person,))


def oneself(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """What is one's own alone."""
    return Locks(write=(actor.person,))


def blocking(facts: Facts, actor: Actor, command: Any) -> Locks:
    """Oneself, whom nobody opens a room with meanwhile, and the direct room there is."""
    room = facts.direct_room(" ".join(sorted((actor.person, command.person))))
    return Locks(write=(actor.person,) if room is None else (actor.person, room))


def settings(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """A setting of the room, which the directory may show."""
    return Locks(write=(COMMUNITY, command.room, facilitators_stream(command.room)), share=())


def options(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Settings of the room, and who begins or ceases to coordinate it."""
    room = facts.room(command.room) if command.coordinator is not None else None
    told = [command.coordinator, room.options.coordinator] if room else []
    people = [person for person in told if person]
    desk = facilitators_stream(command.room)
    return Locks(write=(COMMUNITY, *people, command.room, desk), share=())


def own_room(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Oneself in a room, which may lose its last member."""
    desk = facilitators_stream(command.room)
    return Locks(write=(COMMUNITY, actor.person, command.room, desk), share=())


def join(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Oneself into a room."""
    return Locks(write=(actor.person, command.room, facilitators_stream(command.room)))


def invite(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Others into a room."""
    return Locks(write=(*command.people, command.room, facilitators_stream(command.room)))


def person_in_room(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Somebody else's place in a room."""
    desk = facilitators_stream(command.room)
    return Locks(write=(COMMUNITY, command.person, command.room, desk), share=())


def suspension(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Somebody's account, and the rooms they may leave without a facilitator."""
    rooms = tuple(room.id for room in facts.rooms_of(command.person))
    return Locks(write=(COMMUNITY, ADMINS, command.person), share=rooms)


def unled(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """A room that nobody looks after: roles in it, who is suspended, and who is told."""
    desk = facilitators_stream(command.room)
    return Locks(write=(COMMUNITY, command.room, desk, ADMINS), share=())


def sanction(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """A sanction: the person whose it is, and the room or the community it binds them in."""
    found = facts.sanction(command.sanction)
    if found is None:
        raise Refusal("not_found", what="sanction")
    if found.room is None:
        return Locks(write=(COMMUNITY, found.person, ADMINS), share=())
    return Locks(write=(found.person, found.room, facilitators_stream(found.room)))


def passes(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Guest passes of a room, and those who look after it."""
    return Locks(write=(command.room, facilitators_stream(command.room)))


def revoking(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """A guest pass, its room, and those who came by it."""
    found = facts.guest_pass(command.invitation)
    if found is None:
        raise Refusal("not_found", what="guest pass")
    guests = () if command.stay else facts.visitors(found.id)
    return Locks(write=(*guests, found.room, facilitators_stream(found.room)))


def visit(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """A guest and the room they are in."""
    return Locks(write=(command.person, command.room, facilitators_stream(command.room)))


def reminding(facts: Facts, actor: Actor, command: Any) -> Locks:
    """Oneself or a room, as the words will say; it rests on who may do what there."""
    named = command.message or command.asked
    room = _room_of(facts, named) if named else command.room
    return Locks(write=(actor.person, room) if room else (actor.person,))


def post_later(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """One's own stream; it rests on what one may do in the room."""
    return Locks(write=(actor.person,), share=(COMMUNITY, command.room))


def planned(facts: Facts, actor: Actor, command: Any) -> Locks:
    """What is planned: a person's own, or a room's with its facilitators."""
    found = facts.planned(command.planned)
    if found is None:
        raise Refusal("not_found", what="reminder")
    if found.owner.startswith("p_"):
        return Locks(write=(actor.person,))
    return Locks(write=(found.owner, facilitators_stream(found.owner)))


def community(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """The community's settings."""
    return Locks(write=(COMMUNITY,), share=())


def role(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Somebody's place in the community, in rooms that take no guests, and at the desks that they
    see for running the community."""
    rooms = people.closed_to_guests(facts, command.person) if command.role == "guest" else []
    streams = [stream for room in rooms for stream in (room.id, facilitators_stream(room.id))]
    if command.role not in ("owner", "admin"):
        led = people.led_by_role(facts, command.person)
        streams += [ADMINS, *(facilitators_stream(room.id) for room in led)]
    return Locks(write=(COMMUNITY, command.person, *streams), share=())


def person(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    """Somebody's place in the community."""
    return Locks(write=(COMMUNITY, command.person), share=())
