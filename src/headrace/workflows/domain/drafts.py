"""What a draft may hold. It may come from anywhere: a person, a file, a stranger."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import msgspec

from headrace.workflows.domain.names import checked_name
from headrace.workflows.errors import BadName, WorkflowInvalid
from headrace.workflows.public import MAX_BYTES, MAX_DEPTH, Workflow, decode_json, depth_exceeds

Source: TypeAlias = bytes | str | msgspec.Raw | Mapping[str, Any]

MAX_NODE_NAME = 256
MAX_TYPE_NAME = 256
UNNAMED = "New workflow"

_RECORDED = frozenset(("id", "active", "isArchived", "tags", "createdAt", "updatedAt"))
"""Keys of n8n's JSON that say what the record says, not what is drawn."""

_TOO_LARGE = 1 << 1024
"""Whole numbers from here on are past the range of a double: JavaScript reads them as infinite."""

_Place: TypeAlias = "tuple[_Place, str | int] | None"


def read_draft(source: Source, *, workflow_id: str, name: str | None = None) -> Workflow:
    """Read what was drawn; unknown keys are kept as they are.

    Args:
        name: The workflow's name, instead of that in the source.

    Raises:
        WorkflowInvalid: it is no workflow, or holds what cannot be kept; each problem with its place.
    """
    raw = decode_json(source) if not isinstance(source, Mapping) else source
    if depth_exceeds(raw, MAX_DEPTH):
        raise WorkflowInvalid([f"nested deeper than the limit of {MAX_DEPTH} levels"])
    problems = list(_unkeepable(raw))
    if problems:
        raise WorkflowInvalid(problems)
    if isinstance(source, Mapping) and len(msgspec.json.encode(raw)) > MAX_BYTES:
        raise WorkflowInvalid([f"the workflow is longer than the limit of {MAX_BYTES // 1024 // 1024} MiB"])
    workflow = Workflow.from_json(raw)
    called = name if name is not None else (workflow.name or UNNAMED)
    problems = [*_name_problems(called), *_node_problems(workflow)]
    if problems:
        raise WorkflowInvalid(problems)
    drawn = {key: value for key, value in raw.items() if key not in _RECORDED}
    return replace(workflow, id=workflow_id, name=called, raw={**drawn, "id": workflow_id, "name": called})


def content_hash(workflow: Workflow) -> str:
    """Return the same for the same drawing, whichever workflow it belongs to."""
    drawn = {key: value for key, value in workflow.raw.items() if key not in _RECORDED}
    return hashlib.sha256(msgspec.json.encode(drawn)).hexdigest()


def to_run(workflow: Workflow, *, published: bool) -> Workflow:
    """Return a draft or version as executions get it: knowing whether the workflow is published."""
    return replace(workflow, raw={**workflow.raw, "active": published})


def _name_problems(name: str) -> Iterator[str]:
    try:
        checked_name("workflow", name)
    except BadName as bad:
        yield str(bad)


def _node_problems(workflow: Workflow) -> Iterator[str]:
    first: dict[str, int] = {}
    listed = workflow.raw["nodes"]
    for place, node in enumerate(listed):
        name = node["name"]
        if name in first:
            yield f'nodes[{first[name]}] and nodes[{place}] have the same name "{name[:60]}"'
        first.setdefault(name, place)
        if len(name) > MAX_NODE_NAME:
            yield f"nodes[{place}].name has {len(name)} characters; the limit is {MAX_NODE_NAME}"
        if len(node["type"]) > MAX_TYPE_NAME:
            yield f"nodes[{place}].type has {len(node['type'])} characters; the limit is {MAX_TYPE_NAME}"


def _unkeepable(value: Any) -> Iterator[str]:
    """Yield the places of what JSON cannot hold or JavaScript cannot read; walks with a list, not by recursion."""
    waiting: list[tuple[Any, _Place]] = [(value, None)]
    while waiting:
        held, place = waiting.pop()
        if isinstance(held, str):
            if not _is_text(held):
                yield f"{_written(place)} holds half of a surrogate pair, which is no text"
        elif isinstance(held, bool) or held is None:
            continue
        elif isinstance(held, int):
            if abs(held) >= _TOO_LARGE:
                yield f"{_written(place)} is a number too large to be kept"
        elif isinstance(held, float):
            if not math.isfinite(held):
                yield f"{_written(place)} is {held}, which JSON has no form for"
        elif isinstance(held, Mapping):
            for key, part in held.items():
                if not isinstance(key, str) or not _is_text(key):
                    yield f"{_written(place)} has a key that is no text"
                else:
                    waiting.append((part, (place, key)))
        elif isinstance(held, list):
            waiting.extend((part, (place, number)) for number, part in enumerate(held))
        else:
            yield f"{_written(place)} is a {type(held).__name__}, which JSON has no form for"


def _is_text(text: str) -> bool:
    # Most text is ASCII, which Python knows of a string without looking at it.
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _written(place: _Place) -> str:
    parts: list[str] = []
    while place is not None:
        place, key = place
        parts.append(f"[{key}]" if isinstance(key, int) else f".{key[:60]}")
    return "".join(reversed(parts)).removeprefix(".") or "the workflow"
