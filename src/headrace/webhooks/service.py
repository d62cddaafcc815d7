"""Use cases: serve a workflow's webhooks, and take calls."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from headrace.executions.public import ExecutionRequested, Mode, Output, Status
from headrace.kernel.errors import Denied, HeadraceError, LimitExceeded
from headrace.kernel.ids import ExecutionId, TenantId, new_id
from headrace.sdk.context import HttpReply
from headrace.sdk.items import Item
from headrace.sdk.parameters import resolve_parameters
from headrace.webhooks.answering import CANCELED, FAILED, ended_without_answer, last_node, problem, received
from headrace.webhooks.authenticating import Gatekeeper
from headrace.webhooks.domain import (
    Rate,
    Route,
    RouteTable,
    allowed_origin,
    is_bot,
    may_come_from,
    methods_of,
    options_of,
    path_of,
)
from headrace.webhooks.errors import BadCall, CallTooLarge
from headrace.webhooks.ports import Bodies, NodeTypes, Outcome, Outputs, Runs, Secrets
from headrace.webhooks.public import Answer
from headrace.webhooks.reading import Reader, ReadingLimits
from headrace.workflows.public import Workflow

WEBHOOK = "n8n-nodes-base.webhook"
_MAX_RATES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request before its body is read."""

    method: str
    path: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, Any]
    address: str
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    reading: ReadingLimits = field(default_factory=ReadingLimits)
    longest_wait: timedelta = timedelta(minutes=10)
    """How long a caller may have to wait for an answer that the run makes."""


