"""May this person do this here? Every verb, every kind of person, every state of a room.

The answers are written out, not computed: a changed rule changes a letter here.
"""

from __future__ import annotations

from typing import Any

import pytest

from protocol.codes import CODES
from rooms import policy
from rooms.errors import Refusal
from rooms.model import FOREVER, CommunityFacts, MemberFacts, PersonFacts, RoomFacts, Standing
from rooms.ranks import check_above

LETTERS = {
    ".": None, "n": "not_found", "m": "not_a_member", "x": "not_allowed", "o": "observer",
    "a": "room_archived", "i": "not_invited",
}  # fmt: skip

ME = "p_me"


def person(role: str = "member", status: str = "active") -> PersonFacts:
    return PersonFacts(id=ME, username="me", name="Me", role=role, status=status)  # type: ignore[arg-type]


def row(role: str = "member", state: str = "member") -> MemberFacts:
    return MemberFacts(person=ME, role=role, state=state)  # type: ignore[arg-type]


def room(access: str = "open", **more: object) -> RoomFacts:
    plain: dict[str, object] = {
        "id": "r_1", "kind": "conversation", "name": "Room", "purpose": "", "access": access,
        "posting": "everyone", "history": "all", "archived": False, "created_at": 0,
        "member_count": 2,
    }  # fmt: skip
    return RoomFacts(**(plain | more))  # type: ignore[arg-type]


Who = tuple[PersonFacts, MemberFacts | None, str]
OTHER = "p_other"
WHO: dict[str, Who] = {
    "facilitator": (person(), row("facilitator"), OTHER),
    "member": (person(), row(), OTHER),
    "author": (person(), row(), ME),
    "observer": (person(), row("observer"), OTHER),
    "author made observer": (person(), row("observer"), ME),
    "invited": (person(), row(state="invited"), OTHER),
    "asking": (person(), row(state="requested"), OTHER),
    "stranger": (person(), None, OTHER),
    "author who left": (person(), None, ME),
    "guest in it": (person("guest"), row(), OTHER),
    "guest elsewhere": (person("guest"), None, OTHER),
    "guest invited": (person("guest"), row(state="invited"), OTHER),
    "admin in it": (person("admin"), row(), OTHER),
    "admin elsewhere": (person("admin"), None, OTHER),
    "admin asking": (person("admin"), row(state="requested"), OTHER),
    "bot in it": (person("bot"), row(), OTHER),
    "bot elsewhere": (person("bot"), None, OTHER),
}
"""A person, their row in the room, and the author of the message in question. In this order the
letters below; the first word of a line is for a live room, the second for an archived one."""

