"""While machines do not hear each other, admins see a calm line about it, and nobody else does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests import servers
from tests.e2e.browser.axe import violations
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House
from tests.servers import Running

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path, own_redis: Running) -> AsyncIterator[House]:
    """A house that is told of a Redis."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "tertulia.toml").write_text(f'redis_url = "{own_redis.url}"\n')
    one = House(data)
    await one.start()
    try:
        await one.set_up()
        yield one
    finally:
        await one.stop()
        await one.leave()


async def test_a_calm_line_that_goes_by_itself(
    house: House, visit: Visit, own_redis: Running
) -> None:
    assert house.owner is not None
    amina = await house.guest("amina", "Amina Haddad")
    nora = await visit(house.owner, viewport={"width": 390, "height": 844})
    other = await visit(amina)
    words = nora.get_by_text("Talk between machines is slower just now")
    await expect(words).not_to_be_attached()
    assert own_redis.process is not None
    own_redis.process.kill()
    await asyncio.to_thread(own_redis.process.wait)
    await expect(words).to_be_visible(timeout=20_000)
    # The room goes on for both, and only she is told.
    await amina.post(house.room, "Is anything wrong?")
    await expect(nora.get_by_text("Is anything wrong?")).to_be_visible()
    await expect(other.locator("[data-notices]")).to_have_attribute("data-notices", "")
    assert await violations(nora) == []
    # A page that is loaded meanwhile knows it from the start.
    await nora.reload()
    await expect(words).to_be_visible()
    again = servers.own_redis(int(own_redis.url.rsplit(":", 1)[1].split("/")[0]))
    try:
        await expect(words).not_to_be_attached(timeout=20_000)
    finally:
        again.stop()
