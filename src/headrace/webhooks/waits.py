"""A run that waits for a request: what is asked of the request, and having the run go on, once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from headrace.executions.errors import LeaseHeld, NotRunnable
from headrace.executions.public import Status
from headrace.kernel.ids import ExecutionId
from headrace.sdk.items import Item
from headrace.sdk.parameters import has_expression
from headrace.webhooks.answering import problem
from headrace.webhooks.domain import Route, methods_of, options_of
from headrace.webhooks.errors import BadRoute
from headrace.webhooks.ports import Outputs, ShownNode, Standing, Waits
from headrace.webhooks.public import FORM, FORM_TRIGGER
from headrace.webhooks.routing import form_timezone
from headrace.webhooks.running import Begun, Runner

NOT_MADE_HERE = problem(404, "Not Found", "There is nothing at this address")
"""Whoever was not given an address is told nothing of what there may be at it."""

_PAGE_METHODS = frozenset({"GET", "POST"})


class GoingOn:
    """Has runs go on that wait."""

    def __init__(self, *, waits: Waits, runner: Runner, outputs: Outputs) -> None:
        self._waits = waits
        self._runner = runner
        self._outputs = outputs
        self._resuming: set[ExecutionId] = set()
        """Runs that are about to go on: of several calls at once, one has them do it."""

    async def resume(
        self,
        standing: Standing,
        route: Route,
        items: Callable[[], Awaitable[Sequence[Item]]],
        *,
        by: str,
        to: int = 0,
    ) -> Begun | None:
        """Have a run go on; None: another call did.

        Args:
            items: Makes what the waiting node puts out; asked only if the run does go on here.
            to: On which of the node's outputs.
        """
        tenant, execution_id = route.tenant, standing.request.execution_id
        if execution_id in self._resuming or standing.suspension is None:
            return None
        self._resuming.add(execution_id)
        try:
            # The body took its time: what the run waits for now may be another thing.
            now = await self._waits.find(execution_id)
            if now is None or now.suspension != standing.suspension or now.status is not Status.WAITING:
                return None
            output = await self._outputs.store(tenant, execution_id, await items())
            return await self._runner.resume(
                route, standing.request.ticket, output, by=by, to=to, waits=standing.suspension
            )
        except (LeaseHeld, NotRunnable):
            return None
        finally:
            self._resuming.discard(execution_id)


def waits_for(standing: Standing, resume: str, suffix: str) -> bool:
    """Whether a run waits for a request of a kind, with this suffix."""
    waits = standing.suspension
    return waits is not None and waits.resume == resume and waits.webhook_suffix.strip("/") == suffix


def route_of(standing: Standing, node: ShownNode) -> Route:
    """Return a waiting node as a route.

    Raises:
        BadRoute: what it is set to makes no sense, or who may call hangs on data.
    """
    # Who may come in is the author's word: never what an expression made of data.
    guard = standing.first if node.type == FORM and standing.first is not None else node
    drawn = guard.drawn.get("authentication" if guard.type == FORM_TRIGGER else "incomingAuthentication")
    if has_expression(drawn):
        raise BadRoute(f'node "{guard.name}": the authentication of a webhook cannot be an expression')
    request = standing.request
    options = options_of(node.parameters, node.name)
    is_page = standing.suspension is None or standing.suspension.resume != "webhook"
    return Route(
        tenant=request.tenant,
        workflow_id=request.workflow_id,
        workflow_name=request.workflow_name,
        project=request.project,
        workflow=request.workflow,
        node=node.name,
        credentials=guard.credentials,
        methods=_PAGE_METHODS if is_page else methods_of(node.parameters, node.name),
        path="",
        options=replace(options, authentication=str(drawn or "none")),
        kind="form" if is_page else "webhook",
        parameters=node.parameters,
        has_pages=node.type == FORM or standing.has_pages,
        timezone=form_timezone(node.parameters, node.version, {"timezone": standing.timezone}, standing.timezone),
    )
