"""The credentials of the node that runs: opened one at a time, and only those that it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.executor.ports import Credentials
from headrace.kernel.errors import HeadraceError, NotFound
from headrace.kernel.ids import DEFAULT_PROJECT, ProjectId, TenantId
from headrace.sdk.errors import NodeError
from headrace.workflows.public import Node


class StepCredentials:
    """The `NodeCredentials` of one node: for its requests."""

    def __init__(
        self, source: Credentials, tenant: TenantId, node: Node, *, project: ProjectId = DEFAULT_PROJECT
    ) -> None:
        self._source = source
        self._tenant = tenant
        self._node = node
        self._project = project

    async def open(self, type_: str) -> Mapping[str, Any]:
        reference = self._node.credentials.get(type_)
        if not isinstance(reference, Mapping):
            raise NodeError(f'Node does not have any credentials set for "{type_}"')
        try:
            return await self._source.open(self._tenant, type_, reference, project=self._project)
        except NotFound as missing:
            name = reference.get("name") or reference.get("id") or type_
            raise NodeError(
                f'The credential "{name}" of type {type_} does not exist',
                description="Add it, or choose another one in the node.",
            ) from missing
        except HeadraceError as refused:
            raise NodeError(f"The credential cannot be opened: {refused}") from refused

    async def renew(self, type_: str, refused: Mapping[str, Any]) -> Mapping[str, Any] | None:
        reference, token = self._node.credentials.get(type_), refused.get("oauthTokenData")
        if not isinstance(reference, Mapping) or not isinstance(token, Mapping):
            return None
        try:
            return await self._source.renew(
                self._tenant, type_, reference, refused=str(token.get("access_token", "")), project=self._project
            )
        except HeadraceError:
            return None  # the service's refusal says more


class ShownCredentials:
    """The `NodeSecrets` of one node: those that its code computes with, and no others."""

    def __init__(self, source: Credentials, credentials: StepCredentials) -> None:
        self._source = source
        self._credentials = credentials

    async def open(self, type_: str) -> Mapping[str, Any]:
        """Raises: NodeError: the node has no such credential, or may not see it."""
        try:
            self._source.check_shown(type_)
        except HeadraceError as refused:
            raise NodeError(str(refused)) from refused
        return await self._credentials.open(type_)
