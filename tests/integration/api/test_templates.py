"""Every template of the editor comes in whole, and runs with nothing but Headrace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId
from headrace.workflows.public import Workflow
from headrace.workflows.validation import validate
from tests.integration.api.conftest import Api

TEMPLATES = Path(__file__).parents[3] / "web" / "templates"
FILES = sorted(TEMPLATES.glob("*.json"))
OUTSIDE = ("httpRequest", "graphql", "rssFeedRead", "rssFeedReadTrigger")
"""Nodes that need somebody else's server."""


def read(path: Path) -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(path.read_text())
    return drawn


def has(drawn: dict[str, Any], kind: str) -> bool:
    return any(node["type"] == f"n8n-nodes-base.{kind}" for node in drawn["nodes"])


async def prepared(api: Api, drawn: dict[str, Any]) -> str:
    """Make what a template needs, as the editor does, and return the id of its workflow."""
    for table in drawn["meta"]["headraceTemplate"].get("tables", []):
        answer = await api.call("POST", "/data-tables", json=table)
        assert answer.status_code == 201, answer.text
    answer = await api.call("POST", "/workflows", json=drawn)
    assert answer.status_code == 200, answer.text
    id_: str = answer.json()["id"]
    return id_


def test_there_are_twenty_templates_and_each_explains_itself() -> None:
    assert len(FILES) >= 20
    for path in FILES:
        drawn = read(path)
        about = drawn["meta"]["headraceTemplate"]
        assert about["title"] == drawn["name"], path.name
        assert about["summary"], path.name
        assert about["teaches"], path.name
        assert about["tags"], path.name
        assert has(drawn, "stickyNote"), path.name
        assert not any(has(drawn, kind) for kind in OUTSIDE), path.name
        handler = about.get("errorWorkflow")
        assert handler is None or (TEMPLATES / f"{handler}.json").exists(), path.name


async def test_templates_have_nothing_wrong_and_can_be_published(api: Api) -> None:
    for path in FILES:
        drawn = read(path)
        assert validate(Workflow.from_json(drawn), api.headrace.catalogue) == [], path.name

        workflow = await prepared(api, drawn)
        kept = (await api.call("GET", f"/workflows/{workflow}")).json()
        assert (kept["nodes"], kept["connections"]) == (drawn["nodes"], drawn["connections"]), path.name
        if any(has(drawn, kind) for kind in ("webhook", "formTrigger", "scheduleTrigger")):
            published = await api.call("POST", f"/workflows/{workflow}/publish")
            assert published.status_code == 200, published.text


async def test_templates_that_are_started_by_hand_succeed(api: Api) -> None:
    # One server for all: setting one up takes longer than most of the runs.
    ended = {path.stem: await ran(api, read(path)) for path in FILES if has(read(path), "manualTrigger")}

    assert len(ended) >= 15
    assert {name: run["error"] for name, run in ended.items() if run["status"] != "success"} == {}


async def ran(api: Api, drawn: dict[str, Any]) -> dict[str, Any]:
    workflow = await prepared(api, drawn)
    answer = await api.call("POST", "/executions", json={"workflowId": workflow, "startNode": "Start"})
    assert answer.status_code == 201, answer.text
    execution = answer.json()["id"]
    await api.headrace.executor.drive(DEFAULT_TENANT, ExecutionId(execution))
    found: dict[str, Any] = (await api.call("GET", f"/executions/{execution}")).json()
    return found
