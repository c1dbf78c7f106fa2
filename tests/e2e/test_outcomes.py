"""Each distinct answer of each verb of the policy, over WebSocket and HTTP, of a real server.

docs/policy.md has a cell for every verb, hat and state of a room; tests/unit/test_policy.py asks
all of them in process. Here one cell for each answer that a verb can give is asked of a server,
both ways; what exists one way only (a signal, an account's affair) is asked that way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from protocol import commands as c
from protocol.bots import Slash
from protocol.moderation import Holds
from rooms import policy
from rooms.model import Standing
from storage.queries.reading import Reading
from tests.contract.passes_kit import passed, visitor
from tests.e2e.test_refusals import over_http
from tests.e2e.town import Place, Town
from tests.e2e.wire import Wire, api, enter

Fields = dict[str, Any]


@dataclass
class Stage:
    """Every kind of person in every kind of room; what is refused changes nothing of it."""

    url: str
    town: Town
    people: dict[str, str]
    rooms: dict[str, str]
    said: dict[str, str]
    """A message of Ben's in each room."""
    keys: dict[str, str]
    victims: list[str]
    """Members of every room whom things can be done to."""
    waiting: dict[str, str]
    """A post of Ben's in each room that waits for facilitators."""
    reminders: dict[str, str]
    """One of each room, set by whoever opened it."""
    guest: str
    """Somebody who is in the open room by a pass."""

    def standing(self, who: str, room: str) -> Standing | None:
        with self.town.database.read() as connection:
            facts = Reading(connection, self.people[who]).facts
            return facts.standing(self.rooms[room], self.people[who])


_stages: dict[str, Stage] = {}


@pytest.fixture
def stage(place: Place) -> Stage:
    """Once for each database."""
    if place.url not in _stages:
        _stages[place.url] = _set(place)
    return _stages[place.url]


ROLES = {"adi": "admin", "gus": "guest", "bot": "bot"}


def _set(place: Place) -> Stage:
    town = place.town
    names = ("ana", "ben", "otto", "ida", "cal", "sue", "adi", "gus", "bot", "mia", "bad")
    people = {name: town.person(name.title(), ROLES.get(name, "member")) for name in names}
    victims = [town.person("Victor") for _ in range(3)]
    rooms, said, waiting, reminders = {}, {}, {}, {}
    town.do(people["bot"], c.SetSlash(commands=(Slash(name="ask"),)))
    settings: dict[str, dict[str, Any]] = {
        "open": {}, "request": {"access": "request"}, "invite": {"access": "invite"},
        "news": {"kind": "announcements"}, "archived": {}, "locked": {},
    }  # fmt: skip
    for name, given in settings.items():
        room = rooms[name] = town.room(
            people["ana"], name=name.title(), tools=["hands", "book"], **given
        )
        said[name] = _filled(town, room, people, victims, by="ana" if name == "news" else "ben")
        waiting[name] = _waits(town, people, room, said[name])
        reminders[name] = _reminds(town, people["ana"], room)
    rooms["direct"] = town.do(people["ana"], c.OpenDirectRoom(people=[people["ben"]])).result[
        "room"
    ]
    said["direct"] = town.post(people["ben"], rooms["direct"])
    reminders["direct"] = _reminds(town, people["ana"], rooms["direct"])
    guest = visitor(town, passed(town, people["ana"], rooms["open"]))
    town.do(people["ana"], c.ArchiveRoom(room=rooms["archived"]))
    town.do(people["ana"], c.LockRoom(room=rooms["locked"]))
    keys = {name: town.key(who) for name, who in people.items()}
    return Stage(
        place.url, town, people, rooms, said, keys, victims, waiting, reminders, guest
    )  # fmt: skip


def _waits(town: Town, people: dict[str, str], room: str, thread: str) -> str:
    """A post of Ben's that waits; the next ones do not."""
    town.do(people["ana"], c.ChangeModeration(room=room, holds=Holds(everyone=True)))
    post = c.PostMessage(room=room, body="May I?", thread=thread)
    held: str = town.do(people["ben"], post).result["held"]
    town.do(people["ana"], c.ChangeModeration(room=room, holds=Holds()))
    return held


def _reminds(town: Town, by: str, room: str) -> str:
    wanted = c.SetReminder(words="every day at 9:00 to read", room=room, whom="room")
    planned: str = town.do(by, wanted).result["planned"]
    return planned


