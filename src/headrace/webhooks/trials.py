"""Use cases: try a draft out at its test URLs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import ExecutionId, TenantId, new_id
from headrace.webhooks.domain import Route, RouteTable, place_of, places_of
from headrace.webhooks.errors import BadRoute, NoRoute, RouteTaken
from headrace.webhooks.ports import Draft, Drafts, Listenings
from headrace.webhooks.public import CHAT_TRIGGER, FORM_TRIGGER, WEBHOOK, Listening
from headrace.webhooks.routing import callable_nodes, is_public, route_of
from headrace.workflows.public import Node, Workflow

LISTEN = timedelta(minutes=2)
"""How long a test URL answers when nobody calls it."""


_KINDS: Mapping[str, Literal["webhook", "form", "chat"]] = {
    WEBHOOK: "webhook",
    FORM_TRIGGER: "form",
    CHAT_TRIGGER: "chat",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where one node answers, to one method."""

    node: str
    kind: Literal["webhook", "form", "chat"]
    method: str
    path: str
    """Of the production URL, after the server's own; empty: there is none."""

    test_path: str
    trouble: str = ""
    """Why nothing is served there; empty: nothing is in the way."""


class Trials:
    """Has drafts wait for a call, and says where nodes answer."""

    def __init__(
        self,
        *,
        drafts: Drafts,
        listenings: Listenings,
        parameters: Callable[[Node], Mapping[str, Any]],
        now: Callable[[], datetime],
        timezone: str,
    ) -> None:
        """Args:
        parameters: Returns a node's, defaults filled in.
        timezone: Of workflows that have none.
        """
        self._drafts = drafts
        self._listenings = listenings
        self._parameters = parameters
        self._now = now
        self._timezone = timezone

    async def draft(self, tenant: TenantId, workflow_id: str, drawn: Mapping[str, Any] | None = None) -> Draft:
        """Return what is to be tried; raises as `Drafts.get`."""
        return await self._drafts.get(tenant, workflow_id, drawn)

    def addresses(self, tenant: TenantId, workflow: Workflow) -> list[Address]:
        """Return where a workflow's nodes answer; one that cannot be served says why, and hides no other."""
        found: list[Address] = []
        raw = msgspec.Raw(b"")
        for node in callable_nodes(workflow):
            try:
                route = self._route(tenant, workflow, node, raw)
            except HeadraceError as senseless:
                kind = _KINDS[node.type]
                found.append(
                    Address(node=node.name, kind=kind, method="", path="", test_path="", trouble=str(senseless))
                )
            else:
                found += addresses_of(route, is_public=is_public(node))
        return found

    async def listen(
        self, tenant: TenantId, draft: Draft, *, node: str | None = None, destination: str | None = None
    ) -> tuple[Listening, list[Address]]:
        """Serve a draft at its test URLs for one call, which runs it by hand; what listened for it before ends.

        Args:
            node: Only at that of this node; None: at those of all.
            destination: Only what leads to this node runs then.

        Raises:
            BadRoute: a node cannot be served.
            NoRoute: nothing in the draft answers calls, or the node does not.
            RouteTaken: somebody listens there for another workflow.
        """
        workflow = draft.workflow
        if destination is not None and destination not in workflow.nodes:
            raise BadRoute(f'there is no node "{destination}" in workflow "{workflow.name}"')
        nodes = [one for one in callable_nodes(workflow) if node is None or one.name == node]
        if not nodes:
            what = f'the node "{node}"' if node is not None else f'workflow "{workflow.name}"'
            raise NoRoute(f"{what} answers no calls")
        raw = msgspec.Raw(workflow.to_json())
        routes = [self._route(tenant, workflow, one, raw) for one in nodes]
        places = {place_of(route) for route in routes}
        now = self._now()
        others = [
            other
            for other in await self._listenings.at(places, now=now)
            if (other.tenant, other.workflow_id) != (tenant, workflow.id)
        ]
        for kind in ("webhook", "form"):
            self._table(kind, others).check([route for route in routes if route.kind == kind])
        listening = Listening(
            id=new_id(),
            tenant=tenant,
            workflow_id=workflow.id,
            project=draft.project,
            workflow=raw,
            nodes=tuple(one.name for one in nodes),
            places=tuple(places),
            destination=destination,
            expires_at=now + LISTEN,
        )
        await self._listenings.open(listening, now=now)
        found = [
            address
            for route, one in zip(routes, nodes, strict=True)
            for address in addresses_of(route, is_public=is_public(one))
        ]
        return listening, found

    async def standing(self, tenant: TenantId, workflow_id: str) -> Listening | None:
        """Return what listens, or has heard a call not long ago; None: neither."""
        found = await self._listenings.of(tenant, workflow_id)
        return found if found is not None and (found.execution_id or found.waits(self._now())) else None

    async def stop(self, tenant: TenantId, workflow_id: str) -> bool:
        """Listen no more; False if nothing did."""
        return await self._listenings.close(tenant, workflow_id)

    async def table(self, kind: str, path: str) -> RouteTable:
        """Return the routes of drafts that may be meant by a call to a test URL."""
        return self._table(kind, await self._listenings.at(places_of(kind, path), now=self._now()))

    async def take(self, route: Route, execution_id: ExecutionId) -> bool:
        """Take the call that a draft waits for; False: another call came first, or nobody listens any more."""
        return route.listening is not None and await self._listenings.take(
            route.listening, execution_id=execution_id, node=route.node, now=self._now()
        )

    async def give_back(self, route: Route, execution_id: ExecutionId) -> None:
        """Let the draft wait for another call: nothing came of this one."""
        if route.listening is not None:
            await self._listenings.give_back(route.listening, execution_id=execution_id)

    def _table(self, kind: str, listenings: Sequence[Listening]) -> RouteTable:
        table = RouteTable()
        for listening in listenings:
            # Of two that began to listen at once, the newer one is called.
            with contextlib.suppress(RouteTaken):
                table.put([route for route in self._routes(listening) if route.kind == kind])
        return table

    def _routes(self, listening: Listening) -> list[Route]:
        workflow = Workflow.from_json(listening.workflow)
        nodes = [workflow.nodes[name] for name in listening.nodes]
        return [
            replace(
                self._route(listening.tenant, workflow, node, _unpinned(workflow, node.name)),
                project=listening.project,
                listening=listening,
            )
            for node in nodes
        ]

    def _route(self, tenant: TenantId, workflow: Workflow, node: Node, raw: msgspec.Raw) -> Route:
        return route_of(tenant, workflow, node, self._parameters(node), raw=raw, timezone=self._timezone)


def addresses_of(route: Route, *, is_public: bool = True) -> list[Address]:
    """Return where a route is reached, once for each method; the page of a form, or of a chat, is opened by GET."""
    kind: Literal["webhook", "form", "chat"] = "chat" if route.is_chat else route.kind
    if route.kind == "form":
        ways = [("GET", "form", route.path)]
    elif route.is_chat:
        page = [("GET", "chat", route.path.removesuffix("/chat"))] if route.parameters else []
        ways = [*page, ("POST", "webhook", route.path)]
    else:
        ways = [(method, "webhook", route.path) for method in sorted(route.methods)]
    return [
        Address(
            node=route.node,
            kind=kind,
            method=method,
            path=f"{place}/{path}" if is_public else "",
            test_path=f"{place}-test/{path}",
        )
        for method, place, path in ways
    ]


def _unpinned(workflow: Workflow, node: str) -> msgspec.Raw:
    """Return a workflow without a node's pinned items: they would take the place of the call."""
    pins = {name: items for name, items in workflow.pin_data.items() if name != node}
    return msgspec.Raw(msgspec.json.encode({**workflow.raw, "pinData": pins}))
