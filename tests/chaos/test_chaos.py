"""The checker itself, short and seeded: a cluster, one node on a small disk, and every mutant.

Each run is a process of its own, as `make chaos` is; its last line is the verdict. Faults take some
twenty seconds of each run, the nodes' replacement as much; the long runs are under -m slow.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.chaos.ground import ROOT
from tests.chaos.mutants import MUTANTS
from tests.chaos.nemesis import SQLITE
from tests.conftest import unavailable

HELD, NO_SERVER = 0, 3


def chaos(*arguments: str, seconds: float = 900) -> str:
    """A run that must hold; all that it said."""
    command = [sys.executable, "-m", "tests.chaos", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False
    )
    said = done.stdout + done.stderr
    if done.returncode == NO_SERVER:
        unavailable(said.splitlines()[-1])
    assert done.returncode == HELD, said[-8000:]
    # With `-s` or `-rP`: what was shown, in figures.
    print(said)
    return said


@pytest.mark.promise_p1
@pytest.mark.promise_p2
@pytest.mark.promise_p3
@pytest.mark.promise_p4
@pytest.mark.promise_p5
@pytest.mark.promise_p7
def test_three_nodes_are_upgraded_and_then_everything_breaks() -> None:
    """The schema first, by the next release; then node after node; then every kind of fault."""
    chaos("--rolling", "upgrade", "--brief", "--seed", "1")


@pytest.mark.promise_p1
@pytest.mark.promise_p3
def test_one_node_on_a_small_disk_that_fills() -> None:
    kinds = list(SQLITE)
    if os.geteuid() != 0:
        print("no full disk here: mounting a small one takes root")
        kinds.remove("full disk")
    chaos("--profile", "sqlite", "--brief", "--kinds", ",".join(kinds))


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_caught(name: str) -> None:
    chaos("--mutant", name)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["restart", "upgrade"])
def test_five_thousand_clients_while_every_node_is_replaced(way: str) -> None:
    """0 lost, 0 doubled, with three nodes and 5,000 clients in 250 rooms; some five minutes."""
    arguments = ["--clients", "5000", "--rooms", "250", "--hands", "1", "--rate", "40"]
    said = chaos("--rolling", way, *arguments, seconds=1200)
    assert "0 lost, 0 doubled, 0 holes" in said