def _filled(town: Town, room: str, people: dict[str, str], victims: list[str], *, by: str) -> str:
    """Everybody where they stand; the id of what was said."""
    ana = people["ana"]
    inside = [people[name] for name in ("ben", "otto", "gus", "bot", "mia", "bad")]
    town.do(ana, c.InviteToRoom(room=room, people=[*inside, *victims, people["ida"]]))
    for person in (*inside, *victims):
        town.do(person, c.JoinRoom(room=room))
    if "Request" in town.ask(ana, c.GetRoom(room=room)).room.name:
        town.do(people["cal"], c.JoinRoom(room=room))
    town.do(ana, c.SetRoomRole(room=room, person=people["otto"], role="observer"))
    message = town.post(people[by], room)
    units = {"do": "start", "title": "Emma", "units": ["One", "Two"]}
    town.do(ana, c.UseTool(room=room, tool="book", action=units))
    town.do(ana, c.Mute(room=room, person=people["mia"], seconds=10_000))
    town.do(ana, c.Ban(room=room, person=people["bad"]))
    return message


FOLLOWS = frozenset(
    ("invalid", "already_member", "already_deleted", "last_facilitator", "same_rank")
)
"""What may still be refused by a later rule where the policy says yes."""
BOTH = ("socket", "http")
CREATED = "POST /bots"
"""Accounts exist over HTTP only."""


@dataclass
class Verb:
    """How a verb is asked for: a request, whether it names something that does not exist for who
    may not read the room, whom it does not concern."""

    tag: str
    fields: Callable[[Stage, str], Fields]
    message: bool = False
    leaves_out: Callable[[Standing | None], bool] = lambda _: False
    before: str = ""
    """A verb that is asked for first."""
    besides: Callable[[Standing], str | None] = lambda _: None
    """The code of what is asked where the policy says yes."""
    hides: bool = False
    """A refusal would tell of something: it is as if that did not exist."""
    ways: tuple[str, ...] = BOTH
    follows: frozenset[str] = FOLLOWS


def _room(stage: Stage, room: str) -> Fields:
    return {"room": stage.rooms[room]}


def _with(**more: Any) -> Callable[[Stage, str], Fields]:
    return lambda stage, room: {**_room(stage, room), **more}


def _message(**more: Any) -> Callable[[Stage, str], Fields]:
    return lambda stage, room: {"message": stage.said[room], **more}


def _thread(**more: Any) -> Callable[[Stage, str], Fields]:
    return lambda stage, room: {"thread": stage.said[room], **more}


def _victim(number: int, **more: Any) -> Callable[[Stage, str], Fields]:
    """One for each verb: whoever was removed is there for no other."""
    return lambda stage, room: {**_room(stage, room), "person": stage.victims[number], **more}


VERBS: dict[str, Verb] = {
    "read": Verb("room.snapshot", _room),
    "mark_read": Verb("read.mark", _with(no=1)),
    "follow": Verb("thread.follow", _thread(), message=True),
    "post": Verb("message.post", _with(body="Hello")),
    "reply": Verb("message.post", lambda s, r: {**_room(s, r), "thread": s.said[r], "body": "Yes"}),
    "edit": Verb("message.edit", _message(body="Anew"), message=True),
    "delete": Verb("message.delete", _message(), message=True),
    "react": Verb("reaction.add", _message(emoji="👍"), message=True),
    "pin": Verb("message.pin", _message(), message=True),
    "join": Verb(
        "room.join", _room,
        leaves_out=lambda s: s is not None and s.member is not None and s.member.state != "invited",
    ),
    "leave": Verb("room.leave", _room),
    "invite": Verb("room.invite", lambda s, r: {**_room(s, r), "people": [s.people["sue"]]}),
    "admit": Verb(
        "room.admit", lambda s, r: {**_room(s, r), "person": s.people["cal"]},
        # Asked where nobody has asked to come in.
        follows=FOLLOWS | {"not_found"},
    ),
    "remove": Verb("room.remove", _victim(0)),
    "set_role": Verb("room.role", _victim(1, role="member")),
    "sanction": Verb("sanction.warn", _victim(2, reason="Kinder, please")),
    "change": Verb("room.change", _with(purpose="Anew")),
    "lock": Verb("room.lock", _with(seconds=100_000)),
    "archive": Verb("room.archive", _room),
    "restore": Verb("room.restore", _room),
    "use_tool": Verb("tool.use", _with(tool="hands", action={"do": "raise"})),
    "watch_desk": Verb("room.desk", _room),
    "move": Verb(
        "thread.move", lambda s, r: {"thread": s.said[r], "room": s.rooms["open"]}, message=True
    ),
    "mark_topic": Verb("topic.mark", lambda s, r: {"topic": s.said[r]}, message=True),
    "show_answers": Verb("topic.show", lambda s, r: {"topic": s.said[r]}, message=True),
    "let_in": Verb("pass.make", _room),
    "read_log": Verb("log.page", _room),
    "moderate": Verb("moderation.change", _with(rules=[])),
    "type": Verb("typing", _room, ways=("socket",)),
    "run_tool": Verb(
        "tool.use", _with(tool="hands", action={"do": "clear"}), before="use_tool",
        # Direct rooms have no tools.
        leaves_out=lambda s: s is not None and s.room.access == "direct",
    ),
    "mark_tool": Verb(
        "tool.mark", _with(tool="book", mark={"book": 1, "no": 1}),
        leaves_out=lambda s: s is not None and s.room.access == "direct",
    ),
    "reminders": Verb(
        "planned.change", lambda s, r: {"planned": s.reminders[r], "paused": True}, message=True
    ),
    "review": Verb(
        "held.decline", lambda s, r: {"held": s.waiting[r]}, hides=True,
        # Nothing waits in them.
        leaves_out=lambda s: s is not None and s.room.access == "direct",
    ),
    "end_visit": Verb("pass.end", lambda s, r: {**_room(s, r), "person": s.guest}),
    "interact": Verb("slash.run", _with(name="ask")),
    "whisper": Verb(
        "whisper.show", lambda s, r: {**_room(s, r), "person": s.people["ben"], "body": "Psst"},
        besides=lambda s: None if s.person.role == "bot" else "not_allowed",
    ),
    "manage_bots": Verb(
        CREATED, lambda s, r: {**_room(s, r), "username": f"robby.{s.rooms[r][-8:]}", "name": "R"},
        ways=("http",),
    ),
}  # fmt: skip
ELSEWHERE = {
    "see_card": "no request of its own: it decides between `not_found` and what others say",
}
"""Verbs that nothing asks for by themselves."""


