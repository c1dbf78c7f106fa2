"""`python -m tools.policy`: write docs/policy.md from rooms/policy.py.

One table a kind of room: verbs down, people across, in a live room; then what an archived room, a
mute, a lock and a ban change. Every answer is asked of the policy itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rooms import policy
from rooms.model import FOREVER, MemberFacts, PersonFacts, RoomFacts, Standing

PAGE = Path(__file__).resolve().parent.parent / "docs" / "policy.md"
ME, OTHER = "p_me", "p_other"
ACCESS = ("open", "request", "invite", "direct")

PEOPLE: dict[str, tuple[str, tuple[str, str] | None]] = {
    "facilitator": ("member", ("facilitator", "member")),
    "member": ("member", ("member", "member")),
    "observer": ("member", ("observer", "member")),
    "guest": ("guest", ("member", "member")),
    "bot": ("bot", ("member", "member")),
    "admin inside": ("admin", ("member", "member")),
    "invited": ("member", ("member", "invited")),
    "asking": ("member", ("member", "requested")),
    "outside": ("member", None),
    "guest outside": ("guest", None),
    "admin outside": ("admin", None),
}
"""Role in the community; role and state in the room, if any."""

STATES: dict[str, dict[str, int | bool]] = {
    "live": {},
    "archived": {"archived": True},
    "locked": {"locked_until": FOREVER},
    "muted": {"muted_until": FOREVER},
    "banned": {"banned_until": FOREVER},
    "suspended": {"suspended": True},
}
"""What binds the room or the person."""


def standing(access: str, name: str, state: str) -> Standing:
    """Somebody in a room in a state."""
    role, row = PEOPLE[name]
    binds = STATES[state]
    status = "suspended" if "suspended" in binds else "active"
    person = PersonFacts(id=ME, username="me", name="Me", role=role, status=status)  # type: ignore[arg-type]
    room = RoomFacts(
        id="r_1", kind="conversation", name="Room", purpose="", access=access,  # type: ignore[arg-type]
        posting="everyone", history="all", archived=bool(binds.get("archived")), created_at=0,
        member_count=2, locked_until=int(binds.get("locked_until", 0)),
    )  # fmt: skip
    member = MemberFacts(person=ME, role=row[0], state=row[1]) if row else None  # type: ignore[arg-type]
    return Standing(
        person=person, room=room, member=member,
        muted_until=int(binds.get("muted_until", 0)),
        banned_until=int(binds.get("banned_until", 0)),
    )  # fmt: skip


def answer(access: str, name: str, state: str, verb: str) -> str:
    """`yes`, `own` where only one's own message may be touched, or the code of the refusal."""
    there = standing(access, name, state)
    code = policy.refusal(there, verb, OTHER)
    if code is None:
        return "yes"
    if policy.refusal(there, verb, ME) is None:
        return "own"
    return code


def _table(access: str, state: str) -> Iterator[str]:
    yield "| | " + " | ".join(PEOPLE) + " |"
    yield "|---|" + "---|" * len(PEOPLE)
    for verb in policy.RULES:
        cells = [answer(access, name, state, verb) for name in PEOPLE]
        if state != "live" and cells == [answer(access, n, "live", verb) for n in PEOPLE]:
            continue
        shown = [cell if cell in ("yes", "own") else f"`{cell}`" for cell in cells]
        yield f"| {verb} | " + " | ".join(shown) + " |"


HEAD = """# Who may do what

Written by `python -m tools.policy` from `rooms/policy.py`; a test holds it to the truth. Verbs
down, people across: *yes*, *own* (one's own message only), or the code of the refusal. Below the
table of a live room stand, for each state, only the rows that it changes. It changes them until its
end, to the microsecond. To everything, a banned person is answered `not_found` and a suspended one
`account_suspended`. Slow mode (`slow_mode`) and `posting: facilitators` (`read_only`) come on top.
An open room whose `history` begins with joining is read by nobody outside it (`not_a_member`).

Nobody warns, mutes, removes, bans, demotes or suspends an equal (`same_rank`): owners stand above
admins, admins above facilitators, facilitators above everybody else (`rooms/ranks.py`).
"""
TOLD = ("live", "archived", "locked", "muted")
"""States with tables of their own."""
ROLES = ("owner", "admin", "member", "guest", "bot")


def page() -> str:
    """The page."""
    lines = [HEAD]
    for access in ACCESS:
        lines += [f"## {access.capitalize()} rooms", ""]
        for state in TOLD:
            rows = list(_table(access, state))
            if len(rows) > 2:
                lines += [f"### {state.capitalize()}", "", *rows, ""]
    lines += ["## In the community", "", "| | " + " | ".join(ROLES) + " |", "|---" * 6 + "|"]
    for verb, who in policy.COMMUNITY_RULES.items():
        cells = ["yes" if role in who else "`not_allowed`" for role in ROLES]
        lines.append(f"| {verb} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
