"""Bots and those who look after them, over the real rows on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from protocol.bots import Slash
from protocol.commands import (
    AddReaction,
    GetHistory,
    GetLog,
    GetRoom,
    InviteToRoom,
    JoinRoom,
    ListRoomBots,
    OpenDirectRoom,
    PostMessage,
    RunSlash,
    SetRoomRole,
    SetSlash,
)
from storage.database import Database
from tests.contract.accounts_kit import Browser
from tests.contract.bots_kit import Here, School


@pytest.fixture
async def house(database: Database) -> AsyncIterator[School]:
    async with School(database) as house:
        yield house


@pytest.fixture
async def here(house: School) -> Here:
    return await Here(house).ready()


def as_bot(here: Here, token: str) -> Browser:
    return here.house.browser(authorization=f"Bearer {token}")


async def test_an_act_on_a_bot_is_one_line_of_the_log(here: Here) -> None:
    """In the log of its room, which admins read as well; without a room in the community's."""
    bots = []
    for keeper, name, more in (
        (here.guide, "helper", {"room": here.den}), (here.owner, "herald", {}),
    ):  # fmt: skip
        bot = (await here.bot(keeper, name, **more))["person"]["id"]
        bots.append(bot)
        await keeper.client.patch(f"/bots/{bot}", json={"rate": 5})
        await keeper.post(f"/bots/{bot}/tokens", {"name": "second"})
        await keeper.post(f"/bots/{bot}/signing-secret")
        await keeper.put(f"/bots/{bot}/commands", {"commands": []})
        assert (await keeper.delete(f"/bots/{bot}")).status_code == 200
    entries = (await here.house.ask(here.owner_id, GetLog())).entries
    # That an account is erased comes later, by nobody.
    log = [one for one in entries if one.act != "account.erased"]
    lines = [[(one.act, one.room) for one in log if one.about == bot] for bot in bots]
    acts = ["delete", "commands", "signing", "token", "change", "create"]
    assert lines[0] == [(f"bot.{act}", here.den) for act in acts]
    acts = ["account.closed", "bot.change", "bot.change", "bot.commands", "bot.create"]
    assert sorted(lines[1]) == [(act, None) for act in [*acts, "token.create"]]
    read = (await here.house.ask(here.guide_id, GetLog(room=here.den))).entries
    assert [(one.act, one.room) for one in read if one.about == bots[0]] == lines[0]


async def test_a_facilitator_makes_a_bot_for_their_room(here: Here) -> None:
    made = await here.bot(here.guide, room=here.den)
    assert made["token"].startswith("ttt_")
    assert len(made["signing_secret"]) == 32
    assert made["base_url"] == here.house.public_url
    bot = made["person"]["id"]
    snapshot = await here.house.ask(here.member_id, GetRoom(room=here.den))
    assert bot in {member.person for member in snapshot.members}
    [seen] = (await here.house.ask(here.member_id, ListRoomBots(room=here.den))).bots
    assert (seen.person.id, seen.owner.id) == (bot, here.guide_id)
    assert (seen.reads, seen.writes, seen.sends_out) == (True, True, False)
    shown = (await here.guide.get(f"/bots/{bot}")).json()
    assert shown["room"] == {"id": here.den, "name": "Den"}
    assert [token["scopes"] for token in shown["tokens"]] == [["read", "write"]]
    assert "ttt_" not in str(shown)
    assert made["signing_secret"] not in str(shown)
    secret = (await here.guide.get(f"/bots/{bot}/signing-secret")).json()
    assert secret == {"signing_secret": made["signing_secret"]}
    listed = (await here.guide.get("/bots", params={"room": here.den})).json()["bots"]
    assert [one["person"]["id"] for one in listed] == [bot]


