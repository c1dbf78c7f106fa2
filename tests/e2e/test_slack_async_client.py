"""Every method once more, by `AsyncWebClient` and over PostgreSQL: what came of each is looked up.

`test_slack_web` and its sisters go into the corners, by `WebClient` and mostly over SQLite.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import ids
from protocol.bots import Slash
from protocol.commands import SetSlash
from tests.e2e.slack_kit import Scene, scene
from tests.e2e.town import Place, api

pytestmark = [
    pytest.mark.slack,
    pytest.mark.parametrize("place", ["postgresql"], indirect=True),
]


@dataclass
class Cast:
    """The people of a scene, by their asynchronous clients; Bo by the browser's API as well."""

    here: Scene
    bot: AsyncWebClient
    ana: AsyncWebClient
    bo: AsyncWebClient
    browser: httpx.AsyncClient

    @property
    def there(self) -> dict[str, Any]:
        """The room, as an argument."""
        return {"channel": self.here.channel}

    async def texts(self) -> list[str]:
        """What Bo reads, newest first."""
        page = await self.bo.conversations_history(**self.there)
        return [message["text"] for message in page["messages"]]

    async def whispers(self) -> list[dict[str, Any]]:
        """What Bo alone is told."""
        found: list[dict[str, Any]] = (await self.browser.get("/overview")).json()["whispers"]
        return found


@pytest.fixture
async def cast(place: Place) -> AsyncIterator[Cast]:
    here = scene(place)
    base, town = f"{here.url}/api/", here.town
    ana, bo = (AsyncWebClient(token=town.key(one), base_url=base) for one in (here.ana, here.bo))
    bot = AsyncWebClient(token=here.token, base_url=base)
    async with api(here.url, town.key(here.bo)) as browser:
        yield Cast(here, bot, ana, bo, browser)


async def test_who_and_where(cast: Cast) -> None:
    assert (await cast.bot.api_test(foo="1"))["args"] == {"foo": "1"}
    me = await cast.bot.auth_test()
    assert me["user_id"] == ids.user(cast.here.bot)
    told = await cast.bot.bots_info(bot=me["bot_id"])
    assert told["bot"]["user_id"] == me["user_id"]
    assert (await cast.bot.team_info())["team"]["id"] == me["team_id"]
    assert (await cast.bot.emoji_list())["emoji"] == {}
    opened = await cast.bot.apps_connections_open(app_token=cast.here.token)
    assert opened["url"].startswith(cast.here.url.replace("http", "ws", 1))


async def test_saying(cast: Cast) -> None:
    bot, there = cast.bot, cast.there
    ts = (await bot.chat_postMessage(**there, text="one"))["ts"]
    await bot.chat_update(**there, ts=ts, text="*two*")
    gone = (await bot.chat_postMessage(**there, text="gone"))["ts"]
    assert await cast.texts() == ["gone", "*two*"]
    await bot.chat_delete(**there, ts=gone)
    assert await cast.texts() == ["*two*"]
    await bot.chat_postMessage(**there, thread_ts=ts, text="a reply")
    page = await cast.bo.conversations_replies(**there, ts=ts)
    assert [message["text"] for message in page["messages"]] == ["*two*", "a reply"]
    link = (await bot.chat_getPermalink(**there, message_ts=ts))["permalink"]
    assert link.endswith(f"/#/r/{cast.here.room}/1")
    await bot.chat_postEphemeral(**there, user=ids.user(cast.here.bo), text="psst")
    assert [one["body"] for one in await cast.whispers()] == ["psst"]


async def test_saying_later(cast: Cast) -> None:
    bot, at = cast.bot, int(time.time()) // 60 * 60 + 3600
    made = await bot.chat_scheduleMessage(**cast.there, text="later", post_at=at)
    [waits] = (await bot.chat_scheduledMessages_list())["scheduled_messages"]
    assert (waits["id"], waits["post_at"]) == (made["scheduled_message_id"], at)
    await bot.chat_deleteScheduledMessage(**cast.there, scheduled_message_id=waits["id"])
    assert (await bot.chat_scheduledMessages_list())["scheduled_messages"] == []
    ana = cast.ana
    kept = (await ana.reminders_add(text="tea", time=str(at)))["reminder"]
    done = (await ana.reminders_add(text="milk", time=str(at)))["reminder"]
    dropped = (await ana.reminders_add(text="salt", time=str(at)))["reminder"]
    await ana.reminders_complete(reminder=done["id"])
    await ana.reminders_delete(reminder=dropped["id"])
    assert (await ana.reminders_list())["reminders"] == [kept]
    assert (await ana.reminders_info(reminder=kept["id"]))["reminder"]["time"] == at


