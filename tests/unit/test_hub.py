"""The hub where two things happen at once: somebody comes while another leaves, or is counted."""

from __future__ import annotations

from chat.envelope import Envelope
from chat.hub import Hub
from chat.sink import Batch

ROOM = "r_1"


def event(seq: int, *mentions: str) -> Envelope:
    return Envelope(stream=ROOM, seq=seq, payload=str(seq).encode(), mentions=mentions)


class Watcher:
    """Somebody who notes what comes; `slow`: too slow for the next of it."""

    def __init__(self, hub: Hub, person: str, *, slow: bool = False) -> None:
        self.hub, self.person, self.slow = hub, person, slow
        self.got: list[bytes] = []
        self.mentions = 0

    def deliver(self, batch: Batch) -> None:
        self.got += batch.texts
        if self.slow:
            self.hub.detach(self, ROOM)

    def signal(self, batch: Batch) -> None: ...

    def summarise(self, streams: list[tuple[str, int, int, int]]) -> None:
        self.mentions += sum(count for *_, count in streams)

    def revoked(self, stream: str, why: str) -> None: ...


async def test_who_comes_as_the_last_other_falls_behind_is_in() -> None:
    left: list[str] = []
    hub = Hub(left.append)
    ana, ben = Watcher(hub, "ana", slow=True), Watcher(hub, "ben")
    hub.attach(ana, ROOM, full=True, visitor=False)
    hub.deliver(event(1))
    hub.attach(ben, ROOM, full=True, visitor=False)
    hub.deliver(event(2, "ben"))
    hub.detach(ben, ROOM)
    assert (ana.got, ben.got, left) == ([b"1"], [b"2"], [ROOM])


async def test_who_falls_behind_as_they_ask_again_is_out() -> None:
    left: list[str] = []
    hub = Hub(left.append)
    ana = Watcher(hub, "ana", slow=True)
    hub.attach(ana, ROOM, full=True, visitor=False)
    hub.deliver(event(1))
    hub.attach(ana, ROOM, full=True, visitor=False)
    assert (left, hub.watched(ROOM), hub.people(ROOM)) == ([ROOM], False, set())


async def test_a_mention_from_before_somebody_came_is_not_counted_for_them() -> None:
    hub = Hub()
    ana, ben = Watcher(hub, "ana"), Watcher(hub, "ben")
    hub.attach(ana, ROOM, full=False, visitor=False)
    hub.deliver(event(1, "room"))
    hub.attach(ben, ROOM, full=False, visitor=False)
    hub.deliver(event(2))
    hub._summarise()
    assert (ana.mentions, ben.mentions) == (1, 0)
    hub.close()
