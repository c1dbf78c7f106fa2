"""Which devices are to be told that a report waits, asked right before it is sent.

Those who look after it are told once, and of nothing that it says; never whom it is about, nor who
made it.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from protocol.ids import ADMINS
from rooms import policy
from storage.queries.push import DEVICES, FRESH, NOTHING, Found, Notice, Telling, sorted_out
from storage.queries.reading import Reading
from storage.tables import MEMBER, PERSON, PUSH_DEVICE, REPORT, REPORT_BY


def reported(connection: Connection, report: str, now: int, most: int) -> Telling:
    """Whom to tell that a report waits: those who look after it, never whom it is about."""
    row = connection.execute(select(REPORT).where(REPORT.c.id == report)).first()
    if row is None or row.state != "open" or row.assigned_to or row.at < now - FRESH:
        return NOTHING
    said = select(REPORT_BY.c.person_id).where(REPORT_BY.c.report_id == report)
    desk = _Desk(Reading(connection, ""), row, set(connection.execute(said).scalars()))
    given = {"place": report, "now": now}
    if row.place == ADMINS:
        devices = DEVICES.where(PERSON.c.role.in_(("owner", "admin")))
    else:
        devices = DEVICES.join(
            MEMBER,
            (MEMBER.c.person_id == PUSH_DEVICE.c.person_id)
            & (MEMBER.c.room_id == row.place)
            & (MEMBER.c.state == "member"),
        )
    return sorted_out(desk, connection.execute(devices, given).all(), now, most)


def lately_reported(connection: Connection, since: int) -> list[str]:
    """Reports that were made since then."""
    query = select(REPORT.c.id).where(REPORT.c.state == "open", REPORT.c.at > since)
    return list(connection.execute(query).scalars())


class _Desk:
    """A report, and who may look at it."""

    def __init__(self, reading: Reading, report: Found, reporters: Collection[str]) -> None:
        self._reading = reading
        self._report = report
        self._reporters = reporters
        place = report.place if report.place != ADMINS else ""
        self._room = reading.facts.room(place) if place else None
        talk = reading.facts.room(report.room_id) if report.about == "direct" else None
        self._talking = talk.direct if talk else ()

    def zone(self) -> str:
        """The community's time zone."""
        return self._reading.facts.community().time_zone or "UTC"

    def notice(self, device: Found) -> Notice | None:
        """That it waits; None where they know, or must not."""
        person, report = device.person_id, self._report
        concerned = {report.person_id, *self._reporters, *self._talking}
        if device.told or person in concerned or report.at <= device.at:
            return None
        if not self._keeps(person):
            return None
        name = self._room.name if self._room else ""
        room = self._room.id if self._room else ""
        return Notice("report", report.id, 1, room, "", name, "", "", 1, True, report.at, 0)

    def _keeps(self, person: str) -> bool:
        facts = self._reading.facts
        if self._room is None:
            found, community = facts.person(person), facts.community()
            return policy.community_refusal(found, community, "watch_admins") is None
        if facts.quiet(person, "room", self._room.id) is False:
            return False
        if facts.notify_choices(person).get(self._room.id) == "none":
            return False
        return policy.refusal(facts.standing(self._room.id, person), "review") is None
