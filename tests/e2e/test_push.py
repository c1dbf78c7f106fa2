"""The whole way: a browser's subscription and a message over HTTP, a push service that listens.

The service is a real one on loopback, allowed by name; it keeps what it was sent, and the phone
opens it with its own key. Whatever else lies inside cannot be subscribed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import h11
import pytest

from chat.push import pushing
from tests.contract.push_kit import Phone
from tests.e2e.town import Inside, Town, api, eventually, fixed_port, serving_inside


class Listening:
    """A push service: every POST is kept and answered."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.host = f"127.0.0.1:{port}"
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 201
        self.headers: list[tuple[str, str]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state = h11.Connection(h11.SERVER)
        path, headers, body = "", {}, b""
        while True:
            event = state.next_event()
            if event is h11.NEED_DATA:
                state.receive_data(await reader.read(65536))
            elif isinstance(event, h11.Request):
                path = event.target.decode()
                headers = {k.decode(): v.decode() for k, v in event.headers}
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            else:
                break
        self.got.append((path, headers, body))
        answer = [("Content-Length", "0"), *self.headers]
        for out in (h11.Response(status_code=self.status, headers=answer), h11.EndOfMessage()):
            writer.write(state.send(out) or b"")
        await writer.drain()
        writer.close()


@pytest.fixture
async def service() -> AsyncIterator[Listening]:
    port = fixed_port()
    made = Listening(port)
    server = await asyncio.start_server(made.serve, "127.0.0.1", port)
    yield made
    server.close()
    await server.wait_closed()


@pytest.fixture
async def inside(
    town: Town, tmp_path: Any, service: Listening, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Inside]:
    """A server that may reach this one service, and does not wait."""
    monkeypatch.setattr(pushing, "DELAY", 0)
    monkeypatch.setattr(pushing, "GATHER", 0)
    async with serving_inside(town, tmp_path / "data", outgoing_hosts=(service.host,)) as found:
        yield found


def subscribed(phone: Phone) -> dict[str, str]:
    return {"endpoint": phone.endpoint, **phone.keys}


async def test_a_mention_reaches_a_phone_and_ends_with_its_session(
    town: Town, inside: Inside, service: Listening
) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben, name="Reading room")
    phone = Phone(f"{service.url}/abc")
    async with api(inside.url, town.key(ana)) as hers, api(inside.url, town.session(ben)) as his:
        key = (await his.get("/me/push")).json()["key"]
        made = await his.put("/me/push", json=subscribed(phone))
        assert made.status_code == 200, made.text
        (device,) = (await his.get("/me/push")).json()["devices"]
        assert device["current"]
        assert phone.endpoint not in (await his.get("/me/push")).text, "it is told to nobody"
        said = await hers.post(f"/rooms/{room}/messages", json={"body": f"Tea, <@{ben}>?"})
        assert said.status_code == 200
        await eventually(lambda: len(service.got) == 1)
        path, headers, body = service.got[0]
        assert path == "/abc"
        assert headers["authorization"].startswith("vapid t=")
        assert headers["authorization"].endswith(f"k={key}")
        shown = phone.open(body)
        assert (shown["title"], shown["body"]) == ("Reading room", "Ana1: Tea, @Ben2?")
        assert shown["url"] == f"#/r/{room}/1"

        assert (await his.post("/me/push/try")).status_code == 200
        await eventually(lambda: len(service.got) == 2)
        assert phone.open(service.got[1][2])["tag"] == "try"

        assert (await his.post("/sign-out", headers={"origin": inside.url})).status_code == 200
        await hers.post(f"/rooms/{room}/messages", json={"body": f"Still there, <@{ben}>?"})
        await inside.app.push.flush()
        await _idle(inside)
        assert len(service.got) == 2


async def test_a_redirect_is_not_followed(town: Town, inside: Inside, service: Listening) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    service.status, service.headers = 307, [("Location", f"{inside.url}/api/v1/session")]
    async with api(inside.url, town.key(ana)) as hers, api(inside.url, town.session(ben)) as his:
        phone = Phone(f"{service.url}/abc")
        await his.put("/me/push", json=subscribed(phone))
        await hers.post(f"/rooms/{room}/messages", json={"body": f"<@{ben}>"})
        await eventually(lambda: inside.app.push.courier.counts["refused"] == 1)
        assert len(service.got) == 1


async def _idle(inside: Inside) -> None:
    """Everything that was due is done."""

    def done() -> bool:
        return not inside.app.jobs._running and not inside.app.push._gathered

    await eventually(done)
    with contextlib.suppress(StopIteration):
        await eventually(lambda: inside.app.writer.waiting == 0)


INNER = (
    "http://127.0.0.1/", "https://127.1/", "https://0/", "https://0x7f.1/", "https://2130706433/",
    "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
    "https://[::7f00:1]/", "https://[fec0::1]/", "https://169.254.169.254/", "https://192.0.0.192/",
    "https://224.0.0.1/", "https://localhost/", "https://[::1]/", "https://10.0.0.1/",
    "https://user@127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "https://", "nothing",
    "https://127.0.0.1\r\nHost: x/", "https://fcm.googleapis.com:0/",
)  # fmt: skip


@pytest.mark.attack
async def test_no_inner_address_can_be_subscribed(town: Town, inside: Inside) -> None:
    ben = town.person("Ben")
    async with api(inside.url, town.session(ben)) as his:
        for address in INNER:
            refused = await his.put("/me/push", json=subscribed(Phone(address)))
            assert refused.json()["code"] == "invalid", address
        assert (await his.get("/me/push")).json()["devices"] == []


@pytest.mark.attack
async def test_what_is_no_subscription_is_refused(
    town: Town, inside: Inside, service: Listening
) -> None:
    ben = town.person("Ben")
    good = subscribed(Phone(f"{service.url}/abc"))
    bad: list[tuple[dict[str, Any], str]] = [
        ({**good, "p256dh": "AAAA"}, "invalid"), ({**good, "auth": "AAAA"}, "invalid"),
        ({**good, "p256dh": "B" * 3000}, "invalid"), ({**good, "auth": "é" * 22}, "invalid"),
        ({**good, "endpoint": service.url + "/" + "x" * 2000}, "invalid"),
        ({**good, "person": ben}, "unknown_field"),
        ({"endpoint": good["endpoint"]}, "missing_field"),
    ]  # fmt: skip
    async with api(inside.url, town.session(ben)) as his:
        for body, code in bad:
            assert (await his.put("/me/push", json=body)).json()["code"] == code
        assert (await his.post("/me/push/try")).json()["code"] == "not_found"
    async with api(inside.url, town.key(ben)) as program:
        refused = await program.put("/me/push", json=good)
        assert refused.json()["code"] == "scope_missing", "a token is no device"


@pytest.mark.attack
async def test_anothers_device_is_not_mine_to_end(
    town: Town, inside: Inside, service: Listening
) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    async with (
        api(inside.url, town.session(ana)) as hers,
        api(inside.url, town.session(ben)) as his,
    ):
        await his.put("/me/push", json=subscribed(Phone(f"{service.url}/abc")))
        (device,) = (await his.get("/me/push")).json()["devices"]
        assert (await hers.get("/me/push")).json()["devices"] == []
        refused = await hers.delete(f"/me/push/{device['session']}")
        assert refused.json()["code"] == "not_found"
        assert len((await his.get("/me/push")).json()["devices"]) == 1
        assert (await his.delete("/me/push")).status_code == 200
        assert (await his.get("/me/push")).json()["devices"] == []
