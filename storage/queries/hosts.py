"""The inner hosts that were allowed, for those who may allow them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from protocol.hosts import InnerHost, InnerHosts
from rooms.cards import person_card, rfc3339
from storage import codec
from storage.queries.reading import Reading
from storage.tables import INNER_HOST


def check(connection: Connection, person: str) -> None:
    """Refuse who may not allow hosts, before anybody is asked where a name leads."""
    Reading(connection, person).in_community("host.allow")


def listed(connection: Connection, person: str, open_: bool) -> InnerHosts:
    """All of them, by name."""
    reading = Reading(connection, person)
    reading.in_community("host.allow")
    rows = connection.execute(select(INNER_HOST).order_by(INNER_HOST.c.host)).all()
    people = reading.facts.people(sorted({row.by_id for row in rows}))
    cards = {id_: person_card(found) for id_, found in people.items() if found.status != "deleted"}
    hosts = tuple(
        InnerHost(
            id=row.id, host=row.host, addresses=codec.strings(row.addresses),
            by=cards.get(row.by_id), at=rfc3339(row.at),
        )
        for row in rows
    )  # fmt: skip
    return InnerHosts(hosts=hosts, open=open_)
