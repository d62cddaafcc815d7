"""What later events of an execution do not repeat: when it was requested, and which node is of which type."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

import msgspec

from headrace.executions.public import ExecutionRequested
from headrace.kernel.ids import ExecutionId

UNKNOWN = "unknown"
_EXECUTIONS = 20_000
"""Executions that are remembered at once; the rest is unknown."""


class _Node(msgspec.Struct):
    name: str = ""
    type: str = UNKNOWN


class _Drawing(msgspec.Struct):
    nodes: list[_Node] = []


class Requested:
    """Remembers the requests of executions that run."""

    def __init__(self) -> None:
        self._known: OrderedDict[ExecutionId, tuple[datetime, Mapping[str, str]]] = OrderedDict()

    def remember(self, request: ExecutionRequested) -> None:
        self._known[request.execution_id] = (request.at, _types(bytes(request.workflow)))
        if len(self._known) > _EXECUTIONS:
            self._known.popitem(last=False)

    def forget(self, execution_id: ExecutionId) -> datetime | None:
        """Return when it was requested; None: by another process, or too long ago."""
        known = self._known.pop(execution_id, None)
        return known[0] if known is not None else None

    def type_of(self, execution_id: ExecutionId, node: str) -> str:
        known = self._known.get(execution_id)
        return known[1].get(node, UNKNOWN) if known is not None else UNKNOWN


@lru_cache(maxsize=256)
def _types(workflow: bytes) -> Mapping[str, str]:
    # A workflow is mostly run many times: then this is the hash of its text.
    try:
        drawing = msgspec.json.decode(workflow, type=_Drawing)
    except msgspec.DecodeError:
        return {}
    return {node.name: node.type for node in drawing.nodes}
