"""Every error that callers of executions may catch."""

from __future__ import annotations

from headrace.kernel.errors import Conflict, Invalid, NotFound
from headrace.kernel.ids import ExecutionId


class ExecutionNotFound(NotFound):
    """There is no such execution for this tenant."""

    code = "execution_not_found"

    def __init__(self, execution_id: str) -> None:
        super().__init__(f"there is no execution {execution_id}")
        self.execution_id = execution_id


class VersionConflict(Conflict):
    """Another writer appended to the execution first. Nothing was written."""

    code = "execution_version_conflict"

    def __init__(self, execution_id: ExecutionId, *, expected: int, actual: int) -> None:
        super().__init__(f"execution {execution_id} is at version {actual}, not at {expected}")
        self.execution_id = execution_id
        self.expected = expected
        self.actual = actual


class LeaseLost(Conflict):
    """Another executor holds the execution now. Nothing was written."""

    code = "execution_lease_lost"

    def __init__(self, execution_id: ExecutionId, *, epoch: int) -> None:
        super().__init__(f"the lease of epoch {epoch} on execution {execution_id} is no longer the current one")
        self.execution_id = execution_id
        self.epoch = epoch


class LeaseHeld(Conflict):
    """Another executor holds an unexpired lease on the execution."""

    code = "execution_lease_held"

    def __init__(self, execution_id: ExecutionId, *, holder: str) -> None:
        super().__init__(f"execution {execution_id} is being run by {holder}")
        self.execution_id = execution_id
        self.holder = holder


class NotRunnable(Invalid):
    """The execution cannot go on: it has ended, or the request cannot be run at all."""

    code = "execution_not_runnable"


class BrokenHistory(Invalid):
    """An event does not fit what came before it; the journal and this program disagree."""

    code = "execution_history_broken"
