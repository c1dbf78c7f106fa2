"""What the figures are to show: a table of thresholds, and whether a run meets them. Pure text.

Owns the numbers that were promised. Where they stand against others they are ratios within one
run, so that a slow machine does not decide; absolute ones mean a quiet machine.
"""

from __future__ import annotations

from typing import NamedTuple

from bench.measuring import Told
from bench.table import times


class Target(NamedTuple):
    """`limit` is a number, or a ratio to `against`; `most`: at most so much, else at least."""

    scenario: str
    metric: str
    limit: float
    against: str = ""
    most: bool = False
    who: str = "tertulia"


TARGETS = (
    Target("fanout_equal_load", "deliveries_per_cpu_s", 2.0, "tutorial"),
    Target("fanout_equal_load", "deliveries_per_cpu_s", 2.0, "socketio"),
    Target("fanout_equal_load", "p99_ms", 50, most=True),
    Target("fanout_equal_load", "lone_after_ack_ms", 2, most=True),
    Target("fanout_1x1000", "deliveries_per_cpu_s", 1.0, "socketify"),
    Target("fanout_1x1000", "deliveries_per_cpu_s", 8.0, "socketio"),
    Target("fanout_1x1000", "deliveries_per_cpu_s", 10.0, "tutorial"),
    Target("fanout_200x10", "deliveries_per_s", 0.5, "socketio"),
    Target("durable_posts", "posts_per_s", 5_000),
    Target("durable_posts", "asked_ack_p99_ms", 50, most=True),
    Target("durable_posts", "busy_p99_ms", 100, most=True),
    Target("durable_posts", "posts_per_s", 3_000, who="tertulia_postgresql"),
    Target("durable_posts", "asked_ack_p99_ms", 50, most=True, who="tertulia_postgresql"),
    Target("durable_posts", "busy_p99_ms", 100, most=True, who="tertulia_postgresql"),
    Target("two_nodes", "cpu_ratio", 1.15, most=True, who="two_nodes"),
    Target("two_nodes", "added_p99_ms", 20, most=True, who="two_nodes"),
    Target("idle", "idle_bytes_per_connection", 6 * 1024, most=True),
    Target("signon_storm", "back_s", 10, most=True),
    Target("signon_storm", "missing", 0, most=True),
    Target("signon_storm", "others_p99_ms", 500, most=True),
    Target("history", "page_ratio", 1.5, most=True),
    Target("history", "catch_up_ratio", 1.5, most=True),
    Target("history", "overview_ratio", 1.5, most=True),
    Target("search", "frequent_ratio", 3, most=True),
    Target("search", "several_ratio", 3, most=True),
    Target("search", "beginning_ratio", 3, most=True),
    Target("search", "phrase_ratio", 3, most=True),
    Target("search", "nowhere_ratio", 3, most=True),
    Target("search", "in_room_ratio", 3, most=True),
)


def judged(results: Told) -> list[str]:
    """A line for each target whose figures are there."""
    return [line for target in TARGETS if (line := _line(target, results))]


def met(target: Target, results: Told) -> tuple[float, bool] | None:
    """The figure and whether it will do; None where it was not measured."""
    by_name = results.get(target.scenario, {})
    value = by_name.get(target.who, {}).get(target.metric)
    if value is None or isinstance(value, str):
        return None
    if target.against:
        other = by_name.get(target.against, {}).get(target.metric)
        if other is None or isinstance(other, str):
            return None
        value = times(target.metric, value, other)
    return value, value <= target.limit if target.most else value >= target.limit


def _line(target: Target, results: Told) -> str:
    found = met(target, results)
    if found is None:
        return ""
    value, good = found
    unit = f"x {target.against}'s" if target.against else ""
    bound = f"{'at most' if target.most else 'at least'} {target.limit:,g}"
    return (f"{'  ' if good else 'NO'}  {target.scenario} {target.who} {target.metric}: "
            f"{value:,.5g}{unit} ({bound})")  # fmt: skip
