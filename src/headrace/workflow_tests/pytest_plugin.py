"""Workflow tests under pytest: each test of a `*.tests.json` file is a test of its own.

Loaded into every pytest run where Headrace is installed, so nothing of the engine is imported before a file is found.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from headrace.app.rehearsing import Stage
    from headrace.workflow_tests.running import Case

_SUFFIX = ".tests.json"
_STAGE: pytest.StashKey[_Theatre] = pytest.StashKey()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if not file_path.name.endswith(_SUFFIX):
        return None
    return WorkflowTestFile.from_parent(parent, path=file_path)


def pytest_unconfigure(config: pytest.Config) -> None:
    theatre = config.stash.get(_STAGE, None)
    if theatre is not None:
        theatre.close()


class WorkflowTestFile(pytest.File):
    """A file of workflow tests."""

    def collect(self) -> Iterator[pytest.Item]:
        from headrace.workflow_tests.errors import TestFileInvalid
        from headrace.workflow_tests.running import cases_of

        try:
            cases = cases_of(self.path)
        except TestFileInvalid as invalid:
            raise self.CollectError(str(invalid)) from invalid
        for case in cases:
            yield WorkflowTestItem.from_parent(self, name=case.test.name, case=case)


class WorkflowTestItem(pytest.Item):
    """One workflow test."""

    def __init__(self, *, case: Case, **given: Any) -> None:
        super().__init__(**given)
        self._case = case

    def runtest(self) -> None:
        theatre = self.config.stash.setdefault(_STAGE, _Theatre())
        problems = theatre.problems(self._case)
        if problems:
            raise NotAsExpected("\n".join(problems))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, NotAsExpected):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, f"workflow test: {self.name}"


class NotAsExpected(AssertionError):
    """A test failed; the message says what differs, a line each."""


class _Theatre:
    """A stage and its event loop: sandbox workers are started once in a session, when the first test needs them."""

    def __init__(self) -> None:
        self._loop = asyncio.Runner()
        self._stage: Stage | None = None

    def problems(self, case: Case) -> list[str]:
        return self._loop.run(self._check(case))

    async def _check(self, case: Case) -> list[str]:
        from headrace.app.rehearsing import Stage
        from headrace.app.settings import Settings
        from headrace.workflow_tests.running import Runner

        if self._stage is None:
            self._stage = Stage(Settings.from_environment())
        return list((await Runner(self._stage).check(case)).problems)

    def close(self) -> None:
        if self._stage is not None:
            self._loop.run(self._stage.close())
        self._loop.close()
