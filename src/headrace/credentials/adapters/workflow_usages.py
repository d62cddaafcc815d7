"""Which workflows name a credential, from the workflows themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from headrace.credentials.errors import CredentialNotFound
from headrace.credentials.ports import CredentialStore
from headrace.credentials.public import Credential, Usage
from headrace.kernel.ids import TenantId
from headrace.workflows.public import Workflow


class Workflows(Protocol):
    async def list(self, tenant: TenantId) -> Sequence[Workflow]: ...


class WorkflowUsages:
    """`Usages` that look through the tenant's workflows."""

    def __init__(self, workflows: Workflows, store: CredentialStore) -> None:
        self._workflows = workflows
        self._store = store

    async def of(self, tenant: TenantId, credential: Credential) -> Sequence[Usage]:
        found = []
        for workflow in await self._workflows.list(tenant):
            nodes = [
                node.name
                for node in workflow.nodes.values()
                if await self._names(tenant, credential, node.credentials.get(credential.type))
            ]
            if nodes:
                found.append(Usage(workflow_id=workflow.id or "", workflow_name=workflow.name or "", nodes=nodes))
        return found

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
