"""Cards: facts as readers see them, for events and snapshots."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from protocol.views import Community, Person, Room
from rooms.model import CommunityFacts, PersonFacts, RoomFacts

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rfc3339(at: int) -> str:
    """Microseconds since 1970 as RFC 3339 in UTC with six decimals."""
    return (_EPOCH + timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def person_card(person: PersonFacts) -> Person:
    """What others may see of somebody."""
    return Person(
        id=person.id,
        username=person.username,
        name=person.name,
        role=person.role,
        pronouns=person.pronouns,
        bio=person.bio,
        time_zone=person.time_zone,
        status=person.status,  # type: ignore[arg-type]
    )


def room_card(room: RoomFacts, **changes: object) -> Room:
    """A room's card, with `changes` applied."""
    card = Room(
        id=room.id,
        kind=room.kind,
        name=room.name,
        purpose=room.purpose,
        access=room.access,
        posting=room.posting,
        history=room.history,
        archived=room.archived,
        member_count=room.member_count,
        created_at=rfc3339(room.created_at),
        direct=room.direct,
    )
    return msgspec.structs.replace(card, **changes) if changes else card


def community_card(community: CommunityFacts) -> Community:
    """The community's settings."""
    return Community(**msgspec.structs.asdict(community))
