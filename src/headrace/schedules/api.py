"""Schedules over HTTP: what the clock will start."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, get, post
from litestar.params import JSONBody, QueryParameter

from headrace.infra.http.injected import Given
from headrace.kernel.ids import ProjectId
from headrace.schedules.upcoming import Occurrence, Upcoming
from headrace.tenancy.public import Action, Caller

_Upcoming = Given[Upcoming]

_MOST = 250


class OccurrenceShape(msgspec.Struct, rename="camel"):
    at: datetime
    workflow_id: str
    workflow_name: str
    project_id: str
    node: str
    kind: Literal["schedule", "poll"]
    """A polling trigger looks for news then, and starts a run if there are some."""


class Occurrences(msgspec.Struct):
    data: list[OccurrenceShape]


class Drawn(msgspec.Struct, rename="camel"):
    """A trigger as it is drawn."""

    type: str
    """Such as `n8n-nodes-base.scheduleTrigger`."""

    type_version: float = 1
    parameters: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    """The workflow's: of them, `timezone` and `holidays` count."""

    count: Annotated[int, msgspec.Meta(ge=1, le=_MOST)] = 10
    after: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """Left out: now."""


class Moments(msgspec.Struct):
    moments: list[datetime]
    """UTC, earliest first; fewer than asked for where no more come."""


class SchedulesApi(Controller):
    path = "/schedules"
    tags = ("schedules",)

    @get("/next", operation_id="listNextRuns", summary="List what the clock starts next")
    async def find(
        self,
        caller: Given[Caller],
        upcoming: _Upcoming,
        project_id: Annotated[str | None, QueryParameter(name="projectId")] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=_MOST)] = 50,
    ) -> Occurrences:
        await caller.must(Action.WORKFLOW_READ, project_id)
        project = None if project_id is None else ProjectId(project_id)
        found = upcoming.of_all(caller.tenant, project=project, count=limit)
        return Occurrences([_shape(one) for one in found])

    @post("/preview", operation_id="previewSchedule", summary="Say when a trigger would fire", status_code=200)
    async def preview(self, upcoming: _Upcoming, data: JSONBody[Drawn]) -> Moments:
        return Moments(
            upcoming.preview(
                data.type,
                data.type_version,
                data.parameters,
                settings=data.settings,
                count=data.count,
                after=None if data.after is None else data.after.astimezone(UTC),
            )
        )


def _shape(one: Occurrence) -> OccurrenceShape:
    of = one.of
    return OccurrenceShape(one.at, of.workflow_id, of.workflow_name, of.project, of.node, of.kind)
