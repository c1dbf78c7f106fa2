"""Plays the scripts of the sample community as commands of its people, at times in the past.

Everything goes through the verbs that clients use, under the rules of the moment. What the scripts
leave open, such as when a reaction came, is decided by a seeded random generator.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from accounts.model import Newcomer
from chat.demo.people import CAST, COMMUNITY, OWNER, PASSWORD, TIME_ZONE
from chat.demo.script import Line, Script, moment
from chat.verbs import VERBS
from protocol import accounts as wire
from protocol import commands as c
from protocol.parts import Unit
from rooms.model import Actor
from storage.accounts import jobs, secret
from storage.replay import Replay
from storage.transaction import Job

_MENTION = re.compile(r"(?<![\w.@])@([a-z]+)")
_SCOPES = frozenset({"read", "write", "admin"})
_MINUTE = timedelta(minutes=1)
Act = Callable[[], object]


def _people(act: str, words: str) -> list[str]:
    return words.split()[1:] if act == "react" else []


class Making:
    """Collects what happens, then lets it happen in order of time."""

    def __init__(self, replay: Replay, now: datetime, password_hash: str) -> None:
        self._replay = replay
        self._now = now
        self._hash = password_hash
        self._random = Random(1818)  # noqa: S311 - the same community every time
        self._acts: list[tuple[datetime, int, Act]] = []
        self._at = now
        self._ids: dict[str, str] = {}
        """People by username, rooms by file, messages by `file#label` or `file#number`."""
        self._here: dict[tuple[str, str], datetime] = {}
        """When somebody came into a room."""
        self._threads: dict[tuple[str, str], datetime] = {}
        """Threads and who follows them, with the last reply that they saw."""
        self._authors: dict[str, str] = {}

    def make(self, scripts: dict[str, Script]) -> None:
        """Everything."""
        self._begin(scripts["commons"])
        for name, script in scripts.items():
            if name != "commons":
                self._opened(name, script)
        for name, script in scripts.items():
            self._arrivals(name, script)
            for number, line in enumerate(script.lines):
                self._said(name, number, line)
            if "archived" in script.fields:
                who, *words = script.fields["archived"].split()
                archiving = partial(self._in_room, who, name, c.ArchiveRoom)
                self._plan(moment(words, self._now), archiving)
        for at, _, act in sorted(self._acts, key=lambda planned: planned[:2]):
            self._at = at
            act()
        self._at = self._now
        for name, script in scripts.items():
            self._read(name, script)
        self._read_threads()
        self._replay.mark()

    # --- carrying out ---

    def _plan(self, at: datetime, act: Act) -> None:
        self._acts.append((min(at, self._now), len(self._acts), act))

    def _do(self, job: Job) -> Any:
        return self._replay.do(int(self._at.timestamp() * 1_000_000), job).result

    def _command(self, who: str, command: c.Command) -> Any:
        verb, actor = VERBS[type(command)], Actor(self._ids[who], "", _SCOPES)
        return self._do(
            Job(
                actor=actor.person,
                locks=lambda facts: verb.locks(facts, actor, command),
                act=lambda facts: verb.action(facts, actor, command),
            )
        )

    def _in_room(self, who: str, room: str, kind: type[c.Command], **fields: Any) -> Any:
        return self._command(who, kind(room=self._ids[room], **fields))  # type: ignore[call-arg]

    def _some(self, least: int, most: int) -> timedelta:
        return timedelta(seconds=self._random.randint(least * 60, most * 60))

    # --- the community and its people ---

    def _begin(self, commons: Script) -> None:
        who, *words = commons.fields["first"].split()
        start = moment(words, self._now)
        self._plan(start, partial(self._set_up, commons))
        self._here["commons", who] = start
        self._plan(start + 2 * _MINUTE, partial(self._profile, who))
        self._plan(self._days_ago(26), self._second_invitation)
        for name, (days, *_) in commons.people("joined"):
            at = self._days_ago(int(days)) + self._some(0, 40)
            self._here["commons", name] = at
            self._plan(at, partial(self._sign_up, name))
            self._plan(at + _MINUTE, partial(self._profile, name))

    def _days_ago(self, days: int, hour: int = 6) -> datetime:
        return moment([str(days), f"{hour:02d}:00"], self._now)

    def _arrival(self) -> Newcomer:
        session = secret.make(secret.SESSION)
        return Newcomer(secret_hash=session.hash, device="Firefox", password_hash=self._hash)

    def _set_up(self, commons: Script) -> None:
        link, self._code = secret.make(secret.LINK), secret.invitation_code()
        self._do(jobs.offer_set_up(link.hash))
        command = wire.SetUp(
            token=link.secret,
            community=wire.NewCommunity(name=COMMUNITY, time_zone=TIME_ZONE, minors=False),
            owner=wire.NewOwner(username=OWNER, name=CAST[OWNER].name, password=PASSWORD),
            room=wire.NewRoom(name=commons.fields["room"], purpose=commons.fields["purpose"]),
        )
        job = jobs.set_up_community(command, link.hash, self._arrival(), self._code)
        made = self._do(job)
        self._ids[OWNER], self._ids["commons"] = made["person"].id, made["room"]

    def _second_invitation(self) -> None:
        self._code = secret.invitation_code()
        terms = wire.CreateInvitation(
            room=self._ids["commons"], role="member", uses=20, expires_in=60 * 24 * 3600
        )
        actor = Actor(self._ids[OWNER], "", _SCOPES)
        self._do(jobs.create_invitation(actor, terms, self._code))

    def _sign_up(self, who: str) -> None:
        command = wire.SignUp(
            invitation=self._code, username=who, name=CAST[who].name, password=PASSWORD
        )
        made = self._do(jobs.sign_up_person(command, self._arrival()))
        self._ids[who] = made["person"].id

    def _profile(self, who: str) -> None:
        person = CAST[who]
        self._command(who, c.ChangeProfile(pronouns=person.pronouns, bio=person.bio))
        if person.role == "admin":
            self._command(OWNER, c.SetRole(person=self._ids[who], role="admin"))

    # --- rooms ---

    def _opened(self, name: str, script: Script) -> None:
        who, *words = script.fields["opened"].split()
        at = moment(words, self._now)
        self._here[name, who] = at
        if "direct" in script.fields:
            both = script.fields["direct"].split()
            self._here.update({(name, person): at for person in both})
            self._plan(at, partial(self._open_direct, name, who, both))
        else:
            self._plan(at, partial(self._open, name, who, script.fields))

    def _open(self, name: str, who: str, fields: dict[str, str]) -> None:
        wanted = ("purpose", "kind", "access", "posting", "history")
        given: dict[str, Any] = {key: fields[key] for key in wanted if key in fields}
        if "answer_first" in fields:
            given["answer_first"] = True
        if "coordinator" in fields:
            given["coordinator"] = self._ids[fields["coordinator"]]
        command = c.OpenRoom(name=fields["room"], **given)
        self._ids[name] = self._command(who, command)["room"]

    def _open_direct(self, name: str, who: str, both: list[str]) -> None:
        command = c.OpenDirectRoom(people=[self._ids[person] for person in both])
        self._ids[name] = self._command(who, command)["room"]

    def _arrivals(self, name: str, script: Script) -> None:
        opened = script.fields.get("opened", "")
        guide, *words = opened.split() or (OWNER, "40", "09:12")
        start = moment(words, self._now)

        def coming(days: str) -> datetime:
            return max(self._days_ago(int(days), 7) + self._some(0, 40), start + self._some(1, 9))

        if name != "commons":
            for who, (days, *_) in script.people("joined"):
                at = self._here[name, who] = coming(days)
                self._plan(at, partial(self._in_room, who, name, c.JoinRoom))
        for who, (days, *_) in script.people("invited"):
            at = coming(days)
            self._here[name, who] = at + _MINUTE
            self._plan(at, partial(self._invite, guide, name, who))
            self._plan(at + _MINUTE, partial(self._in_room, who, name, c.JoinRoom))
        for who, (days, *admitted) in script.people("asked"):
            at = coming(days)
            self._plan(at, partial(self._in_room, who, name, c.JoinRoom))
            if admitted:
                self._here[name, who] = at + 3 * _MINUTE
                self._plan(at + 3 * _MINUTE, partial(self._admit, guide, name, who))
        for who, (days, *_) in script.people("facilitators"):
            at = max(self._days_ago(int(days), 8), self._here[name, who]) + _MINUTE
            self._plan(at, partial(self._promote, guide, name, who))

    def _invite(self, guide: str, room: str, who: str) -> None:
        self._in_room(guide, room, c.InviteToRoom, people=[self._ids[who]])

    def _admit(self, guide: str, room: str, who: str) -> None:
        self._in_room(guide, room, c.AdmitToRoom, person=self._ids[who])

    def _promote(self, guide: str, room: str, who: str) -> None:
        self._in_room(guide, room, c.SetRoomRole, person=self._ids[who], role="facilitator")

    # --- what was said ---

    def _said(self, room: str, number: int, line: Line) -> None:
        key = f"{room}#{line.label or number}"
        for who in (line.who, *(name for act, words in line.acts for name in _people(act, words))):
            if (room, who) not in self._here:
                raise ValueError(f"{room}: {who} is never there (near {line.text[:40]!r})")
        if line.when < self._here[room, line.who]:
            raise ValueError(f"{room}: {line.who} is not there yet (near {line.text[:40]!r})")
        self._plan(line.when, partial(self._post, room, key, line))
        for act, words in line.acts:
            if act == "react":
                emoji, *people = words.split()
                for who in people:
                    after = max(line.when, self._here[room, who])
                    at = after + min(self._some(1, 200), (self._now - after) * 0.8)
                    self._plan(at, partial(self._react, key, who, emoji))
            elif act == "edit":
                minutes, _, text = words.partition(" ")
                at = line.when + int(minutes) * _MINUTE
                self._plan(at, partial(self._edit, key, line.who, text))
            elif act in ("tool", "mark"):
                self._plan(line.when + _MINUTE, partial(self._tool, room, key, act, words))
            elif act in ("solved", "answer"):
                topic = f"{room}#{line.thread}" if line.thread else key
                self._plan(line.when + 3 * _MINUTE, partial(self._mark, words, topic, act, key))
            elif act in ("pin", "delete"):
                kind = c.PinMessage if act == "pin" else c.DeleteMessage
                self._plan(line.when + 2 * _MINUTE, partial(self._about, words, kind, key))
            elif act != "title":
                raise ValueError(f"{room}: there is no act called {act}")

    def _post(self, room: str, key: str, line: Line) -> None:
        thread = self._ids[f"{room}#{line.thread}"] if line.thread else None
        quote = self._ids[f"{room}#{line.quote}"] if line.quote else None
        unit = Unit(book=1, no=int(line.unit)) if line.unit else None
        said = {"body": self._body(line.text), "thread": thread, "quote": quote, "unit": unit}
        said["title"] = dict(line.acts).get("title")
        made = self._in_room(line.who, room, c.PostMessage, **said)
        self._ids[key] = made["message"]
        self._authors[made["message"]] = line.who
        if thread is not None:
            for who in (line.who, self._authors[thread]):
                self._threads[thread, who] = line.when

    def _body(self, text: str) -> str:
        def mention(match: re.Match[str]) -> str:
            name = match[1]
            if name in ("room", "facilitators"):
                return f"<@{name}>"
            return f"<@{self._ids[name]}>" if name in self._ids else match[0]

        return _MENTION.sub(mention, text)

    def _tool(self, room: str, key: str, act: str, words: str) -> None:
        who, tool, text = words.split(" ", 2)
        text = re.sub(r'"@(\w+)"', lambda found: f'"{self._ids[found[1]]}"', text)
        said = json.loads(text.replace('"^"', f'"{self._ids[key]}"'))
        if act == "mark":
            self._in_room(who, room, c.MarkTool, tool=tool, mark=said)
        else:
            self._in_room(who, room, c.UseTool, tool=tool, action=said)

    def _mark(self, who: str, topic: str, act: str, key: str) -> None:
        marks: dict[str, Any] = {"solved": True} if act == "solved" else {"answer": self._ids[key]}
        self._command(who, c.MarkTopic(topic=self._ids[topic], **marks))

    def _about(self, who: str, kind: type[c.Command], key: str) -> None:
        self._command(who, kind(message=self._ids[key]))  # type: ignore[call-arg]

    def _react(self, key: str, who: str, emoji: str) -> None:
        self._command(who, c.AddReaction(message=self._ids[key], emoji=emoji))

    def _edit(self, key: str, who: str, text: str) -> None:
        self._command(who, c.EditMessage(message=self._ids[key], body=self._body(text)))

    # --- what was read ---

    def _read(self, room: str, script: Script) -> None:
        head = sum(not line.thread for line in script.lines)
        left = {who: int(words[0]) for who, words in script.people("unread")}
        for name, who in self._here:
            if name == room:
                self._in_room(who, room, c.MarkRead, no=max(0, head - left.get(who, 0)))

    def _read_threads(self) -> None:
        recent = self._now - timedelta(hours=30)
        for (thread, who), at in self._threads.items():
            if at < recent:
                self._command(who, c.MarkThreadRead(thread=thread, no=10_000))
