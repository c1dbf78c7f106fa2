"""The figures as plain tables: a block a scenario, and one of scenarios x contestants. Pure text.

In the blocks ratios are to the tutorial loop (or to the bare `sqlite3` loop), in the last table how
many times better Tertulia is than each; below 1 it is worse.
"""

from __future__ import annotations

from collections.abc import Mapping

from bench.measuring import Told

BASES = ("tutorial", "sqlite3_loop")
OURS = "tertulia"
TITLES = {
    "deliveries_per_s": "deliveries/s",
    "deliveries_per_cpu_s": "per CPU s",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "lone_p50_ms": "lone p50 ms",
    "lone_p99_ms": "lone p99 ms",
    "lone_after_ack_ms": "after ack ms",
    "posts_per_s": "posts/s",
    "posts_per_cpu_s": "per CPU s",
    "of_sqlite3_loop": "of the loop",
    "batch": "batch",
    "max_ack_p99_ms": "max: ack p99 ms",
    "half_per_s": "half: posts/s",
    "ack_p50_ms": "half: ack p50",
    "ack_p99_ms": "half: ack p99 ms",
    "half_cpu": "half: CPU",
    "busy_per_s": "80 %: posts/s",
    "busy_p99_ms": "80 %: p99 ms",
    "busy_ack_p99_ms": "80 %: ack p99 ms",
    "asked_per_s": "asked: posts/s",
    "asked_ack_p99_ms": "asked: ack p99 ms",
    "sync_ms": "sync ms",
    "back_s": "all back s",
    "back_per_s": "back/s",
    "wait_p50_ms": "wait p50 ms",
    "wait_p99_ms": "wait p99 ms",
    "dropped": "dropped",
    "retries": "retries",
    "missing": "missing",
    "others_p50_ms": "others p50 ms",
    "others_p99_ms": "others p99 ms",
    "others_ack_p99_ms": "their acks p99",
    "restart_back_s": "restart: back s",
    "page_ms": "page ms",
    "page_ratio": "page CPU ratio",
    "frequent_ms": "frequent word ms",
    "frequent_ratio": "frequent word CPU ratio",
    "several_ms": "several words ms",
    "several_ratio": "several words CPU ratio",
    "beginning_ms": "begun word ms",
    "beginning_ratio": "begun word CPU ratio",
    "phrase_ms": "phrase ms",
    "phrase_ratio": "phrase CPU ratio",
    "nowhere_ms": "absent word ms",
    "nowhere_ratio": "absent word CPU ratio",
    "in_room_ms": "in one room ms",
    "in_room_ratio": "in one room CPU ratio",
    "before_ms": "before a day ms",
    "before_ratio": "before a day CPU ratio",
    "catch_up_ms": "catch-up ms",
    "catch_up_ratio": "catch-up CPU ratio",
    "overview_ms": "unread list ms",
    "overview_ratio": "list CPU ratio",
    "snapshot_ms": "open a room ms",
    "snapshot_ratio": "room CPU ratio",
    "events": "events",
    "cpu_ratio": "CPU a delivery",
    "added_p99_ms": "added p99 ms",
    "server_cpu": "server CPU",
    "database_cpu": "database CPU",
    "load_cpu": "load CPU",
    "window": "window",
    "idle_bytes_per_connection": "bytes/conn",
    "connections": "connections",
    "joins_per_s": "joins/s",
}
RATIOS = (
    "deliveries_per_s", "deliveries_per_cpu_s", "p99_ms", "idle_bytes_per_connection",
    "posts_per_cpu_s",
)  # fmt: skip
HEADLINES = (
    ("fanout_equal_load", "deliveries_per_cpu_s"),
    ("fanout_equal_load", "p99_ms"),
    ("fanout_equal_load", "lone_p50_ms"),
    ("fanout_1x1000", "deliveries_per_cpu_s"),
    ("fanout_1x1000", "deliveries_per_s"),
    ("fanout_200x10", "deliveries_per_cpu_s"),
    ("fanout_200x10", "deliveries_per_s"),
    ("durable_posts", "posts_per_s"),
    ("durable_posts", "asked_ack_p99_ms"),
    ("durable_posts", "busy_p99_ms"),
    ("idle", "idle_bytes_per_connection"),
    ("signon_storm", "back_s"),
    ("signon_storm", "others_p99_ms"),
    ("history", "page_ratio"),
    ("history", "catch_up_ratio"),
    ("history", "overview_ratio"),
    ("history", "snapshot_ratio"),
)


