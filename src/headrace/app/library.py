"""The Workflow Service in one process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from headrace.workflows.adapters.sqlite import SqliteLibrary
from headrace.workflows.ports import PublishCheck
from headrace.workflows.service.folders import Folders
from headrace.workflows.service.running import CalledWorkflows, WorkflowsToRun
from headrace.workflows.service.tags import Tags
from headrace.workflows.service.transfers import Transfers
from headrace.workflows.service.variables import Variables
from headrace.workflows.service.workflows import Workflows
from headrace.workflows.validation import NodeTypes

LOCAL = "local"
"""Who does what is done from the command line, beside the data."""


class Library:
    """Every use case of workflows over one file; make it, use it, `close` it."""

    def __init__(self, path: Path, nodes: NodeTypes, now: Callable[[], datetime]) -> None:
        self._kept = SqliteLibrary(path)
        self.records = self._kept.records
        self.outbox = self._kept.outbox
        self.checks: list[PublishCheck] = []
        """Who is asked before a workflow is published; triggers add themselves."""

        self.workflows = Workflows(self.records, nodes, now, checks=self.checks)
        self.folders = Folders(self._kept.folders, now)
        self.tags = Tags(self._kept.tags, now)
        self.variables = Variables(self._kept.variables)
        self.transfers = Transfers(self.records, self.tags, now)
        self.to_run = WorkflowsToRun(self.records)
        self.called = CalledWorkflows(self.to_run)

    async def close(self) -> None:
        await self._kept.close()
