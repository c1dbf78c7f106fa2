"""What is left of a bot, and of what people asked of bots, when an account goes; and who may have a
bot's secrets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest

from protocol.blocks import Button, Buttons, Form, TextInput
from protocol.commands import DismissWhisper, Interact, PostMessage, ShowWhisper
from storage.database import Database
from storage.jobs.store import writing
from storage.slack import views
from storage.slack.views import Opened
from tests.contract.accounts_kit import PASSWORD, everything
from tests.contract.bots_kit import Here, School

CANARY = "xanthic"
ASKED = (
    Form(id="ask", inputs=(TextInput(id="why", label="Why?"),)),
    Buttons(buttons=(Button(id="yes", label="Yes"),)),
)


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Here]:
    async with School(database) as house:
        yield await Here(house).ready()


async def talked_to(here: Here) -> tuple[str, str]:
    """A bot of the den that whispered to the member and was told something by a form; the bot, and
    the whisper."""
    bot = (await here.bot(here.guide, room=here.den))["person"]["id"]
    drawn = PostMessage(room=here.den, body="", blocks=ASKED)
    message = (await here.house.do(bot, drawn))["message"]
    filled = Interact(message=message, action="ask", values={"why": f"{CANARY} typed"})
    await here.house.do(here.member_id, filled)
    said = ShowWhisper(room=here.den, person=here.member_id, body=f"{CANARY} said")
    whisper = (await here.house.do(bot, said))["whisper"]
    opened = Opened(whisper, bot, here.den, here.member_id)
    keep = partial(views.keep, opened=opened, view=f'"{CANARY} view"', at=here.house.now())
    await here.house.run(writing(keep))
    return bot, whisper


@pytest.mark.promise_p8
async def test_what_a_bot_said_to_one_person_and_was_told_goes_with_it(here: Here) -> None:
    bot, _ = await talked_to(here)
    assert everything(here.house.database).count(CANARY) > 3
    assert (await here.guide.delete(f"/bots/{bot}")).status_code == 200
    await here.house.erasure.begin(bot)
    assert CANARY not in everything(here.house.database)


@pytest.mark.promise_p8
async def test_what_somebody_told_a_bot_goes_with_their_account(here: Here) -> None:
    await talked_to(here)
    assert (await here.member.delete("/me", {"password": PASSWORD})).status_code == 200
    await here.house.erasure.begin(here.member_id)
    assert CANARY not in everything(here.house.database)


@pytest.mark.promise_p8
async def test_a_view_goes_with_its_dialog(here: Here) -> None:
    _, whisper = await talked_to(here)
    await here.house.do(here.member_id, DismissWhisper(whisper=whisper))
    left = everything(here.house.database)
    assert f"{CANARY} view" not in left
    assert f"{CANARY} said" not in left


@pytest.mark.attack
async def test_who_runs_the_community_has_no_secrets_of_a_private_rooms_bot(here: Here) -> None:
    """A token, a signing secret or an address would be a way into the room."""
    made = await here.bot(here.guide, room=here.den)
    bot = made["person"]["id"]
    for answer in (
        await here.owner.post(f"/bots/{bot}/tokens"),
        await here.owner.get(f"/bots/{bot}/signing-secret"),
        await here.owner.post(f"/bots/{bot}/signing-secret"),
        await here.owner.post(f"/bots/{bot}/webhooks", {"room": here.den}),
        await here.owner.put(f"/bots/{bot}/outgoing", {"url": "https://example.org/"}),
    ):
        assert answer.json()["code"] == "not_allowed"
    # But they see that it is there, and may end it.
    shown = (await here.owner.get(f"/bots/{bot}")).json()
    [token] = shown["tokens"]
    assert (await here.owner.delete(f"/bots/{bot}/tokens/{token['id']}")).status_code == 200
    assert (await here.owner.delete(f"/bots/{bot}")).status_code == 200