ANSWERS = {
    "open": """
        read       ..........nm....m  ..........nm....m
        see_card   ..........n......  ..........n......
        mark_read  .....mmmm.nm.mm.m  .....mmmm.nm.mm.m
        follow     .....mmmm.nm.mm.m  .....mmmm.nm.mm.m
        post       ...oommmm.nm.mm.m  aaaoommmmanmammam
        reply      ...oommmm.nm.mm.m  aaaoommmmanmammam
        edit       xx.oommmmxnmxmmxm  xxaoommmmxnmxmmxm
        delete     .x.xxmmmmxnm.mmxm  .x.xxmmmmxnm.mmxm
        react      ...oommmm.nm.mm.m  aaaoommmmanmammam
        type       ...oommmm.nm.mm.m  aaaoommmmanmammam
        pin        .xxoommmmxnm.mmxm  axxoommmmxnmammxm
        join       xxxxx....xn.x..x.  xxxxxaaaaxnaxaaxa
        leave      .......mm.n..m..m  .......mm.n..m..m
        invite     .xxxxmmmmxnm...xm  axxxxmmmmxnmaaaxm
        admit      .xxxxmmmmxnm...xm  axxxxmmmmxnmaaaxm
        remove     .xxxxmmmmxnm...xm  .xxxxmmmmxnm...xm
        set_role   .xxxxmmmmxnm...xm  .xxxxmmmmxnm...xm
        sanction   .xxxxmmmmxnm...xm  .xxxxmmmmxnm...xm
        change     .xxxxmmmmxnm...xm  axxxxmmmmxnmaaaxm
        lock       .xxxxmmmmxnm...xm  axxxxmmmmxnmaaaxm
        archive    .xxxxmmmmxnm...xm  axxxxmmmmxnmaaaxm
        restore    .xxxxmmmmxnm...xm  .xxxxmmmmxnm...xm
        use_tool   ...oommmm.nm.mm.m  aaaoommmmanmammam
        run_tool   .xxxxmmmmxnm.mmxm  axxxxmmmmxnmammxm
        mark_tool  .....mmmm.nm.mm.m  .....mmmm.nm.mm.m
        reminders  .xxxxmmmmxnm.mmxm  .xxxxmmmmxnm.mmxm
        watch_desk .xxxxmmmmxnm.mmxm  .xxxxmmmmxnm.mmxm
        move       .xxxxmmmmxnm.mmxm  axxxxmmmmxnmammxm
        mark_topic .x.oommmmxnm.mmxm  axaoommmmxnmammxm
        show_answers .xxxxmmmmxnm.mmxm  axxxxmmmmxnmammxm
        read_log   .xxxxmmmmxnm...xm  .xxxxmmmmxnm...xm
        review     .xxxxmmmmxnm.mmxm  .xxxxmmmmxnm.mmxm
        moderate   .xxxxmmmmxnm.mmxm  .xxxxmmmmxnm.mmxm
        let_in     .xxxxmmmmxnm.mmxm  axxxxmmmmxnmammxm
        end_visit  .xxxxmmmmxnm.mmxm  .xxxxmmmmxnm.mmxm
        interact   ...oommmm.nm.mm.m  aaaoommmmanmammam
        whisper    ...oommmm.nm.mm.m  aaaoommmmanmammam
        manage_bots .xxxxmmmmxnm.mmxm  .xxxxmmmmxnm.mmxm
    """,
    "request": """
        read       .....mmmm.nm.mm.m  .....mmmm.nm.mm.m
        see_card   ......m...n......  ......m...n......
        mark_read  .....mmmm.nm.mm.m  .....mmmm.nm.mm.m
        follow     .....mmmm.nm.mm.m  .....mmmm.nm.mm.m
        post       ...oommmm.nm.mm.m  aaaoommmmanmammam
        reply      ...oommmm.nm.mm.m  aaaoommmmanmammam
        edit       xx.oommmmxnmxmmxm  xxaoommmmxnmxmmxm
        delete     .x.xxmmmmxnm.mmxm  .x.xxmmmmxnm.mmxm
        react      ...oommmm.nm.mm.m  aaaoommmmanmammam
        type       ...oommmm.nm.mm.m  aaaoommmmanmammam
        pin        .xxoommmmxnm.mmxm  axxoommmmxnmammxm
        join       xxxxx.i..xn.x.ix.  xxxxxaiaaxnaxaixa
        leave      .......mm.n..m..m  .......mm.n..m..m
        invite     .xxxxmmmmxnm...xm  axxxxmmmmxnmaaaxm
        admit      .xxxxmmmmxnm...xm  axxxxmmmmxnmaaaxm
        remove     .xxxxmmmmxnm...xm  .xxxxmmmmxnm...xm
        set_role   .xxxxmmmmxnm...xm  .xxxxmmmmxnm...xm
        sanction   .xxxxmmmmxnm...xm  .xxxxmmmmxnm...xm
        change     .xxxxmmmmxnm...xm  axxxxmmmmxnmaaaxm
        lock       .xxxxmmmmxnm...xm  axxxxmmmmxnmaaaxm
        archive    .xxxxmmmmxnm...xm  axxxxmmmmxnmaaaxm
        restore    .xxxxmmmmxnm...xm  .xxxxmmmmxnm...xm
        use_tool   ...oommmm.nm.mm.m  aaaoommmmanmammam
        run_tool   .xxxxmmmmxnm.mmxm  axxxxmmmmxnmammxm
        mark_tool  .....mmmm.nm.mm.m  .....mmmm.nm.mm.m
        reminders  .xxxxmmmmxnm.mmxm  .xxxxmmmmxnm.mmxm
        watch_desk .xxxxmmmmxnm.mmxm  .xxxxmmmmxnm.mmxm
        move       .xxxxmmmmxnm.mmxm  axxxxmmmmxnmammxm
        mark_topic .x.oommmmxnm.mmxm  axaoommmmxnmammxm
        show_answers .xxxxmmmmxnm.mmxm  axxxxmmmmxnmammxm
        read_log   .xxxxmmmmxnm...xm  .xxxxmmmmxnm...xm
        review     .xxxxmmmmxnm.mmxm  .xxxxmmmmxnm.mmxm
        moderate   .xxxxmmmmxnm.mmxm  .xxxxmmmmxnm.mmxm
        let_in     .xxxxmmmmxnm.mmxm  axxxxmmmmxnmammxm
        end_visit  .xxxxmmmmxnm.mmxm  .xxxxmmmmxnm.mmxm
        interact   ...oommmm.nm.mm.m  aaaoommmmanmammam
        whisper    ...oommmm.nm.mm.m  aaaoommmmanmammam
        manage_bots .xxxxmmmmxnm.mmxm  .xxxxmmmmxnm.mmxm
    """,
    "invite": """
        read       .....mmnn.nm.nm.n  .....mmnn.nm.nm.n
        see_card   ......mnn.n..nm.n  ......mnn.n..nm.n
        mark_read  .....mmnn.nm.nm.n  .....mmnn.nm.nm.n
        follow     .....mmnn.nm.nm.n  .....mmnn.nm.nm.n
        post       ...oommnn.nm.nm.n  aaaoommnnanmanman
        reply      ...oommnn.nm.nm.n  aaaoommnnanmanman
        edit       xx.oommnnxnmxnmxn  xxaoommnnxnmxnmxn
        delete     .x.xxmmnnxnm.nmxn  .x.xxmmnnxnm.nmxn
        react      ...oommnn.nm.nm.n  aaaoommnnanmanman
        type       ...oommnn.nm.nm.n  aaaoommnnanmanman
        pin        .xxoommnnxnm.nmxn  axxoommnnxnmanmxn
        join       xxxxx.innxn.xnixn  xxxxxainnxnaxnixn
        leave      .......nn.n..n..n  .......nn.n..n..n
        invite     .xxxxmmnnxnm.nmxn  axxxxmmnnxnmanmxn
        admit      .xxxxmmnnxnm.nmxn  axxxxmmnnxnmanmxn
        remove     .xxxxmmnnxnm.nmxn  .xxxxmmnnxnm.nmxn
        set_role   .xxxxmmnnxnm.nmxn  .xxxxmmnnxnm.nmxn
        sanction   .xxxxmmnnxnm.nmxn  .xxxxmmnnxnm.nmxn
        change     .xxxxmmnnxnm.nmxn  axxxxmmnnxnmanmxn
        lock       .xxxxmmnnxnm.nmxn  axxxxmmnnxnmanmxn
        archive    .xxxxmmnnxnm.nmxn  axxxxmmnnxnmanmxn
        restore    .xxxxmmnnxnm.nmxn  .xxxxmmnnxnm.nmxn
        use_tool   ...oommnn.nm.nm.n  aaaoommnnanmanman
        run_tool   .xxxxmmnnxnm.nmxn  axxxxmmnnxnmanmxn
        mark_tool  .....mmnn.nm.nm.n  .....mmnn.nm.nm.n
        reminders  .xxxxmmnnxnm.nmxn  .xxxxmmnnxnm.nmxn
        watch_desk .xxxxmmnnxnm.nmxn  .xxxxmmnnxnm.nmxn
        move       .xxxxmmnnxnm.nmxn  axxxxmmnnxnmanmxn
        mark_topic .x.oommnnxnm.nmxn  axaoommnnxnmanmxn
        show_answers .xxxxmmnnxnm.nmxn  axxxxmmnnxnmanmxn
        read_log   .xxxxmmnnxnm.nmxn  .xxxxmmnnxnm.nmxn
        review     .xxxxmmnnxnm.nmxn  .xxxxmmnnxnm.nmxn
        moderate   .xxxxmmnnxnm.nmxn  .xxxxmmnnxnm.nmxn
        let_in     .xxxxmmnnxnm.nmxn  axxxxmmnnxnmanmxn
        end_visit  .xxxxmmnnxnm.nmxn  .xxxxmmnnxnm.nmxn
        interact   ...oommnn.nm.nm.n  aaaoommnnanmanman
        whisper    ...oommnn.nm.nm.n  aaaoommnnanmanman
        manage_bots .xxxxmmnnxnm.nmxn  .xxxxmmnnxnm.nmxn
    """,
    "direct": """
        read       .....mmnn.nm.nm.n  .....mmnn.nm.nm.n
        see_card   ......mnn.n..nm.n  ......mnn.n..nm.n
        mark_read  .....mmnn.nm.nm.n  .....mmnn.nm.nm.n
        follow     .....mmnn.nm.nm.n  .....mmnn.nm.nm.n
        post       ...oommnn.nm.nm.n  aaaoommnnanmanman
        reply      ...oommnn.nm.nm.n  aaaoommnnanmanman
        edit       xx.oommnnxnmxnmxn  xxaoommnnxnmxnmxn
        delete     .x.xxmmnnxnmxnmxn  .x.xxmmnnxnmxnmxn
        react      ...oommnn.nm.nm.n  aaaoommnnanmanman
        type       ...oommnn.nm.nm.n  aaaoommnnanmanman
        pin        .....mmnn.nm.nm.n  aaaaammnnanmanman
        join       xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        leave      xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        invite     xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        admit      xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        remove     xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        set_role   xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        sanction   xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        change     xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        lock       xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        archive    xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        restore    xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        use_tool   ...oommnn.nm.nm.n  aaaoommnnanmanman
        run_tool   xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        mark_tool  .....mmnn.nm.nm.n  .....mmnn.nm.nm.n
        reminders  .....mmnn.nm.nm.n  .....mmnn.nm.nm.n
        watch_desk xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        move       xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        mark_topic xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        show_answers xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        read_log   xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        review     xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        moderate   xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        let_in     xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        end_visit  xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
        interact   ...oommnn.nm.nm.n  aaaoommnnanmanman
        whisper    ...oommnn.nm.nm.n  aaaoommnnanmanman
        manage_bots xxxxxxxnnxnxxnxxn  xxxxxxxnnxnxxnxxn
    """,
}

