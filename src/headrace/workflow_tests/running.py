"""Running tests: against their fixtures, or for real to record them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from headrace.app.rehearsing import Rehearsed, Scene, SceneTable, Stage
from headrace.executions.public import Mode
from headrace.executor.ports import Credentials, NodeCredentials, Outside
from headrace.kernel.ids import DEFAULT_TENANT, ProjectId, TenantId
from headrace.nodes.credential_types import CredentialTypes
from headrace.nodes.errors import UnknownCredentialType
from headrace.sdk.credentials import is_secret
from headrace.workflow_tests.errors import MissingFixture, NothingRecorded, TestFileInvalid
from headrace.workflow_tests.fixtures import (
    SUFFIX,
    TestFile,
    WorkflowTest,
    full_items,
    read_tests,
    read_workflow,
    workflow_of,
)
from headrace.workflow_tests.mocking import MockHttp
from headrace.workflow_tests.observing import Observed
from headrace.workflow_tests.recording import RecordingHttp, Tape, WatchedCredentials, squeezed
from headrace.workflows.errors import WorkflowNotFound
from headrace.workflows.public import Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a test."""

    file: Path
    name: str
    seconds: float
    problems: Sequence[str]
    """What is not as expected, a line each; empty when the test passed."""

    @property
    def passed(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A test with what it is about."""

    file: Path
    workflow: Workflow
    test: WorkflowTest


def cases_of(path: Path) -> list[Case]:
    """Return the tests of a file.

    Raises:
        TestFileInvalid: it, or its workflow, cannot be read.
    """
    tests = read_tests(path)
    workflow = read_workflow(workflow_of(path, tests))
    return [Case(file=path, workflow=workflow, test=test) for test in tests.tests]


class Runner:
    """Runs tests on a stage; any number of them at once."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def check(self, case: Case) -> Outcome:
        """Run a test against its fixtures."""
        started = time.perf_counter()
        problems, _ = await self._checked(case)
        return Outcome(
            file=case.file, name=case.test.name, seconds=time.perf_counter() - started, problems=tuple(problems)
        )

    async def updated(self, case: Case) -> WorkflowTest:
        """Return the test with expectations that fit what its workflow does now.

        Raises:
            NothingRecorded: it asks for something that the fixtures have no answer for.
        """
        http = MockHttp(case.test.http)
        run = await self._rehearsed(case, http)
        if http.unanswered:
            raise NothingRecorded(f'the test "{case.test.name}" cannot be brought up to date: {http.unanswered[0]}')
        expectation = await Observed(run).expectation(case.test.expect)
        return msgspec.structs.replace(case.test, expect=expectation)

    async def record(self, case: Case, outside: Outside, credentials: Credentials) -> WorkflowTest:
        """Run a test for real, and return it with what was asked and answered, and what came of it.

        The expectations are those of a run against what was recorded, so that none of them holds a secret.

        Raises:
            NothingRecorded: run against what was recorded, the workflow asks for something else.
        """
        tape, types = Tape(), CredentialTypes.installed()
        watched = WatchedCredentials(credentials, tape, lambda type_, field: _is_secret(types, type_, field))

        def recorder(node: NodeCredentials) -> RecordingHttp:
            return RecordingHttp(outside.http(DEFAULT_TENANT, node), tape)

        await self._stage.play(self._scene(case, recorder, watched))
        test = msgspec.structs.replace(
            case.test,
            http=squeezed(tape.exchanges),
            credentials={**tape.credentials, **case.test.credentials},
        )
        http = MockHttp(test.http)
        run = await self._rehearsed(replace(case, test=test), http)
        if http.unanswered:
            raise NothingRecorded(
                f'the run of "{case.test.name}" cannot be repeated: with what was recorded, it asks for something else:'
                f" {http.unanswered[0]}"
            )
        return msgspec.structs.replace(test, expect=await Observed(run).expectation())

    async def _checked(self, case: Case) -> tuple[list[str], Rehearsed | None]:
        http = MockHttp(case.test.http)
        try:
            run = await self._rehearsed(case, http)
        except MissingFixture as missing:
            return [str(missing)], None
        unanswered = [f"unexpected request: {line}" for line in http.unanswered]
        problems = await Observed(run).problems(case.test.expect)
        unasked = [f"request not made: {line}" for line in http.unasked()]
        return [*unanswered, *problems, *unasked], run

    async def _rehearsed(self, case: Case, http: MockHttp) -> Rehearsed:
        credentials = FixedCredentials(case.test.credentials)
        return await self._stage.play(self._scene(case, lambda _: http, credentials))

    def _scene(self, case: Case, http: Any, credentials: Credentials) -> Scene:
        test, workflow = case.test, case.workflow
        pins = {name: full_items(items) for name, items in test.pins.items()}
        for name in (*pins, *test.expect.nodes, *([test.start] if test.start else [])):
            if name not in workflow.nodes:
                raise MissingFixture(f'the workflow has no node "{name}"')
        workflow = replace(workflow, id=workflow.id or case.file.name.removesuffix(SUFFIX), pin_data=pins)
        workflow = replace(workflow, raw={**workflow.raw, "id": workflow.id, "pinData": pins})
        start = test.start or self._stage.start_of(workflow)
        if start is None:
            raise MissingFixture('the workflow has no trigger to start at; name a node with "start"')
        lacking = self._stage.problems(workflow, start, pinned=bool(pins))
        if lacking:
            raise MissingFixture(f"the workflow cannot run: {'; '.join(lacking)}")
        return Scene(
            workflow=workflow,
            start=start,
            items=full_items(test.input),
            mode=Mode.MANUAL if pins else Mode.TRIGGER,
            now=test.now,
            seed=test.seed or test.name,
            http=http,
            credentials=credentials,
            neighbours=FolderNeighbours(case.file.parent),
            files={path: text.encode() for path, text in test.files.items()},
            tables={name: SceneTable(columns=one.columns, rows=one.rows) for name, one in test.tables.items()},
            static_data=test.static_data,
            resumes=[full_items(items) for items in test.resume],
            timezone=test.timezone,
            variables=test.variables,
        )


class FixedCredentials:
    """A `Credentials` that has what the test says, and nothing else."""

    def __init__(self, by_type: Mapping[str, Mapping[str, Any]]) -> None:
        self._by_type = by_type

    async def open(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], *, project: ProjectId
    ) -> Mapping[str, Any]:
        try:
            return self._by_type[type_]
        except KeyError:
            raise MissingFixture(
                f'the test has no credential of type {type_}; add it under "credentials", with made-up values'
            ) from None

    async def renew(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], *, refused: str, project: ProjectId
    ) -> None:
        """What is made up is not renewed."""

    def check_shown(self, type_: str) -> None:
        """Made-up secrets may be shown to any node."""


