"""Commands at addresses of their own, over a running server: an unmodified program that serves two
of them, and an address that fails, sends on, turns inward or is not needed."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_bolt import App as Bolt
from slack_bolt.adapter.wsgi import SlackRequestHandler
from sqlalchemy import Select, select, update

from chat.app import App
from chat.deliveries import WAITS
from protocol.commands import JoinRoom
from rooms.actions.bots import SEND
from storage.outgoing import ATTEMPTS
from storage.tables import INTERACTION, JOB, SLACK_LINK, SLASH
from tests.e2e.slack_kit import Den, Hand, greeted_program, until, web
from tests.e2e.slack_programs import wsgi
from tests.e2e.town import Inside, Town, api, eventually, fixed_port, serving_inside

pytestmark = [
    pytest.mark.slack,
    pytest.mark.usefixtures("tidied"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]


# --- a program of slack_bolt ----------------------------------------------------------------------

PATHS = ("/slack/events", "/slack/pizza", "/slack/tea")


def _program(den: Den) -> Bolt:
    app = Bolt(token=den.token, signing_secret=den.secret, client=web(den.url, den.token))

    def answering(name: str) -> None:
        @app.command(f"/{name}")
        def command(ack: Any, body: dict[str, Any], say: Any) -> None:
            ack(text=f"{name}, a moment…")
            say(f"{name} {body['text']}")

    for name in ("pizza", "tea", "bread"):
        answering(name)

    @app.event("message")
    def message() -> None:
        pass

    return app


def _two_paths(town: Town, url: str, ear: int) -> None:
    den, came = Den(town, url), Counter[str]()
    bo, app = Hand(den, den.bo), _program(den)
    sites = {path: SlackRequestHandler(app, path=path) for path in PATHS}

    def site(environ: dict[str, Any], start: Any) -> Any:
        came[environ["PATH_INFO"]] += 1
        return sites[environ["PATH_INFO"]](environ, start)

    def said(*commands: str) -> None:
        mine = {f"{command}, a moment…" for command in commands}
        until(lambda: mine <= {one["body"] for one in bo.whispers()})

    with wsgi(ear, site):
        commands = [
            {"name": "pizza", "hint": "[when]", "url": f"http://127.0.0.1:{ear}/slack/pizza"},
            {"name": "tea", "url": f"http://127.0.0.1:{ear}/slack/tea"}, {"name": "bread"},
        ]  # fmt: skip
        answer = den.http.put(f"/bots/{den.bot}/commands", json={"commands": commands})
        assert answer.status_code == 200, answer.text
        # Nobody asked the addresses whether they mean it: neither does Slack.
        assert not came
        bo.run("pizza", "on Friday")
        bo.run("tea", "now")
        said("pizza", "tea")
        assert came == Counter({"/slack/pizza": 1, "/slack/tea": 1})
        den.told_at(f"127.0.0.1:{ear}")
        came.clear()
        bo.run("bread", "please")
        bo.run("tea", "again")
        said("bread", "tea")
        until(lambda: bo.newest()["body"] in ("bread please", "tea again"))
        assert (came["/slack/tea"], came["/slack/pizza"]) == (1, 0)
        assert den.outgoing()["dead_letters"] == []
        _over_sockets_alone(den, bo, came)
    bo.close()
    den.http.close()


def _over_sockets_alone(den: Den, bo: Hand, came: Counter[str]) -> None:
    """As Slack has it: where the program has a socket, its commands come over that; what it was
    sent while it had none is not told again when it has one."""

    def any_of(query: Select[Any]) -> bool:
        with den.town.database.read() as connection:
            return connection.execute(query).first() is not None

    link = select(SLACK_LINK.c.until).where(SLACK_LINK.c.bot_id == den.bot)
    sending = select(JOB.c.key).where(JOB.c.kind == SEND)
    unanswered = select(INTERACTION.c.id).where(INTERACTION.c.answers == 0)

    heard: list[str] = []
    app = Bolt(token=den.token, client=web(den.url, den.token))

    @app.command("/pizza")
    def pizza(ack: Any, body: dict[str, Any]) -> None:
        # Not answered before whoever would send it elsewhere has looked.
        until(lambda: not any_of(sending))
        ack()
        heard.append(body["text"])

    came.clear()
    with greeted_program(den, app):
        bo.run("pizza", "over the socket")
        until(lambda: heard == ["over the socket"] and not any_of(unanswered))
    until(lambda: not any_of(link))
    bo.run("pizza", "meanwhile")
    until(lambda: came["/slack/pizza"] == 1)
    until(lambda: bo.newest()["body"] == "pizza meanwhile")
    with greeted_program(den, app):
        bo.run("pizza", "over another")
        until(lambda: len(heard) > 1 and not any_of(unanswered))
    assert (heard, came["/slack/pizza"]) == (["over the socket", "over another"], 1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_program_serves_its_commands_under_two_paths(town: Town, tmp_path: Path) -> None:
    ear = fixed_port()
    hosts = (f"127.0.0.1:{ear}",)
    async with serving_inside(town, tmp_path / "data", outgoing_hosts=hosts) as inside:
        await asyncio.to_thread(_two_paths, town, inside.url, ear)


# --- an address that does not behave --------------------------------------------------------------


class There:
    """A receiver: what came at which path; what it answers at each."""

    def __init__(self) -> None:
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: dict[str, tuple[str, str]] = {}
        """Status and headers, and body; 200 and nothing where it is not named."""
        self.ahead = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            named = (line.partition(": ") for line in lines)
            headers = {name.lower(): value for name, _, value in named}
            body = await reader.readexactly(int(headers["content-length"]))
            path = first.split(" ")[1]
            self.came.append((path, headers, body))
            head, said = self.answers.get(path, ("200 X", ""))
            if b"url_verification" in body:
                said = json.loads(body)["challenge"]
            writer.write(f"HTTP/1.1 {head}\r\ncontent-length: {len(said)}\r\n\r\n{said}".encode())
            await writer.drain()
        writer.close()

    def at(self, path: str) -> list[tuple[dict[str, str], bytes]]:
        return [(headers, body) for there, headers, body in self.came if there == path]


class Scene:
    """Gina's room with Bo in it, a bot of hers, and the receiver."""

    def __init__(self, town: Town, inside: Inside, there: There, at: str) -> None:
        self.town, self.inside, self.there, self.at = town, inside, there, at
        self.guide, self.bo = town.person("Gina"), town.person("Bo")
        self.room = town.room(self.guide, self.bo, access="open")
        self.http = api(inside.url, town.session(self.guide))
        self.hand = api(inside.url, town.session(self.bo))

    async def ready(self) -> None:
        wanted = {"username": "herald", "name": "Herald", "room": self.room}
        made = (await self.http.post("/bots", json=wanted)).json()
        self.bot = made["person"]["id"]
        self.town.do(self.bot, JoinRoom(room=self.room))

    async def offer(self, *commands: dict[str, str]) -> dict[str, Any]:
        answer = await self.http.put(f"/bots/{self.bot}/commands", json={"commands": commands})
        return dict(answer.json())

    async def run(self, name: str, text: str) -> None:
        path = f"/rooms/{self.room}/slash/{name}"
        assert (await self.hand.post(path, json={"text": text})).status_code == 200

    async def out(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = (await self.http.get(f"/bots/{self.bot}")).json()["outgoing"]
        return found

    async def letters(self) -> list[tuple[str, int, str, int | None]]:
        found = (await self.out() or {}).get("dead_letters", [])
        return [(one["kind"], one["attempts"], one["why"], one["status"]) for one in found]

    async def troubles(self) -> list[tuple[str, int]]:
        seen = (await self.http.get("/overview")).json()["bots"]
        return [(one["bot"], one["letters"]) for one in seen]

    async def whispers(self) -> list[str]:
        return [one["body"] for one in (await self.hand.get("/overview")).json()["whispers"]]

    def waits(self) -> list[int]:
        """The commands that are being sent (-1) or wait for a further attempt: how often each has
        failed."""
        with self.town.database.read() as connection:
            rows = connection.execute(select(JOB).where(JOB.c.kind == SEND)).all()
        return [-1 if row.lease else json.loads(row.payload).get("failures", 0) for row in rows]

    def wait_so(self, failures: list[int]) -> bool:
        return self.waits() == failures

    def later(self, seconds: int) -> None:
        """The node's clock goes on, and its jobs look at it."""
        self.there.ahead += seconds
        self.inside.app.jobs.wake(0)


@pytest.fixture
async def scene(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Scene]:
    there = There()
    server = await asyncio.start_server(there.serve, "127.0.0.1", 0)
    at = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    (tmp_path / "data").mkdir(exist_ok=True)
    # The clock of the node, as everything in it reads it.
    now = lambda _: time.time_ns() // 1000 + there.ahead * 1_000_000  # noqa: E731
    monkeypatch.setattr(App, "now", now)
    async with serving_inside(town, tmp_path / "data", outgoing_hosts=(at,)) as inside:
        found = Scene(town, inside, there, at)
        await found.ready()
        yield found
        await found.http.aclose()
        await found.hand.aclose()
    server.close()


def _signature(secret: str, headers: dict[str, str], body: bytes) -> str:
    base = b"v0:" + headers["x-slack-request-timestamp"].encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_its_address_does_not_take_is_tried_again_and_kept(scene: Scene) -> None:
    """While all else that the bot is told goes on; and a letter is signed with what is the secret
    by then."""
    there = scene.there
    await scene.offer({"name": "pizza", "url": f"http://{scene.at}/pizza"})
    wanted = {"url": f"http://{scene.at}/events", "shape": "slack"}
    assert (await scene.http.put(f"/bots/{scene.bot}/outgoing", json=wanted)).status_code == 200
    there.answers["/pizza"] = ("500 X", "")
    await scene.run("pizza", "on Friday")
    await eventually(lambda: scene.waits() == [1])
    await scene.hand.post(f"/rooms/{scene.room}/messages", json={"body": "Meanwhile"})
    await eventually(lambda: any(b"Meanwhile" in body for _, body in there.at("/events")))
    for failures, seconds in enumerate(WAITS, 2):
        scene.later(seconds)
        left = [failures] if failures < ATTEMPTS else []
        await eventually(partial(scene.wait_so, left))
    assert await scene.letters() == [("slash.run", 4, "status", 500)]
    assert await scene.troubles() == [(scene.bot, 1)]
    assert (await scene.out() or {})["state"] == "on"
    sent = there.at("/pizza")
    assert [head.get("x-slack-retry-num") for head, _ in sent] == [None, "1", "2", "3"]
    assert {parse_qs(body.decode())["text"][0] for _, body in sent} == {"on Friday"}
    path = f"/bots/{scene.bot}"
    secret = (await scene.http.post(f"{path}/signing-secret")).json()["signing_secret"]
    there.answers["/pizza"] = ("200 X", json.dumps({"text": "On its way."}))
    await scene.http.post(f"{path}/outgoing/letters")
    await eventually(lambda: scene.waits() == [])
    assert await scene.whispers() == ["On its way."]
    assert (await scene.letters(), await scene.troubles()) == ([], [])
    headers, body = there.at("/pizza")[-1]
    assert headers["x-slack-signature"] == _signature(secret, headers, body)
    assert all(headers["content-type"].endswith("json") for headers, _ in there.at("/events"))


@pytest.mark.attack
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_address_leads_nowhere_inside(scene: Scene) -> None:
    there, letters = scene.there, scene.letters
    inside = ("http://169.254.169.254/", "http://127.0.0.1:9/", "https://[::ffff:127.0.0.1]/")
    nothing = ("ftp://example.org/", "pizza", f"http://{scene.at}\\@10.0.0.1/")
    wrong = [(url, "url_not_verified") for url in inside] + [(url, "invalid") for url in nothing]
    for url, code in wrong:
        refused = await scene.offer({"name": "tea"}, {"name": "pizza", "url": url})
        assert (refused["code"], refused["params"]["field"]) == (code, "url"), url
    await scene.offer({"name": "pizza", "url": f"http://{scene.at}/pizza"})
    assert there.came == []
    # One that sends on is an answer like any other, and no good one.
    onward = f"302 X\r\nx-slack-no-retry: 1\r\nlocation: http://{scene.at}/inside"
    there.answers["/pizza"] = (onward, "")
    await scene.run("pizza", "by a detour")
    await eventually(lambda: scene.waits() == [])
    assert await letters() == [("slash.run", 1, "status", 302)]
    # One that turned inward since is not dialled.
    with scene.town.database.writing.begin() as connection:
        connection.execute(update(SLASH).values(url="http://10.0.0.1/"))
    await scene.http.delete(f"/bots/{scene.bot}/outgoing/letters")
    await scene.run("pizza", "to the printer")
    await eventually(lambda: scene.waits() == [])
    assert await letters() == [("slash.run", 1, "refused_address", None)]
    assert [path for path, _, _ in there.came] == ["/pizza"]


# --- what the page says ---------------------------------------------------------------------------

PROVED: dict[str, Callable[..., Any]] = {
    "a request URL for each command": _two_paths,
    "`url_verification`": _two_paths,
    "`X-Slack-Signature` with the bot's signing secret, also after it was rotated": (
        test_what_its_address_does_not_take_is_tried_again_and_kept
    ),
    "the answer's body": _two_paths,
    "while the program is connected by Socket Mode": _over_sockets_alone,
    "what is not taken": test_what_its_address_does_not_take_is_tried_again_and_kept,
    "a name that leads inside, a redirect": test_an_address_leads_nowhere_inside,
}
"""Each row of the table in docs/slack.md, by what tries it here."""


def test_the_page_says_what_is_tried() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "slack.md").read_text()
    table = page.partition("| a command's own address |")[2].partition("\n\n")[0].splitlines()
    rows = [[cell.strip() for cell in row.strip(" |").split("|")] for row in table[2:]]
    assert [row[0] for row in rows] == [*PROVED]
    said = dict(zip(PROVED, (row[-1] for row in rows), strict=True))["what is not taken"]
    first, *others = WAITS
    times = f"{first} s, " + " and ".join(f"{seconds // 60} min" for seconds in others)
    assert f"tried again after {times}, then a dead letter" in said
    assert 1 + len(WAITS) == ATTEMPTS
