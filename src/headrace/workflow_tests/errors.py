"""Every error that callers of workflow tests may catch."""

from __future__ import annotations

from pathlib import Path

from headrace.kernel.errors import Invalid


class TestFileInvalid(Invalid):
    """A file of tests, or the workflow that it tests, cannot be read; the message names the file and the place."""

    __test__ = False  # pytest takes the name for a test's

    code = "workflow_test_file_invalid"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path


class NothingRecorded(Invalid):
    """A workflow's run could not be recorded as a test; the message says why."""

    code = "workflow_test_not_recorded"


class MissingFixture(Invalid):
    """A test lacks something that its workflow needs, or names something that the workflow lacks."""

    code = "workflow_test_fixture_missing"
