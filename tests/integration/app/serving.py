"""A whole server in this process, asked without a network."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from headrace.app.local import Headrace
from headrace.app.server import Server
from headrace.app.settings import Settings
from headrace.executions.public import ExecutionQuery, Status
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, TenantId


class Place:
    """A server in this process, and the clock that it goes by."""

    def __init__(self, data_dir: Path) -> None:
        self.later = timedelta()
        self.headrace = Headrace(Settings(data_dir=data_dir), now=lambda: datetime.now(UTC) + self.later)
        self.server = Server(self.headrace, base_url="http://headrace.test")
        self.trials = self.server.triggers.webhooks.trials
        self.app: Any = self.server.over(_nothing)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://headrace.test")

    async def publish(self, drawn: dict[str, Any], tenant: TenantId = DEFAULT_TENANT) -> str:
        """Return the id of a workflow that is served."""
        workflows = self.headrace.library.workflows
        made = await workflows.create(tenant, drawn, project="sales", by="olga")
        await workflows.publish(tenant, made.id, by="olga")
        await self.server.triggers.follow()
        return made.id

    async def waiting(self, tenant: TenantId = DEFAULT_TENANT) -> ExecutionId:
        """Return the execution that waits, once one does."""
        return await self.run(Status.WAITING, tenant)

    async def run(self, status: Status, tenant: TenantId = DEFAULT_TENANT) -> ExecutionId:
        """Return the newest execution that stands like this, once there is one."""
        query = ExecutionQuery(statuses=frozenset({status}))
        async with asyncio.timeout(10):
            while not (found := await self.headrace.journal.find(tenant, query)):
                await asyncio.sleep(0.02)
        return found[0].id

    async def close(self) -> None:
        await self.http.aclose()
        await self.server.stop(grace=timedelta(seconds=5))
        await self.headrace.close()


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("nothing else is asked for")
