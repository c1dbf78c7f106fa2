"""What the people of a run do: talk at a steady rate, and a few who moderate.

Owns the choice of commands, seeded for each person. A room has one facilitator, who is never
removed; everybody else may be at any time, and goes on talking as if they had not heard of it.
Those who look after no room may be suspended, a pair of them quarrels in a direct room, and guests
come and are sent away. Knows neither servers nor faults.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.chaos.client import Client
from tests.chaos.guests import visit
from tests.chaos.history import NOBODY
from tests.chaos.waiting import until

_HANDFUL = 3
"""People whose commands come together."""
_MODERATED = 16
"""Rooms that are moderated at full speed; of more, each less often."""
_VISIT = 86_400
"""Seconds of a visit: longer than the clock is ever off."""
_HEARD = 8.0
"""Seconds after which a guest whose visit was ended is no longer expected to hear of it."""
_ATTEMPTS, _AGAIN = 20, 0.2
"""How often, and after how many seconds, somebody is asked again who was suspended just then."""
_BEHIND = 5.0
"""Seconds of an outage that are made up for afterwards."""
MUTED = 86_400
"""Seconds of a mute. It ends by the clock, which the nemesis moves by up to an hour: a run is to
see none that ended by itself."""
_WORDS = ("we", "read", "on", "and", "ask", "what", "the", "author", "meant", "by", "that", "line")
_EMOJI = ("👍", "🎉", "❤️", "🤔")


@dataclass
class Room:
    """A room of the run."""

    id: str
    owner: Client
    others: list[Client]
    direct: bool = False
    recent: list[tuple[str, Client]] = field(default_factory=list)
    """Messages that may still be touched, with who wrote them; the newest last."""

    @property
    def people(self) -> list[Client]:
        """Everybody, the owner first."""
        return [self.owner, *self.others]


class Load:
    """Lets people talk until told to stop.

    `rate` is commands a second, all together; `hands` how many one person has under way at most;
    `head` runs the community.
    """

    def __init__(self, rooms: list[Room], head: Client, rate: float, hands: int, seed: int) -> None:
        self._rooms, self._head = rooms, head
        self._seed, self._hands = seed, hands
        self._tasks: list[asyncio.Task[None]] = []
        self._places: dict[str, list[Room]] = {}
        self._people: dict[str, Client] = {}
        for room in rooms:
            for client in room.people:
                self._places.setdefault(client.person, []).append(room)
                self._people[client.person] = client
        self._every = len(self._people) * hands / rate
        self._slots = max(1, len(self._people) // _HANDFUL)
        self._slower = max(1.0, len(rooms) / _MODERATED)
        self._stopped = asyncio.Event()
        self._numbers = itertools.count(1)

    def start(self) -> None:
        """Begin."""
        for number, (person, client) in enumerate(self._people.items()):
            # A person's hands move together, and a few people's too: commands come in handfuls, as
            # from a phone that finds its network again, and a transaction carries several.
            begin = random.Random(f"{self._seed} {number}").randrange(self._slots) / self._slots
            for hand in range(self._hands):
                dice = random.Random(f"{self._seed} {number} {hand}")
                self._spawn(self._talk(client, self._places[person], begin * self._every, dice))
        for number, room in enumerate(self._rooms):
            way = self._quarrel if room.direct else self._moderate
            self._spawn(way(room, random.Random(f"{self._seed} m{number}")))
        owners = {room.owner.person for room in self._rooms if not room.direct}
        free = [client for person, client in self._people.items() if person not in owners]
        if free:
            self._spawn(self._govern(free, random.Random(f"{self._seed} head")))

    async def stop(self) -> None:
        """Begin nothing new; returns when all that was begun has been answered."""
        self._stopped.set()
        await asyncio.gather(*self._tasks)

    def _spawn(self, work: Awaitable[None]) -> None:
        self._tasks.append(asyncio.ensure_future(work))

    async def _pause(self, seconds: float) -> None:
        """Wait, but not for the end."""
        if seconds > 0 and not self._stopped.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), seconds)

    # --- talking ---

    async def _talk(
        self, client: Client, rooms: list[Room], begin: float, dice: random.Random
    ) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + begin
        while not self._stopped.is_set():
            await self._pause(due - loop.time())
            due = max(due + self._every, loop.time() - _BEHIND)
            if not self._stopped.is_set():
                what = dice.choices(_ACTS, _WEIGHTS)[0]
                await what(self, client, dice.choice(rooms), dice)

    def _text(self, dice: random.Random) -> str:
        words = " ".join(dice.choices(_WORDS, k=dice.randint(3, 12)))
        return f"{next(self._numbers)} {words}"

    async def _post(self, client: Client, room: Room, dice: random.Random) -> None:
        body, stubborn = self._text(dice), dice.random() > 0.03
        answer = await client.do(
            "message.post", room.id, stubborn=stubborn, room=room.id, body=body
        )
        if not answer.code and answer.made:
            room.recent.append((answer.made, client))
            del room.recent[:-40]

    async def _reply(self, client: Client, room: Room, dice: random.Random) -> None:
        if room.recent:
            thread, _ = dice.choice(room.recent)
            body = self._text(dice)
            await client.do("message.post", room.id, thread, room=room.id, thread=thread, body=body)

    async def _react(self, client: Client, room: Room, dice: random.Random) -> None:
        if room.recent:
            message, _ = dice.choice(room.recent)
            kind = dice.choice(("reaction.add", "reaction.add", "reaction.remove"))
            emoji = dice.choice(_EMOJI)
            await client.do(kind, room.id, message, message=message, emoji=emoji)

    async def _edit(self, client: Client, room: Room, dice: random.Random) -> None:
        mine = [message for message, author in room.recent if author is client]
        if mine:
            message = dice.choice(mine)
            body = self._text(dice)
            await client.do("message.edit", room.id, message, message=message, body=body)

    async def _delete(self, client: Client, room: Room, dice: random.Random) -> None:
        mine = [entry for entry in room.recent if entry[1] is client]
        if mine:
            entry = dice.choice(mine)
            room.recent.remove(entry)
            await client.do("message.delete", room.id, entry[0], message=entry[0])

    async def _read(self, client: Client, room: Room, dice: random.Random) -> None:
        await client.do("read.mark", room.id, room=room.id, no=client.folds[room.id].head_no)

    # --- moderating ---

    async def _moderate(self, room: Room, dice: random.Random) -> None:
        while not self._stopped.is_set():
            await self._pause(dice.uniform(0.5, 3) * self._slower)
            if self._stopped.is_set():
                return
            way = dice.choices(_POWERS, _CHANCES)[0]
            await way(self, room, dice.choice(room.others), dice)

    async def _remove(self, room: Room, victim: Client, dice: random.Random) -> None:
        owner, who = room.owner, victim.person
        await owner.do("room.remove", room.id, who, room=room.id, person=who)
        await self._pause(dice.uniform(0.3, 3))
        await self._back(room, victim)

    async def _mute(self, room: Room, victim: Client, dice: random.Random) -> None:
        owner, who = room.owner, victim.person
        given = await owner.do(
            "sanction.mute", room.id, who, room=room.id, person=who, seconds=MUTED
        )
        await self._pause(dice.uniform(0.5, 3))
        await owner.do("sanction.lift", room.id, who, sanction=given.made)

    async def _ban(self, room: Room, victim: Client, dice: random.Random) -> None:
        owner, who = room.owner, victim.person
        given = await owner.do("sanction.ban", room.id, who, room=room.id, person=who)
        await self._pause(dice.uniform(0.3, 2))
        await victim.do("room.join", room.id, who, room=room.id)
        await owner.do("sanction.lift", room.id, who, sanction=given.made)
        await self._back(room, victim)

    async def _back(self, room: Room, victim: Client) -> None:
        """Invited and in again. Who is suspended just then cannot be, and is asked once more."""
        who = victim.person
        for _ in range(_ATTEMPTS):
            await room.owner.do("room.invite", room.id, who, room=room.id, people=[who])
            if not (await victim.do("room.join", room.id, who, room=room.id)).code:
                break
            await asyncio.sleep(_AGAIN)
        victim.watch(room.id)

    async def _close(self, room: Room, _: Client, dice: random.Random) -> None:
        shut, opened = dice.choice((("room.archive", "room.restore"), ("room.lock", "room.unlock")))
        await room.owner.do(shut, room.id, room=room.id)
        await self._pause(dice.uniform(0.2, 1.5))
        await room.owner.do(opened, room.id, room=room.id)

    async def _host(self, room: Room, _: Client, dice: random.Random) -> None:
        """A guest comes by a pass, says what they like, and is sent away."""
        owner = room.owner
        made = await owner.do("pass.make", room.id, room=room.id, uses=1, lasts=_VISIT)
        if made.code:
            return
        invitation, code = made.made.split()
        guest = await visit(owner, room.id, code, dice)
        if guest is None:
            # Perhaps somebody came all the same; then they go with it.
            await owner.do("pass.revoke", room.id, NOBODY, invitation=invitation)
            return
        guest.watch(room.id)
        guest.start()
        talking = asyncio.create_task(self._chatter(guest, room, dice))
        await self._pause(dice.uniform(0.5, 3))
        who = guest.person
        how = dice.choice(("pass.end", "pass.revoke", "room.remove"))
        if how == "pass.revoke":
            await owner.do(how, room.id, who, invitation=invitation)
        else:
            await owner.do(how, room.id, who, room=room.id, person=who)
        await until(lambda: not guest.connected, _HEARD)
        # They knock for a while.
        await self._pause(dice.uniform(0.5, 1.5))
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        await guest.stop()

    async def _chatter(self, guest: Client, room: Room, dice: random.Random) -> None:
        while True:
            body = self._text(dice)
            await guest.do("message.post", room.id, stubborn=False, room=room.id, body=body)
            await asyncio.sleep(dice.uniform(0.05, 0.3) * self._slower)

    # --- what is done to people everywhere, and between two

    async def _govern(self, free: list[Client], dice: random.Random) -> None:
        """Whoever runs the community suspends one after the other."""
        while not self._stopped.is_set():
            await self._pause(dice.uniform(0.5, 2))
            if self._stopped.is_set():
                return
            who = dice.choice(free).person
            given = await self._head.do("person.suspend", "", who, person=who)
            await self._pause(dice.uniform(0.5, 3))
            await self._head.do("sanction.lift", "", who, sanction=given.made)

    async def _quarrel(self, room: Room, dice: random.Random) -> None:
        """Two people block each other in turns."""
        while not self._stopped.is_set():
            await self._pause(dice.uniform(0.5, 3) * self._slower)
            if self._stopped.is_set():
                return
            one, other = dice.sample(room.people, 2)
            await self._block(room, one, other, on=True)
            # Deleting is not forbidden: it has a place in the log, by which others are judged.
            await self._delete(one, room, dice)
            await self._pause(dice.uniform(0.5, 2.5))
            await self._delete(one, room, dice)
            await self._block(room, one, other, on=False)

    async def _block(self, room: Room, one: Client, other: Client, *, on: bool) -> None:
        called = "person.block" if on else "person.unblock"
        who = other.person
        for _ in range(_ATTEMPTS):
            answer = await one.do(
                "person.block", room.id, who, called=called, person=who, blocked=on
            )
            if not answer.code:
                break
            # Suspended while it was under way.
            await asyncio.sleep(_AGAIN)


Act = Callable[[Load, Client, Room, random.Random], Awaitable[None]]
Power = Callable[[Load, Room, Client, random.Random], Awaitable[None]]
_MIX: list[tuple[Act, int]] = [
    (Load._post, 58), (Load._reply, 10), (Load._react, 14), (Load._edit, 7), (Load._delete, 4),
    (Load._read, 7),
]  # fmt: skip
_ACTS = [act for act, _ in _MIX]
_WEIGHTS = [weight for _, weight in _MIX]
_POWERS: list[Power] = [Load._remove, Load._mute, Load._ban, Load._close, Load._host]
_CHANCES = (5, 3, 2, 4, 3)
