"""Every error that callers of workflows may catch."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.kernel.errors import Conflict, Invalid, LimitExceeded, NotFound

_MAX_PROBLEMS = 100
_MAX_PROBLEM_CHARACTERS = 500


class WorkflowNotFound(NotFound):
    """There is no such workflow for this tenant."""

    code = "workflow_not_found"

    def __init__(self, workflow_id: str) -> None:
        super().__init__(f'there is no workflow "{workflow_id}"')
        self.workflow_id = workflow_id


class WorkflowNotPublished(NotFound):
    """The workflow has a draft, but no version that runs in production."""

    code = "workflow_not_published"

    def __init__(self, workflow_id: str) -> None:
        super().__init__(f'the workflow "{workflow_id}" is not published; publish it first')
        self.workflow_id = workflow_id


class VersionNotFound(NotFound):
    """The workflow has no version of this number."""

    code = "workflow_version_not_found"

    def __init__(self, workflow_id: str, number: int) -> None:
        super().__init__(f'the workflow "{workflow_id}" has no version {number}')
        self.workflow_id = workflow_id
        self.number = number


class FolderNotFound(NotFound):
    """There is no such folder for this tenant, or not in this project."""

    code = "workflow_folder_not_found"

    def __init__(self, folder_id: str) -> None:
        super().__init__(f'there is no folder "{folder_id}" in this project')
        self.folder_id = folder_id


class TagNotFound(NotFound):
    """There is no such tag for this tenant."""

    code = "workflow_tag_not_found"

    def __init__(self, tag_id: str) -> None:
        super().__init__(f'there is no tag "{tag_id}"')
        self.tag_id = tag_id


class VariableNotFound(NotFound):
    """There is no such variable for this tenant."""

    code = "variable_not_found"

    def __init__(self, variable_id: str) -> None:
        super().__init__(f'there is no variable "{variable_id}"')
        self.variable_id = variable_id


class _Problems(Invalid):
    def __init__(self, problems: Sequence[str]) -> None:
        # What is refused may be large and full of problems; saying so need not be.
        named = [_shortened(problem) for problem in problems[:_MAX_PROBLEMS]]
        if len(problems) > _MAX_PROBLEMS:
            named.append(f"and {len(problems) - _MAX_PROBLEMS} more")
        super().__init__("; ".join(named))
        self.problems = tuple(named)


class WorkflowInvalid(_Problems):
    """The text is no workflow, or one that cannot be run; every problem found is named.

    Args:
        problems: One sentence each, at least one. Very many, and very long ones, are cut short.
    """

    code = "workflow_invalid"


class NotDownloaded(Invalid):
    """There is no file to be had at the address."""

    code = "workflow_not_downloaded"


class WorkflowNotPublishable(_Problems):
    """The workflow cannot run in production as it is; every reason is named."""

    code = "workflow_not_publishable"


class ProjectNeeded(Invalid):
    """A list of all projects was asked for by somebody who may see some of them."""

    code = "project_needed"

    def __init__(self, projects: Sequence[str]) -> None:
        named = ", ".join(projects) if projects else "none"
        super().__init__(f"say which project's workflows with projectId; you may see those of: {named}")


class ArchivedWorkflow(Invalid):
    """The workflow was put aside; it can be looked at and copied only."""

    code = "workflow_archived"

    def __init__(self, workflow_id: str) -> None:
        super().__init__(f'the workflow "{workflow_id}" is archived; take it out of the archive first')
        self.workflow_id = workflow_id


class DraftConflict(Conflict):
    """Somebody else saved the draft first. Nothing was written."""

    code = "workflow_draft_conflict"

    def __init__(self, workflow_id: str, *, expected: int, actual: int) -> None:
        super().__init__(
            f'the draft of workflow "{workflow_id}" is at revision {actual}, not at {expected};'
            " read it again and repeat the change"
        )
        self.workflow_id = workflow_id
        self.expected = expected
        self.actual = actual


class WorkflowChanged(Conflict):
    """Somebody else changed the workflow at the same moment. Nothing was written; the call may be repeated."""

    code = "workflow_changed"

    def __init__(self, workflow_id: str) -> None:
        super().__init__(f'the workflow "{workflow_id}" was changed by somebody else at the same moment; try again')
        self.workflow_id = workflow_id


class WorkflowExists(Conflict):
    """There is a workflow with this id already. Nothing was written."""

    code = "workflow_exists"

    def __init__(self, workflow_id: str) -> None:
        super().__init__(f'there is a workflow "{workflow_id}" already')
        self.workflow_id = workflow_id


class TagExists(Conflict):
    """There is a tag of this name already, perhaps capitalised differently."""

    code = "workflow_tag_exists"

    def __init__(self, name: str) -> None:
        super().__init__(f'there is a tag "{name}" already')
        self.name = name


class VariableExists(Conflict):
    """There is a variable of this key already, in the same project or among those of all projects."""

    code = "variable_exists"

    def __init__(self, key: str) -> None:
        super().__init__(f'there is a variable "{key}" already')
        self.key = key


class FolderCycle(Invalid):
    """A folder cannot lie in itself or in a folder within it."""

    code = "workflow_folder_cycle"

    def __init__(self, folder_id: str) -> None:
        super().__init__(f'the folder "{folder_id}" cannot be moved into itself')
        self.folder_id = folder_id


class BadName(Invalid):
    """A name that is empty, too long or holds control characters; the message says of what."""

    code = "workflow_name_invalid"


class BadVariable(Invalid):
    """A variable's key or value cannot be accepted."""

    code = "variable_invalid"


class BadCursor(Invalid):
    """The cursor was not given out by this list, or for another order."""

    code = "workflow_cursor_invalid"

    def __init__(self) -> None:
        super().__init__("the cursor is not one of this list; begin again without one")


class WorkflowLimit(LimitExceeded):
    """A limit on folders, tags, variables or imports; the message names it."""

    code = "workflow_limit"


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_PROBLEM_CHARACTERS else f"{text[:_MAX_PROBLEM_CHARACTERS]}…"
