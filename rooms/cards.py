"""Cards: facts as readers see them, for events and snapshots."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec

from protocol.sanctions import Lock
from protocol.views import Community, Person, Room
from rooms.model import FOREVER, CommunityFacts, PersonFacts, RoomFacts

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE = _EPOCH.replace(tzinfo=None)


def rfc3339(at: int) -> str:
    """Microseconds since 1970 as RFC 3339 in UTC with six decimals."""
    seconds, rest = divmod(at, 1_000_000)
    return f"{_to_the_second(seconds)}.{rest:06}Z"


@lru_cache(maxsize=256)
def _to_the_second(seconds: int) -> str:
    return (_NAIVE + timedelta(seconds=seconds)).isoformat()


def microseconds(text: str) -> int:
    """The inverse of `rfc3339`."""
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)


def ending(at: int) -> str | None:
    """When something ends, as readers see it; None for never."""
    return None if at >= FOREVER or not at else rfc3339(at)


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


def read_along(room: RoomFacts | Room) -> bool:
    """Whether a room is read without joining: one that shows its history from joining on is not,
    or whoever left would see more than whoever stays."""
    return room.access == "open" and room.history == "all"


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
        slow_mode=room.slow_mode,
        locked=lock(room.locked_until, room.lock_reason),
        keep_days=room.keep_days,
        options=room.options,
    )
    return msgspec.structs.replace(card, **changes) if changes else card


def lock(until: int, reason: str) -> Lock | None:
    """A lock as the card shows it; None for none."""
    return Lock(reason=reason, until=ending(until)) if until else None


def community_card(community: CommunityFacts) -> Community:
    """The community's settings."""
    return Community(**msgspec.structs.asdict(community))
