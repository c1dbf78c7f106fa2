"""What must not work at the entrance, tried."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select, update

from storage.accounts import secret
from storage.database import Database
from storage.tables import INVITATION, PERSON, SESSION
from tests.contract import accounts_operator as operator
from tests.contract.accounts_kit import PASSWORD, Browser, House

pytestmark = pytest.mark.attack


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    """A house before set-up."""
    async with House(database) as house:
        yield house


def cookie_of(browser: Browser) -> str:
    """The session's secret, as the browser keeps it."""
    value = next(iter(browser.client.cookies.jar)).value
    assert value
    return value


async def test_the_cookie_is_for_this_site_and_its_server_only(house: House) -> None:
    await house.set_up()
    answer = await house.browser().post("/sign-in", {"username": "olga", "password": PASSWORD})
    name, _, rest = answer.headers["set-cookie"].partition("=")
    assert name == "__Host-tertulia"
    flags = {part.strip() for part in rest.split(";")[1:]}
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= flags
    assert not any(flag.lower().startswith("domain") for flag in flags)
    assert answer.headers["cache-control"] == "no-store"


FOREIGN = (
    "https://evil.example", "null", "https://talk.school.example.evil.example",
    "http://talk.school.example", "https://talk.school.example:444", "",
)  # fmt: skip


async def test_pages_of_others_change_nothing(house: House) -> None:
    owner = await house.set_up()
    for origin in FOREIGN:
        for path in ("/sign-out", "/invitations", "/me/tokens"):
            answer = await owner.post(path, headers={"origin": origin})
            assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
        answer = await owner.get("/me/sessions", headers={"origin": origin})
        assert answer.json()["code"] == "foreign_origin"
    assert await owner.me() == "olga"


async def test_a_cookie_without_origin_changes_nothing(house: House) -> None:
    owner = await house.set_up()
    del owner.client.headers["origin"]
    assert (await owner.post("/sign-out")).json()["code"] == "foreign_origin"
    assert (await owner.get("/me/sessions")).status_code == 200


async def test_a_form_is_no_request(house: House) -> None:
    owner = await house.set_up()
    answer = await owner.client.post("/bots", data={"username": "x", "name": "y"})
    assert answer.json()["code"] == "unsupported_media_type"
    answer = await owner.client.post(
        "/bots", content=b'{"username":"xx","name":"y"}', headers={"content-type": "text/plain"}
    )
    assert answer.json()["code"] == "unsupported_media_type"


async def test_a_planted_cookie_is_never_adopted(house: House) -> None:
    await house.set_up()
    victim = house.browser()
    planted = secret.make(secret.SESSION).secret
    victim.client.cookies.set("__Host-tertulia", planted)
    assert await victim.me() is None
    await victim.post("/sign-in", {"username": "olga", "password": PASSWORD})
    thief = house.browser()
    thief.client.cookies.set("__Host-tertulia", planted)
    assert await thief.me() is None


async def test_signing_in_ends_the_session_before(house: House) -> None:
    owner = await house.set_up()
    before = cookie_of(owner)
    await owner.post("/sign-in", {"username": "olga", "password": PASSWORD})
    old = house.browser()
    old.client.cookies.set("__Host-tertulia", before)
    assert await old.me() is None
    assert await owner.me() == "olga"


async def test_no_role_by_an_extra_field(house: House) -> None:
    owner = await house.set_up()
    code = owner.made["invitation"]["code"]
    entry = {"username": "eve", "password": PASSWORD}
    join = {**entry, "name": "Eve", "invitation": code}
    for path, body in (
        ("/sign-up", {**join, "role": "owner"}),
        ("/sign-up", {**join, "status": "active"}),
        ("/sign-up", {**join, "id": "p_1"}),
        ("/sign-in", {**entry, "scopes": ["admin"]}),
    ):
        answer = await house.browser().post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_field")


async def test_an_unknown_name_and_a_wrong_password_are_answered_alike(house: House) -> None:
    owner = await house.set_up()
    operator.add_people(house.database, ["Slip Only"], house.now())
    seen = []
    hashed: list[str] = []
    verify = house.hasher._verify

    def recorded(encoded: str, password: str) -> bool:
        hashed.append(encoded)
        return verify(encoded, password)

    house.hasher._verify = recorded  # type: ignore[method-assign]
    for username in ("olga", "nobody", "slip", "no such name!"):
        answer = await house.browser().post(
            "/sign-in", {"username": username, "password": "wrong horse"}
        )
        seen.append((answer.status_code, answer.content, sorted(answer.headers)))
    assert len(set(map(str, seen))) == 1
    # The same work each time: one hash with the same parameters.
    assert len(hashed) == 4
    assert len({encoded.rsplit("$", 2)[0] for encoded in hashed}) == 1
    assert await owner.me() == "olga"