def lower_is_better(metric: str) -> bool:
    """Whether less is more."""
    return metric.endswith(("_ms", "back_s", "_ratio", "_per_connection"))


def number(metric: str, value: float) -> str:
    """As people read it."""
    if metric.endswith("_cpu"):
        return f"{value:.0%}"
    if metric.endswith("_ratio") or metric == "of_sqlite3_loop":
        return f"{value:.2f}"
    small = value < 100 and metric.endswith(("_ms", "back_s", "batch"))
    return f"{value:,.1f}" if small else f"{value:,.0f}"


def short(metric: str, value: float) -> str:
    """In at most six characters."""
    for size, letter in ((1e6, "M"), (1e4, "k")):
        if value >= size:
            scaled = value / (1e3 if letter == "k" else size)
            return f"{scaled:.2f}{letter}" if letter == "M" else f"{scaled:.0f}{letter}"
    return number(metric, value)


def ratio(metric: str, value: float, base: float) -> str:
    """How many times better than the base; below 1.0x it is worse."""
    found = times(metric, value, base)
    return f"{found:.2f}x" if found else ""


def times(metric: str, value: float, base: float) -> float:
    """The same as a number; 0 where it makes no sense."""
    if not value or not base:
        return 0.0
    return base / value if lower_is_better(metric) else value / base


def table(results: Told) -> str:
    """All scenarios, one block each."""
    return "\n".join(_block(scenario, by_name) for scenario, by_name in results.items())


def _numbers(kept: Mapping[str, float | str]) -> dict[str, float]:
    return {metric: value for metric, value in kept.items() if not isinstance(value, str)}


def _block(scenario: str, told: Mapping[str, Mapping[str, float | str]]) -> str:
    by_name = {name: _numbers(kept) for name, kept in told.items() if "skipped" not in kept}
    metrics = [m for m in TITLES if any(m in kept for kept in by_name.values())]
    base = next((name for name in BASES if name in by_name), None)
    compared = [m for m in RATIOS if base and m in metrics and m in by_name[base]]
    head = [scenario, *(TITLES[m] for m in metrics), *(f"{TITLES[m]} vs {base}" for m in compared)]
    rows = [head]
    for name, kept in by_name.items():
        against = by_name[base] if base else {}
        rows.append([
            name,
            *(number(m, kept[m]) if m in kept else "" for m in metrics),
            *(ratio(m, kept.get(m, 0), against.get(m, 0)) for m in compared),
        ])  # fmt: skip
    why = [
        f"{name}  skipped: {kept['skipped']}" for name, kept in told.items() if "skipped" in kept
    ]
    return "\n".join([*_aligned(rows), *why, ""])


def summary(results: Told) -> str:
    """Scenarios x contestants; in brackets how many times better Tertulia is."""
    names = list(dict.fromkeys(name for by_name in results.values() for name in by_name))
    rows = [["", *names]]
    for scenario, metric in HEADLINES:
        by_name = results.get(scenario, {})
        ours = _numbers(by_name.get(OURS, {})).get(metric)
        if ours is None:
            continue
        rows.append([f"{scenario} {metric}", *(
            _cell(metric, ours, by_name.get(name, {}), name) for name in names
        )])  # fmt: skip
    return "\n".join(_aligned(rows)) + "\n"


def _cell(metric: str, ours: float, kept: Mapping[str, float | str], name: str) -> str:
    if "skipped" in kept:
        return "skipped"
    value = _numbers(kept).get(metric)
    if value is None:
        return ""
    compared = "" if name == OURS else f" ({times(metric, ours, value):.2g}x)"
    return f"{short(metric, value)}{compared}"


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            row[0].ljust(widths[0]),
            *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)),
        ]
        lines.append("  ".join(cells).rstrip())
    return [lines[0], "-" * len(lines[0]), *lines[1:]]
