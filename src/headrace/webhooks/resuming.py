"""Runs that wait for a request: webhooks and forms that have them go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from headrace.executions.public import Mode, Status
from headrace.kernel.ids import ExecutionId, new_id
from headrace.sdk.items import Binary, Item
from headrace.webhooks.admitting import Door
from headrace.webhooks.answering import problem
from headrace.webhooks.calls import Request, WebhookSettings
from headrace.webhooks.domain import Route
from headrace.webhooks.filling import Filled, Filling, as_page
from headrace.webhooks.forms.fields import Form, ending_of, form_of, submitted_of
from headrace.webhooks.forms.pages import ending_page, trouble_page, working_page
from headrace.webhooks.links import Links, unsigned
from headrace.webhooks.ports import Bodies, ShownNode, Standing, Waits
from headrace.webhooks.public import Answer
from headrace.webhooks.reading import Reader, handed_over
from headrace.webhooks.running import Begun, Runner
from headrace.webhooks.waits import NOT_MADE_HERE, GoingOn, route_of, waits_for

_RUNS = problem(409, "Conflict", "This execution is being run; it does not wait for a call now")


class Resuming:
    """Takes calls for runs that wait."""

    def __init__(
        self,
        *,
        waits: Waits,
        going_on: GoingOn,
        runner: Runner,
        bodies: Bodies,
        door: Door,
        filling: Filling,
        links: Links,
        now: Callable[[], datetime],
        settings: WebhookSettings,
    ) -> None:
        self._waits = waits
        self._going_on = going_on
        self._runner = runner
        self._bodies = bodies
        self._door = door
        self._filling = filling
        self._links = links
        self._now = now
        self._settings = settings

    async def call(self, request: Request) -> Answer:
        """Take a call to `/webhook-waiting/<execution>[/<suffix>]`; raises what cannot be read or written."""
        opened = self._links.opened("webhook-waiting", request.path, request.query)
        if opened is None:
            return NOT_MADE_HERE
        execution_id, suffix = opened
        standing = await self._waits.find(execution_id)
        if standing is None or standing.status.is_final:
            return _nothing(execution_id)
        if standing.status is not Status.WAITING:
            return _RUNS
        if not waits_for(standing, "webhook", suffix) or standing.node is None:
            return _nothing(execution_id)
        route = route_of(standing, standing.node)
        method = "GET" if request.method == "HEAD" and "HEAD" not in route.methods else request.method
        if method not in route.methods:
            allow = ", ".join(sorted(route.methods))
            return problem(404, "Not Found", f"This execution waits for a {allow} request", headers=[("allow", allow)])
        refusal = await self._door.refusal(route, request)
        if refusal is not None:
            return refusal
        upload = new_id()
        try:
            reader = Reader(self._bodies, route.tenant, upload, self._settings.reading)
            body = await reader.read(request.headers, request.chunks, route.options)
            json = {
                "headers": dict(request.headers),
                "params": {},
                "query": unsigned(request.query),
                "body": body.value,
                "webhookUrl": request.url,
                "executionMode": "test" if standing.request.mode is Mode.MANUAL else "production",
            }
            begun = await self._resume(standing, route, json, body.files, by="webhook")
        finally:
            await self._bodies.delete_owned(route.tenant, upload)
        return await self._runner.answer(route, begun) if begun is not None else _RUNS

    async def form(self, request: Request) -> Answer:
        """Take a call to `/form-waiting/<execution>[/<suffix>]`: show the run as a page, or take what was sent."""
        opened = self._links.opened("form-waiting", request.path, request.query)
        if opened is None:
            return as_page(NOT_MADE_HERE)
        execution_id, suffix = opened
        standing = await self._waits.find(execution_id)
        if standing is None or not standing.is_form:
            return as_page(_nothing(execution_id))
        if request.method not in ("GET", "HEAD", "POST"):
            return as_page(problem(405, "Method Not Allowed", "A form is asked for or sent"))
        shown = standing.node or standing.first
        if shown is None:
            return as_page(_nothing(execution_id))
        route = route_of(standing, shown)
        refusal = await self._door.refusal(route, request)
        if refusal is not None:
            return as_page(refusal)
        if request.method == "POST":
            return await self._sent(standing, route, suffix, request)
        return self._seen(standing, route, suffix, request)

    def _seen(self, standing: Standing, route: Route, suffix: str, request: Request) -> Answer:
        if waits_for(standing, "form", suffix):
            return self._filling.page(_form(standing, route), replace(request, query=unsigned(request.query)))
        if standing.suspension is not None and standing.suspension.resume == "form":
            return as_page(_nothing(standing.request.execution_id))
        if standing.node is not None and standing.suspension is None:
            return self._ending(standing, standing.node, request)
        if standing.status is Status.SUCCESS:
            return ending_page(submitted_of(standing.first.parameters if standing.first is not None else {}))
        if standing.status.is_final:
            return trouble_page(500, "This form could not be completed", "Something went wrong after it was sent.")
        return working_page()

    def _ending(self, standing: Standing, node: ShownNode, request: Request) -> Answer:
        ending = ending_of(node.parameters)
        held = (node.item.binary or {}) if node.item is not None else {}
        file = held.get(ending.file) if ending.file is not None else None
        if file is None:
            return ending_page(ending)
        if "file" in request.query:
            return Answer(
                headers=[
                    # Never shown, whatever it is: what somebody uploaded could be a page.
                    ("content-type", "application/octet-stream"),
                    ("content-disposition", f'attachment; filename="{_ascii_name(file)}"'),
                    ("cache-control", "no-store"),
                ],
                payload=(standing.request.tenant, file.id),
                policy="default-src 'none'; sandbox",
            )
        here = self._links.path("form-waiting", standing.request.execution_id)
        return ending_page(ending, file=f"{request.root}{here}&file")

    async def _sent(self, standing: Standing, route: Route, suffix: str, request: Request) -> Answer:
        if standing.status.is_final or not waits_for(standing, "form", suffix):
            running = standing.status in (Status.NEW, Status.RUNNING)
            return as_page(_RUNS if running else _nothing(standing.request.execution_id))
        mode = "test" if standing.request.mode is Mode.MANUAL else "production"
        upload = new_id()
        try:
            filled = await self._filling.read(
                route, _form(standing, route), request, upload, now=self._now(), mode=mode
            )
            if not isinstance(filled, Filled):
                return filled
            begun = await self._resume(standing, route, filled.json, filled.files, by="form")
        finally:
            await self._bodies.delete_owned(route.tenant, upload)
        return await self._filling.after(route, request, begun) if begun is not None else as_page(_RUNS)

    async def _resume(
        self, standing: Standing, route: Route, json: dict[str, object], files: dict[str, Binary], *, by: str
    ) -> Begun | None:
        async def items() -> list[Item]:
            kept = await handed_over(self._bodies, route.tenant, standing.request.execution_id, files)
            return [Item(json=json, binary=kept or None)]

        return await self._going_on.resume(standing, route, items, by=by)


def _nothing(execution_id: ExecutionId) -> Answer:
    detail = f'The execution "{execution_id[:40]}" does not wait for a call, or does not any more'
    return problem(404, "Not Found", detail)


def _form(standing: Standing, route: Route) -> Form:
    return form_of(route.parameters, first=standing.first.parameters if standing.first is not None else None)


def _ascii_name(file: Binary) -> str:
    name = file.file_name or "file"
    return "".join(one if one.isascii() and one.isprintable() and one not in '"\\;' else "_" for one in name)
