"""Every error that callers of workflows may catch."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.kernel.errors import Invalid, NotFound


class WorkflowNotFound(NotFound):
    """There is no such workflow for this tenant."""

    code = "workflow_not_found"

    def __init__(self, workflow_id: str) -> None:
        super().__init__(f'there is no workflow "{workflow_id}"')
        self.workflow_id = workflow_id


class WorkflowInvalid(Invalid):
    """The text is no workflow, or one that cannot be run; every problem found is named.

    Args:
        problems: One sentence each, at least one.
    """

    code = "workflow_invalid"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)
