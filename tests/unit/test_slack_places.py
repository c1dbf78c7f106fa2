"""How far a bot has come, and envelopes on their way: by example and by property."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.slack.delivery import ATTEMPTS, WINDOW, Delivery, Envelope
from chat.slack.places import Places
from storage.slack.links import Place

pytestmark = pytest.mark.slack


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=30), st.randoms())
@pytest.mark.promise_p3
def test_a_restart_delivers_what_was_not_settled_and_nothing_else(
    events: list[tuple[bool, bool]], dice: Any
) -> None:
    """`(skipped, settled)` for each event of a stream; they are settled in any order."""
    places = Places({"r_1": Place("e", 0)})
    for seq, (skipped, _) in enumerate(events, 1):
        assert places.take("r_1", seq)
        if skipped:
            places.settled("r_1", seq)
    done = [seq for seq, (skipped, settled) in enumerate(events, 1) if settled and not skipped]
    dice.shuffle(done)
    for seq in done:
        places.settled("r_1", seq)
    kept = places.moved()
    again = Places({"r_1": kept.get("r_1") or Place("e", 0)})
    known = again.known("r_1")
    assert known is not None
    redelivered = {seq for seq in range(known.seq + 1, len(events) + 1) if again.take("r_1", seq)}
    open_ = {no for no, (skipped, settled) in enumerate(events, 1) if not skipped and not settled}
    assert redelivered == open_


def test_what_came_twice_is_taken_once() -> None:
    places = Places({})
    assert places.known("r_1") is None
    assert not places.take("r_1", 1)
    places.begin("r_1", "e", 4)
    assert [places.take("r_1", seq) for seq in (4, 5, 5, 6)] == [False, True, False, True]
    places.settled("r_1", 6)
    assert places.moved() == {"r_1": Place("e", 4, (6,))}
    places.settled("r_1", 5)
    assert places.moved() == {"r_1": Place("e", 6)}
    assert places.moved() == {}
    places.forget("r_1")
    places.settled("r_1", 7)
    assert places.known("r_1") is None


class Line:
    """A socket that remembers."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    def envelope(self, text: bytes) -> None:
        self.frames.append(json.loads(text))


async def test_an_envelope_goes_once_to_one_socket_and_is_settled() -> None:
    done: list[Any] = []
    delivery, one, other = Delivery(done.append), Line(), Line()
    delivery.put(
        Envelope("events_api", {"n": 1}, key="k"), Envelope("events_api", {"n": 2}, key="k")
    )
    assert delivery.unsettled == 2
    delivery.join(one)
    delivery.join(one)
    delivery.join(other)
    assert [len(one.frames), len(other.frames)] == [2, 0]
    assert one.frames[0]["retry_attempt"] == 0
    delivery.acknowledged(one.frames[0]["envelope_id"], {})
    delivery.acknowledged(one.frames[0]["envelope_id"], {})
    assert done == []
    delivery.acknowledged(one.frames[1]["envelope_id"], {})
    assert done == ["k"]
    await delivery.quiet()


async def test_what_nobody_takes_is_given_up_in_the_end() -> None:
    done = asyncio.Event()
    delivery, line = Delivery(lambda _: done.set(), lambda _: 0.0), Line()
    delivery.join(line)
    delivery.put(Envelope("events_api", {}, key="k"))
    await asyncio.wait_for(done.wait(), 10)
    attempts = [(frame["retry_attempt"], frame["retry_reason"]) for frame in line.frames]
    assert attempts == [(0, ""), *[(no, "timeout") for no in range(1, ATTEMPTS)]]


async def test_a_closed_socket_hands_on_and_a_paused_one_sends_nothing() -> None:
    delivery, one, other = Delivery(lambda _: None), Line(), Line()
    delivery.join(one)
    delivery.put(Envelope("interactive", {"n": 1}))
    delivery.leave(one)
    delivery.leave(one)
    delivery.join(other)
    assert other.frames[0]["envelope_id"] == one.frames[0]["envelope_id"]
    delivery.pause()
    delivery.put(Envelope("interactive", {"n": 2}))
    assert len(other.frames) == 1
    delivery.clear()
    assert delivery.unsettled == 0


async def test_a_socket_that_is_left_gets_nothing_new_and_may_still_acknowledge() -> None:
    done: list[Any] = []
    delivery, one, other = Delivery(done.append), Line(), Line()
    delivery.join(one)
    delivery.put(Envelope("events_api", {"n": 1}, key="first"))
    delivery.rest(one)
    delivery.put(Envelope("events_api", {"n": 2}, key="second"))
    delivery.join(one)
    assert len(one.frames) == 1
    delivery.join(other)
    assert [frame["payload"] for frame in other.frames] == [{"n": 2}]
    delivery.acknowledged(one.frames[0]["envelope_id"], {})
    delivery.leave(one)
    assert (done, len(other.frames)) == (["first"], 1)
    delivery.clear()


async def test_no_more_than_a_window_is_under_way() -> None:
    delivery, line = Delivery(lambda _: None), Line()
    delivery.join(line)
    delivery.put(*(Envelope("events_api", {}) for _ in range(WINDOW)))
    waits = asyncio.ensure_future(delivery.room())
    await asyncio.sleep(0)
    assert not waits.done()
    delivery.acknowledged(line.frames[0]["envelope_id"], {})
    await asyncio.wait_for(waits, 10)
    delivery.clear()


async def test_what_is_withdrawn_is_not_sent_again() -> None:
    done: list[Any] = []
    delivery, one, other = Delivery(done.append), Line(), Line()
    delivery.join(one)
    delivery.put(Envelope("events_api", {}, key="sent", about="m_1"))
    delivery.leave(one)
    delivery.put(Envelope("events_api", {}, key="waits", about="m_1"))
    delivery.put(Envelope("events_api", {}, key="other", about="m_2"))
    delivery.withdraw(lambda envelope: envelope.about == "m_1")
    delivery.join(other)
    assert len(other.frames) == 1
    assert sorted(done) == ["sent", "waits"]
    # What is under way may still be acknowledged, and does not come again.
    delivery.withdraw(lambda envelope: envelope.about == "m_2")
    delivery.leave(other)
    assert sorted(done) == ["other", "sent", "waits"]
    delivery.clear()
