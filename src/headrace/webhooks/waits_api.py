"""Waits over HTTP: what an execution waits for, and where that is ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, cast

import msgspec
from litestar import Controller, Request, get
from litestar.params import FromPath

from headrace.infra.http.injected import Given
from headrace.kernel.ids import ExecutionId
from headrace.tenancy.public import Action, Caller
from headrace.webhooks.links import Links, WaitPlace
from headrace.webhooks.ports import Waits

_PLACES: dict[str, WaitPlace] = {"webhook": "webhook-waiting", "form": "form-waiting", "approval": "approve"}

WaitKind = Literal["time", "webhook", "form", "approval", "execution"]


class WaitShape(msgspec.Struct, rename="camel"):
    """What an execution waits for."""

    kind: WaitKind | None
    """What ends the wait; null: it does not wait."""

    node: str | None = None
    child: str | None = None
    """The sub-execution whose end ends it."""

    until: datetime | None = None
    """When it ends by itself; null: never."""

    url: str | None = None
    """Where it is ended: called, or opened in a browser. Whoever has it can end the wait."""


class WaitsApi(Controller):
    path = "/executions/{execution_id:str}/wait"
    tags = ("executions",)

    @get("/", operation_id="getWait", summary="Say what an execution waits for, and where that is ended")
    async def show(
        self,
        request: Request[Any, Any, Any],
        caller: Given[Caller],
        waits: Given[Waits],
        links: Given[Links],
        public_url: Given[str],
        execution_id: FromPath[str],
    ) -> WaitShape:
        known = ExecutionId(execution_id)
        project, suspension = await waits.suspension(caller.tenant, known)
        await caller.must(Action.EXECUTION_READ, project)
        if suspension is None:
            return WaitShape(None)
        url: str | None = None
        place = _PLACES.get(suspension.resume)
        # To know the address is to be able to end the wait: that is for those who may have executions run.
        if place is not None and await caller.may(Action.EXECUTION_START, project):
            base = (public_url or str(request.base_url)).rstrip("/")
            url = base + links.path(place, known, suspension.webhook_suffix)
        return WaitShape(cast("WaitKind", suspension.resume), suspension.node, suspension.child, suspension.until, url)
