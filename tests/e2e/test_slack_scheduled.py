"""Posts for later and reminders over slack_sdk's client."""

from __future__ import annotations

import time

import pytest

from bots.slack import ids
from tests.e2e.slack_kit import Scene, refused, scene
from tests.e2e.town import Place

pytestmark = [
    pytest.mark.slack,
    pytest.mark.parametrize("place", ["sqlite"], indirect=True),
]
DAY = 24 * 3600


@pytest.fixture
def here(place: Place) -> Scene:
    return scene(place)


def test_posts_for_later(here: Scene) -> None:
    bot, now = here.as_bot(), int(time.time())
    at = now - now % 60 + 3600
    first = bot.chat_scheduleMessage(channel=here.channel, text="*later*", post_at=at)
    assert (first["post_at"], first["message"]["text"]) == (at, "*later*")
    root = bot.chat_postMessage(channel=here.channel, text="now")["ts"]
    second = bot.chat_scheduleMessage(
        channel=here.channel, text="between two minutes", post_at=str(at + 90), thread_ts=root
    )
    assert second["post_at"] == at + 120
    listed = bot.chat_scheduledMessages_list(channel=here.channel)["scheduled_messages"]
    assert [(one["id"], one["text"]) for one in listed] == [
        (first["scheduled_message_id"], "*later*"),
        (second["scheduled_message_id"], "between two minutes"),
    ]
    early = bot.chat_scheduledMessages_list(latest=str(at + 60))["scheduled_messages"]
    assert [one["post_at"] for one in early] == [at]
    drop = {"channel": here.channel, "scheduled_message_id": first["scheduled_message_id"]}
    other = here.as_person(here.ana)
    assert refused(other.chat_deleteScheduledMessage, **drop) == "invalid_scheduled_message_id"
    bot.chat_deleteScheduledMessage(**drop)
    assert refused(bot.chat_deleteScheduledMessage, **drop) == "invalid_scheduled_message_id"
    assert len(bot.chat_scheduledMessages_list()["scheduled_messages"]) == 1
    assert [m["text"] for m in bot.conversations_history(channel=here.channel)["messages"]] == [
        "now"
    ]


def test_what_is_scheduled_is_within_bounds(here: Scene) -> None:
    bot, now = here.as_bot(), int(time.time())

    def why(channel: str, at: object) -> str:
        return refused(bot.chat_scheduleMessage, channel=channel, text="x", post_at=at)

    assert why(here.channel, now - 5) == "time_in_past"
    assert why(here.channel, now + 121 * DAY) == "time_too_far"
    assert why(here.channel, "soon") == "invalid_time"
    assert why("C0NOWHERE", now + DAY) == "channel_not_found"


def test_reminders_of_ones_own(here: Scene) -> None:
    ana, now = here.as_person(here.ana), int(time.time())
    at = now - now % 60 + 2 * DAY
    once = ana.reminders_add(text="the letter", time=str(at))["reminder"]
    assert (once["text"], once["time"], once["recurring"]) == ("the letter", at, False)
    assert once["user"] == ids.user(here.ana)
    soon = ana.reminders_add(text="tea", time="1200")["reminder"]
    assert now < soon["time"] <= now + 1320
    weekly = ana.reminders_add(text="read", time="every Thursday at 16:00")["reminder"]
    assert weekly["recurring"]
    listed = {one["id"] for one in ana.reminders_list()["reminders"]}
    assert listed == {once["id"], soon["id"], weekly["id"]}
    assert ana.reminders_info(reminder=once["id"])["reminder"] == once
    ana.reminders_complete(reminder=soon["id"])
    assert refused(ana.reminders_complete, reminder=weekly["id"]) == "cannot_complete_recurring"
    ana.reminders_delete(reminder=weekly["id"])
    assert [one["id"] for one in ana.reminders_list()["reminders"]] == [once["id"]]
    assert refused(ana.reminders_info, reminder=weekly["id"]) == "not_found"
    assert refused(ana.reminders_add, text="x", time="whenever you like") == "cannot_parse"
    others = {"text": "x", "time": "1200", "user": ids.user(here.bo)}
    assert refused(ana.reminders_add, **others) == "cannot_add_others"
    bo = here.as_person(here.bo)
    assert refused(bo.reminders_delete, reminder=once["id"]) == "not_found"
