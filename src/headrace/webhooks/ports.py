"""What webhooks need from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from headrace.executions.public import ErrorInfo, ExecutionRequested, Output, Status
from headrace.kernel.ids import ExecutionId, TenantId
from headrace.sdk.context import HttpReply
from headrace.sdk.items import Item
from headrace.sdk.outcome import NodeModule


class Outcome(Protocol):
    """How a run ended, or that it was put aside."""

    @property
    def status(self) -> Status: ...
    @property
    def outputs(self) -> Sequence[Output]: ...
    @property
    def error(self) -> ErrorInfo | None: ...


class Runs(Protocol):
    """Where runs are started."""

    async def submit(self, request: ExecutionRequested) -> asyncio.Future[Any]:
        """Make a run durable and have it run; what is returned becomes done with its `Outcome`.

        Raises:
            Invalid: it cannot be run.
            Unavailable: it could not be written.
        """
        ...

    def reply_of(self, execution_id: ExecutionId) -> asyncio.Future[HttpReply]:
        """Return what becomes done with the answer that a node of the run gives, and cancelled if none does."""
        ...


class Bodies(Protocol):
    """Where large parts of requests go as they arrive, and answers come from."""

    async def put_stream(self, tenant: TenantId, owner: str, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Store a stream; return its key and its length."""
        ...

    def stream(self, tenant: TenantId, key: str) -> AsyncIterator[bytes]: ...

    async def put(self, tenant: TenantId, owner: str, data: bytes) -> str: ...


class Secrets(Protocol):
    """The credentials that callers have to show."""

    async def open(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], *, workflow_id: str
    ) -> Mapping[str, Any]:
        """Return the fields of a credential that the workflow may use.

        Raises:
            NotFound: there is no such credential, or the workflow's project may not use it.
        """
        ...


class Outputs(Protocol):
    """Reads what a node put out."""

    async def items(self, tenant: TenantId, output: Output) -> Sequence[Item]: ...

    async def store(self, tenant: TenantId, owner: str, items: Sequence[Item]) -> Output:
        """Return items as an output, in the payload store if they are many bytes."""
        ...


class NodeTypes(Protocol):
    """The catalogue of node types."""

    def find(self, type_: str, version: float) -> NodeModule:
        """Raises: NotFound: no such type, or not in that version."""
        ...