@pytest.mark.attack
async def test_who_does_not_facilitate_makes_no_bot_and_sees_none(here: Here) -> None:
    body = {"username": "spy", "name": "Spy"}
    answer = await here.member.post("/bots", {**body, "room": here.den})
    assert answer.json()["code"] == "not_allowed"
    assert (await here.member.post("/bots", body)).json()["code"] == "not_allowed"
    assert (await here.guide.post("/bots", body)).json()["code"] == "not_allowed"
    # An owner who is not inside gets into a private room by no bot either.
    answer = await here.owner.post("/bots", {**body, "room": here.den})
    assert answer.json()["code"] == "not_found"
    answer = await here.owner.post("/bots", {**body, "rooms": [here.den]})
    assert answer.json()["code"] == "not_found"
    bot = (await here.bot(here.guide, room=here.den))["person"]["id"]
    for call in (
        here.member.get(f"/bots/{bot}"),
        here.member.get(f"/bots/{bot}/signing-secret"),
        here.member.post(f"/bots/{bot}/tokens"),
        here.member.post(f"/bots/{bot}/signing-secret"),
        here.member.delete(f"/bots/{bot}"),
    ):
        assert (await call).json()["code"] == "not_found"
    assert (await here.member.get("/bots")).json()["code"] == "not_allowed"
    assert (await here.member.get("/bots", params={"room": here.den})).json()[
        "code"
    ] == "not_allowed"


@pytest.mark.attack
async def test_a_room_s_bot_works_nowhere_else(here: Here) -> None:
    bot = (await here.bot(here.guide, room=here.den))["person"]["id"]
    assert await here.house.refused(bot, JoinRoom(room=here.hall)) == "not_found"
    assert await here.house.refused(bot, PostMessage(room=here.hall, body="hi")) == "not_found"
    assert await here.house.not_read(bot, GetHistory(room=here.hall)) == "not_found"
    invite = InviteToRoom(room=here.hall, people=[bot])
    assert await here.house.refused(here.owner_id, invite) == "bot_elsewhere"
    direct = OpenDirectRoom(people=[bot])
    assert await here.house.refused(here.guide_id, direct) == "bot_elsewhere"
    await here.house.do(bot, PostMessage(room=here.den, body="hi"))


@pytest.mark.attack
async def test_a_bot_that_is_no_member_reads_no_open_room(here: Here) -> None:
    bot = (await here.bot(here.owner))["person"]["id"]
    assert await here.house.not_read(bot, GetHistory(room=here.hall)) == "not_a_member"
    await here.house.do(bot, JoinRoom(room=here.hall))
    await here.house.ask(bot, GetHistory(room=here.hall))


@pytest.mark.attack
async def test_scopes_bind_whatever_the_token_says(here: Here) -> None:
    writer = (await here.bot(here.guide, "writer", room=here.den, scopes=["write"]))["person"]["id"]
    posted = await here.house.do(writer, PostMessage(room=here.den, body="news"))
    assert await here.house.not_read(writer, GetHistory(room=here.den)) == "scope_missing"
    assert await here.house.not_read(writer, GetRoom(room=here.den)) == "scope_missing"
    reader = (await here.bot(here.guide, "reader", room=here.den, scopes=["read"]))["person"]["id"]
    await here.house.ask(reader, GetHistory(room=here.den))
    assert await here.house.refused(reader, PostMessage(room=here.den, body="x")) == "scope_missing"
    react = AddReaction(message=posted["message"], emoji="👍")
    assert await here.house.refused(reader, react) == "scope_missing"
    await here.house.do(
        here.guide_id, SetRoomRole(room=here.den, person=reader, role="facilitator")
    )
    assert await here.house.refused(reader, PostMessage(room=here.den, body="x")) == "scope_missing"


async def test_narrower_bounds_bind_at_once_and_tokens_follow(here: Here) -> None:
    made = await here.bot(here.owner, rooms=[here.hall])
    bot = made["person"]["id"]
    await here.house.do(bot, PostMessage(room=here.hall, body="one"))
    answer = await here.owner.client.patch(f"/bots/{bot}", json={"scopes": ["read"], "rate": 30})
    assert answer.json()["rate"] == 30
    assert [token["scopes"] for token in answer.json()["tokens"]] == [["read"]]
    assert await here.house.refused(bot, PostMessage(room=here.hall, body="two")) == "scope_missing"
    await here.owner.client.patch(f"/bots/{bot}", json={"scopes": ["read", "write"], "rooms": []})
    assert await here.house.refused(bot, PostMessage(room=here.hall, body="three")) == "not_found"
    snapshot = await here.house.ask(here.owner_id, GetRoom(room=here.hall))
    assert bot not in {member.person for member in snapshot.members}
    await here.owner.client.patch(f"/bots/{bot}", json={"rooms": [here.hall], "rate": 0})
    await here.house.do(bot, PostMessage(room=here.hall, body="four"))
    shown = (await here.owner.get(f"/bots/{bot}")).json()
    assert shown["rate"] is None


