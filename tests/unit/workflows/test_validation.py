"""What is said about workflows before they run."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.nodes.catalogue import Catalogue
from headrace.workflows.compatibility import score_workflow
from headrace.workflows.public import Workflow
from headrace.workflows.validation import reachable, validate

Json = dict[str, Any]


@pytest.fixture(scope="module")
def types() -> Catalogue:
    return Catalogue.installed()


def node(name: str, type_: str, version: float = 1, parameters: Json | None = None, **more: Any) -> Json:
    return {
        "name": name,
        "type": f"n8n-nodes-base.{type_}",
        "typeVersion": version,
        "parameters": parameters or {},
        **more,
    }


def chained(*nodes: Json) -> Workflow:
    pairs = zip(nodes, nodes[1:], strict=False)
    links = {a["name"]: {"main": [[{"node": b["name"], "type": "main", "index": 0}]]} for a, b in pairs}
    return Workflow.from_json({"name": "W", "nodes": list(nodes), "connections": links})


START = node("Start", "manualTrigger")


def test_nothing_is_said_about_a_sound_workflow(types: Catalogue) -> None:
    assert validate(chained(START, node("End", "noOp")), types) == []


def test_each_problem_names_its_node(types: Catalogue) -> None:
    raw = {
        "nodes": [node("A", "noOp"), node("A", "noOp"), node("B", "noSuchNode"), node("C", "noOp", 99)],
        "connections": {"A": {"main": [[{"node": "Gone", "type": "main", "index": 0}]]}, "Lost": {"main": []}},
    }

    issues = validate(Workflow.from_json(raw), types)

    assert {issue.node for issue in issues} >= {"A", "B", "C", "Lost"}
    assert any("Gone" in issue.message for issue in issues)
    assert all(issue.severity == "warning" for issue in issues)


def test_a_workflow_without_a_trigger_is_warned_about(types: Catalogue) -> None:
    issues = validate(chained(node("A", "noOp"), node("B", "noOp")), types)

    assert [issue.severity for issue in issues] == ["warning"]
    assert "trigger" in issues[0].message


def test_a_choice_that_does_not_exist_is_warned_about_but_an_expression_is_not(types: Catalogue) -> None:
    def chosen(mode: str) -> Workflow:
        return chained(START, node("Join", "merge", 3, {"mode": mode}))

    assert [issue.parameter for issue in validate(chosen("sideways"), types)] == ["mode"]
    assert validate(chosen("={{ $json.mode }}"), types) == []


def test_a_cycle_ends_the_search_for_reachable_nodes() -> None:
    workflow = Workflow.from_json(
        {
            "nodes": [node("A", "noOp"), node("B", "noOp"), node("C", "noOp")],
            "connections": {
                "A": {"main": [[{"node": "B", "type": "main", "index": 0}]]},
                "B": {"main": [[{"node": "A", "type": "main", "index": 0}]]},
            },
        }
    )

    assert reachable(workflow, "A") == {"A", "B"}


def test_the_score_says_what_is_missing_node_by_node(types: Catalogue) -> None:
    workflow = chained(
        START,
        node("Known", "noOp"),
        node("In part", "merge", 3, {"mode": "sideways", "newOption": True}),
        node("Unknown", "noSuchNode"),
        node("Off", "noSuchNode", disabled=True),
        node("Note", "stickyNote"),
    )

    score = score_workflow(workflow, types)

    assert [one.level for one in score.nodes] == ["exact", "exact", "partial", "unsupported"]
    assert len(score.nodes[2].missing) == 2
    assert score.percent == 62.5