async def test_guessing_is_throttled_by_account_then_by_address(house: House) -> None:
    owner = await house.set_up()
    await house.member(owner, "ana")
    thief = house.browser("198.51.100.7")
    for username in ("olga", "nobody"):
        codes = [
            (await thief.post("/sign-in", {"username": username, "password": "wrong horse"})).json()
            for _ in range(11)
        ]
        assert [answer["code"] for answer in codes] == ["bad_credentials"] * 10 + ["rate_limited"]
        assert codes[-1]["retry_after"] > 0
    # The right password is no way around it, wherever it comes from ...
    right = {"username": "olga", "password": PASSWORD}
    late = await house.browser().post("/sign-in", right)
    assert late.json()["code"] == "rate_limited"
    assert int(late.headers["retry-after"]) >= 1
    # ... but nobody else of the same address is held up, and the owner of the account not for long.
    neighbour = house.browser("198.51.100.7")
    entry = {"username": "ana", "password": PASSWORD}
    assert (await neighbour.post("/sign-in", entry)).status_code == 200
    house.later(31)
    assert (await house.browser().post("/sign-in", right)).status_code == 200


async def test_many_guesses_at_once_are_many_guesses(house: House) -> None:
    await house.set_up()
    thief = house.browser()
    answers = await asyncio.gather(
        *(
            thief.post("/sign-in", {"username": "olga", "password": f"guess number {n}"})
            for n in range(40)
        )
    )
    codes = [answer.json()["code"] for answer in answers]
    assert codes.count("bad_credentials") == 10
    assert codes.count("rate_limited") == 30


@pytest.mark.parametrize("uses", [1, 5])
async def test_invitations_are_not_stretched(house: House, uses: int) -> None:
    owner = await house.set_up()
    code = (await owner.post("/invitations", {"uses": uses})).json()["code"]

    async def come(number: int) -> str:
        answer = await house.browser().post(
            "/sign-up",
            {"invitation": code, "username": f"guest{number}", "name": "X", "password": PASSWORD},
        )
        return "in" if answer.status_code == 200 else str(answer.json()["code"])

    came = await asyncio.gather(*(come(number) for number in range(uses + 6)))
    assert sorted(came) == ["in"] * uses + ["invitation_invalid"] * 6
    with house.database.read() as connection:
        query = select(INVITATION.c.uses).where(INVITATION.c.code == code)
        assert connection.execute(query).scalar() == uses
        people = connection.execute(select(func.count()).select_from(PERSON)).scalar()
        assert people == uses + 1


async def test_invitations_are_not_borrowed_after_their_end(house: House) -> None:
    owner = await house.set_up()
    ana = await house.member(owner, "ana")
    made = (await owner.post("/invitations", {"expires_in": 3600})).json()
    revoked = (await owner.post("/invitations", {"room": owner.made["room"]})).json()
    await owner.delete(f"/invitations/{revoked['id']}")
    house.later(3601)
    for code in (made["code"], revoked["code"], "0" * 20, "%00", "x' OR 1=1 --"):
        stranger = house.browser()
        body = {"invitation": code, "username": "eve", "name": "Eve", "password": PASSWORD}
        assert (await stranger.post("/sign-up", body)).status_code == 404
        assert (await stranger.get(f"/invitations/{code}")).status_code == 404
        assert (await ana.post(f"/invitations/{code}/accept")).status_code == 404


async def test_an_archived_room_takes_nobody_in(house: House) -> None:
    owner = await house.set_up()
    from storage.tables import ROOM

    with house.database.writing.begin() as connection:
        connection.execute(update(ROOM).values(archived=True))
    body = {"invitation": owner.made["invitation"]["code"], "username": "eve", "name": "Eve",
            "password": PASSWORD}  # fmt: skip
    answer = await house.browser().post("/sign-up", body)
    assert answer.json()["code"] == "invitation_invalid"


async def test_members_do_not_run_the_community(house: House) -> None:
    owner = await house.set_up()
    ana = await house.member(owner, "ana")
    olga = owner.made["person"]["id"]
    for method, path, body in (
        ("GET", "/invitations", None),
        ("POST", "/invitations", {}),
        ("DELETE", "/invitations/" + owner.made["invitation"]["id"], None),
        ("POST", "/people/class-list", {"text": "Eve"}),
        ("GET", "/people/waiting", None),
        ("POST", f"/people/{olga}/decline", {}),
        ("POST", f"/people/{olga}/reset-link", {}),
        ("POST", "/bots", {"username": "bot", "name": "Bot"}),
    ):
        answer = await ana.client.request(method, path, json=body)
        assert answer.json()["code"] == "not_allowed", path


