"""Who may call a webhook, by the credential that its node names."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from headrace.kernel.errors import NotFound
from headrace.kernel.ids import DEFAULT_TENANT, ProjectId, TenantId
from headrace.webhooks.authenticating import Gatekeeper
from headrace.webhooks.domain import Options, Route

SECRETS = {
    "httpBasicAuth": {"user": "ann", "password": "pw"},
    "httpHeaderAuth": {"name": "X-Key", "value": "k"},
}


class Held:
    """Credentials of one project, all of them under the id "7"."""

    async def open(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], *, project: ProjectId
    ) -> Mapping[str, Any]:
        if (tenant, reference.get("id"), project) != (DEFAULT_TENANT, "7", "sales"):
            raise NotFound("no such credential")
        return SECRETS[type_]


def route(kind: str, credential: str = "7", *, project: str = "sales") -> Route:
    types = {"basicAuth": "httpBasicAuth", "headerAuth": "httpHeaderAuth"}
    return Route(
        tenant=DEFAULT_TENANT,
        workflow_id="w",
        workflow_name="W",
        project=ProjectId(project),
        workflow=msgspec.Raw(b"{}"),
        node="Webhook",
        credentials={types[kind]: {"id": credential}},
        methods=frozenset({"POST"}),
        path="x",
        options=Options(authentication=kind),
    )


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


@pytest.mark.parametrize(
    ("kind", "headers", "status"),
    [
        ("basicAuth", basic("ann", "pw"), None),
        ("basicAuth", basic("ann", "wrong"), 401),
        ("basicAuth", {}, 401),
        ("headerAuth", {"x-key": "k"}, None),
        ("headerAuth", {"x-key": "wrong"}, 403),
        ("headerAuth", {}, 403),
    ],
)
async def test_a_caller_is_let_in_who_shows_what_the_credential_says(
    kind: str, headers: dict[str, str], status: int | None
) -> None:
    refusal = await Gatekeeper(Held()).refusal(route(kind), headers)

    assert (None if refusal is None else refusal.status) == status


@pytest.mark.parametrize("at", [route("basicAuth", "8"), route("basicAuth", project="another")])
async def test_a_credential_that_the_project_may_not_use_lets_nobody_in(at: Route) -> None:
    refusal = await Gatekeeper(Held()).refusal(at, basic("ann", "pw"))

    assert refusal is not None
    assert refusal.status == 500
