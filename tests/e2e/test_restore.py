"""A community put back to a backup, by an operator, seen by a program that was there."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest
from tertulia_bot import Event, Renewed

from tests.e2e.town import PATIENCE, Server, Town
from tests.e2e.wire import client

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_both = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)],
    indirect=True,
)
"""Every command is a process of its own; `tests/contract/test_backup.py` asks both for less."""


@pytest.mark.promise_p4
@on_both
async def test_an_old_client_shows_exactly_the_restored_log(town: Town, server: Server) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    async with client(server.url, town.key(ana)) as old, client(server.url, town.key(ben)) as two:
        # Nothing of the test's own may have the database open.
        town.database.close()
        await old.watch(room)
        await two.post(room, "before")
        await old.event("message.posted", PATIENCE)
        said = await asyncio.to_thread(server.run, "backup")
        file = said.split("  (")[0]
        for number in range(100):
            await two.post(room, f"after {number}")
        for _ in range(100):
            last = await old.event("message.posted", PATIENCE)
        with pytest.raises(subprocess.CalledProcessError) as caught:
            await asyncio.to_thread(server.run, "restore", file, "--yes")
        assert "in use" in caught.value.stderr
        assert caught.value.stderr.count("\n") == 1
        kept = server.folder / "backups" / "before-restore"
        assert not list(kept.iterdir()), "who is refused leaves no copy of what people say"
        server.stop()
        said = await asyncio.to_thread(server.run, "restore", file, "--yes")
        assert "The community is as it was at" in said
        assert f"As it was before: {next(kept.iterdir())}" in said
        await asyncio.to_thread(server.start)
        others = [f"other {number}" for number in range(100)]
        for words in others:
            await two.post(room, words)
        seen: list[str | None] = []
        while len(seen) < 101:
            item = await old.next(PATIENCE)
            if isinstance(item, Renewed):
                assert item.why == "epoch"
                seen = [message.body for message in item.snapshot.page.messages]
            elif isinstance(item, Event) and item.kind == "message.posted":
                seen.append(item.data["body"])
                newest = item
        assert seen == ["before", *others]
        # The same number, and another post.
        assert (newest.no, newest.data["body"]) == (last.no, "other 99")
        assert [m.body for m in (await old.history(room, limit=100)).messages] == seen[-100:]


@on_sqlite
def test_a_database_is_put_where_none_was(town: Town, server: Server, tmp_path: Path) -> None:
    town.person("Ana")
    server.run("backup", "--folder", str(tmp_path / "kept"))
    [file] = (tmp_path / "kept").iterdir()
    other = Server(tmp_path / "elsewhere")
    assert "As it was before" not in other.run("restore", str(file), "--yes")
    assert "ana" in other.run("user", "list")
