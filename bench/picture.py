"""The figures as a picture for the docs: bars, drawn as SVG by hand. Pure text.

Owns the drawing; what is drawn are the metrics named in PANELS. Its colours do for light and dark
pages.
"""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from bench.measuring import Told
from bench.table import lower_is_better, short

WIDTH, LABEL, BAR, GAP = 900, 190, 18, 6
COLUMNS = 2
OURS, OTHERS = "#c2571a", "#8a94a0"
FONT = "font-family='system-ui, sans-serif'"


class Panel(NamedTuple):
    """One metric of one scenario."""

    scenario: str
    metric: str
    title: str


PANELS = (
    Panel("fanout_equal_load", "deliveries_per_cpu_s",
          "100/s into a room of 1,000: deliveries a CPU second"),
    Panel("fanout_equal_load", "p99_ms", "the same: slowest of 100 deliveries, ms"),
    Panel("fanout_1x1000", "deliveries_per_cpu_s",
          "One room of 1,000, at most: deliveries a CPU second"),
    Panel("fanout_200x10", "deliveries_per_s", "200 rooms of 10, at most: deliveries a second"),
    Panel("idle", "idle_bytes_per_connection", "Memory of a connection at rest, bytes"),
    Panel("durable_posts", "posts_per_s", "Posts a second, each synced before its answer"),
    Panel("signon_storm", "back_s", "All cut off at once: seconds until all are back"),
    Panel("history", "overview_ratio", "Unread list at 1,000,000 messages: cost against 10,000"),
)  # fmt: skip


def picture(results: Told) -> str:
    """An SVG of the panels whose figures are there."""
    panels = [(panel, bars) for panel in PANELS if (bars := _bars(panel, results))]
    columns: list[list[str]] = [[] for _ in range(COLUMNS)]
    heights = [0] * COLUMNS
    width = WIDTH // COLUMNS
    for panel, bars in panels:
        column = heights.index(min(heights))
        columns[column].append(_panel(panel, bars, column * width, heights[column], width))
        heights[column] += 52 + len(bars) * (BAR + GAP)
    body = "\n".join(text for column in columns for text in column)
    height = max(heights) + 24
    note = ("Tertulia signs in, checks and syncs every message; the others do none of it, "
            "but for the bare sqlite3 loop.")  # fmt: skip
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' role='img' "
        f"aria-label='Tertulia and others side by side' {FONT}>\n{body}\n"
        f"{_text(10, height - 8, note, 11)}\n</svg>\n"
    )


def _bars(panel: Panel, results: Told) -> list[tuple[str, float]]:
    by_name = results.get(panel.scenario, {})
    found = [(name, kept.get(panel.metric)) for name, kept in by_name.items()]
    bars = [(name, value) for name, value in found if isinstance(value, int | float)]
    return sorted(bars, key=lambda bar: bar[1], reverse=not lower_is_better(panel.metric))


def _panel(panel: Panel, bars: list[tuple[str, float]], left: int, top: int, width: int) -> str:
    most = max(value for _, value in bars) or 1.0
    room = width - LABEL - 70
    better = "shorter is better" if lower_is_better(panel.metric) else "longer is better"
    lines = [
        _text(left + 10, top + 20, panel.title, 13, weight=600),
        _text(left + 10, top + 35, better, 10),
    ]
    for place, (name, value) in enumerate(bars):
        y = top + 44 + place * (BAR + GAP)
        long = max(1.0, value / most * room)
        colour = OURS if name.startswith("tertulia") else OTHERS
        lines += [
            _text(left + LABEL - 8, y + 13, name, 12, anchor="end"),
            _bar(left + LABEL, y, long, colour),
            _text(left + LABEL + long + 6, y + 13, short(panel.metric, value), 12),
        ]
    return "\n".join(lines)


def _bar(x: int, y: int, long: float, colour: str) -> str:
    return (f"<rect x='{x}' y='{y}' width='{long:.1f}' height='{BAR}' rx='2' "
            f"fill='{colour}'/>")  # fmt: skip


def _text(
    x: float, y: float, text: str, size: int, *, anchor: str = "start", weight: int = 400
) -> str:
    # A grey that can be read on white and on near black.
    return (f"<text x='{x:.1f}' y='{y}' font-size='{size}' text-anchor='{anchor}' "
            f"font-weight='{weight}' fill='#6e7781'>{escape(text)}</text>")  # fmt: skip
