"""Tags in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from headrace.kernel.ids import TenantId
from headrace.workflows.adapters.memory.held import Held
from headrace.workflows.domain.names import name_key
from headrace.workflows.domain.tags import check_count
from headrace.workflows.errors import TagExists, TagNotFound
from headrace.workflows.public import Tag, WorkflowRecord


class MemoryTags:
    """A `TagStore` that forgets."""

    def __init__(self, held: Held) -> None:
        self._held = held

    async def add(self, tag: Tag) -> None:
        check_count(len(self._of(tag.tenant)))
        self._check_name(tag)
        self._held.tags[tag.tenant, tag.id] = tag

    async def get(self, tenant: TenantId, tag_id: str) -> Tag:
        try:
            return self._held.tags[tenant, tag_id]
        except KeyError as missing:
            raise TagNotFound(tag_id) from missing

    async def list(self, tenant: TenantId) -> Sequence[Tag]:
        return sorted(self._of(tenant), key=lambda tag: name_key(tag.name))

    async def rename(self, tenant: TenantId, tag_id: str, name: str, *, at: datetime) -> Tag:
        tag = replace(await self.get(tenant, tag_id), name=name, updated_at=at)
        self._check_name(tag)
        self._held.tags[tenant, tag_id] = tag
        return tag

    async def remove(self, tenant: TenantId, tag_id: str, *, at: datetime) -> None:
        await self.get(tenant, tag_id)
        del self._held.tags[tenant, tag_id]

        def filed(record: WorkflowRecord) -> WorkflowRecord:
            if tag_id not in record.tags:
                return record
            return replace(record, tags=tuple(tag for tag in record.tags if tag != tag_id))

        self._held.refile(tenant, at, filed)

    def _of(self, tenant: TenantId) -> Sequence[Tag]:
        return [tag for (owner, _), tag in self._held.tags.items() if owner == tenant]

    def _check_name(self, tag: Tag) -> None:
        for other in self._of(tag.tenant):
            if other.id != tag.id and name_key(other.name) == name_key(tag.name):
                raise TagExists(other.name)
