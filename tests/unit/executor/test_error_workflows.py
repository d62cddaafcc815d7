"""Which workflow, if any, is started because another one failed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

import msgspec
import pytest

from headrace.executions.public import ErrorInfo, ExecutionRequested, Mode
from headrace.executor.ports import RunState, Workflows
from headrace.executor.sub_workflows import error_workflow_request
from headrace.kernel.ids import ExecutionId, TenantId
from headrace.workflows.errors import WorkflowNotFound
from headrace.workflows.public import Workflow
from tests.unit.executions.simulating import NOON, request

ERROR = ErrorInfo(message="no such host", node="Fetch")
TRIGGER = {"name": "On error", "type": "n8n-nodes-base.errorTrigger", "parameters": {}, "position": [0, 0]}


def drawn(id_: str, *, handled_by: str | None = None, handles: bool = True, disabled: bool = False) -> Workflow:
    settings = {"errorWorkflow": handled_by} if handled_by is not None else {}
    nodes = [{**TRIGGER, "disabled": disabled}] if handles else []
    return Workflow.from_json({"id": id_, "name": id_, "nodes": nodes, "connections": {}, "settings": settings})


@dataclass
class Failed:
    """An execution that failed."""

    request: ExecutionRequested
    last_node: str | None = "Fetch"


class Kept:
    """The workflows of one tenant."""

    def __init__(self, *workflows: Workflow) -> None:
        self._workflows = {workflow.id: workflow for workflow in workflows}

    async def get(self, tenant: TenantId, workflow_id: str) -> Workflow:
        if tenant != "default" or workflow_id not in self._workflows:
            raise WorkflowNotFound(workflow_id)
        return self._workflows[workflow_id]


def run_of(workflow: Workflow, **changes: Any) -> ExecutionRequested:
    asked = {"mode": Mode.WEBHOOK, "workflow_id": workflow.id, "workflow": msgspec.Raw(workflow.to_json())} | changes
    return msgspec.structs.replace(request(), **asked)


async def after(run: ExecutionRequested, *kept: Workflow) -> ExecutionRequested | None:
    state, workflows = cast("RunState", Failed(run)), cast("Workflows", Kept(*kept))
    return await error_workflow_request(state, ERROR, workflows=workflows, now=NOON, base_url="https://x")


async def test_the_named_workflow_is_told_what_failed() -> None:
    run = run_of(drawn("a", handled_by="b", handles=False))

    started = await after(run, drawn("b"))

    assert started is not None
    (item,) = json.loads(bytes(started.given.inline))
    assert (started.workflow_id, started.mode, started.start, started.parent) == ("b", Mode.ERROR, "On error", "e1")
    assert item["json"]["execution"]["error"]["message"] == "no such host"
    assert item["json"]["execution"]["lastNodeExecuted"] == "Fetch"
    assert item["json"]["workflow"]["id"] == "a"


async def test_the_same_failure_starts_the_same_execution() -> None:
    run = run_of(drawn("a"))

    first, second = await after(run), await after(run)

    assert first is not None
    assert second is not None
    assert first.execution_id == second.execution_id


async def test_a_workflow_may_handle_its_own_errors_but_not_those_of_that() -> None:
    assert await after(run_of(drawn("a"))) is not None
    assert await after(run_of(drawn("a"), mode=Mode.ERROR)) is None
    assert await after(run_of(drawn("a", handled_by="a"))) is not None


@pytest.mark.parametrize("mode", [Mode.MANUAL, Mode.INTEGRATED])
async def test_a_run_by_hand_or_of_a_sub_workflow_starts_none(mode: Mode) -> None:
    assert await after(run_of(drawn("a"), mode=mode)) is None


@pytest.mark.parametrize(
    "handler", [drawn("other"), drawn("b", handles=False), drawn("b", disabled=True)], ids=["gone", "no trigger", "off"]
)
async def test_a_handler_that_cannot_be_started_starts_none(handler: Workflow) -> None:
    assert await after(run_of(drawn("a", handled_by="b")), handler) is None


async def test_the_workflow_of_another_tenant_is_not_started() -> None:
    run = run_of(drawn("a", handled_by="b"), tenant=TenantId("other"))

    assert await after(run, drawn("b")) is None


async def test_two_workflows_that_handle_each_others_errors_come_to_an_end() -> None:
    one, other = drawn("a", handled_by="b"), drawn("b", handled_by="a")
    run: ExecutionRequested | None = run_of(one)
    ids: list[ExecutionId] = []
    while run is not None:
        ids.append(run.execution_id)
        run = await after(run, one, other)

    assert len(ids) == len(set(ids)) == 11
