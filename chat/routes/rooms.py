"""Commands and queries over HTTP: a row each, carried out by the same dispatch as on the WebSocket.

The path names ids, the body the other fields, `Idempotency-Key` is the `client_id`. Where an event
stands is told in `X-Tertulia-*`; how much of the rate is left in `X-RateLimit-*`.
"""

from __future__ import annotations

from typing import Any

from chat import codec
from chat.routes.base import Call, Reply, Route, decoded
from chat.signin import Header
from chat.verbs import READERS, VERBS
from protocol import bots as b
from protocol import commands as c
from protocol import listings
from protocol import views as v
from protocol.desk import AdminSnapshot, Trial
from protocol.notify import NotifySettings
from protocol.planned import PlannedList, Understood
from rooms.errors import Refusal
from rooms.model import Actor

_OURS = ("type", "ref", "client_id")


def _rate_headers(call: Call, actor: Actor) -> list[Header]:
    rate = call.app.dispatch.rate
    left = rate.left(actor.person)
    reset = max(0.0, (rate.burst - left) / rate.rate)
    return [
        ("x-ratelimit-limit", str(int(rate.burst))),
        ("x-ratelimit-remaining", str(left)),
        ("x-ratelimit-reset", f"{reset:.0f}"),
    ]


class Carry:
    """A handler that carries out one kind of command."""

    def __init__(self, kind: type[c.Command]) -> None:
        self.kind = kind
        self.__doc__ = kind.__doc__
        self._tag = kind.__struct_config__.tag

    async def __call__(self, call: Call) -> Reply:
        """Decode, submit, wait for the commit."""
        fields = self._fields(call)
        command = codec.checked(codec.strictly(fields, self.kind))
        assert isinstance(command, c.Command)
        outcome = await call.app.dispatch.submit(call.who, command)
        headers = _rate_headers(call, call.who)
        if outcome.stream:
            headers.append(("x-tertulia-stream", outcome.stream))
            headers.append(("x-tertulia-seq", str(outcome.seq)))
        if outcome.duplicate:
            headers.append(("x-tertulia-duplicate", "true"))
        return Reply({} if outcome.result is None else outcome.result, headers=tuple(headers))

    def _fields(self, call: Call) -> dict[str, Any]:
        given = decoded(call.raw, dict[str, Any], call.request)
        for name in (*_OURS, *call.path):
            if name in given:
                raise Refusal("unknown_field", type=self._tag, field=name)
        key = call.request.headers.get("idempotency-key")
        more = {"client_id": key} if key is not None else {}
        return {"type": self._tag, **given, **call.path, **more}


class Ask:
    """A handler that answers one kind of query; fields come from path and query string
    or, where they do not fit there, from the body."""

    def __init__(self, kind: type[c.Query]) -> None:
        self.kind = kind
        self.__doc__ = kind.__doc__
        self._tag = kind.__struct_config__.tag

    async def __call__(self, call: Call) -> Reply:
        """Decode and ask."""
        given: dict[str, Any] = dict(call.query)
        if call.raw:
            given |= decoded(call.raw, dict[str, Any], call.request)
        for name in (*_OURS, *call.path):
            if name in given:
                raise Refusal("unknown_field", type=self._tag, field=name)
        query = codec.convert({"type": self._tag, **given, **call.path}, self.kind)
        answer = await call.app.dispatch.ask(call.who, query)
        return Reply(answer, headers=tuple(_rate_headers(call, call.who)))


_ROOM = ("not_found", "not_allowed", "not_a_member", "room_archived")
_SEND = (
    *_ROOM, "read_only", "observer", "direct_not_allowed", "client_id_reused", "blocked_by_rule",
    "muted", "room_locked", "slow_mode",
    "not_your_turn", "answer_first",
)  # fmt: skip
_STAYS = ("too_many", "stays_here", "answers_kept")
_ASKED = ("bot_gone", "too_many", "already_deleted", "too_short")
_DRAWN = ("too_many", "too_few", "too_long", "too_short", "already_deleted")
_REPORT = ("not_found", "already_resolved")
_HELD = ("not_found", "not_waiting")
_WHEN = (
    *_SEND, "not_understood", "in_the_past", "missing_field", "too_many", "too_long", "too_short",
)  # fmt: skip
_TOOL = (
    "tool_off", "too_many", "round_running", "no_round", "too_early", "already_deleted",
    "poll_over", "voted_already",
)  # fmt: skip


def _do(method: str, path: str, kind: type[c.Command], *codes: str) -> Route:
    return Route(method, path, Carry(kind), codes=codes, scope=VERBS[kind].scope)


def _get(path: str, kind: type[c.Query], reply: Any, *codes: str) -> Route:
    assert kind in READERS
    return Route("GET", path, Ask(kind), reply=reply, codes=codes)


def _post(path: str, kind: type[c.Query], reply: Any, *codes: str) -> Route:
    """A query whose fields do not fit into an address."""
    assert kind in READERS
    return Route("POST", path, Ask(kind), reply=reply, codes=codes, scope="read")


