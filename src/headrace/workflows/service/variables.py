"""Use cases of variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from headrace.kernel.ids import TenantId, new_id
from headrace.workflows.domain.variables import check_variable, values_for
from headrace.workflows.ports import VariableStore
from headrace.workflows.public import Variable


class Variables:
    """What expressions read as `$vars`."""

    def __init__(self, store: VariableStore) -> None:
        self._store = store

    async def create(self, tenant: TenantId, key: str, value: str, *, project: str | None = None) -> Variable:
        """Make a variable of a project, or (None) of all projects.

        Raises:
            BadVariable
            VariableExists: there is one of this key.
            WorkflowLimit: there are as many as there may be.
        """
        check_variable(key, value)
        variable = Variable(id=new_id(), tenant=tenant, project=project, key=key, value=value)
        await self._store.add(variable)
        return variable

    async def change(
        self, tenant: TenantId, variable_id: str, *, key: str | None = None, value: str | None = None
    ) -> Variable:
        """Give a variable another key or value; None leaves it.

        Raises:
            VariableNotFound, BadVariable
            VariableExists: another has this key.
        """
        known = await self._store.get(tenant, variable_id)
        changed = replace(known, key=known.key if key is None else key, value=known.value if value is None else value)
        check_variable(changed.key, changed.value)
        await self._store.replace(changed)
        return changed

    async def get(self, tenant: TenantId, variable_id: str) -> Variable:
        """Raises: VariableNotFound"""
        return await self._store.get(tenant, variable_id)

    async def list(self, tenant: TenantId) -> Sequence[Variable]:
        """Return all variables of the tenant, those of every project too; by key."""
        return await self._store.list(tenant)

    async def list_for(self, tenant: TenantId, project: str) -> Sequence[Variable]:
        """Return the variables that a project's workflows may see; by key."""
        return await self._store.list_for(tenant, project)

    async def values(self, tenant: TenantId, project: str) -> Mapping[str, str]:
        """Return `$vars` of a project's workflows: its own variables, and those of all projects that it has not."""
        return values_for(project, await self._store.list_for(tenant, project))

    async def delete(self, tenant: TenantId, variable_id: str) -> None:
        """Raises: VariableNotFound"""
        await self._store.remove(tenant, variable_id)
