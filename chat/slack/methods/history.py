"""`conversations.history` and `conversations.replies`: pages of a room and of a thread."""

from __future__ import annotations

from bots.slack.errors import SlackError
from chat.slack.base import NEWEST, Call, Methods, Struct, stamp
from chat.slack.methods.conversations import paged, unwrapped
from protocol import commands as c
from protocol import limits
from protocol.views import Message, Page
from rooms.cards import microseconds
from storage.queries import times


async def history(call: Call) -> Struct:
    """conversations.history"""
    room = call.room_id()
    limit = call.args.number("limit", 100, limits.PAGE)
    oldest, latest = _span(call)
    first = await call.look(times.number_at, (room, ""), oldest)
    before = _place(call)
    if before is None and latest < NEWEST:
        before = await call.look(times.number_at, (room, ""), latest)
    page: Page = await call.ask(c.GetHistory(room=room, before=before, limit=limit))
    fitting = [one for one in page.messages if one.no >= first]
    more = len(fitting) == len(page.messages) and page.more_before
    more = more and bool(fitting) and fitting[0].no > first
    shown = await call.shown(_with(page, [one for one in fitting if _stands(one)]))
    following = str(fitting[0].no) if more else ""
    answer = paged("messages", shown[::-1], following)
    return answer | {"has_more": more, "pin_count": 0, "channel_actions_ts": None}


async def replies(call: Call) -> Struct:
    """conversations.replies"""
    room = call.room_id()
    at = call.args.time("ts")
    [named] = (await call.page_at(room, at)).messages
    root_id = named.thread or named.id
    limit = call.args.number("limit", 100, limits.PAGE)
    oldest, latest = _span(call)
    first: Page = await call.ask(c.GetMessage(message=root_id))
    root = first.messages[0]
    root_ts = stamp(root)
    after = _place(call)
    begins = after is None
    if after is None:
        after = await call.look(times.number_at, (room, root_id), oldest) - 1
    query = c.GetHistory(room=room, thread=root_id, after=after, limit=limit)
    page: Page = await call.ask(query)
    found = [one for one in page.messages if microseconds(one.at) < latest]
    shown = await call.shown(_with(page, [one for one in found if one.body is not None]), root_ts)
    if begins:
        shown = [*(await call.shown(first)), *shown]
    more = page.more_after and len(found) == len(page.messages)
    return paged("messages", shown, str(found[-1].no) if more else "") | {"has_more": more}


def _with(page: Page, messages: list[Message]) -> Page:
    return Page(
        messages=tuple(messages), people=page.people, quoted=(), more_before=False, more_after=False
    )


def _stands(message: Message) -> bool:
    """Whether it is shown: what is gone is, where answers hang on it."""
    return message.body is not None or bool(message.replies and message.replies.count)


def _span(call: Call) -> tuple[int, int]:
    """From when (included) to when (excluded), in microseconds since 1970."""
    inclusive = call.args.flag("inclusive")
    oldest = call.args.time("oldest", -1)
    latest = call.args.time("latest", NEWEST)
    if not inclusive and oldest > 0:
        oldest += 1
    if inclusive and latest < NEWEST:
        latest += 1
    return max(oldest, 0), latest


def _place(call: Call) -> int | None:
    """The number that a cursor names."""
    place = unwrapped(call)
    if not place:
        return None
    if not place.isdecimal() or len(place) > 15:
        raise SlackError("invalid_cursor")
    return int(place)


METHODS: Methods = {
    "conversations.history": history,
    "conversations.replies": replies,
}
