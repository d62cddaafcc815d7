"""Variables in memory."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.kernel.ids import TenantId
from headrace.workflows.adapters.memory.held import Held
from headrace.workflows.domain.variables import check_count
from headrace.workflows.errors import VariableExists, VariableNotFound
from headrace.workflows.public import Variable


class MemoryVariables:
    """A `VariableStore` that forgets."""

    def __init__(self, held: Held) -> None:
        self._held = held

    async def add(self, variable: Variable) -> None:
        check_count(len([one for one in self._of(variable.tenant) if one.project == variable.project]))
        self._check_key(variable)
        self._held.variables[variable.tenant, variable.id] = variable

    async def replace(self, variable: Variable) -> None:
        await self.get(variable.tenant, variable.id)
        self._check_key(variable)
        self._held.variables[variable.tenant, variable.id] = variable

    async def get(self, tenant: TenantId, variable_id: str) -> Variable:
        try:
            return self._held.variables[tenant, variable_id]
        except KeyError as missing:
            raise VariableNotFound(variable_id) from missing

    async def list(self, tenant: TenantId) -> Sequence[Variable]:
        return sorted(self._of(tenant), key=lambda one: (one.key, one.project or ""))

    async def list_for(self, tenant: TenantId, project: str) -> Sequence[Variable]:
        return [variable for variable in await self.list(tenant) if variable.project in (None, project)]

    async def remove(self, tenant: TenantId, variable_id: str) -> None:
        await self.get(tenant, variable_id)
        del self._held.variables[tenant, variable_id]

    def _of(self, tenant: TenantId) -> Sequence[Variable]:
        return [variable for (owner, _), variable in self._held.variables.items() if owner == tenant]

    def _check_key(self, variable: Variable) -> None:
        for other in self._of(variable.tenant):
            if other.id != variable.id and (other.project, other.key) == (variable.project, variable.key):
                raise VariableExists(variable.key)
