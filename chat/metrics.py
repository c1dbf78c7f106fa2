"""`/metrics` for Prometheus, on its own address: numbers only, no names of people or rooms.

docs/metrics.md says what each means and when to worry; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, start_http_server
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from chat.tally import Tally

if TYPE_CHECKING:
    from chat.app import App


class Numbers(Collector):
    """Reads the counters of a running app when asked."""

    def __init__(self, app: App) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        """All metrics, with what they mean."""
        app, hub, gate = self._app, self._app.fanout.hub, self._app.fanout.gate
        writer, bus = app.writer.counters, app.fanout.bus
        jobs, later, compactions = app.jobs.counters, app.jobs.backlog, app.compactions
        gauges = (
            ("connections", "Signed-in WebSocket connections", app.live.connections),
            ("draining", "1 while this node says goodbye, 0 otherwise", int(app.draining)),
            ("streams", "Streams watched on this node", len(gate.streams)),
            ("writer_waiting", "Commands waiting for a transaction", app.writer.waiting),
            ("bus_connected", "1 while other nodes are heard", int(bus.connected)),
            ("jobs_waiting", "Jobs of the cluster that wait, as last seen here", later.waiting),
            ("jobs_failing", "Of those, jobs whose last attempt failed", later.failing),
            ("jobs_dead", "Jobs that are not tried any more: `tertulia jobs list`", later.dead),
            ("compaction_seconds", "How long the last compaction here took", compactions.seconds),
            (
                "compaction_held_up",
                "1: `tertulia compact` must be run",
                int(app.now() < compactions.held_up_until),
            ),
        )
        counters = (
            ("commits", "Transactions committed", writer.commits),
            ("commands", "Commands carried out or refused by the writer", writer.commands),
            ("commands_alone", "Commands that had a transaction of their own", writer.alone),
            ("commands_contended", "Commands that waited for another node", writer.waited),
            ("deliveries", "Events handed to connections", hub.deliveries),
            ("writes", "Writes that carried them", hub.writes),
            ("jobs_done", "Jobs done by this node", jobs.done),
            ("jobs_failed", "Attempts at jobs that failed on this node", jobs.failed),
            ("jobs_lost", "Jobs ended because their lease was lost", jobs.lost),
            ("compactions", "Times the database's files were written anew", compactions.done),
            ("repairs", "Events fetched because the bus lost or delayed them", gate.repaired),
            ("repaired_holes", "Gaps in a stream's numbers filled from SQL", gate.holes),
            ("repaired_tails", "Lost newest events found by comparing heads", gate.tails),
            ("bus_losses", "Times the listening connection was lost", bus.losses),
            ("bus_resubscribed", "Channels subscribed to anew after a loss", bus.resubscribed),
            ("bus_doubts", "Times heads were compared for want of certainty", bus.doubts),
            ("bus_forged", "Messages on the bus that no node of ours sent", app.fanout.forged),
            ("bus_dropped", "Messages not sent: too old or too many", bus.dropped),
        )
        for name, meaning, value in gauges:
            yield GaugeMetricFamily(f"tertulia_{name}", meaning, value=value)
        for name, meaning, value in counters:
            yield CounterMetricFamily(f"tertulia_{name}", meaning, value=value)
        yield from _tallied(app.tally)
        pushes = CounterMetricFamily(
            "tertulia_pushes", "Notifications by what came of them", labels=["state"]
        )
        for state, count in app.push.courier.counts.items():
            pushes.add_metric([state], count)
        yield pushes
        build = GaugeMetricFamily("tertulia_build", "Always 1", labels=["version"])
        build.add_metric([version("tertulia")], 1)
        yield build


def _tallied(tally: Tally) -> Iterator[Metric]:
    labelled: tuple[tuple[str, str, str, Mapping[str, int]], ...] = (
        ("http_answers", "HTTP answers of the API", "status", tally.answered),
        ("refused", "Requests refused, HTTP and WebSocket", "code", tally.refused),
        (
            "closed",
            "WebSocket connections that ended, by close code",
            "code",
            {str(code): count for code, count in tally.closed.items()},
        ),
    )
    for name, meaning, label, values in labelled:
        family = CounterMetricFamily(f"tertulia_{name}", meaning, labels=[label])
        for value, count in sorted(values.items()):
            family.add_metric([value], count)
        yield family
    took = HistogramMetricFamily(
        "tertulia_command_seconds", "From a command's arrival to after its commit"
    )
    took.add_metric([], tally.cumulative(), tally.seconds)
    yield took


def registry_of(app: App) -> CollectorRegistry:
    """Everything that `/metrics` tells of an app and its process."""
    registry = CollectorRegistry()
    registry.register(Numbers(app))
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


class MetricsServer:
    """Serves the numbers on a thread of its own, apart from the public address."""

    def __init__(self, app: App, host: str, port: int) -> None:
        self._server, self._thread = start_http_server(port, host, registry_of(app))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_port)

    def stop(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