async def test_tokens_rotate_end_and_are_told_once(here: Here) -> None:
    made = await here.bot(here.guide, room=here.den)
    bot, first = made["person"]["id"], made["token"]
    assert await as_bot(here, first).me() == "helper"
    [old] = (await here.guide.get(f"/bots/{bot}")).json()["tokens"]
    body = {"name": "second", "replaces": [old["id"]]}
    second = (await here.guide.post(f"/bots/{bot}/tokens", body)).json()["token"]
    assert await as_bot(here, first).me() is None
    assert await as_bot(here, second).me() == "helper"
    assert ("session.ended", f'{{"session":"{old["id"]}","how":"revoked"}}') in here.house.published
    [now] = (await here.guide.get(f"/bots/{bot}")).json()["tokens"]
    assert now["name"] == "second"
    assert (await here.guide.delete(f"/bots/{bot}/tokens/{now['id']}")).status_code == 200
    assert await as_bot(here, second).me() is None
    again = (await here.guide.post(f"/bots/{bot}/signing-secret")).json()["signing_secret"]
    assert again != made["signing_secret"]


@pytest.mark.promise_p8
async def test_a_deleted_bot_is_gone_with_what_it_wrote(here: Here) -> None:
    made = await here.bot(here.guide, room=here.den)
    bot = made["person"]["id"]
    await here.house.do(bot, PostMessage(room=here.den, body="to be forgotten"))
    assert (await here.guide.delete(f"/bots/{bot}")).status_code == 200
    assert await as_bot(here, made["token"]).me() is None
    await here.house.erasure.begin(bot)
    page = await here.house.ask(here.member_id, GetHistory(room=here.den))
    assert [message.body for message in page.messages] == [None]
    assert (await here.guide.get(f"/bots/{bot}")).json()["code"] == "not_found"
    assert (await here.house.ask(here.member_id, ListRoomBots(room=here.den))).bots == ()


async def test_an_owner_is_somebody_who_may_look_after_it(here: Here) -> None:
    bot = (await here.bot(here.guide, room=here.den))["person"]["id"]
    answer = await here.guide.client.patch(f"/bots/{bot}", json={"owner": here.member_id})
    assert answer.json()["code"] == "invalid"
    answer = await here.guide.client.patch(f"/bots/{bot}", json={"owner": here.owner_id})
    assert answer.json()["owner"]["id"] == here.owner_id
    rooms = await here.guide.client.patch(f"/bots/{bot}", json={"rooms": [here.hall]})
    assert rooms.json()["code"] == "invalid"


async def test_those_who_may_own_it_are_named_to_who_looks_after_it(here: Here) -> None:
    den = (await here.bot(here.guide, room=here.den))["person"]["id"]
    everywhere = (await here.bot(here.owner, "other"))["person"]["id"]

    async def named(browser: Browser, bot: str) -> set[str]:
        answer = await browser.get(f"/bots/{bot}/owners")
        return {one["id"] for one in answer.json()["people"]}

    assert await named(here.guide, den) == {here.owner_id, here.guide_id}
    assert await named(here.owner, everywhere) == {here.owner_id}
    for bot in (den, everywhere):
        for person in await named(here.owner, bot):
            answer = await here.owner.client.patch(f"/bots/{bot}", json={"owner": person})
            assert answer.json()["owner"]["id"] == person
    for browser, bot in ((here.member, den), (here.guide, everywhere)):
        assert (await browser.get(f"/bots/{bot}/owners")).json()["code"] == "not_found"