class Webhooks:
    """Takes calls to webhooks, and starts runs of them that are durable before anybody hears of success."""

    def __init__(
        self,
        *,
        runs: Runs,
        bodies: Bodies,
        outputs: Outputs,
        secrets: Secrets,
        nodes: NodeTypes,
        now: Callable[[], datetime],
        settings: WebhookSettings | None = None,
    ) -> None:
        self.table = RouteTable()
        self._runs = runs
        self._bodies = bodies
        self._outputs = outputs
        self._gate = Gatekeeper(secrets)
        self._nodes = nodes
        self._now = now
        self._settings = settings or WebhookSettings()
        self._rates: dict[tuple[TenantId, str, str], Rate] = {}

    def serve(self, tenant: TenantId, workflow: Workflow) -> list[Route]:
        """Serve a published workflow's webhooks in place of those that it had.

        Raises:
            BadRoute: one of its nodes cannot be served.
            RouteTaken: another workflow has one of the paths; nothing has changed.
        """
        routes = self.routes_of(tenant, workflow)
        if routes:
            self.table.put(routes)
        else:
            self.withdraw(tenant, workflow.id)
        return routes

    def withdraw(self, tenant: TenantId, workflow_id: str) -> None:
        """Serve nothing of a workflow any more."""
        self.table.remove(tenant, workflow_id)

    def routes_of(self, tenant: TenantId, workflow: Workflow) -> list[Route]:
        """Return what a workflow's nodes would answer; raises as `serve`."""
        found: list[Route] = []
        raw: msgspec.Raw | None = None
        for node in workflow.nodes.values():
            if node.type != WEBHOOK or node.disabled:
                continue
            description = self._nodes.find(node.type, node.type_version).DESCRIPTION
            parameters = resolve_parameters(description.parameters, node.parameters, version=node.type_version)
            raw = raw or msgspec.Raw(workflow.to_json())
            found.append(
                Route(
                    tenant=tenant,
                    workflow_id=workflow.id,
                    workflow_name=workflow.name,
                    workflow=raw,
                    node=node.name,
                    credentials=node.credentials,
                    methods=methods_of(parameters, node.name),
                    path=path_of(str(parameters.get("path") or ""), node.webhook_id, node.name),
                    options=options_of(parameters, node.name),
                )
            )
        return found

    async def take(self, request: Request) -> Answer:
        """Take a call and return its answer.

        A status of 200 to 299 means that the run is durable. Nothing is raised: what is wrong with a call, or with this
        server, is an answer.
        """
        method = "GET" if request.method == "HEAD" and not self.table.find("HEAD", request.path) else request.method
        found = self.table.find(method, request.path)
        if found is None:
            return self._nothing_here(request)
        route, parameters = found
        refusal = await self._refusal(route, request)
        if refusal is not None:
            return refusal
        execution_id = ExecutionId(new_id())
        try:
            given = await self._given(route, request, parameters, execution_id)
            answer = await self._run(route, execution_id, given)
            return replace(answer, headers=[*answer.headers, *self._origin(route, request)])
        except CallTooLarge as large:
            return problem(413, "Content Too Large", str(large))
        except BadCall as wrong:
            return problem(400, "Bad Request", str(wrong))
        except LimitExceeded as reached:
            seconds = -(-(reached.retry_after or timedelta(minutes=1)) // timedelta(seconds=1))
            return problem(429, "Too Many Requests", str(reached), headers=[("retry-after", str(seconds))])
        except Denied as refused:
            return problem(403, "Forbidden", str(refused))
        except HeadraceError as failure:
            return problem(503, "Service Unavailable", str(failure), headers=[("retry-after", "1")])

    def preflight(self, request: Request) -> Answer:
        """Return the answer to a browser's question whether a page may call."""
        methods = self.table.methods_at(request.path)
        wanted = request.headers.get("access-control-request-method", "").upper()
        found = self.table.find(wanted if wanted in methods else methods[0], request.path) if methods else None
        if found is None:
            return self._nothing_here(request)
        origin = self._origin(found[0], request)
        asked = request.headers.get("access-control-request-headers", "")
        return Answer(
            status=204,
            headers=[
                *origin,
                ("access-control-allow-methods", ", ".join(["OPTIONS", *methods])),
                *([("access-control-allow-headers", asked)] if asked else []),
                ("access-control-max-age", "300"),
            ],
        )

    def _nothing_here(self, request: Request) -> Answer:
        methods = self.table.methods_at(request.path)
        if methods:
            return problem(
                404,
                "Not Found",
                f"This webhook is not registered for {request.method} requests. Did you mean to make a"
                f" {' or '.join(methods)} request?",
                headers=[("allow", ", ".join(methods))],
            )
        return problem(
            404,
            "Not Found",
            f'The requested webhook "{request.method} {request.path[:200]}" is not registered. The workflow must be'
            " published for its production URL to answer.",
        )

    async def _refusal(self, route: Route, request: Request) -> Answer | None:
        options = route.options
        if not may_come_from(request.address, options.allowed_addresses):
            return problem(403, "Forbidden", "This address may not call this webhook")
        if options.ignore_bots and is_bot(request.headers.get("user-agent", "")):
            return problem(403, "Forbidden", "Bots may not call this webhook")
        if options.calls_per_minute is not None:
            seconds = self._rate(route, options.calls_per_minute)
            if seconds:
                detail = f"This webhook takes {options.calls_per_minute} calls a minute"
                return problem(429, "Too Many Requests", detail, headers=[("retry-after", str(int(seconds) + 1))])
        return await self._gate.refusal(route, request.headers)

    def _rate(self, route: Route, per_minute: int) -> float:
        key = (route.tenant, route.workflow_id, route.node)
        now = time.monotonic()
        rate = self._rates.get(key)
        if rate is None or rate.per_minute != per_minute:
            if len(self._rates) > _MAX_RATES:
                self._rates.clear()
            rate = self._rates[key] = Rate.full(per_minute, now)
        return rate.take(now)

    async def _given(
        self, route: Route, request: Request, parameters: Mapping[str, str], execution_id: ExecutionId
    ) -> Output:
        reader = Reader(self._bodies, route.tenant, execution_id, self._settings.reading)
        body = await reader.read(request.headers, request.chunks, route.options)
        item = Item(
            json={
                "headers": dict(request.headers),
                "params": dict(parameters),
                "query": dict(request.query),
                "body": body.value,
                "webhookUrl": request.url,
                "executionMode": "production",
            },
            binary=body.files or None,
        )
        return await self._outputs.store(route.tenant, execution_id, [item])

    async def _run(self, route: Route, execution_id: ExecutionId, given: Output) -> Answer:
        options = route.options
        reply = self._runs.reply_of(execution_id) if options.response_mode in ("responseNode", "streaming") else None
        finished = await self._runs.submit(
            ExecutionRequested(
                execution_id=execution_id,
                tenant=route.tenant,
                workflow_id=route.workflow_id,
                workflow_name=route.workflow_name,
                workflow=route.workflow,
                mode=Mode.WEBHOOK,
                start=route.node,
                given=given,
                use_pins=False,
                at=self._now(),
            )
        )
        if options.response_mode == "onReceived":
            return received(options)
        waited = {one for one in (reply, finished) if one is not None}
        seconds = self._settings.longest_wait.total_seconds()
        try:
            done, _ = await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if reply is not None and reply.done():
                return _of_reply(route.tenant, reply.result())
        finally:
            if reply is not None:
                reply.cancel()  # nobody waits for it any more
        if not done:
            return problem(504, "Gateway Timeout", f"The run goes on, and has not answered within {seconds:g} seconds")
        if finished.cancelled():
            return problem(
                503, "Service Unavailable", "The run is kept, and goes on elsewhere", headers=[("retry-after", "5")]
            )
        return await self._of_outcome(route, finished.result())

    async def _of_outcome(self, route: Route, outcome: Outcome) -> Answer:
        if outcome.status is Status.ERROR:
            return FAILED
        if outcome.status is Status.CANCELED:
            return CANCELED
        if outcome.status is Status.WAITING or route.options.response_mode != "lastNode":
            return ended_without_answer(route.options)
        output = next((one for one in outcome.outputs if one.items), None)
        items = await self._outputs.items(route.tenant, output) if output is not None else []
        return last_node(route.tenant, route.options, items)

    def _origin(self, route: Route, request: Request) -> list[tuple[str, str]]:
        origin = allowed_origin(request.headers.get("origin", ""), route.options.allowed_origins)
        if origin is None:
            return []
        return [("access-control-allow-origin", origin), *([] if origin == "*" else [("vary", "Origin")])]


def _of_reply(tenant: TenantId, reply: HttpReply) -> Answer:
    headers = [
        (name.lower(), value) for name, value in reply.headers.items() if "\n" not in value and "\r" not in value
    ]
    payload = (tenant, reply.binary.id) if reply.binary is not None else None
    return Answer(status=reply.status, headers=headers, body=reply.body, payload=payload)
