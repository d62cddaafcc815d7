"""Workflows in memory."""

from __future__ import annotations

from headrace.workflows.adapters.memory.folders import MemoryFolders
from headrace.workflows.adapters.memory.held import Held
from headrace.workflows.adapters.memory.outbox import MemoryOutbox
from headrace.workflows.adapters.memory.records import MemoryRecords
from headrace.workflows.adapters.memory.tags import MemoryTags
from headrace.workflows.adapters.memory.variables import MemoryVariables


class MemoryLibrary:
    """Every port of the Workflow Service, over one memory that they share."""

    def __init__(self) -> None:
        held = Held()
        self.records = MemoryRecords(held)
        self.folders = MemoryFolders(held)
        self.tags = MemoryTags(held)
        self.variables = MemoryVariables(held)
        self.outbox = MemoryOutbox(held)

    async def close(self) -> None:
        """Nothing is open."""
