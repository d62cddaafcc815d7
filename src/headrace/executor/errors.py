"""Every error that callers of the executor may catch."""

from __future__ import annotations

from headrace.kernel.errors import Invalid, LimitExceeded


class NotLoaded(Exception):
    """Data was asked for that lies in the payload store; the caller loads it and asks again."""

    def __init__(self, node: str, run: int, output: int) -> None:
        super().__init__(f"output {output} of run {run} of {node!r} is not in memory")
        self.place = (node, run, output)


class UnknownNodeType(Invalid):
    """The workflow has a node that this server cannot run."""

    code = "unknown_node_type"


class TooDeep(LimitExceeded):
    """Sub-workflows call each other without end."""

    code = "sub_workflow_depth"

    def __init__(self, limit: int) -> None:
        super().__init__(f"sub-workflows are nested deeper than the limit of {limit}")
        self.limit = limit