CASES = [
    (access, verb, archived, name, letter)
    for access, grid in ANSWERS.items()
    for verb, live, kept in (line.split() for line in grid.strip().splitlines())
    for archived, letters in ((False, live), (True, kept))
    for name, letter in zip(WHO, letters, strict=True)
]


def ask(standing: Standing, verb: str, author: str = OTHER) -> str | None:
    """The code, as `refusal` and `check` say it alike."""
    code = policy.refusal(standing, verb, author)
    if code is None:
        assert policy.check(standing, verb, author) is standing
    else:
        with pytest.raises(Refusal) as caught:
            policy.check(standing, verb, author)
        assert caught.value.code == code
        assert code in CODES
        assert "?" not in caught.value.message
    return code


def test_every_verb_with_every_hat_in_every_state() -> None:
    wrong = []
    for access, verb, archived, name, letter in CASES:
        who, member, author = WHO[name]
        standing = Standing(person=who, room=room(access, archived=archived), member=member)
        code = ask(standing, verb, author)
        if code != LETTERS[letter]:
            wrong.append(f"{access}, archived={archived}: {name} {verb}: {code}, not {letter}")
    assert wrong == []


def test_the_table_is_whole() -> None:
    for grid in ANSWERS.values():
        assert [line.split()[0] for line in grid.strip().splitlines()] == list(policy.RULES)


