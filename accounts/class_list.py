"""A pasted class list: names to accounts with sign-in slips.

Reads what a spreadsheet or a person pastes, gives everybody without one a username that nobody has,
and says of each line what is wrong with it. Lines with a problem are left out when accounts are
made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from accounts import links, names
from accounts.people import allowed, arriving, audit
from accounts.ports import AccountFacts
from protocol import limits
from protocol.accounts import ClassList, ClassRow
from protocol.ids import COMMUNITY, new_id
from rooms import policy
from rooms.actions.membership import joining
from rooms.actions.welcoming import greeting
from rooms.errors import Refusal
from rooms.model import Actor, Decision, PersonFacts, RoomFacts

_CELLS = re.compile(r"\s*[\t;,]\s*")
_NUMBERED = 10_000


def parse(text: str) -> list[tuple[int, str, str]]:
    """`(line number, name, username or "")` of every line that is not blank.

    Cells are parted by tab, semicolon or comma; quotation marks around cells go, as do empty cells.
    Raises `Refusal("too_many")`.
    """
    found = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        cells = [cell.strip().strip('"').strip() for cell in _CELLS.split(line)]
        cells = [cell for cell in cells if cell]
        if cells:
            found.append((number, cells[0], cells[1] if len(cells) > 1 else ""))
    if len(found) > limits.CLASS_LIST:
        raise Refusal("too_many", what="lines", max=limits.CLASS_LIST, actual=len(found))
    if not found:
        raise Refusal("too_few", what="lines", min=1, actual=0)
    return found


def plan(facts: AccountFacts, lines: Sequence[tuple[int, str, str]]) -> list[ClassRow]:
    """Who would be made: a username for everybody, or the code of what is wrong."""
    rows: list[ClassRow] = []
    given = {names.folded(username.removeprefix("@")) for _, _, username in lines if username}
    seen: set[str] = set()
    taken = facts.taken(given)
    for number, name, username in lines:
        row = ClassRow(line=number, name=name[: limits.DISPLAY_NAME], username=username)
        try:
            row = msgspec.structs.replace(row, name=names.display_name(name))
            own = _own(username, taken | seen) if username else _free(facts, name, seen | given)
        except Refusal as refusal:
            row = msgspec.structs.replace(row, problem=refusal.code)
        else:
            seen.add(names.folded(own))
            row = msgspec.structs.replace(row, username=own)
        rows.append(row)
    return rows


def _own(username: str, taken: set[str]) -> str:
    own = names.username(username)
    if names.folded(own) in taken:
        raise Refusal("name_taken", field="username", value=own)
    return own


def _free(facts: AccountFacts, name: str, mine: set[str]) -> str:
    for candidates in _candidates(names.base_of(name)):
        left = [c for c in candidates if names.folded(c) not in mine]
        taken = facts.taken([names.folded(c) for c in left]) if left else set()
        for candidate in left:
            if names.folded(candidate) not in taken:
                return candidate
    raise Refusal("name_taken", field="username", value=name)


def _candidates(base: str) -> Iterator[list[str]]:
    """anna; anna2 to anna9; anna10 to anna99; ..."""
    yield [base]
    first = 2
    while first < _NUMBERED:
        after = 10 if first == 2 else first * 10
        yield [f"{base}{number}" for number in range(first, after)]
        first = after


def make(
    facts: AccountFacts, actor: Actor | None, command: ClassList, secret_hashes: Sequence[str]
) -> Decision:
    """Plan, and unless it is a dry run make the accounts with a slip each.

    `secret_hashes` holds one for every line; `slips` of the result are `(person's card, index of
    the secret, expires_at)`.
    """
    allowed(facts, actor, "person.class_list")
    room = _room(facts, actor, command.room)
    rows = plan(facts, parse(command.text))
    decision = Decision(result={"rows": rows, "slips": None})
    if command.dry_run:
        return decision
    slips = []
    for index, row in enumerate(rows):
        if row.problem is not None:
            continue
        person = PersonFacts(
            id=new_id("p", facts.now // 1000), username=row.username, name=row.name,
            role="member", status="active",
        )  # fmt: skip
        link = links.making(facts, "slip", person.id, secret_hashes[index], actor)
        _add(facts, decision, person, room)
        if room is not None:
            room = msgspec.structs.replace(room, member_count=room.member_count + 1)
        decision.records.append(link)
        slips.append((person, index, link.expires_at))
    note = f"{len(slips)} accounts"
    decision.records.append(audit(facts, actor, "person.class_list", COMMUNITY, note))
    decision.result["slips"] = slips
    return decision


def _room(facts: AccountFacts, actor: Actor | None, room: str | None) -> RoomFacts | None:
    if room is None:
        return None
    if actor is not None:
        policy.check(facts.standing(room, actor.person), "invite")
    found = facts.room(room)
    if found is None or found.access == "direct" or found.archived:
        raise Refusal("not_found", what="room")
    return found


def _add(
    facts: AccountFacts, decision: Decision, person: PersonFacts, room: RoomFacts | None
) -> None:
    arrived = arriving(person)
    decision.streams += arrived.streams
    decision.events += arrived.events
    if room is not None:
        decision.events += joining(facts, room, person, "member")
        decision.records += greeting(room, facts.now)
