"""Which devices are to be told of a reminder of one's own that came, asked right before it is sent.

A reminder of a room is a message there, and told of as one (`push_talk`).
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from protocol import limits
from rooms import policy, topics
from rooms.model import MessageFacts
from rooms.notify import words
from storage.queries.push import DEVICES, NOTHING, Found, Notice, Telling, sorted_out
from storage.queries.reading import Reading
from storage.tables import PLANNED, PUSH_DEVICE

_RUNG = select(PLANNED).where(PLANNED.c.what == "reminder", PLANNED.c.state == "rung")
_ONE = _RUNG.where(PLANNED.c.id == bindparam("id"), PLANNED.c.rung_at > bindparam("since"))
_LATE = (limits.LATE_DAYS + 1) * 24 * 3600 * 1_000_000


def rung(connection: Connection, planned: str, now: int, most: int) -> Telling:
    """Whom to tell that a reminder came: whose it is, until they have seen it."""
    row = connection.execute(_ONE, {"id": planned, "since": now - _LATE}).first()
    if row is None:
        return NOTHING
    devices = DEVICES.where(PUSH_DEVICE.c.person_id == row.owner_id)
    found = connection.execute(devices, {"place": planned, "now": now}).all()
    return sorted_out(_Rung(Reading(connection, row.owner_id), row), found, now, most)


def lately_rung(connection: Connection, since: int) -> list[str]:
    """Reminders of people's own that came since then."""
    query = _RUNG.where(PLANNED.c.rung_at > since)
    return list(connection.execute(query.with_only_columns(PLANNED.c.id)).scalars())


class _Rung:
    """A reminder that came."""

    def __init__(self, reading: Reading, planned: Found) -> None:
        self._reading = reading
        self._planned = planned

    def zone(self) -> str:
        """The community's."""
        return self._reading.facts.community().time_zone or "UTC"

    def notice(self, device: Found) -> Notice | None:
        """That it came, in its owner's own words; None where they know."""
        planned, facts = self._planned, self._reading.facts
        if (device.told or 0) >= planned.rung_at:
            return None
        person, community = facts.person(device.person_id), facts.community()
        if policy.community_refusal(person, community, "person.change") is not None:
            return None
        hidden = device.show_text is not None and not device.show_text
        about = self._about()
        return Notice(
            what="reminder",
            place=planned.id,
            no=planned.rung_at,
            room=about.room if about else "",
            thread=about.thread if about else "",
            room_name="",
            author="",
            text="" if hidden else words(planned.body or "", self._name),
            number=1,
            urgent=True,
            at=planned.rung_at,
            first_no=about.no if about else 0,
        )

    def _about(self) -> MessageFacts | None:
        """The message it is about, while its owner may read it."""
        facts, message = self._reading.facts, self._planned.message_id
        found = facts.message(message) if message else None
        if found is None or found.deleted:
            return None
        standing = facts.standing(found.room, self._planned.owner_id)
        if standing is None or policy.refusal(standing, "read") is not None:
            return None
        topic = facts.message(found.thread) if found.apart else None
        seen = topic is None or topics.sees_answers(facts, standing, topic)
        return found if seen and topics.visible(facts, standing, found) else None

    def _name(self, person: str) -> str:
        found = self._reading.facts.person(person)
        return found.name if found else ""
