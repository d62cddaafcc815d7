"""What a workflow says of a run before it is requested: its lane, its priority, and a key that is taken once."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from headrace.executions.public import ExecutionRequested, Mode, RunSettings
from headrace.executor.outputs import OutputStore
from headrace.executor.ports import Evaluator, Linked, LinkFailure
from headrace.executor.stepping import timezone_of
from headrace.executor.versions import Versions
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import TenantId
from headrace.sdk.context import UNDEFINED
from headrace.sdk.errors import ExpressionError
from headrace.sdk.items import NO_ITEMS, Item, ItemList, Items
from headrace.sdk.js import to_text
from headrace.workflows.public import Workflow

log = logging.getLogger(__name__)

_MAX_KEY = 200
"""Characters of a key; of a longer one its hash counts."""

_BY_HAND = (Mode.MANUAL, Mode.RETRY)
"""What people ask for takes place, however often they do."""


class WorkflowRules:
    """The `RunRules` that stand in `settings.headrace` of each workflow."""

    def __init__(self, *, versions: Versions, outputs: OutputStore, evaluator: Evaluator, timezone: str) -> None:
        self._versions = versions
        self._outputs = outputs
        self._evaluator = evaluator
        self._timezone = timezone

    async def ruled(self, request: ExecutionRequested) -> ExecutionRequested:
        """Return the request with its lane, priority and key.

        A key that cannot be evaluated counts as none, and is logged: what was accepted must not be lost to it.
        """
        workflow = self._versions.read(request.workflow).workflow
        if "headrace" not in workflow.settings:
            return request
        rules = RunSettings.of(workflow.settings)
        changes: dict[str, Any] = {"priority": request.priority or rules.priority}
        if rules.concurrency_limit is not None:
            changes |= {
                "lane": await self._key(request, workflow, rules.concurrency_key),
                "lane_limit": rules.concurrency_limit,
            }
        if rules.dedup_key and request.mode not in _BY_HAND:
            key = await self._key(request, workflow, rules.dedup_key)
            if key:
                changes |= {"dedup_key": key, "dedup_until": request.at + rules.dedup_window}
        return msgspec.structs.replace(request, **changes)

    async def _key(self, request: ExecutionRequested, workflow: Workflow, text: str) -> str:
        if "{{" not in text:
            return _short(text)
        try:
            given = await self._outputs.items(request.tenant, request.given)
            scope = RequestScope(request, workflow, given[:1], timezone_of(workflow, self._timezone))
            ((value,),) = await self._evaluator.resolve([f"={text.removeprefix('=')}"], scope, 0, 1)
        except (HeadraceError, ExpressionError) as failure:
            value = failure
        if isinstance(value, Exception):
            log.warning('a key of workflow "%s" cannot be evaluated: %s', request.workflow_name, value)
            return ""
        if value is None or value is UNDEFINED:
            return ""
        return _short(msgspec.json.encode(value).decode() if isinstance(value, dict | list) else to_text(value))


def _short(key: str) -> str:
    return key if len(key) <= _MAX_KEY else hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


class RequestScope:
    """The `Scope` of an expression over the first item of a run that has not begun."""

    inputs_cut = True
    has_parents = False
    node_names: Sequence[str] = ()
    static_data: Mapping[str, Any] = {}

    def __init__(self, request: ExecutionRequested, workflow: Workflow, given: Items, timezone: str) -> None:
        self.tenant: TenantId = request.tenant
        self.key = f"{request.tenant}/{request.execution_id}"
        self.node_name = request.start
        self.inputs: Sequence[Items | None] = [given if len(given) else ItemList([Item(json={})])]
        self.input_places: Sequence[tuple[str, int, int] | None] = [None]
        self.timezone = timezone
        self.binary_data: Mapping[str, str] = {}
        self.tiers: set[str] = set()
        self.variables: Mapping[str, Any] = {
            "$workflow": {"id": request.workflow_id, "name": request.workflow_name},
            "$execution": {"id": request.execution_id, "mode": request.mode},
            "$mode": request.mode,
            "$runIndex": 0,
        }

    def input_json(self, place: int) -> bytes | None:
        return None

    def runs_of(self, node: str) -> int:
        return 0

    def items_of(self, node: str, output: int, run: int) -> Items:
        return NO_ITEMS

    def output_towards(self, node: str) -> int:
        return 0

    def links(self, node: str) -> Sequence[Linked | LinkFailure]:
        return [LinkFailure("The run has not begun, so no node has put anything out")]

    def parameters_of(self, node: str) -> Mapping[str, Any]:
        return {}

    def context_of(self, node: str) -> Mapping[str, Any]:
        return {}
