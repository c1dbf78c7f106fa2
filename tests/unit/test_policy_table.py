"""docs/policy.md says what the policy answers."""

from __future__ import annotations

from tools import policy as tool


def test_the_table_is_what_the_policy_says() -> None:
    assert tool.PAGE.read_text() == tool.page(), "run: python -m tools.policy"


def test_every_state_changes_something() -> None:
    """A state that changed nothing would be no state; a ban leaves nothing."""
    from rooms import policy

    for access in tool.ACCESS:
        for name in tool.PEOPLE:
            for verb in policy.RULES:
                assert tool.answer(access, name, "banned", verb) == "not_found"
                assert tool.answer(access, name, "suspended", verb) == "account_suspended"
    spoken = [verb for verb, row in policy.RULES.items() if row.speaks]
    for verb in spoken:
        assert tool.answer("open", "member", "muted", verb) in ("muted", "not_allowed"), verb
        assert tool.answer("open", "member", "locked", verb) in ("room_locked", "not_allowed"), verb