def expected(stage: Stage, verb: str, who: str, room: str) -> tuple[str | None, str | None]:
    """What the policy says, and what is answered: what stands in a room that one may not read does
    not exist."""
    asked, standing = VERBS[verb], stage.standing(who, room)
    author = stage.people["ana" if room == "news" else "ben"]
    code = policy.refusal(standing, asked.before, author) if asked.before else None
    code = code or policy.refusal(standing, verb, author)
    if asked.message and policy.refusal(standing, "read") is not None:
        return code, "not_found"
    if code is None and standing is not None:
        return code, asked.besides(standing)
    return code, "not_found" if asked.hides else code


Answer = tuple[str | None, str | None]


def cells(stage: Stage, verb: str) -> dict[Answer, tuple[str, str]]:
    """For each answer that the policy gives, who gets it where; what is allowed comes last."""
    found: dict[Answer, tuple[str, str]] = {}
    for room in stage.rooms:
        for who in stage.people:
            if not VERBS[verb].leaves_out(stage.standing(who, room)):
                found.setdefault(expected(stage, verb, who, room), (who, room))
    allowed = found.pop((None, None))
    return {**found, (None, None): allowed}


async def asked_over_http(http: httpx.AsyncClient, tag: str, fields: Fields) -> httpx.Response:
    """The request of a verb."""
    return await (
        http.post("/bots", json=fields) if tag == CREATED else over_http(http, tag, fields)
    )


async def signalled(socket: Wire, tag: str, /, **fields: Any) -> Fields:
    """What comes of a signal, which is answered only when it is refused."""
    ref = await socket.send(tag, **fields)
    await socket.ask("unsubscribe", streams=[])
    errors = [frame for frame in socket.frames if frame.get("ref") == ref]
    return errors[0] if errors else {"type": "ok"}


@pytest.mark.attack
@pytest.mark.parametrize("verb", VERBS)
async def test_each_answer_of_a_verb_is_the_same_on_both_ways(stage: Stage, verb: str) -> None:
    asked = VERBS[verb]
    answers = cells(stage, verb)
    assert len(answers) >= 3, "a verb that is refused in one way only is asked too little"
    for (_, code), (who, room) in answers.items():
        key, fields = stage.keys[who], asked.fields(stage, room)
        async with await enter(stage.url, key) as socket, api(stage.url, key) as http:
            # What is allowed changes something: it is asked for once.
            for way in asked.ways[:1] if code is None else asked.ways:
                if way == "http":
                    answer = await asked_over_http(http, asked.tag, fields)
                    got = None if answer.is_success else answer.json()["code"]
                else:
                    ask = signalled if asked.ways == ("socket",) else Wire.ask
                    frame = await ask(socket, asked.tag, **fields)
                    got = frame.get("code")
                assert got == code or (code is None and got in asked.follows), (who, room, way, got)


def test_every_verb_of_the_policy_is_asked() -> None:
    """A new verb needs a row: what no request asks for stands in `ELSEWHERE`, and says why."""
    assert {*VERBS, *ELSEWHERE} == set(policy.RULES)
    assert VERBS.keys().isdisjoint(ELSEWHERE)
    ways = {verb: row.ways for verb, row in VERBS.items() if row.ways != BOTH}
    assert ways == {"type": ("socket",), "manage_bots": ("http",)}