def test_the_owner_may_what_an_admin_may() -> None:
    for access, verb, archived, name, _ in CASES:
        who, member, author = WHO[name]
        if who.role == "admin":
            there = room(access, archived=archived)
            codes = {
                policy.refusal(
                    Standing(person=person(role), room=there, member=member), verb, author
                )
                for role in ("owner", "admin")
            }
            assert len(codes) == 1, (access, verb, name)


def test_who_does_not_see_a_room_is_told_nothing_else() -> None:
    """Nobody learns by a refusal that a room exists which they may not know of."""
    for access, _, archived, name, _ in CASES:
        who, member, author = WHO[name]
        standing = Standing(person=who, room=room(access, archived=archived), member=member)
        if policy.refusal(standing, "see_card", author) == "not_found":
            codes = {verb: policy.refusal(standing, verb, author) for verb in policy.RULES}
            assert set(codes.values()) <= {"not_found"}, (access, name, codes)


def test_no_room_and_no_person() -> None:
    for verb in policy.RULES:
        assert policy.refusal(None, verb) == "not_found"


@pytest.mark.parametrize(
    ("status", "code"),
    [("waiting", "account_waiting"), ("suspended", "account_suspended"),
     ("deleted", "account_suspended")],
)  # fmt: skip
def test_accounts_that_are_not_active_may_nothing(status: str, code: str) -> None:
    for verb in policy.RULES:
        for name in ("facilitator", "author", "stranger", "admin in it"):
            who, member, author = WHO[name]
            there = Standing(person=person(who.role, status), room=room(), member=member)
            assert policy.refusal(there, verb, author) == code