ROWS = (
    _do("POST", "/rooms/{room}/messages", c.PostMessage, *_SEND, "too_long", "too_short"),
    _do("PATCH", "/messages/{message}", c.EditMessage, *_SEND, "conflict", "already_deleted"),
    _do(
        "DELETE", "/messages/{message}", c.DeleteMessage, *_ROOM, "already_deleted", "answer_first"
    ),
    _do("PUT", "/messages/{message}/pin", c.PinMessage, *_ROOM, "too_many", "answers_kept"),
    _do("DELETE", "/messages/{message}/pin", c.UnpinMessage, *_ROOM),
    _do("PUT", "/messages/{message}/reactions/{emoji}", c.AddReaction, *_SEND, "too_many"),
    _do("DELETE", "/messages/{message}/reactions/{emoji}", c.RemoveReaction, *_SEND),
    _do("PUT", "/rooms/{room}/read", c.MarkRead, *_ROOM),
    _do("PUT", "/rooms/{room}/unread", c.MarkUnread, *_ROOM),
    _do("PUT", "/threads/{thread}/follow", c.FollowThread, *_ROOM),
    _do("PUT", "/threads/{thread}/read", c.MarkThreadRead, *_ROOM),
    _do("POST", "/rooms", c.OpenRoom, "not_allowed", "too_many"),
    _do("POST", "/direct", c.OpenDirectRoom, "direct_not_allowed", "too_many", "too_few"),
    _do("PATCH", "/rooms/{room}", c.ChangeRoom, *_ROOM),
    _do("POST", "/rooms/{room}/archive", c.ArchiveRoom, *_ROOM),
    _do("POST", "/rooms/{room}/restore", c.RestoreRoom, *_ROOM),
    _do("POST", "/rooms/{room}/join", c.JoinRoom, *_ROOM, "not_invited"),
    _do("POST", "/rooms/{room}/leave", c.LeaveRoom, *_ROOM, "last_facilitator"),
    _do("POST", "/rooms/{room}/invite", c.InviteToRoom, *_ROOM, "too_many"),
    _do("POST", "/rooms/{room}/requests/{person}/admit", c.AdmitToRoom, *_ROOM),
    _do("POST", "/rooms/{room}/requests/{person}/decline", c.DeclineRequest, *_ROOM),
    _do("DELETE", "/rooms/{room}/members/{person}", c.RemoveMember, *_ROOM, "last_facilitator"),
    _do("PUT", "/rooms/{room}/members/{person}/role", c.SetRoomRole, *_ROOM, "last_facilitator"),
    _do("PUT", "/rooms/{room}/lock", c.LockRoom, *_ROOM, "invalid"),
    _do("DELETE", "/rooms/{room}/lock", c.UnlockRoom, *_ROOM),
    _do("POST", "/rooms/{room}/members/{person}/warn", c.Warn, *_ROOM, "same_rank"),
    _do("PUT", "/rooms/{room}/members/{person}/mute", c.Mute, *_ROOM, "same_rank"),
    _do("PUT", "/rooms/{room}/members/{person}/ban", c.Ban, *_ROOM, "same_rank"),
    _do("POST", "/sanctions/{sanction}/lift", c.LiftSanction, "not_found", "not_in_force"),
    _do("POST", "/sanctions/{sanction}/appeal", c.AppealSanction, "not_found", "already_appealed"),
    _do("POST", "/sanctions/{sanction}/answer", c.AnswerAppeal, "not_found"),
    _do("PUT", "/people/{person}/mute", c.MutePerson, "not_found", "too_many"),
    _do("PUT", "/people/{person}/block", c.BlockPerson, "not_found", "too_many"),
    _do("PUT", "/rooms/{room}/mute", c.MuteRoom, *_ROOM, "too_many"),
    _do("PUT", "/rooms/{room}/notify", c.NotifyRoom, *_ROOM, "too_many"),
    _do("PUT", "/threads/{thread}/notify", c.NotifyThread, *_ROOM, "too_many"),
    _do("PUT", "/me/notify", c.NotifyMe, "invalid"),
    _do("POST", "/rooms/{room}/tools/{tool}", c.UseTool, *_SEND, *_TOOL),
    _do("PUT", "/rooms/{room}/tools/{tool}/mark", c.MarkTool, *_ROOM, "tool_off"),
    _do("PATCH", "/community", c.ChangeCommunity, "not_allowed"),
    _do("PATCH", "/me", c.ChangeProfile),
    _do("PUT", "/people/{person}/role", c.SetRole, "not_allowed", "last_owner"),
    _do("POST", "/people/{person}/suspend", c.SuspendPerson, "not_allowed", "same_rank"),
    _do("POST", "/people/{person}/approve", c.ApprovePerson, "not_allowed"),
    _do("PATCH", "/rooms/{room}/moderation", c.ChangeModeration, *_ROOM, "too_many", "too_few"),
    _do("PUT", "/community/rules", c.ChangeCommunityRules, "not_allowed", "too_many", "too_few"),
    _do("POST", "/held/{held}/release", c.ReleaseHeld, *_HELD, "author_may_not_post"),
    _do("POST", "/held/{held}/decline", c.DeclineHeld, *_HELD),
    _do("PATCH", "/held/{held}", c.EditHeld, *_HELD, *_SEND, "too_long", "too_short"),
    _do("DELETE", "/held/{held}", c.WithdrawHeld, *_HELD),
    _do("POST", "/threads/{thread}/move", c.MoveThread, *_ROOM, "already_deleted", *_STAYS),
    _do("PATCH", "/topics/{topic}", c.MarkTopic, *_SEND),
    _do("POST", "/topics/{topic}/show", c.ShowAnswers, *_ROOM),
    _do(
        "POST",
        "/reports",
        c.MakeReport,
        "not_found",
        "answer_first",
        "already_deleted",
        "nobody_above",
    ),
    _do("PUT", "/reports/{report}/assigned", c.AssignReport, *_REPORT),
    _do("POST", "/reports/{report}/resolve", c.ResolveReport, *_REPORT),
    _do("POST", "/reports/{report}/seen", c.SeeReport, "not_found"),
    _do("POST", "/rooms/{room}/appoint", c.AppointFacilitator, "not_allowed", "not_found"),
    _do("POST", "/rooms/{room}/close", c.CloseRoom, "not_allowed", "not_found"),
    _do("POST", "/rooms/{room}/passes", c.MakePass, *_ROOM, "no_guests_here", "too_many"),
    _do("DELETE", "/passes/{invitation}", c.RevokePass, *_ROOM),
    _do("DELETE", "/rooms/{room}/guests/{person}", c.EndVisit, *_ROOM),
    _do("POST", "/reminders", c.SetReminder, *_WHEN, "already_deleted", "facilitator_first"),
    _do("POST", "/rooms/{room}/later", c.SchedulePost, *_WHEN, "already_deleted"),
    _do("PATCH", "/planned/{planned}", c.ChangePlanned, *_WHEN, "facilitator_first"),
    _do("DELETE", "/planned/{planned}", c.DropPlanned, "not_found", "not_allowed"),
    _do("POST", "/planned/{planned}/seen", c.SeePlanned, "not_found"),
    _get("/planned", c.ListPlanned, PlannedList, *_ROOM),
    _get("/planned/read", c.ReadWords, Understood, "not_understood", "in_the_past"),
    _do("POST", "/messages/{message}/interactions", c.Interact, *_SEND, *_ASKED),
    _do("POST", "/rooms/{room}/slash/{name}", c.RunSlash, *_SEND, *_ASKED, "no_such_command"),
    _do("PUT", "/me/commands", c.SetSlash, *_ROOM, "too_many"),
    _do("POST", "/interactions/{interaction}/answer", c.AnswerInteraction, *_SEND, *_DRAWN),
    _do("POST", "/rooms/{room}/whispers", c.ShowWhisper, *_SEND, *_DRAWN),
    _do("DELETE", "/whispers/{whisper}", c.DismissWhisper, "not_found"),
    _get("/overview", c.GetOverview, v.Overview),
    _get("/rooms/{room}", c.GetRoom, v.RoomSnapshot, *_ROOM),
    _get("/rooms/{room}/messages", c.GetHistory, v.Page, *_ROOM, "answer_first"),
    _get("/threads/{thread}", c.GetThread, v.ThreadSnapshot, *_ROOM),
    _get("/rooms/{room}/topics", c.ListTopics, listings.TopicsPage, *_ROOM),
    _get("/messages/{message}", c.GetMessage, v.Page, "not_found", "answer_first"),
    _get("/rooms/{room}/desk", c.GetFacilitatorView, v.FacilitatorSnapshot, *_ROOM),
    _get("/community/desk", c.GetAdminDesk, AdminSnapshot, "not_allowed"),
    _post("/moderation/try", c.TryRule, Trial, *_ROOM, "too_few"),
    _get("/streams/{stream}/events", c.GetEvents, listings.EventsPage, "not_found"),
    _get("/rooms/{room}/bots", c.ListRoomBots, b.RoomBots, *_ROOM),
    _get("/rooms/{room}/sanctions", c.GetSanctions, listings.Sanctions, *_ROOM),
    _get("/log", c.GetLog, listings.LogPage, "not_allowed", "not_found", "invalid"),
    _get("/directory/rooms", c.ListRooms, listings.RoomListing, "not_allowed"),
    _get("/directory/people", c.ListPeople, listings.PeopleListing, "not_allowed", "not_found"),
    _get("/rooms/{room}/members", c.ListMembers, listings.MembersListing, *_ROOM),
    _get("/find", c.FindMessages, listings.Found, "too_long"),
    _get("/rooms/{room}/passes", c.GetPasses, listings.PassListing, *_ROOM),
    _get("/me/notify", c.GetNotify, NotifySettings),
    _get("/pairs", c.ListPairs, listings.PairListing, "not_allowed"),
)