async def test_rooms(cast: Cast) -> None:
    ana, bo, me = cast.ana, cast.bo, ids.user(cast.here.bo)
    made = (await ana.conversations_create(name="Quiet corner", is_private=True))["channel"]
    there: dict[str, Any] = {"channel": made["id"]}

    async def members() -> list[str]:
        return list((await ana.conversations_members(**there))["members"])

    assert me not in await members()
    await ana.conversations_invite(**there, users=[me])
    await bo.conversations_join(**there)
    assert me in await members()
    await ana.conversations_kick(**there, user=me)
    assert me not in await members()
    await ana.conversations_setPurpose(**there, purpose="Reading slowly")
    told = (await ana.conversations_info(**there))["channel"]
    assert told["purpose"]["value"] == "Reading slowly"
    await ana.conversations_setTopic(**there, topic="Chapter 5")
    told = (await ana.conversations_info(**there))["channel"]
    assert told["topic"]["value"] == "Chapter 5"
    mine = (await ana.users_conversations(types="private_channel"))["channels"]
    assert made["id"] in [one["id"] for one in mine]
    listed = (await bo.conversations_list(limit=1000))["channels"]
    assert made["id"] not in [one["id"] for one in listed]
    assert cast.here.channel in [one["id"] for one in listed]
    there = cast.there
    await bo.conversations_leave(**there)
    assert me not in await members()


async def test_reading_and_direct_rooms(cast: Cast) -> None:
    opened = (await cast.ana.conversations_open(users=[ids.user(cast.here.bo)]))["channel"]
    there: dict[str, Any] = {"channel": opened["id"]}
    said = await cast.ana.chat_postMessage(**there, text="psst")
    unread = (await cast.bo.conversations_info(**there))["channel"]["unread_count"]
    await cast.bo.conversations_mark(**there, ts=said["ts"])
    read = (await cast.bo.conversations_info(**there))["channel"]["unread_count"]
    assert (unread, read) == (1, 0)


async def test_people(cast: Cast) -> None:
    me = ids.user(cast.here.bo)
    told = (await cast.bot.users_info(user=me))["user"]
    found: dict[str, Any] = {}
    async for page in await cast.bot.users_list(limit=200):
        found |= {person["id"]: person for person in page["members"]}
    assert found[me] == told
    profile = (await cast.bot.users_profile_get(user=me))["profile"]
    assert profile == told["profile"]
    assert (await cast.bot.users_getPresence(user=me))["presence"] == "away"


async def test_what_hangs_on_messages(cast: Cast) -> None:
    bot, ana = cast.bot, cast.ana
    ts = (await bot.chat_postMessage(**cast.there, text="look"))["ts"]
    item: dict[str, Any] = {**cast.there, "timestamp": ts}
    await bot.reactions_add(**item, name="wave")
    await ana.reactions_add(**item, name="tada")

    async def names() -> list[str]:
        message = (await ana.reactions_get(**item))["message"]
        return [one["name"] for one in message.get("reactions", [])]

    assert await names() == ["wave", "tada"]
    [listed] = (await ana.reactions_list())["items"]
    assert listed["message"]["ts"] == ts
    await ana.reactions_remove(**item, name="tada")
    assert await names() == ["wave"]
    await ana.pins_add(**item)
    [pinned] = (await bot.pins_list(**cast.there))["items"]
    assert pinned["message"]["ts"] == ts
    await ana.pins_remove(**item)
    assert (await bot.pins_list(**cast.there))["items"] == []


async def test_a_view(cast: Cast) -> None:
    cast.here.town.do(cast.here.bot, SetSlash(commands=(Slash(name="form"),)))
    asked = await cast.browser.post(f"/rooms/{cast.here.room}/slash/form", json={"text": ""})
    trigger = asked.json()["interaction"]
    label = {"type": "plain_text", "text": "What?"}
    entry = {"type": "input", "block_id": "what", "label": label,
             "element": {"type": "plain_text_input", "action_id": "said"}}  # fmt: skip
    view = {"type": "modal", "title": label, "submit": label, "blocks": [entry]}
    opened = (await cast.bot.views_open(trigger_id=trigger, view=view))["view"]
    [dialog] = await cast.whispers()
    assert (dialog["dialog"], len(dialog["blocks"])) == (True, 2)
    more = [{"type": "divider"}, entry]
    await cast.bot.views_update(view_id=opened["id"], view=view | {"blocks": more})
    [dialog] = await cast.whispers()
    assert [block["type"] for block in dialog["blocks"]] == ["header", "divider", "form"]