@pytest.mark.parametrize(
    ("name", "post"),
    [("facilitator", None), ("admin in it", None), ("member", "read_only"),
     ("author", "read_only"), ("guest in it", "read_only"), ("bot in it", "read_only"),
     ("observer", "observer"), ("stranger", "not_a_member"), ("admin elsewhere", "not_a_member")],
)  # fmt: skip
def test_where_only_facilitators_post_all_may_answer(name: str, post: str | None) -> None:
    who, member, author = WHO[name]
    for verb in policy.RULES:
        quiet = Standing(person=who, room=room(posting="facilitators"), member=member)
        plain = Standing(person=who, room=room(), member=member)
        expected = post if verb == "post" else policy.refusal(plain, verb, author)
        assert ask(quiet, verb, author) == expected


def test_nobody_outside_reads_where_history_begins_with_joining() -> None:
    """Else leaving would be the way to read what newcomers do not."""
    for name, (who, member, author) in WHO.items():
        there = Standing(person=who, room=room(history="joining"), member=member)
        plain = Standing(person=who, room=room(), member=member)
        outside = member is None or member.state != "member"
        for verb in policy.RULES:
            code = policy.refusal(plain, verb, author)
            hidden = verb == "read" and outside and code is None
            expected = "not_a_member" if hidden else code
            assert ask(there, verb, author) == expected, (name, verb)


def test_direct_rooms_that_are_not_allowed_are_read_only() -> None:
    who, member, _ = WHO["member"]
    standing = Standing(person=who, room=room("direct"), member=member, direct_allowed=False)
    for verb in ("post", "reply", "edit", "react", "type", "pin"):
        assert ask(standing, verb, ME) == "direct_not_allowed"
    for verb in ("read", "see_card", "mark_read", "follow", "delete"):
        assert ask(standing, verb, ME) is None
    archived = Standing(
        person=who, room=room("direct", archived=True), member=member, direct_allowed=False
    )
    assert ask(archived, "post") == "room_archived"


