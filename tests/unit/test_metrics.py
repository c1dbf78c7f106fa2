"""`/metrics` and docs/metrics.md say the same, both ways; the numbers are those of the tally."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat.app import App
from chat.metrics import Numbers, registry_of
from chat.settings import Settings
from chat.tally import BOUNDS, Tally

PAGE = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    made = App(Settings(data=tmp_path))
    yield made
    made.database.close()


def told(app: App) -> dict[str, str]:
    """Name as scraped -> type, of all that is ours."""
    families = list(Numbers(app).collect())
    return {f.name + ("_total" if f.type == "counter" else ""): f.type for f in families}


def test_every_metric_is_documented_with_its_type_and_none_is_made_up(app: App) -> None:
    rows = re.findall(r"^\| `(tertulia_\w+)` \| (\w+) \| \S", PAGE.read_text(), re.MULTILINE)
    assert dict(rows) == told(app)
    assert len(rows) == len(dict(rows))


def test_the_process_is_there_as_well(app: App) -> None:
    names = {metric.name for metric in registry_of(app).collect()}
    documented = re.findall(r"`(process_\w+)`", PAGE.read_text())
    assert {name.removesuffix("_total") for name in documented} <= names


def test_a_command_falls_into_the_bucket_that_it_fits(app: App) -> None:
    for seconds in (0.004, 0.005, 0.3, 99.0):
        app.tally.took(seconds)
    buckets = dict(app.tally.cumulative())
    assert (buckets["0.005"], buckets["0.25"], buckets["0.5"], buckets["+Inf"]) == (2, 2, 3, 4)
    assert len(buckets) == len(BOUNDS) + 1
    scraped = registry_of(app).get_sample_value("tertulia_command_seconds_count")
    assert scraped == 4


def test_labels_are_codes(app: App) -> None:
    app.tally.refused["rate_limited"] += 2
    app.tally.closed[1001] += 1
    registry = registry_of(app)
    assert registry.get_sample_value("tertulia_refused_total", {"code": "rate_limited"}) == 2
    assert registry.get_sample_value("tertulia_closed_total", {"code": "1001"}) == 1
    assert Tally().cumulative()[-1] == ("+Inf", 0)
