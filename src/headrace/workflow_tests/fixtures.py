"""The files of tests: what is in them, how they are found, read and written. docs/workflow-tests.md describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from headrace.datatables.public import Type
from headrace.sdk.values import encode_special
from headrace.workflow_tests.errors import TestFileInvalid
from headrace.workflows.errors import WorkflowInvalid
from headrace.workflows.public import Workflow

SUFFIX = ".tests.json"
"""`order.tests.json` holds the tests of `order.json`."""

Json: TypeAlias = Any
Items: TypeAlias = list[dict[str, Json]]
"""Each the bare json of an item, or {"json": {...}, "binary": {name: {"data": base64, "fileName", "mimeType"}}}."""


class _Part(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel", forbid_unknown_fields=True):
    """A part of a test file. What is not known is refused: a slip of the pen must not make a test of nothing."""


class Answer(_Part, frozen=True, kw_only=True):
    """What a mocked request is answered with."""

    status: int = 200
    headers: dict[str, str | list[str]] = {}
    body: Json = None
    """A text as it is; any other value as JSON."""

    base64: str | None = None
    """The body, where it is no text."""

    fails: str | None = None
    """No answer but a failure, by a code such as ECONNREFUSED, ETIMEDOUT or ENOTFOUND."""


class Exchange(_Part, frozen=True, kw_only=True):
    """A request that is expected, and its answer."""

    method: str = "GET"
    url: str
    """Whole; the order of its query's fields does not matter."""

    body: Json | msgspec.UnsetType = msgspec.UNSET
    """A text, or a JSON value or the fields of a form; any body where it is left out."""

    times: int | Literal["any"] = 1
    """How often it is asked: exactly so often, or any number of times, none too."""

    answer: Answer = Answer()


class ExpectedNode(_Part, frozen=True, kw_only=True):
    """What a node is to have done."""

    items: Items | msgspec.UnsetType = msgspec.UNSET
    """Of the only output, or of the first."""

    outputs: list[Items] | msgspec.UnsetType = msgspec.UNSET
    """Of all outputs, in place of `items`."""

    runs: int | msgspec.UnsetType = msgspec.UNSET
    """How often it ran; 0: it is not to be reached."""

    run: int = -1
    """Which run the items are of: 0 is the first, -1 the last."""

    match: Literal["exact", "subset"] = "exact"
    """"subset": objects may have more fields than expected."""

    ignore: list[str] = []
    """Paths in the json of items that do not matter, such as "id" or "lines.*.price"."""


class ExpectedError(_Part, frozen=True, kw_only=True):
    """How the run is to fail."""

    message: str | None = None
    """A part of the message."""

    node: str | None = None


class ExpectedResponse(_Part, frozen=True, kw_only=True):
    """What the request that started the run is to be answered by a Respond to Webhook node."""

    status: int | msgspec.UnsetType = msgspec.UNSET
    headers: dict[str, str] = {}
    body: Json | msgspec.UnsetType = msgspec.UNSET


class Expectation(_Part, frozen=True, kw_only=True):
    """What is to come of a run."""

    status: Literal["success", "error", "waiting", "canceled"] = "success"
    error: ExpectedError | None = None
    nodes: dict[str, ExpectedNode] = {}
    response: ExpectedResponse | None = None
    files: dict[str, str] = {}
    """Text files that the run is to leave behind, by path."""

    tables: dict[str, list[dict[str, Json]]] = {}
    """Data tables at the end, by name: the values of their rows, but for those that every table has."""


class TableFixture(_Part, frozen=True, kw_only=True):
    """A data table as a run finds it."""

    columns: dict[str, Type]
    rows: list[dict[str, Json]] = []


