"""`chat.scheduleMessage` and its sisters: posts that are written for later.

Ours come to the minute: a `post_at` between two minutes is the later one.
"""

from __future__ import annotations

from datetime import UTC, datetime

from bots.slack import ids
from bots.slack.commonmark import to_mrkdwn
from bots.slack.errors import SlackError
from chat.slack.base import NEWEST, Call, Methods, Struct
from chat.slack.methods.chat import place, said, thread_of
from protocol import commands as c
from protocol.planned import Planned, PlannedList, When
from rooms.cards import microseconds
from rooms.errors import Refusal

MOST_AHEAD = 120 * 24 * 3600
"""Seconds, as Slack has it."""


def planned_id(slack: str) -> str:
    """The id of what is planned, from Slack's `Q…` or `Rm…`."""
    return "q_" + slack.removeprefix("Rm").removeprefix("Q").lower()


def when_at(seconds: int) -> When:
    """A moment, to the minute: the next one, where it lies between two. Raises `SlackError`."""
    try:
        minute = datetime.fromtimestamp(-(-seconds // 60) * 60, UTC)
    except (ValueError, OverflowError) as error:
        raise SlackError("invalid_time") from error
    return When(start=minute.strftime("%Y-%m-%dT%H:%M"), zone="UTC")


def seconds_of(call: Call, name: str) -> int:
    """A time in seconds since 1970; raises `SlackError`."""
    at = ids.at(call.args.text(name))
    if at is None:
        raise SlackError("invalid_time")
    return at // ids.SECOND


async def own(call: Call, what: str, room: str | None = None) -> list[Planned]:
    """What the caller has planned, of one kind."""
    found: PlannedList = await call.ask(c.ListPlanned(room=room))
    return [one for one in found.planned if one.what == what]


async def schedule(call: Call) -> Struct:
    """chat.scheduleMessage"""
    body, _ = said(call.args)
    at = seconds_of(call, "post_at")
    now = call.app.now() // ids.SECOND
    if at <= now:
        raise SlackError("time_in_past")
    if at - now > MOST_AHEAD:
        raise SlackError("time_too_far")
    room, channel = await place(call)
    thread = await thread_of(call, room)
    when = when_at(at)
    outcome = await call.do(c.SchedulePost(room=room, body=body, when=when, thread=thread))
    comes = microseconds(outcome.result["next"][0]) // ids.SECOND
    return {
        "channel": channel,
        "scheduled_message_id": "Q" + outcome.result["planned"][2:].upper(),
        "post_at": comes,
        "message": {"type": "delayed_message", "text": to_mrkdwn(body), "user": ids.user(call.me)},
    }


async def unschedule(call: Call) -> Struct:
    """chat.deleteScheduledMessage"""
    wanted = planned_id(call.args.text("scheduled_message_id"))
    room = call.room_id()
    if not any(one.id == wanted and one.room == room for one in await own(call, "post")):
        raise SlackError("invalid_scheduled_message_id")
    await call.do(c.DropPlanned(planned=wanted))
    return {}


async def listing(call: Call) -> Struct:
    """chat.scheduledMessages.list"""
    room = call.room_id() if call.args.has("channel") else None
    oldest, latest = call.args.time("oldest", 0), call.args.time("latest", NEWEST)
    found = []
    for one in await own(call, "post"):
        at = microseconds(one.next[0]) if one.next else 0
        if room in (None, one.room) and at and oldest <= at <= latest:
            found.append(_shown(one, at))
    return {"scheduled_messages": found, "response_metadata": {"next_cursor": ""}}


def _shown(one: Planned, at: int) -> Struct:
    return {
        "id": "Q" + one.id[2:].upper(),
        "channel_id": ids.channel(one.room or ""),
        "post_at": at // ids.SECOND,
        "date_created": 0,
        "text": to_mrkdwn(one.body or ""),
    }


# --- reminders ------------------------------------------------------------------------------------


async def remind(call: Call) -> Struct:
    """reminders.add"""
    if call.args.has("user") and call.person_id() != call.me:
        raise SlackError("cannot_add_others")
    body, time = said(call.args)[0], call.args.text("time")
    if ids.at(time) is None:
        command = c.SetReminder(words=time, body=body, whom="me")
    else:
        seconds = seconds_of(call, "time")
        # A small number is so many seconds from now, as Slack takes it.
        at = seconds if seconds > _A_DAY else call.app.now() // ids.SECOND + seconds
        command = c.SetReminder(when=when_at(at), body=body, whom="me")
    try:
        outcome = await call.do(command)
    except Refusal as error:
        if error.code == "not_understood":
            raise SlackError("cannot_parse") from error
        if error.code == "in_the_past":
            raise SlackError("time_in_past") from error
        raise
    return {"reminder": await _reminder(call, outcome.result["planned"])}


_A_DAY = 24 * 3600


async def _reminder(call: Call, id_: str) -> Struct:
    for one in await own(call, "reminder"):
        if one.id == id_:
            return _reminded(call, one)
    raise SlackError("not_found")


def _reminded(call: Call, one: Planned) -> Struct:
    me = ids.user(call.me)
    found: Struct = {
        "id": "Rm" + one.id[2:].upper(),
        "creator": me,
        "user": me,
        "text": to_mrkdwn(one.body or ""),
        "recurring": bool(one.when.rule),
    }
    if not one.when.rule:
        came = [*one.next, *([one.rung] if one.rung else [])]
        found["time"] = microseconds(came[0]) // ids.SECOND if came else 0
        found["complete_ts"] = 0
    return found


async def reminders(call: Call) -> Struct:
    """reminders.list"""
    return {"reminders": [_reminded(call, one) for one in await own(call, "reminder")]}


async def reminder(call: Call) -> Struct:
    """reminders.info"""
    return {"reminder": await _reminder(call, planned_id(call.args.text("reminder")))}


async def complete(call: Call) -> Struct:
    """reminders.complete"""
    id_ = planned_id(call.args.text("reminder"))
    found = next((one for one in await own(call, "reminder") if one.id == id_), None)
    if found is None:
        raise SlackError("not_found")
    if found.when.rule:
        raise SlackError("cannot_complete_recurring")
    seen = c.SeePlanned(planned=id_) if found.rung else c.DropPlanned(planned=id_)
    await call.do(seen)
    return {}


async def forget(call: Call) -> Struct:
    """reminders.delete"""
    id_ = planned_id(call.args.text("reminder"))
    await _reminder(call, id_)
    await call.do(c.DropPlanned(planned=id_))
    return {}


METHODS: Methods = {
    "chat.scheduleMessage": schedule,
    "chat.deleteScheduledMessage": unschedule,
    "chat.scheduledMessages.list": listing,
    "reminders.add": remind,
    "reminders.list": reminders,
    "reminders.info": reminder,
    "reminders.complete": complete,
    "reminders.delete": forget,
}
