"""How facts are written for readers."""

from __future__ import annotations

import pytest

from rooms.cards import microseconds, rfc3339


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (0, "1970-01-01T00:00:00.000000Z"),
        (1_764_329_999_000_042, "2025-11-28T11:39:59.000042Z"),
        (1_764_329_999_999_999, "2025-11-28T11:39:59.999999Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
    ],
)
def test_times_have_six_decimals_and_come_back(at: int, written: str) -> None:
    assert rfc3339(at) == written
    assert microseconds(written) == at
