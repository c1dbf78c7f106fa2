"""What those do who run the community: bots, invitations, class lists, reset links."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.tables import AUDIT
from tests.contract.accounts_kit import PASSWORD, House


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    """A house before set-up."""
    async with House(database) as house:
        yield house


async def test_bots_have_a_token_and_no_password(house: House) -> None:
    owner = await house.set_up()
    made = (await owner.post("/bots", {"username": "reminder", "name": "Reminder"})).json()
    assert made["person"]["role"] == "bot"
    bearer = {"authorization": f"Bearer {made['token']}"}
    session = (await house.browser().get("/session", headers=bearer)).json()
    assert session["person"]["username"] == "reminder"
    link = await owner.post(f"/people/{made['person']['id']}/reset-link")
    assert link.json()["code"] == "invalid"


async def test_invitations_for_rooms_end_and_are_accepted(house: House) -> None:
    owner = await house.set_up()
    ana = await house.member(owner, "ana")
    room = owner.made["room"]
    made = (await owner.post("/invitations", {"room": room, "role": "guest", "uses": 2})).json()
    face = (await house.browser().get(f"/invitations/{made['code']}")).json()
    assert face == {
        "community": "School", "invited_by": "Olga", "role": "guest", "guest": True,
        "room": {"name": "Hall", "purpose": "All of us"},
    }  # fmt: skip
    again = await ana.post(f"/invitations/{made['code']}/accept")
    assert again.json() == {"room": room}
    guest = house.browser()
    body = {"invitation": made["code"], "username": "gus", "name": "Gus", "password": PASSWORD}
    assert (await guest.post("/sign-up", body)).json()["person"]["role"] == "guest"
    assert (await owner.delete(f"/invitations/{made['id']}")).json() == {}
    gone = await house.browser().get(f"/invitations/{made['code']}")
    assert gone.json()["code"] == "invitation_invalid"
    listed = (await owner.get("/invitations")).json()["invitations"]
    assert [one["revoked"] for one in listed] == [True, False]


async def test_class_list_to_slips_to_signed_in(house: House) -> None:
    owner = await house.set_up()
    text = "Ana Belén\nBen Okafor\nAna Torres\nJürgen, jk\nx, olga\n"
    body = {"text": text, "room": owner.made["room"], "dry_run": True}
    dry = (await owner.post("/people/class-list", body)).json()
    assert [row["username"] for row in dry["rows"]] == ["ana", "ben", "ana2", "jk", "olga"]
    assert dry["rows"][4]["problem"] == "name_taken"
    assert "slips" not in dry
    made = (await owner.post("/people/class-list", {**body, "dry_run": False})).json()
    assert [slip["username"] for slip in made["slips"]] == ["ana", "ben", "ana2", "jk"]
    slip = made["slips"][2]
    assert slip["qr"].startswith("<svg")
    token = slip["url"].rpartition("/")[2]
    pupil = house.browser()
    face = (await pupil.get(f"/links/{token}")).json()
    assert face == {"kind": "slip", "person": {"username": "ana2", "name": "Ana Torres"}}
    assert (await pupil.post(f"/links/{token}")).json()["code"] == "missing_field"
    used = await pupil.post(f"/links/{token}", {"password": "chosen by ana"})
    assert used.status_code == 200
    assert await pupil.me() == "ana2"
    assert (await pupil.post(f"/links/{token}", {"password": "once more!"})).status_code == 404
    entry = {"username": "ana2", "password": "chosen by ana"}
    assert (await house.browser().post("/sign-in", entry)).status_code == 200
    joined = [kind for kind, _ in house.published].count("member.joined")
    assert joined == 5


async def test_a_long_class_list_comes_whole(house: House) -> None:
    owner = await house.set_up()
    text = "\n\n".join(["Anna Muster"] * 60)
    body = {"text": text, "room": owner.made["room"], "dry_run": False}
    made = (await owner.post("/people/class-list", body)).json()
    assert [row["line"] for row in made["rows"]] == list(range(1, 120, 2))
    names = [f"anna{number or ''}" for number in (0, *range(2, 61))]
    assert [slip["username"] for slip in made["slips"]] == names
    tokens = {slip["url"].rpartition("/")[2] for slip in made["slips"]}
    assert len(tokens) == 60
    last = made["slips"][-1]["url"].rpartition("/")[2]
    assert (await house.browser().get(f"/links/{last}")).json()["person"]["username"] == "anna60"


async def test_a_reset_link_is_audited_and_ends_sessions(house: House) -> None:
    owner = await house.set_up()
    ana = await house.member(owner, "ana")
    person = ana.made["person"]["id"]
    first = (await owner.post(f"/people/{person}/reset-link")).json()
    made = (await owner.post(f"/people/{person}/reset-link")).json()
    old, token = (link["url"].rpartition("/")[2] for link in (first, made))
    finder = house.browser()
    assert (await finder.get(f"/links/{old}")).json()["code"] == "link_invalid"
    assert (await ana.me()) == "ana"
    used = await finder.post(f"/links/{token}", {"password": "battery staple"})
    assert used.json()["person"]["username"] == "ana"
    assert await ana.me() is None
    with house.database.read() as connection:
        acts = connection.execute(select(AUDIT.c.act, AUDIT.c.target)).all()
    assert [tuple(row) for row in acts].count(("link.reset", person)) == 2
