"""Lock files name versions and hashes, never a registry: where packages come from is the user's."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = sorted(ROOT.glob("requirements*.lock"))
NPM_LOCKS = sorted([*ROOT.glob("*/package-lock.json"), *ROOT.glob("tests/*/package-lock.json")])


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda path: path.name)
def test_python_lock_holds_exact_versions_with_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert not re.search(r"^\s*--(index|extra-index|find|trusted)", text, re.MULTILINE)
    entries = re.split(r"\n(?=\S)", text.strip())
    loose = [e.splitlines()[0] for e in entries if "==" not in e or "--hash=sha256:" not in e]
    assert not loose


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=lambda path: path.parent.name)
def test_npm_lock_holds_hashes_and_no_address(lock: Path) -> None:
    packages = json.loads(lock.read_text())["packages"]
    for name, package in packages.items():
        if not name or package.get("link"):
            continue
        assert "resolved" not in package, f"{name} names a registry: {package['resolved']}"
        assert "integrity" in package, f"{name} has no hash"


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=lambda path: path.parent.name)
def test_npm_lock_stays_without_addresses(lock: Path) -> None:
    npmrc = (lock.parent / ".npmrc").read_text()
    assert "omit-lockfile-registry-resolved=true" in npmrc.replace(" ", "")
    assert "registry=" not in npmrc


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=lambda path: path.parent.name)
def test_npm_lock_is_whole_for_every_platform(lock: Path) -> None:
    """`npm ci` refuses a lock that lacks another platform's binaries; `npm install` does not."""
    packages = json.loads(lock.read_text())["packages"]
    locked = {name.rpartition("node_modules/")[2] for name in packages}
    wanted = {dep for it in packages.values() for dep in it.get("optionalDependencies", {})}
    assert not wanted - locked, "pin a version whose binaries can all be had, and lock anew"


def test_locks_are_there() -> None:
    wanted = ["requirements-dev.lock", "requirements-redis.lock", "requirements.lock"]
    assert [path.name for path in PYTHON_LOCKS] == wanted
    assert NPM_LOCKS
