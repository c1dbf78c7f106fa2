"""The client keeps its promises over lost connections: events once and in order, commands once."""

import asyncio

import pytest
from tertulia_bot import (
    Client,
    Cursor,
    Dropped,
    Event,
    RefusedError,
    Renewed,
    Signal,
    UnansweredError,
)

from tests.unit.sdk_fake import FakeServer, until

URL = "http://127.0.0.1:1"


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


def connected(server: FakeServer, **options) -> Client:
    return Client(URL, "secret", server.options(**options))


async def seqs(client: Client, count: int) -> list[int]:
    return [(await client.event(timeout=5)).seq for _ in range(count)]


async def test_a_request_gets_its_own_answer(server):
    async with connected(server) as client:
        overview, posted = await asyncio.gather(client.overview(), client.post("r_1", "Hi"))
    assert overview.community.name == "Books"
    assert (posted.message, posted.no, posted.seq, posted.duplicate) == ("m_1", 1, 1, False)


async def test_a_refusal_names_its_code(server):
    def refuse(connection, frame):
        connection.push({"type": "error", "ref": frame["ref"], "code": "not_a_member",
                         "message": "Join first.", "params": {"room": "r_1"}})  # fmt: skip
        return True

    async with connected(server) as client:
        server.before = refuse
        with pytest.raises(RefusedError, match="Join first") as caught:
            await client.post("r_1", "Hi")
    assert caught.value.code == "not_a_member"
    assert caught.value.params == {"room": "r_1"}


async def test_after_a_cut_the_client_gets_what_it_missed_once(server):
    async with connected(server) as client:
        await client.watch("r_1")
        server.say("one")
        assert await seqs(client, 1) == [1]
        server.here.cut()
        server.say("two")
        server.say("three")
        await until(lambda: server.connections)
        await until(lambda: "r_1" in server.here.watched)
        server.say("four")
        assert await seqs(client, 3) == [2, 3, 4]
        assert client.cursors == [Cursor(stream="r_1", epoch="e1", seq=4)]


async def test_one_frame_names_all_cursors_on_coming_back(server):
    async with connected(server) as client:
        await client.watch("r_1")
        await client.watch("community")
        server.received.clear()
        server.here.cut()
        await until(lambda: server.received)
    assert [c["stream"] for c in server.received[0]["cursors"]] == ["r_1", "community"]
    assert server.received[0]["cursors"][0]["after_seq"] == 0


async def test_what_was_seen_is_dropped(server):
    async with connected(server) as client:
        await client.watch("r_1")
        first = server.say("one")
        server.here.push(first)
        server.say("two")
        assert await seqs(client, 2) == [1, 2]
        with pytest.raises(TimeoutError):
            await client.next(0)


async def test_a_hole_is_asked_for_once_and_filled(server):
    async with connected(server) as client:
        await client.watch("r_1")
        server.here.watched.clear()
        server.say("one")
        server.here.watched.add("r_1")
        server.received.clear()
        server.say("two")
        server.say("three")
        assert await seqs(client, 3) == [1, 2, 3]
    assert [f["type"] for f in server.received] == ["subscribe"]


async def test_lagging_means_subscribing_again(server):
    async with connected(server) as client:
        await client.watch("r_1")
        server.here.watched.clear()
        server.say("one")
        server.here.push({"type": "lagging"})
        assert await seqs(client, 1) == [1]


async def test_a_restored_log_gives_a_fresh_snapshot(server):
    async with connected(server) as client:
        await client.watch("r_1", Cursor(stream="r_1", epoch="old", seq=7))
        renewed = await client.next(5)
        server.say("after")
        event = await client.next(5)
    assert isinstance(renewed, Renewed)
    assert (renewed.stream, renewed.why, renewed.snapshot.room.id) == ("r_1", "epoch", "r_1")
    assert isinstance(event, Event)


async def test_a_hole_that_cannot_be_filled_ends_in_a_snapshot(server):
    """The server says `current` at 2 but never sends 1: three tries, then start afresh."""

    def swallow(connection, frame):
        if frame["type"] == "subscribe" and frame["cursors"][0].get("after_seq") == 0:
            state = {"stream": "r_1", "state": "current", "epoch": "e1", "seq": 2}
            connection.push({"type": "ok", "ref": frame["ref"], "result": {"streams": [state]}})
            return True
        return False

    async with connected(server) as client:
        await client.watch("r_1")
        server.here.watched.clear()
        server.say("one")
        server.before = swallow
        server.here.watched.add("r_1")
        server.say("two")
        renewed = await client.next(5)
    assert isinstance(renewed, Renewed)
    assert renewed.snapshot.cursor.seq == 2


