"""P1 and P4 over the end of a process: kill -9 in mid-sentence, restarts, coming back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from tertulia_bot import Posted

from protocol.commands import EditMessage, GetHistory, GetRoom
from protocol.views import Message
from tests.e2e.town import Server, Town
from tests.e2e.wire import api, client, enter

NewServer = Callable[..., Server]
WRITERS, EACH = 10, 100


@dataclass
class Said:
    """What was posted, and what was acknowledged before and after the cut."""

    before: dict[str, Posted] = field(default_factory=dict)
    after: dict[str, Posted] = field(default_factory=dict)
    cut: bool = False

    def keep(self, body: str, posted: Posted) -> None:
        (self.after if self.cut else self.before)[body] = posted


@pytest.mark.promise_p1
@pytest.mark.promise_p3
async def test_kill_in_the_midst_of_a_thousand_posts(town: Town, new_server: NewServer) -> None:
    people = [town.person("P") for _ in range(WRITERS)]
    room = town.room(*people)
    keys = [town.key(person) for person in people]
    server, said = new_server(), Said()
    enough = asyncio.Event()

    async def talk(number: int) -> None:
        async with client(server.url, keys[number]) as one:

            async def post(n: int) -> None:
                body = f"{number}:{n}"
                said.keep(body, await one.post(room, body, client_id=f"c{n}"))
                if len(said.before) >= 300:
                    enough.set()

            await asyncio.gather(*(post(n) for n in range(EACH)))

    async def cut() -> None:
        await enough.wait()
        # In the loop, without a pause: no answer is read between the decision and the kill.
        server.kill()
        said.cut = True
        await asyncio.to_thread(server.start)

    async with asyncio.timeout(120):
        await asyncio.gather(cut(), *(talk(n) for n in range(WRITERS)))

    assert len(said.before) >= 300
    assert len(said.before) + len(said.after) == WRITERS * EACH
    assert said.after, "the cut came too late"
    found = history(town, people[0], room)
    by_body = {message.body: message for message in found}
    assert len(by_body) == len(found) == WRITERS * EACH, "twice, or lost"
    assert [message.no for message in found] == list(range(1, WRITERS * EACH + 1))
    for body, posted in (said.before | said.after).items():
        kept = by_body[body]
        assert (kept.id, kept.no, kept.rev) == (posted.message, posted.no, posted.seq), body
    # Once the clients have asked again, nothing is anew: all are told what they were told.
    async with client(server.url, keys[0]) as one:
        again = [await one.post(room, f"0:{n}", client_id=f"c{n}") for n in range(EACH)]
    assert all(posted.duplicate for posted in again)
    assert [by_body[f"0:{n}"].no for n in range(EACH)] == [posted.no for posted in again]


def history(town: Town, person: str, room: str) -> list[Message]:
    """All of it, by pages."""
    found: list[Message] = []
    while True:
        page = town.ask(person, GetHistory(room=room, after=len(found), limit=100))
        found += page.messages
        if not page.more_after:
            return found


@pytest.mark.promise_p4
async def test_coming_back_after_a_restart(town: Town, new_server: NewServer) -> None:
    """One client stays away over two ends of the server; edits and deletions are not missed."""
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    server = new_server()
    old = town.post(ana, room, "said before")
    async with await enter(server.url, town.key(ben)) as two:
        state = await two.watch(room)
    at, epoch = state["seq"], state["epoch"]
    async with client(server.url, town.key(ana)) as one:
        await one.edit(old, "said better")
        message = await one.post(room, "to be deleted")
        server.kill()
        await asyncio.to_thread(server.start)
        await one.delete(message.message)
        await one.react(old, "👍")
        server.stop()
        await asyncio.to_thread(server.start)
        await one.post(room, "the last word")
    async with await enter(server.url, town.key(ben)) as two:
        state = await two.watch(room, at, epoch=epoch)
        assert (state["state"], state["epoch"]) == ("current", epoch)
        events = two.events(room)
        assert [e["seq"] for e in events] == list(range(at + 1, at + 6))
        assert [(e["kind"], e["data"].get("body")) for e in events] == [
            ("message.edited", "said better"), ("message.posted", None), ("message.deleted", None),
            ("reaction.added", None), ("message.posted", "the last word"),
        ]  # fmt: skip
    # The same, asked for in pieces by a client that polls.
    async with api(server.url, town.key(ben)) as http:
        seqs: list[int] = []
        after, pages = at, 0
        while True:
            answer = await http.get(
                f"/streams/{room}/events", params={"after_seq": after, "limit": 2}
            )
            page = answer.json()
            seqs += [event["seq"] for event in page["events"]]
            after, pages = page["cursor"]["seq"], pages + 1
            if page["state"] == "current":
                break
    assert (seqs, pages) == (list(range(at + 1, at + 6)), 3)


@pytest.mark.promise_p4
async def test_a_client_that_stays_through_restarts(town: Town, new_server: NewServer) -> None:
    """The SDK's client is told nothing of three ends of the server but what was said meanwhile."""
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    server = new_server()
    async with client(server.url, town.key(ben)) as two:
        await two.watch(room)
        for n in range(3):
            town.post(ana, room, f"before {n}")
            (server.kill if n % 2 else server.stop)()
            # Said while no server runs, as the command line may.
            town.post(ana, room, f"meanwhile {n}")
            await asyncio.to_thread(server.start)
        events = [await two.event("message.posted", timeout=20) for _ in range(6)]
    assert [e.data["body"] for e in events] == [
        text for n in range(3) for text in (f"before {n}", f"meanwhile {n}")
    ]
    assert [e.seq for e in events] == list(range(events[0].seq, events[0].seq + 6))


@pytest.mark.promise_p4
async def test_cursors_that_cannot_be_served(town: Town, new_server: NewServer) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    for n in range(3):
        town.post(ana, room, str(n))
    head = town.ask(ana, GetRoom(room=room)).cursor
    server = new_server()
    async with await enter(server.url, town.key(ben)) as two:
        for after, more, why in [
            (head.seq + 1, {}, "epoch"),
            (-1, {}, "epoch"),
            (1, {"epoch": "another"}, "epoch"),
            (2**53 - 1, {}, "epoch"),
        ]:
            state = await two.watch(room, after, **more)
            assert (state["state"], state["why"]) == ("reset", why), after
            assert (state["epoch"], state["seq"]) == (head.epoch, head.seq)
        assert two.events(room) == []
        _miss(town, ana, room, 1_001)
        assert (await two.watch(room, head.seq))["why"] == "too_far"
        assert (await two.watch(room, head.seq + 1))["state"] == "current"
        assert len(two.events(room)) == 1_000
        # Background rooms need no replay, so none is too far.
        state = await two.watch(room, head.seq, mode="summary")
        assert (state["state"], state["seq"]) == ("current", head.seq + 1_001)


def _miss(town: Town, person: str, room: str, count: int) -> None:
    """Many events at once: edits of one message."""
    from storage.writer import carry_out_now
    from tests.world import job

    message = town.post(person, room, "changes all the time")
    texts = [EditMessage(message=message, body=str(n)) for n in range(count - 1)]
    for start in range(0, len(texts), 250):
        jobs = [job(person, command) for command in texts[start : start + 250]]
        carry_out_now(town.database, jobs, town.now)
