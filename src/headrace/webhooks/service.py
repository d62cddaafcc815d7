"""Use cases: serve a workflow's webhooks and forms, and take calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from headrace.executions.errors import VersionConflict
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import ExecutionId, ProjectId, TenantId, new_id
from headrace.sdk.items import Item
from headrace.sdk.parameters import resolve_parameters
from headrace.webhooks.admitting import Door
from headrace.webhooks.answering import of_failure, problem, repeated
from headrace.webhooks.approving import Approving
from headrace.webhooks.calls import Request, WebhookSettings
from headrace.webhooks.chat.messages import message_of
from headrace.webhooks.chat.showing import Chats
from headrace.webhooks.deduplicating import Delivery, key_of
from headrace.webhooks.domain import Route, RouteTable, allowed_origin
from headrace.webhooks.errors import BadCall
from headrace.webhooks.filling import Filled, Filling, as_page
from headrace.webhooks.forms.fields import form_of
from headrace.webhooks.links import Links
from headrace.webhooks.ports import Bodies, Drafts, Listenings, NodeTypes, Outputs, Runs, Secrets, Waits
from headrace.webhooks.public import Answer
from headrace.webhooks.reading import Reader, handed_over
from headrace.webhooks.resuming import Resuming
from headrace.webhooks.routing import routes_of
from headrace.webhooks.running import Begun, Runner
from headrace.webhooks.trials import Trials
from headrace.webhooks.waits import GoingOn
from headrace.workflows.public import Node, Workflow


class Webhooks:
    """Takes calls, and starts runs of them that are durable before anybody hears of success."""

    def __init__(
        self,
        *,
        runs: Runs,
        waits: Waits,
        bodies: Bodies,
        outputs: Outputs,
        secrets: Secrets,
        nodes: NodeTypes,
        drafts: Drafts,
        listenings: Listenings,
        links: Links,
        now: Callable[[], datetime],
        settings: WebhookSettings | None = None,
    ) -> None:
        self.table = RouteTable()
        self.forms = RouteTable()
        self._runs = runs
        self._bodies = bodies
        self._nodes = nodes
        self._now = now
        self._settings = settings or WebhookSettings()
        self.trials = Trials(
            drafts=drafts,
            listenings=listenings,
            parameters=self._parameters,
            now=now,
            timezone=self._settings.timezone,
        )
        self._door = Door(secrets)
        self._chats = Chats(self._settings.secret, now)
        self._runner = Runner(runs, outputs, now, longest_wait=self._settings.longest_wait)
        self._filling = Filling(bodies, links, self._settings)
        going_on = GoingOn(waits=waits, runner=self._runner, outputs=outputs)
        self._approving = Approving(
            waits=waits,
            going_on=going_on,
            bodies=bodies,
            outputs=outputs,
            door=self._door,
            links=links,
            now=now,
            settings=self._settings,
        )
        self._resuming = Resuming(
            waits=waits,
            going_on=going_on,
            runner=self._runner,
            bodies=bodies,
            door=self._door,
            filling=self._filling,
            links=links,
            now=now,
            settings=self._settings,
        )

    def serve(self, tenant: TenantId, workflow: Workflow, *, project: ProjectId) -> list[Route]:
        """Serve a published workflow's webhooks and forms in place of those that it had.

        Raises:
            BadRoute: one of its nodes cannot be served.
            RouteTaken: another workflow has one of the paths; nothing has changed.
        """
        routes = [replace(route, project=project) for route in self.check(tenant, workflow)]
        self.withdraw(tenant, workflow.id)
        for table, wanted in self._by_table(routes):
            table.put(wanted)
        return routes

    def check(self, tenant: TenantId, workflow: Workflow) -> list[Route]:
        """Return what `serve` would serve; raises as it does."""
        routes = self.routes_of(tenant, workflow)
        for table, wanted in self._by_table(routes):
            table.check(wanted)
        return routes

    def _by_table(self, routes: Sequence[Route]) -> Sequence[tuple[RouteTable, Sequence[Route]]]:
        return [
            (self.table, [route for route in routes if route.kind == "webhook"]),
            (self.forms, [route for route in routes if route.kind == "form"]),
        ]

    def withdraw(self, tenant: TenantId, workflow_id: str) -> None:
        """Serve nothing of a workflow any more."""
        self.table.remove(tenant, workflow_id)
        self.forms.remove(tenant, workflow_id)

    def routes_of(self, tenant: TenantId, workflow: Workflow) -> list[Route]:
        """Return what a workflow's nodes would answer; raises as `serve`."""
        return routes_of(tenant, workflow, self._parameters, timezone=self._settings.timezone)

    async def take(self, request: Request) -> Answer:
        """Take a call and return its answer.

        A status of 200 to 299 means that the run is durable. Nothing is raised: what is wrong with a call, or with this
        server, is an answer.
        """
        try:
            match request.place:
                case "webhook-waiting":
                    return await self._resuming.call(request)
                case "form-waiting":
                    return await self._resuming.form(request)
                case "approve":
                    return await self._approving.take(request)
                case "chat" | "chat-test":
                    return await self._chat(request)
                case "form" | "form-test":
                    return await self._form(request)
                case _:
                    return await self._call(request)
        except HeadraceError as failure:
            answer = of_failure(failure)
        return as_page(answer) if request.is_of_a_browser else answer

    async def preflight(self, request: Request) -> Answer:
        """Return the answer to a browser's question whether a page may call."""
        table = await self._table(request)
        methods = table.methods_at(request.path)
        wanted = request.headers.get("access-control-request-method", "").upper()
        found = table.find(wanted if wanted in methods else methods[0], request.path) if methods else None
        if found is None:
            return self._nothing_here(request, table)
        asked = request.headers.get("access-control-request-headers", "")
        return Answer(
            status=204,
            headers=[
                *_origin(found[0], request),
                ("access-control-allow-methods", ", ".join(["OPTIONS", *methods])),
                *([("access-control-allow-headers", asked)] if asked else []),
                ("access-control-max-age", "300"),
            ],
        )

    async def _call(self, request: Request) -> Answer:
        table = await self._table(request)
        found = _find(table, request)
        if found is None:
            return self._nothing_here(request, table)
        route, parameters = found
        if route.is_chat and request.method != "POST":
            return self._chats.to_page(route, request)
        refusal = await self._door.refusal(route, request, has_pass=self._chats.knows(route, request))
        if refusal is not None:
            # A page is told too, or else its browser tells it nothing.
            return replace(refusal, headers=[*refusal.headers, *_origin(route, request)])
        try:
            if route.listening is None:
                answer = await self._run(route, request, parameters)
            else:
                answer = await self._tested(route, request, parameters) or self._nothing_here(request, RouteTable())
        except HeadraceError as failure:
            # Pages of other origins are told what went wrong, too.
            answer = of_failure(failure)
        return replace(answer, headers=[*answer.headers, *_origin(route, request)])

    async def _run(self, route: Route, request: Request, parameters: Mapping[str, str]) -> Answer:
        source = route.options.deduplicate_by
        if source is None:
            execution_id = ExecutionId(new_id())
            item = await self._item(route, request, parameters, execution_id)
            return await self._runner.answer(route, await self._runner.start(route, execution_id, [item]))
        delivery = None
        if not source.needs_body:
            # Told by its headers: a repetition is known before its body is read.
            delivery = self._delivery(route, request, {})
            if delivery is not None and await self._is_known(delivery):
                return repeated()
        upload = new_id()
        try:
            item = await self._item(route, request, parameters, upload)
            delivery = delivery or self._delivery(route, request, item.json)
            if delivery is not None and await self._is_known(delivery):
                return repeated()
            execution_id = delivery.execution_id(self._now()) if delivery is not None else ExecutionId(new_id())
            files = await handed_over(self._bodies, route.tenant, execution_id, item.binary or {})
            begun = await self._runner.start(route, execution_id, [Item(json=item.json, binary=files or None)])
        except VersionConflict:
            # Of several at once, the journal has let one in.
            return repeated()
        finally:
            await self._bodies.delete_owned(route.tenant, upload)
        return await self._runner.answer(route, begun)

    def _delivery(self, route: Route, request: Request, json: Mapping[str, Any]) -> Delivery | None:
        source = route.options.deduplicate_by
        key = key_of(source, request.headers, json) if source is not None else None
        if key is None:
            return None
        return Delivery(
            tenant=route.tenant,
            workflow_id=route.workflow_id,
            node=route.node,
            key=key,
            within=route.options.deduplicate_for,
            secret=self._settings.secret,
        )

    async def _is_known(self, delivery: Delivery) -> bool:
        now = self._now()
        if await self._runs.requested_at(delivery.tenant, delivery.execution_id(now)) is not None:
            return True
        before = await self._runs.requested_at(delivery.tenant, delivery.earlier_id(now))
        return before is not None and now - before < delivery.within

    async def _tested(self, route: Route, request: Request, parameters: Mapping[str, str]) -> Answer | None:
        execution_id = ExecutionId(new_id())
        item = await self._item(route, request, parameters, execution_id, mode="test")
        begun = await self._begin_test(route, execution_id, item)
        return await self._runner.answer(route, begun) if begun is not None else None

    async def _begin_test(self, route: Route, execution_id: ExecutionId, item: Item) -> Begun | None:
        """Run a draft for the one call that it waits for; None: there was another."""
        if not await self.trials.take(route, execution_id):
            await self._bodies.delete_owned(route.tenant, execution_id)
            return None
        try:
            return await self._runner.start(route, execution_id, [item])
        except BaseException:
            await self.trials.give_back(route, execution_id)
            raise

    async def _chat(self, request: Request) -> Answer:
        table = await self._table(request)
        found = table.find("POST", f"{request.path}/chat")
        if found is None or not (found[0].is_chat and found[0].parameters):
            return as_page(self._nothing_here(request, RouteTable()))
        if request.method not in ("GET", "HEAD"):
            return as_page(problem(405, "Method Not Allowed", "The page of a chat is asked for"))
        refusal = await self._door.refusal(found[0], request)
        return as_page(refusal) if refusal is not None else self._chats.page(found[0], request)

    async def _form(self, request: Request) -> Answer:
        table = await self._table(request)
        found = _find(table, request)
        if found is None:
            return as_page(self._nothing_here(request, table))
        route, _ = found
        refusal = await self._door.refusal(route, request)
        if refusal is not None:
            return as_page(refusal)
        form = form_of(route.parameters)
        if request.method != "POST":
            return self._filling.page(form, request)
        execution_id = ExecutionId(new_id())
        mode = "production" if route.listening is None else "test"
        filled = await self._filling.read(route, form, request, execution_id, now=self._now(), mode=mode)
        if not isinstance(filled, Filled):
            return filled
        item = Item(json=filled.json, binary=filled.files or None)
        if route.listening is None:
            begun: Begun | None = await self._runner.start(route, execution_id, [item])
        else:
            begun = await self._begin_test(route, execution_id, item)
        if begun is None:
            return as_page(self._nothing_here(request, RouteTable()))
        return await self._filling.after(route, request, begun)

    async def _item(
        self, route: Route, request: Request, parameters: Mapping[str, str], owner: str, *, mode: str = "production"
    ) -> Item:
        reader = Reader(self._bodies, route.tenant, owner, self._settings.reading)
        try:
            body = await reader.read(request.headers, request.chunks, route.options)
            if body.files and not route.takes_files:
                raise BadCall("this chat takes no files")
            message = message_of(body.value) if route.is_chat else None
        except BaseException:
            # What came before the mistake belongs to no run, and nobody would ever remove it.
            await self._bodies.delete_owned(route.tenant, owner)
            raise
        if message is not None:
            return Item(json=message, binary=body.files or None)
        return Item(
            json={
                "headers": dict(request.headers),
                "params": dict(parameters),
                "query": dict(request.query),
                "body": body.value,
                "webhookUrl": request.url,
                "executionMode": mode,
            },
            binary=body.files or None,
        )

    async def _table(self, request: Request) -> RouteTable:
        match request.place:
            case "webhook-test":
                return await self.trials.table("webhook", request.path)
            case "chat-test":
                return await self.trials.table("webhook", f"{request.path}/chat")
            case "form-test":
                return await self.trials.table("form", request.path)
            case "form":
                return self.forms
        return self.table

    def _nothing_here(self, request: Request, table: RouteTable) -> Answer:
        methods = table.methods_at(request.path)
        if methods:
            return problem(
                404,
                "Not Found",
                f"This webhook is not registered for {request.method} requests. Did you mean to make a"
                f" {' or '.join(methods)} request?",
                headers=[("allow", ", ".join(methods))],
            )
        if request.place.endswith("-test"):
            way_out = "A test URL answers one call, once somebody listens for it."
        else:
            way_out = "The workflow must be published for its production URL to answer."
        what = request.place.removesuffix("-test")
        return problem(
            404,
            "Not Found",
            f'The requested {what} "{request.method} {request.path[:200]}" is not registered. {way_out}',
        )

    def _parameters(self, node: Node) -> Mapping[str, Any]:
        description = self._nodes.find(node.type, node.type_version).DESCRIPTION
        return resolve_parameters(description.parameters, node.parameters, version=node.type_version)


def _find(table: RouteTable, request: Request) -> tuple[Route, dict[str, str]] | None:
    method = "GET" if request.method == "HEAD" and not table.find("HEAD", request.path) else request.method
    return table.find(method, request.path)


def _origin(route: Route, request: Request) -> list[tuple[str, str]]:
    origin = allowed_origin(request.headers.get("origin", ""), route.options.allowed_origins)
    if origin is None:
        return []
    return [("access-control-allow-origin", origin), *([] if origin == "*" else [("vary", "Origin")])]
