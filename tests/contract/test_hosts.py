"""Inner hosts at which bots may be told: who allows one, what that opens, and for how long."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from chat.outgoing import Guard, NotAllowedError
from chat.settings import Settings
from chat.verbs import READERS
from protocol.commands import GetLog
from storage.accounts.hosts import allowed
from storage.database import Database
from tests.contract.accounts_kit import Browser, House

NAMES = {
    "bots.lan": ["10.0.0.7"], "old.lan": ["192.168.1.4"], "here.lan": ["127.0.0.1"],
    "cloud.lan": ["169.254.169.254"], "out.example": ["93.184.215.14"],
    "mixed.lan": ["10.0.0.7", "127.0.0.1"],
}  # fmt: skip


class School(House):
    """A house whose names lead where a test says."""

    def __init__(self, database: Database, admins_allow_hosts: bool = True) -> None:
        super().__init__(database)
        self.settings = Settings(admins_allow_hosts=admins_allow_hosts)
        self.names = {name: list(found) for name, found in NAMES.items()}
        self.asked: list[str] = []
        self.outgoing = self.node()

    def node(self) -> Guard:
        """The guard of another node over the same database."""

        async def resolve(host: str, port: int) -> list[str]:
            self.asked.append(host)
            if host not in self.names:
                raise OSError
            return self.names[host]

        async def ask(names: Sequence[str]) -> frozenset[str]:
            return await self.database.ask(allowed, names)

        return Guard(resolve=resolve, allowed=ask)


@pytest.fixture
async def house(database: Database) -> AsyncIterator[School]:
    async with School(database) as house:
        yield house


async def allow(browser: Browser, host: str) -> str:
    """`allowed`, or the code of the refusal with why."""
    answer = (await browser.post("/community/hosts", {"host": host})).json()
    if "code" not in answer:
        return "allowed"
    return " ".join([answer["code"], str(answer["params"].get("why", ""))]).strip()


@pytest.mark.attack
async def test_what_an_admin_allows_holds_on_every_node_at_once(house: School) -> None:
    owner, other = await house.set_up(), house.node()
    with pytest.raises(NotAllowedError):
        await other.target("http://bots.lan:9000/")
    assert await allow(owner, "Bots.LAN.") == "allowed"
    assert (await other.target("http://bots.lan:9000/")).addresses == ("10.0.0.7",)
    house.names["bots.lan"] = ["10.0.0.8"]
    with pytest.raises(NotAllowedError):
        await other.target("http://bots.lan/")
    assert await allow(owner, "bots.lan") == "allowed"
    assert (await other.target("http://bots.lan/")).addresses == ("10.0.0.8",)
    listed = (await owner.get("/community/hosts")).json()
    assert listed["open"] is True
    [one] = listed["hosts"]
    assert (one["host"], one["addresses"], one["by"]["name"]) == ("bots.lan", ["10.0.0.8"], "Olga")
    assert (await owner.delete(f"/community/hosts/{one['id']}")).status_code == 200
    with pytest.raises(NotAllowedError):
        await other.target("http://bots.lan/")
    gone = await owner.delete(f"/community/hosts/{one['id']}")
    assert gone.json()["code"] == "not_found"


async def test_each_of_it_is_written_down(house: School) -> None:
    owner = await house.set_up()
    await allow(owner, "bots.lan:9000")
    [one] = (await owner.get("/community/hosts")).json()["hosts"]
    await owner.delete(f"/community/hosts/{one['id']}")
    me = (await owner.get("/session")).json()["person"]["id"]
    page = await house.database.ask(READERS[GetLog], me, GetLog())
    lines = [(one.act, one.note, one.by) for one in page.entries if one.act.startswith("host.")]
    assert lines == [("host.forbid", "bots.lan:9000", me), ("host.allow", "bots.lan:9000", me)]


@pytest.mark.attack
async def test_what_nobody_may_allow_from_a_browser(house: School) -> None:
    owner = await house.set_up()
    for host, answer in (
        ("here.lan", "host_refused never"), ("cloud.lan", "host_refused never"),
        ("mixed.lan", "host_refused never"), ("out.example", "host_refused outside"),
        ("nowhere.lan", "host_refused no_address"), ("http://bots.lan", "invalid"),
    ):  # fmt: skip
        assert await allow(owner, host) == answer, host
    assert (await owner.get("/community/hosts")).json()["hosts"] == []


@pytest.mark.attack
async def test_only_those_who_run_the_community_and_nobody_else_is_told_where_names_lead(
    house: School,
) -> None:
    owner = await house.set_up()
    member = await house.member(owner, "mika")
    assert await allow(member, "bots.lan") == "not_allowed"
    assert house.asked == []
    assert (await member.get("/community/hosts")).json()["code"] == "not_allowed"
    await allow(owner, "bots.lan")
    [one] = (await owner.get("/community/hosts")).json()["hosts"]
    answer = await member.delete(f"/community/hosts/{one['id']}")
    assert answer.json()["code"] == "not_allowed"


@pytest.mark.attack
async def test_the_operator_may_keep_it_to_themselves(database: Database) -> None:
    async with School(database, admins_allow_hosts=False) as house:
        owner = await house.set_up()
        assert await allow(owner, "bots.lan") == "host_refused operator"
        assert house.asked == []
        assert (await owner.get("/community/hosts")).json() == {"hosts": [], "open": False}
