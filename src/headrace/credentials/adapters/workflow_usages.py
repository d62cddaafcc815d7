"""Which workflows name a credential, from the workflows themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from headrace.credentials.errors import CredentialNotFound
from headrace.credentials.ports import CredentialStore
from headrace.credentials.public import Credential, Usage
from headrace.kernel.ids import TenantId
from headrace.workflows.errors import VersionNotFound, WorkflowNotFound
from headrace.workflows.public import (
    Version,
    Workflow,
    WorkflowPage,
    WorkflowQuery,
    WorkflowRecord,
    WorkflowSummary,
)

_PAGE = 100


class Workflows(Protocol):
    """The Workflow Service."""

    async def list(
        self, tenant: TenantId, query: WorkflowQuery, *, cursor: str | None = None, limit: int = 100
    ) -> WorkflowPage: ...

    async def get(self, tenant: TenantId, workflow_id: str) -> WorkflowRecord: ...

    async def version(self, tenant: TenantId, workflow_id: str, number: int) -> Version: ...


class WorkflowUsages:
    """`Usages` that look through the tenant's workflows: what is drawn now, and what runs in production."""

    def __init__(self, workflows: Workflows, store: CredentialStore) -> None:
        self._workflows = workflows
        self._store = store

    async def of(self, tenant: TenantId, credential: Credential) -> Sequence[Usage]:
        found = []
        async for summary in self._all(tenant):
            nodes = {
                node.name: None
                for drawn in await self._drawn(tenant, summary)
                for node in drawn.nodes.values()
                if await self._names(tenant, credential, node.credentials.get(credential.type))
            }
            if nodes:
                found.append(
                    Usage(
                        workflow_id=summary.id,
                        workflow_name=summary.name,
                        project=summary.project,
                        nodes=list(nodes),
                    )
                )
        return found

    async def _all(self, tenant: TenantId) -> AsyncIterator[WorkflowSummary]:
        cursor = None
        while True:
            page = await self._workflows.list(tenant, WorkflowQuery(archived=None), cursor=cursor, limit=_PAGE)
            for summary in page.workflows:
                yield summary
            if page.next_cursor is None:
                return
            cursor = page.next_cursor

    async def _drawn(self, tenant: TenantId, summary: WorkflowSummary) -> Sequence[Workflow]:
        try:
            drawn = [(await self._workflows.get(tenant, summary.id)).draft]
            if summary.published is not None:
                drawn.append((await self._workflows.version(tenant, summary.id, summary.published)).workflow)
        except (WorkflowNotFound, VersionNotFound):
            return []  # deleted meanwhile
        return drawn

    async def _names(self, tenant: TenantId, credential: Credential, reference: Any) -> bool:
        if not isinstance(reference, Mapping):
            return False
        id_ = reference.get("id")
        if id_ == credential.id:
            return True
        # A name counts where there is nothing under the id, as when a workflow came from elsewhere.
        return reference.get("name") == credential.name and not await self._is_there(tenant, id_)

    async def _is_there(self, tenant: TenantId, id_: Any) -> bool:
        if not isinstance(id_, str):
            return False
        try:
            await self._store.get(tenant, id_)
        except CredentialNotFound:
            return False
        return True
