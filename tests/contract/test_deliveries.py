"""A bot is told of events at its address: in order, signed, again after failures, never for ever.

The clock stands still and receivers are real sockets on loopback.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, update

from accounts.bots import Secrets
from chat.deliveries import SWEEP, TELL, Deliveries
from chat.outgoing import Guard
from jobs import Kind, Runner
from protocol.blocks import Button, Buttons
from protocol.bots import CreateBot, SetOutgoing
from protocol.commands import (
    ChangeRoom,
    DeleteMessage,
    EditMessage,
    GetHistory,
    GetLog,
    GetOverview,
    Interact,
    InviteToRoom,
    JoinRoom,
    RemoveMember,
)
from rooms.errors import Refusal
from storage.accounts import bot_jobs
from storage.database import Database
from storage.queries import bots
from storage.queries.rooms import overview
from storage.tables import DEAD_LETTER, EVENT, OUTGOING
from storage.writer import carry_out_now
from tests.contract.jobs_kit import Node, node, settled
from tests.world import World, actor

SECRET = "5" * 32


class Receiver:
    """Takes what comes; answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.extra = ""
        self.at = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
            headers = {
                name.lower(): value for name, _, value in (line.partition(": ") for line in head)
            }
            body = await reader.readexactly(int(headers["content-length"]))
            self.got.append((headers, body))
            answer = json.loads(body).get("challenge", "")
            writer.write(
                f"HTTP/1.1 {self.status} X\r\n{self.extra}content-length: {len(answer)}\r\n\r\n"
                f"{answer}".encode()
            )
            await writer.drain()
        writer.close()

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body)["event"] for _, body in self.got if b"event_callback" in body]

    def bodies(self) -> list[str]:
        return [e["data"]["body"] for e in self.told() if e["kind"] == "message.posted"]


class Scene:
    """A room with a bot that is told of it; the node's part in telling, driven by hand."""

    monotonic_at = 0.0

    def __init__(self, world: World, here: Node, receiver: Receiver) -> None:
        self.world, self.node, self.receiver = world, here, receiver
        self.database, self.run, self.now = here.database, here.run, here.now
        self.outgoing = Guard([receiver.at])
        self.fanout = SimpleNamespace(followed=lambda: None)
        self.deliveries = Deliveries(self)  # type: ignore[arg-type]
        kinds = {TELL: Kind(self.deliveries.by_job), SWEEP: Kind(self.deliveries.sweep)}
        self.runner = Runner(here.store, here.now, kinds)
        self.owner, self.ana = world.person("Olga", "owner"), world.person("Ana")
        made = CreateBot(username="teller", name="Teller")
        secrets = Secrets(token_hash="h", signing_secret=SECRET)
        self.bot = self._do(bot_jobs.create(actor(self.owner), made, secrets))["person"].id
        self.room = world.room(self.owner, self.ana, access="open")
        world.do(self.bot, JoinRoom(room=self.room))

    def monotonic(self) -> float:
        return self.monotonic_at

    def _do(self, job: Any) -> Any:
        self.world.now += 1_000_000
        return carry_out_now(self.database, [job], self.world.now)[0].result

    def tell(self, **more: Any) -> None:
        wanted = SetOutgoing(url=f"http://{self.receiver.at}/hook", **more)
        self._do(bot_jobs.tell(actor(self.owner), self.bot, wanted))

    async def told(self) -> None:
        """All that is due now."""
        self.node.time = max(self.node.time, self.world.now)
        await self.deliveries.wake([self.bot])
        await settled(self.runner)

    async def later(self, seconds: float) -> None:
        self.node.time = max(self.node.time, self.world.now) + round(seconds * 1_000_000)
        await settled(self.runner)

    def state(self) -> Any:
        with self.database.read() as connection:
            return connection.execute(select(OUTGOING)).one()

    def down(self) -> None:
        """The receiver fails, and asks not to be asked again: each event is given up at once."""
        self.receiver.status, self.receiver.extra = 500, "X-Slack-No-Retry: 1\r\n"

    def up(self) -> None:
        self.receiver.status, self.receiver.extra = 200, ""
        self.receiver.got.clear()

    def slowly_meanwhile(self, work: Callable[[], object]) -> None:
        """The first that is sent takes two seconds, in which this happens."""
        send = self.deliveries._post

        async def slowly(*args: Any) -> Any:
            answer = await send(*args)
            if self.monotonic_at == 0.0:
                self.monotonic_at = 2.0
                work()
            return answer

        self.deliveries._post = slowly  # type: ignore[assignment, method-assign]

    async def lost(self, *bodies: str) -> None:
        """These are posted while the receiver is down."""
        self.down()
        for body in bodies:
            self.world.post(self.ana, self.room, body)
        await self.told()
        for _ in bodies:
            await self.later(5)

    async def troubles(self) -> list[Any]:
        """What the owner's overview says, and how often they were told to look."""
        shown = await self.database.ask(overview, self.owner, GetOverview())
        return list(shown.bots)

    def calls(self) -> int:
        with self.database.read() as connection:
            query = select(EVENT.c.seq).where(
                EVENT.c.stream_id == self.owner, EVENT.c.kind == "bot.troubled"
            )
            return len(connection.execute(query).all())

    def log(self) -> list[str]:
        """What the log says of where it is told, the newest first."""
        query = GetLog(act="bot.outgoing", about=self.bot)
        return [one.note for one in self.world.ask(self.owner, query).entries]

    def dead(self) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(select(DEAD_LETTER).order_by(DEAD_LETTER.c.seq)))


