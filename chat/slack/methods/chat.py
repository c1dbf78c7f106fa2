"""`chat.*`: saying, changing and taking back; permalinks."""

from __future__ import annotations

from bots.slack import blocks as words
from bots.slack import ids, kit, mrkdwn, objects
from bots.slack.errors import SlackError
from chat.slack.arguments import Arguments
from chat.slack.base import Call, Methods, Struct, stamp
from protocol import commands as c
from protocol.blocks import AnyBlock, Section
from protocol.views import Page
from rooms.errors import Refusal
from storage.queries import times
from storage.transaction import Outcome

Said = tuple[str, tuple[AnyBlock, ...]]
"""A body, and the blocks that it is drawn of."""


def said(args: Arguments) -> Said:
    """What a call wants said: `text` stands for the blocks where they are not drawn, and without
    it their own words do. `markdown_text` is taken as it is. Raises `SlackError`."""
    blocks = args.listed("blocks")
    drawn = kit.drawn(blocks)
    if args.has("markdown_text"):
        body = args.text("markdown_text")
    else:
        draw = mrkdwn.to_commonmark if args.flag("mrkdwn", otherwise=True) else mrkdwn.plain
        body = draw(args.text("text", "")) or words.body(blocks)
    more = words.attachments(args.listed("attachments"))
    if more and drawn:
        drawn = (*drawn, Section(text=more))
    found = "\n\n".join(filter(None, (body, more)))
    if not found.strip():
        raise SlackError("no_text")
    return found, drawn


async def drawable(call: Call, said: Said) -> Said:
    """Only bots' messages are drawn of blocks; a person's says what they say."""
    return said if not said[1] or await call.is_bot() else (said[0], ())


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
    body, blocks = await drawable(call, said(call.args))
    room, channel = await place(call)
    thread = await thread_of(call, room)
    client_id = call.args.text("client_msg_id", "") or None
    command = c.PostMessage(room=room, body=body, thread=thread, client_id=client_id, blocks=blocks)
    page = await posted(call, await call.do(command))
    root = await call.root_ts(page.messages[0])
    [shown] = await call.shown(page, root)
    return {"channel": channel, "ts": shown["ts"], "message": shown}


async def update(call: Call) -> Struct:
    """chat.update"""
    body, drawn = await drawable(call, said(call.args))
    message = await call.message()
    # As at Slack: a new text without blocks takes the place of the blocks as well.
    anew = any(map(call.args.has, ("blocks", "text", "markdown_text")))
    blocks = drawn if anew else None
    await call.do(c.EditMessage(message=message.id, body=body, blocks=blocks))
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


async def whisper(call: Call) -> Struct:
    """chat.postEphemeral"""
    body, blocks = said(call.args)
    room = call.room_id()
    thread = await thread_of(call, room)
    command = c.ShowWhisper(
        room=room, person=call.person_id(), body=body, blocks=blocks, thread=thread
    )
    outcome = await call.do(command)
    return {"message_ts": ids.ts(outcome.events[0].at)}


METHODS: Methods = {
    "chat.postMessage": post,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": whisper,
    "chat.getPermalink": permalink,
}
