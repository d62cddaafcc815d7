"""How many tags there may be."""

from __future__ import annotations

from headrace.workflows.errors import WorkflowLimit

MAX_TAGS = 1_000
"""Of one tenant."""

MAX_TAGS_ON_WORKFLOW = 50


def check_count(tags: int) -> None:
    """Raises: WorkflowLimit: a tenant that has *tags* of them may have no more."""
    if tags >= MAX_TAGS:
        raise WorkflowLimit(f"there are {MAX_TAGS} tags at most; delete one that is not used")
