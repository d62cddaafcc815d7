"""What the parts of a memory library share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from headrace.kernel.ids import TenantId
from headrace.workflows.public import Folder, OutboxEntry, Tag, Variable, Version, WorkflowEvent, WorkflowRecord


@dataclass(slots=True)
class Held:
    """Everything, by tenant and id. No method of its users waits in between, so each is a transaction."""

    workflows: dict[tuple[TenantId, str], WorkflowRecord] = field(default_factory=dict)
    versions: dict[tuple[TenantId, str], list[Version]] = field(default_factory=dict)
    folders: dict[tuple[TenantId, str], Folder] = field(default_factory=dict)
    tags: dict[tuple[TenantId, str], Tag] = field(default_factory=dict)
    variables: dict[tuple[TenantId, str], Variable] = field(default_factory=dict)
    outbox: dict[int, OutboxEntry] = field(default_factory=dict)
    last_position: int = 0

    def tell(self, events: Iterable[WorkflowEvent]) -> None:
        for event in events:
            self.last_position += 1
            self.outbox[self.last_position] = OutboxEntry(self.last_position, event)

    def refile(self, tenant: TenantId, at: datetime, filed: Callable[[WorkflowRecord], WorkflowRecord]) -> None:
        """Replace the tenant's workflows that *filed* returns another of."""
        for key, record in self.workflows.items():
            if key[0] == tenant and (changed := filed(record)) is not record:
                self.workflows[key] = replace(changed, changes=record.changes + 1, updated_at=at)