async def test_its_commands_are_offered_by_who_looks_after_it(here: Here) -> None:
    bot = (await here.bot(here.guide, room=here.den))["person"]["id"]
    path, pizza = f"/bots/{bot}/commands", {"name": "pizza", "hint": "[when]", "help": "asks all"}
    answer = await here.guide.client.put(path, json={"commands": [pizza, {"name": "tea"}]})
    tea = {"name": "tea", "hint": "", "help": ""}
    shown = [{**one, "url": ""} for one in (pizza, tea)]
    assert answer.json()["commands"] == [{"room": None, "commands": shown}]
    [seen] = (await here.house.ask(here.member_id, ListRoomBots(room=here.den))).bots
    assert [one.name for one in seen.commands] == ["pizza", "tea"]
    await here.house.do(here.member_id, RunSlash(room=here.den, name="pizza", text="Friday"))
    only = await here.guide.client.put(path, json={"commands": [tea], "room": here.den})
    assert [one["room"] for one in only.json()["commands"]] == [
        None, {"id": here.den, "name": "Den"},
    ]  # fmt: skip
    for wrong, code in (
        ({"commands": [{"name": "Tea"}]}, "invalid"), ({"commands": [tea, tea]}, "invalid"),
        ({"commands": [{"name": f"t{n}"} for n in range(26)]}, "too_many"),
        ({"commands": [tea], "room": here.hall}, "not_found"),
    ):  # fmt: skip
        assert (await here.guide.client.put(path, json=wrong)).json()["code"] == code
    gone = await here.guide.client.put(path, json={"commands": []})
    assert [one["room"]["id"] for one in gone.json()["commands"]] == [here.den]
    refused = await here.member.client.put(path, json={"commands": []})
    assert refused.json()["code"] == "not_found"


@pytest.mark.attack
async def test_its_commands_have_addresses_by_whom_its_secrets_are_for(here: Here) -> None:
    """An address out of a private room is no admin's to name, nor the bot's own; what it says of
    itself, or an admin changes, leaves it."""
    bot = (await here.bot(here.guide, room=here.den))["person"]["id"]
    path, url = f"/bots/{bot}/commands", "https://8.8.8.8/pizza"
    pizza: dict[str, Any] = {"name": "pizza", "hint": "[when]", "help": "", "url": url}

    async def put(browser: Browser, *commands: dict[str, Any]) -> Any:
        return (await browser.client.put(path, json={"commands": commands})).json()

    for browser, code in ((here.member, "not_found"), (here.owner, "not_allowed")):
        assert (await put(browser, pizza))["code"] == code
    assert (await put(here.guide, pizza))["commands"][0]["commands"] == [pizza]
    await here.house.do(bot, SetSlash(commands=(Slash(name="pizza"), Slash(name="tea"))))
    [group] = (await here.guide.get(f"/bots/{bot}")).json()["commands"]
    assert [(one["name"], one["url"]) for one in group["commands"]] == [("pizza", url), ("tea", "")]
    [group] = (await put(here.owner, {"name": "pizza", "help": "asks"}))["commands"]
    assert [(one["help"], one["url"]) for one in group["commands"]] == [("asks", url)]
    [seen] = (await here.house.ask(here.member_id, ListRoomBots(room=here.den))).bots
    assert seen.commands == (Slash(name="pizza", help="asks"),)
    # Ending what there is takes less.
    [group] = (await put(here.owner, {"name": "pizza", "url": ""}))["commands"]
    assert group["commands"][0]["url"] == ""


async def test_there_are_only_so_many(here: Here) -> None:
    for number in range(10):
        await here.bot(here.guide, f"helper{number}", room=here.den)
    body = {"username": "helper10", "name": "X", "room": here.den}
    assert (await here.guide.post("/bots", body)).json()["code"] == "too_many"
    wrongs: list[dict[str, Any]] = [{"scopes": []}, {"rate": 0}, {"rate": 1201}]
    for wrong in wrongs:
        body = {"username": "y9", "name": "Y", **wrong}
        assert (await here.owner.post("/bots", body)).status_code in (400, 409, 422), wrong