class WorkflowTest(_Part, frozen=True, kw_only=True):
    """One test."""

    name: str
    start: str | None = None
    """Node to start at; without it, the workflow's trigger."""

    input: Items = msgspec.field(default_factory=lambda: [{}])
    now: datetime = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
    seed: str = ""
    """Random numbers and ids follow from it; the test's name in its place."""

    timezone: str = "America/New_York"
    """Of workflows that name none."""

    variables: dict[str, str] = {}
    """What expressions read as `$vars`."""

    pins: dict[str, Items] = {}
    """Nodes that do not run, and what they put out instead. With it, the run is one that a person starts."""

    credentials: dict[str, dict[str, Json]] = {}
    """By type: what nodes that compute with a credential find in it. Requests need none here."""

    http: list[Exchange] = []
    files: dict[str, str] = {}
    """Text files in the folder that workflows read and write, by path."""

    tables: dict[str, TableFixture] = {}
    """Data tables, by the name or the id that nodes name them by."""

    static_data: dict[str, Json] = {}
    resume: list[Items] = []
    """Items of the requests that end the run's waits, in order. Waits for a time are over at once."""

    expect: Expectation = Expectation()


class TestFile(_Part, frozen=True, kw_only=True):
    """All tests of a workflow."""

    __test__ = False  # pytest takes the name for a test's

    workflow: str | None = None
    """Path of the workflow from the folder of the tests, where it is not found by its name."""

    tests: list[WorkflowTest] = []


def find_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files of tests that *paths* mean: folders, files of tests, or the workflows that they test.

    Raises:
        TestFileInvalid: there is no such file or folder.
    """
    for path in paths:
        if path.is_dir():
            yield from sorted(
                found
                for found in path.rglob(f"*{SUFFIX}")
                if not any(part.startswith(".") for part in found.relative_to(path).parts)
            )
        else:
            yield path if path.name.endswith(SUFFIX) else file_beside(path)


def file_beside(workflow: Path) -> Path:
    """Return where the tests of a workflow file are kept."""
    return workflow.with_name(workflow.name.removesuffix(".json") + SUFFIX)


def workflow_of(path: Path, tests: TestFile) -> Path:
    """Return the workflow file that a file of tests is about."""
    return path.parent / (tests.workflow or path.name.removesuffix(SUFFIX) + ".json")


def read_tests(path: Path) -> TestFile:
    """Raises: TestFileInvalid: there is no such file, or it holds no tests."""
    try:
        tests = msgspec.json.decode(path.read_bytes(), type=TestFile)
    except FileNotFoundError as missing:
        raise TestFileInvalid(path, "there is no such file; `headrace test --record` makes one") from missing
    except OSError as failure:
        raise TestFileInvalid(path, failure.strerror or str(failure)) from failure
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise TestFileInvalid(path, f"this is no file of tests: {wrong}") from wrong
    names = [test.name for test in tests.tests]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise TestFileInvalid(path, f'two tests are named "{twice}"')
    if bad := next((test.name for test in tests.tests if test.now.tzinfo is None), None):
        raise TestFileInvalid(path, f'"now" of the test "{bad}" has no zone; write it as "2026-01-15T12:00:00Z"')
    return tests


def write_tests(path: Path, tests: TestFile) -> None:
    """Raises: OSError: it cannot be written; the file is as it was."""
    text = msgspec.json.format(msgspec.json.encode(tests, enc_hook=encode_special), indent=2)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(text + b"\n")
    beside.replace(path)


def read_workflow(path: Path) -> Workflow:
    """Raises: TestFileInvalid: there is no such workflow."""
    try:
        return Workflow.from_json(path.read_bytes())
    except OSError as failure:
        raise TestFileInvalid(path, failure.strerror or str(failure)) from failure
    except WorkflowInvalid as invalid:
        raise TestFileInvalid(path, f"this is no workflow: {invalid}") from invalid


def full_items(items: Sequence[Mapping[str, Json]]) -> list[dict[str, Json]]:
    """Return items in their whole form, whichever they are written in."""
    return [dict(item) if _is_whole(item) else {"json": dict(item)} for item in items]


def short_items(items: Sequence[Mapping[str, Json]]) -> Items:
    """Return whole items as people write them: the bare json where there is nothing else."""
    return [
        dict(item["json"]) if item.keys() == {"json"} and not _is_whole(item["json"]) else dict(item) for item in items
    ]


def _is_whole(item: Mapping[str, Json]) -> bool:
    return isinstance(item.get("json"), dict) and not item.keys() - {"json", "binary", "pairedItem"}
