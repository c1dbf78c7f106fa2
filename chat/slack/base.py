"""A method call: who asks, with what, and the few things that all methods need.

Errors are `SlackError`s or our `Refusal`s, which become the former. Knows no HTTP.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bots.slack import ids, objects
from bots.slack.errors import SlackError
from chat import codec
from chat.slack.arguments import Arguments
from protocol import commands as c
from protocol.request import Request
from protocol.views import Message, Overview, Page, Person, Room, RoomSnapshot
from rooms.cards import microseconds
from rooms.errors import Refusal
from rooms.model import Actor
from storage.queries import times
from storage.transaction import Outcome

Struct = dict[str, Any]
R = TypeVar("R", bound=Request)
NEWEST = 2**62
"""A time after all times, in microseconds."""


@dataclass(slots=True, frozen=True)
class Call:
    """One call of a method by somebody signed in."""

    app: Any
    """The `chat.app.App`."""
    actor: Actor
    args: Arguments

    @property
    def me(self) -> str:
        """The caller's id."""
        return self.actor.person

    @property
    def team(self) -> str:
        """`T…` of this community."""
        return str(self.app.slack.team)

    async def do(self, command: c.Command) -> Outcome:
        """Carry a command out; raises `Refusal`."""
        outcome: Outcome = await self.app.dispatch.submit(self.actor, _at_the_edge(command))
        return outcome

    async def ask(self, query: c.Query) -> Any:
        """Answer a query; raises `Refusal`."""
        return await self.app.dispatch.ask(self.actor, _at_the_edge(query))

    async def look(self, function: Callable[..., Any], *args: Any) -> Any:
        """Answer `function(connection, person, …)`, for what is no query of our protocol; counted
        like one."""
        if "read" not in self.actor.scopes:
            raise Refusal("scope_missing", scope="read")
        self.app.spend(self.me, 0.5)
        return await self.app.database.ask(function, self.me, *args)

    # --- what arguments name ---

    def room_id(self, name: str = "channel") -> str:
        """The room that `C…`, `D…` or `G…` names; it may not be there."""
        room = ids.room(self.args.text(name))
        if room is None:
            raise SlackError("channel_not_found")
        return room

    def person_id(self, name: str = "user") -> str:
        """The person that `U…` names; they may not be there."""
        person = ids.person(self.args.text(name))
        if person is None:
            raise SlackError("user_not_found")
        return person

    def people_ids(self, name: str = "users") -> list[str]:
        """The people that `U…,U…` names."""
        found = [ids.person(one) for one in self.args.names(name)]
        if not found:
            raise SlackError("no_user" if name == "users" else "user_not_found")
        if None in found:
            raise SlackError("user_not_found")
        return [one for one in found if one is not None]

    async def room(self, name: str = "channel") -> RoomSnapshot:
        """The room itself, with its newest message."""
        found: RoomSnapshot = await self.ask(c.GetRoom(ref="", room=self.room_id(name), limit=1))
        return found

    async def page_at(self, room: str, at: int) -> Page:
        """The message of a room posted at a time, as a page of one; raises `Refusal`."""
        page: Page = await self.look(times.message_at, room, at)
        return page

    async def message(self, name: str = "ts") -> Message:
        """The message that `channel` and a `ts` name; raises `Refusal`."""
        found = await self.page_at(self.room_id(), self.args.time(name))
        return found.messages[0]

    async def person(self, id_: str) -> Person:
        """Somebody's card; raises `SlackError`."""
        found = await self.look(times.cards, [id_])
        if not found:
            raise SlackError("user_not_found")
        card: Person = found[0]
        return card

    async def is_bot(self) -> bool:
        """Whether the caller is a bot, which nobody becomes or ceases to be."""
        known: dict[str, bool] = self.app.slack.is_bot
        if self.me not in known:
            known[self.me] = (await self.person(self.me)).role == "bot"
        return known[self.me]

    async def overview(self) -> Overview:
        """The caller, the community, their rooms."""
        found: Overview = await self.ask(c.GetOverview(ref=""))
        return found

    # --- what answers show ---

    def channel(self, room: Room, *, is_member: bool) -> Struct:
        """A room."""
        return objects.channel(room, self.team, self.me, is_member=is_member)

    def user(self, person: Person) -> Struct:
        """A person."""
        return objects.user(person, self.team, self.app.now())

    async def shown(self, page: Page, root_ts: str = "") -> list[Struct]:
        """Messages of a page, in its order."""
        people = {person.id: person for person in page.people}
        return [objects.message(one, people, root_ts) for one in page.messages]

    async def root_ts(self, message: Message) -> str:
        """The `ts` of the first message of the thread that a reply stands in; empty for others."""
        if message.thread is None:
            return ""
        page: Page = await self.ask(c.GetMessage(ref="", message=message.thread))
        return stamp(page.messages[0])


def _at_the_edge(request: R) -> R:
    """A request made here, held to what frames are held to when they are read."""
    codec.checked(codec.refuse_nul(request))
    return request


Method = Callable[[Call], Awaitable[Struct]]
Methods = Mapping[str, Method]


def stamp(message: Message) -> str:
    """The `ts` of a message."""
    return ids.ts(microseconds(message.at))
