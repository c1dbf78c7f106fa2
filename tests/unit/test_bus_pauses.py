"""How long a node waits before it tries Redis again, in an outage of any length."""

from __future__ import annotations

from chat.bus.redis import BACKOFF, longest_pause


def test_an_outage_of_days_does_not_end_the_trying() -> None:
    least, most = BACKOFF
    assert least < longest_pause(1) < longest_pause(3) < most
    assert {longest_pause(attempt) for attempt in (10, 1_024, 1_000_000)} == {most}
