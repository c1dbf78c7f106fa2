"""Who is here: states by pings, and what other nodes told."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from presence.others import DEAD_AFTER, Others, merged
from presence.state import Presence
from protocol import limits


def test_a_person_is_as_active_as_their_most_active_device() -> None:
    here = Presence()
    assert here.ping("ana", "phone", active=True, now=0.0)
    assert not here.ping("ana", "desk", active=False, now=0.0)
    assert here.state("ana") == "online"
    assert here.gone("ana", "phone")
    assert here.state("ana") == "idle"
    assert here.expire(limits.PRESENCE_OFFLINE - 0.1) == set()
    assert here.expire(limits.PRESENCE_OFFLINE) == {"ana"}
    assert here.state("ana") == "offline"


def test_online_anywhere_is_online() -> None:
    assert merged(({"ana": "idle"}, {"ana": "online"}, {"ana": "idle", "ben": "idle"})) == {
        "ana": "online",
        "ben": "idle",
    }


def test_changes_and_the_whole_of_a_room() -> None:
    others = Others()
    assert others.told("n1", "r", {"ana": "online", "ben": "idle"}, whole=True) == {"ana", "ben"}
    assert others.told("n1", "r", {"ben": "online"}, whole=False) == {"ben"}
    assert others.told("n2", "r", {"ana": "idle"}, whole=False) == {"ana"}
    assert others.people("r") == {"ana": "online", "ben": "online"}
    assert others.told("n1", "r", {"ana": "offline"}, whole=False) == {"ana"}
    assert others.people("r") == {"ana": "idle", "ben": "online"}
    assert others.told("n1", "r", {}, whole=True) == {"ben"}
    assert others.people("r") == {"ana": "idle"}
    others.forget("r")
    assert others.people("r") == {}


def test_a_node_takes_its_people_along() -> None:
    others = Others()
    assert others.heard("n1", 0.0)
    assert not others.heard("n1", 1.0)
    others.heard("n2", 30.0)
    for node in ("n1", "n2"):
        others.told(node, "r", {"ana": "online", node: "online"}, whole=True)
    assert others.expire(1.0 + DEAD_AFTER - 0.1) == {}
    assert others.expire(1.0 + DEAD_AFTER) == {"r": {"ana", "n1"}}
    assert others.people("r") == {"ana": "online", "n2": "online"}
    assert others.gone("n2") == {"r": {"ana", "n2"}}
    assert (others.people("r"), others.nodes) == ({}, frozenset())
    # Known anew: whoever comes back is asked for everything.
    assert others.heard("n1", 99.0)


def test_the_dead_are_gone_before_people_who_fell_silent() -> None:
    assert DEAD_AFTER < limits.PRESENCE_OFFLINE


told = st.tuples(
    st.sampled_from("xyz"),
    st.sampled_from("rs"),
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["online", "idle", "offline"])),
    st.booleans(),
)


@given(st.lists(told, max_size=30))
def test_what_was_told_is_what_is_known(words: list[tuple[str, str, dict[str, Any], bool]]) -> None:
    others = Others()
    model: dict[tuple[str, str], dict[str, Any]] = {}
    for node, room, people, whole in words:
        others.told(node, room, people, whole=whole)
        known: dict[str, Any] = {} if whole else model.get((node, room), {})
        model[node, room] = {p: s for p, s in (known | people).items() if s != "offline"}
    for room in "rs":
        of_room = [known for (_, where), known in model.items() if where == room]
        everyone = set().union(*of_room)
        expected = {
            p: "online" if any(k.get(p) == "online" for k in of_room) else "idle" for p in everyone
        }
        assert others.people(room) == expected
