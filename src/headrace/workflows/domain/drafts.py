"""What a draft may hold. It may come from anywhere: a person, a file, a stranger."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
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

_LONG_NUMBER = re.compile(rb"[0-9]{309}")


def read_draft(source: Source, *, workflow_id: str, name: str | None = None) -> Workflow:
    """Read what was drawn; unknown keys are kept as they are.

    Args:
        name: The workflow's name, instead of that in the source.

    Raises:
        WorkflowInvalid: it is no workflow, or holds what cannot be kept; each problem with its place.
    """
    raw = decode(source) if not isinstance(source, Mapping) else _checked(source)
    return draft_of(raw, workflow_id=workflow_id, name=name)


def decode(source: bytes | str | msgspec.Raw) -> Any:
    """Decode JSON from outside.

    Raises:
        WorkflowInvalid: it is none, or holds what cannot be kept; each problem with its place.
    """
    text = source.encode(errors="surrogatepass") if isinstance(source, str) else bytes(source)
    raw = decode_json(text)
    # Numbers are all that the decoder lets through and JavaScript cannot read; few texts need the long look.
    problems = list(_unkeepable(raw)) if _LONG_NUMBER.search(text) else []
    if problems:
        raise WorkflowInvalid(problems)
    return raw


def draft_of(raw: Any, *, workflow_id: str, name: str | None = None) -> Workflow:
    """Return the draft in JSON that `decode` has let through.

    Raises:
        WorkflowInvalid: it is no workflow; each problem with its place.
    """
    if not isinstance(raw, Mapping):
        raise WorkflowInvalid(["a workflow is a JSON object"])
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


def _checked(source: Mapping[str, Any]) -> Mapping[str, Any]:
    if depth_exceeds(dict(source), MAX_DEPTH):
        raise WorkflowInvalid([f"nested deeper than the limit of {MAX_DEPTH} levels"])
    problems = list(_unkeepable(source))
    if problems:
        raise WorkflowInvalid(problems)
    if len(msgspec.json.encode(source)) > MAX_BYTES:
        raise WorkflowInvalid([f"the workflow is longer than the limit of {MAX_BYTES // 1024 // 1024} MiB"])
    return source


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
    """Yield the places of what JSON cannot hold or JavaScript cannot read.

    Remembers only the way down, not what is left to be looked at: a file may be one list of millions.
    """
    way: list[str | int] = []
    levels: list[Iterator[tuple[str | int, Any]]] = [iter([("", value)])]
    while levels:
        for step, held in levels[-1]:
            if way:
                way[-1] = step
            if isinstance(held, Mapping) and not all(isinstance(key, str) and _is_text(key) for key in held):
                yield f"{_written(way)} has a key that is no text"
            elif isinstance(held, Mapping | list):
                levels.append(iter(held.items() if isinstance(held, Mapping) else enumerate(held)))
                way.append("")
                break
            elif flaw := _flaw(held):
                yield f"{_written(way)} {flaw}"
        else:
            levels.pop()
            del way[-1:]


def _flaw(held: Any) -> str:
    """Return why a value that is no container cannot be kept; empty when it can."""
    if isinstance(held, str):
        return "" if _is_text(held) else "holds half of a surrogate pair, which is no text"
    if isinstance(held, bool) or held is None:
        return ""
    if isinstance(held, int):
        return "" if abs(held) < _TOO_LARGE else "is a number too large to be kept"
    if isinstance(held, float):
        return "" if math.isfinite(held) else f"is {held}, which JSON has no form for"
    return f"is a {type(held).__name__}, which JSON has no form for"


def _is_text(text: str) -> bool:
    # Most text is ASCII, which Python knows of a string without looking at it.
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _written(way: Sequence[str | int]) -> str:
    parts = [f"[{step}]" if isinstance(step, int) else f".{step[:60]}" for step in way]
    return "".join(parts).removeprefix(".") or "the workflow"
