"""Workflows in files: n8n's JSON in, whichever way n8n wrapped it, and out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headrace.workflows.domain.drafts import decode, draft_of
from headrace.workflows.domain.names import checked_name
from headrace.workflows.domain.tags import MAX_TAGS_ON_WORKFLOW
from headrace.workflows.errors import BadName, WorkflowInvalid
from headrace.workflows.public import Tag, Workflow, WorkflowRecord

MAX_IMPORTED = 1_000
"""Workflows in one file."""

_WRAPPERS = ("workflow", "workflows", "data")
_KEEPABLE_ID = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Imported:
    """A workflow found in a file."""

    draft: Workflow
    tags: Sequence[str]
    """Names."""


def read_file(source: bytes | str, *, fresh: Callable[[], str], keep_ids: bool) -> list[Imported]:
    """Read every workflow of a file: one, a list of them, or either as n8n's API and templates wrap it.

    Nothing in a file is followed, opened or run; it is data.

    Args:
        fresh: Gives ids to those that get none from the file.
        keep_ids: Whether workflows have the ids that the file gives them.

    Raises:
        WorkflowInvalid: one of them cannot be accepted; all problems of all, each with its place.
    """
    listed = unwrap(decode(source))
    if not listed:
        raise WorkflowInvalid(["the file holds no workflow"])
    if len(listed) > MAX_IMPORTED:
        raise WorkflowInvalid([f"{len(listed)} workflows are more than the limit of {MAX_IMPORTED} in one file"])
    found: list[Imported] = []
    problems: list[str] = []
    for place, raw in enumerate(listed):
        try:
            found.append(_read(raw, fresh=fresh, keep_id=keep_ids))
        except WorkflowInvalid as invalid:
            label = f"workflows[{place}]: " if len(listed) > 1 else ""
            problems += [f"{label}{problem}" for problem in invalid.problems]
    taken: set[str] = set()
    for place, imported in enumerate(found):
        if imported.draft.id in taken:
            problems.append(f'workflows[{place}].id "{imported.draft.id}" comes twice')
        taken.add(imported.draft.id)
    if problems:
        raise WorkflowInvalid(problems)
    return found


def unwrap(value: Any) -> Sequence[Any]:
    """Return the workflows in decoded JSON: one, a list, or wrapped in an object."""
    while isinstance(value, Mapping) and "nodes" not in value:
        inner = next((value[key] for key in _WRAPPERS if isinstance(value.get(key), Mapping | list)), None)
        if inner is None:
            break
        value = inner
    return value if isinstance(value, list) else [value]


def exported(record: WorkflowRecord, tags: Sequence[Tag]) -> Mapping[str, Any]:
    """Return a workflow as n8n exports it, from its draft.

    Args:
        tags: Those of the record.
    """
    return {
        **record.draft.raw,
        "active": record.published is not None,
        "isArchived": record.archived,
        "tags": [{"id": tag.id, "name": tag.name} for tag in tags],
        "createdAt": record.created_at,
        "updatedAt": record.updated_at,
    }


def _read(raw: Any, *, fresh: Callable[[], str], keep_id: bool) -> Imported:
    given = raw.get("id") if isinstance(raw, Mapping) else None
    kept = None
    if keep_id and given not in (None, ""):
        kept = str(given) if isinstance(given, str | int) else ""
        if not _KEEPABLE_ID.fullmatch(kept):
            raise WorkflowInvalid(["id is not made of 1 to 64 letters, digits, _ and -"])
    return Imported(draft_of(raw, workflow_id=kept or fresh()), list(_tags(raw.get("tags"))))


def _tags(value: Any) -> Iterator[str]:
    if not isinstance(value, list):
        return
    if len(value) > MAX_TAGS_ON_WORKFLOW:
        raise WorkflowInvalid([f"{len(value)} tags are more than the limit of {MAX_TAGS_ON_WORKFLOW}"])
    for place, tag in enumerate(value):
        name = tag.get("name") if isinstance(tag, Mapping) else tag
        try:
            yield checked_name("tag", name if isinstance(name, str) else "")
        except BadName as bad:
            raise WorkflowInvalid([f"tags[{place}]: {bad}"]) from bad
