"""The servers that all other tests stand on: they start, are what we say, and leave nothing."""

import os

import psycopg
import pytest
from redis.asyncio import Redis

from tests import servers
from tests.conftest import NewPage


def test_postgres_syncs_and_databases_are_separate(fresh_postgres: str, postgres_url: str) -> None:
    assert fresh_postgres != postgres_url
    with psycopg.connect(servers.libpq_url(fresh_postgres)) as connection:
        fsync, commit, tables = connection.execute(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit'),"
            " (SELECT count(*) FROM pg_tables WHERE schemaname = 'public')"
        ).fetchone() or ("", "", -1)
    assert (fsync, commit, tables) == (os.environ.get("TEST_POSTGRES_FSYNC", "on"), "on", 0)


async def test_redis_answers(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as redis:
        assert await redis.ping()


def test_an_own_redis_can_be_killed_and_brought_back(own_redis: servers.Running) -> None:
    assert own_redis.process is not None
    port = int(own_redis.url.rsplit(":", 1)[1].split("/")[0])
    own_redis.process.kill()
    own_redis.process.wait()
    again = servers.own_redis(port)
    try:
        assert again.url == own_redis.url
    finally:
        again.stop()


@pytest.mark.browser
async def test_pages_are_strangers_to_each_other(new_page: NewPage) -> None:
    one, other = await new_page(), await new_page(viewport={"width": 390, "height": 844})
    await one.set_content("<p>one</p>")
    assert await one.inner_text("p") == "one"
    assert one.context is not other.context
    assert await other.evaluate("innerWidth") == 390


def test_a_wheel_brings_what_path_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    for variable in ("TEST_DATABASE_URL", "TEST_REDIS_URL"):
        monkeypatch.delenv(variable, raising=False)
    for start in (servers.postgres, servers.redis):
        server = start()
        folder = server.folder
        server.stop()
        assert server.process is not None
        assert server.process.poll() is not None
        assert folder is not None
        assert not folder.exists()


def test_what_cannot_be_had_says_what_was_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_REDIS_URL", raising=False)
    monkeypatch.setattr("shutil.which", lambda _name: "/bin/false")
    monkeypatch.setattr("sys.prefix", "/nowhere")
    with pytest.raises(servers.UnavailableError, match=r"needs Redis; /bin/false: did not start"):
        servers.redis()
