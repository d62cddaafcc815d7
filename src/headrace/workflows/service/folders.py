"""Use cases of folders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from headrace.kernel.ids import TenantId, new_id
from headrace.workflows.domain.names import checked_name
from headrace.workflows.ports import FolderStore
from headrace.workflows.public import Folder


class Folders:
    """Folders of all projects. `Workflows.move` puts workflows into them."""

    def __init__(self, store: FolderStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def create(self, tenant: TenantId, name: str, *, project: str, parent: str | None = None) -> Folder:
        """Make a folder in another, or at the top level.

        Raises:
            BadName
            FolderNotFound: the project has no such parent.
            WorkflowLimit: it would lie too deep, or be one too many.
        """
        at = self._at()
        folder = Folder(
            id=new_id(),
            tenant=tenant,
            project=project,
            parent=parent,
            name=checked_name("folder", name),
            created_at=at,
            updated_at=at,
        )
        await self._store.add(folder)
        return folder

    async def get(self, tenant: TenantId, folder_id: str) -> Folder:
        """Raises: FolderNotFound"""
        return await self._store.get(tenant, folder_id)

    async def list(self, tenant: TenantId, project: str) -> Sequence[Folder]:
        """Return all folders of a project, by name."""
        return await self._store.list(tenant, project)

    async def rename(self, tenant: TenantId, folder_id: str, name: str) -> Folder:
        """Raises: FolderNotFound, BadName"""
        return await self._store.rename(tenant, folder_id, checked_name("folder", name), at=self._at())

    async def move(self, tenant: TenantId, folder_id: str, parent: str | None) -> Folder:
        """Put a folder, with all that is in it, into another of its project.

        Raises:
            FolderNotFound: there is no such folder, or its project has no such parent.
            FolderCycle: the parent lies in the folder.
            WorkflowLimit: something would lie too deep.
        """
        return await self._store.move(tenant, folder_id, parent, at=self._at())

    async def delete(self, tenant: TenantId, folder_id: str) -> None:
        """Remove a folder; what is in it comes to lie where the folder lay.

        Raises:
            FolderNotFound
        """
        await self._store.remove(tenant, folder_id, at=self._at())

    def _at(self) -> datetime:
        return self._now().astimezone(UTC)
