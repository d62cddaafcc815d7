"""The whole REST API in this process, with callers of several roles and tenants."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from headrace.app.api import rest_api
from headrace.app.local import Headrace
from headrace.app.server import Triggers
from headrace.app.settings import Settings
from headrace.executions.following import Following
from headrace.executions.streaming import Streams
from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.tenancy.public import Actor, Role
from headrace.workflows.service.relaying import Relay

PASSWORD = "correct horse battery staple"


class Api:
    """The API as its clients see it."""

    def __init__(self, headrace: Headrace, triggers: Triggers) -> None:
        self.headrace = headrace
        self.trials = triggers.webhooks.trials
        journal = headrace.journal
        streams = Streams(Following(journal, journal, journal, headrace.commits), journal)
        self.owner = ""
        """An API key."""

        # A bug answers 500, as it would outside; it is not raised into the test.
        transport = httpx.ASGITransport(
            app=rest_api(
                headrace,
                Relay(headrace.library.outbox, triggers),
                streams,
                triggers.upcoming,
                triggers.webhooks.trials,
            ),
            raise_app_exceptions=False,
        )  # type: ignore[arg-type]
        self.http = httpx.AsyncClient(transport=transport, base_url="http://headrace.test/api/v1")

    async def call(self, method: str, path: str, *, key: str | None = None, **more: Any) -> httpx.Response:
        headers = {"X-API-Key": self.owner if key is None else key, **more.pop("headers", {})}
        return await self.http.request(method, path, headers=headers, **more)

    async def member(self, role: Role, tenant: TenantId = DEFAULT_TENANT) -> str:
        """Return an API key of somebody new with a role."""
        access = self.headrace.access
        email = f"{role}.{tenant}@example.com"
        user = await access.users.add(email=email, name=str(role).title(), password=PASSWORD)
        await access.members.join(tenant, user.id, role)
        _, token = await access.keys.create(tenant, Actor(user.id), "test")
        return token


@pytest_asyncio.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    headrace = Headrace(Settings(data_dir=tmp_path))
    await headrace.access.prepare()
    triggers = Triggers(headrace)
    made = Api(headrace, triggers)
    access = headrace.access
    owner = await access.setup.create_owner(
        email="owner@example.com", name="Olga", password=PASSWORD, local=True, token=None
    )
    _, made.owner = await access.keys.create(DEFAULT_TENANT, Actor(owner.id), "test")
    yield made
    await made.http.aclose()
    await triggers.close()
    await headrace.close()


def drawn(name: str = "Orders", path: str = "orders") -> Mapping[str, Any]:
    """Return a workflow that a webhook starts."""
    hook = {
        "id": "1",
        "name": "Webhook",
        "type": "n8n-nodes-base.webhook",
        "typeVersion": 2,
        "position": [0, 0],
        "parameters": {"path": path, "httpMethod": "POST"},
    }
    return {"name": name, "nodes": [hook], "connections": {}, "settings": {}}