@pytest.fixture
async def scene(world: World, database: Database) -> AsyncIterator[Scene]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.at = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with node(database) as here:
        yield Scene(world, here, receiver)
    server.close()


async def test_it_is_told_in_order_signed_and_once(scene: Scene) -> None:
    scene.world.post(scene.ana, scene.room, "before it was told")
    scene.tell()
    for number in range(3):
        scene.world.post(scene.ana, scene.room, f"post {number}")
    scene.world.post(scene.bot, scene.room, "its own")
    await scene.told()
    assert scene.receiver.bodies() == ["post 0", "post 1", "post 2"]
    await scene.told()
    assert len(scene.receiver.got) == 3
    headers, body = scene.receiver.got[0]
    stamp = headers["x-slack-request-timestamp"]
    base = b"v0:" + stamp.encode() + b":" + body
    assert headers["x-slack-signature"] == (
        "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    )
    assert abs(int(stamp) * 1_000_000 - scene.node.time) < 2_000_000
    sent = json.loads(body)
    assert (sent["type"], sent["api_app_id"]) == ("event_callback", scene.bot)
    assert sent["event_id"].startswith(f"{scene.room}.{sent['event']['seq']}.")
    assert scene.state().state == "on"


async def test_what_it_asked_for_and_what_is_asked_of_it(scene: Scene) -> None:
    drawn = (Buttons(buttons=(Button(id="yes", label="Yes"),)),)
    message = scene.world.post(scene.bot, scene.room, "", blocks=drawn)
    scene.tell(kinds=("interaction.made",))
    scene.world.post(scene.ana, scene.room, "not asked for")
    scene.world.do(scene.ana, Interact(message=message, action="yes"))
    await scene.told()
    assert [event["kind"] for event in scene.receiver.told()] == ["interaction.made"]


@pytest.mark.promise_p8
async def test_what_was_deleted_or_edited_meanwhile_is_not_sent(scene: Scene) -> None:
    scene.tell()
    gone = scene.world.post(scene.ana, scene.room, "to be deleted")
    changed = scene.world.post(scene.ana, scene.room, "to be edited")
    scene.world.do(scene.ana, DeleteMessage(message=gone))
    scene.world.do(scene.ana, EditMessage(message=changed, body="edited"))
    await scene.told()
    sent = b"".join(body for _, body in scene.receiver.got)
    assert b"to be" not in sent
    assert b"edited" in sent


@pytest.mark.promise_p7
async def test_nothing_is_sent_of_a_room_it_is_no_longer_in(scene: Scene) -> None:
    scene.tell()
    scene.world.post(scene.ana, scene.room, "secret")
    scene.world.do(scene.owner, RemoveMember(room=scene.room, person=scene.bot))
    scene.world.post(scene.ana, scene.room, "more")
    await scene.told()
    assert scene.receiver.bodies() == []


@pytest.mark.promise_p8
async def test_what_is_deleted_while_others_are_sent_is_not_sent(scene: Scene) -> None:
    """A receiver may take seconds over each: what was read with the first is read anew by then."""
    scene.tell()
    scene.world.post(scene.ana, scene.room, "first")
    gone = scene.world.post(scene.ana, scene.room, "gone meanwhile")
    scene.slowly_meanwhile(lambda: scene.world.do(scene.ana, DeleteMessage(message=gone)))
    await scene.told()
    assert scene.receiver.bodies() == ["first"]


@pytest.mark.promise_p7
async def test_what_was_said_while_it_was_away_is_not_told(scene: Scene) -> None:
    """It was removed and let in again before it was told anything more."""
    scene.world.do(scene.owner, ChangeRoom(room=scene.room, history="joining"))
    scene.tell()
    scene.world.do(scene.owner, RemoveMember(room=scene.room, person=scene.bot))
    scene.world.post(scene.ana, scene.room, "among ourselves")
    scene.world.do(scene.bot, JoinRoom(room=scene.room))
    scene.world.post(scene.ana, scene.room, "welcome back")
    await scene.told()
    assert scene.receiver.bodies() == ["welcome back"]


async def test_a_room_that_it_comes_into_is_told_from_then_on(scene: Scene) -> None:
    scene.tell()
    other = scene.world.room(scene.ana, access="invite", name="Other")
    scene.world.do(scene.ana, InviteToRoom(room=other, people=[scene.bot]))
    scene.world.do(scene.bot, JoinRoom(room=other))
    await scene.told()
    scene.world.post(scene.ana, other, "here too")
    await scene.told()
    assert scene.receiver.bodies() == ["here too"]


async def test_a_failure_is_tried_again_and_then_a_dead_letter(scene: Scene) -> None:
    scene.tell()
    scene.receiver.status = 500
    scene.world.post(scene.ana, scene.room, "one")
    scene.world.post(scene.ana, scene.room, "two")
    await scene.told()
    assert scene.state().state == "failing"
    for seconds in (5, 60, 300):
        await scene.later(seconds)
    assert scene.receiver.bodies() == ["one"] * 4
    retries = [headers.get("x-slack-retry-num") for headers, _ in scene.receiver.got]
    assert retries == [None, "1", "2", "3"]
    [letter] = scene.dead()
    assert (letter.kind, letter.attempts, letter.why, letter.status) == (
        "message.posted", 4, "status", 500,
    )  # fmt: skip
    scene.receiver.status = 200
    await scene.later(5)
    assert scene.receiver.bodies()[-1] == "two"
    assert scene.state().state == "on"
    shown = await scene.database.ask(bots.one, scene.owner, scene.bot)
    assert shown.outgoing is not None
    assert [one.why for one in shown.outgoing.dead_letters] == ["status"]


async def test_who_fails_for_long_is_paused_and_resumed_from_now_on(scene: Scene) -> None:
    scene.tell()
    scene.receiver.status, scene.receiver.extra = 503, "X-Slack-No-Retry: 1\r\n"
    for number in range(7):
        scene.world.post(scene.ana, scene.room, f"lost {number}")
    await scene.told()
    for _ in range(6):
        await scene.later(5)
    assert scene.state().state == "paused"
    assert len(scene.receiver.bodies()) == 5
    scene.receiver.status, scene.receiver.extra = 200, ""
    await scene.told()
    assert len(scene.receiver.bodies()) == 5
    scene._do(bot_jobs.resume(actor(scene.owner), scene.bot))
    scene.world.post(scene.ana, scene.room, "again")
    await scene.told()
    assert scene.receiver.bodies()[-1] == "again"
    assert len(scene.receiver.bodies()) == 6
    assert scene.log() == ["resumed", ""]


async def test_the_sweep_finds_whom_nobody_woke(scene: Scene) -> None:
    scene.tell()
    scene.world.post(scene.ana, scene.room, "its node died")
    scene.node.time = scene.world.now
    await scene.deliveries.sweep(None)  # type: ignore[arg-type]
    await settled(scene.runner)
    assert scene.receiver.bodies() == ["its node died"]
    assert scene.deliveries._followed == {scene.bot: [scene.bot], scene.room: [scene.bot]}


async def test_a_job_that_died_leaves_no_bot_deaf(scene: Scene) -> None:
    scene.tell()
    shaped = scene.deliveries._shaped

    async def refused(*_: Any) -> Any:
        raise Refusal("not_allowed")

    scene.deliveries._shaped = refused  # type: ignore[assignment, method-assign]
    scene.world.post(scene.ana, scene.room, "nobody can say this")
    await scene.told()
    assert (await scene.node.store.backlog([TELL])).dead == 1
    scene.deliveries._shaped = shaped  # type: ignore[method-assign]
    await scene.deliveries.sweep(None)  # type: ignore[arg-type]
    await settled(scene.runner)
    assert scene.receiver.bodies() == ["nobody can say this"]


async def test_a_slow_receiver_gives_its_place_to_others(scene: Scene) -> None:
    scene.tell()
    for number in range(3):
        scene.world.post(scene.ana, scene.room, f"{number}")
    scene.node.time = scene.world.now
    send = scene.deliveries._post

    async def slowly(*args: Any) -> Any:
        scene.monotonic_at += 6.0
        return await send(*args)

    scene.deliveries._post = slowly  # type: ignore[assignment, method-assign]
    await scene.deliveries.wake([scene.bot])
    await scene.runner._round()
    await asyncio.wait(scene.runner._running)
    assert scene.receiver.bodies() == ["0", "1"]
    await settled(scene.runner)
    assert scene.receiver.bodies() == ["0", "1", "2"]


@pytest.mark.attack
async def test_an_address_has_to_mean_it(scene: Scene) -> None:
    at = f"http://{scene.receiver.at}/hook"
    await scene.deliveries.verify(at, SECRET)
    assert json.loads(scene.receiver.got[0][1])["type"] == "url_verification"
    for url in ("http://127.0.0.1:1/", "http://169.254.169.254/", "https://[::ffff:127.0.0.1]/"):
        with pytest.raises(Refusal, match="url_not_verified"):
            await scene.deliveries.verify(url, SECRET)
    scene.receiver.status = 302
    scene.receiver.extra = "location: http://127.0.0.1/\r\n"
    with pytest.raises(Refusal, match="url_not_verified"):
        await scene.deliveries.verify(at, SECRET)
    assert len(scene.receiver.got) == 2


@pytest.mark.attack
async def test_an_address_that_turns_inward_later_is_given_up(scene: Scene) -> None:
    scene.tell()
    with scene.database.writing.begin() as connection:
        connection.execute(update(OUTGOING).values(url="http://10.0.0.1/"))
    scene.world.post(scene.ana, scene.room, "hello")
    await scene.told()
    [letter] = scene.dead()
    assert letter.why == "refused_address"


# --- what was not delivered -----------------------------------------------------------------------


async def test_its_owner_is_told_once_an_outage_until_it_is_delivered(scene: Scene) -> None:
    scene.tell()
    before = scene.calls()
    await scene.lost("one", "two", "three")
    assert scene.calls() == before + 1
    [trouble] = await scene.troubles()
    assert (trouble.bot, trouble.letters, trouble.paused, trouble.why) == (
        scene.bot, 3, False, "status",
    )  # fmt: skip
    nobody = await scene.database.ask(overview, scene.ana, GetOverview())
    assert nobody.bots == ()
    scene.up()
    scene.world.post(scene.ana, scene.room, "four")
    await scene.told()
    assert scene.receiver.bodies() == ["four"]
    [trouble] = await scene.troubles()
    assert (trouble.letters, trouble.why) == (3, "")
    scene._do(bot_jobs.redeliver(actor(scene.owner), scene.bot))
    told = scene.calls()
    await scene.told()
    assert scene.receiver.bodies() == ["four", "one", "two", "three"]
    assert (await scene.troubles(), scene.dead()) == ([], [])
    assert scene.calls() == told + 1
    await scene.told()
    assert len(scene.receiver.got) == 4


async def test_a_paused_one_goes_on_where_it_stopped(scene: Scene) -> None:
    scene.tell()
    await scene.lost(*(f"lost {number}" for number in range(7)))
    [trouble] = await scene.troubles()
    assert (trouble.paused, trouble.letters) == (True, 5)
    scene.up()
    scene._do(bot_jobs.redeliver(actor(scene.owner), scene.bot))
    await scene.told()
    assert scene.receiver.bodies() == [f"lost {number}" for number in range(7)]
    assert (scene.state().state, scene.dead(), await scene.troubles()) == ("on", [], [])


async def test_what_fails_again_waits_until_somebody_asks_again(scene: Scene) -> None:
    scene.tell()
    await scene.lost("one", "two")
    scene.receiver.got.clear()
    scene._do(bot_jobs.redeliver(actor(scene.owner), scene.bot))
    await scene.told()
    await scene.later(600)
    assert scene.receiver.bodies() == ["one"]
    assert [(letter.attempts, letter.again) for letter in scene.dead()] == [(2, False), (1, False)]
    assert scene.state().state == "failing"
    scene._do(bot_jobs.let_go(actor(scene.owner), scene.bot))
    assert (await scene.troubles(), scene.dead()) == ([], [])
    assert scene.log() == ["let go", "sent again", ""]


@pytest.mark.promise_p8
async def test_a_letter_of_what_was_deleted_or_may_not_be_read_is_not_sent(scene: Scene) -> None:
    scene.tell()
    await scene.lost("to be deleted", "to be kept")
    page = scene.world.ask(scene.ana, GetHistory(room=scene.room))
    gone = next(one.id for one in page.messages if one.body == "to be deleted")
    scene.world.do(scene.ana, DeleteMessage(message=gone))
    scene.up()
    scene._do(bot_jobs.redeliver(actor(scene.owner), scene.bot))
    await scene.told()
    assert scene.receiver.bodies() == ["to be kept"]
    assert scene.dead() == []
    await scene.lost("secret")
    scene.world.do(scene.owner, RemoveMember(room=scene.room, person=scene.bot))
    scene.up()
    scene._do(bot_jobs.redeliver(actor(scene.owner), scene.bot))
    await scene.told()
    assert (scene.receiver.bodies(), scene.dead()) == ([], [])


@pytest.mark.promise_p8
async def test_a_letter_deleted_while_others_are_sent_is_not_sent(scene: Scene) -> None:
    scene.tell()
    await scene.lost("first", "gone meanwhile")
    page = scene.world.ask(scene.ana, GetHistory(room=scene.room))
    gone = next(one.id for one in page.messages if one.body == "gone meanwhile")
    scene.up()
    scene.slowly_meanwhile(lambda: scene.world.do(scene.ana, DeleteMessage(message=gone)))
    scene._do(bot_jobs.redeliver(actor(scene.owner), scene.bot))
    await scene.told()
    assert (scene.receiver.bodies(), scene.dead()) == (["first"], [])


async def test_the_sweep_finds_letters_that_nobody_woke(scene: Scene) -> None:
    scene.tell()
    await scene.lost("one")
    scene.up()
    scene._do(bot_jobs.redeliver(actor(scene.owner), scene.bot))
    scene.node.time = scene.world.now
    await scene.deliveries.sweep(None)  # type: ignore[arg-type]
    await settled(scene.runner)
    assert scene.receiver.bodies() == ["one"]


@pytest.mark.attack
async def test_who_does_not_look_after_it_sends_and_drops_nothing(scene: Scene) -> None:
    scene.tell()
    await scene.lost("one")
    for job in (bot_jobs.redeliver, bot_jobs.let_go):
        with pytest.raises(Refusal, match="not_found"):
            scene._do(job(actor(scene.ana), scene.bot))
    assert len(scene.dead()) == 1
