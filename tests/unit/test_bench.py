"""The bench must not fool itself: what is missing, doubled or out of order is noticed."""

import json
import re
import socket
import sqlite3
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import sqlite_loop, wsclient
from bench.contestants import CONTESTANTS
from bench.measuring import QUICK, Bench, Told
from bench.peers import split
from bench.picture import picture
from bench.receivers import Counter, Receiver, Room, body
from bench.table import HEADLINES, TITLES, lower_is_better, summary, table
from bench.targets import TARGETS, judged
from storage import upkeep
from storage.database import Database
from tests.world import World

BENCH = Path(__file__).resolve().parents[2] / "bench"


def server_frame(payload: bytes) -> bytes:
    """Unmasked, as a server sends it."""
    length = len(payload)
    head = bytes((length,)) if length < 126 else bytes((126,)) + length.to_bytes(2, "big")
    return b"\x81" + head + payload


def message(number: int) -> bytes:
    return server_frame(body(number, 1, 200))


class Wires:
    """A room of receivers on socket pairs; `send` is the server."""

    def __init__(self, count: int) -> None:
        self.counter = Counter(CONTESTANTS["tutorial"])
        self.room = Room("r")
        pairs = [socket.socketpair() for _ in range(count)]
        self.servers = [ours for ours, _ in pairs]
        self.room.receivers = [Receiver(i, theirs, self.room, True) for i, (_, theirs) in
                               enumerate(pairs)]  # fmt: skip

    def send(self, data: bytes, *to: int) -> None:
        for index in to or range(len(self.servers)):
            self.servers[index].sendall(data)
            assert self.counter.read(self.room.receivers[index])

    def close(self) -> None:
        for sock in (*self.servers, *(r.sock for r in self.room.receivers)):
            sock.close()


@pytest.fixture
def wires():
    three = Wires(3)
    yield three
    three.close()


