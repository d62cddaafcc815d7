"""Workflows as JSON files: `root/tenant/<hash of id>.json`, each as it was read."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from headrace.infra.files import write_durably
from headrace.kernel.ids import TenantId
from headrace.workflows.errors import WorkflowNotFound
from headrace.workflows.public import Workflow


class FileWorkflows:
    """A `WorkflowStore` in a directory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def get(self, tenant: TenantId, workflow_id: str) -> Workflow:
        try:
            text = await asyncio.to_thread(self._path(tenant, workflow_id).read_bytes)
        except FileNotFoundError as missing:
            raise WorkflowNotFound(workflow_id) from missing
        return Workflow.from_json(text)

    async def save(self, tenant: TenantId, workflow: Workflow) -> None:
        await asyncio.to_thread(write_durably, self._path(tenant, workflow.id), workflow.to_json(indent=2))

    async def list(self, tenant: TenantId) -> Sequence[Workflow]:
        def read() -> list[Workflow]:
            folder = self._path(tenant, "").parent
            return [Workflow.from_json(path.read_bytes()) for path in sorted(folder.glob("*.json"))]

        return sorted(await asyncio.to_thread(read), key=lambda workflow: workflow.name)

    async def stamp(self) -> object:
        """Return what is another after any workflow of any tenant was saved."""
        return await asyncio.to_thread(
            lambda: sorted((str(path), path.stat().st_mtime_ns) for path in self._root.glob("*/*.json"))
        )

    def _path(self, tenant: TenantId, workflow_id: str) -> Path:
        # Ids come from outside: a hash of one is a file name, whatever the id holds.
        owner = re.sub(r"[^0-9A-Za-z_-]", "_", tenant)
        return self._root / owner / f"{hashlib.sha256(workflow_id.encode()).hexdigest()[:40]}.json"
