"""`headrace test`: run workflows against their fixtures, or record these."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from headrace.app.rehearsing import Stage
from headrace.app.settings import Settings
from headrace.cli.failing import EXIT_FAILED, Failure
from headrace.cli.opening import opened
from headrace.cli.running import read_items
from headrace.kernel.errors import HeadraceError
from headrace.workflow_tests.fixtures import (
    TestFile,
    WorkflowTest,
    find_files,
    read_tests,
    read_workflow,
    short_items,
    workflow_of,
    write_tests,
)
from headrace.workflow_tests.reporting import write_junit
from headrace.workflow_tests.running import Case, Outcome, Runner, cases_of, new_test, with_test

_SHOWN_PROBLEMS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOptions:
    __test__ = False  # pytest takes the name for a test's

    paths: Sequence[Path]
    only: str | None
    """Of tests, those whose name holds this."""

    junit: Path | None
    jobs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOptions:
    paths: Sequence[Path]
    name: str | None
    start: str | None
    input: Path | None
    data_dir: Path | None


async def run_tests(options: TestOptions) -> int:
    """Raises: Failure: a file cannot be read, or there is no test."""
    cases = _chosen(options)
    turns = asyncio.Semaphore(options.jobs)
    async with _staged() as stage:
        runner = Runner(stage)

        async def check(case: Case) -> Outcome:
            async with turns:
                return await runner.check(case)

        outcomes = []
        for checking in [asyncio.ensure_future(check(case)) for case in cases]:
            outcomes.append(await checking)
            _tell(outcomes[-1])
    if options.junit is not None:
        try:
            write_junit(options.junit, outcomes)
        except OSError as failure:
            raise Failure(f"{options.junit}: {failure.strerror}") from failure
    failed = sum(not outcome.passed for outcome in outcomes)
    seconds = sum(outcome.seconds for outcome in outcomes)
    print(f"{len(outcomes) - failed} passed, {failed} failed ({seconds:.1f} s)", file=sys.stderr)
    return EXIT_FAILED if failed else 0


async def update_tests(options: TestOptions) -> int:
    """Raises: Failure: a file cannot be read or written, or a run asks for what its fixtures have no answer for."""
    async with _staged() as stage:
        runner = Runner(stage)
        for case in _chosen(options):
            updated = await runner.updated(case)
            if updated != case.test:
                _put(case.file, read_tests(case.file), updated)
                print(f"updated {case.file}: {case.test.name}")
    return 0


async def record_tests(options: RecordOptions) -> int:
    """Raises: Failure: a file cannot be read or written, or a run cannot be recorded."""
    with _told():
        files = list(find_files(options.paths))
        asked = [(file, case) for file in files for case in _to_record(file, options)]
    if not asked:
        raise Failure("there is no test to record anew; make one with --name NAME and a workflow file")
    async with opened(options.data_dir) as headrace, _staged() as stage:
        runner = Runner(stage)
        for file, case in asked:
            recorded = await runner.record(case, headrace.outside, headrace.credentials)
            _put(file, _held(file), recorded)
            print(f"recorded {file}: {recorded.name} ({len(recorded.http)} requests, status {recorded.expect.status})")
    return 0


def _to_record(file: Path, options: RecordOptions) -> list[Case]:
    """Return the tests of a file that are to be recorded: all, or the one of a name, which may be new."""
    held = _held(file)
    workflow = read_workflow(workflow_of(file, held))
    named = [test for test in held.tests if options.name in (None, test.name)]
    if options.name is not None and not named:
        named = [new_test(options.name, start=None, items=None, now=datetime.now(UTC))]
    if options.name is not None:
        given = short_items([{"json": item.json} for item in read_items(options.input)]) if options.input else None
        named = [
            msgspec.structs.replace(
                test,
                start=options.start or test.start,
                input=given if given is not None else test.input,
            )
            for test in named
        ]
    return [Case(file=file, workflow=workflow, test=test) for test in named]


def _held(file: Path) -> TestFile:
    return read_tests(file) if file.exists() else TestFile()


def _put(file: Path, tests: TestFile, test: WorkflowTest) -> None:
    try:
        write_tests(file, with_test(tests, test))
    except OSError as failure:
        raise Failure(f"{file}: {failure.strerror}") from failure


def _chosen(options: TestOptions) -> list[Case]:
    with _told():
        cases = [case for file in find_files(options.paths) for case in cases_of(file)]
    chosen = [case for case in cases if options.only is None or options.only in case.test.name]
    if not chosen:
        where = ", ".join(map(str, options.paths))
        raise Failure(
            f'no test in {where} has "{options.only}" in its name' if cases else f"there are no tests in {where}"
        )
    return chosen


def _tell(outcome: Outcome) -> None:
    mark = "ok  " if outcome.passed else "FAIL"
    print(f"{mark} {outcome.file}: {outcome.name} ({outcome.seconds:.2f} s)")
    for problem in outcome.problems[:_SHOWN_PROBLEMS]:
        print(f"       {problem}")
    if len(outcome.problems) > _SHOWN_PROBLEMS:
        print(f"       and {len(outcome.problems) - _SHOWN_PROBLEMS} more")


@asynccontextmanager
async def _staged() -> AsyncIterator[Stage]:
    with _told():
        stage = Stage(Settings.from_environment())
        try:
            yield stage
        finally:
            await stage.close()


@contextmanager
def _told() -> Iterator[None]:
    """Have what the program raises end the command with a line of its own."""
    try:
        yield
    except HeadraceError as refused:
        raise Failure(str(refused)) from refused
