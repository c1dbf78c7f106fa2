"""P8: a canary text, said everywhere and deleted, is in no byte of the data folder and no table."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import inspect, text

from chat import purge
from tests.e2e.town import PASSWORD, Server, Town
from tests.e2e.wire import Wire, api, enter, eventually

pytestmark = pytest.mark.promise_p8

NewServer = Callable[..., Server]
CANARY = "QuetzalCanary"
WITHIN = purge.GATHER + 15.0
"""Seconds until the files are clean, and some for a busy machine; minutes are promised."""


def where(town: Town, folder: Path, canary: str = CANARY) -> list[str]:
    """The files and tables that hold the canary, in any way that it may be written down."""
    forms = [
        form
        for word in (canary, canary.lower(), canary.upper())
        for form in (word.encode(), word.encode("utf-16-le"), word[::-1].encode())
    ]
    found = [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]
    with town.database.read() as connection:
        for name in inspect(connection).get_table_names():
            if name == "finding_fts":
                continue  # cannot be listed; what it holds stands in the tables beside it
            rows = connection.execute(text(f'SELECT * FROM "{name}"')).all()
            if canary.lower() in str(rows).lower():
                found.append(f"table {name}")
    return found


async def clean(town: Town, server: Server, canary: str = CANARY) -> None:
    """Wait until nothing holds it any more; the log never may."""
    try:
        await eventually(lambda: not where(town, server.folder, canary), WITHIN)
    except TimeoutError:
        pytest.fail(f"still in {where(town, server.folder, canary)}")
    assert canary not in server.log.read_text()


async def say_everywhere(one: Wire, two: Wire, room: str) -> dict[str, str]:
    """The canary in every place that a message's text can come to."""
    said = {}
    for name in ("edited", "deleted", "in_thread", "quoted"):
        answer = await one.ask(
            "message.post", room=room, body=f"{CANARY} {name} <@room>", client_id=name
        )
        said[name] = answer["result"]["message"]
    for n in range(3):
        await one.ask("message.edit", message=said["edited"], body=f"{CANARY} again {n}")
    reply = await one.ask(
        "message.post", room=room, body=f"{CANARY} reply", thread=said["in_thread"]
    )
    said["reply"] = reply["result"]["message"]
    await two.ask("message.post", room=room, body="look at this", quote=said["quoted"])
    for message in said.values():
        await two.ask("reaction.add", message=message, emoji="👍")
        await one.ask("message.pin", message=message)
    await two.ask("thread.follow", thread=said["in_thread"])
    return said


async def test_deleted_messages_leave_every_byte(town: Town, new_server: NewServer) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    server = new_server()
    async with (
        await enter(server.url, town.key(ana)) as one,
        await enter(server.url, town.key(ben)) as two,
    ):
        await two.watch(room)
        state = await two.watch(room)
        said = await say_everywhere(one, two, room)
        assert where(town, server.folder), "the search finds what is there"
        for message in said.values():
            assert (await one.ask("message.delete", message=message))["type"] == "ok"
        # Nobody is told the text any more: from the ring, from SQL, by quotation, by permalink.
        async with await enter(server.url, town.key(ben)) as again:
            assert (await again.watch(room, state["seq"]))["state"] == "current"
            assert len(again.events(room)) > 20
            for kind, fields in [
                ("room.snapshot", {"room": room}),
                ("history.page", {"room": room}),
                ("history.page", {"room": room, "thread": said["in_thread"]}),
                ("thread.snapshot", {"thread": said["in_thread"]}),
                ("message.get", {"message": said["edited"]}),
                ("events.page", {"stream": room}),
                ("overview", {}),
                ("find.messages", {"q": CANARY}),
            ]:
                answer = await again.ask(kind, **fields)
                assert answer["type"] == "ok", answer
            assert CANARY not in json.dumps(again.frames)
        await clean(town, server)
        # A retry under the old name must not bring it back either.
        answer = await one.ask(
            "message.post", room=room, body=f"{CANARY} deleted <@room>", client_id="deleted"
        )
        assert answer["duplicate"] is True
        assert where(town, server.folder) == []


