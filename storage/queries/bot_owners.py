"""Who may look after a bot: those who run the community and, of a room's bot, its facilitators.

The rule is that of `accounts.bots.manages`, asked of everybody at once; a test holds the two
together.
"""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from protocol.bots import BotOwners
from rooms.cards import person_card
from storage.facts.rights import person_facts
from storage.queries.bots import looked_after
from storage.queries.reading import Reading
from storage.tables import MEMBER, PERSON

MOST = 200
"""Named at once: communities have fewer who run them."""


def owners(connection: Connection, person: str, bot: str) -> BotOwners:
    """Who may be a bot's owner, by name; raises `not_found` for those who do not look after it."""
    reading = Reading(connection, person)
    room = looked_after(reading, bot).room_id
    guides = select(MEMBER.c.person_id).where(
        MEMBER.c.room_id == (room or ""),
        MEMBER.c.state == "member",
        MEMBER.c.role == "facilitator",
    )
    found = connection.execute(
        select(PERSON)
        .where(
            PERSON.c.status == "active",
            PERSON.c.role.not_in(("guest", "bot")),
            or_(PERSON.c.role.in_(("owner", "admin")), PERSON.c.id.in_(guides)),
        )
        .order_by(PERSON.c.name_folded, PERSON.c.id)
        .limit(MOST)
    )
    return BotOwners(people=tuple(person_card(person_facts(row, reading.clock)) for row in found))
