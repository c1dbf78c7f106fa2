"""Coming in and going out, over the real rows on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from storage.accounts import queries
from storage.database import Database
from storage.tables import CREDENTIAL, INVITATION, ONE_TIME_LINK, SESSION
from tests.contract import accounts_operator as operator
from tests.contract.accounts_kit import PASSWORD, House


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    """A house before set-up."""
    async with House(database) as house:
        yield house


async def test_nobody_is_told_before_set_up(house: House) -> None:
    answer = await house.browser().get("/session")
    assert answer.status_code == 200
    assert answer.json() == {"set_up": False}


async def test_set_up_makes_community_owner_room_and_invitation(house: House) -> None:
    owner = await house.set_up(name="Ateneo", language="es", time_zone="Europe/Madrid")
    made = owner.made
    assert made["person"]["role"] == "owner"
    invitation = made["invitation"]
    assert invitation["url"] == f"{house.public_url}/#/join/{invitation['code']}"
    assert invitation["qr"].startswith("<svg")
    assert (invitation["max_uses"], invitation["uses"]) == (50, 0)
    assert invitation["room"] == {"id": made["room"], "name": "Hall"}
    session = (await owner.get("/session")).json()
    assert session["set_up"] is True
    assert session["person"]["username"] == "olga"
    assert session["community"] == {
        "name": "Ateneo", "language": "es", "sign_up": "invitation", "minors": True
    }  # fmt: skip
    kinds = [kind for kind, _ in house.published]
    assert kinds == [
        "community.changed", "person.joined", "room.opened", "member.joined", "room.added",
        "room.listed",
    ]  # fmt: skip


async def test_set_up_happens_once(house: House) -> None:
    first, second = (operator.set_up_link(house.database, house.now()).secret for _ in range(2))
    await house.set_up()
    for token in (first, second, "ttl_guessed"):
        body = {
            "token": token,
            "community": {"name": "X", "minors": False},
            "owner": {"username": "eve", "name": "Eve", "password": PASSWORD},
            "room": {"name": "Den"},
        }
        answer = await house.browser().post("/set-up", body)
        assert answer.json()["code"] == "set_up_done"


async def test_a_set_up_link_is_needed_and_ends(house: House) -> None:
    made = operator.set_up_link(house.database, house.now())
    body = {
        "token": made.secret + "x",
        "community": {"name": "X", "minors": False},
        "owner": {"username": "eve", "name": "Eve", "password": PASSWORD},
        "room": {"name": "Den"},
    }
    assert (await house.browser().post("/set-up", body)).json()["code"] == "link_invalid"
    house.later(8 * 24 * 3600)
    late = await house.browser().post("/set-up", {**body, "token": made.secret})
    assert late.json()["code"] == "link_invalid"


async def test_sign_up_by_invitation_joins_the_room(house: House) -> None:
    owner = await house.set_up()
    ana = await house.member(owner, "ana", email="ana@example.org", time_zone="Europe/Madrid")
    assert ana.made["waiting"] is False
    assert ana.made["room"] == owner.made["room"]
    assert await ana.me() == "ana"
    listed = (await owner.get("/invitations")).json()["invitations"][0]
    assert listed["uses"] == 1


async def test_sign_in_and_out(house: House) -> None:
    owner = await house.set_up()
    await house.member(owner, "Ana")
    other = house.browser(**{"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
    answer = await other.post("/sign-in", {"username": "ANA", "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    assert "token" not in answer.json()
    assert await other.me() == "Ana"
    lines = (await other.get("/me/sessions")).json()["sessions"]
    assert [line["current"] for line in lines] == [True, False]
    assert lines[0]["device"] == "Firefox · Linux"
    assert (await other.post("/sign-out")).json() == {}
    assert await other.me() is None
    assert (await other.get("/me/sessions")).json()["code"] == "sign_in_needed"


async def test_a_bearer_token_instead_of_the_cookie(house: House) -> None:
    await house.set_up()
    script = house.browser()
    del script.client.headers["origin"]
    body = {"username": "olga", "password": PASSWORD, "token": True}
    answer = await script.post("/sign-in", body)
    assert "set-cookie" not in answer.headers
    bearer = {"authorization": f"Bearer {answer.json()['token']}"}
    assert (await script.get("/me/tokens", headers=bearer)).status_code == 200
    assert (await script.post("/sign-out", headers=bearer)).status_code == 200
    assert (await script.get("/me/tokens", headers=bearer)).json()["code"] == "token_invalid"


async def test_sign_up_with_approval_waits(house: House) -> None:
    owner = await house.set_up()
    body = {"username": "ben", "name": "Ben", "password": PASSWORD}
    assert (await house.browser().post("/sign-up", body)).json()["code"] == "sign_up_closed"
    _sign_up_by_approval(house)
    ben = house.browser()
    answer = await ben.post("/sign-up", body)
    assert answer.json()["waiting"] is True
    assert "set-cookie" not in answer.headers
    entry = {"username": "ben", "password": PASSWORD}
    assert (await ben.post("/sign-in", entry)).json()["code"] == "account_waiting"
    waiting = (await owner.get("/people/waiting")).json()["people"]
    assert [person["username"] for person in waiting] == ["ben"]
    assert not any("ben" in data for kind, data in house.published if kind == "person.joined")

    declined = await owner.post(f"/people/{waiting[0]['id']}/decline")
    assert declined.json() == {}
    assert (await ben.post("/sign-in", entry)).json()["code"] == "bad_credentials"
    assert (await ben.post("/sign-up", body)).json()["waiting"] is True


def _sign_up_by_approval(house: House) -> None:
    from storage.tables import COMMUNITY

    with house.database.writing.begin() as connection:
        connection.execute(COMMUNITY.update().values(sign_up="approval"))


async def test_a_password_change_ends_the_other_sessions(house: House) -> None:
    owner = await house.set_up()
    phone = house.browser()
    await phone.post("/sign-in", {"username": "olga", "password": PASSWORD})
    wrong = {"current": "wrong horse", "password": "battery staple"}
    assert (await owner.put("/me/password", wrong)).json()["code"] == "bad_credentials"
    right = {"current": PASSWORD, "password": "battery staple"}
    assert (await owner.put("/me/password", right)).status_code == 200
    assert await owner.me() == "olga"
    assert await phone.me() is None
    ended = [data for kind, data in house.published if kind == "session.ended"]
    assert len(ended) == 1
    assert '"how":"password"' in ended[0]
    old = await phone.post("/sign-in", {"username": "olga", "password": PASSWORD})
    assert old.json()["code"] == "bad_credentials"
    new = await phone.post("/sign-in", {"username": "olga", "password": "battery staple"})
    assert new.status_code == 200


async def test_sessions_end_one_by_one_and_all_others(house: House) -> None:
    owner = await house.set_up()
    phones = [house.browser() for _ in range(3)]
    for phone in phones:
        await phone.post("/sign-in", {"username": "olga", "password": PASSWORD})
    lines = (await owner.get("/me/sessions")).json()["sessions"]
    newest = lines[0]["id"]
    assert (await owner.delete(f"/me/sessions/{newest}")).json() == {}
    assert (await owner.delete(f"/me/sessions/{newest}")).json()["code"] == "not_found"
    assert [await phone.me() for phone in phones] == ["olga", "olga", None]
    assert (await owner.delete("/me/sessions")).json() == {}
    assert [await phone.me() for phone in phones] == [None, None, None]
    assert await owner.me() == "olga"


async def test_sessions_last_while_they_are_used(house: House) -> None:
    owner = await house.set_up()
    for _ in range(3):
        house.later(80 * 24 * 3600)
        assert await owner.me() == "olga"
        await house.writer.stop()
        house.writer = type(house.writer)(house.database, house.now)
        house.writer.start()
    house.later(91 * 24 * 3600)
    assert await owner.me() is None


async def test_email_takes_the_password_and_can_go(house: House) -> None:
    owner = await house.set_up()
    change = {"email": "olga@example.org", "password": "wrong horse"}
    assert (await owner.put("/me/email", change)).json()["code"] == "bad_credentials"
    assert (await owner.put("/me/email", {**change, "password": PASSWORD})).json() == {}
    change = {"email": "nonsense", "password": PASSWORD}
    assert (await owner.put("/me/email", change)).json()["code"] == "invalid"
    assert (await owner.put("/me/email", {"email": None, "password": PASSWORD})).json() == {}


async def test_tokens_are_shown_once_and_end(house: House) -> None:
    owner = await house.set_up()
    made = (await owner.post("/me/tokens", {"name": "script", "scopes": ["read"]})).json()
    bearer = {"authorization": f"Bearer {made['secret']}"}
    script = house.browser()
    session = (await script.get("/session", headers=bearer)).json()
    assert session["session"] == made["token"]["id"]
    listed = (await owner.get("/me/tokens")).json()["tokens"]
    assert [token["scopes"] for token in listed] == [["read"]]
    assert made["secret"] not in str(listed)
    assert (await owner.delete(f"/me/tokens/{made['token']['id']}")).json() == {}
    assert (await script.get("/me/tokens", headers=bearer)).json()["code"] == "token_invalid"


async def test_a_sign_in_link_asks_for_nothing(house: House) -> None:
    await house.set_up()
    link = operator.sign_in_link(house.database, "olga", house.now())
    browser = house.browser()
    assert (await browser.post(f"/links/{link.secret}")).status_code == 200
    assert await browser.me() == "olga"
    assert (await browser.post(f"/links/{link.secret}")).json()["code"] == "link_invalid"


async def test_whoever_sits_at_the_machine_may_everything(house: House) -> None:
    database, now = house.database, house.now
    await house.set_up()
    (ana, slip), _ = operator.add_people(database, ["Ana Ruiz", "Ben, benny"], now())
    assert (ana.username, slip.kind) == ("ana", "slip")
    operator.set_role(database, "ana", "admin", now())
    token = operator.issue_token(database, "@ana", "cron", ["read", "admin"], now())
    assert token.startswith("ttt_")
    listed = operator.list_tokens(database, "ana")
    assert [(one.name, one.scopes) for one in listed] == [("cron", ("read", "admin"))]
    operator.revoke_token(database, "ana", listed[0].id, now())
    assert operator.list_tokens(database, "ana") == ()
    assert operator.create_bot(database, "bot", "Bot", now()).startswith("ttt_")
    assert [p.username for p in operator.list_people(database)] == ["ana", "benny", "bot", "olga"]


async def test_ended_sessions_and_tokens_are_found_in_one_go(house: House) -> None:
    owner = await house.set_up()
    ana = await house.member(owner, "ana")
    session = (await ana.get("/session")).json()["session"]
    token = (await ana.post("/me/tokens", {"name": "x", "scopes": ["read"]})).json()["token"]["id"]
    ids = [session, token, "s_unknown"]

    def ended() -> set[str]:
        with house.database.read() as connection:
            return queries.ended(connection, ids, house.now())

    assert ended() == {"s_unknown"}
    await ana.delete(f"/me/tokens/{token}")
    assert ended() == {"s_unknown", token}
    await ana.post("/sign-out")
    assert ended() == set(ids)


async def test_nothing_is_kept_but_hashes(house: House) -> None:
    owner = await house.set_up()
    cookie = next(iter(owner.client.cookies.jar)).value
    secret = (await owner.post("/me/tokens", {"name": "x", "scopes": ["read"]})).json()["secret"]
    with house.database.read() as connection:
        for table in (SESSION, CREDENTIAL, ONE_TIME_LINK, INVITATION):
            everything = str(connection.execute(select(table)).all())
            for kept in (cookie, secret, PASSWORD):
                assert kept is not None
                assert kept not in everything
        assert connection.execute(select(func.count()).select_from(SESSION)).scalar() == 1
