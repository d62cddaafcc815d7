"""The export of traces by OTLP over HTTP."""

from __future__ import annotations

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, TraceIdRatioBased


def exporting(endpoint: str, *, version: str, ratio: float) -> TracerProvider:
    """Return what makes spans and sends them, in the background; `shutdown` sends the rest.

    Args:
        endpoint: Base address of an OTLP receiver, such as http://localhost:4318.
        ratio: Of the traces that are kept, 0 to 1.
    """
    sampler = TraceIdRatioBased(ratio)
    resource = Resource.create({"service.name": "headrace", "service.version": version})
    # Callers of webhooks name traces to belong to; whether these are kept is not for strangers to say.
    kept = ParentBased(sampler, remote_parent_sampled=sampler, remote_parent_not_sampled=ALWAYS_OFF)
    provider = TracerProvider(resource=resource, sampler=kept, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=10)))
    return provider
