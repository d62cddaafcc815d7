"""Spans that follow from what is committed."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from headrace.app.telemetry.tracing import Tracing
from headrace.executions.public import (
    ErrorInfo,
    Event,
    ExecutionFailed,
    ExecutionResumed,
    ExecutionSucceeded,
    ExecutionSuspended,
    NodeAttemptFailed,
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
    Output,
)
from headrace.kernel.ids import ExecutionId
from tests.contract.executions.beginning import asked
from tests.unit.executions.simulating import NOON

FETCH = msgspec.Raw(b'{"nodes":[{"name":"Fetch","type":"n8n-nodes-base.httpRequest"}]}')
TRACE = "0af7651916cd43dd8448eb211c80319c"
LATER = NOON + timedelta(seconds=2)
FAILURE = ErrorInfo(message="no such host", name="NodeApiError")


class Traced:
    """A tracer whose spans can be looked at."""

    def __init__(self) -> None:
        self._spans = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self._spans))
        self.tracing = Tracing(provider.get_tracer("test"))

    def commit(self, *events: Event, of: str = "e1") -> None:
        self.tracing.committed(asked("e1").tenant, ExecutionId(of), events)

    @property
    def spans(self) -> dict[str, ReadableSpan]:
        return {span.name: span for span in self._spans.get_finished_spans()}


@pytest.fixture
def traced() -> Traced:
    return Traced()


def started(node: str = "Fetch") -> NodeStarted:
    return NodeStarted(node=node, run=0, at=NOON)


def succeeded(node: str = "Fetch") -> NodeSucceeded:
    return NodeSucceeded(node=node, run=0, outputs=(Output(items=3), Output(items=0)), at=LATER)


def test_a_node_is_a_span_within_its_executions(traced: Traced) -> None:
    request = asked("e1", workflow=FETCH)
    traced.commit(request, started(), succeeded())
    traced.commit(ExecutionSucceeded(at=LATER))

    node, execution = traced.spans["node Fetch"], traced.spans[f"execution {request.workflow_name}"]
    assert node.parent is not None
    assert node.parent.span_id == execution.context.span_id
    assert node.attributes is not None
    assert node.attributes["headrace.node.type"] == "n8n-nodes-base.httpRequest"
    assert node.attributes["headrace.node.items"] == (3, 0)
    assert execution.attributes is not None
    assert execution.attributes["headrace.execution.status"] == "success"
    assert execution.attributes["headrace.tenant"] == "default"
    assert (node.end_time or 0) - (node.start_time or 0) == 2_000_000_000


def test_an_execution_belongs_to_the_trace_of_the_request_that_started_it(traced: Traced) -> None:
    header = (b"traceparent", f"00-{TRACE}-b7ad6b7169203331-01".encode())
    with traced.tracing.belonging_to({"headers": [header]}):
        traced.commit(asked("e1"))
    traced.commit(asked("e2"), of="e2")
    traced.commit(ExecutionSucceeded(at=LATER))
    (first,) = traced.spans.values()
    traced.commit(ExecutionSucceeded(at=LATER), of="e2")

    second = next(span for span in traced._spans.get_finished_spans() if span is not first)
    assert f"{first.context.trace_id:032x}" == TRACE
    assert f"{second.context.trace_id:032x}" != TRACE


@pytest.mark.parametrize("header", [b"nonsense", b"00-0-0-00", b"\xff" * 40])
def test_a_trace_that_makes_no_sense_is_none(traced: Traced, header: bytes) -> None:
    with traced.tracing.belonging_to({"headers": [(b"traceparent", header)]}):
        traced.commit(asked("e1"), ExecutionSucceeded(at=LATER))

    (span,) = traced.spans.values()
    assert span.parent is None


def test_a_sub_workflow_belongs_to_its_parents_trace(traced: Traced) -> None:
    traced.commit(asked("e1"))
    traced.commit(asked("e2", parent=ExecutionId("e1")), ExecutionSucceeded(at=LATER), of="e2")
    traced.commit(ExecutionSucceeded(at=LATER))

    sub, parent = traced._spans.get_finished_spans()
    assert sub.parent is not None
    assert sub.parent.span_id == parent.context.span_id


def test_failures_are_seen(traced: Traced) -> None:
    retry = NodeAttemptFailed(node="Fetch", run=0, attempt=1, error=FAILURE, retry_at=LATER, at=LATER)
    traced.commit(asked("e1"), started(), retry, started(), NodeFailed(node="Fetch", run=0, error=FAILURE, at=LATER))
    traced.commit(ExecutionFailed(error=FAILURE, at=LATER))

    ended = traced._spans.get_finished_spans()
    assert [span.status.status_code for span in ended] == [StatusCode.ERROR] * 3
    assert ended[0].attributes is not None
    assert ended[0].attributes["error.type"] == "NodeApiError"


def test_a_wait_ends_the_span_and_what_follows_has_another(traced: Traced) -> None:
    wait = ExecutionSuspended(node="Wait", run=0, until=None, resume="webhook", output=Output(items=0), at=LATER)
    traced.commit(asked("e1"), started("Wait"), wait)
    assert len(traced.spans) == 2
    traced.commit(ExecutionResumed(by="webhook", output=Output(items=1), at=LATER), started("Next"), succeeded("Next"))
    traced.commit(ExecutionSucceeded(at=LATER))

    assert "execution continued" in traced.spans


def test_what_is_open_when_the_server_stops_is_told(traced: Traced) -> None:
    traced.commit(asked("e1"), started())

    traced.tracing.close()

    assert len(traced.spans) == 2
