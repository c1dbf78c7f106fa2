"""Coming in and going out, over the real rows on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from storage.accounts import queries
from storage.database import Database
from storage.tables import AUDIT, CREDENTIAL, INVITATION, ONE_TIME_LINK, SESSION
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
