"""P2 and P3 through real sockets: everyone sees one order, and a command happens once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tertulia_bot import Event, RefusedError

from protocol.commands import GetHistory
from tests.e2e.town import Place
from tests.e2e.wire import api, client, enter


async def test_two_people_talk(place: Place) -> None:
    town = place.town
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    async with (
        client(place.url, town.key(ana)) as one,
        await enter(place.url, town.key(ben)) as two,
    ):
        await two.watch(room)
        posted = await one.post(room, "hello")
        [event] = await two.until(lambda: two.events(room))
        assert (event["no"], event["data"]["body"]) == (1, "hello")
        assert event["seq"] == posted.seq


@pytest.mark.promise_p2
async def test_everyone_sees_the_same_events_in_the_same_order(place: Place) -> None:
    town = place.town
    people = [town.person(f"P{n}_") for n in range(6)]
    room = town.room(*people)
    start = len(_log(place, people[0], room))
    sockets = [await enter(place.url, town.key(person)) for person in people]
    for socket in sockets:
        await socket.watch(room, start)

    async def talk(number: int) -> None:
        socket, mine = sockets[number], []
        for n in range(20):
            answer = await socket.ask("message.post", room=room, body=f"{number}:{n}")
            mine.append(answer["result"]["message"])
            await socket.ask("reaction.add", message=mine[n // 2], emoji=f"e{number}")
        await socket.ask("message.edit", message=mine[3], body="edited")
        await socket.ask("message.delete", message=mine[4])

    await asyncio.gather(*(talk(n) for n in range(6)))
    log = _log(place, people[0], room)
    want = [(e.seq, e.kind) for e in log[start:]]
    assert [seq for seq, _ in want] == list(range(start + 1, start + 1 + len(want)))
    for number, socket in enumerate(sockets):
        await socket.until_events(room, len(want))
        assert [(e["seq"], e["kind"]) for e in socket.events(room)] == want
        # What one client asked for one after the other stands in the log in that order.
        said = [e["data"]["body"] for e in socket.events(room) if e["kind"] == "message.posted"]
        own = [body for body in said if body.startswith(f"{number}:")]
        assert own == [f"{number}:{n}" for n in range(20)]
        await socket.socket.close()


def _log(place: Place, person: str, room: str) -> list[Any]:
    from storage import streams

    with place.town.database.read() as connection:
        return list(streams.events_after(connection, room, 0))


# --- once ---------------------------------------------------------------------------------------


def bodies(place: Place, person: str, room: str) -> list[str | None]:
    page = place.town.ask(person, GetHistory(room=room, limit=100))
    return [message.body for message in page.messages]


@pytest.mark.promise_p3
async def test_a_retry_gets_the_first_answer_however_it_comes(place: Place) -> None:
    town = place.town
    ana = town.person("Ana")
    room, key = town.room(ana), town.key(ana)
    fields = {"room": room, "body": "once", "client_id": "c1"}
    async with await enter(place.url, key) as one:
        first = await one.ask("message.post", **fields)
        again = await one.ask("message.post", **fields)
    assert "duplicate" not in first
    assert again["duplicate"] is True
    assert (again["result"], again["stream"], again["seq"]) == (
        first["result"], room, first["seq"],
    )  # fmt: skip
    async with await enter(place.url, key) as other:
        assert (await other.ask("message.post", **fields))["result"] == first["result"]
    async with api(place.url, key) as http:
        answer = await http.post(
            f"/rooms/{room}/messages", json={"body": "once"}, headers={"idempotency-key": "c1"}
        )
    assert answer.json() == first["result"]
    assert answer.headers["x-tertulia-duplicate"] == "true"
    assert answer.headers["x-tertulia-seq"] == str(first["seq"])
    assert bodies(place, ana, room) == ["once"]


@pytest.mark.promise_p3
async def test_what_was_first_sent_over_http_can_be_retried_over_a_socket(place: Place) -> None:
    town = place.town
    ana = town.person("Ana")
    room, key = town.room(ana), town.key(ana)
    async with api(place.url, key) as http:
        answer = await http.post(
            f"/rooms/{room}/messages", json={"body": "once"}, headers={"idempotency-key": "h1"}
        )
        assert "x-tertulia-duplicate" not in answer.headers
    async with await enter(place.url, key) as one:
        again = await one.ask("message.post", room=room, body="once", client_id="h1")
    assert (again["duplicate"], again["result"]) == (True, answer.json())


@pytest.mark.promise_p3
async def test_twins_sent_at_once_over_several_connections(place: Place) -> None:
    town = place.town
    ana = town.person("Ana")
    room, key = town.room(ana), town.key(ana)
    sockets = [await enter(place.url, key) for _ in range(4)]
    async with api(place.url, key) as http:
        for n in range(10):
            fields = {"room": room, "body": f"twin {n}", "client_id": f"t{n}"}
            path, named = f"/rooms/{room}/messages", {"idempotency-key": f"t{n}"}
            answers, over_http = await asyncio.gather(
                asyncio.gather(*(s.ask("message.post", **fields) for s in sockets)),
                http.post(path, json={"body": f"twin {n}"}, headers=named),
            )
            results = [a["result"] for a in answers] + [over_http.json()]
            assert results == [results[0]] * 5
            duplicates = [a.get("duplicate", False) for a in answers]
            duplicates.append("x-tertulia-duplicate" in over_http.headers)
            assert sorted(duplicates) == [False, True, True, True, True]
    for socket in sockets:
        await socket.socket.close()
    assert bodies(place, ana, room) == [f"twin {n}" for n in range(10)]


@pytest.mark.promise_p3
async def test_other_content_under_the_same_id_is_refused(place: Place) -> None:
    town = place.town
    ana = town.person("Ana")
    room, other, key = town.room(ana), town.room(ana), town.key(ana)
    async with await enter(place.url, key) as one, api(place.url, key) as http:
        await one.ask("message.post", room=room, body="first", client_id="c1")
        for kind, fields in [
            ("message.post", {"room": room, "body": "second"}),
            ("message.post", {"room": other, "body": "first"}),
            ("room.open", {"name": "first"}),
        ]:
            assert await one.refused(kind, client_id="c1", **fields) == "client_id_reused"
        answer = await http.post(
            f"/rooms/{room}/messages", json={"body": "second"}, headers={"idempotency-key": "c1"}
        )
    assert (answer.status_code, answer.json()["code"]) == (409, "client_id_reused")
    assert bodies(place, ana, room) == ["first"]


@pytest.mark.promise_p3
@pytest.mark.promise_p8
async def test_the_first_answer_outlives_the_text(place: Place) -> None:
    town = place.town
    ana = town.person("Ana")
    room = town.room(ana)
    fields = {"room": room, "body": "soon gone", "client_id": "c1"}
    async with await enter(place.url, town.key(ana)) as one:
        first = await one.ask("message.post", **fields)
        await one.ask("message.edit", message=first["result"]["message"], body="other words")
        assert (await one.ask("message.post", **fields))["result"] == first["result"]
        await one.ask("message.delete", message=first["result"]["message"])
        again = await one.ask("message.post", **fields)
        assert (again["duplicate"], again["result"]) == (True, first["result"])
        fields["body"] = "other words"
        assert await one.refused("message.post", **fields) == "client_id_reused"
    assert bodies(place, ana, room) == [None]


@pytest.mark.promise_p3
async def test_an_answer_lost_with_its_connection(place: Place) -> None:
    """The command arrives, the connection is cut, the client asks again under the same name."""
    town = place.town
    ana = town.person("Ana")
    room, key = town.room(ana), town.key(ana)
    for n in range(10):
        fields = {"room": room, "body": f"text {n}", "client_id": f"c{n}"}
        lost = await enter(place.url, key)
        await lost.send("message.post", **fields)
        lost.socket.transport.abort()
        async with await enter(place.url, key) as one:
            answer = await one.ask("message.post", **fields)
            assert answer["result"]["no"] == n + 1
    assert bodies(place, ana, room) == [f"text {n}" for n in range(10)]


@pytest.mark.promise_p3
async def test_every_command_can_be_retried(place: Place) -> None:
    """Named twice, each of these happens once and gives one answer."""
    town = place.town
    ana, ben, eva = town.person("Ana"), town.person("Ben"), town.person("Eva")
    room = town.room(ana, ben)
    own, others = town.post(ana, room), town.post(ben, room)
    async with await enter(place.url, town.key(ana)) as one:
        steps: list[tuple[str, dict[str, Any]]] = [
            ("message.post", {"room": room, "body": "x", "thread": others}),
            ("message.edit", {"message": own, "body": "new"}),
            ("message.pin", {"message": others}),
            ("message.unpin", {"message": others}),
            ("reaction.add", {"message": others, "emoji": "👍"}),
            ("reaction.remove", {"message": others, "emoji": "👍"}),
            ("read.mark", {"room": room, "no": 2}),
            ("read.unread", {"room": room, "no": 1}),
            ("thread.follow", {"thread": others}),
            ("thread.read", {"thread": others, "no": 1}),
            ("room.open", {"name": "Another"}),
            ("room.direct", {"people": [ben]}),
            ("room.change", {"room": room, "name": "Renamed"}),
            ("room.invite", {"room": room, "people": [eva]}),
            ("room.decline", {"room": room, "person": eva}),
            ("room.role", {"room": room, "person": ben, "role": "observer"}),
            ("room.remove", {"room": room, "person": ben}),
            ("message.delete", {"message": own}),
            ("room.archive", {"room": room}),
            ("room.restore", {"room": room}),
            ("person.change", {"bio": "reads"}),
        ]
        for number, (kind, fields) in enumerate(steps):
            named = fields | {"client_id": f"k{number}"}
            first, again = await one.ask(kind, **named), await one.ask(kind, **named)
            assert (first["type"], again["type"]) == ("ok", "ok"), (kind, first, again)
            assert again["duplicate"] is True, kind
            for field in ("stream", "seq", "result"):
                assert first.get(field) == again.get(field), kind


@pytest.mark.promise_p3
@pytest.mark.attack
async def test_a_client_id_of_somebody_else_is_ones_own(place: Place) -> None:
    """Names of commands are per person: nobody learns or blocks another's outcome by one."""
    town = place.town
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    async with (
        await enter(place.url, town.key(ana)) as one,
        await enter(place.url, town.key(ben)) as two,
    ):
        first = await one.ask("message.post", room=room, body="mine", client_id="c1")
        second = await two.ask("message.post", room=room, body="mine", client_id="c1")
        third = await two.ask("message.post", room=room, body="mine", client_id="c1")
    assert "duplicate" not in second
    assert first["result"]["message"] != second["result"]["message"]
    assert third["result"] == second["result"]


@pytest.mark.promise_p3
@pytest.mark.promise_p4
async def test_the_sdk_loses_its_connection_and_nothing_else(place: Place) -> None:
    town = place.town
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    async with (
        client(place.url, town.key(ana)) as one,
        client(place.url, town.key(ben)) as two,
    ):
        await two.watch(room)
        seen: list[Event] = []
        for n in range(12):
            if n % 4 == 1:
                await two.reconnect()
            if n % 4 == 3:
                await one.reconnect()
            await one.post(room, str(n))
        while len(seen) < 12:
            seen.append(await two.event("message.posted", timeout=20))
    assert [event.data["body"] for event in seen] == [str(n) for n in range(12)]


async def test_a_refusal_is_typed(place: Place) -> None:
    town = place.town
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, access="invite")
    async with client(place.url, town.key(ben)) as two:
        with pytest.raises(RefusedError, match="not_found"):
            await two.post(room, "hello?")
