"""The Execution Service's commands, reading and forgetting in one process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from headrace.app.library import Library
from headrace.executions.adapters.sqlite import SqliteJournal
from headrace.executions.ports import Dispatch, ItemStore, Payloads, Planner, RunnableWorkflow
from headrace.executions.public import Event, ExecutionRequested, Which, WorkflowChoice
from headrace.executions.retention import RetentionPolicy
from headrace.executions.service import Executions
from headrace.executions.service.commanding import ExecutionCommands
from headrace.executions.service.forgetting import Forgetting
from headrace.executions.service.reading import ExecutionReader
from headrace.executor.sub_workflows import start_node
from headrace.kernel.ids import ExecutionId, ProjectId, TenantId, new_id
from headrace.nodes.catalogue import Catalogue
from headrace.workflows.domain.drafts import to_run
from headrace.workflows.public import Workflow
from headrace.workflows.validation import run_problems


class LibraryWorkflows:
    """The `Workflows` of executions, over the Workflow Service."""

    def __init__(self, library: Library, catalogue: Catalogue) -> None:
        self._library = library
        self._catalogue = catalogue

    async def to_run(self, tenant: TenantId, workflow_id: str, version: WorkflowChoice) -> RunnableWorkflow:
        record = await self._library.records.get(tenant, workflow_id)
        if isinstance(version, Which):
            workflow = await self._library.to_run.get(tenant, workflow_id, draft=version is Which.DRAFT)
        else:
            drawn = (await self._library.records.version(tenant, workflow_id, version)).workflow
            workflow = to_run(drawn, published=record.published == version)
        return self._runnable(workflow, workflow_id, record.name, ProjectId(record.project))

    def read(self, source: msgspec.Raw | bytes, *, project: ProjectId) -> RunnableWorkflow:
        workflow = Workflow.from_json(bytes(source))
        return self._runnable(workflow, workflow.id, workflow.name, project)

    def _runnable(self, workflow: Workflow, id_: str, name: str, project: ProjectId) -> RunnableWorkflow:
        return RunnableWorkflow(
            id=id_,
            name=name,
            project=project,
            source=msgspec.Raw(workflow.to_json()),
            start=start_node(workflow, self._catalogue),
        )

    def problems(self, workflow: RunnableWorkflow, start: str, *, pinned: bool) -> Sequence[str]:
        read = Workflow.from_json(bytes(workflow.source))
        if start not in read.nodes:
            return [f'there is no node "{start}" in workflow "{workflow.name}"']
        return [str(problem) for problem in run_problems(read, start, self._catalogue, pinned=pinned)]


class LeftToOthers:
    """A `Dispatch` that only makes durable what is asked for: a server on the same data sees to it."""

    def __init__(self, executions: Executions) -> None:
        self._executions = executions

    async def submit(self, request: ExecutionRequested, carried: Sequence[Event] = ()) -> ExecutionId:
        return await self._executions.request(request, carried)

    async def cancel(self, tenant: TenantId, execution_id: ExecutionId) -> bool:
        await self._executions.ask_cancel(tenant, execution_id)
        return await self._executions.cancel(tenant, execution_id)

    def pause(self, tenant: TenantId, workflow_id: str) -> None:
        """A server takes notice when it looks for work."""

    def resume(self, tenant: TenantId, workflow_id: str) -> None:
        """As `pause`."""


class ExecutionService:
    """Everything that is asked of executions from outside.

    Args:
        dispatch: None: what is asked for is left to a server on the same data.
    """

    def __init__(
        self,
        *,
        journal: SqliteJournal,
        executions: Executions,
        planner: Planner,
        library: Library,
        catalogue: Catalogue,
        items: ItemStore,
        payloads: Payloads,
        policy: RetentionPolicy,
        now: Callable[[], datetime],
        dispatch: Dispatch | None = None,
    ) -> None:
        self.commands = ExecutionCommands(
            log=journal,
            history=journal,
            queues=journal,
            executions=executions,
            planner=planner,
            workflows=LibraryWorkflows(library, catalogue),
            dispatch=dispatch or LeftToOthers(executions),
            items=items,
            payloads=payloads,
            now=now,
            new_id=new_id,
        )
        self.reader = ExecutionReader(journal, journal, items, payloads)
        self.forgetting = Forgetting(log=journal, history=journal, payloads=payloads, policy=policy, now=now)
