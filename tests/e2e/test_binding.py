"""P5: settings and roles bind at once: the next send on an open connection is judged by them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.e2e.town import PASSWORD, Inside, Town
from tests.e2e.wire import Wire, api, enter

pytestmark = pytest.mark.attack


@pytest.fixture
async def trio(town: Town, inside: Inside) -> AsyncIterator[tuple[Town, list[str], list[Wire]]]:
    """Owner, Ana and Ben of a community of their own, connected."""
    people = [town.person("Olga", "owner"), town.person("Ana"), town.person("Ben")]
    sockets = [await enter(inside.url, town.key(person)) for person in people]
    yield town, people, sockets
    for socket in sockets:
        await socket.socket.close()


Trio = tuple[Town, list[str], list[Wire]]


@pytest.mark.promise_p5
async def test_closing_direct_rooms_binds_the_next_send(trio: Trio) -> None:
    _, (olga, _ana, ben), (owner, one, two) = trio
    room = (await one.ask("room.direct", people=[ben]))["result"]["room"]
    posted = await one.ask("message.post", room=room, body="while we may")
    message = posted["result"]["message"]
    assert (await two.watch(room, 0))["state"] == "current"
    for setting, allowed in [
        ("nobody", False), ("everyone", True), ("with_facilitators", False), ("everyone", True),
    ]:  # fmt: skip
        assert (await owner.ask("community.change", direct_rooms=setting))["type"] == "ok"
        for tag, fields in [
            ("message.post", {"room": room, "body": "still?"}),
            ("message.post", {"room": room, "body": "still?", "thread": message}),
            ("message.edit", {"message": message, "body": f"{setting}!"}),
            ("reaction.add", {"message": message, "emoji": f"{setting[:3]}"}),
            ("message.pin", {"message": message}),
            ("message.unpin", {"message": message}),
        ]:
            answer = await one.ask(tag, **fields)
            got = answer.get("code", "ok")
            assert got == ("ok" if allowed else "direct_not_allowed"), (setting, tag)
        # Reading what was said, and taking it back, stays possible.
        assert (await two.ask("room.snapshot", room=room))["type"] == "ok"
    await owner.ask("community.change", direct_rooms="nobody")
    assert await one.refused("room.direct", people=[olga]) == "direct_not_allowed"
    assert (await one.ask("message.delete", message=message))["type"] == "ok"


@pytest.mark.promise_p5
async def test_direct_rooms_with_somebody_who_facilitates(trio: Trio) -> None:
    """A right that rests on what somebody is elsewhere comes and goes with that."""
    _, (olga, ana, ben), (owner, one, two) = trio
    await owner.ask("community.change", direct_rooms="with_facilitators", who_opens_rooms="admins")
    assert await one.refused("room.direct", people=[ben]) == "direct_not_allowed"
    with_owner = (await one.ask("room.direct", people=[olga]))["result"]["room"]
    assert (await one.ask("message.post", room=with_owner, body="x"))["type"] == "ok"
    hall = (await owner.ask("room.open", name="Hall"))["result"]["room"]
    for socket in (one, two):
        await socket.ask("room.join", room=hall)
    await owner.ask("room.role", room=hall, person=ben, role="facilitator")
    room = (await one.ask("room.direct", people=[ben]))["result"]["room"]
    assert (await one.ask("message.post", room=room, body="he guides"))["type"] == "ok"
    await owner.ask("room.role", room=hall, person=ben, role="member")
    assert await one.refused("message.post", room=room, body="no more") == "direct_not_allowed"
    await owner.ask("room.role", room=hall, person=ana, role="facilitator")
    assert (await one.ask("message.post", room=room, body="she guides"))["type"] == "ok"
    await owner.ask("room.remove", room=hall, person=ana)
    assert await two.refused("message.post", room=room, body="no more") == "direct_not_allowed"


@pytest.mark.promise_p5
async def test_a_facilitator_who_deletes_the_account_guides_nobody(
    trio: Trio, inside: Inside
) -> None:
    town, (_, ana, ben), (owner, one, _two) = trio
    eva = town.person("Eva")
    town.password(eva)
    await owner.ask("community.change", direct_rooms="with_facilitators")
    hall = (await owner.ask("room.open", name="Hall"))["result"]["room"]
    await owner.ask("room.invite", room=hall, people=[eva], role="facilitator")
    async with await enter(inside.url, town.session(eva)) as guide:
        await guide.ask("room.join", room=hall)
        room = (await guide.ask("room.direct", people=[ana, ben]))["result"]["room"]
        assert (await one.ask("message.post", room=room, body="in good company"))["type"] == "ok"
    async with api(inside.url, town.session(eva)) as http:
        deleting = asyncio.create_task(http.request("DELETE", "/me", json={"password": PASSWORD}))
        while not deleting.done():
            # Standings are remembered at every moment of the deletion.
            await one.ask("message.post", room=room, body="meanwhile")
        assert (await deleting).status_code == 200
    assert await one.refused("message.post", room=room, body="alone") == "direct_not_allowed"


async def test_opening_rooms_and_demotions_bind_at_once(trio: Trio) -> None:
    _, (olga, ana, ben), (owner, one, _two) = trio
    assert (await one.ask("room.open", name="One"))["type"] == "ok"
    await owner.ask("community.change", who_opens_rooms="admins")
    assert await one.refused("room.open", name="Two") == "not_allowed"
    await owner.ask("person.role", person=ana, role="admin")
    assert (await one.ask("room.open", name="Two"))["type"] == "ok"
    assert await one.refused("person.role", person=ben, role="admin") == "not_allowed"
    assert await one.refused("person.role", person=olga, role="member") == "not_allowed"
    assert await owner.refused("person.role", person=olga, role="member") == "last_owner"
    await owner.ask("person.role", person=ana, role="guest")
    assert await one.refused("room.open", name="Three") == "not_allowed"


async def test_an_account_that_waits_can_do_nothing(trio: Trio, inside: Inside) -> None:
    _, _people, (owner, one, _two) = trio
    await owner.ask("community.change", sign_up="approval")
    body = {"username": "newcomer", "name": "N", "password": PASSWORD}
    async with api(inside.url) as http:
        made = (await http.post("/sign-up", json=body)).json()
        assert made["waiting"] is True
        assert not http.cookies
        person = made["person"]["id"]
        answer = await http.post("/sign-in", json={k: body[k] for k in ("username", "password")})
        assert (answer.status_code, answer.json()["code"]) == (403, "account_waiting")
    found = (await one.ask("directory.people"))["result"]["people"]
    assert person not in [p["id"] for p in found]
    assert await one.refused("room.direct", people=[person]) == "not_found"
    hall = (await owner.ask("room.open", name="Hall"))["result"]["room"]
    assert await owner.refused("room.invite", room=hall, people=[person]) == "not_found"
    await owner.ask("person.approve", person=person)
    async with api(inside.url) as http:
        answer = await http.post("/sign-in", json={k: body[k] for k in ("username", "password")})
        assert answer.status_code == 200
