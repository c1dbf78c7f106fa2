"""The figures as a plain table, with ratios to the tutorial loop. Pure text."""

from __future__ import annotations

BASE = "tutorial"
LOWER_IS_BETTER = {"p50_ms", "p99_ms", "idle_bytes_per_connection"}
TITLES = {
    "deliveries_per_s": "deliveries/s",
    "deliveries_per_cpu_s": "per CPU s",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "server_cpu": "server CPU",
    "load_cpu": "load CPU",
    "window": "window",
    "idle_bytes_per_connection": "bytes/conn",
    "connections": "connections",
    "joins_per_s": "joins/s",
}
RATIOS = ("deliveries_per_s", "deliveries_per_cpu_s", "p99_ms", "idle_bytes_per_connection")


def number(metric: str, value: float) -> str:
    """As people read it."""
    if metric in ("server_cpu", "load_cpu"):
        return f"{value:.0%}"
    return f"{value:,.1f}" if value < 100 and metric.endswith("_ms") else f"{value:,.0f}"


def ratio(metric: str, value: float, base: float) -> str:
    """How many times better than the base; below 1.0x it is worse."""
    if not value or not base:
        return ""
    better = base / value if metric in LOWER_IS_BETTER else value / base
    return f"{better:.2f}x"


def table(results: dict[str, dict[str, dict[str, float]]]) -> str:
    """All scenarios, one block each."""
    return "\n".join(_block(scenario, by_name) for scenario, by_name in results.items())


def _block(scenario: str, by_name: dict[str, dict[str, float]]) -> str:
    metrics = [m for m in TITLES if any(m in kept for kept in by_name.values())]
    compared = [m for m in RATIOS if m in metrics] if BASE in by_name else []
    head = [scenario, *(TITLES[m] for m in metrics), *(f"{TITLES[m]} vs {BASE}" for m in compared)]
    rows = [head]
    for name, kept in by_name.items():
        base = by_name.get(BASE, {})
        rows.append([
            name,
            *(number(m, kept[m]) if m in kept else "" for m in metrics),
            *(ratio(m, kept.get(m, 0), base.get(m, 0)) for m in compared),
        ])  # fmt: skip
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = []
    for row in rows:
        cells = [
            row[0].ljust(widths[0]),
            *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)),
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:], ""])
