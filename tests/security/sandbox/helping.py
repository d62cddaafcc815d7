"""The executor's help for code under attack: a real way out with the usual policy, and a real store of files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headrace.executor.code_helpers import CodeHelpers
from headrace.infra.egress.client import Egress
from headrace.infra.egress.policy import EgressPolicy
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import TenantId
from headrace.payloads.adapters.files import FilePayloads
from headrace.sdk.binaries import describe_binary
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary
from tests.integration.executor.one_node import OneNode


class Helping:
    """Helps one run after the other.

    Args:
        payloads: The folder of the store, in which other tenants have files too.
    """

    def __init__(self, payloads: Path) -> None:
        self._store = FilePayloads(payloads)
        self._egress = Egress(EgressPolicy())

    def helpers(self, scope: OneNode) -> CodeHelpers:
        return CodeHelpers(
            http=lambda: self._egress.for_node(_NoSecrets()),
            files=_Files(self._store, scope.tenant),
            inputs=scope.inputs,
        )

    async def close(self) -> None:
        await self._egress.close()


class _NoSecrets:
    async def open(self, type_: str) -> Mapping[str, Any]:
        raise NodeError("code is given no credentials")

    async def renew(self, type_: str, refused: Mapping[str, Any]) -> None:
        pass


class _Files:
    """What a node's context does with files."""

    def __init__(self, store: FilePayloads, tenant: TenantId) -> None:
        self._store = store
        self._tenant = tenant

    async def read_binary(self, binary: Binary) -> bytes:
        try:
            return await self._store.get(self._tenant, binary.id)
        except HeadraceError as missing:
            raise NodeError(str(missing)) from missing

    async def store_binary(self, data: bytes, *, file_name: str | None = None, mime_type: str | None = None) -> Binary:
        key = await self._store.put(self._tenant, "execution", data)
        return describe_binary(key, data, file_name=file_name, mime_type=mime_type)