class FolderNeighbours:
    """Workflows in the same folder, by their ids, or by the names of their files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: dict[str, Workflow] | None = None

    async def get(self, tenant: TenantId, workflow_id: str) -> Workflow:
        if self._found is None:
            self._found = self._read()
        try:
            return self._found[workflow_id]
        except KeyError:
            raise WorkflowNotFound(workflow_id) from None

    def _read(self) -> dict[str, Workflow]:
        found: dict[str, Workflow] = {}
        for path in sorted(self._folder.glob("*.json")):
            if path.name.endswith(SUFFIX):
                continue
            try:
                workflow = read_workflow(path)
            except TestFileInvalid:
                continue  # other JSON may lie beside workflows
            found.setdefault(path.stem, workflow)
            if workflow.id:
                found[workflow.id] = workflow
        return found


def new_test(name: str, *, start: str | None, items: Sequence[Mapping[str, Any]] | None, now: datetime) -> WorkflowTest:
    """Return a test that is still to be recorded."""
    given = [dict(item) for item in items] if items is not None else [{}]
    return WorkflowTest(name=name, start=start, input=given, now=now.replace(microsecond=0))


def with_test(tests: TestFile, test: WorkflowTest) -> TestFile:
    """Return *tests* with one of them new, in place of the one of that name."""
    kept = [test if one.name == test.name else one for one in tests.tests]
    return msgspec.structs.replace(tests, tests=kept if test in kept else [*kept, test])


def _is_secret(types: CredentialTypes, type_: str, field: str) -> bool:
    """Return whether a field holds a secret: what is not declared does, to be on the safe side."""
    try:
        declared = types.find(type_).fields
    except UnknownCredentialType:
        return True
    return next((is_secret(one) for one in declared if one.name == field), True)
