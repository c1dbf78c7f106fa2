"""What one can do, as typed methods: post, reply, edit, react, join, read pages.

Owns the names and shapes of commands and queries (docs/protocol.md). How they get to the server,
once, is the business of `ask` and `command`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from tertulia_bot.blocks import Block
from tertulia_bot.errors import RefusedError
from tertulia_bot.keeping import Keeping
from tertulia_bot.models import (
    Answer,
    Event,
    Found,
    Members,
    Message,
    Overview,
    Page,
    Posted,
    RoomSnapshot,
    ThreadSnapshot,
    Topics,
)
from tertulia_bot.planning import Planning


class Verbs(Planning, Keeping):
    """The verbs of the protocol.

    All raise RefusedError, UnansweredError, StoppedError or ClosedError.

    `client_id` (at most 64 characters) names a command; under the same name it happens once.
    Without one, each call is a command of its own, retried under one name until it is answered.
    """

    def in_name_of(self, event: Event) -> Verbs:  # noqa: ARG002
        """The same verbs as whoever caused the event, by their rights instead of the bot's.

        For bots of the house, which the server itself carries; all others are refused.
        """
        raise RefusedError("not_allowed", "only bots of the house act in the name of others")

    # --- messages ---

    async def post(
        self,
        room: str,
        body: str,
        *,
        thread: str | None = None,
        quote: str | None = None,
        title: str | None = None,
        client_id: str | None = None,
    ) -> Posted:
        """Post in a room, or with `thread` (the first message's id) reply in a thread; with `title`
        open a topic in a forum."""
        said = {"body": body, "thread": thread, "quote": quote, "title": title}
        return _posted(await self.command("message.post", client_id=client_id, room=room, **said))

    async def reply(self, to: Message, body: str, *, client_id: str | None = None) -> Posted:
        """Reply in the thread of a message, or begin one under it."""
        return await self.post(to.room, body, thread=to.thread or to.id, client_id=client_id)

    async def edit(self, message: str, body: str, *, rev: int | None = None) -> None:
        """Replace the text of one's own message; with `rev`, `conflict` if it moved since."""
        await self.command("message.edit", message=message, body=body, rev=rev)

    async def delete(self, message: str, *, reason: str = "") -> None:
        """Delete one's own message, or as facilitator anyone's."""
        await self.command("message.delete", message=message, reason=reason)

    async def pin(self, message: str) -> None:
        """Pin a message to its room."""
        await self.command("message.pin", message=message)

    async def unpin(self, message: str) -> None:
        """Take a pin away."""
        await self.command("message.unpin", message=message)

    async def react(self, message: str, emoji: str) -> None:
        """React with an emoji; a second time changes nothing."""
        await self.command("reaction.add", message=message, emoji=emoji)

    async def unreact(self, message: str, emoji: str) -> None:
        """Take a reaction back."""
        await self.command("reaction.remove", message=message, emoji=emoji)

    async def mark_topic(
        self, topic: str, *, solved: bool | None = None, answer: str | None = None
    ) -> None:
        """Say whether a topic is solved, and which reply answers it ("" for none)."""
        await self.command("topic.mark", topic=topic, solved=solved, answer=answer)

    async def mark_read(self, room: str, no: int) -> None:
        """Everything up to message number `no` is read."""
        await self.command("read.mark", room=room, no=no)

    # --- as a bot ---

    async def draw(
        self,
        room: str,
        *blocks: Block,
        body: str = "",
        thread: str | None = None,
        client_id: str | None = None,
    ) -> Posted:
        """Post blocks; without a `body`, their words are it."""
        drawn = msgspec.to_builtins(blocks) or None
        answer = await self.command(
            "message.post", client_id=client_id, room=room, body=body, thread=thread, blocks=drawn
        )
        return _posted(answer)

    async def redraw(self, message: str, *blocks: Block, body: str = "") -> None:
        """Other blocks, or none, for one's own message."""
        drawn = msgspec.to_builtins(blocks)
        await self.command("message.edit", message=message, body=body, blocks=drawn)

    async def interact(
        self, message: str, action: str, values: dict[str, str] | None = None
    ) -> str:
        """Press a button or send a form, as people do; returns the interaction's id."""
        answer = await self.command(
            "message.interact", message=message, action=action, values=values or {}
        )
        return str(answer.result["interaction"])

    async def run_slash(self, room: str, name: str, text: str = "") -> str:
        """Run a command of a bot, as people do; returns the interaction's id."""
        answer = await self.command("slash.run", room=room, name=name, text=text)
        return str(answer.result["interaction"])

    async def set_slash(self, commands: list[dict[str, str]], *, room: str | None = None) -> None:
        """The commands that this bot offers, `{name, hint, help}` each."""
        await self.command("slash.set", commands=commands, room=room)

    async def answer_interaction(
        self,
        interaction: str,
        show: str,
        body: str = "",
        *,
        blocks: Sequence[Block] = (),
        client_id: str | None = None,
    ) -> Answer:
        """Answer what was asked of this bot; `show` as docs/protocol.md names it."""
        return await self.command(
            "interaction.answer",
            client_id=client_id,
            interaction=interaction,
            show=show,
            body=body,
            blocks=msgspec.to_builtins(tuple(blocks)),
        )

    async def whisper(self, room: str, person: str, *blocks: Block, body: str = "") -> str:
        """Say something to one member of a room alone; returns the whisper's id."""
        drawn = msgspec.to_builtins(blocks)
        answer = await self.command(
            "whisper.show", room=room, person=person, body=body, blocks=drawn
        )
        return str(answer.result["whisper"])

    async def dismiss(self, whisper: str) -> None:
        """Take a whisper away."""
        await self.command("whisper.dismiss", whisper=whisper)

    async def room_bots(self, room: str) -> list[dict[str, Any]]:
        """The bots of a room: what they may, whose they are, what they offer."""
        answer = await self.ask("room.bots", room=room)
        return list(answer.result["bots"])

    # --- rooms ---

    async def use_tool(self, room: str, tool: str, do: str, **fields: Any) -> None:
        """Do something with a tool of a room: `use_tool(room, "hands", "raise", why="new")`."""
        await self.command("tool.use", room=room, tool=tool, action={"do": do} | fields)

    async def open_room(self, name: str, **settings: str) -> str:
        """Open a room; returns its id. Settings: purpose, kind, access, posting, history."""
        answer = await self.command("room.open", name=name, **settings)
        return str(answer.result["room"])

    async def members(self, room: str, *, q: str = "", after: str | None = None) -> Members:
        """A page of a room's members by name; `next` of one page is `after` of the following."""
        return await self._view(Members, "room.members", room=room, q=q, after=after)

    async def direct(self, *people: str) -> str:
        """The direct room with these people, opened if need be; returns its id."""
        answer = await self.command("room.direct", people=list(people))
        return str(answer.result["room"])

    async def join(self, room: str) -> str:
        """Join, accept an invitation, or ask to join: `member` or `requested`."""
        answer = await self.command("room.join", room=room)
        return str(answer.result["state"])

    async def leave(self, room: str) -> None:
        """Leave, decline an invitation, or take a request back."""
        await self.command("room.leave", room=room)

    async def invite(self, room: str, *people: str, role: str = "member") -> None:
        """Invite people into a room."""
        await self.command("room.invite", room=room, people=list(people), role=role)

    # --- reading ---

    async def overview(self) -> Overview:
        """Oneself, the community, one's rooms and their cursors."""
        return await self._view(Overview, "overview")

    async def room(self, room: str, *, limit: int | None = None) -> RoomSnapshot:
        """A room as it is now: its newest messages, members, pins."""
        return await self._view(RoomSnapshot, "room.snapshot", room=room, limit=limit)

    async def thread(self, thread: str, *, limit: int | None = None) -> ThreadSnapshot:
        """A thread as it is now: its first message and the newest replies."""
        return await self._view(ThreadSnapshot, "thread.snapshot", thread=thread, limit=limit)

    async def topics(self, room: str, *, open: bool = False, after: str | None = None) -> Topics:  # noqa: A002
        """A page of a forum's topics, the liveliest first; with `open` only unsolved ones."""
        return await self._view(Topics, "topics.list", room=room, open=open, after=after)

    async def message(self, message: str) -> Message:
        """One message."""
        return (await self._view(Page, "message.get", message=message)).messages[0]

    async def history(self, room: str, **where: Any) -> Page:
        """A page of messages.

        `where`: before, after or around (a message number), thread, limit.
        """
        return await self._view(Page, "history.page", room=room, **where)

    async def find(self, q: str, *, after: str | None = None, limit: int | None = None) -> Found:
        """Messages with all of `q`: words, "phrases", `from:`, `in:`, `before:`, `after:`."""
        return await self._view(Found, "find.messages", q=q, after=after, limit=limit)


def _posted(answer: Answer) -> Posted:
    return Posted(
        message=answer.result.get("message", ""),
        no=answer.result.get("no", 0),
        held=answer.result.get("held"),
        seq=answer.seq,
        duplicate=answer.duplicate,
    )
