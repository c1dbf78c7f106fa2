"""P2, P3, P4 through real sockets: one order, once, no hole."""

from __future__ import annotations

from tests.e2e.town import Inside, Server, Town, client, enter


async def test_two_people_talk(town: Town, server: Server) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    async with (
        client(server.url, town.key(ana)) as one,
        await enter(server.url, town.key(ben)) as two,
    ):
        await two.watch(room)
        posted = await one.post(room, "hello")
        [event] = await two.until(lambda: two.events(room))
        assert (event["no"], event["data"]["body"]) == (1, "hello")
        assert event["seq"] == posted.seq


async def test_inside(town: Town, inside: Inside) -> None:
    ana = town.person("Ana")
    room = town.room(ana)
    async with client(inside.url, town.key(ana)) as one:
        assert (await one.post(room, "hello")).no == 1
