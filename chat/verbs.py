"""The table: command to action, the streams it locks, its cost and scope; query to reading
function.

A new command is a row here, a type in `protocol.commands` and a function in `rooms.actions`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from accounts import passes, people, suspension
from accounts.power import recorded
from chat import locks
from chat.house.accounts import housed
from protocol import commands as c
from rooms.actions import bots as asking
from rooms.actions import (
    holding,
    locking,
    membership,
    messages,
    moderation,
    moving,
    notify,
    planning,
    quiet,
    reactions,
    reading,
    reports,
    sanctions,
    tools,
    topics,
    unled,
)
from rooms.actions import rooms as lifecycle
from rooms.actions.acting import ones_own
from rooms.actions.power import written_down
from rooms.facts import Facts
from rooms.model import Actor, Decision
from storage.queries import (
    bots,
    desk,
    directory,
    events,
    find,
    history,
    log,
    pairs,
    planned,
    rooms,
)
from storage.queries import notify as notified
from storage.queries import passes as passed
from storage.queries import reports as queried
from storage.queries import sanctions as sanctioned
from storage.queries import topics as forum
from storage.queries.reading import for_the_active
from storage.transaction import Locks

Action = Callable[[Facts, Actor, Any], Decision]
LocksOf = Callable[[Facts, Actor, Any], Locks]


class Verb(NamedTuple):
    """A command: what decides it, what it locks, what it costs (tokens) and which scope it
    needs. What uses power over others is `written_down`, what asks for no right is `ones_own`."""

    action: Action
    locks: LocksOf
    cost: float = 1.0
    scope: str = "write"


VERBS: dict[type[c.Command], Verb] = {
    c.PostMessage: Verb(messages.post, locks.in_room),
    c.EditMessage: Verb(messages.edit, locks.on_text),
    c.DeleteMessage: Verb(written_down(messages.delete), locks.on_text),
    c.PinMessage: Verb(written_down(messages.pin), locks.on_text),
    c.UnpinMessage: Verb(written_down(messages.unpin), locks.on_text),
    c.AddReaction: Verb(reactions.add, locks.on_message),
    c.RemoveReaction: Verb(reactions.remove, locks.on_message),
    c.MarkRead: Verb(reading.mark_read, locks.nothing, 0.2),
    c.MarkUnread: Verb(reading.mark_unread, locks.nothing, 0.2),
    c.FollowThread: Verb(reading.follow, locks.nothing, 0.5),
    c.MarkThreadRead: Verb(reading.thread_read, locks.nothing, 0.2),
    c.OpenRoom: Verb(lifecycle.open_room, locks.opening, 5.0),
    c.OpenDirectRoom: Verb(lifecycle.open_direct, locks.with_people, 3.0),
    c.ChangeRoom: Verb(written_down(lifecycle.change), locks.options),
    c.ArchiveRoom: Verb(written_down(lifecycle.archive), locks.settings),
    c.RestoreRoom: Verb(written_down(lifecycle.restore), locks.settings),
    c.JoinRoom: Verb(ones_own(membership.join), locks.join),
    c.LeaveRoom: Verb(passes.ends_visits(membership.leave), locks.own_room),
    c.InviteToRoom: Verb(written_down(membership.invite), locks.invite, 3.0),
    c.AdmitToRoom: Verb(written_down(membership.admit), locks.person_in_room),
    c.DeclineRequest: Verb(written_down(membership.decline), locks.person_in_room),
    c.RemoveMember: Verb(written_down(passes.ends_visits(sanctions.remove)), locks.person_in_room),
    c.SetRoomRole: Verb(written_down(membership.set_role), locks.person_in_room),
    c.LockRoom: Verb(written_down(locking.lock), locks.settings),
    c.UnlockRoom: Verb(written_down(locking.unlock), locks.settings),
    c.Warn: Verb(written_down(sanctions.warn), locks.person_in_room),
    c.Mute: Verb(written_down(sanctions.mute), locks.person_in_room),
    c.Ban: Verb(written_down(passes.ends_visits(sanctions.ban)), locks.person_in_room),
    c.LiftSanction: Verb(recorded(sanctions.lift), locks.sanction),
    c.AppealSanction: Verb(ones_own(sanctions.appeal), locks.sanction),
    c.AnswerAppeal: Verb(recorded(sanctions.answer), locks.sanction),
    c.ChangeCommunity: Verb(people.change_community, locks.community, scope="admin"),
    c.ChangeProfile: Verb(people.change_profile, locks.own_community),
    c.SetRole: Verb(people.set_role, locks.role, scope="admin"),
    c.SuspendPerson: Verb(suspension.suspend, locks.suspension, scope="admin"),
    c.UseTool: Verb(tools.use, locks.in_room),
    c.MarkTool: Verb(tools.mark, locks.nothing, 0.5),
    c.ApprovePerson: Verb(people.approve, locks.person, scope="admin"),
    c.MutePerson: Verb(ones_own(quiet.mute_person), locks.oneself),
    c.BlockPerson: Verb(ones_own(quiet.block_person), locks.blocking),
    c.NotifyRoom: Verb(notify.choose_room, locks.oneself, 0.5),
    c.NotifyThread: Verb(notify.choose_thread, locks.oneself, 0.5),
    c.NotifyMe: Verb(ones_own(notify.choose_hours), locks.oneself, 0.5),
    c.MuteRoom: Verb(quiet.mute_room, locks.oneself),
    c.ChangeModeration: Verb(written_down(moderation.change), locks.moderation, 3.0),
    c.ChangeCommunityRules: Verb(
        recorded(moderation.change_community), locks.admins, 3.0, scope="admin"
    ),
    c.ReleaseHeld: Verb(written_down(holding.release), locks.held),
    c.DeclineHeld: Verb(written_down(holding.decline), locks.held),
    c.WithdrawHeld: Verb(ones_own(holding.withdraw), locks.held),
    c.EditHeld: Verb(holding.edit_held, locks.held),
    c.MoveThread: Verb(written_down(moving.move), locks.moving, 5.0),
    c.MakeReport: Verb(reports.make, locks.reporting, 5.0),
    c.AssignReport: Verb(recorded(reports.assign), locks.report),
    c.ResolveReport: Verb(recorded(reports.resolve), locks.report),
    c.MarkTopic: Verb(topics.mark, locks.on_topic),
    c.ShowAnswers: Verb(written_down(topics.show), locks.on_topic),
    c.SeeReport: Verb(ones_own(reports.see), locks.report, 0.5),
    c.AppointFacilitator: Verb(written_down(unled.appoint), locks.unled, scope="admin"),
    c.CloseRoom: Verb(written_down(unled.close), locks.unled, scope="admin"),
    c.MakePass: Verb(written_down(passes.make), locks.passes, 3.0),
    c.RevokePass: Verb(written_down(passes.revoke), locks.revoking),
    c.EndVisit: Verb(written_down(passes.end), locks.visit),
    c.SetReminder: Verb(ones_own(planning.set_reminder), locks.reminding, 2.0),
    c.SchedulePost: Verb(planning.schedule_post, locks.post_later),
    c.ChangePlanned: Verb(ones_own(planning.change), locks.planned),
    c.DropPlanned: Verb(ones_own(planning.drop), locks.planned),
    c.SeePlanned: Verb(ones_own(planning.see), locks.planned, 0.5),
    c.Interact: Verb(asking.interact, locks.interacting),
    c.RunSlash: Verb(housed(asking.run), locks.running),
    c.SetSlash: Verb(asking.offer, locks.oneself, 3.0),
    c.AnswerInteraction: Verb(asking.answer, locks.answering),
    c.ShowWhisper: Verb(asking.whisper, locks.whispering),
    c.DismissWhisper: Verb(ones_own(asking.dismiss), locks.dismissing),
}

Reader = Callable[..., Any]

READERS: dict[type[c.Query], Reader] = {
    c.GetOverview: rooms.overview,
    c.GetRoom: rooms.snapshot,
    c.GetHistory: history.history,
    c.GetThread: history.thread,
    c.GetMessage: history.one_message,
    c.GetFacilitatorView: desk.desk,
    c.TryRule: desk.try_rule,
    c.GetAdminDesk: queried.admins,
    c.GetEvents: events.missed,
    c.GetLog: log.page,
    c.GetSanctions: sanctioned.of_room,
    c.ListRooms: directory.rooms,
    c.ListPeople: directory.people,
    c.ListMembers: directory.members,
    c.FindMessages: find.find,
    c.ListPairs: for_the_active(pairs.listing),
    c.GetPasses: passed.listing,
    c.ListPlanned: for_the_active(planned.listing),
    c.ReadWords: for_the_active(planned.understood),
    c.ListTopics: forum.listing,
    c.GetNotify: for_the_active(notified.settings),
    c.ListRoomBots: bots.of_room,
}
