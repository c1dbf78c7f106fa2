"""What comes by Slack's API or an incoming address and is no good: a word, never an internal error.

What frames are held to when they are read, commands made here are held to as well; on PostgreSQL a
text that is too long or holds U+0000 would fail the transaction of others.
"""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from tests.e2e.slack_kit import scene_in
from tests.e2e.town import Inside, Town, api

pytestmark = [pytest.mark.slack, pytest.mark.attack]


async def test_a_word_for_everything(town: Town, inside: Inside) -> None:
    here = scene_in(town, inside.url)
    nul = base64.urlsafe_b64encode(b"r_\x00").decode()
    calls: list[tuple[str, dict[str, Any], str]] = [
        ("chat.postMessage", {"text": "x", "client_msg_id": "x" * 5_000}, "invalid_arguments"),
        ("chat.postMessage", {"text": "x", "client_msg_id": "a\nb"}, "invalid_arguments"),
        ("conversations.list", {"cursor": nul}, "invalid_cursor"),
        ("conversations.members", {"cursor": nul}, "invalid_cursor"),
        ("users.list", {"cursor": nul}, "invalid_cursor"),
        ("reminders.add", {"text": "x", "time": "999999999999"}, "invalid_time"),
        ("chat.getPermalink", {"message_ts": "999999999999.999999"}, "message_not_found"),
        ("conversations.history", {"latest": "999999999999", "limit": "9" * 5_000},
         "invalid_arguments"),
    ]  # fmt: skip
    async with httpx.AsyncClient(base_url=inside.url, trust_env=False) as http:
        for method, fields, error in calls:
            asked = await http.post(
                f"/api/{method}",
                json={"channel": here.channel, **fields},
                headers={"authorization": f"Bearer {here.token}"},
            )
            assert asked.json().get("error") == error, (method, str(fields)[:80], asked.text)
        # A token in an address would stand in the logs of every proxy.
        asked = await http.post("/api/auth.test", params={"token": here.token})
        assert asked.json()["error"] == "not_authed"


async def test_an_incoming_address_names_no_thread_that_is_none(town: Town, inside: Inside) -> None:
    guide = town.person("Gina")
    room = town.room(guide, access="invite")
    async with (
        httpx.AsyncClient(base_url=inside.url, trust_env=False) as anybody,
        api(inside.url, town.session(guide)) as http,
    ):
        body = {"username": "herald", "name": "Herald", "room": room}
        made = (await http.post("/bots", json=body)).json()
        hook = await http.post(f"/bots/{made['person']['id']}/webhooks", json={"room": room})
        path = "/api/hooks/" + hook.json()["url"].rpartition("/")[2]
        for thread in ("\0", "x" * 5_000):
            answer = await anybody.post(path, json={"text": "x", "thread": thread})
            assert answer.status_code < 500, answer.text
        answer = await anybody.post(path, json={"text": "a\0b"})
        assert (answer.status_code, answer.text) == (200, "ok")