# --- with time ------------------------------------------------------------------------------------

SPEAKING = (
    "post", "reply", "edit", "react", "type", "pin", "use_tool", "mark_topic", "interact",
    "whisper",
)  # fmt: skip
NOON = 1_000


def bound(name: str, **what: Any) -> Standing:
    """Somebody in an open room at noon, bound until a time."""
    who, member, _ = WHO[name]
    locked = what.pop("locked_until", 0)
    there = room(locked_until=locked, lock_reason="calm down")
    return Standing(person=who, room=there, member=member, at=NOON, **what)


def test_which_verbs_speak() -> None:
    assert tuple(verb for verb, row in policy.RULES.items() if row.speaks) == SPEAKING


@pytest.mark.parametrize("name", list(WHO))
@pytest.mark.parametrize("until", [NOON + 1, FOREVER])
def test_the_muted_read_and_do_not_write(name: str, until: int) -> None:
    author = WHO[name][2]
    for verb in policy.RULES:
        free = policy.refusal(bound(name), verb, author)
        expected = "muted" if free is None and verb in SPEAKING else free
        assert ask(bound(name, muted_until=until), verb, author) == expected


@pytest.mark.parametrize("name", list(WHO))
def test_in_a_locked_room_only_facilitators_write(name: str) -> None:
    author = WHO[name][2]
    for verb in policy.RULES:
        free = policy.refusal(bound(name), verb, author)
        stays = name in ("facilitator", "admin in it") or verb not in SPEAKING
        expected = free if free is not None or stays else "room_locked"
        assert ask(bound(name, locked_until=NOON + 1), verb, author) == expected


@pytest.mark.parametrize("name", list(WHO))
def test_to_the_banned_the_room_does_not_exist(name: str) -> None:
    for verb in policy.RULES:
        assert ask(bound(name, banned_until=NOON + 1), verb, WHO[name][2]) == "not_found"


@pytest.mark.parametrize("what", ["muted_until", "banned_until", "locked_until"])
def test_an_end_lifts_by_itself(what: str) -> None:
    """At the very microsecond, however old the standing is that the clock is compared with."""
    for verb in policy.RULES:
        free = policy.refusal(bound("member"), verb)
        assert policy.refusal(bound("member", **{what: NOON}), verb) == free
    assert policy.refusal(bound("member", **{what: NOON + 1}), "post") is not None


def test_a_standing_that_knows_no_time_is_bound() -> None:
    who, member, _ = WHO["member"]
    assert ask(Standing(person=who, room=room(), member=member, muted_until=1), "post") == "muted"


def test_a_refusal_says_until_when() -> None:
    muted = bound("member", muted_until=NOON + 90 * policy.SECOND)
    with pytest.raises(Refusal) as caught:
        policy.check(muted, "post")
    assert caught.value.retry_after == 90
    assert caught.value.params["until"] == "1970-01-01T00:01:30.001000Z"
    with pytest.raises(Refusal) as caught:
        policy.check(bound("member", locked_until=FOREVER), "post")
    assert caught.value.retry_after is None
    assert caught.value.params == {"until": None, "reason": "calm down"}


@pytest.mark.parametrize(
    ("name", "waits"), [("member", True), ("guest in it", True), ("facilitator", False),
                        ("admin in it", False), ("bot in it", False)],
)  # fmt: skip
def test_whom_slow_mode_slows(name: str, waits: bool) -> None:
    who, member, _ = WHO[name]
    assert policy.paced(Standing(person=who, room=room(slow_mode=30), member=member)) == waits
    assert not policy.paced(Standing(person=who, room=room(), member=member))