async def test_who_may_not_watch_is_told(server):
    async with connected(server) as client:
        with pytest.raises(RefusedError, match="not_found"):
            await client.watch("r_secret")
        assert client.cursors == []


async def test_a_stream_the_server_was_too_busy_for_is_asked_for_again(server):
    refusals: list[object] = []

    def busy(connection, frame):
        if frame["type"] != "subscribe" or refusals:
            return False
        refusals.append(frame)
        state = {"stream": "r_1", "state": "refused", "why": "busy"}
        connection.push({"type": "ok", "ref": frame["ref"], "result": {"streams": [state]}})
        return True

    server.before = busy
    async with connected(server) as client:
        await client.watch("r_1")
        await until(lambda: "r_1" in server.here.watched)
    assert server.slept == [1.0]


async def test_being_removed_is_an_item(server):
    async with connected(server) as client:
        await client.watch("r_1")
        server.here.push({"type": "unsubscribed", "stream": "r_1", "why": "removed"})
        assert await client.next(5) == Dropped(stream="r_1", why="removed")
        assert client.cursors == []


async def test_losing_the_right_while_away_is_an_item(server):
    async with connected(server) as client:
        await client.watch("r_1")
        del server.log["r_1"]
        server.here.cut()
        assert await client.next(5) == Dropped(stream="r_1", why="not_found")


async def test_a_command_whose_answer_was_lost_happens_once(server):
    """The post is in the log, the connection dies before the answer: the retry changes nothing."""
    cuts: list[object] = []

    def cut_after_commit(connection, frame):
        if frame["type"] == "message.post" and not cuts:
            cuts.append(server._message_post(connection, frame))
            connection.cut()
            return True
        return False

    server.before = cut_after_commit
    async with connected(server) as client:
        posted = await client.post("r_1", "Hi")
    assert posted.duplicate
    assert server.said() == ["Hi"]
    posts = [f["client_id"] for f in server.received if f["type"] == "message.post"]
    assert len(posts) == 2
    assert len(set(posts)) == 1


async def test_an_answer_that_does_not_come_is_asked_for_again(server):
    deaf = []

    def drop_first(connection, frame):
        deaf.append(frame)
        return len(deaf) == 1

    server.before = drop_first
    async with connected(server, answer_timeout=0.01) as client:
        await client.post("r_1", "Hi")
    assert server.said() == ["Hi"]


async def test_patience_ends_and_names_the_command(server):
    server.before = lambda connection, frame: True
    async with connected(server, patience=0.01) as client:
        with pytest.raises(UnansweredError) as caught:
            await client.post("r_1", "Hi", client_id="mine")
    assert caught.value.client_id == "mine"


async def test_a_busy_server_is_asked_again_when_it_says(server):
    refusals: list[object] = []

    def busy(connection, frame):
        if refusals:
            return False
        refusals.append(frame)
        connection.push({"type": "error", "ref": frame["ref"], "code": "rate_limited",
                         "retry_after": 7.5})  # fmt: skip
        return True

    server.before = busy
    async with connected(server) as client:
        await client.post("r_1", "Hi")
    assert server.slept == [7.5]
    assert server.said() == ["Hi"]


async def test_a_full_inbox_loses_nothing(server):
    """The reader never waits on the program; what found no room is asked for again."""
    async with connected(server, inbox=2) as client:
        await client.watch("r_1")
        for number in range(7):
            server.say(str(number))
        await until(lambda: client.cursors[0].seq == 2)
        assert (await client.overview()).me.name == "Bot"
        assert await seqs(client, 7) == [1, 2, 3, 4, 5, 6, 7]


async def test_unknown_frames_and_fields_are_tolerated(server):
    async with connected(server) as client:
        server.here.push({"type": "confetti", "colour": "red"})
        assert await client.next(5) == Signal(
            type="confetti", fields={"type": "confetti", "colour": "red"}
        )
        assert await client.overview()


async def test_unwatch(server):
    async with connected(server) as client:
        await client.watch("r_1")
        await client.unwatch("r_1")
        assert server.here.watched == set()
        server.here.push(server.say("late"))
        with pytest.raises(TimeoutError):
            await client.next(0)
