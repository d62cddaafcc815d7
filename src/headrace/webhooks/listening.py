"""Test URLs: a draft's routes, served for one call."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from headrace.kernel.ids import TenantId
from headrace.webhooks.domain import Route, RouteTable
from headrace.webhooks.public import Heard


@dataclass(frozen=True, slots=True)
class _Listener:
    route: Route
    heard: asyncio.Future[Heard]


class Listening:
    """Routes that somebody listens at; each is gone with the call that it waits for."""

    def __init__(self) -> None:
        self.tables: Mapping[str, RouteTable] = {"webhook": RouteTable(), "form": RouteTable()}
        self._listeners: dict[tuple[TenantId, str], _Listener] = {}

    def listen(self, route: Route, timeout: timedelta) -> asyncio.Future[Heard]:
        """Serve a route until it is called; a workflow has one at a time, and a new one ends the old.

        Returns:
            What becomes done with the call, and cancelled if none comes in time. Cancel it to listen no more.

        Raises:
            RouteTaken: somebody listens there for another workflow.
        """
        self.tables[route.kind].check([route])
        key = (route.tenant, route.workflow_id)
        before = self._listeners.get(key)
        if before is not None:
            self._drop(before)
            before.heard.cancel()
        loop = asyncio.get_running_loop()
        heard: asyncio.Future[Heard] = loop.create_future()
        listener = self._listeners[key] = _Listener(route, heard)
        self.tables[route.kind].put([route])
        timer = loop.call_later(timeout.total_seconds(), heard.cancel)

        def done(_: asyncio.Future[Heard]) -> None:
            timer.cancel()
            self._drop(listener)

        heard.add_done_callback(done)
        return heard

    def take(self, route: Route) -> asyncio.Future[Heard] | None:
        """Take the call that a route waited for; None: another call came first, or it was given up."""
        listener = self._listeners.get((route.tenant, route.workflow_id))
        if listener is None or listener.route is not route or listener.heard.done():
            return None
        self._drop(listener)
        return listener.heard

    def _drop(self, listener: _Listener) -> None:
        key = (listener.route.tenant, listener.route.workflow_id)
        if self._listeners.get(key) is listener:
            del self._listeners[key]
            self.tables[listener.route.kind].remove(*key)
