"""Opening what commands work on: files, and the program itself."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from headrace.app.settings import Settings
from headrace.cli.failing import Failure
from headrace.kernel.errors import HeadraceError
from headrace.workflows.errors import WorkflowInvalid
from headrace.workflows.public import Workflow, decode_json

if TYPE_CHECKING:
    from headrace.app.local import Headrace
    from headrace.executions.ports import EventLog
    from headrace.executor.ports import Watcher


@asynccontextmanager
async def opened(
    data_dir: Path | None,
    *,
    watcher: Watcher | None = None,
    wrap_log: Callable[[EventLog], EventLog] | None = None,
) -> AsyncIterator[Headrace]:
    """Open the program on its data directory, and close it.

    Raises:
        Failure: it cannot be opened; or whatever the program itself raised, in one line.
    """
    from headrace.app.local import Headrace

    try:
        headrace = Headrace(Settings.from_environment(data_dir=data_dir), watcher=watcher, wrap_log=wrap_log)
    except (HeadraceError, OSError) as refused:
        raise Failure(str(refused)) from refused
    try:
        yield headrace
    except HeadraceError as refused:
        raise Failure(str(refused)) from refused
    finally:
        await headrace.close()


def read_file(path: Path) -> bytes:
    """Raises: Failure: it cannot be read."""
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as failure:
        raise Failure(f"{path}: {failure.strerror or failure}") from failure


def read_workflow(path: Path) -> Workflow:
    """Read one workflow from a file in any form that n8n writes.

    Raises:
        Failure: the file cannot be read, or holds no workflow, or several.
    """
    found = read_workflows(path)
    if len(found) != 1:
        names = ", ".join(f'"{one.name}"' for one in found[:5])
        raise Failure(f"{path}: holds {len(found)} workflows ({names}); `headrace import` takes them all")
    return found[0]


def read_workflows(path: Path) -> list[Workflow]:
    """Raises: Failure: the file cannot be read, or one of its workflows is none."""
    try:
        value = decode_json(read_file(path))
        return [Workflow.from_json(one) for one in unwrap(value)]
    except WorkflowInvalid as invalid:
        raise Failure(*(f"{path}: {problem}" for problem in invalid.problems)) from invalid


def holds_workflows(path: Path) -> bool:
    """Return whether a file found in a folder should be read as workflows; one that is no JSON should, to be told of.

    A folder of workflows may hold other JSON beside them: test data, packages, credentials.
    """
    try:
        value = unwrap(decode_json(read_file(path)))
    except (Failure, WorkflowInvalid):
        return True
    return any(isinstance(one, dict) and "nodes" in one for one in value)


def unwrap(value: Any) -> list[Any]:
    """Return the workflows in a file: one, a list, or wrapped as APIs wrap them."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and "nodes" not in value:
        for key in ("workflow", "workflows", "data"):
            if isinstance(value.get(key), dict | list):
                return unwrap(value[key])
    return [value]


def read_json(path: Path) -> Any:
    """Raises: Failure: it cannot be read, or is not JSON."""
    try:
        return decode_json(read_file(path))
    except WorkflowInvalid as invalid:
        raise Failure(f"{path}: {invalid}") from invalid


def pretty(value: Any) -> str:
    """Return JSON laid out for people."""
    from headrace.sdk.values import encode_special

    return msgspec.json.format(msgspec.json.encode(value, enc_hook=encode_special), indent=2).decode()
