"""Who may act upon whom: nobody on an equal, nobody on oneself.

Power over a person needs a higher rank than theirs in that place. Without it the first facilitator
in a quarrel would win; with it a quarrel between equals goes to those above them, and one among
owners stays one, as it must. Knows numbers only.
"""

from __future__ import annotations

from rooms.errors import Refusal
from rooms.model import MemberFacts, PersonFacts

RANKS: dict[str, int] = {"owner": 3, "admin": 2, "facilitator": 1}
"""By the role in the community, or in the room, whichever is higher; everybody else has 0."""


def rank(person: PersonFacts, member: MemberFacts | None = None) -> int:
    """A person's rank in a room or, without a row, in the community."""
    here = member.role if member is not None and member.state == "member" else ""
    return max(RANKS.get(person.role, 0), RANKS.get(here, 0))


def check_above(
    by: PersonFacts,
    whom: PersonFacts,
    rows: tuple[MemberFacts | None, MemberFacts | None] = (None, None),
) -> None:
    """Raises `Refusal` unless `by` stands above `whom`; `rows` are theirs in the room."""
    if rank(by, rows[0]) <= rank(whom, rows[1]):
        raise Refusal("same_rank", person=whom.name)