async def test_a_deleted_account_leaves_every_byte(town: Town, new_server: NewServer) -> None:
    """All that somebody wrote anywhere, and their name, however often they said it."""
    olga = town.person("Olga", "owner")
    room = town.room(olga, access="open")
    server = new_server()
    code = town.invitation(olga, room=room)
    async with api(server.url) as stranger:
        body = {"invitation": code, "username": f"{CANARY}.user", "name": f"{CANARY} Name",
                "password": PASSWORD, "email": f"{CANARY}@example.org"}  # fmt: skip
        made = await stranger.post("/sign-up", json=body)
        assert made.status_code == 200, made.text
        found = await _token(stranger, server.url, f"{CANARY}.user")
    async with (
        await enter(server.url, found) as one,
        await enter(server.url, town.key(olga)) as two,
    ):
        await two.watch(room)
        mine = made.json()["person"]["id"]
        await two.ask("room.role", room=room, person=mine, role="facilitator")
        await say_everywhere(one, two, room)
        await one.ask("person.change", bio=f"{CANARY} bio", pronouns=f"{CANARY} pronouns")
        direct = await one.ask("room.direct", people=[olga])
        await one.ask("message.post", room=direct["result"]["room"], body=f"{CANARY} in private")
        mine = await two.ask("message.post", room=room, body="deleted by another")
        await one.ask(
            "message.delete", message=mine["result"]["message"], reason=f"{CANARY} reason"
        )
        async with api(server.url, found) as http:
            answer = await http.request("DELETE", "/me", json={"password": PASSWORD})
            assert answer.status_code == 200, answer.text
        assert await one.until_closed() == 4103
        await clean(town, server)
        snapshot = (await two.ask("room.snapshot", room=room))["result"]
        assert all(m["deleted_by"] == "account" for m in snapshot["page"]["messages"][:4])
        names = {person["name"] for person in snapshot["people"] + snapshot["page"]["people"]}
        assert "Deleted account" in names


async def _token(http: httpx.AsyncClient, url: str, username: str) -> str:
    http.cookies.clear()
    answer = await http.post(
        "/sign-in", json={"username": username, "password": PASSWORD, "token": True}
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


async def test_a_power_cut_right_after_a_deletion(town: Town, new_server: NewServer) -> None:
    """The database's log still has the text; the next start must not leave it there."""
    ana = town.person("Ana")
    room = town.room(ana)
    server = new_server()
    async with await enter(server.url, town.key(ana)) as one:
        answer = await one.ask("message.post", room=room, body=CANARY)
        await one.ask("message.delete", message=answer["result"]["message"])
        server.kill()
    server.start()
    await clean(town, server)


async def test_an_account_deletion_interrupted_by_a_power_cut(
    town: Town, new_server: NewServer
) -> None:
    """Killed while the texts are being erased: what was left is done by the next start."""
    ana, olga = town.person(CANARY), town.person("Olga", "owner")
    town.password(ana)
    room = town.room(olga, ana)
    messages = [town.post(ana, room, f"{CANARY} {n}") for n in range(150)]
    server = new_server()
    async with (
        api(server.url, town.session(ana)) as http,
        await enter(server.url, town.key(olga)) as two,
    ):
        await two.watch("community")

        async def cut() -> None:
            await two.until(lambda: [e for e in two.events("community") if _gone(e)])
            server.kill()

        delete = http.request("DELETE", "/me", json={"password": PASSWORD})
        answered, _ = await asyncio.gather(delete, cut(), return_exceptions=True)
        assert isinstance(answered, httpx.HTTPError | httpx.Response)
    server.start()
    await clean(town, server)
    with town.database.read() as connection:
        rows = connection.execute(text("SELECT deleted_by FROM message")).scalars().all()
    assert rows == ["account"] * len(messages)


def _gone(event: dict[str, Any]) -> bool:
    return bool(event["kind"] == "person.changed")


async def test_an_error_is_logged_without_what_was_written(
    town: Town, new_server: NewServer
) -> None:
    ana = town.person("Ana")
    room = town.room(ana)
    server = new_server()
    with town.database.writing.begin() as connection:
        connection.execute(text("ALTER TABLE mention RENAME TO lost"))
    async with (
        await enter(server.url, town.key(ana)) as one,
        api(server.url, town.key(ana)) as http,
    ):
        answer = await one.ask("message.post", room=room, body=f"{CANARY} <@room>")
        assert answer["code"] in ("internal", "busy")
        assert CANARY not in json.dumps(answer)
        failed = await http.post(f"/rooms/{room}/messages", json={"body": f"{CANARY} <@room>"})
        assert failed.status_code in (500, 503)
        assert CANARY not in failed.text
        assert (await one.ask("message.post", room=room, body="the server goes on"))["seq"]
    log = server.log.read_text()
    # SQLite's message is left out: some of them quote what they choked on (storage/errors.py).
    said = {"sqlite": "OperationalError SQLITE_ERROR", "postgresql": "mention"}
    assert said[town.database.dialect] in log
    assert CANARY not in log
