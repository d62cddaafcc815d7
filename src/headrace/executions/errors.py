"""Every error that callers of executions may catch."""

from __future__ import annotations

from headrace.kernel.errors import Conflict, Invalid, LimitExceeded, NotFound
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


class NotEnded(Conflict):
    """The execution runs or waits; only what has ended can be removed."""

    code = "execution_not_ended"

    def __init__(self, execution_id: str) -> None:
        super().__init__(f"execution {execution_id} has not ended; cancel it first")
        self.execution_id = execution_id


class Duplicate(Conflict):
    """The workflow wants one run for this key, and there was one not long ago. Nothing was started."""

    code = "execution_duplicate"

    def __init__(self, first: ExecutionId) -> None:
        super().__init__(f"execution {first} was started for the same key; the workflow takes each key once")
        self.first = first


class NotRetryable(Conflict):
    """The execution cannot be gone on from in that way; the message says which way is left."""

    code = "execution_not_retryable"


class NodeDataNotFound(NotFound):
    """The node had no such run or output in this execution."""

    code = "execution_node_data_not_found"

    def __init__(self, execution_id: str, node: str, run: int, output: int) -> None:
        super().__init__(f'execution {execution_id} has no output {output} of run {run} of a node "{node}"')


class ItemFileNotFound(NotFound):
    """The item is not there, or has no such file."""

    code = "execution_item_file_not_found"

    def __init__(self, execution_id: str, node: str, item: int, field: str) -> None:
        super().__init__(f'execution {execution_id} has no file "{field}" in item {item} of "{node}"')


class DataTooLarge(Invalid):
    """All items of an execution at once are more than one answer holds."""

    code = "execution_data_too_large"

    def __init__(self, execution_id: str, *, limit_bytes: int) -> None:
        super().__init__(
            f"the items of execution {execution_id} are more than {limit_bytes} bytes; ask for them node by node"
        )


class BadCursor(Invalid):
    """The cursor is none that a page of executions came with."""

    code = "execution_bad_cursor"

    def __init__(self) -> None:
        super().__init__("the cursor is none that a page of executions came with; begin again without one")


class TooManyStreams(LimitExceeded):
    """As many as the server allows follow executions already."""

    code = "too_many_streams"

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} streams are open, which is the limit; close some, or try again later")


class BadLastEventId(Invalid):
    """What the client says it saw last is no sequence number."""

    code = "bad_last_event_id"

    def __init__(self) -> None:
        super().__init__("Last-Event-ID is no sequence number; leave it away to begin anew")
