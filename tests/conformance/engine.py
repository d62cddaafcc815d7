"""The whole engine in memory, for one conformance case after the other."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from headrace.app.planning import CataloguePlanner
from headrace.app.tables import RunTables
from headrace.credentials.adapters.plain_file import PlainCredentials
from headrace.datatables.adapters.memory import MemoryTables
from headrace.datatables.service import Tables
from headrace.executions.adapters.memory import MemoryJournal
from headrace.executions.public import ExecutionRequested, Mode, Output, Status
from headrace.executions.service import Executions, RunView
from headrace.executor.adapters.launchers.jail import JailLauncher
from headrace.executor.adapters.local_files import ConfinedFiles
from headrace.executor.adapters.local_replies import LocalReplies
from headrace.executor.adapters.memory import MemoryStaticData
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.item_codec import BlockItems, decode_items
from headrace.executor.ports import NodeCredentials
from headrace.executor.sandbox.pool import WorkerPool
from headrace.executor.service import Executor, ExecutorSettings
from headrace.executor.sub_workflows import start_node
from headrace.executor.versions import Versions
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, TenantId, new_id
from headrace.nodes.catalogue import Catalogue
from headrace.payloads.adapters.memory import MemoryPayloads
from headrace.sdk.context import Files, HttpClient
from headrace.sdk.items import Item
from headrace.workflows.adapters.memory import MemoryLibrary
from headrace.workflows.public import Workflow
from headrace.workflows.service.running import CalledWorkflows, WorkflowsToRun
from headrace.workflows.service.variables import Variables


class CaseOutside:
    """HTTP from the case's recorded answers, files from a folder of its own."""

    def __init__(self, http: HttpClient, folder: Path) -> None:
        self._http = http
        self._folder = folder

    def http(self, tenant: TenantId, credentials: NodeCredentials) -> HttpClient:
        return self._http

    def files(self, tenant: TenantId) -> Files:
        return ConfinedFiles(self._folder)


@dataclass(frozen=True)
class CaseRun:
    """What came of a case: the folded execution, and its data."""

    view: RunView
    payloads: MemoryPayloads

    async def items(self, output: Output) -> Sequence[Item]:
        if output.payload is not None:
            return list(BlockItems(await self.payloads.get(DEFAULT_TENANT, output.payload), output.items))
        return decode_items(output.inline)

    async def binary(self, key: str) -> str:
        return base64.b64encode(await self.payloads.get(DEFAULT_TENANT, key)).decode()


class Engine:
    """Shared by all cases: the catalogue and the sandbox workers."""

    def __init__(self) -> None:
        self.catalogue = Catalogue.installed()
        self.pool = WorkerPool(JailLauncher())

    async def close(self) -> None:
        await self.pool.close()

    async def run(
        self,
        workflow: Mapping[str, Any],
        *,
        given: Sequence[Mapping[str, Any]],
        mode: Mode,
        http: HttpClient,
        folder: Path,
        credentials: Mapping[str, Any],
    ) -> CaseRun:
        journal, payloads = MemoryJournal(), MemoryPayloads()
        versions = Versions()
        planner = CataloguePlanner(self.catalogue, versions)

        def now() -> datetime:
            return datetime.now(UTC)

        executions = Executions(journal, planner, now, holder="conformance")
        executor = Executor(
            executions=executions,
            workflows=CalledWorkflows(WorkflowsToRun(MemoryLibrary().records)),
            nodes=self.catalogue,
            evaluator=ExpressionEvaluator(self.pool),
            payloads=payloads,
            credentials=PlainCredentials(credentials),
            outside=CaseOutside(http, folder),
            static_data=MemoryStaticData(),
            variables=Variables(MemoryLibrary().variables),
            tables=RunTables(Tables(MemoryTables(), now)),
            versions=versions,
            replies=LocalReplies(),
            settings=ExecutorSettings(),
        )
        parsed = Workflow.from_json(workflow)
        start = start_node(parsed, self.catalogue)
        if start is None:
            raise ValueError("the workflow has no node to start at")
        items = [
            await _given(one, payloads) if {"json", "binary"} & one.keys() else Item(json=dict(one)) for one in given
        ]
        execution_id = ExecutionId(new_id())
        await executions.request(
            ExecutionRequested(
                execution_id=execution_id,
                tenant=DEFAULT_TENANT,
                workflow_id=parsed.id or "case",
                workflow_name=parsed.name,
                workflow=msgspec.Raw(parsed.to_json()),
                mode=mode,
                start=start,
                given=Output(items=len(items), inline=msgspec.Raw(msgspec.json.encode(items))),
                use_pins=False,
                at=now(),
            )
        )
        await executor.drive(DEFAULT_TENANT, execution_id)
        await executor.drain()
        return CaseRun(await executions.inspect(DEFAULT_TENANT, execution_id), payloads)


async def _given(one: Mapping[str, Any], payloads: MemoryPayloads) -> Item:
    binary = {}
    for name, part in (one.get("binary") or {}).items():
        key = await payloads.put(DEFAULT_TENANT, "given", base64.b64decode(part.get("data", "")))
        binary[name] = {**{k: v for k, v in part.items() if k != "data"}, "id": key}
    return msgspec.convert({"json": one.get("json", {}), **({"binary": binary} if binary else {})}, Item, strict=False)


def succeeded(view: RunView) -> bool:
    return view.status in (Status.SUCCESS, Status.WAITING)
