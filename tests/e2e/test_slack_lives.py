"""Bots as people write them for Slack, run unchanged: what they lean on beyond the tutorials."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt import App

from bots.slack import ids
from protocol.bots import Slash
from protocol.commands import SetSlash
from tests.e2e.slack_kit import Hand, Scene, greeted_program, scene, until
from tests.e2e.town import Place

pytestmark = [
    pytest.mark.slack,
    pytest.mark.usefixtures("tidied"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]


@pytest.fixture
def here(place: Place) -> Scene:
    return scene(place)


@pytest.fixture
def bo(here: Scene) -> Iterator[Hand]:
    hand = Hand(here, here.bo)
    yield hand
    hand.close()


def words(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


# --- a desk that helps ----------------------------------------------------------------------------


def helpdesk(here: Scene) -> App:
    """Asks for a ticket by a form, answers in the thread, keeps its card up to date."""
    app = App(token=here.token, client=here.as_bot())

    def card(title: str, owner: str | None, *, closed: bool = False) -> list[dict[str, Any]]:
        said = f"*{title}*\n" + (f"Taken by <@{owner}>" if owner else "_Nobody has it yet_")
        menu = {
            "type": "overflow", "action_id": "more", "options": [
                {"text": words("Close"), "value": "close"},
                {"text": words("Delete"), "value": "delete"}],
        }  # fmt: skip
        section: dict[str, Any] = {"type": "section", "block_id": "ticket", "text": marked(said)}
        if closed:
            return [section]
        take = {"type": "button", "action_id": "take", "value": title, "text": words("Take it")}
        return [section | {"accessory": menu}, {"type": "actions", "elements": [take]}]

    @app.event("app_mention")
    def asked(event: dict[str, Any], say: Any, client: Any) -> None:
        client.reactions_add(channel=event["channel"], timestamp=event["ts"], name="eyes")
        open_ = {"type": "button", "action_id": "open", "text": words("Open a ticket")}
        say(
            text="What is it about?",
            thread_ts=event.get("thread_ts") or event["ts"],
            blocks=[{"type": "actions", "block_id": "ask", "elements": [open_]}],
        )

    def form(metadata: str, *, urgent: bool = False) -> dict[str, Any]:
        blocks: list[dict[str, Any]] = [
            {"type": "input", "block_id": "title", "label": words("Title"),
             "element": {"type": "plain_text_input", "action_id": "value"}},
            {"type": "input", "block_id": "due", "label": words("Until"), "optional": True,
             "element": {"type": "datepicker", "action_id": "day"}},
            {"type": "input", "block_id": "kind", "label": words("Kind"),
             "element": {"type": "radio_buttons", "action_id": "value", "options": [
                 {"text": words("A fault"), "value": "fault"},
                 {"text": words("A wish"), "value": "wish"}]}},
            {"type": "actions", "block_id": "extra", "elements": [
                {"type": "button", "action_id": "urgent", "text": words("It is urgent")}]},
        ]  # fmt: skip
        if urgent:
            blocks[-1] = {"type": "section", "text": marked(":rotating_light: Urgent")}
        return {
            "type": "modal", "callback_id": "ticket", "private_metadata": metadata,
            "title": words("Ticket"), "submit": words("Send"), "close": words("Never mind"),
            "blocks": blocks,
        }  # fmt: skip

    @app.action("open")
    def opened(ack: Any, body: dict[str, Any], client: Any) -> None:
        ack()
        place = {
            "channel": body["channel"]["id"],
            "thread": body["message"]["thread_ts"],
            "user": body["user"]["id"],
        }
        assert body["container"]["thread_ts"] == place["thread"]
        client.views_open(trigger_id=body["trigger_id"], view=form(json.dumps(place)))

    @app.action("urgent")
    def urgent(ack: Any, body: dict[str, Any], client: Any) -> None:
        ack()
        view = body["view"]
        client.views_update(
            view_id=view["id"], hash=view["hash"], view=form(view["private_metadata"], urgent=True)
        )

    @app.view("ticket")
    def sent(ack: Any, body: dict[str, Any], view: dict[str, Any], client: Any) -> None:
        values = view["state"]["values"]
        title, day = values["title"]["value"]["value"], values["due"]["day"]["selected_date"]
        if day and day < "2026-01-01":
            ack(response_action="errors", errors={"due": "That day is over"})
            return
        ack()
        place = json.loads(view["private_metadata"])
        kind = values["kind"]["value"]["selected_option"]["text"]["text"]
        said = client.chat_postMessage(
            channel=place["channel"], thread_ts=place["thread"],
            text=title, blocks=card(f"{title} ({kind}, {day})", None),
        )  # fmt: skip
        assert said["message"]["thread_ts"] == place["thread"]
        client.chat_postEphemeral(
            channel=place["channel"], user=body["user"]["id"], thread_ts=place["thread"],
            text="Thank you, somebody will look at it.",
        )  # fmt: skip

    @app.action("take")
    def take(ack: Any, body: dict[str, Any], action: dict[str, Any], respond: Any) -> None:
        ack()
        owner = body["user"]["id"]
        respond(replace_original=True, text="taken", blocks=card(action["value"], owner))

    @app.action("more")
    def more(ack: Any, body: dict[str, Any], action: dict[str, Any], client: Any) -> None:
        ack()
        there = {"channel": body["channel"]["id"], "ts": body["container"]["message_ts"]}
        if action["selected_option"]["value"] == "close":
            client.chat_update(**there, text="Closed, thank you")
            client.reactions_add(
                channel=there["channel"], timestamp=there["ts"], name="white_check_mark"
            )

    @app.event("reaction_added")
    def reacted() -> None:
        pass

    @app.event("message")
    def other() -> None:
        pass

    return app


def test_a_desk_that_helps(here: Scene, bo: Hand) -> None:
    talk = here.as_person(here.bo)

    def thread() -> list[dict[str, Any]]:
        page = talk.conversations_replies(channel=here.channel, ts=root)
        return list(page["messages"][1:])

    def dialog() -> dict[str, Any] | None:
        return next((one for one in bo.whispers() if one["dialog"]), None)

    def drawn(number: int) -> dict[str, Any]:
        """A reply as the browser has it."""
        return bo.replies(native)[number]

    with greeted_program(here, helpdesk(here)):
        root = talk.chat_postMessage(
            channel=here.channel, text=f"<@{ids.user(here.bot)}> the projector is dark"
        )["ts"]
        native = bo.newest()["id"]
        until(thread)
        reactions = talk.reactions_get(channel=here.channel, timestamp=root)["message"]["reactions"]
        assert [one["name"] for one in reactions] == ["eyes"]
        bo.press(drawn(0)["id"], "ask¦open")
        opened = until(dialog)
        form = next(block for block in opened["blocks"] if block["type"] == "form")
        [urgent] = [block for block in opened["blocks"] if block["type"] == "buttons"]
        bo.press(opened["id"], urgent["buttons"][0]["id"])
        until(lambda: "Urgent" in str(dialog()))
        filled = {"title¦value": "Projector", "kind¦value": "fault", "due¦day": "2025-01-01"}
        bo.press(opened["id"], form["id"], **filled)
        again = until(lambda: "Until: That day is over" in str(dialog()) and dialog())
        [form] = [block for block in again["blocks"] if block["type"] == "form"]
        assert {one["id"]: one["initial"] for one in form["inputs"]} == filled
        bo.press(opened["id"], form["id"], **filled | {"due¦day": "2026-12-31"})
        [_, ticket] = until(lambda: len(thread()) == 2 and thread())
        assert "*Projector (A fault, 2026-12-31)*" in ticket["blocks"][0]["text"]["text"]
        until(lambda: [one["body"] for one in bo.whispers()] == [
            "Thank you, somebody will look at it."])  # fmt: skip
        [take] = [block for block in drawn(1)["blocks"] if block["type"] == "buttons"]
        bo.press(drawn(1)["id"], take["buttons"][0]["id"])
        until(lambda: f"Taken by <@{ids.user(here.bo)}>" in str(thread()[1]))
        bo.press(drawn(1)["id"], "ticket¦more", **{"ticket¦more": "close"})
        closed = until(lambda: "reactions" in thread()[1] and thread()[1])
        # As at Slack: words alone take the place of the blocks.
        assert (closed["text"], closed.get("blocks")) == ("Closed, thank you", None)


# --- a quiz ---------------------------------------------------------------------------------------


def quiz(here: Scene) -> App:
    """One question: chosen from a menu, sent by a button in another block, told by an update."""
    app = App(token=here.token, client=here.as_bot())
    menu = {
        "type": "static_select", "action_id": "answer", "placeholder": words("Your answer"),
        "options": [{"text": words(one), "value": one.lower()} for one in ("Ishmael", "Ahab")],
    }  # fmt: skip
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": words("Who tells Moby-Dick?")},
        {"type": "section", "block_id": "menu", "text": marked("_Call me…_"), "accessory": menu},
        {"type": "actions", "elements": [
            {"type": "button", "action_id": "send", "style": "primary", "text": words("Send")}]},
    ]  # fmt: skip

    @app.command("/quiz")
    def begin(ack: Any, say: Any, respond: Any) -> None:
        said = say(blocks=blocks, text="A question")
        # Late, and with nothing in it.
        ack()
        respond(f"Asked at {said['ts']}", replace_original=True)

    @app.action("answer")
    def chosen(ack: Any, action: dict[str, Any], body: dict[str, Any], client: Any) -> None:
        ack()
        value = action["selected_option"]["value"]
        user, channel = body["user"]["id"], body["channel"]["id"]
        client.chat_postEphemeral(channel=channel, user=user, text=f"You chose {value}")

    @app.action("send")
    def sent(ack: Any, body: dict[str, Any], client: Any, respond: Any) -> None:
        ack()
        value = body["state"]["values"]["menu"]["answer"]["selected_option"]["value"]
        right = "right" if value == "ishmael" else "wrong"
        client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text=f"{value} is {right}",
        )  # fmt: skip
        respond(delete_original=True) if right == "wrong" else None

    @app.event("message")
    def other() -> None:
        pass

    return app


def test_a_quiz(here: Scene, bo: Hand) -> None:
    here.town.do(here.bot, SetSlash(commands=(Slash(name="quiz"),)))
    with greeted_program(here, quiz(here)):
        bo.run("quiz")
        asked = until(lambda: bo.newest()["blocks"] and bo.newest())
        until(lambda: "Asked at 1" in str(bo.whispers()))
        bo.press(asked["id"], "menu¦answer", **{"menu¦answer": "ishmael"})
        until(lambda: "You chose ishmael" in str(bo.whispers()))
        bo.press(asked["id"], "send")
        told = until(lambda: bo.newest()["body"] != "A question" and bo.newest())
        assert (told["body"], told["blocks"]) == ("ishmael is right", None)


# --- a standup ------------------------------------------------------------------------------------


def test_a_standup(here: Scene) -> None:
    """What a script does that a timer runs every morning."""
    client = here.as_bot()
    members: list[str] = []
    cursor = None
    while True:
        page = client.conversations_members(channel=here.channel, limit=2, cursor=cursor)
        members += page["members"]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    me = client.auth_test()["user_id"]
    names = []
    for one in members:
        user = client.users_info(user=one)["user"]
        if user["is_bot"] or user["deleted"] or one == me:
            continue
        names.append(user["profile"]["display_name"] or user["profile"]["real_name"])
        # Nine o'clock where they are.
        there = datetime.now(UTC).timestamp() + user["tz_offset"]
        at = int(there - there % 86_400 + 86_400 + 9 * 3_600 - user["tz_offset"])
        asked = client.chat_scheduleMessage(
            channel=here.channel, text=f"<@{one}> what did you read?", post_at=at
        )
        assert int(asked["post_at"]) == at
    assert {name.rstrip("0123456789") for name in names} == {"Ana", "Bo"}
    waiting = client.chat_scheduledMessages_list(
        channel=here.channel, oldest=str(int(time.time())), limit=100
    )["scheduled_messages"]
    assert len(waiting) == 2
    for one in waiting:
        client.chat_deleteScheduledMessage(
            channel=one["channel_id"], scheduled_message_id=one["id"]
        )
    assert client.chat_scheduledMessages_list()["scheduled_messages"] == []