async def test_an_admin_does_not_become_an_owner_by_a_reset(house: House) -> None:
    owner = await house.set_up()
    ana = await house.member(owner, "ana")
    await house.member(owner, "ben")
    operator.set_role(house.database, "ana", "admin", house.now())
    operator.set_role(house.database, "ben", "admin", house.now())
    for username in ("olga", "ben", "ana"):
        person = operator.find(house.database, username).id
        answer = await ana.post(f"/people/{person}/reset-link")
        assert answer.json()["code"] == "not_allowed"


async def test_a_token_does_no_more_than_its_scopes(house: House) -> None:
    owner = await house.set_up()
    for scopes in (["read"], ["write"], ["read", "write", "admin"]):
        made = (await owner.post("/me/tokens", {"name": "x", "scopes": scopes})).json()
        script = house.browser(authorization=f"Bearer {made['secret']}")
        # What only the person may do, no token may.
        for method, path, body in (
            ("GET", "/me/sessions", None),
            ("POST", "/me/tokens", {"name": "more", "scopes": ["admin"]}),
            ("DELETE", "/me/sessions", {}),
            ("DELETE", "/me", {"password": PASSWORD}),
            ("PUT", "/me/password", {"current": PASSWORD, "password": "battery staple"}),
        ):
            answer = await script.client.request(method, path, json=body)
            assert answer.json()["code"] == "scope_missing", path
        admin = await script.get("/invitations")
        assert (admin.status_code == 200) == ("admin" in scopes)


async def test_a_scope_cannot_be_made_up(house: House) -> None:
    owner = await house.set_up()
    for scopes in (["account"], ["read", "root"], []):
        answer = await owner.post("/me/tokens", {"name": "x", "scopes": scopes})
        assert answer.status_code == 400


async def test_a_link_is_used_once_whoever_comes_first(house: House) -> None:
    await house.set_up()
    (_, slip), = operator.add_people(house.database, ["Ana"], house.now())  # fmt: skip
    answers = await asyncio.gather(
        *(
            house.browser().post(f"/links/{slip.secret}", {"password": f"battery staple {n}"})
            for n in range(8)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 7
    with house.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(SESSION)).scalar() == 2


async def test_a_session_of_somebody_suspended_is_worth_nothing(house: House) -> None:
    owner = await house.set_up()
    ana = await house.member(owner, "ana")
    token = (await ana.post("/me/tokens", {"name": "x", "scopes": ["read"]})).json()["secret"]
    with house.database.writing.begin() as connection:
        connection.execute(
            update(PERSON).where(PERSON.c.username == "ana").values(status="suspended")
        )
    assert (await ana.get("/me/sessions")).json()["code"] == "account_suspended"
    script = house.browser(authorization=f"Bearer {token}")
    assert (await script.get("/me/tokens")).json()["code"] == "account_suspended"
    entry = {"username": "ana", "password": PASSWORD}
    assert (await house.browser().post("/sign-in", entry)).json()["code"] == "account_suspended"
    wrong = {"username": "ana", "password": "wrong horse"}
    assert (await house.browser().post("/sign-in", wrong)).json()["code"] == "bad_credentials"


NONSENSE = (
    (b'{"username": "olga"', "bad_json"),
    (b'{"username": "olga"}', "missing_field"),
    (b'{"username": 7, "password": "x"}', "invalid"),
    (b'{"username": "\xff", "password": "x"}', "bad_utf8"),
    (b"[" * 60_000, "invalid"),
    (b'{"username": ' * 4_000, "invalid"),
    (b'{"username": "a\\u0000b", "password": "xxxxxxxx"}', "invalid"),
    (b" " * 70_000, "frame_too_large"),
)


async def test_nonsense_has_a_name(house: House) -> None:
    await house.set_up()
    browser = house.browser()
    for content, code in NONSENSE:
        answer = await browser.client.post(
            "/sign-in", content=content, headers={"content-type": "application/json"}
        )
        assert answer.json()["code"] == code, content[:40]
        assert answer.headers["content-type"] == "application/problem+json"
        assert await browser.me() is None


async def test_other_methods_and_odd_names_are_refused(house: House) -> None:
    owner = await house.set_up()
    answer = await owner.put("/session", {})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    for path in ("/people/%00/decline", "/me/sessions/..%2f..", "/people/p_' OR 1=1/reset-link"):
        answer = await owner.post(path)
        assert answer.status_code in (404, 405)
