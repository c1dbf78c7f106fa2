"""Commands, buttons and forms: slack_bolt programs answer what people ask in the browser client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebhookClient

from bots.slack import ids
from protocol.bots import Slash
from protocol.commands import SetSlash
from tests.e2e.slack_kit import Hand, Scene, Seen, greeted_program, refused, scene, until
from tests.e2e.town import Place

pytestmark = [
    pytest.mark.slack,
    pytest.mark.usefixtures("tidied"),
    pytest.mark.parametrize("place", ["sqlite"], indirect=True),
]

PIZZA: list[dict[str, Any]] = [
    {"type": "header", "text": {"type": "plain_text", "text": "Pizza?"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "On *Friday*"}},
    {"type": "actions", "block_id": "choice", "elements": [
        {"type": "button", "action_id": "yes", "value": "1", "style": "primary",
         "text": {"type": "plain_text", "text": "Yes"}},
        {"type": "button", "action_id": "no", "text": {"type": "plain_text", "text": "No"}},
    ]},
]  # fmt: skip
VIEW: dict[str, Any] = {
    "type": "modal",
    "callback_id": "order",
    "private_metadata": "kept as it is",
    "title": {"type": "plain_text", "text": "Your order"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {"type": "input", "block_id": "what", "label": {"type": "plain_text", "text": "What?"},
         "element": {"type": "plain_text_input", "action_id": "said", "multiline": True}},
        {"type": "input", "block_id": "size", "label": {"type": "plain_text", "text": "Size"},
         "element": {"type": "static_select", "action_id": "chosen", "options": [
             {"text": {"type": "plain_text", "text": "Small"}, "value": "s"},
             {"text": {"type": "plain_text", "text": "Large"}, "value": "l"}]}},
    ],
}  # fmt: skip


@pytest.fixture
def here(place: Place) -> Scene:
    found = scene(place)
    commands = (Slash(name="pizza", hint="[when]"), Slash(name="order"))
    found.town.do(found.bot, SetSlash(commands=commands))
    return found


@pytest.fixture
def bo(here: Scene) -> Iterator[Hand]:
    hand = Hand(here, here.bo)
    yield hand
    hand.close()


def test_a_command_a_button_and_answers(here: Scene, bo: Hand) -> None:
    seen, app = Seen(), App(token=here.token, client=here.as_bot())

    @app.command("/pizza")
    def pizza(ack: Any, command: dict[str, Any], say: Any, respond: Any) -> None:
        ack(text="A moment…")
        seen.add(("command", command["text"], command["user_id"], command["channel_id"]))
        respond(text="Only you see this")
        say(blocks=PIZZA, text="Pizza on Friday?")

    @app.action("yes")
    def yes(ack: Any, body: dict[str, Any], action: dict[str, Any], client: Any) -> None:
        ack()
        seen.add(("yes", action["value"], action["block_id"], body["user"]["id"]))
        client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text="Pizza it is", blocks=[]
        )

    with greeted_program(here, app):
        bo.run("pizza", "on friday")
        [told] = seen.until(lambda items: len(items) == 1)
        assert told == ("command", "on friday", ids.user(here.bo), here.channel)
        drawn = until(lambda: bo.newest()["blocks"] and bo.newest())
        assert drawn["body"] == "Pizza on Friday?"
        whispers = until(lambda: len(bo.whispers()) == 2 and bo.whispers())
        assert {w["body"] for w in whispers} == {"A moment…", "Only you see this"}
        bo.press(drawn["id"], "choice¦yes")
        assert seen.until(lambda items: len(items) == 2)[1] == (
            "yes", "1", "choice", ids.user(here.bo),
        )  # fmt: skip
        assert until(lambda: bo.newest()["blocks"] is None and bo.newest())["body"] == (
            "Pizza it is"
        )


def test_a_form(here: Scene, bo: Hand) -> None:
    seen, app = Seen(), App(token=here.token, client=here.as_bot())

    @app.command("/order")
    def order(ack: Any, body: dict[str, Any], client: Any) -> None:
        ack()
        opened = client.views_open(trigger_id=body["trigger_id"], view=VIEW)
        client.views_update(view_id=opened["view"]["id"], view=VIEW)
        seen.add(opened["view"]["id"])

    @app.view("order")
    def ordered(ack: Any, view: dict[str, Any]) -> None:
        values = view["state"]["values"]
        said = values["what"]["said"]["value"]
        if said == "nothing":
            ack(response_action="errors", errors={"what": "That is not much"})
        else:
            ack()
        chosen = values["size"]["chosen"]["selected_option"]["value"]
        seen.add((said, chosen, view["private_metadata"], view["callback_id"]))

    with greeted_program(here, app):
        bo.run("order")
        seen.until(bool)
        [dialog] = until(bo.whispers)
        assert dialog["dialog"]
        [form] = [block for block in dialog["blocks"] if block["type"] == "form"]
        assert [one["type"] for one in form["inputs"]] == ["text", "select"]
        bo.press(dialog["id"], form["id"], **{"what¦said": "nothing", "size¦chosen": "s"})
        told = until(lambda: "not much" in str(bo.whispers()) and bo.whispers())
        assert told[0]["id"] == dialog["id"]
        bo.press(dialog["id"], form["id"], **{"what¦said": "Soup", "size¦chosen": "l"})
        until(lambda: not bo.whispers())
    assert seen.items[1:] == [
        ("nothing", "s", "kept as it is", "order"),
        ("Soup", "l", "kept as it is", "order"),
    ]


def test_inputs_in_a_message_are_sent_by_its_button(here: Scene, bo: Hand) -> None:
    seen, app = Seen(), App(token=here.token, client=here.as_bot())
    button = {"type": "button", "action_id": "send", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [VIEW["blocks"][0], {"type": "actions", "elements": [button]}]

    @app.action("send")
    def sent(ack: Any, body: dict[str, Any]) -> None:
        ack()
        seen.add(body["state"]["values"]["what"]["said"]["value"])

    with greeted_program(here, app):
        here.as_bot().chat_postMessage(channel=here.channel, text="Tell me", blocks=blocks)
        bo.press(bo.newest()["id"], "send", **{"what¦said": "Soup"})
        assert seen.until(bool) == ["Soup"]


def test_a_whisper_and_what_is_asked_in_it(here: Scene, bo: Hand) -> None:
    seen, app = Seen(), App(token=here.token, client=here.as_bot())

    @app.action("yes")
    def yes(ack: Any, body: dict[str, Any], respond: Any) -> None:
        ack()
        seen.add(body["container"]["is_ephemeral"])
        respond(text="Then come", replace_original=True)

    with greeted_program(here, app):
        told = here.as_bot().chat_postEphemeral(
            channel=here.channel, user=ids.user(here.bo), text="Pizza?", blocks=PIZZA
        )
        assert told["message_ts"]
        [whisper] = bo.whispers()
        bo.press(whisper["id"], "choice¦yes")
        assert seen.until(bool) == [True]
        until(lambda: [w["body"] for w in bo.whispers()] == ["Then come"])
    outside = here.town.person("Cyn")
    bot = here.as_bot()
    assert (
        refused(bot.chat_postEphemeral, channel=here.channel, user=ids.user(outside), text="x")
        == "user_not_in_channel"
    )


@pytest.mark.attack
def test_a_response_address_is_for_one_question_and_ends(here: Scene, bo: Hand) -> None:
    seen, app = Seen(), App(token=here.token, client=here.as_bot())

    @app.command("/pizza")
    def pizza(ack: Any, command: dict[str, Any]) -> None:
        ack(text="The first of five")
        seen.add((command["response_url"], command["trigger_id"]))

    with greeted_program(here, app):
        bo.run("pizza")
        [(url, trigger)] = seen.until(bool)
        until(bo.whispers)
        answers = [WebhookClient(url).send(text=f"answer {no}") for no in range(6)]
        assert [answer.status_code for answer in answers].count(200) == 4
        assert answers[0].body == "ok"
        assert "expired_url" in answers[-1].body
        forged = WebhookClient(url[:-8] + "AAAAAAA=").send(text="x")
        assert forged.status_code == 404
    other = scene(Place(here.town, here))  # type: ignore[arg-type]
    assert refused(other.as_bot().views_open, trigger_id=trigger, view=VIEW) == "expired_trigger_id"
    assert refused(here.as_bot().views_open, trigger_id="x_0", view=VIEW) == "expired_trigger_id"
    assert refused(here.as_bot().views_update, view_id="V0", view=VIEW) == "not_found"