RANKED = {
    "owner": ("owner", None), "admin": ("admin", None), "facilitator": ("member", "facilitator"),
    "bot facilitator": ("bot", "facilitator"), "member": ("member", "member"),
    "observer": ("member", "observer"), "guest": ("guest", "member"), "bot": ("bot", "member"),
}  # fmt: skip
RANKS = {
    "owner": ".rrrrrrr", "admin": "..rrrrrr", "facilitator": "....rrrr",
    "bot facilitator": "....rrrr", "member": "........", "observer": "........",
    "guest": "........", "bot": "........",
}  # fmt: skip


def test_who_stands_above_whom() -> None:
    """Rows act, columns are acted upon, in the same order; `r` for: may."""
    for by, line in RANKS.items():
        for whom, letter in zip(RANKED, line, strict=True):
            people, rows = [], []
            for role, here in (RANKED[by], RANKED[whom]):
                people.append(person(role))
                rows.append(row(here) if here else None)
            if letter == "r":
                check_above(people[0], people[1], (rows[0], rows[1]))
            else:
                with pytest.raises(Refusal, match="same_rank"):
                    check_above(people[0], people[1], (rows[0], rows[1]))


# --- in the community -----------------------------------------------------------------------------

ROLES = ("owner", "admin", "member", "guest", "bot")
COMMUNITY_ANSWERS = """
    directory           ...x.
    watch_community     ...x.
    room.open           ...xx
    room.direct         ...xx
    person.change       .....
    community.change    ..xxx
    community.rules     ..xxx
    watch_admins        ..xxx
    person.role         ..xxx
    person.approve      ..xxx
    invitation.create   ..xxx
    person.reset        ..xxx
    person.suspend      ..xxx
    log.read            ..xxx
    room.unled          ..xxx
    person.class_list   ..xxx
    bot.create          ..xxx
    host.allow          ..xxx
    slash.set           xxxx.
    token.create        ...xx
    account.delete      .....
"""


def community(**more: object) -> CommunityFacts:
    plain: dict[str, object] = {
        "name": "Town", "language": "en", "time_zone": "UTC", "minors": False,
        "who_opens_rooms": "everyone", "direct_rooms": "everyone", "sign_up": "invitation",
    }  # fmt: skip
    return CommunityFacts(**(plain | more))  # type: ignore[arg-type]


def test_every_role_in_the_community() -> None:
    lines = [line.split() for line in COMMUNITY_ANSWERS.strip().splitlines()]
    assert [line[0] for line in lines] == list(policy.COMMUNITY_RULES)
    for verb, letters in lines:
        for role, letter in zip(ROLES, letters, strict=True):
            code = policy.community_refusal(person(role), community(), verb)
            assert code == LETTERS[letter], (verb, role)
            assert (verb in policy.may(person(role), community())) == (code is None)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("setting", ["everyone", "admins"])
def test_who_opens_rooms(role: str, setting: str) -> None:
    code = policy.community_refusal(person(role), community(who_opens_rooms=setting), "room.open")
    runs = role in ("owner", "admin")
    assert code == (None if runs or (role == "member" and setting == "everyone") else "not_allowed")


@pytest.mark.parametrize("setting", ["everyone", "with_facilitators", "nobody"])
def test_who_opens_direct_rooms(setting: str) -> None:
    closed = community(direct_rooms=setting)
    expected = "direct_not_allowed" if setting == "nobody" else None
    for role in ("owner", "admin", "member"):
        assert policy.community_refusal(person(role), closed, "room.direct") == expected
    for role in ("guest", "bot"):
        assert policy.community_refusal(person(role), closed, "room.direct") == "not_allowed"


@pytest.mark.parametrize(
    ("who", "code"),
    [(None, "session_ended"), (person(status="deleted"), "session_ended"),
     (person(status="waiting"), "account_waiting"),
     (person("owner", "suspended"), "account_suspended")],
)  # fmt: skip
def test_who_is_not_active_may_nothing_in_the_community(who: PersonFacts | None, code: str) -> None:
    for verb in policy.COMMUNITY_RULES:
        assert policy.community_refusal(who, community(), verb) == code
        with pytest.raises(Refusal, match=code):
            policy.check_community(who, community(), verb)
