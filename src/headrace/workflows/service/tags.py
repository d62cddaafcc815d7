"""Use cases of tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from headrace.kernel.ids import TenantId, new_id
from headrace.workflows.domain.names import checked_name, name_key
from headrace.workflows.domain.tags import check_count
from headrace.workflows.errors import TagExists
from headrace.workflows.ports import TagStore
from headrace.workflows.public import Tag


class Tags:
    """Tags of all tenants. `Workflows.set_tags` marks workflows with them."""

    def __init__(self, store: TagStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def create(self, tenant: TenantId, name: str) -> Tag:
        """Raises:
        BadName
        TagExists: there is one of this name, however it is capitalised.
        WorkflowLimit: the tenant has as many as it may.
        """
        at = self._at()
        tag = Tag(id=new_id(), tenant=tenant, name=checked_name("tag", name), created_at=at, updated_at=at)
        await self._store.add(tag)
        return tag

    async def named(self, tenant: TenantId, names: Iterable[str]) -> Mapping[str, Tag]:
        """Return the tags of these names by `name_key`; those that there are not are made.

        Raises:
            BadName
            WorkflowLimit: they would be too many; none was made.
        """
        wanted: dict[str, str] = {}
        for name in names:
            wanted.setdefault(name_key(name), name)
        known = {name_key(tag.name): tag for tag in await self._store.list(tenant)}
        missing = [key for key in wanted if key not in known]
        if missing:
            check_count(len(known) + len(missing) - 1)
        for key in missing:
            try:
                known[key] = await self.create(tenant, wanted[key])
            except TagExists:  # somebody else has just made it
                known |= {name_key(tag.name): tag for tag in await self._store.list(tenant)}
        return {key: known[key] for key in wanted}

    async def get(self, tenant: TenantId, tag_id: str) -> Tag:
        """Raises: TagNotFound"""
        return await self._store.get(tenant, tag_id)

    async def list(self, tenant: TenantId) -> Sequence[Tag]:
        """Return all tags of the tenant, by name."""
        return await self._store.list(tenant)

    async def rename(self, tenant: TenantId, tag_id: str, name: str) -> Tag:
        """Raises: TagNotFound, TagExists, BadName"""
        return await self._store.rename(tenant, tag_id, checked_name("tag", name), at=self._at())

    async def delete(self, tenant: TenantId, tag_id: str) -> None:
        """Remove a tag, from all workflows that have it too.

        Raises:
            TagNotFound
        """
        await self._store.remove(tenant, tag_id, at=self._at())

    def _at(self) -> datetime:
        return self._now().astimezone(UTC)
