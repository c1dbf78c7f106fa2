"""What open connections are still told once a right has gone, or never was there."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from chat import live as live_module
from chat.app import App
from protocol import commands as c
from protocol.ids import ADMINS, facilitators_stream
from protocol.moderation import Holds
from tests.fakes import Client
from tests.flow.conftest import Node, join
from tests.world import World

pytestmark = [pytest.mark.attack, pytest.mark.promise_p7]
CANARY = "Quetzalcoatl"


@pytest.fixture(autouse=True)
def at_leisure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients here have no session that a look at sessions would find, however long it takes."""
    monkeypatch.setattr(live_module, "RECHECK_EVERY", 1e9)


def dropped(client: Client) -> set[str]:
    """Streams that a client was told it watches no more."""
    return {frame["stream"] for frame in client.sink.frames if frame["type"] == "unsubscribed"}


def posted(client: Client, room: str) -> list[dict[str, Any]]:
    """Posts that a client was sent."""
    return [e for e in client.sink.events(room) if e["kind"] == "message.posted"]


@pytest.mark.parametrize("role", ["member", "guest"])
async def test_who_ceases_to_run_the_community_hears_no_more_of_it(
    node: Node, app: App, world: World, role: str
) -> None:
    """Neither on the admins' stream nor at desks that were theirs for running the community."""
    other = await node()
    olga, ada = world.person("Olga", "owner"), world.person("Ada", "admin")
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ada, ben)
    desk = facilitators_stream(room)
    world.do(ben, c.MakeReport(room=room, person=ana, category="unkind"))
    one, two = join(app, olga), join(other, ada)
    hers = join(app, ana)
    for stream in (ADMINS, desk, room):
        assert (await two.watch(stream))["state"] == "current", stream
    assert (await one.ask("person.role", person=ada, role=role))["type"] == "ok"
    await two.sink.until(lambda: {ADMINS, desk} <= dropped(two))
    before = len(two.sink.frames)
    await hers.ask("moderation.change", room=room, holds={"everyone": True})
    his = join(app, ben)
    assert "held" in (await his.ask("message.post", room=room, body=CANARY))["result"]
    await his.ask("report.make", room=room, person=ana, category="unsafe", note=CANARY)
    await hers.ask("message.post", room=room, body="Said in the room")
    await two.sink.until(lambda: posted(two, room))
    assert CANARY not in json.dumps(two.sink.frames)
    assert {f.get("stream") for f in two.sink.frames[before:]} <= {room, ada}
    for stream in (ADMINS, desk):
        assert (await two.watch(stream, 0))["state"] == "refused"


async def test_a_facilitator_by_name_keeps_the_desk(app: App, world: World) -> None:
    olga, ada = world.person("Olga", "owner"), world.person("Ada", "admin")
    room = world.room(ada, olga)
    desk = facilitators_stream(room)
    one, two = join(app, olga), join(app, ada)
    await two.watch(desk)
    await one.ask("person.role", person=ada, role="member")
    await one.ask("moderation.change", room=room, holds={"everyone": True})
    await two.sink.until(lambda: two.sink.events(desk))
    assert dropped(two) == set()


async def test_who_came_later_is_not_sent_what_was_said_before(
    node: Node, app: App, world: World
) -> None:
    """An old message is edited while somebody watches who may not see it: neither its old words
    (which the facilitators' stream keeps) nor its new ones are sent; whoever saw it asks."""
    other = await node()
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, history="joining")
    early = world.post(ana, room, f"{CANARY} said")
    world.do(ben, c.JoinRoom(room=room))
    world.do(ana, c.SetRoomRole(room=room, person=ben, role="facilitator"))
    one, two = join(app, ana), join(other, ben)
    for client in (one, two):
        for stream in (room, facilitators_stream(room)):
            assert (await client.watch(stream))["state"] == "current"
    await one.ask("message.edit", message=early, body=f"{CANARY} put better")
    await one.ask("message.pin", message=early)
    await one.ask("reaction.add", message=early, emoji="👍")
    await one.ask("message.post", room=room, body="By the way", quote=early)
    for client in (one, two):
        await client.sink.until(partial(posted, client, room))
    assert CANARY not in json.dumps(two.sink.frames)
    [edited] = [e for e in one.sink.events(room) if e["kind"] == "message.edited"]
    assert (edited["data"]["ask"], edited["data"]["body"]) == (True, None)
    page = (await one.ask("message.get", message=early))["result"]
    assert page["messages"][0]["body"] == f"{CANARY} put better"
    assert (await two.ask("message.get", message=early))["code"] == "not_found"


async def test_who_reads_along_stops_when_history_begins_with_joining(
    app: App, world: World
) -> None:
    ana, vera = world.person("Ana"), world.person("Vera")
    room = world.room(ana)
    one, two = join(app, ana), join(app, vera)
    assert (await two.watch(room))["state"] == "current"
    await one.ask("room.change", room=room, history="joining")
    await one.ask("message.post", room=room, body=CANARY)
    await two.sink.until(lambda: room in dropped(two))
    assert CANARY not in json.dumps(two.sink.frames)
    assert (await two.watch(room))["why"] == "not_a_member"


async def test_the_desk_s_answers_end_with_the_desk(app: App, world: World) -> None:
    """Answers that are kept back, watched for running the community, end with that as well."""
    olga, ada = world.person("Olga", "owner"), world.person("Ada", "admin")
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ada, ben, kind="forum", answer_first=True)
    topic = world.post(ana, room, "What did you see?", title="The first walk")
    world.do(ben, c.MakeReport(room=room, person=ana, category="unkind"))
    world.do(ana, c.ChangeModeration(room=room, holds=Holds()))
    one, two = join(app, olga), join(app, ada)
    for stream in (ADMINS, room, f"t{topic}"):
        assert (await two.watch(stream))["state"] == "current", stream
    await one.ask("person.role", person=ada, role="member")
    await two.sink.until(lambda: f"t{topic}" in dropped(two))
    his = join(app, ben)
    await his.ask("message.post", room=room, thread=topic, body=CANARY)
    assert CANARY not in json.dumps(two.sink.frames)
    assert (await two.watch(f"t{topic}"))["why"] == "answer_first"
