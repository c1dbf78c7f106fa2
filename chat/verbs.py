"""The table: command to action, the streams it locks, its cost and scope; query to reading
function.

A new command is a row here, a type in `protocol.commands` and a function in `rooms.actions`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from accounts import people
from protocol import commands as c
from protocol.ids import COMMUNITY, facilitators_stream
from rooms.actions import membership, messages, reactions, reading
from rooms.actions import rooms as lifecycle
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision
from storage.queries import directory, events, history, rooms
from storage.transaction import Locks

Action = Callable[[Facts, Actor, Any], Decision]
LocksOf = Callable[[Facts, Actor, Any], Locks]


class Verb(NamedTuple):
    """A command: what decides it, what it locks, what it costs (tokens) and which scope it
    needs."""

    action: Action
    locks: LocksOf
    cost: float = 1.0
    scope: str = "write"


def _in_room(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    return Locks(write=(command.room,))


def _on_message(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    return Locks(write=(_room_of(facts, command.message),))


def _on_text(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    room = _room_of(facts, command.message)
    return Locks(write=(room, facilitators_stream(room)))


def _room_of(facts: Facts, message: str) -> str:
    found = facts.message(message)
    if found is None:
        raise Refusal("not_found", what="message")
    return found.room


def _nothing(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    return Locks(share=())


def _own_community(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    return Locks(write=(COMMUNITY, actor.person), share=())


def _with_people(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    return Locks(write=(actor.person, *command.people))


def _settings(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    return Locks(write=(COMMUNITY, command.room), share=())


def _own_room(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    desk = facilitators_stream(command.room)
    return Locks(write=(COMMUNITY, actor.person, command.room, desk), share=())


def _join(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    return Locks(write=(actor.person, command.room, facilitators_stream(command.room)))


def _invite(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    return Locks(write=(*command.people, command.room, facilitators_stream(command.room)))


def _person_in_room(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    desk = facilitators_stream(command.room)
    return Locks(write=(COMMUNITY, command.person, command.room, desk), share=())


def _community(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    return Locks(write=(COMMUNITY,), share=())


def _person(facts: Facts, actor: Actor, command: Any) -> Locks:  # noqa: ARG001
    return Locks(write=(COMMUNITY, command.person), share=())


VERBS: dict[type[c.Command], Verb] = {
    c.PostMessage: Verb(messages.post, _in_room),
    c.EditMessage: Verb(messages.edit, _on_text),
    c.DeleteMessage: Verb(messages.delete, _on_text),
    c.PinMessage: Verb(messages.pin, _on_message),
    c.UnpinMessage: Verb(messages.unpin, _on_message),
    c.AddReaction: Verb(reactions.add, _on_message),
    c.RemoveReaction: Verb(reactions.remove, _on_message),
    c.MarkRead: Verb(reading.mark_read, _nothing, 0.2),
    c.MarkUnread: Verb(reading.mark_unread, _nothing, 0.2),
    c.FollowThread: Verb(reading.follow, _nothing, 0.5),
    c.MarkThreadRead: Verb(reading.thread_read, _nothing, 0.2),
    c.OpenRoom: Verb(lifecycle.open_room, _own_community, 5.0),
    c.OpenDirectRoom: Verb(lifecycle.open_direct, _with_people, 3.0),
    c.ChangeRoom: Verb(lifecycle.change, _settings),
    c.ArchiveRoom: Verb(lifecycle.archive, _settings),
    c.RestoreRoom: Verb(lifecycle.restore, _settings),
    c.JoinRoom: Verb(membership.join, _join),
    c.LeaveRoom: Verb(membership.leave, _own_room),
    c.InviteToRoom: Verb(membership.invite, _invite, 3.0),
    c.AdmitToRoom: Verb(membership.admit, _person_in_room),
    c.DeclineRequest: Verb(membership.decline, _person_in_room),
    c.RemoveMember: Verb(membership.remove, _person_in_room),
    c.SetRoomRole: Verb(membership.set_role, _person_in_room),
    c.ChangeCommunity: Verb(people.change_community, _community, scope="admin"),
    c.ChangeProfile: Verb(people.change_profile, _own_community),
    c.SetRole: Verb(people.set_role, _person, scope="admin"),
    c.ApprovePerson: Verb(people.approve, _person, scope="admin"),
}

Reader = Callable[..., Any]

READERS: dict[type[c.Query], Reader] = {
    c.GetOverview: rooms.overview,
    c.GetRoom: rooms.snapshot,
    c.GetHistory: history.history,
    c.GetThread: history.thread,
    c.GetMessage: history.one_message,
    c.GetFacilitatorView: rooms.desk,
    c.GetEvents: events.missed,
    c.ListRooms: directory.rooms,
    c.ListPeople: directory.people,
}
