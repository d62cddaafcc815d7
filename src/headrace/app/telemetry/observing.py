"""All that one server tells of itself, put together."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from headrace import __version__
from headrace.app.telemetry.metrics import CONTENT_TYPE, Loads, Metrics
from headrace.app.telemetry.readiness import Readiness
from headrace.app.telemetry.requests import Asgi, observed
from headrace.gateway.probes import PATHS, Probes

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

    from headrace.app.local import Headrace
    from headrace.app.telemetry.tracing import Tracing
    from headrace.executions.streaming import Streams
    from headrace.executor.dispatching import Dispatcher


class Observing:
    """Counts, traces and answers probes; make it, wrap the application with it, `close` it."""

    def __init__(self, headrace: Headrace, dispatcher: Dispatcher, streams: Streams) -> None:
        settings = headrace.settings
        self._headrace = headrace
        self.readiness = Readiness({"journal": self._journal, "sandbox": self._sandbox})
        self.metrics = Metrics(
            Loads(
                dispatch=lambda: dispatcher.load,
                pool=lambda: headrace.pool.load,
                statistics=headrace.pool.statistics,
                streams=lambda: streams.open,
                ready=lambda: self.readiness.takes_work,
            )
        )
        headrace.commits.listen(self.metrics.committed)
        self._provider: TracerProvider | None = None
        self._tracing: Tracing | None = None
        if settings.otlp_endpoint:
            # Late: who wants no traces does not load what makes them.
            from headrace.app.telemetry.tracing import Tracing
            from headrace.infra.telemetry.otlp import exporting

            self._provider = exporting(settings.otlp_endpoint, version=__version__, ratio=settings.trace_ratio)
            self._tracing = Tracing(self._provider.get_tracer("headrace", __version__))
            headrace.commits.listen(self._tracing.committed)

    def over(self, app: Asgi) -> Asgi:
        """Return *app* with probes in front of it and its requests counted."""
        probes = Probes(
            self.readiness.verdict,
            self.metrics.text,
            CONTENT_TYPE,
            metrics_token=self._headrace.settings.metrics_token,
        )

        async def fronted(scope: Any, receive: Any, send: Any) -> None:
            await (probes if scope["type"] == "http" and scope["path"] in PATHS else app)(scope, receive, send)

        return observed(fronted, self.metrics, self._traced if self._tracing is not None else None)

    async def close(self) -> None:
        """Send what is left of the traces."""
        if self._tracing is not None and self._provider is not None:
            self._tracing.close()
            import asyncio

            await asyncio.to_thread(self._provider.shutdown)

    def _traced(self, scope: Any) -> AbstractContextManager[None]:
        assert self._tracing is not None
        return self._tracing.belonging_to(scope)

    async def _journal(self) -> str | None:
        await self._headrace.journal.check_writable(time.time())
        return None

    async def _sandbox(self) -> str | None:
        refusal = self._headrace.pool.statistics.last_refusal
        return f"no worker comes up: {refusal}" if refusal is not None else None
