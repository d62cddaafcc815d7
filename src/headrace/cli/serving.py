"""`headrace serve`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from headrace.cli.failing import Failure
from headrace.cli.opening import opened
from headrace.executions.public import ExecutionSummary, NodeRunSummary
from headrace.executions.summary import timeline
from headrace.gateway.pages import Pages
from headrace.kernel.ids import ExecutionId, TenantId

if TYPE_CHECKING:
    from headrace.app.local import Headrace


class JournalHistory:
    """What the pages show, from the journal's projection."""

    def __init__(self, headrace: Headrace) -> None:
        self._headrace = headrace

    async def executions(self, tenant: TenantId) -> Sequence[ExecutionSummary]:
        return await self._headrace.journal.find(tenant, limit=200)

    async def timeline(
        self, tenant: TenantId, execution_id: ExecutionId
    ) -> tuple[ExecutionSummary, Sequence[NodeRunSummary]]:
        summary = await self._headrace.journal.get(tenant, execution_id)
        return summary, timeline(await self._headrace.executions.history(tenant, execution_id))


async def serve_history(host: str, port: int, *, data_dir: Path | None) -> int:
    """Serve until stopped.

    Raises:
        Failure: the port cannot be listened on.
    """
    import uvicorn

    async with opened(data_dir) as headrace:
        server = uvicorn.Server(
            uvicorn.Config(
                Pages(JournalHistory(headrace)), host=host, port=port, log_level="warning", server_header=False
            )
        )
        print(f"Headrace serves the history of executions on http://{host}:{port}", file=sys.stderr)
        try:
            await server.serve()
        except SystemExit as refused:
            raise Failure(f"{host}:{port} cannot be listened on; choose another with --port") from refused
    return 0
