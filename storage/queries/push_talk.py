"""Which devices are to be told of what was said in a room or a thread, asked right before it is
sent.

Whether somebody wants to hear of it is `rooms.notify`'s to say, whether they may read it
`rooms.policy`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, bindparam, select

from rooms import policy, topics
from rooms.house import REMINDER
from rooms.kinds import kind_of
from rooms.model import RoomFacts
from rooms.notify import Wishes, level, wanted, words
from storage import codec
from storage.queries.push import DEVICES, FRESH, NOTHING, Found, Notice, Telling, sorted_out
from storage.queries.reading import Reading
from storage.tables import (
    MEMBER,
    MESSAGE,
    NOTIFY_CHOICE,
    PUSH_DEVICE,
    QUIET,
    THREAD_FOLLOW,
)

LOOKED_AT = 50
"""The newest messages of a place that are looked at; of more only these are counted."""

_INSIDE = DEVICES.add_columns(
    MEMBER.c.role, MEMBER.c.read_no, MEMBER.c.visible_from_seq,
    THREAD_FOLLOW.c.following, THREAD_FOLLOW.c.read_no.label("thread_read_no"),
).join(
    MEMBER,
    (MEMBER.c.person_id == PUSH_DEVICE.c.person_id)
    & (MEMBER.c.room_id == bindparam("room"))
    & (MEMBER.c.state == "member"),
).outerjoin(
    THREAD_FOLLOW,
    (THREAD_FOLLOW.c.person_id == PUSH_DEVICE.c.person_id)
    & (THREAD_FOLLOW.c.thread_id == bindparam("thread")),
)  # fmt: skip
_NEWEST = (
    select(
        MESSAGE.c.id, MESSAGE.c.no, MESSAGE.c.author_id, MESSAGE.c.body, MESSAGE.c.at,
        MESSAGE.c.unit, MESSAGE.c.mentions, MESSAGE.c.posted_seq, MESSAGE.c.title,
    )
    .where(
        MESSAGE.c.room_id == bindparam("room"),
        MESSAGE.c.thread_id == bindparam("thread"),
        MESSAGE.c.deleted_by.is_(None),
        # What moved here was said before.
        MESSAGE.c.first_at.is_(None),
        MESSAGE.c.at > bindparam("since"),
    )
    .order_by(MESSAGE.c.no.desc())
    .limit(LOOKED_AT)
)  # fmt: skip


def telling(connection: Connection, place: str, now: int, most: int) -> Telling:
    """Whom to tell what of a room or a thread, at most `most` devices at a time."""
    room, thread = _where(connection, place)
    if not room:
        return NOTHING
    given = {"room": room, "thread": thread, "place": place, "now": now}
    messages = connection.execute(_NEWEST, {**given, "since": now - FRESH}).all()
    devices = connection.execute(_INSIDE, given).all() if messages else []
    reading = Reading(connection, "")
    facts = reading.facts.room(room)
    if not devices or facts is None:
        return NOTHING
    talk = _Talk(reading, facts, thread, messages)
    talk.listen({row.person_id for row in devices})
    return sorted_out(talk, devices, now, most)


def _where(connection: Connection, place: str) -> tuple[str, str]:
    """Room and thread of a place; the room is empty where there is no such place any more."""
    if place.startswith("r_"):
        return place, ""
    query = select(MESSAGE.c.room_id).where(MESSAGE.c.id == place, MESSAGE.c.deleted_by.is_(None))
    return connection.execute(query).scalar_one_or_none() or "", place


class _Talk:
    """What was said in a place lately, and what people want to hear of it."""

    def __init__(
        self, reading: Reading, room: RoomFacts, thread: str, messages: Sequence[Found]
    ) -> None:
        self._reading = reading
        self._room = room
        self._thread = thread
        self._messages = messages
        self.place = thread or room.id
        self._topic = reading.facts.message(thread) if thread else None
        self._choices: dict[tuple[str, str], str] = {}
        self._muted: dict[str, bool] = {}
        self._deaf: set[tuple[str, str]] = set()
        self._names: dict[str, str] = {}

    def zone(self) -> str:
        """The community's."""
        return self._reading.facts.community().time_zone or "UTC"

    def listen(self, people: Collection[str]) -> None:
        """Read what these people chose."""
        connection = self._reading.connection
        chosen = select(NOTIFY_CHOICE).where(
            NOTIFY_CHOICE.c.target_id.in_((self._room.id, self._thread)),
            NOTIFY_CHOICE.c.person_id.in_(people),
        )
        for row in connection.execute(chosen):
            self._choices[row.person_id, row.target_id] = row.level
        targets = {self._room.id, *(message.author_id for message in self._messages)}
        quiet = select(QUIET).where(QUIET.c.person_id.in_(people), QUIET.c.target_id.in_(targets))
        for row in connection.execute(quiet):
            if row.what == "room":
                self._muted[row.person_id] = bool(row.mentions)
            else:
                self._deaf.add((row.person_id, row.target_id))

    def notice(self, device: Found) -> Notice | None:
        """What this device has to be told; None for nothing."""
        person = device.person_id
        now = level(self._room.access, self._wishes(device))
        if now == "none":
            return None
        read = device.thread_read_no or 0 if self._thread else device.read_no
        after = max(read, device.told or 0)
        found = [
            message
            for message in self._messages
            if message.no > after
            and message.author_id != person
            and self._stands_at(message) >= device.visible_from_seq
            and message.at > device.at
            and (person, message.author_id) not in self._deaf
            and wanted(now, mentioned=_mentioned(message, person, device.role))
        ]
        if not found or not self._may_read(person):
            return None
        return self._notice(device, found)

    def _wishes(self, device: Found) -> Wishes:
        follows = ""
        if self._thread:
            follows = {None: "no", True: "yes", False: "ceased"}[
                None if device.following is None else bool(device.following)
            ]
        return Wishes(
            room=self._choices.get((device.person_id, self._room.id)),
            thread=self._choices.get((device.person_id, self._thread)),
            muted=self._muted.get(device.person_id),
            follows=follows,
        )

    def _may_read(self, person: str) -> bool:
        facts, topic = self._reading.facts, self._topic
        standing = facts.standing(self._room.id, person)
        if standing is None or policy.refusal(standing, "read") is not None:
            return False
        return topic is None or topics.sees_answers(facts, standing, topic)

    def _stands_at(self, message: Found) -> int:
        """Where it stands in the room's log; an answer that stands apart is as old as its topic."""
        topic = self._topic
        return topic.posted_seq if topic and topic.answers else int(message.posted_seq)

    def _notice(self, device: Found, found: Sequence[Found]) -> Notice:
        newest, oldest, room = found[0], found[-1], self._room
        direct = room.access == "direct"
        mentioned = any(_mentioned(one, device.person_id, device.role) for one in found)
        return Notice(
            what="direct" if direct else "message",
            place=self.place,
            no=self._messages[0].no,
            room=room.id,
            thread=self._thread,
            room_name=room.name,
            author=self._name(newest.author_id),
            text="" if self._hidden(device, newest) else self._words(newest),
            number=len(found),
            urgent=direct or mentioned,
            at=newest.at,
            first_no=oldest.no,
        )

    def _words(self, message: Found) -> str:
        body = message.body or ""
        return words(f"{message.title}: {body}" if message.title else body, self._name)

    def _hidden(self, device: Found, message: Found) -> bool:
        """Whether a locked screen must not show the text: somebody said so, what is said here
        stays here, or it may tell too much of a book."""
        wish = device.show_text is not None and not device.show_text
        kept = self._room.options.hide_text or kind_of(self._room.kind).sealed
        return bool(wish or kept or message.unit)

    def _name(self, person: str) -> str:
        if person not in self._names:
            found = self._reading.facts.person(person)
            self._names[person] = found.name if found else ""
        return self._names[person]


def _mentioned(message: Found, person: str, role: str) -> bool:
    targets = codec.strings(message.mentions)
    # What reminds a room is for everybody in it.
    if person in targets or "room" in targets or message.author_id == REMINDER.id:
        return True
    return "facilitators" in targets and role == "facilitator"
