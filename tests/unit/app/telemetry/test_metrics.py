"""What is counted, and that labels have a bound."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from headrace.app.telemetry.metrics import Loads, Metrics
from headrace.app.telemetry.requests import kind_of, observed
from headrace.executions.public import (
    ErrorInfo,
    ExecutionFailed,
    ExecutionSucceeded,
    NodeAttemptFailed,
    NodeFailed,
    NodeSucceeded,
    Output,
)
from headrace.executor.sandbox.pool import PoolLoad, PoolStatistics
from headrace.executor.sandbox.ports import Guest
from headrace.kernel.correlation import correlation
from headrace.kernel.ids import TenantId
from tests.contract.executions.beginning import asked
from tests.unit.executions.simulating import NOON

FETCH = msgspec.Raw(b'{"nodes":[{"name":"Fetch","type":"n8n-nodes-base.httpRequest"}]}')
FAILURE = ErrorInfo(message="no")


def metrics(statistics: PoolStatistics | None = None) -> Metrics:
    return Metrics(
        Loads(
            dispatch=lambda: (3, 4),
            pool=lambda: PoolLoad(busy=1, idle=2, waiting=5),
            statistics=statistics or PoolStatistics(),
            streams=lambda: 6,
            ready=lambda: True,
        )
    )


def read(counted: Metrics) -> dict[str, float]:
    """Every sample, by its name and labels."""
    return {
        sample.name + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(counted.text().decode())
        for sample in family.samples
    }


def test_an_execution_is_counted_with_its_nodes() -> None:
    counted = metrics()
    request = asked("e1", workflow=FETCH)
    events = [
        NodeAttemptFailed(node="Fetch", run=0, attempt=1, error=FAILURE, retry_at=NOON, at=NOON),
        NodeSucceeded(node="Fetch", run=0, outputs=(Output(items=1),), seconds=0.2, at=NOON),
        NodeFailed(node="Sum", run=0, error=FAILURE, at=NOON),
        ExecutionFailed(error=FAILURE, at=NOON + timedelta(seconds=7)),
    ]

    counted.committed(request.tenant, request.execution_id, [request, *events])

    found = read(counted)
    assert found[f"headrace_executions_started_total mode={request.mode} tenant=default"] == 1
    assert found["headrace_executions_ended_total status=error tenant=default"] == 1
    assert found["headrace_execution_seconds_sum status=error"] == 7
    assert found["headrace_node_runs_total status=retried type=n8n-nodes-base.httpRequest"] == 1
    assert found["headrace_node_runs_total status=success type=n8n-nodes-base.httpRequest"] == 1
    assert found["headrace_node_runs_total status=error type=unknown"] == 1
    assert found["headrace_node_run_seconds_sum type=n8n-nodes-base.httpRequest"] == 0.2


def test_the_end_of_an_execution_that_began_elsewhere_is_counted_without_its_time() -> None:
    counted = metrics()

    counted.committed(TenantId("default"), asked("e1").execution_id, [ExecutionSucceeded(at=NOON)])

    found = read(counted)
    assert found["headrace_executions_ended_total status=success tenant=default"] == 1
    assert "headrace_execution_seconds_sum status=success" not in found


def test_many_tenants_and_types_share_a_name_past_a_bound() -> None:
    counted = metrics()
    for number in range(500):
        drawn = msgspec.Raw(b'{"nodes":[{"name":"n","type":"type%d"}]}' % number)
        request = asked(f"e{number}", workflow=drawn, tenant=TenantId(f"t{number}"))
        ran = NodeSucceeded(node="n", run=0, outputs=(), at=NOON)
        counted.committed(request.tenant, request.execution_id, [request, ran])

    found = read(counted)
    started = [name for name in found if name.startswith("headrace_executions_started_total")]
    runs = [name for name in found if name.startswith("headrace_node_runs_total")]
    assert (len(started), len(runs)) == (101, 301)
    assert sum(found[name] for name in started) == 500
    assert sum(found[name] for name in runs) == 500


def test_the_state_of_the_server_is_asked_when_it_is_read() -> None:
    statistics = PoolStatistics()
    counted = metrics(statistics)
    statistics.killed, statistics.calls[Guest.PYTHON] = 2, 9

    found = read(counted)

    assert found["headrace_executions_running"] == 3
    assert found["headrace_executions_queued"] == 4
    assert found["headrace_sandbox_workers state=busy"] == 1
    assert found["headrace_sandbox_waiting"] == 5
    assert found["headrace_sandbox_killed_total"] == 2
    assert found[f"headrace_sandbox_calls_total guest={Guest.PYTHON.value}"] == 9
    assert found["headrace_streams_open"] == 6
    assert found["headrace_ready"] == 1


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/webhook/orders/7", "webhook"),
        ("/webhook-test/x", "webhook-test"),
        ("/webhookevil", "webhook"),
        ("/form/x", "form"),
        ("/api/v1/workflows/7", "api"),
        ("/api/v1/executions/7/stream", "stream"),
        ("/readyz", "probe"),
        ("/anything/at/all", "page"),
    ],
)
def test_a_path_is_counted_by_what_it_is_for(path: str, kind: str) -> None:
    assert kind_of(path) == kind


async def request(counted: Metrics, path: str, method: str = "GET", headers: Any = ()) -> dict[str, Any]:
    """Serve a request, and return what the application saw."""
    seen: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update(headers=dict(scope["headers"]), belongs=dict(correlation()))
        await send({"type": "http.response.start", "status": 404, "headers": []})

    async def nothing(*_: Any) -> None:
        return None

    scope = {"type": "http", "path": path, "method": method, "headers": list(headers)}
    await observed(app, counted)(scope, nothing, nothing)
    return seen


async def test_requests_are_counted_by_status_whatever_method_strangers_make_up() -> None:
    counted = metrics()
    await request(counted, "/webhook/x", "POST")
    await request(counted, "/webhook/y", "BREW")

    found = read(counted)

    assert found["headrace_http_requests_total kind=webhook method=POST status=404"] == 1
    assert found["headrace_http_requests_total kind=webhook method=other status=404"] == 1


async def test_what_is_logged_during_a_request_bears_its_id() -> None:
    counted = metrics()
    seen = await request(counted, "/api/v1/x", headers=[(b"x-request-id", b"from-the-proxy")])
    assert seen["belongs"] == {"request_id": "from-the-proxy"}

    made = await request(counted, "/api/v1/x", headers=[(b"x-request-id", b"no good\n")])
    assert made["headers"][b"x-request-id"].decode() == made["belongs"]["request_id"] != "no good\n"
    assert correlation() == {}


async def test_a_webhooks_headers_stay_as_they_came() -> None:
    assert (await request(metrics(), "/webhook/x"))["headers"] == {}
