"""Where workflows are kept, who wants to hear of them, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from headrace.kernel.ids import TenantId
from headrace.workflows.domain.lifecycle import Change
from headrace.workflows.domain.listing import Cursor
from headrace.workflows.public import (
    Folder,
    OutboxEntry,
    PublishedWorkflow,
    Tag,
    Variable,
    Version,
    VersionSummary,
    Workflow,
    WorkflowEvent,
    WorkflowQuery,
    WorkflowRecord,
    WorkflowSummary,
)


class WorkflowRecords(Protocol):
    """Workflows with their drafts and versions; what happened to them goes to the outbox in the same transaction."""

    async def write(self, changes: Sequence[Change]) -> None:
        """Write changes of different workflows, all or none, with their versions and events; durable on return.

        Raises:
            WorkflowExists: a new one has the id of another of its tenant.
            WorkflowNotFound: one is gone.
            WorkflowChanged: one has changed since the decision was made.
            FolderNotFound: one is to be in a folder that its project does not have.
            TagNotFound: one is to have a tag that its tenant does not have.
        """
        ...

    async def remove(self, tenant: TenantId, workflow_id: str, *, after: int, events: Sequence[WorkflowEvent]) -> None:
        """Remove a workflow with all its versions.

        Args:
            after: The record's `changes` that the decision was made on.

        Raises:
            WorkflowNotFound, WorkflowChanged: as `write`.
        """
        ...

    async def get(self, tenant: TenantId, workflow_id: str) -> WorkflowRecord:
        """Raises: WorkflowNotFound: there is no such workflow for this tenant."""
        ...

    async def find(
        self, tenant: TenantId, query: WorkflowQuery, *, after: Cursor | None, limit: int
    ) -> Sequence[WorkflowSummary]:
        """Return the first workflows of a list, in its order, or the first after the cursor's row."""
        ...

    async def version(self, tenant: TenantId, workflow_id: str, number: int) -> Version:
        """Raises: VersionNotFound: this tenant has no such workflow, or that no such version."""
        ...

    async def versions(
        self, tenant: TenantId, workflow_id: str, *, before: int | None, limit: int
    ) -> Sequence[VersionSummary]:
        """Return versions, the newest first; those before version *before* if one is named."""
        ...

    async def published(self, tenant: TenantId, workflow_id: str) -> Version:
        """Return the version that runs in production.

        Raises:
            WorkflowNotFound: there is no such workflow for this tenant.
            WorkflowNotPublished: no version of it is published.
        """
        ...

    async def all_published(self) -> Sequence[PublishedWorkflow]:
        """Return all published workflows of all tenants."""
        ...


class FolderStore(Protocol):
    """Folders: a tree for each project. Every write checks the tree as it is at that moment."""

    async def add(self, folder: Folder) -> None:
        """Raises:
        FolderNotFound: the project has no such parent.
        WorkflowLimit: it would lie too deep, or be one too many.
        """
        ...

    async def get(self, tenant: TenantId, folder_id: str) -> Folder:
        """Raises: FolderNotFound: there is no such folder for this tenant."""
        ...

    async def list(self, tenant: TenantId, project: str) -> Sequence[Folder]:
        """Return all folders of a project, by name."""
        ...

    async def rename(self, tenant: TenantId, folder_id: str, name: str, *, at: datetime) -> Folder:
        """Raises: FolderNotFound: there is no such folder for this tenant."""
        ...

    async def move(self, tenant: TenantId, folder_id: str, parent: str | None, *, at: datetime) -> Folder:
        """Raises:
        FolderNotFound: there is no such folder, or its project has no such parent.
        FolderCycle: the parent lies in the folder.
        WorkflowLimit: something would lie too deep.
        """
        ...

    async def remove(self, tenant: TenantId, folder_id: str, *, at: datetime) -> None:
        """Remove a folder; what is in it comes to lie where the folder lay.

        Raises:
            FolderNotFound: there is no such folder for this tenant.
        """
        ...


class TagStore(Protocol):
    """Tags: one for each name, however it is capitalised."""

    async def add(self, tag: Tag) -> None:
        """Raises:
        TagExists: there is one of this name.
        WorkflowLimit: the tenant has as many as it may.
        """
        ...

    async def get(self, tenant: TenantId, tag_id: str) -> Tag:
        """Raises: TagNotFound: there is no such tag for this tenant."""
        ...

    async def list(self, tenant: TenantId) -> Sequence[Tag]:
        """Return all tags of the tenant, by name."""
        ...

    async def rename(self, tenant: TenantId, tag_id: str, name: str, *, at: datetime) -> Tag:
        """Raises:
        TagNotFound: there is no such tag for this tenant.
        TagExists: another has this name.
        """
        ...

    async def remove(self, tenant: TenantId, tag_id: str, *, at: datetime) -> None:
        """Remove a tag, from all workflows that have it too.

        Raises:
            TagNotFound: there is no such tag for this tenant.
        """
        ...


class VariableStore(Protocol):
    """Variables: one for each key of a project, or of all projects."""

    async def add(self, variable: Variable) -> None:
        """Raises:
        VariableExists: there is one of this key.
        WorkflowLimit: there are as many as there may be.
        """
        ...

    async def replace(self, variable: Variable) -> None:
        """Raises:
        VariableNotFound: there is none of this id.
        VariableExists: another has this key.
        """
        ...

    async def get(self, tenant: TenantId, variable_id: str) -> Variable:
        """Raises: VariableNotFound: there is no such variable for this tenant."""
        ...

    async def list(self, tenant: TenantId) -> Sequence[Variable]:
        """Return all variables of the tenant, by key; of two of one key, that of all projects first."""
        ...

    async def list_for(self, tenant: TenantId, project: str) -> Sequence[Variable]:
        """Return the variables that a project's workflows may see: its own and those of all projects; ordered alike."""
        ...

    async def remove(self, tenant: TenantId, variable_id: str) -> None:
        """Raises: VariableNotFound: there is no such variable for this tenant."""
        ...


class Outbox(Protocol):
    """Events of all tenants that are still to be handed on."""

    async def pending(self, limit: int, *, after: int = 0) -> Sequence[OutboxEntry]:
        """Return the oldest events, or the oldest after a position."""
        ...

    async def mark_sent(self, positions: Sequence[int]) -> None:
        """Forget events that were handed on; those that are forgotten already are no error."""
        ...


class Publisher(Protocol):
    """Who is told what happens to workflows."""

    async def publish(self, entry: OutboxEntry) -> None:
        """Take an event. It may come again, and then has the same position.

        Whatever is raised means that it could not be taken: it and later ones of its workflow come again.
        """
        ...


class PublishCheck(Protocol):
    """What others have against publishing a workflow: a path that is taken, a schedule that never fires."""

    async def problems(self, tenant: TenantId, workflow: Workflow) -> Sequence[str]:
        """Return every reason, a sentence each."""
        ...


class Downloads(Protocol):
    """Files from the web."""

    async def get(self, tenant: TenantId, url: str) -> bytes:
        """Return what is at *url*, an address by HTTP, as far as the tenant's workflows may reach it.

        Raises:
            NotDownloaded: nothing can be read there; the message says why.
        """
        ...
