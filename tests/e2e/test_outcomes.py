"""Each distinct answer of each verb of the policy, over WebSocket and HTTP, of a real server.

docs/policy.md has a cell for every verb, hat and state of a room; tests/unit/test_policy.py asks
all of them in process. Here one cell for each answer that a verb can give is asked of a server,
both ways.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from protocol import commands as c
from rooms import policy
from rooms.model import Standing
from storage.queries.reading import Reading
from tests.e2e.test_refusals import over_http
from tests.e2e.town import Place, Town
from tests.e2e.wire import api, enter

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
    """Members of every room whom things can be done to, one after the other."""

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
    victims = [town.person("Victor") for _ in range(6)]
    rooms, said = {}, {}
    settings: dict[str, dict[str, Any]] = {
        "open": {}, "request": {"access": "request"}, "invite": {"access": "invite"},
        "news": {"kind": "announcements"}, "archived": {}, "locked": {},
    }  # fmt: skip
    for name, given in settings.items():
        room = rooms[name] = town.room(people["ana"], name=name.title(), tools=["hands"], **given)
        said[name] = _filled(town, room, people, victims, by="ana" if name == "news" else "ben")
    rooms["direct"] = town.do(people["ana"], c.OpenDirectRoom(people=[people["ben"]])).result[
        "room"
    ]
    said["direct"] = town.post(people["ben"], rooms["direct"])
    town.do(people["ana"], c.ArchiveRoom(room=rooms["archived"]))
    town.do(people["ana"], c.LockRoom(room=rooms["locked"]))
    keys = {name: town.key(who) for name, who in people.items()}
    return Stage(place.url, town, people, rooms, said, keys, victims)


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
    town.do(ana, c.Mute(room=room, person=people["mia"], seconds=10_000))
    town.do(ana, c.Ban(room=room, person=people["bad"]))
    return message


@dataclass
class Verb:
    """How a verb is asked for: a request, whether it names a message, whom it does not concern."""

    tag: str
    fields: Callable[[Stage, str], Fields]
    message: bool = False
    leaves_out: Callable[[Standing | None], bool] = lambda _: False


def _room(stage: Stage, room: str) -> Fields:
    return {"room": stage.rooms[room]}


def _with(**more: Any) -> Callable[[Stage, str], Fields]:
    return lambda stage, room: {**_room(stage, room), **more}


def _message(**more: Any) -> Callable[[Stage, str], Fields]:
    return lambda stage, room: {"message": stage.said[room], **more}


def _thread(**more: Any) -> Callable[[Stage, str], Fields]:
    return lambda stage, room: {"thread": stage.said[room], **more}


def _victim(**more: Any) -> Callable[[Stage, str], Fields]:
    return lambda stage, room: {**_room(stage, room), "person": stage.victims[-1], **more}


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
    "admit": Verb("room.admit", lambda s, r: {**_room(s, r), "person": s.people["cal"]}),
    "remove": Verb("room.remove", _victim()),
    "set_role": Verb("room.role", _victim(role="member")),
    "sanction": Verb("sanction.warn", _victim(reason="Kinder, please")),
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
}  # fmt: skip
ELSEWHERE = {
    "see_card": "no request of its own: it decides between `not_found` and what others say",
    "type": "a signal, over WebSocket only: tests/e2e/test_intrusion.py",
    "run_tool": "asked by tools, beneath use_tool: tests/contract/test_tools.py",
    "mark_tool": "needs a book: tests/contract/test_tools.py",
    "review": "an answer would say that a post waits: tests/contract/test_review.py",
}
FOLLOWS = frozenset(
    ("invalid", "already_member", "already_deleted", "last_facilitator", "same_rank", "not_found")
)
"""What may still be refused by a later rule where the policy says yes."""


def expected(stage: Stage, verb: str, who: str, room: str) -> str | None:
    """What the policy says; a message of a room that one may not read does not exist."""
    standing = stage.standing(who, room)
    author = stage.people["ana" if room == "news" else "ben"]
    if VERBS[verb].message and policy.refusal(standing, "read") is not None:
        return "not_found"
    return policy.refusal(standing, verb, author)


def cells(stage: Stage, verb: str) -> dict[str | None, tuple[str, str]]:
    """For each answer that the policy gives, who gets it where; what is allowed comes last."""
    found: dict[str | None, tuple[str, str]] = {}
    for room in stage.rooms:
        for who in stage.people:
            if not VERBS[verb].leaves_out(stage.standing(who, room)):
                found.setdefault(expected(stage, verb, who, room), (who, room))
    allowed = found.pop(None)
    return {**found, None: allowed}


@pytest.mark.attack
@pytest.mark.parametrize("verb", VERBS)
async def test_each_answer_of_a_verb_is_the_same_on_both_ways(stage: Stage, verb: str) -> None:
    asked = VERBS[verb]
    answers = cells(stage, verb)
    assert len(answers) >= 3, "a verb that is refused in one way only is asked too little"
    for code, (who, room) in answers.items():
        key, fields = stage.keys[who], asked.fields(stage, room)
        async with await enter(stage.url, key) as socket, api(stage.url, key) as http:
            if code is not None:
                frame = await socket.ask(asked.tag, **fields)
                assert frame.get("code") == code, (who, room, frame)
                answer = await over_http(http, asked.tag, fields)
                assert answer.json()["code"] == code, (who, room, answer.text)
                continue
            frame = await socket.ask(asked.tag, **fields)
            assert frame["type"] == "ok" or frame["code"] in FOLLOWS, (who, room, frame)


def test_what_is_asked_are_verbs_and_the_others_are_few() -> None:
    asked = {*VERBS, *ELSEWHERE}
    assert asked <= set(policy.RULES)
    assert len(asked) >= 0.8 * len(policy.RULES), "name new verbs here"
