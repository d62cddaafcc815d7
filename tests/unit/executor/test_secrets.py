"""The credentials of one node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from headrace.executor.secrets import ShownCredentials, StepCredentials
from headrace.kernel.errors import Denied, HeadraceError, NotFound, Unavailable
from headrace.kernel.ids import DEFAULT_TENANT, ProjectId, TenantId
from headrace.sdk.errors import NodeError
from headrace.workflows.public import Workflow

NODE = Workflow.from_json(
    {
        "name": "W",
        "nodes": [
            {
                "name": "Fetch",
                "type": "n8n-nodes-base.httpRequest",
                "typeVersion": 4,
                "position": [0, 0],
                "parameters": {},
                "credentials": {"httpBasicAuth": {"id": "7", "name": "Shop"}, "jwtAuth": {"id": "8"}, "x": "text"},
            }
        ],
        "connections": {},
    }
).nodes["Fetch"]


class Source:
    def __init__(self, failure: HeadraceError | None = None) -> None:
        self.asked: list[tuple[object, ...]] = []
        self._failure = failure

    async def open(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], *, project: ProjectId
    ) -> Mapping[str, Any]:
        self.asked.append((tenant, type_, dict(reference), project))
        if self._failure is not None:
            raise self._failure
        return {"secret": "s"}

    async def renew(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], *, refused: str, project: ProjectId
    ) -> Mapping[str, Any]:
        self.asked.append((tenant, type_, dict(reference), project, refused))
        if self._failure is not None:
            raise self._failure
        return {"secret": "new"}

    def check_shown(self, type_: str) -> None:
        if type_ != "jwtAuth":
            raise Denied(f"{type_} is shown to no node")


async def test_a_node_opens_what_it_names_for_the_project_of_its_run() -> None:
    source = Source()

    opened = await StepCredentials(source, DEFAULT_TENANT, NODE, project=ProjectId("p")).open("httpBasicAuth")

    assert opened == {"secret": "s"}
    assert source.asked == [(DEFAULT_TENANT, "httpBasicAuth", {"id": "7", "name": "Shop"}, "p")]


@pytest.mark.parametrize("type_", ["oAuth2Api", "x"])
async def test_a_node_opens_nothing_that_it_does_not_name(type_: str) -> None:
    source = Source()

    with pytest.raises(NodeError, match="does not have any credentials"):
        await StepCredentials(source, DEFAULT_TENANT, NODE).open(type_)

    assert source.asked == []


@pytest.mark.parametrize(
    ("failure", "message"),
    [(NotFound("gone"), 'credential "Shop" of type httpBasicAuth does not exist'), (Unavailable("no key"), "no key")],
)
async def test_a_failure_is_one_of_the_node(failure: HeadraceError, message: str) -> None:
    with pytest.raises(NodeError, match=message):
        await StepCredentials(Source(failure), DEFAULT_TENANT, NODE).open("httpBasicAuth")


async def test_node_code_sees_only_secrets_that_it_computes_with() -> None:
    source = Source()
    shown = ShownCredentials(source, StepCredentials(source, DEFAULT_TENANT, NODE))

    assert await shown.open("jwtAuth") == {"secret": "s"}
    with pytest.raises(NodeError, match="shown to no node"):
        await shown.open("httpBasicAuth")

    assert [type_ for _, type_, *_ in source.asked] == ["jwtAuth"]


async def test_a_refused_token_is_renewed_for_the_same_credential() -> None:
    source = Source()
    credentials = StepCredentials(source, DEFAULT_TENANT, NODE, project=ProjectId("p"))

    renewed = await credentials.renew("httpBasicAuth", {"oauthTokenData": {"access_token": "old"}})

    assert renewed == {"secret": "new"}
    assert source.asked == [(DEFAULT_TENANT, "httpBasicAuth", {"id": "7", "name": "Shop"}, "p", "old")]


@pytest.mark.parametrize(("type_", "used"), [("oAuth2Api", {"oauthTokenData": {}}), ("httpBasicAuth", {"user": "a"})])
async def test_what_has_no_token_is_not_renewed(type_: str, used: dict[str, Any]) -> None:
    source = Source()

    assert await StepCredentials(source, DEFAULT_TENANT, NODE).renew(type_, used) is None
    assert source.asked == []


async def test_a_renewal_that_fails_leaves_the_refusal_to_speak() -> None:
    credentials = StepCredentials(Source(Unavailable("no answer")), DEFAULT_TENANT, NODE)

    assert await credentials.renew("httpBasicAuth", {"oauthTokenData": {"access_token": "old"}}) is None
