"""Folders in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from headrace.kernel.ids import TenantId
from headrace.workflows.adapters.memory.held import Held
from headrace.workflows.domain.folders import check_moved_folder, check_new_folder
from headrace.workflows.domain.names import name_key
from headrace.workflows.errors import FolderNotFound
from headrace.workflows.public import Folder, WorkflowRecord


class MemoryFolders:
    """A `FolderStore` that forgets."""

    def __init__(self, held: Held) -> None:
        self._held = held

    async def add(self, folder: Folder) -> None:
        check_new_folder(self._parents(folder.tenant, folder.project), folder.parent)
        self._held.folders[folder.tenant, folder.id] = folder

    async def get(self, tenant: TenantId, folder_id: str) -> Folder:
        try:
            return self._held.folders[tenant, folder_id]
        except KeyError as missing:
            raise FolderNotFound(folder_id) from missing

    async def list(self, tenant: TenantId, project: str) -> Sequence[Folder]:
        return sorted(self._of(tenant, project), key=lambda folder: (name_key(folder.name), folder.id))

    async def rename(self, tenant: TenantId, folder_id: str, name: str, *, at: datetime) -> Folder:
        return self._put(replace(await self.get(tenant, folder_id), name=name, updated_at=at))

    async def move(self, tenant: TenantId, folder_id: str, parent: str | None, *, at: datetime) -> Folder:
        folder = await self.get(tenant, folder_id)
        check_moved_folder(self._parents(tenant, folder.project), folder_id, parent)
        return self._put(replace(folder, parent=parent, updated_at=at))

    async def remove(self, tenant: TenantId, folder_id: str, *, at: datetime) -> None:
        removed = await self.get(tenant, folder_id)
        del self._held.folders[tenant, folder_id]
        for folder in self._of(tenant, removed.project):
            if folder.parent == folder_id:
                self._put(replace(folder, parent=removed.parent, updated_at=at))

        def filed(record: WorkflowRecord) -> WorkflowRecord:
            return replace(record, folder=removed.parent) if record.folder == folder_id else record

        self._held.refile(tenant, at, filed)

    def _put(self, folder: Folder) -> Folder:
        self._held.folders[folder.tenant, folder.id] = folder
        return folder

    def _of(self, tenant: TenantId, project: str) -> Sequence[Folder]:
        return [one for (owner, _), one in self._held.folders.items() if owner == tenant and one.project == project]

    def _parents(self, tenant: TenantId, project: str) -> dict[str, str | None]:
        return {folder.id: folder.parent for folder in self._of(tenant, project)}
