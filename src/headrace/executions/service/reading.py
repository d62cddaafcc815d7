"""Reading what happened: lists, timelines, and the items of nodes page by page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import msgspec

from headrace.executions.errors import (
    BadCursor,
    DataTooLarge,
    ExecutionNotFound,
    ItemFileNotFound,
    NodeDataNotFound,
)
from headrace.executions.ports import EventLog, ExecutionHistory, ItemStore, Payloads
from headrace.executions.public import (
    Event,
    ExecutionPage,
    ExecutionQuery,
    ExecutionRequested,
    ExecutionSummary,
    NodeDataPage,
    NodeRunSummary,
    NodeSucceeded,
    Place,
    WorkflowStatistics,
)
from headrace.executions.summary import Timeline
from headrace.kernel.ids import ExecutionId, TenantId
from headrace.sdk.items import Binary, Item

MAX_PAGE = 250
MAX_ITEMS = 1_000


class ExecutionReader:
    """What happened in executions; nothing here changes any."""

    def __init__(self, log: EventLog, history: ExecutionHistory, items: ItemStore, payloads: Payloads) -> None:
        self._log = log
        self._history = history
        self._items = items
        self._payloads = payloads

    async def find(
        self, tenant: TenantId, query: ExecutionQuery | None = None, *, cursor: str | None = None, limit: int = 100
    ) -> ExecutionPage:
        """Return a page of executions, newest first; one more than 250 long is cut.

        Raises:
            BadCursor: the cursor is none that a page came with.
        """
        limit = max(1, min(limit, MAX_PAGE))
        before = read_cursor(cursor) if cursor else None
        found = await self._history.find(tenant, query, before=before, limit=limit + 1)
        more = len(found) > limit
        return ExecutionPage(found[:limit], write_cursor(found[limit - 1].place) if more else None)

    async def get(self, tenant: TenantId, execution_id: ExecutionId) -> ExecutionSummary:
        """Raises: ExecutionNotFound: there is no such execution for this tenant."""
        return await self._history.get(tenant, execution_id)

    async def request_of(self, tenant: TenantId, execution_id: ExecutionId) -> ExecutionRequested:
        """Raises: ExecutionNotFound: there is no such execution for this tenant."""
        async for event in self._log.walk(tenant, execution_id):
            assert isinstance(event, ExecutionRequested)
            return event
        raise ExecutionNotFound(execution_id)

    async def timeline(self, tenant: TenantId, execution_id: ExecutionId) -> Sequence[NodeRunSummary]:
        """Return the runs of nodes in order of execution; an unfinished one comes last, with status "running".

        Raises:
            ExecutionNotFound: there is no such execution for this tenant.
        """
        line, found = Timeline(), False
        async for event in self._log.walk(tenant, execution_id):
            line.add(event)
            found = True
        if not found:
            raise ExecutionNotFound(execution_id)
        return line.rows()

    async def node_data(
        self,
        tenant: TenantId,
        execution_id: ExecutionId,
        node: str,
        *,
        run: int = -1,
        output: int = 0,
        start: int = 0,
        count: int = 100,
    ) -> NodeDataPage:
        """Return some of the items that a node put out; no more than 1,000 at once.

        Args:
            run: From 0; -1 is the last one.

        Raises:
            ExecutionNotFound, NodeDataNotFound: there is no such execution, run or output.
            PayloadNotFound, PayloadDamaged: the payload store has lost the items.
        """
        event = await self._log.node_run(tenant, execution_id, node, run)
        if event is None or output >= len(event.outputs):
            raise NodeDataNotFound(execution_id, node, run, output)
        held = event.outputs[output]
        items = await self._items.page(tenant, held, start, max(0, min(count, MAX_ITEMS)))
        return NodeDataPage(items, start, held.items)

    async def file(
        self,
        tenant: TenantId,
        execution_id: ExecutionId,
        node: str,
        field: str,
        *,
        item: int,
        run: int = -1,
        output: int = 0,
    ) -> tuple[Binary, AsyncIterator[bytes]]:
        """Return what is known of a file that an item carries, and its bytes in parts.

        Raises:
            ExecutionNotFound, NodeDataNotFound, ItemFileNotFound: there is no such execution, output, item or file.
            BadKey, PayloadNotFound, PayloadDamaged: the payload store has lost it.
        """
        page = await self.node_data(tenant, execution_id, node, run=run, output=output, start=item, count=1)
        held = msgspec.json.decode(page.items[0], type=Item).binary if page.items else None
        if held is None or field not in held:
            raise ItemFileNotFound(execution_id, node, item, field)
        parts = self._payloads.stream(tenant, held[field].id)
        # What is lost is found out before an answer begins.
        first = await anext(parts, b"")
        return held[field], _all(first, parts)

    async def all_data(
        self, tenant: TenantId, execution_id: ExecutionId, *, limit_bytes: int
    ) -> AsyncIterator[tuple[Event, Sequence[Sequence[msgspec.Raw]]]]:
        """Yield each event with all items that its outputs hold.

        Raises:
            DataTooLarge: there are more than *limit_bytes* of items; known before too many are read.
            PayloadNotFound, PayloadDamaged: the payload store has lost some.
        """
        left = limit_bytes
        async for event in self._log.walk(tenant, execution_id):
            outputs: list[Sequence[msgspec.Raw]] = []
            for output in event.outputs if isinstance(event, NodeSucceeded) else ():
                left -= output.bytes or len(bytes(output.inline))
                if left < 0:
                    raise DataTooLarge(execution_id, limit_bytes=limit_bytes)
                outputs.append(await self._items.page(tenant, output, 0, output.items))
            yield event, outputs

    async def statistics(self, tenant: TenantId, query: ExecutionQuery | None = None) -> Sequence[WorkflowStatistics]:
        """Return how the executions of each workflow went that are still kept, the workflow that ran last first."""
        return await self._history.statistics(tenant, query)


async def _all(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for part in rest:
        yield part


def write_cursor(place: Place) -> str:
    text = msgspec.json.encode((place.requested_at, place.execution_id))
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def read_cursor(cursor: str) -> Place:
    """Raises: BadCursor: it is none that `write_cursor` made."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, execution_id = msgspec.json.decode(
            base64.b64decode(padded, altchars=b"-_", validate=True), type=tuple[datetime, str]
        )
    except (binascii.Error, ValueError) as wrong:
        raise BadCursor from wrong
    if at.tzinfo is None:
        raise BadCursor
    return Place(at, ExecutionId(execution_id))
