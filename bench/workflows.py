"""The workflows that are measured."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def _node(name: str, type_: str, version: float, **parameters: Any) -> Json:
    return {
        "id": name,
        "name": name,
        "type": f"n8n-nodes-base.{type_}",
        "typeVersion": version,
        "position": [0, 0],
        "parameters": parameters,
    }


def _workflow(nodes: list[Json], edges: list[tuple[str, int, str]]) -> Json:
    connections: Json = {}
    for place, node in enumerate(nodes):
        node["position"] = [place * 200, 0]
    for source, output, target in edges:
        outputs = connections.setdefault(source, {}).setdefault("main", [])
        while len(outputs) <= output:
            outputs.append([])
        outputs[output].append({"node": target, "type": "main", "index": 0})
    return {"name": "bench", "nodes": nodes, "connections": connections, "settings": {"executionOrder": "v1"}}


def _chain(*names: str) -> list[tuple[str, int, str]]:
    return [(one, 0, other) for one, other in zip(names, names[1:], strict=False)]


def _assign(*fields: tuple[str, str, str]) -> Json:
    return {
        "assignments": [
            {"id": str(place), "name": name, "type": type_, "value": value}
            for place, (name, type_, value) in enumerate(fields)
        ]
    }


def pipeline(items: int = 10_000) -> Json:
    """Code, Set with five expressions, Filter, Sort, Summarize."""
    source = f"""return Array.from({{ length: {items} }}, (_, i) => ({{
  id: i, name: 'Customer ' + (i % 97), amount: (i * 7919) % 1000, group: 'g' + (i % 10), at: '2026-01-0' + (1 + i % 9),
}}))"""
    condition = {
        "combinator": "and",
        "conditions": [
            {"leftValue": "={{ $json.total }}", "rightValue": 100, "operator": {"type": "number", "operation": "gt"}}
        ],
        "options": {"version": 2, "caseSensitive": True, "typeValidation": "strict"},
    }
    nodes = [
        _node("Go", "manualTrigger", 1),
        _node("Code", "code", 2, jsCode=source),
        _node(
            "Set",
            "set",
            3.4,
            includeOtherFields=True,
            assignments=_assign(
                ("total", "number", "={{ $json.amount * 1.19 }}"),
                ("label", "string", "={{ $json.name.toUpperCase() }}-{{ $json.id }}"),
                ("even", "boolean", "={{ $json.id % 2 === 0 }}"),
                ("day", "string", "={{ $json.at }}"),
                ("size", "string", "={{ $json.amount > 500 ? 'large' : 'small' }}"),
            ),
        ),
        _node("Filter", "filter", 2.2, conditions=condition, options={}),
        _node(
            "Sort",
            "sort",
            1,
            sortFieldsUi={"sortField": [{"fieldName": "group"}, {"fieldName": "total", "order": "descending"}]},
        ),
        _node(
            "Summarize",
            "summarize",
            1.1,
            fieldsToSummarize={
                "values": [{"aggregation": "sum", "field": "total"}, {"aggregation": "count", "field": "id"}]
            },
            fieldsToSplitBy="group",
        ),
    ]
    return _workflow(nodes, _chain("Go", "Code", "Set", "Filter", "Sort", "Summarize"))


def loop(passes: int = 1_000) -> Json:
    """Loop Over Items, one item a pass, with a Set inside."""
    nodes = [
        _node("Go", "manualTrigger", 1),
        _node("Code", "code", 2, jsCode=f"return Array.from({{ length: {passes} }}, (_, i) => ({{ n: i }}))"),
        _node("Loop", "splitInBatches", 3, batchSize=1, options={}),
        _node(
            "Set", "set", 3.4, includeOtherFields=True, assignments=_assign(("twice", "number", "={{ $json.n * 2 }}"))
        ),
    ]
    return _workflow(nodes, [*_chain("Go", "Code", "Loop"), ("Loop", 1, "Set"), ("Set", 0, "Loop")])


def large(mebibytes: int = 10) -> Json:
    """One large JSON through five Set nodes."""
    source = f"""const rows = [];
for (let i = 0; i < {mebibytes * 1024 * 1024 // 500}; i++) rows.push({{ id: i, text: 'x'.repeat(460) }});
return rows.map((row) => ({{ json: row }}))"""
    sets = [
        _node(
            f"Set{n}", "set", 3.4, includeOtherFields=True, assignments=_assign((f"f{n}", "string", "={{ $json.id }}"))
        )
        for n in range(5)
    ]
    nodes = [_node("Go", "manualTrigger", 1), _node("Code", "code", 2, jsCode=source), *sets]
    return _workflow(nodes, _chain("Go", "Code", *(one["name"] for one in sets)))


WORKFLOWS = {"pipeline of 10,000 items": pipeline, "loop of 1,000 passes": loop, "10 MB through 5 Set nodes": large}
