"""Sanctions on open connections: what a sanctioned person's sockets, tokens and requests meet."""

from __future__ import annotations

import pytest

from protocol import commands as c
from tests.e2e.town import PASSWORD, Inside, Town
from tests.e2e.wire import api, enter

pytestmark = [pytest.mark.attack, pytest.mark.promise_p7]
AT_ONCE = 1.0
"""Seconds: with a healthy bus an end is felt within them."""


async def test_a_suspension_ends_sockets_and_tokens_at_once(town: Town, inside: Inside) -> None:
    olga, ben = town.person("Olga", "owner"), town.person("Ben")
    town.password(ben)
    key = town.key(ben)
    async with (
        await enter(inside.url, key) as socket,
        await enter(inside.url, town.session(ben)) as browser,
        api(inside.url, town.key(olga)) as admin,
        api(inside.url, key) as bot,
        api(inside.url) as nobody,
    ):
        made = await admin.post(f"/people/{ben}/suspend", json={"reason": "A day off"})
        assert made.is_success
        assert await socket.until_closed(AT_ONCE) == 4102
        assert await browser.until_closed(AT_ONCE) == 4102
        assert (await bot.get("/overview")).json()["code"] == "account_suspended"
        username = town.ask(olga, c.ListPeople()).people
        name = town.ask(olga, c.GetSanctions()).people
        known = next(one.username for one in (*username, *name) if one.id == ben)
        refused = await nobody.post("/sign-in", json={"username": known, "password": PASSWORD})
        assert refused.json()["code"] == "account_suspended"
        assert refused.json()["params"]["reason"] == "A day off"
        wrong = await nobody.post("/sign-in", json={"username": known, "password": "not that one"})
        assert wrong.json()["code"] == "bad_credentials", "strangers learn nothing of it"
        lifted = await admin.post(f"/sanctions/{made.json()['sanction']}/lift")
        assert lifted.is_success
        assert (await bot.get("/overview")).is_success, "the token works again"


async def test_a_ban_ends_watching_and_a_mute_only_writing(town: Town, inside: Inside) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    async with (
        await enter(inside.url, town.key(ana)) as hers,
        await enter(inside.url, town.key(ben)) as his,
    ):
        assert (await his.watch(room))["state"] == "current"
        mute = await hers.ask("sanction.mute", room=room, person=ben, seconds=3600, reason="Calm")
        assert await his.refused("message.post", room=room, body="Hello") == "muted"
        await hers.ask("message.post", room=room, body="Heard by all")
        await his.until(lambda: [e for e in his.events(room) if e["kind"] == "message.posted"])
        await hers.ask("sanction.lift", sanction=mute["result"]["sanction"])
        await hers.ask("sanction.ban", room=room, person=ben)
        await his.until_frames("unsubscribed")
        await hers.ask("message.post", room=room, body="Not for him")
        assert await his.refused("message.post", room=room, body="Hello") == "not_found"
        assert (await his.watch(room, 0))["state"] == "refused"
        said = [e["data"]["body"] for e in his.events(room) if e["kind"] == "message.posted"]
        assert said == ["Heard by all"]


async def test_the_log_is_exported_without_formulas(town: Town, inside: Inside) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    town.do(ben, c.ChangeProfile(name="=cmd|' /C calc'!A0"))
    town.do(ana, c.Warn(room=room, person=ben, reason="So"))
    async with (
        api(inside.url, town.key(ana)) as hers,
        api(inside.url, town.key(ben)) as his,
    ):
        answer = await hers.get("/log.csv", params={"room": room})
        assert answer.headers["content-type"].startswith("text/csv")
        assert "sanction.warn" in answer.text
        assert ",'=cmd" in answer.text.replace('"', "")
        assert (await his.get("/log.csv", params={"room": room})).status_code == 403
