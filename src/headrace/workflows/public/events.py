"""What happens to workflows, told to other contexts through the outbox: at least once, in order for each workflow.

The tag of an event is its CloudEvents type. Fields are only ever added.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import msgspec

from headrace.kernel.ids import TenantId


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    tenant: TenantId
    workflow_id: str
    by: str
    """Who did it; empty for the server itself."""

    at: datetime


class WorkflowCreated(_Event, frozen=True, kw_only=True, tag="headrace.workflows.workflow.created.v1"):
    """There is a new workflow, drawn, imported or copied."""


class DraftSaved(_Event, frozen=True, kw_only=True, tag="headrace.workflows.workflow.draft-saved.v1"):
    """The draft is another; what is published is not."""

    revision: int


class VersionSaved(_Event, frozen=True, kw_only=True, tag="headrace.workflows.workflow.version-saved.v1"):
    """The draft was kept as a version."""

    version: int


class WorkflowPublished(_Event, frozen=True, kw_only=True, tag="headrace.workflows.workflow.published.v1"):
    """From now on this version runs in production: its triggers are to be served in place of the earlier one's."""

    version: int
    previous: int | None
    """The version that was published before; None when none was."""


class WorkflowUnpublished(_Event, frozen=True, kw_only=True, tag="headrace.workflows.workflow.unpublished.v1"):
    """No version runs in production any more: its triggers are to be withdrawn."""

    version: int
    """The version that was published."""


class WorkflowArchived(_Event, frozen=True, kw_only=True, tag="headrace.workflows.workflow.archived.v1"):
    """It was put aside. If it was published, `WorkflowUnpublished` came just before."""


class WorkflowUnarchived(_Event, frozen=True, kw_only=True, tag="headrace.workflows.workflow.unarchived.v1"):
    """It was taken back into use, unpublished."""


class WorkflowDeleted(_Event, frozen=True, kw_only=True, tag="headrace.workflows.workflow.deleted.v1"):
    """It is gone with all its versions. If it was published, `WorkflowUnpublished` came just before."""


WorkflowEvent: TypeAlias = (
    WorkflowCreated
    | DraftSaved
    | VersionSaved
    | WorkflowPublished
    | WorkflowUnpublished
    | WorkflowArchived
    | WorkflowUnarchived
    | WorkflowDeleted
)

_decoder: msgspec.json.Decoder[WorkflowEvent] = msgspec.json.Decoder(WorkflowEvent)


def encode_event(event: WorkflowEvent) -> bytes:
    """Return the event as the JSON text that the outbox keeps."""
    return msgspec.json.encode(event)


def decode_event(body: bytes | str) -> WorkflowEvent:
    """Raises: msgspec.ValidationError: not an event of this or an earlier version."""
    return _decoder.decode(body)