def test_joined_and_cut_frames_are_counted_and_parsed_once(wires):
    stream = b"".join(message(number) for number in range(10))
    for start in range(0, len(stream), 700):
        wires.send(stream[start : start + 700])
    wires.room.posted = 10
    assert wires.room.delivered == 30
    assert wires.room.complete()
    assert wires.counter.parsed == -(-len(stream) // 700)
    assert len(wires.counter.latencies) == 30


def test_another_order_is_noticed_and_counting_goes_on(wires):
    wires.send(message(0) + message(1), 0, 1)
    wires.send(message(1) + message(0), 2)
    wires.send(message(2))
    wires.room.posted = 3
    assert [r.misordered for r in wires.room.receivers] == [False, False, True]
    assert wires.room.complete()


@pytest.mark.parametrize("sent", [[0], [0, 0], [0, 1, 1]])
def test_missing_and_doubled_messages_are_noticed(wires, sent):
    wires.send(message(0) + message(1), 0, 1)
    for number in sent:
        wires.send(message(number), 2)
    wires.room.posted = 2
    assert not wires.room.complete()


def test_an_answer_between_messages_is_one_receivers_own(wires):
    wires.send(message(0) + server_frame(b'{"type":"ok"}'), 0)
    wires.send(message(0), 1, 2)
    wires.room.posted = 1
    assert wires.counter.other == 1
    assert wires.room.complete()


def test_pings_are_answered_and_a_close_ends_the_connection(wires):
    wires.send(b"\x89\x02hi", 0)
    assert wires.room.receivers[0].out == wsclient.frame(b"hi", wsclient.PONG)
    wires.servers[1].sendall(b"\x88\x00")
    assert not wires.counter.read(wires.room.receivers[1])
    wires.servers[2].close()
    assert not wires.counter.read(wires.room.receivers[2])
    assert wires.counter.lost == 2


def test_the_table_tells_how_many_times_better():
    text = table({"idle": {
        "tertulia": {"idle_bytes_per_connection": 2_000.0},
        "tutorial": {"idle_bytes_per_connection": 25_000.0},
    }})  # fmt: skip
    assert text.splitlines()[2].split() == ["tertulia", "2,000", "12.50x"]


def a_bench() -> Bench:
    return Bench(QUICK, ["tertulia", "socketify"], ["fanout_1x1000"], print, {})


def test_who_cannot_be_had_is_told_with_the_reason_instead_of_metrics():
    bench = a_bench()
    bench.add("fanout_1x1000", "tertulia", {"deliveries_per_cpu_s": 10.0})
    bench.skip("socketify", "needs libuv", "fanout_1x1000", "idle")
    told = bench.medians()
    assert told == {
        "fanout_1x1000": {
            "tertulia": {"deliveries_per_cpu_s": 10.0},
            "socketify": {"skipped": "needs libuv"},
        }
    }
    assert "socketify  skipped: needs libuv" in table(told)
    assert summary(told).splitlines()[2].split()[-2:] == ["10", "skipped"]
    assert not [line for line in judged(told) if "socketify" in line]


def test_who_fails_halfway_keeps_what_was_measured_with_a_note():
    bench = a_bench()
    bench.add("fanout_1x1000", "socketify", {"deliveries_per_cpu_s": 10.0})
    bench.skip("socketify", "it crashed", "fanout_1x1000")
    assert bench.medians()["fanout_1x1000"]["socketify"] == {"deliveries_per_cpu_s": 10.0}
    assert "it crashed" in bench.notes[0]


def test_ratios_and_promises_say_who_is_better():
    told: Told = {
        "fanout_1x1000": {
            "tertulia": {"deliveries_per_cpu_s": 800_000.0},
            "socketio": {"deliveries_per_cpu_s": 80_000.0},
            "socketify": {"deliveries_per_cpu_s": 1_600_000.0},
        },
        "idle": {
            "tertulia": {"idle_bytes_per_connection": 7_000.0},
            "socketio": {"idle_bytes_per_connection": 14_000.0},
        },
    }
    lines = summary(told).splitlines()
    assert lines[2].split()[1:] == [
        "deliveries_per_cpu_s", "800k", "80k", "(10x)", "1.60M", "(0.5x)",
    ]  # fmt: skip
    assert lines[3].split()[2:] == ["7,000", "14k", "(2x)"]
    assert [line[:2] for line in judged(told)] == ["NO", "  ", "NO"]


def test_every_metric_that_is_compared_has_a_title_and_a_direction():
    assert {metric for _, metric in HEADLINES} <= set(TITLES)
    assert {target.metric for target in TARGETS} <= set(TITLES)
    lower = {metric for _, metric in HEADLINES if lower_is_better(metric)}
    assert not [metric for metric in lower if "per_s" in metric or "per_cpu" in metric]
    assert {"p99_ms", "back_s", "page_ratio", "idle_bytes_per_connection"} <= lower


def test_the_picture_is_well_formed_and_shows_everybody():
    told: Told = {"idle": {"tertulia": {"idle_bytes_per_connection": 2.0},
                     "a<b": {"idle_bytes_per_connection": 0.0},
                     "gone": {"skipped": "why"}}}  # fmt: skip
    drawing = ElementTree.fromstring(picture(told))
    texts = [element.text for element in drawing.iter() if element.tag.endswith("text")]
    assert {"tertulia", "a<b"} <= set(texts)
    assert "gone" not in texts


def test_locks_of_other_contestants_hold_hashes_and_no_address():
    lock = (BENCH / "requirements.lock").read_text()
    wheels, sources = split(lock, ("socketify",))
    assert "socketify==" in sources
    assert "socketify==" not in wheels
    assert "python-socketio==" in wheels
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        assert "--hash=sha256:" in entry
    assert "://" not in lock
    packages = json.loads((BENCH / "peers" / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package
        assert not name or "integrity" in package
    npmrc = (BENCH / "peers" / ".npmrc").read_text()
    assert "omit-lockfile-registry-resolved=true" in npmrc


def test_the_bare_loop_writes_the_same_rows_in_the_same_batches(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/source.db")
    upkeep.prepare(database)
    world = World(database)
    ana = world.person("Ana")
    room = world.room(ana)
    for number in range(20):
        world.post(ana, room, f"Post {number}", client_id=f"c{number}")
    database.close()
    schema, rows = sqlite_loop.read(str(tmp_path / "source.db"))
    found = sqlite_loop.write(str(tmp_path / "target.db"), schema, rows, 2.5)
    assert found["batch"] == 2.5
    source, target = (sqlite3.connect(tmp_path / f"{name}.db") for name in ("source", "target"))
    for table_, where in (("message", ""), ("event", "WHERE kind = 'message.posted'"),
                          ("command_once", "WHERE client_id LIKE 'c%'")):  # fmt: skip
        query = f"SELECT * FROM {table_} {where} ORDER BY 1, 2"
        assert source.execute(query).fetchall() == target.execute(query).fetchall()
    indexes = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'message'"
    assert sorted(source.execute(indexes)) == sorted(target.execute(indexes))
    source.close()
    target.close()
