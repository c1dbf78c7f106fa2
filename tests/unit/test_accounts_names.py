"""What accounts may be called, and what a class list makes of names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import class_list, names
from protocol import limits
from protocol.accounts import ClassList
from rooms.errors import Refusal
from tests.unit.accounts_fakes import FakeFacts


def code(call: object, *args: object) -> str:
    """The code that a call is refused with, or "" when it is not."""
    try:
        call(*args)  # type: ignore[operator]
    except Refusal as refusal:
        return refusal.code
    return ""


@pytest.mark.parametrize(
    "username", ["ana", "Ana.Belén", "j_k-2", "7up", "Ольга", "さくらA"[:3], "李小龙", "x" * 32]
)
def test_usernames_that_are_fine(username: str) -> None:
    assert names.username(username) == username


@pytest.mark.parametrize(
    ("username", "expected"),
    [
        ("a", "too_short"), ("", "too_short"), ("x" * 33, "too_long"),
        (".ana", "invalid"), ("_ana", "invalid"), ("an a", "invalid"), ("ana\u200b", "invalid"),
        ("ana\u202eb", "invalid"), ("ana\x00", "invalid"), ("<b>", "invalid"), ("an@a", "invalid"),
        # A Cyrillic letter that looks like a Latin one.
        ("\u043elga", "invalid"), ("\u0430dmin", "invalid"),
    ],
)  # fmt: skip
@pytest.mark.attack
def test_usernames_that_are_not(username: str, expected: str) -> None:
    assert code(names.username, username) == expected


@pytest.mark.attack
@pytest.mark.parametrize(
    "twins", [("Ana", "aNA"), ("ﬁona", "fiona"), ("\uff21na", "ana"), ("José", "Jose\u0301")]
)
def test_usernames_that_are_the_same(twins: tuple[str, str]) -> None:
    one, other = map(names.username, twins)
    assert names.folded(one) == names.folded(other)


def test_passwords_at_below_and_above_the_limits() -> None:
    assert code(names.password, "x" * (limits.PASSWORD_MIN - 1)) == "too_short"
    assert code(names.password, "x" * limits.PASSWORD_MIN) == ""
    assert code(names.password, "x" * limits.PASSWORD) == ""
    assert code(names.password, "x" * (limits.PASSWORD + 1)) == "too_long"
    assert code(names.password, "ANABELEN", "anabelen") == "invalid"


def test_the_same_password_on_every_keyboard() -> None:
    assert names.password("contrase\u00f1a") == names.password("contrasen\u0303a")
    names.typed("\ud83d broken").encode()


@pytest.mark.parametrize(
    ("email", "kept"),
    [(None, None), ("", None), ("  ", None), (" a@b.example ", "a@b.example")],
)
def test_addresses(email: str | None, kept: str | None) -> None:
    assert names.email(email) == kept


@pytest.mark.attack
@pytest.mark.parametrize(
    "email", ["a", "a@b", "a b@c.example", "a@b.example\nBcc: x@y.example", "@b.example"]
)
def test_no_addresses(email: str) -> None:
    assert code(names.email, email) == "invalid"


def test_zones_and_languages() -> None:
    assert names.time_zone("Europe/Madrid") == "Europe/Madrid"
    assert code(names.time_zone, "../../etc/passwd") == "invalid"
    assert names.language("pt-BR") == "pt-BR"
    assert code(names.language, "English") == "invalid"


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("Ana Belén Ruiz", "ana"), ("Jürgen Groß", "juergen"), ("Łukasz", "lukasz"),
        ("Søren Æ", "soren"), ("O'Neill", "oneill"), ("Ольга Иванова", "ольга"),
        ("李小龙", "李小龙"),
        ("Q", "user"), ("!!", "user"), ("Zoë-Marie", "zoemarie"),
    ],
)  # fmt: skip
def test_names_to_begin_usernames_with(name: str, base: str) -> None:
    assert names.base_of(name) == base


@given(st.text(max_size=80))
def test_a_beginning_is_always_a_username(name: str) -> None:
    base = names.base_of(name)
    assert names.username(base) == base
    assert len(base) + 4 <= limits.USERNAME


def rows(text: str, facts: FakeFacts | None = None) -> list[tuple[str, str, str | None]]:
    """Name, username and problem of each line."""
    planned = class_list.plan(facts or FakeFacts(), class_list.parse(text))
    return [(row.name, row.username, row.problem) for row in planned]


def test_what_people_paste() -> None:
    text = '\ufeffAna Ruiz\r\n\r\nBen\tbenny\n"Cleo", cleo7\nDan;dan.d\n  Eve ,\n'
    assert rows(text) == [
        ("Ana Ruiz", "ana", None), ("Ben", "benny", None), ("Cleo", "cleo7", None),
        ("Dan", "dan.d", None), ("Eve", "eve", None),
    ]  # fmt: skip
    assert [line for line, _, _ in class_list.parse(text)] == [1, 3, 4, 5, 6]


def test_everybody_gets_a_name_of_their_own() -> None:
    facts = FakeFacts()
    facts.add("ana")
    facts.add("ana2")
    text = "Ana A\nAna B\nÁna C\nX, ana5\nY, Ana5\nZ, ana"
    assert [(user, problem) for _, user, problem in rows(text, facts)] == [
        ("ana3", None), ("ana4", None), ("ana6", None), ("ana5", None), ("Ana5", "name_taken"),
        ("ana", "name_taken"),
    ]  # fmt: skip


def test_a_whole_school_of_annas() -> None:
    planned = rows("\n".join(["Anna"] * limits.CLASS_LIST))
    assert len({user for _, user, _ in planned}) == limits.CLASS_LIST
    assert not any(problem for _, _, problem in planned)


def test_lists_at_and_above_the_limit() -> None:
    assert code(class_list.parse, "Anna\n" * limits.CLASS_LIST) == ""
    assert code(class_list.parse, "Anna\n" * (limits.CLASS_LIST + 1)) == "too_many"
    assert code(class_list.parse, "\n \n") == "too_few"


def test_lines_with_a_problem_are_told_and_left_out() -> None:
    facts = FakeFacts()
    admin = facts.add("ada", "admin")
    text = f"{'x' * 61}\nBen, b\nCleo\n"
    command = ClassList(text=text, dry_run=False)
    decision = class_list.make(facts, admin, command, ["h1", "h2", "h3"])
    assert [row.problem for row in decision.result["rows"]] == ["too_long", "too_short", None]
    slips = decision.result["slips"]
    assert [(person.username, index) for person, index, _ in slips] == [("cleo", 2)]


@given(st.text(max_size=300))
def test_any_paste_is_rows_or_a_refusal(text: str) -> None:
    facts = FakeFacts()
    problem = code(class_list.parse, text)
    assert problem in ("", "too_few")
    planned = [] if problem else class_list.plan(facts, class_list.parse(text))
    good = [names.folded(row.username) for row in planned if row.problem is None]
    assert len(good) == len(set(good))
    for row in planned:
        if row.problem is None:
            assert names.username(row.username) == row.username
