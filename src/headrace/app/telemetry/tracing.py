"""Traces: a span for each execution and for each run of a node, made of what is committed.

Nothing of this is loaded unless traces are wanted. An execution belongs to the trace that the request came with which
started it (`traceparent`), a sub-workflow to that of its parent.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from opentelemetry import context, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from headrace.app.telemetry.requested import Requested
from headrace.executions.public import (
    ErrorInfo,
    Event,
    ExecutionCanceled,
    ExecutionFailed,
    ExecutionRequested,
    ExecutionSucceeded,
    ExecutionSuspended,
    NodeAttemptFailed,
    NodeEndedBranch,
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
)
from headrace.kernel.ids import ExecutionId, TenantId

_EXECUTIONS = 10_000
"""Spans of executions that are open at once; the oldest ends early."""

_MESSAGE_LENGTH = 300
_NANOS = 1_000_000_000


class Tracing:
    """Makes spans; `committed` is a listener of commits."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._known = Requested()
        self._executions: OrderedDict[ExecutionId, Span] = OrderedDict()
        self._nodes: dict[ExecutionId, Span] = {}
        """The node that runs; there is one at a time."""

    @contextmanager
    def belonging_to(self, scope: Mapping[str, Any]) -> Iterator[None]:
        """Have executions that are requested inside belong to the trace that an HTTP request names."""
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in (b"traceparent", b"tracestate")
        }
        token = context.attach(TraceContextTextMapPropagator().extract(headers))
        try:
            yield
        finally:
            context.detach(token)

    def committed(self, tenant: TenantId, execution_id: ExecutionId, events: Sequence[Event]) -> None:
        """Make spans of what was committed."""
        for event in events:
            match event:
                case ExecutionRequested():
                    self._known.remember(event)
                    self._begin(tenant, execution_id, event)
                case NodeStarted():
                    self._start_node(tenant, execution_id, event)
                case NodeSucceeded():
                    self._end_node(execution_id, event, [output.items for output in event.outputs], event.error)
                case NodeFailed() | NodeAttemptFailed():
                    self._end_node(execution_id, event, (), event.error)
                case NodeEndedBranch():
                    self._end_node(execution_id, event, ())
                case ExecutionSuspended():
                    self._end_node(execution_id, event, ())
                    self._end(execution_id, event, "waiting")
                case ExecutionSucceeded():
                    self._end(execution_id, event, "success")
                case ExecutionFailed():
                    self._end(execution_id, event, "error", event.error)
                case ExecutionCanceled():
                    self._end(execution_id, event, "canceled")
                case _:
                    pass

    def close(self) -> None:
        """End what is open: it goes on in another process, as another span."""
        for span in (*self._nodes.values(), *self._executions.values()):
            span.end()
        self._nodes.clear()
        self._executions.clear()

    def _begin(self, tenant: TenantId, execution_id: ExecutionId, event: ExecutionRequested) -> Span:
        parent = self._executions.get(event.parent) if event.parent is not None else None
        within = trace.set_span_in_context(parent) if parent is not None else None
        attributes = {
            "headrace.tenant": tenant,
            "headrace.execution.id": execution_id,
            "headrace.execution.mode": event.mode.value,
            "headrace.workflow.id": event.workflow_id,
            "headrace.workflow.name": event.workflow_name,
        }
        return self._keep(
            execution_id,
            self._tracer.start_span(
                f"execution {event.workflow_name}"[:100],
                within,
                kind=SpanKind.CONSUMER,
                attributes=attributes,
                start_time=_nanos(event.at),
            ),
        )

    def _going_on(self, tenant: TenantId, execution_id: ExecutionId, at: datetime) -> Span:
        """Return the execution's span; a new one if it began elsewhere, or waited."""
        span = self._executions.get(execution_id)
        if span is not None:
            return span
        attributes: dict[str, Any] = {
            "headrace.tenant": tenant,
            "headrace.execution.id": execution_id,
            "headrace.execution.continued": True,
        }
        started = self._tracer.start_span(
            "execution continued", context.Context(), attributes=attributes, start_time=_nanos(at)
        )
        return self._keep(execution_id, started)

    def _keep(self, execution_id: ExecutionId, span: Span) -> Span:
        self._executions[execution_id] = span
        if len(self._executions) > _EXECUTIONS:
            forgotten, oldest = self._executions.popitem(last=False)
            oldest.end()
            self._nodes.pop(forgotten, None)
        return span

    def _start_node(self, tenant: TenantId, execution_id: ExecutionId, event: NodeStarted) -> None:
        within = trace.set_span_in_context(self._going_on(tenant, execution_id, event.at))
        attributes: dict[str, Any] = {
            "headrace.execution.id": execution_id,
            "headrace.node.name": event.node,
            "headrace.node.type": self._known.type_of(execution_id, event.node),
            "headrace.node.run": event.run,
            "headrace.node.attempt": event.attempt,
        }
        self._nodes[execution_id] = self._tracer.start_span(
            f"node {event.node}"[:100], within, attributes=attributes, start_time=_nanos(event.at)
        )

    def _end_node(
        self, execution_id: ExecutionId, event: Event, items: Sequence[int], error: ErrorInfo | None = None
    ) -> None:
        span = self._nodes.pop(execution_id, None)
        if span is None:
            return  # it did no work: its output was pinned, or it is disabled
        if items:
            span.set_attribute("headrace.node.items", list(items))
        _note(span, error)
        span.end(_nanos(event.at))

    def _end(self, execution_id: ExecutionId, event: Event, status: str, error: ErrorInfo | None = None) -> None:
        if status != "waiting":
            self._known.forget(execution_id)
        node = self._nodes.pop(execution_id, None)
        if node is not None:
            node.end(_nanos(event.at))
        span = self._executions.pop(execution_id, None)
        if span is not None:
            span.set_attribute("headrace.execution.status", status)
            _note(span, error)
            span.end(_nanos(event.at))


def _note(span: Span, error: ErrorInfo | None) -> None:
    if error is not None:
        span.set_status(Status(StatusCode.ERROR, error.message[:_MESSAGE_LENGTH]))
        span.set_attribute("error.type", error.name)


def _nanos(at: datetime) -> int:
    return int(at.timestamp() * _NANOS)
