"""slack_sdk's clients against a real server: every method, its answer decoded by the SDK."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebhookClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import ids
from chat.slack.table import METHODS
from protocol.commands import LockRoom, Mute
from tests.e2e.slack_kit import Den, Scene, refused, scene, scene_in, until, web
from tests.e2e.town import Inside, Place, Town, enter, serving_inside

pytestmark = pytest.mark.slack
on_sqlite = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
"""What does not depend on the database."""


@pytest.fixture
def here(place: Place) -> Scene:
    return scene(place)


@on_sqlite
def test_who_asks(here: Scene) -> None:
    bot = here.as_bot()
    told = bot.auth_test()
    assert told["user_id"] == ids.user(here.bot)
    assert told["bot_id"] == ids.bot(here.bot)
    assert told["team_id"] == bot.team_info()["team"]["id"]
    assert told["team_id"][0] == "T"
    assert "bot_id" not in here.as_person(here.ana).auth_test().data
    assert bot.bots_info(bot=told["bot_id"])["bot"]["user_id"] == told["user_id"]
    assert bot.emoji_list()["emoji"] == {}
    assert bot.api_test(foo="bar")["args"] == {"foo": "bar"}
    assert refused(bot.api_test, error="my_error") == "my_error"


@on_sqlite
def test_saying_changing_and_taking_back(here: Scene) -> None:
    bot = here.as_bot()
    said = bot.chat_postMessage(channel=here.channel, text="*Hello* <@" + ids.user(here.bo) + ">")
    assert re.fullmatch(r"\d{10}\.\d{6}", said["ts"])
    assert said["message"]["bot_id"] == ids.bot(here.bot)
    assert said["message"]["text"] == f"*Hello* <@{ids.user(here.bo)}>"
    page = here.as_person(here.bo).conversations_history(channel=here.channel)
    assert [m["text"] for m in page["messages"]] == [said["message"]["text"]]
    changed = bot.chat_update(channel=here.channel, ts=said["ts"], text="Good evening")
    assert (changed["ts"], changed["text"]) == (said["ts"], "Good evening")
    assert changed["message"]["edited"]["user"] == ids.user(here.bot)
    link = bot.chat_getPermalink(channel=here.channel, message_ts=said["ts"])["permalink"]
    assert link.endswith(f"/#/r/{here.room}/1")
    bot.chat_delete(channel=here.channel, ts=said["ts"])
    assert bot.conversations_history(channel=here.channel)["messages"] == []
    assert refused(bot.chat_delete, channel=here.channel, ts=said["ts"]) == "message_not_found"
    assert refused(bot.chat_delete, channel=here.channel, ts="1.000000") == "message_not_found"
    others = here.as_person(here.ana).chat_postMessage(channel=here.channel, text="Ana's")["ts"]
    anew = {"channel": here.channel, "ts": others, "text": "x"}
    assert refused(bot.chat_update, **anew) == "cant_update_message"
    assert refused(bot.chat_delete, channel=here.channel, ts=others) == "cant_delete_message"
    stranger = {"user": ids.user(here.town.person("Otto")), "text": "x"}
    told = refused(bot.chat_postEphemeral, channel=here.channel, **stranger)
    assert told == "user_not_in_channel"
    assert refused(bot.chat_postMessage, channel="C0NOWHERE", text="x") == "channel_not_found"
    assert refused(bot.chat_postMessage, channel=here.channel, text="x" * 8001) == "msg_too_long"


def test_threads(here: Scene) -> None:
    bot = here.as_bot()
    first = bot.chat_postMessage(channel=here.channel, text="first")["ts"]
    replies = [
        bot.chat_postMessage(channel=here.channel, thread_ts=first, text=f"reply {no}")["ts"]
        for no in range(5)
    ]
    # A reply's own ts names its thread as well.
    nested = bot.chat_postMessage(channel=here.channel, thread_ts=replies[0], text="nested")
    assert nested["message"]["thread_ts"] == first
    page = bot.conversations_replies(channel=here.channel, ts=first, limit=3)
    assert [m["text"] for m in page["messages"]] == ["first", "reply 0", "reply 1", "reply 2"]
    assert page["has_more"]
    cursor = page["response_metadata"]["next_cursor"]
    rest = bot.conversations_replies(channel=here.channel, ts=first, cursor=cursor)
    assert [m["text"] for m in rest["messages"]] == ["reply 3", "reply 4", "nested"]
    assert not rest["has_more"]
    later = bot.conversations_replies(channel=here.channel, ts=first, oldest=replies[3])
    assert [m["text"] for m in later["messages"]] == ["first", "reply 4", "nested"]
    [root] = bot.conversations_history(channel=here.channel)["messages"]
    assert (root["reply_count"], root["thread_ts"], root["latest_reply"]) == (
        6,
        first,
        nested["ts"],
    )
    bot.chat_delete(channel=here.channel, ts=replies[1])
    bot.chat_delete(channel=here.channel, ts=first)
    [root] = bot.conversations_history(channel=here.channel)["messages"]
    assert root["subtype"] == "tombstone"
    assert refused(bot.conversations_replies, channel=here.channel, ts="2.0") == "thread_not_found"


def test_history_by_time_and_page(here: Scene) -> None:
    bot = here.as_bot()
    stamps = [bot.chat_postMessage(channel=here.channel, text=str(no))["ts"] for no in range(7)]
    bot.reactions_add(channel=here.channel, timestamp=stamps[2], name="eyes")

    def texts(**more: Any) -> list[str]:
        page = bot.conversations_history(channel=here.channel, **more)
        return [message["text"] for message in page["messages"]]

    assert texts() == list("6543210")
    assert texts(oldest=stamps[2], latest=stamps[5]) == list("43")
    assert texts(oldest=stamps[2], latest=stamps[5], inclusive=True) == list("5432")
    assert texts(latest=stamps[2], inclusive=True, limit=1) == ["2"]
    assert texts(oldest="9999999999.000000") == []
    found, cursor = [], None
    while cursor != "":
        page = bot.conversations_history(channel=here.channel, limit=3, cursor=cursor)
        found.append([message["text"] for message in page["messages"]])
        cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
    assert found == [list("654"), list("321"), ["0"]]
    assert refused(bot.conversations_history, channel=here.channel, cursor="xx") == "invalid_cursor"
    for name, word in (("oldest", "invalid_ts_oldest"), ("latest", "invalid_ts_latest")):
        assert refused(bot.conversations_history, channel=here.channel, **{name: "noon"}) == word
    # The SDK pages by itself, too.
    pages = bot.conversations_history(channel=here.channel, limit=5)
    assert [len(page["messages"]) for page in pages] == [5, 2]


@on_sqlite
def test_rooms(here: Scene) -> None:
    bot, ana = here.as_bot(), here.as_person(here.ana)
    told = bot.conversations_info(channel=here.channel)["channel"]
    assert (told["id"], told["is_member"], told["num_members"]) == (here.channel, True, 3)
    assert told["name"] == told["name_normalized"]
    assert " " not in told["name"]
    listed = bot.conversations_list(types="public_channel,private_channel,im,mpim", limit=1000)
    assert here.channel in [channel["id"] for channel in listed["channels"]]
    mine = bot.users_conversations()["channels"]
    assert [channel["id"] for channel in mine] == [here.channel]
    assert here.channel in [
        c["id"] for c in ana.users_conversations(user=ids.user(here.bot))["channels"]
    ]
    members = bot.conversations_members(channel=here.channel, limit=2)
    rest = bot.conversations_members(
        channel=here.channel, cursor=members["response_metadata"]["next_cursor"]
    )
    everybody = {ids.user(person) for person in (here.ana, here.bo, here.bot)}
    assert {*members["members"], *rest["members"]} == everybody
    nowhere = base64.urlsafe_b64encode(b"nowhere").decode()
    for listing in (bot.users_list, bot.conversations_list):
        assert refused(listing, cursor=nowhere) == "invalid_cursor"
    ana.conversations_setPurpose(channel=here.channel, purpose="Reading slowly")
    assert (
        ana.conversations_setTopic(channel=here.channel, topic="Chapter 5")["topic"] == "Chapter 5"
    )
    assert (
        bot.conversations_info(channel=here.channel)["channel"]["purpose"]["value"] == "Chapter 5"
    )
    assert (
        refused(bot.conversations_setTopic, channel=here.channel, topic="x") == "restricted_action"
    )
    assert refused(bot.conversations_create, name="mine") == "restricted_action"


@on_sqlite
def test_making_rooms_and_letting_people_in(here: Scene) -> None:
    ana, bo = here.as_person(here.ana), here.as_person(here.bo)
    made = ana.conversations_create(name="Quiet corner", is_private=True)["channel"]
    assert made["is_private"]
    assert refused(bo.conversations_info, channel=made["id"]) == "channel_not_found"
    assert refused(bo.conversations_join, channel=made["id"]) == "channel_not_found"
    ana.conversations_invite(channel=made["id"], users=[ids.user(here.bo)])
    assert bo.conversations_join(channel=made["id"])["channel"]["is_member"]
    assert bo.conversations_join(channel=made["id"])["warning"] == "already_in_channel"
    ana.conversations_kick(channel=made["id"], user=ids.user(here.bo))
    assert refused(bo.conversations_info, channel=made["id"]) == "channel_not_found"
    assert (
        refused(ana.conversations_kick, channel=made["id"], user=ids.user(here.ana))
        == "cant_kick_self"
    )
    assert (
        refused(ana.conversations_kick, channel=made["id"], user=ids.user(here.bo))
        == "not_in_channel"
    )
    assert refused(ana.conversations_open, users="") == "users_list_not_supplied"
    assert bo.conversations_leave(channel=here.channel)["ok"]
    direct = ana.conversations_open(users=[ids.user(here.bo)])["channel"]["id"]
    assert direct[0] == "D"
    again = ana.conversations_open(users=ids.user(here.bo))
    assert (again["channel"]["id"], again["already_open"]) == (direct, True)
    said = ana.chat_postMessage(channel=ids.user(here.bo), text="psst")
    assert said["channel"] == direct
    [heard] = bo.conversations_history(channel=direct)["messages"]
    assert heard["text"] == "psst"
    ana.conversations_mark(channel=direct, ts=heard["ts"])
    bo.conversations_mark(channel=direct, ts=heard["ts"])
    assert bo.conversations_info(channel=direct)["channel"]["unread_count"] == 0


@on_sqlite
def test_people(here: Scene) -> None:
    bot = here.as_bot()
    found: dict[str, Any] = {}
    for page in bot.users_list(limit=200):
        found |= {person["id"]: person for person in page["members"]}
    assert {ids.user(person) for person in (here.ana, here.bo, here.bot)} <= found.keys()
    told = bot.users_info(user=ids.user(here.bo))["user"]
    assert told == found[told["id"]]
    assert not told["is_bot"]
    assert bot.users_info(user=ids.user(here.bot))["user"]["is_bot"]
    profile = bot.users_profile_get(user=ids.user(here.ana))["profile"]
    assert profile["real_name"] == bot.users_info(user=ids.user(here.ana))["user"]["real_name"]
    assert bot.users_getPresence(user=ids.user(here.ana))["presence"] == "away"
    assert refused(bot.users_info, user="U0NOBODY") == "user_not_found"
    assert refused(bot.users_info, user="nonsense") == "user_not_found"


@on_sqlite
async def test_who_is_here_is_active(place: Place) -> None:
    here = scene(place)
    bot, bo = here.as_bot(), ids.user(here.bo)

    def presence() -> str:
        return str(bot.users_getPresence(user=bo)["presence"])

    assert await asyncio.to_thread(presence) == "away"
    async with await enter(here.url, here.town.key(here.bo)) as wire:
        await wire.watch(here.room)
        assert await asyncio.to_thread(until, lambda: presence() == "active")


def test_reactions_and_pins(here: Scene) -> None:
    bot, ana = here.as_bot(), here.as_person(here.ana)
    ts = bot.chat_postMessage(channel=here.channel, text="look")["ts"]
    item = {"channel": here.channel, "timestamp": ts}
    bot.reactions_add(**item, name="thumbsup")
    ana.reactions_add(**item, name="+1")
    ana.reactions_add(**item, name=":tada:")
    assert refused(ana.reactions_add, **item, name="tada") == "already_reacted"
    assert refused(ana.pins_add, channel=here.channel) == "no_item_specified"
    told = bot.reactions_get(**item)["message"]["reactions"]
    assert [(r["name"], r["count"]) for r in told] == [("+1", 2), ("tada", 1)]
    [listed] = ana.reactions_list()["items"]
    assert listed["message"]["ts"] == ts
    ana.reactions_remove(**item, name="tada")
    assert refused(ana.reactions_remove, **item, name="tada") == "no_reaction"
    ana.pins_add(**item)
    assert refused(ana.pins_add, **item) == "already_pinned"
    [pinned] = bot.pins_list(channel=here.channel)["items"]
    assert pinned["message"]["ts"] == ts
    assert refused(bot.pins_remove, **item) == "restricted_action"
    ana.pins_remove(**item)
    assert bot.pins_list(channel=here.channel)["items"] == []


@on_sqlite
async def test_the_asynchronous_client(place: Place) -> None:
    here = scene(place)
    client = AsyncWebClient(token=here.token, base_url=f"{place.url}/api/")
    said = await client.chat_postMessage(channel=here.channel, text="hi", blocks=[
        {"type": "section", "text": {"type": "mrkdwn", "text": "*hi* there"}}
    ])  # fmt: skip
    # As at Slack: the text is for where blocks cannot be drawn.
    assert said["message"]["text"] == "hi"
    assert said["message"]["blocks"][0]["text"]["text"] == "*hi* there"
    texts = [
        message["text"]
        async for page in await client.conversations_history(channel=here.channel)
        for message in page["messages"]
    ]
    assert texts == ["hi"]


@on_sqlite
def test_the_client_for_incoming_addresses(place: Place) -> None:
    den = Den(place.town, place.url)
    made = den.http.post(f"/bots/{den.bot}/webhooks", json={"room": den.room}).json()
    den.http.close()
    answer = WebhookClient(made["url"]).send(text="Build *passed*")
    assert (answer.status_code, answer.body) == (200, "ok")
    talk = web(place.url, place.town.key(den.bo))
    [heard] = talk.conversations_history(channel=den.channel)["messages"]
    assert (heard["text"], heard["user"]) == ("Build *passed*", ids.user(den.bot))


# --- what goes over the wire ----------------------------------------------------------------------


def _raw(url: str, body: bytes, kind: str, token: str = "") -> tuple[int, dict[str, Any]]:
    headers = {"content-type": kind} | ({"authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, body, headers)
    with urllib.request.urlopen(request) as answer:
        return answer.status, json.loads(answer.read())


@on_sqlite
def test_json_form_query_and_nothing_at_all(here: Scene) -> None:
    url, json_ = f"{here.url}/api", "application/json; charset=utf-8"
    form = "application/x-www-form-urlencoded"
    assert _raw(f"{url}/auth.test", b"", json_, here.token)[1]["ok"]
    assert _raw(f"{url}/auth.test", b"", form, here.token)[1]["ok"]
    assert _raw(f"{url}/auth.test", f"token={here.token}&what=ever".encode(), form)[1]["ok"]
    assert _raw(f"{url}/auth.test", json.dumps({"token": here.token}).encode(), json_)[1]["ok"]
    given = urllib.parse.urlencode({"channel": here.channel, "text": "from the address"})
    said = _raw(f"{url}/chat.postMessage?{given}", b"", json_, here.token)[1]
    assert said["message"]["text"] == "from the address"
    blocks = json.dumps([{"type": "header", "text": {"type": "plain_text", "text": "H"}}])
    given = urllib.parse.urlencode({"channel": here.channel, "blocks": blocks})
    assert _raw(f"{url}/chat.postMessage", given.encode(), form, here.token)[1]["ok"]
    for body, kind, error in (
        (b"{", json_, "invalid_json"),
        (b"[]", json_, "json_not_object"),
        (b"<a/>", "text/xml", "invalid_post_type"),
        (b"{}", json_, "not_authed"),
        (b'{"token": "ttt_wrong"}', json_, "invalid_auth"),
        (b"token=" + b"%ff", form, "invalid_auth"),
    ):
        status, told = _raw(f"{url}/auth.test", body, kind)
        assert (status, told["ok"], told["error"]) == (200, False, error)


@pytest.mark.attack
@pytest.mark.parametrize(
    "method", ["admin.users.list", "files.upload", "chat.nothing", "rtm.start"]
)
def test_everything_else_is_unknown(place: Place, method: str) -> None:
    told = _raw(f"{place.url}/api/{method}", b"", "application/json")[1]
    assert (told["ok"], told["error"]) == (False, "unknown_method")


@pytest.mark.attack
@on_sqlite
def test_a_token_does_no_more_than_its_scopes(here: Scene) -> None:
    reader = here.as_person(here.ana, "read")
    assert reader.conversations_info(channel=here.channel)["ok"]
    assert refused(reader.chat_postMessage, channel=here.channel, text="x") == "missing_scope"
    writer = here.as_person(here.ana, "write")
    assert refused(writer.conversations_history, channel=here.channel) == "missing_scope"
    assert refused(writer.users_list) == "missing_scope"


@pytest.mark.attack
def test_what_one_may_not_see_is_not_there(here: Scene) -> None:
    town = here.town
    other = town.person("Cyn")
    hidden = town.room(other, name="Hidden", access="invite")
    town.post(other, hidden, "secret")
    bot, channel = here.as_bot(), ids.channel(hidden)
    for call, more in (
        (bot.conversations_info, {}),
        (bot.conversations_history, {}),
        (bot.conversations_members, {}),
        (bot.conversations_join, {}),
        (bot.pins_list, {}),
        (bot.conversations_replies, {"ts": "1.0"}),
        (bot.chat_postMessage, {"text": "x"}),
        (bot.chat_getPermalink, {"message_ts": "1.0"}),
    ):
        assert refused(call, channel=channel, **more) == "channel_not_found"


@pytest.mark.attack
@on_sqlite
def test_a_cookie_says_nothing_here(here: Scene) -> None:
    request = urllib.request.Request(f"{here.url}/api/auth.test", b"")
    request.add_header("cookie", f"tertulia={here.town.session(here.ana)}")
    with urllib.request.urlopen(request) as answer:
        assert json.loads(answer.read())["error"] == "not_authed"


@on_sqlite
def test_mutes_and_locks_bind_bots_too(here: Scene) -> None:
    bot = here.as_bot()
    here.town.do(here.ana, Mute(room=here.room, person=here.bot, seconds=600))
    assert refused(bot.chat_postMessage, channel=here.channel, text="x") == "restricted_action"
    locked = scene_in(here.town, here.url)
    here.town.do(locked.ana, LockRoom(room=locked.room))
    assert refused(locked.as_bot().chat_postMessage, channel=locked.channel, text="x") == (
        "restricted_action"
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_too_fast_is_told_with_retry_after(town: Town, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(exist_ok=True)
    async with serving_inside(
        town, tmp_path / "data", rate_per_second=1.0, rate_burst=2.0
    ) as inside:
        assert isinstance(inside, Inside)
        token = town.key(town.person("Eva"))
        client = web(inside.url, token)

        def hurry() -> SlackApiError:
            with contextlib.suppress(SlackApiError):
                for _ in range(20):
                    client.auth_test()
            with pytest.raises(SlackApiError) as caught:
                client.auth_test()
            return caught.value

        error = await asyncio.to_thread(hurry)
        assert error.response["error"] == "ratelimited"
        assert error.response.status_code == 429
        assert int(error.response.headers["Retry-After"]) >= 1


def test_the_table_is_whole() -> None:
    assert all(re.fullmatch(r"[a-z]+(\.[A-Za-z]+)+", name) for name in METHODS)
