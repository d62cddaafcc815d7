"""Numbers for Prometheus. What is counted is what this process commits; several processes are summed up by the reader.

Every label has a bound: of tenants and node types only the first so many have a name of their own, for each value of a
label is a time series for ever, and tenants are made by people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector

from headrace.app.telemetry.requested import Requested
from headrace.executions.public import (
    Event,
    ExecutionCanceled,
    ExecutionFailed,
    ExecutionRequested,
    ExecutionResumed,
    ExecutionSucceeded,
    ExecutionSuspended,
    NodeAttemptFailed,
    NodeFailed,
    NodeSucceeded,
)
from headrace.executor.sandbox.pool import PoolLoad, PoolStatistics
from headrace.kernel.ids import ExecutionId, TenantId

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_TENANTS = 100
_NODE_TYPES = 300
_OTHER = "other"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)


class Names:
    """The values of a label: the first so many keep their names, all later ones share one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: set[str] = set()

    def of(self, value: str) -> str:
        if value not in self._known:
            if len(self._known) >= self._most:
                return _OTHER
            self._known.add(value)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """What is asked at each scrape, rather than counted."""

    dispatch: Callable[[], tuple[int, int]]
    """Executions that run here, and that wait for their turn here."""

    pool: Callable[[], PoolLoad]
    statistics: PoolStatistics
    streams: Callable[[], int]
    ready: Callable[[], bool]


class Metrics:
    """The counters of one server; `committed` is a listener of commits."""

    def __init__(self, loads: Loads) -> None:
        self.registry = CollectorRegistry()
        self._tenants = Names(_TENANTS)
        self._types = Names(_NODE_TYPES)
        self._known = Requested()
        self._started = Counter(
            "headrace_executions_started", "Executions requested.", ["tenant", "mode"], registry=self.registry
        )
        self._ended = Counter(
            "headrace_executions_ended", "Executions that came to an end.", ["tenant", "status"], registry=self.registry
        )
        self._waits = Counter(
            "headrace_executions_waits", "Times that executions were put aside, and taken up.", ["what"],
            registry=self.registry,
        )  # fmt: skip
        self._execution_seconds = Histogram(
            "headrace_execution_seconds", "From request to end, waits included.", ["status"], buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._runs = Counter("headrace_node_runs", "Runs of nodes.", ["type", "status"], registry=self.registry)
        self._run_seconds = Histogram(
            "headrace_node_run_seconds", "How long runs of nodes took.", ["type"], buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._requests = Counter(
            "headrace_http_requests", "HTTP requests.", ["kind", "method", "status"], registry=self.registry
        )
        self._request_seconds = Histogram(
            "headrace_http_request_seconds", "From request to the end of the answer.", ["kind"], buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self.registry.register(_Gauges(loads))
        ProcessCollector(registry=self.registry)

    def text(self) -> bytes:
        """Return everything as Prometheus reads it."""
        return generate_latest(self.registry)

    def requested(self, kind: str, method: str, status: int, seconds: float | None) -> None:
        """Count an HTTP request.

        Args:
            kind: One of few words: what was asked for, never a path.
            seconds: None: how long it took says nothing, as of a stream.
        """
        self._requests.labels(kind, method, str(status)).inc()
        if seconds is not None:
            self._request_seconds.labels(kind).observe(seconds)

    def committed(self, tenant: TenantId, execution_id: ExecutionId, events: Sequence[Event]) -> None:
        """Count what was committed."""
        for event in events:
            match event:
                case NodeSucceeded() | NodeFailed():
                    self._ran(execution_id, event)
                case NodeAttemptFailed():
                    self._runs.labels(self._type(execution_id, event.node), "retried").inc()
                case ExecutionRequested():
                    self._known.remember(event)
                    self._started.labels(self._tenants.of(tenant), event.mode.value).inc()
                case ExecutionSuspended():
                    self._waits.labels("suspended").inc()
                case ExecutionResumed():
                    self._waits.labels("resumed").inc()
                case ExecutionSucceeded():
                    self._over(tenant, execution_id, "success", event)
                case ExecutionFailed():
                    self._over(tenant, execution_id, "error", event)
                case ExecutionCanceled():
                    self._over(tenant, execution_id, "canceled", event)
                case _:
                    pass

    def _ran(self, execution_id: ExecutionId, event: NodeSucceeded | NodeFailed) -> None:
        type_ = self._type(execution_id, event.node)
        self._runs.labels(type_, "error" if event.error is not None else "success").inc()
        self._run_seconds.labels(type_).observe(event.seconds)

    def _over(self, tenant: TenantId, execution_id: ExecutionId, status: str, event: Event) -> None:
        self._ended.labels(self._tenants.of(tenant), status).inc()
        requested_at = self._known.forget(execution_id)
        if requested_at is not None:
            self._execution_seconds.labels(status).observe(max(0.0, (event.at - requested_at).total_seconds()))

    def _type(self, execution_id: ExecutionId, node: str) -> str:
        return self._types.of(self._known.type_of(execution_id, node))


class _Gauges:
    """What is known without counting."""

    def __init__(self, loads: Loads) -> None:
        self._loads = loads

    def collect(self) -> Iterator[Metric]:
        loads = self._loads
        running, waiting = loads.dispatch()
        yield GaugeMetricFamily("headrace_ready", "Whether new work is taken.", value=float(loads.ready()))
        yield GaugeMetricFamily("headrace_executions_running", "Under lease and running here.", value=running)
        yield GaugeMetricFamily("headrace_executions_queued", "Waiting for their turn here.", value=waiting)
        yield GaugeMetricFamily("headrace_streams_open", "Clients that follow executions.", value=loads.streams())
        pool, statistics = loads.pool(), loads.statistics
        workers = GaugeMetricFamily("headrace_sandbox_workers", "Sandbox workers.", labels=["state"])
        workers.add_metric(["busy"], pool.busy)
        workers.add_metric(["idle"], pool.idle)
        yield workers
        yield GaugeMetricFamily("headrace_sandbox_waiting", "Steps that wait for a worker.", value=pool.waiting)
        calls = CounterMetricFamily("headrace_sandbox_calls", "Loans of workers.", labels=["guest"])
        started = CounterMetricFamily("headrace_sandbox_started", "Workers started.", labels=["guest"])
        for guest, number in statistics.calls.items():
            calls.add_metric([guest.value], number)
        for guest, number in statistics.started.items():
            started.add_metric([guest.value], number)
        yield calls
        yield started
        for name, help_, value in (
            ("refused", "Workers that did not come up, or whose wall had a hole.", statistics.refused),
            ("killed", "Workers that went past a limit, died or were interrupted.", statistics.killed),
            ("start_seconds", "Time that starting workers took.", statistics.start_seconds),
            ("call_seconds", "Time that workers were lent for.", statistics.call_seconds),
            ("wait_seconds", "Time that steps waited for workers.", statistics.waited_seconds),
        ):
            yield CounterMetricFamily(f"headrace_sandbox_{name}", help_, value=value)
