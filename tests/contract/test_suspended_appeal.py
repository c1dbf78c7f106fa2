"""Somebody who is suspended asks to be heard again, by the door they are shut out of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from chat.verbs import READERS, VERBS
from protocol import commands as c
from storage.database import Database
from storage.transaction import Job
from tests.contract.accounts_kit import PASSWORD, Browser, House
from tests.world import actor


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    async with House(database) as house:
        yield house


async def do(house: House, person: str, command: c.Command) -> Any:
    """Carry out a command of somebody."""
    verb, who = VERBS[type(command)], actor(person)
    job = Job(
        person,
        lambda facts: verb.locks(facts, who, command),
        lambda facts: verb.action(facts, who, command),
    )
    return (await house.run(job)).result


def ask(house: House, person: str, query: c.Query) -> Any:
    with house.database.read() as connection:
        return READERS[type(query)](connection, person, query)


async def suspended(house: House) -> tuple[str, str, str]:
    """Ben is suspended by Olga; their ids and the sanction's."""
    owner = await house.set_up()
    ben = await house.member(owner, "ben")
    olga, his = owner.made["person"]["id"], ben.made["person"]["id"]
    made = await do(house, olga, c.SuspendPerson(person=his, reason="A day off"))
    return olga, his, made["sanction"]


async def refused(browser: Browser, username: str = "ben") -> dict[str, Any]:
    answer = await browser.post("/sign-in", {"username": username, "password": PASSWORD})
    problem: dict[str, Any] = answer.json()
    return problem


async def test_asked_answered_and_read_at_the_door(house: House) -> None:
    olga, _, sanction = await suspended(house)
    his = house.browser()
    told = (await refused(his))["params"]
    assert (told["reason"], told["appealed"], told["verdict"]) == ("A day off", False, None)
    body = {"username": "ben", "password": PASSWORD, "text": "It was not me."}
    assert (await his.post("/sign-in/appeal", body)).json() == {}
    assert (await refused(his))["params"]["appealed"] is True
    assert ask(house, olga, c.GetAdminDesk()).appeals == 1
    [found] = ask(house, olga, c.GetSanctions()).sanctions
    assert found.appeal.text == "It was not me."
    assert [kind for kind, _ in house.published if kind == "suspension.changed"]
    again = await his.post("/sign-in/appeal", body)
    assert again.json()["code"] == "already_appealed"
    note = c.AnswerAppeal(sanction=sanction, verdict="upheld", note="Until Monday, then.")
    await do(house, olga, note)
    told = (await refused(his))["params"]
    assert (told["verdict"], told["answer"]) == ("upheld", "Until Monday, then.")
    assert ask(house, olga, c.GetAdminDesk()).appeals == 0


async def test_an_appeal_that_is_heard_opens_the_door(house: House) -> None:
    olga, _, sanction = await suspended(house)
    his = house.browser()
    body = {"username": "ben", "password": PASSWORD, "text": "It was not me."}
    await his.post("/sign-in/appeal", body)
    await do(house, olga, c.AnswerAppeal(sanction=sanction, verdict="lifted"))
    assert (await refused(his))["person"]["username"] == "ben"
    late = await his.post("/sign-in/appeal", body)
    assert late.json()["code"] == "not_in_force"


@pytest.mark.attack
async def test_only_who_proves_it_is_heard(house: House) -> None:
    olga, _, _ = await suspended(house)
    for username, password in (("ben", "not that one"), ("olga", PASSWORD), ("nobody", PASSWORD)):
        body = {"username": username, "password": password, "text": "Hello"}
        answer = await house.browser().post("/sign-in/appeal", body)
        assert answer.json()["code"] in ("bad_credentials", "not_in_force"), username
    for text, code in (("", "too_short"), ("x" * 2_001, "too_long")):
        body = {"username": "ben", "password": PASSWORD, "text": text}
        answer = await house.browser().post("/sign-in/appeal", body)
        assert answer.json()["code"] == code
    assert ask(house, olga, c.GetAdminDesk()).appeals == 0


@pytest.mark.attack
async def test_the_form_is_no_way_to_guess_passwords(house: House) -> None:
    await suspended(house)
    codes = set()
    for number in range(40):
        body = {"username": "ben", "password": f"guess number {number}", "text": "Hello"}
        answer = await house.browser(f"192.0.2.{number + 1}").post("/sign-in/appeal", body)
        codes.add(answer.json()["code"])
    assert "rate_limited" in codes
