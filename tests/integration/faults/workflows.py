"""Workflows to kill: each writes a line to a file in a node that changes the outside, so that repeats show."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def node(name: str, type_: str, version: float, **parameters: Any) -> Json:
    return {
        "id": name.lower().replace(" ", "-"),
        "name": name,
        "type": f"n8n-nodes-base.{type_}",
        "typeVersion": version,
        "position": [0, 0],
        "parameters": parameters,
    }


def code(name: str, source: str) -> Json:
    return node(name, "code", 2, jsCode=source)


def log(name: str) -> list[Json]:
    """Two nodes: one makes a line of text a file, one appends it to out.txt."""
    return [
        node(
            f"{name} text",
            "code",
            2,
            jsCode="return [{ json: {}, binary: { data: "
            f"{{ data: btoa('{name}\\n'), mimeType: 'text/plain' }} }} }}]",
        ),
        node(name, "readWriteFile", 1, operation="write", fileName="out.txt", options={"append": True}),
    ]


def workflow(nodes: list[Json], edges: list[tuple[str, int, str, int]]) -> Json:
    connections: Json = {}
    for place, one in enumerate(nodes):
        one["position"] = [place * 200, 0]
    for source, output, target, input_ in edges:
        outputs = connections.setdefault(source, {}).setdefault("main", [])
        while len(outputs) <= output:
            outputs.append([])
        outputs[output].append({"node": target, "type": "main", "index": input_})
    return {"name": "To kill", "nodes": nodes, "connections": connections, "settings": {"executionOrder": "v1"}}


def chain(*names: str) -> list[tuple[str, int, str, int]]:
    return [(one, 0, other, 0) for one, other in zip(names, names[1:], strict=False)]


def straight() -> Json:
    nodes = [
        node("Go", "manualTrigger", 1),
        code("Make", "return [1, 2, 3].map((n) => ({ n }))"),
        node(
            "Double",
            "set",
            3.4,
            includeOtherFields=True,
            assignments={
                "assignments": [{"id": "1", "name": "twice", "type": "number", "value": "={{ $json.n * 2 }}"}]
            },
        ),
        *log("Written"),
        node("After", "noOp", 1),
    ]
    return workflow(nodes, chain("Go", "Make", "Double", "Written text", "Written", "After"))


def branches() -> Json:
    condition = {
        "combinator": "and",
        "conditions": [
            {"leftValue": "={{ $json.n }}", "rightValue": 2, "operator": {"type": "number", "operation": "gte"}}
        ],
        "options": {"version": 2, "caseSensitive": True, "typeValidation": "strict"},
    }
    nodes = [
        node("Go", "manualTrigger", 1),
        code("Make", "return [1, 2, 3].map((n) => ({ n }))"),
        node("Large", "if", 2.2, conditions=condition, options={}),
        node("Yes", "noOp", 1),
        *log("Small written"),
        node("Together", "merge", 3),
        code("Count", "return [{ count: $input.all().length }]"),
    ]
    edges = [
        *chain("Go", "Make", "Large", "Yes", "Together", "Count"),
        ("Large", 1, "Small written text", 0),
        *chain("Small written text", "Small written"),
        ("Small written", 0, "Together", 1),
    ]
    return workflow(nodes, edges)


def loop() -> Json:
    nodes = [
        node("Go", "manualTrigger", 1),
        code("Make", "return [1, 2, 3].map((n) => ({ n }))"),
        node("Loop", "splitInBatches", 3, batchSize=1, options={}),
        *log("Pass written"),
        code("Done", "return [{ passes: $input.all().length }]"),
    ]
    edges = [
        *chain("Go", "Make", "Loop", "Done"),
        ("Loop", 1, "Pass written text", 0),
        *chain("Pass written text", "Pass written", "Loop"),
    ]
    return workflow(nodes, edges)


def failing() -> Json:
    nodes = [
        node("Go", "manualTrigger", 1),
        *log("Before"),
        {**node("Breaks", "stopAndError", 1, errorMessage="it breaks"), "onError": "continueRegularOutput"},
        node("After", "noOp", 1),
    ]
    return workflow(nodes, chain("Go", "Before text", "Before", "Breaks", "After"))


WORKFLOWS = {"straight": straight, "branches": branches, "loop": loop, "failing": failing}
