"""Any sequence of commands, by anybody, keeps what must hold of rooms (Hypothesis)."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from protocol import commands as c
from protocol.codes import CODES
from protocol.ids import facilitators_stream
from rooms.errors import Refusal
from rooms.kinds import kind_of
from storage import streams
from storage.accounts import jobs
from storage.database import Database
from storage.tables import METADATA
from tests.contract.passes_kit import carry_out, visitor
from tests.unit.fold import Folded, folded, seen
from tests.world import World

ROLES = {"Ana": "owner", "Ben": "admin", "Cleo": "member", "Dan": "member", "Eva": "guest"}
ACCESS = st.sampled_from(["open", "request", "invite"])
BODIES = st.sampled_from(["hello", "again", "<@room>", "<@facilitators> look", "  "])
MOST_GUESTS = 4
MOST_ROOMS = 4
"""Few, so that people meet."""
WHO = st.integers(0, len(ROLES) - 1)
WHICH = st.integers(0, 10**6)
KIND = st.sampled_from(
    ["conversation", "announcements", "teacher_circle", "mentorship", "workshop", "project_team"]
)
ACTION = st.sampled_from(
    [
        ("hands", {"do": "raise"}), ("hands", {"do": "call"}), ("hands", {"do": "finish"}),
        ("round", {"do": "begin"}), ("round", {"do": "begin", "seconds": 2}),
        ("round", {"do": "pass"}), ("round", {"do": "end"}), ("round", {"do": "next"}),
        ("round", {"do": "lapse"}), ("tasks", {"do": "note", "kind": "action", "body": "this"}),
        ("tasks", {"do": "drop", "id": 1}),
    ]
)  # fmt: skip
TOOLS = ["hands", "round", "tasks"]
SELDOM = st.none() | st.none() | st.none() | WHICH


class Rooms(RuleBasedStateMachine):
    """A small community in which everybody tries everything."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        database = Database(f"sqlite:///{Path(self.folder.name) / 't.db'}")
        with database.writing.begin() as connection:
            METADATA.create_all(connection)
        self.world = World(database)
        self.people = [self.world.person(name, role) for name, role in ROLES.items()]
        ana, ben, cleo, dan, eva = self.people
        self.rooms = [
            self.world.room(ana, cleo, dan, access="open", tools=TOOLS),
            self.world.room(cleo, access="request", history="joining"),
        ]
        self.world.do(ana, c.InviteToRoom(room=self.rooms[0], people=[eva, ben]))
        self.world.do(dan, c.JoinRoom(room=self.rooms[1]))
        self.sanctions: list[str] = []
        made = self.world.do(ana, c.MakePass(room=self.rooms[0], lasts=300)).result
        self.guests = [visitor(self.world, made["code"]) for _ in range(2)]
        self.messages = [self.world.post(who, self.rooms[0]) for who in (ana, cleo, dan)]

    def teardown(self) -> None:
        """What holds whatever they did: a mistake on the way stays to be seen at the end."""
        try:
            self.streams_have_no_hole()
            self.projections_are_what_the_log_says()
            self.nobody_has_fewer_than_nothing_unread()
            self.somebody_owns_the_community()
            self.who_is_banned_is_no_member()
            self.guests_are_in_one_room_until_their_end()
        finally:
            self.world.database.close()
            self.folder.cleanup()

    def do(self, who: int, command: c.Command) -> Any:
        """The result, or None where it was refused, by one of the known codes."""
        return self.done_by(self.people[who], command)

    def done_by(self, person: str, command: c.Command) -> Any:
        """The same for anybody."""
        try:
            return self.world.do(person, command).result
        except Refusal as refusal:
            if refusal.code not in CODES:
                raise
            return None

    def room(self, which: int) -> str:
        return self.rooms[which % len(self.rooms)]

    def message(self, which: int) -> str:
        return self.messages[which % len(self.messages)]

    # --- what people do ---

    @precondition(lambda self: len(self.rooms) < MOST_ROOMS)
    @rule(who=WHO, access=ACCESS, history=st.sampled_from(["all", "joining"]),
          posting=st.sampled_from(["everyone", "facilitators"]), kind=KIND,
          plain=st.booleans())  # fmt: skip
    def open(
        self, who: int, access: Any, history: Any, posting: Any, kind: Any, plain: Any
    ) -> None:
        command = c.OpenRoom(name="Room", kind=kind, tools=TOOLS)
        if plain:
            command = c.OpenRoom(name="Room", access=access, history=history, posting=posting)
        if (made := self.do(who, command)) is not None:
            self.rooms.append(made["room"])

    @precondition(lambda self: len(self.rooms) < MOST_ROOMS)
    @rule(who=WHO, others=st.sets(WHO, max_size=3))
    def direct(self, who: int, others: set[int]) -> None:
        made = self.do(who, c.OpenDirectRoom(people=[self.people[n] for n in others]))
        if made is not None and made["created"]:
            self.rooms.append(made["room"])

    @rule(who=WHO, which=WHICH, body=BODIES, thread=SELDOM, quote=SELDOM)
    def post(self, who: int, which: int, body: str, thread: Any, quote: Any) -> None:
        command = c.PostMessage(
            room=self.room(which),
            body=body,
            thread=None if thread is None else self.message(thread),
            quote=None if quote is None else self.message(quote),
        )
        if (made := self.do(who, command)) is not None:
            self.messages.append(made["message"])

    @rule(who=WHO, which=WHICH, whom=WHO, action=ACTION)
    def use(self, who: int, which: int, whom: int, action: Any) -> None:
        room, (tool, said) = self.room(which), action
        named = {"person": self.people[whom]} if said["do"] in ("next", "lapse") else {}
        self.do(who, c.UseTool(room=room, tool=tool, action={**said, **named}))

    @rule(who=WHO, which=WHICH, body=BODIES, rev=st.none() | st.integers(0, 30))
    def edit(self, who: int, which: int, body: str, rev: int | None) -> None:
        self.do(who, c.EditMessage(message=self.message(which), body=body, rev=rev))

    @rule(who=WHO, which=WHICH,
          kind=st.sampled_from([c.DeleteMessage, c.PinMessage, c.UnpinMessage]))  # fmt: skip
    def touch(self, who: int, which: int, kind: Any) -> None:
        self.do(who, kind(message=self.message(which)))

    @rule(who=WHO, which=WHICH, emoji=st.sampled_from("👍🎉"),
          kind=st.sampled_from([c.AddReaction, c.AddReaction, c.RemoveReaction]))  # fmt: skip
    def react(self, who: int, which: int, emoji: str, kind: Any) -> None:
        self.do(who, kind(message=self.message(which), emoji=emoji))

    @rule(who=WHO, which=WHICH, no=st.integers(-1, 40),
          kind=st.sampled_from([c.MarkRead, c.MarkUnread]))  # fmt: skip
    def mark(self, who: int, which: int, no: int, kind: Any) -> None:
        self.do(who, kind(room=self.room(which), no=no))

    @rule(who=WHO, which=WHICH, no=st.integers(0, 20), following=st.booleans())
    def thread(self, who: int, which: int, no: int, following: bool) -> None:
        self.do(who, c.FollowThread(thread=self.message(which), following=following))
        self.do(who, c.MarkThreadRead(thread=self.message(which), no=no))

    @rule(who=WHO, which=WHICH, kind=st.sampled_from(
        [c.JoinRoom, c.JoinRoom, c.JoinRoom, c.LeaveRoom, c.ArchiveRoom, c.RestoreRoom]
    ))  # fmt: skip
    def come_and_go(self, who: int, which: int, kind: Any) -> None:
        self.do(who, kind(room=self.room(which)))

    @rule(who=WHO, which=WHICH, whom=WHO,
          kind=st.sampled_from([c.AdmitToRoom, c.DeclineRequest, c.RemoveMember]))  # fmt: skip
    def decide(self, who: int, which: int, whom: int, kind: Any) -> None:
        self.do(who, kind(room=self.room(which), person=self.people[whom]))

    @rule(who=WHO, which=WHICH, whom=WHO, invite=st.booleans(),
          role=st.sampled_from(["facilitator", "member", "observer"]))  # fmt: skip
    def roles(self, who: int, which: int, whom: int, invite: bool, role: Any) -> None:
        room, person = self.room(which), self.people[whom]
        if invite:
            self.do(who, c.InviteToRoom(room=room, people=[person], role=role))
        else:
            self.do(who, c.SetRoomRole(room=room, person=person, role=role))

    @rule(who=WHO, which=WHICH, access=ACCESS, name=st.sampled_from(["Room", "Other", ""]))
    def change(self, who: int, which: int, access: Any, name: str) -> None:
        self.do(who, c.ChangeRoom(room=self.room(which), access=access, name=name))

    @rule(who=WHO, whom=WHO, role=st.sampled_from(["owner", "admin", "member", "guest"]),
          direct=st.sampled_from(["everyone", "with_facilitators", "nobody"]))  # fmt: skip
    def run(self, who: int, whom: int, role: Any, direct: Any) -> None:
        self.do(who, c.SetRole(person=self.people[whom], role=role))
        self.do(who, c.ChangeCommunity(direct_rooms=direct))

    @rule(who=WHO, which=WHICH, whom=WHO, seconds=st.sampled_from([1, 3, 10_000]),
          kind=st.sampled_from([c.Mute, c.Ban, c.Warn]))  # fmt: skip
    def sanction(self, who: int, which: int, whom: int, seconds: int, kind: Any) -> None:
        fields: dict[str, Any] = {"room": self.room(which), "person": self.people[whom]}
        more = {"reason": "So"} if kind is c.Warn else {"seconds": seconds}
        if (made := self.do(who, kind(**fields, **more))) is not None:
            self.sanctions.append(made["sanction"])

    @rule(who=WHO, which=WHICH, seconds=st.none() | st.sampled_from([1, 3]), lock=st.booleans(),
          slow=st.sampled_from([0, 1, 5]))  # fmt: skip
    def bind_the_room(
        self, who: int, which: int, seconds: int | None, lock: bool, slow: int
    ) -> None:
        room = self.room(which)
        self.do(who, c.LockRoom(room=room, seconds=seconds) if lock else c.UnlockRoom(room=room))
        self.do(who, c.ChangeRoom(room=room, slow_mode=slow))

    @rule(who=WHO, whom=WHO, seconds=st.none() | st.sampled_from([1, 4]))
    def suspend(self, who: int, whom: int, seconds: int | None) -> None:
        if made := self.do(who, c.SuspendPerson(person=self.people[whom], seconds=seconds)):
            self.sanctions.append(made["sanction"])

    @precondition(lambda self: self.sanctions)
    @rule(who=WHO, which=WHICH, verdict=st.sampled_from(["upheld", "lifted"]))
    def look_again(self, who: int, which: int, verdict: Any) -> None:
        sanction = self.sanctions[which % len(self.sanctions)]
        self.do(who, c.AppealSanction(sanction=sanction, text="Please"))
        self.do(who, c.AnswerAppeal(sanction=sanction, verdict=verdict))

    @precondition(lambda self: self.sanctions)
    @rule(who=WHO, which=WHICH)
    def lift(self, who: int, which: int) -> None:
        self.do(who, c.LiftSanction(sanction=self.sanctions[which % len(self.sanctions)]))

    @precondition(lambda self: len(self.guests) < MOST_GUESTS)
    @rule(who=WHO, which=WHICH)
    def let_in(self, who: int, which: int) -> None:
        made = self.do(who, c.MakePass(room=self.room(which), uses=1, lasts=300))
        if made is not None:
            # There may be no place any more: a mentorship has two.
            with contextlib.suppress(Refusal):
                self.guests.append(visitor(self.world, made["code"]))

    @precondition(lambda self: self.guests)
    @rule(which=WHICH, where=WHICH, kind=st.sampled_from(
        [c.PostMessage, c.JoinRoom, c.LeaveRoom, c.MakePass, c.UseTool, c.ChangeProfile]
    ))  # fmt: skip
    def be_a_guest(self, which: int, where: int, kind: Any) -> None:
        # Every other time in the room where the first of them are.
        fields: dict[str, Any] = {"room": self.room(where * (where % 2))}
        if kind is c.PostMessage:
            fields["body"] = "hello"
        if kind is c.UseTool:
            fields |= {"tool": "hands", "action": {"do": "raise"}}
        command = kind(name="Ana") if kind is c.ChangeProfile else kind(**fields)
        made = self.done_by(self.guests[which % len(self.guests)], command)
        if kind is c.PostMessage and made is not None:
            self.messages.append(made["message"])

    @precondition(lambda self: self.guests)
    @rule(who=WHO, which=WHICH, where=WHICH, how=st.sampled_from(
        ["end", "end", "remove", "ban", "suspend", "role", "invite", "time"]
    ))  # fmt: skip
    def deal_with_a_guest(self, who: int, which: int, where: int, how: str) -> None:
        guest, room = self.guests[which % len(self.guests)], self.room(where * (where % 2))
        who *= where % 2
        commands: dict[str, c.Command] = {
            "end": c.EndVisit(room=room, person=guest),
            "remove": c.RemoveMember(room=room, person=guest),
            "ban": c.Ban(room=room, person=guest),
            "suspend": c.SuspendPerson(person=guest, seconds=1),
            "role": c.SetRole(person=guest, role="member"),
            "invite": c.InviteToRoom(room=room, people=[guest]),
        }
        if how in commands:
            self.do(who, commands[how])
            return
        self.world.now += 150_000_000
        with contextlib.suppress(Refusal):
            carry_out(self.world, jobs.visit_over(guest))

    # --- what holds whatever they do ---

    def guests_are_in_one_room_until_their_end(self) -> None:
        for guest in self.guests:
            with self.world.database.read() as connection:
                row = connection.exec_driver_sql(
                    """SELECT v.room_id, v.ended_at, p.role, p.status, p.status_until
                    FROM visit v JOIN person p ON p.id = v.person_id WHERE p.id = ?""",
                    (guest,),
                ).one()
                places = connection.exec_driver_sql(
                    "SELECT room_id FROM member WHERE person_id = ?", (guest,)
                ).scalars()
                assert row.role == "guest"
                assert set(places) == (set() if row.ended_at else {row.room_id})
            if row.ended_at:
                assert (row.status, row.status_until) == ("ended", None)
            else:
                assert row.status == "active"
                assert row.status_until, "a visit without an end"
            over = bool(row.ended_at) or row.status_until <= self.world.now
            with contextlib.suppress(Refusal):
                self.world.do(guest, c.MarkRead(room=row.room_id, no=0))
                assert not over, "somebody whose visit is over acts"

    def streams_have_no_hole(self) -> None:
        with self.world.database.read() as connection:
            names = ["community", *self.people, *self.rooms]
            names += [facilitators_stream(room) for room in self.rooms]
            heads = streams.heads(connection, names)
            for name in names:
                events = list(streams.events_after(connection, name, 0))
                assert [event.seq for event in events] == list(range(1, heads[name] + 1))
                assert all(a.at < b.at for a, b in itertools.pairwise(events))

    def projections_are_what_the_log_says(self) -> None:
        with self.world.database.read() as connection:
            logs = {room: list(streams.events_after(connection, room, 0)) for room in self.rooms}
        for room, events in logs.items():
            log = folded(events)
            self._compare(room, log)
            if not log.card["archived"] and log.card["access"] != "direct":
                assert "facilitator" in log.members.values(), "a live room without a facilitator"

    def _compare(self, room: str, log: Folded) -> None:
        viewer = next((p for p in self.people if p in log.members and self.acts(p)), None)
        if viewer is None:
            return
        snapshot = self.world.ask(viewer, c.GetRoom(room=room, limit=100))
        assert snapshot.cursor.seq == log.seq
        assert snapshot.head_no == log.head_no
        assert {m.person: m.role for m in snapshot.members} == log.members
        assert snapshot.room.member_count == len(log.members)
        self._tools_know_only_who_is_there(snapshot, log)
        for field in ("name", "access", "posting", "history", "archived"):
            assert getattr(snapshot.room, field) == log.card[field], field
        first = snapshot.me.visible_from_no
        want = [m for m in log.messages.values() if m["thread"] is None and m["no"] >= first]
        assert [seen(message) for message in snapshot.page.messages] == want
        for message in snapshot.page.messages:
            if message.replies:
                page = self.world.ask(viewer, c.GetHistory(room=room, thread=message.id, limit=100))
                assert [seen(reply) for reply in page.messages] == [
                    m for m in log.messages.values() if m["thread"] == message.id
                ]

    def acts(self, person: str) -> bool:
        """Whether somebody is not suspended."""
        try:
            self.world.ask(person, c.ListRooms())
        except Refusal as refusal:
            return refusal.code != "account_suspended"
        return True

    def who_is_banned_is_no_member(self) -> None:
        with self.world.database.read() as connection:
            found = connection.exec_driver_sql(
                """SELECT count(*) FROM member m JOIN sanction s
                ON s.room_id = m.room_id AND s.person_id = m.person_id
                WHERE s.kind = 'ban' AND s.lifted_at IS NULL AND s.ends_at > ?""",
                (self.world.now,),
            )
            assert found.scalar_one() == 0

    def _tools_know_only_who_is_there(self, snapshot: Any, log: Folded) -> None:
        kind = kind_of(snapshot.room.kind)
        assert kind.most is None or len(log.members) <= kind.most
        assert all(getattr(snapshot.room, field) == value for field, value in kind.fixed.items())
        if not kind.guests:
            roles = {person.id: person.role for person in snapshot.people}
            assert "guest" not in [roles.get(person) for person in log.members]
        states = {one.tool: one.state for one in snapshot.tools}
        if hands := states.get("hands"):
            assert {hand.person for hand in hands.hands} <= set(log.members)
            assert hands.called is None or hands.called in log.members
        if (turns := states.get("round")) and turns.going:
            assert turns.going.waiting
            assert set(turns.going.waiting) <= set(log.members)

    def nobody_has_fewer_than_nothing_unread(self) -> None:
        # Whoever is suspended reads nothing, their own list neither.
        for person in filter(self.acts, self.people):
            overview = self.world.ask(person, c.GetOverview())
            for entry in overview.rooms:
                if entry.me.state == "member":
                    assert 0 <= entry.me.read_no <= entry.head_no
                assert 0 <= entry.mentions <= entry.head_no
            assert all(thread.unread > 0 for thread in overview.followed)

    def somebody_owns_the_community(self) -> None:
        with self.world.database.read() as connection:
            roles = connection.exec_driver_sql(
                "SELECT count(*) FROM person WHERE role = 'owner' AND status = 'active'"
            )
            assert roles.scalar_one() >= 1


Rooms.TestCase.settings = settings(max_examples=15, stateful_step_count=50, deadline=None)
TestRooms = Rooms.TestCase


@pytest.mark.slow
class TestRoomsForLong(Rooms.TestCase):  # type: ignore[misc,valid-type]
    """The same, for minutes."""

    settings = settings(max_examples=400, stateful_step_count=60, deadline=None)
