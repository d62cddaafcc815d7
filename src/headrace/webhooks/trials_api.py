"""Webhooks over HTTP: where a workflow's nodes answer, and having its draft wait for a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, Request, delete, get, post
from litestar.params import FromPath, JSONBody

from headrace.infra.http.injected import Given
from headrace.tenancy.public import Action, Caller
from headrace.webhooks.ports import Draft
from headrace.webhooks.trials import Address, Trials

_Trials = Given[Trials]
_Who = Given[Caller]
_PublicUrl = Given[str]
_NodeName = Annotated[str, msgspec.Meta(max_length=256)]


class WebhookShape(msgspec.Struct, rename="camel"):
    """Where one node answers, to one method."""

    name: str
    """The node's."""

    kind: Literal["webhook", "form", "chat"]
    method: str
    url: str
    """The one to call now: where a draft waits its test URL, else the production URL."""

    test_url: str
    production_url: str
    """Empty where there is none: a chat may be for trying out alone."""

    trouble: str = ""
    """Why the node cannot be served, and has no addresses; empty: it can."""


class WebhookShapes(msgspec.Struct):
    nodes: list[WebhookShape]


class ListenBody(msgspec.Struct, rename="camel"):
    workflow: dict[str, Any] | None = None
    """As it is drawn; null: the draft as it is saved."""

    node: _NodeName | None = None
    """Only the test URLs of this node answer; null: those of all."""

    destination_node: _NodeName | None = None
    """Only what leads to this node runs."""


class ListeningShape(msgspec.Struct, rename="camel"):
    nodes: list[WebhookShape]
    expires_at: datetime
    """Nobody listens any more from then on, or once a call has come."""


class TrialShape(msgspec.Struct, rename="camel"):
    """Whether a draft waits for a call."""

    state: Literal["idle", "waiting", "called"]
    expires_at: datetime | None = None
    execution_id: str | None = None
    """The run that the call has started."""

    node: str | None = None
    """Which was called."""


class TrialsApi(Controller):
    path = "/workflows/{workflow_id:str}"
    tags = ("webhooks",)

    @get("/webhooks", operation_id="listWebhooks", summary="List where a workflow's nodes answer")
    async def addresses(
        self,
        request: Request[Any, Any, Any],
        caller: _Who,
        trials: _Trials,
        public_url: _PublicUrl,
        workflow_id: FromPath[str],
    ) -> WebhookShapes:
        """Those of the draft: production URLs answer as the published version says."""
        draft = await _seen(caller, trials, workflow_id, Action.WORKFLOW_READ)
        found = trials.addresses(caller.tenant, draft.workflow)
        return WebhookShapes(_shapes(found, public_url or str(request.base_url)))

    @post("/test-webhook", operation_id="listenForTestEvent", summary="Have a draft wait for one call", status_code=200)
    async def listen(
        self,
        request: Request[Any, Any, Any],
        caller: _Who,
        trials: _Trials,
        public_url: _PublicUrl,
        workflow_id: FromPath[str],
        data: JSONBody[ListenBody | None] = None,
    ) -> ListeningShape:
        """Its test URLs answer for two minutes. The first call runs what is drawn by hand, with pinned items.

        Whatever listened for this workflow before ends.
        """
        asked = data or ListenBody()
        await _seen(caller, trials, workflow_id, Action.WORKFLOW_EDIT, Action.EXECUTION_START)
        draft = await trials.draft(caller.tenant, workflow_id, asked.workflow)
        listening, found = await trials.listen(
            caller.tenant, draft, node=asked.node, destination=asked.destination_node
        )
        shapes = _shapes(found, public_url or str(request.base_url), is_test=True)
        return ListeningShape(shapes, listening.expires_at)

    @get("/test-webhook", operation_id="getTestEvent", summary="Say whether the call has come")
    async def standing(self, caller: _Who, trials: _Trials, workflow_id: FromPath[str]) -> TrialShape:
        await _seen(caller, trials, workflow_id, Action.EXECUTION_READ)
        found = await trials.standing(caller.tenant, workflow_id)
        if found is None:
            return TrialShape("idle")
        state: Literal["waiting", "called"] = "waiting" if found.execution_id is None else "called"
        return TrialShape(state, found.expires_at, found.execution_id, found.node)

    @delete("/test-webhook", operation_id="stopListening", summary="Wait for no call any more")
    async def stop(self, caller: _Who, trials: _Trials, workflow_id: FromPath[str]) -> None:
        await _seen(caller, trials, workflow_id, Action.WORKFLOW_EDIT)
        await trials.stop(caller.tenant, workflow_id)


async def _seen(caller: Caller, trials: Trials, workflow_id: str, *actions: Action) -> Draft:
    draft = await trials.draft(caller.tenant, workflow_id)
    for action in actions:
        await caller.must(action, draft.project)
    return draft


def _shapes(found: Sequence[Address], base: str, *, is_test: bool = False) -> list[WebhookShape]:
    shapes = []
    for one in found:
        test, production = (f"{base.rstrip('/')}/{path}" if path else "" for path in (one.test_path, one.path))
        url = test if is_test else production
        shapes.append(WebhookShape(one.node, one.kind, one.method, url, test, production, one.trouble))
    return shapes
