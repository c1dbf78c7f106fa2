"""`chat.*`: saying, changing and taking back; permalinks."""

from __future__ import annotations

from bots.slack import blocks, ids, mrkdwn, objects
from bots.slack.errors import SlackError
from chat.slack.arguments import Arguments
from chat.slack.base import Call, Methods, Struct, stamp
from protocol import commands as c
from protocol.views import Page
from rooms.errors import Refusal
from storage.queries import times
from storage.transaction import Outcome


def said(args: Arguments) -> str:
    """What a call wants said, as a body of ours: blocks over text, `markdown_text` as it is."""
    if args.has("markdown_text"):
        return args.text("markdown_text")
    parts = [blocks.body(args.listed("blocks"))]
    if not parts[0]:
        draw = mrkdwn.to_commonmark if args.flag("mrkdwn", otherwise=True) else mrkdwn.plain
        parts = [draw(args.text("text", ""))]
    parts.append(blocks.attachments(args.listed("attachments")))
    found = "\n\n".join(filter(None, parts))
    if not found.strip():
        raise SlackError("no_text")
    return found


async def place(call: Call) -> tuple[str, str]:
    """The room that `channel` names (an id, a person's, `#name`), by our id and by Slack's."""
    named = call.args.text("channel")
    if room := ids.room(named):
        return room, named
    if person := ids.person(named):
        opened = await call.do(c.OpenDirectRoom(people=[person]))
        room = str(opened.result["room"])
        return room, ids.channel(room, 2)
    name = ids.channel_name(named.removeprefix("#"))
    overview = await call.overview()
    for entry in overview.rooms:
        mine = entry.me.state == "member" and not entry.room.direct
        if mine and ids.channel_name(entry.room.name) == name:
            return entry.room.id, objects.channel_id(entry.room)
    raise SlackError("channel_not_found")


async def thread_of(call: Call, room: str, name: str = "thread_ts") -> str | None:
    """The thread that a `ts` names: of its first message, or of any reply in it."""
    at = call.args.time(name, 0)
    if not at:
        return None
    try:
        [found] = (await call.page_at(room, at)).messages
    except Refusal as error:
        raise SlackError("thread_not_found") from error
    return found.thread or found.id


async def posted(call: Call, outcome: Outcome) -> Page:
    """The message that a command has put into a room."""
    result = outcome.result or {}
    if "message" not in result:
        # It waits for facilitators: said so, for a program would take a refusal for final.
        raise SlackError("message_waits_for_review")
    page: Page = await call.ask(c.GetMessage(message=result["message"]))
    return page


async def post(call: Call) -> Struct:
    """chat.postMessage"""
    body = said(call.args)
    room, channel = await place(call)
    thread = await thread_of(call, room)
    client_id = call.args.text("client_msg_id", "") or None
    command = c.PostMessage(room=room, body=body, thread=thread, client_id=client_id)
    page = await posted(call, await call.do(command))
    root = await call.root_ts(page.messages[0])
    [shown] = await call.shown(page, root)
    return {"channel": channel, "ts": shown["ts"], "message": shown}


async def update(call: Call) -> Struct:
    """chat.update"""
    body = said(call.args)
    message = await call.message()
    await call.do(c.EditMessage(message=message.id, body=body))
    page: Page = await call.ask(c.GetMessage(message=message.id))
    [shown] = await call.shown(page, await call.root_ts(message))
    return {
        "channel": call.args.text("channel"),
        "ts": stamp(message),
        "text": shown["text"],
        "message": shown,
    }


async def delete(call: Call) -> Struct:
    """chat.delete"""
    message = await call.message()
    await call.do(c.DeleteMessage(message=message.id))
    return {"channel": call.args.text("channel"), "ts": stamp(message)}


async def permalink(call: Call) -> Struct:
    """chat.getPermalink"""
    room = call.room_id()
    found = await call.look(times.message_at, room, call.args.time("message_ts"))
    message = found.messages[0]
    link = f"{call.app.public_url}/#/r/{room}"
    where = f"t/{message.thread}/{message.no}" if message.thread else f"{message.no}"
    return {"channel": call.args.text("channel"), "permalink": f"{link}/{where}"}


METHODS: Methods = {
    "chat.postMessage": post,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": permalink,
}
