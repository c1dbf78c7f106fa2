"""A community of facts in dictionaries: what the rules of accounts are asked against without a
database."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from accounts import names
from accounts.model import InvitationFacts, LinkFacts
from accounts.ports import AccountFacts
from protocol.moderation import Moderation
from rooms.aging import Expired
from rooms.bots import BotFacts, InteractionFacts, WhisperFacts
from rooms.errors import Refusal
from rooms.model import (
    FOREVER,
    Actor,
    CommunityFacts,
    HeldFacts,
    MemberFacts,
    MessageFacts,
    PassFacts,
    PersonFacts,
    PlannedFacts,
    ReportFacts,
    RoomFacts,
    SanctionFacts,
    Standing,
    VisitFacts,
    WholeMessage,
)
from rooms.moderation import Moderator

NOW = 1_700_000_000_000_000
SCOPES = frozenset({"read", "write", "admin", "account"})


class _NotAsked(AccountFacts):
    """What rules of accounts have no business asking."""

    def newest_view(self, room: str) -> int:
        raise NotImplementedError

    def notify_choices(self, person: str) -> dict[str, str]:
        raise NotImplementedError

    def notify_rules(self, person: str) -> tuple[int | None, int | None, bool]:
        raise NotImplementedError

    def bot(self, person: str) -> BotFacts | None:
        raise NotImplementedError

    def bots_of(self, room: str | None) -> int:
        raise NotImplementedError

    def slash(self, room: str, name: str) -> tuple[str, ...]:
        raise NotImplementedError

    def own_address(self, bot: str, room: str, name: str) -> bool:
        raise NotImplementedError

    def blocks(self, message: str) -> tuple[dict[str, Any], ...]:
        raise NotImplementedError

    def webhooks(self, bot: str) -> tuple[str, ...]:
        raise NotImplementedError

    def interaction(self, interaction: str) -> InteractionFacts | None:
        raise NotImplementedError

    def interactions_of(self, person: str, since: int) -> int:
        raise NotImplementedError

    def interactions_with(self, person: str, most: int) -> tuple[InteractionFacts, ...]:
        raise NotImplementedError

    def whisper(self, whisper: str) -> WhisperFacts | None:
        raise NotImplementedError

    def whispers_to(self, person: str) -> int:
        raise NotImplementedError

    def whispers_with(self, person: str, most: int) -> tuple[WhisperFacts, ...]:
        raise NotImplementedError

    def message(self, message: str) -> MessageFacts | None:
        raise NotImplementedError

    def reactions(self, message: str) -> dict[str, tuple[str, ...]]:
        raise NotImplementedError

    def reply_head(self, thread: str) -> int:
        raise NotImplementedError

    def expired(self, room: str, before: int) -> Expired:
        raise NotImplementedError

    def pins(self, room: str) -> int:
        raise NotImplementedError

    def direct_room(self, key: str) -> str | None:
        raise NotImplementedError

    def guides_somewhere(self, people: Collection[str]) -> bool:
        raise NotImplementedError

    def unread_mentions(self, room: str, person: str, read_no: int) -> int:
        raise NotImplementedError

    def thread_mark(self, thread: str, person: str) -> tuple[bool, int] | None:
        raise NotImplementedError

    def versions(self, message: str) -> tuple[int, ...]:
        raise NotImplementedError

    def whole_thread(self, root: str, most: int) -> tuple[WholeMessage, ...]:
        raise NotImplementedError

    def versions_of(self, messages: Collection[str]) -> tuple[int, ...]:
        raise NotImplementedError

    def report(self, report: str) -> ReportFacts | None:
        raise NotImplementedError

    def open_report(self, place: str, about: str, what: str, by: str | None = None) -> str | None:
        raise NotImplementedError

    def reports_open_by(self, person: str) -> int:
        raise NotImplementedError

    def newest_messages(self, room: str, first: int, most: int) -> tuple[MessageFacts, ...]:
        raise NotImplementedError

    def posted_at(self, message: str) -> int:
        raise NotImplementedError

    def runs_besides(self, *people: str) -> bool:
        raise NotImplementedError

    def moderation(self, place: str) -> Moderation:
        raise NotImplementedError

    def moderator(self, room: str) -> Moderator | None:
        raise NotImplementedError

    def may_hold(self, room: str) -> bool:
        raise NotImplementedError

    def held(self, held: str) -> HeldFacts | None:
        raise NotImplementedError

    def held_edits(self, messages: Collection[str]) -> tuple[HeldFacts, ...]:
        raise NotImplementedError

    def held_in(self, room: str, before: int, most: int) -> tuple[HeldFacts, ...]:
        raise NotImplementedError

    def held_by(self, person: str, most: int) -> tuple[HeldFacts, ...]:
        raise NotImplementedError

    def waiting_of(self, person: str, most: int) -> int:
        raise NotImplementedError

    def answered(self, topic: str, person: str, besides: str = "") -> bool:
        raise NotImplementedError

    def posts_by(self, person: str, room: str, most: int) -> int:
        raise NotImplementedError

    def texts_by(self, person: str, room: str, since: int, besides: str) -> tuple[str, ...]:
        raise NotImplementedError

    def sanction(self, sanction: str) -> SanctionFacts | None:
        raise NotImplementedError

    def planned(self, planned: str) -> PlannedFacts | None:
        raise NotImplementedError

    def planned_in(self, stream: str) -> int:
        raise NotImplementedError

    def posts_before(self, planned: PlannedFacts, now: int) -> int:
        raise NotImplementedError

    def planned_by(self, person: str, most: int) -> tuple[PlannedFacts, ...]:
        raise NotImplementedError

    def came_since(self, room: str, at: int, most: int) -> tuple[str, ...]:
        raise NotImplementedError

    def ballots(self, room: str, poll: int) -> dict[int, int]:
        raise NotImplementedError

    def reminded_by(self, message: str) -> str | None:
        return None

    def last_post(self, room: str, person: str) -> int:
        raise NotImplementedError

    def quiet(self, person: str, what: str, target: str) -> bool | None:
        raise NotImplementedError

    def quiets(self, person: str) -> int:
        raise NotImplementedError

    def blocked(self, one: str, other: str) -> bool:
        raise NotImplementedError

    def deaf_to(self, author: str, people: Collection[str]) -> frozenset[str]:
        raise NotImplementedError

    def tool(self, room: str, tool: str, instance: str = "") -> str | None:
        raise NotImplementedError

    def tool_mark(self, room: str, tool: str, person: str) -> str | None:
        raise NotImplementedError

    def lately(self, room: str, newest: int) -> dict[str, int]:
        raise NotImplementedError

    def guest_pass(self, invitation: str) -> PassFacts | None:
        raise NotImplementedError

    def passes_open(self, room: str) -> int:
        raise NotImplementedError

    def visit(self, person: str) -> VisitFacts | None:
        raise NotImplementedError

    def visitors(self, invitation: str) -> tuple[str, ...]:
        raise NotImplementedError


class FakeFacts(_NotAsked):
    """Facts set by hand; what a test does not set is empty."""

    def __init__(self, **community: object) -> None:
        self.time = NOW
        self.bans: set[tuple[str | None, str]] = set()
        self.settings: CommunityFacts | None = msgspec.structs.replace(
            CommunityFacts(
                name="School", language="en", time_zone="", minors=False,
                who_opens_rooms="everyone", direct_rooms="everyone", sign_up="invitation",
            ),
            **community,
        )  # fmt: skip
        self.persons: dict[str, PersonFacts] = {}
        self.rooms: dict[str, RoomFacts] = {}
        self.rows: dict[str, dict[str, MemberFacts]] = {}
        self.invitations: list[InvitationFacts] = []
        self.links: dict[str, LinkFacts] = {}
        self.sessions: dict[str, tuple[str, ...]] = {}
        self.tokens: dict[str, tuple[str, ...]] = {}
        self.hashes: dict[str, str] = {}

    def add(self, username: str, role: str = "member", status: str = "active") -> Actor:
        """A person; they as an actor."""
        id_ = f"p_{username}"
        self.persons[id_] = PersonFacts(
            id=id_, username=username, name=username.title(), role=role, status=status  # type: ignore[arg-type]
        )  # fmt: skip
        return Actor(id_, f"s_{username}", SCOPES)

    def people(self, ids: Collection[str]) -> dict[str, PersonFacts]:
        return {id_: self.persons[id_] for id_ in ids if id_ in self.persons}

    def add_room(self, id_: str, access: str = "open", **people: str) -> str:
        """A room; people by username with their role in it."""
        self.rooms[id_] = RoomFacts(
            id=id_, kind="conversation", name=id_, purpose="", access=access,  # type: ignore[arg-type]
            posting="everyone", history="all", archived=False, created_at=NOW,
            member_count=len(people),
        )  # fmt: skip
        self.rows[id_] = {
            f"p_{username}": MemberFacts(person=f"p_{username}", role=role, state="member")  # type: ignore[arg-type]
            for username, role in people.items()
        }
        return id_

    @property
    def now(self) -> int:
        return self.time

    def clock(self) -> int:
        return self.time

    def binding(self, room: str | None, person: str) -> tuple[SanctionFacts, ...]:
        if (room, person) not in self.bans:
            return ()
        ban = SanctionFacts(
            id="sn_1", kind="ban", person=person, room=room, room_name="", reason="", by="p_by",
            at=0, ends_at=FOREVER,
        )  # fmt: skip
        return (ban,)

    def community(self) -> CommunityFacts:
        if self.settings is None:
            raise Refusal("set_up_needed")
        return self.settings

    def is_set_up(self) -> bool:
        return self.settings is not None

    def person(self, person: str) -> PersonFacts | None:
        return self.persons.get(person)

    def room(self, room: str) -> RoomFacts | None:
        return self.rooms.get(room)

    def members(self, room: str, ids: Collection[str] | None = None) -> dict[str, MemberFacts]:
        rows = self.rows.get(room, {})
        return {id_: row for id_, row in rows.items() if ids is None or id_ in ids}

    def standing(self, room: str, person: str) -> Standing | None:
        who, where = self.person(person), self.room(room)
        if who is None or where is None:
            return None
        return Standing(person=who, room=where, member=self.members(room).get(person))

    def head(self, stream: str) -> tuple[int, int]:
        return 0, 0

    def tools(self, room: str) -> list[tuple[str, str, str]]:
        return []

    def is_open(self, stream: str) -> bool:
        return False

    def rooms_of(self, person: str) -> list[RoomFacts]:
        return [self.rooms[id_] for id_, rows in self.rows.items() if person in rows]

    def owners(self) -> int:
        found = self.persons.values()
        return sum(p.role == "owner" and p.status == "active" for p in found)

    def taken(self, folded: Collection[str]) -> set[str]:
        have = {names.folded(person.username) for person in self.persons.values()}
        return have & set(folded)

    def invitation(self, *, code: str = "", id: str = "") -> InvitationFacts | None:  # noqa: A002
        found = (i for i in self.invitations if i.code == code or (id and i.id == id))
        return next(found, None)

    def link(self, secret_hash: str) -> LinkFacts | None:
        return self.links.get(secret_hash)

    def open_sessions(self, person: str) -> tuple[str, ...]:
        return self.sessions.get(person, ())

    def open_tokens(self, person: str) -> tuple[str, ...]:
        return self.tokens.get(person, ())

    def lost_commands(self, bot: str) -> tuple[tuple[str, int], ...]:
        return ()

    def inner_hosts(self) -> dict[str, str]:
        return {}

    def password_hash(self, person: str) -> str | None:
        return self.hashes.get(person)
