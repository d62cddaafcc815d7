"""Copies answer at URLs of their own."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from headrace.webhooks.domain import path_of
from headrace.workflows.domain.copies import copy_name, copy_of
from headrace.workflows.domain.names import MAX_NAME
from headrace.workflows.public import Workflow

Json = dict[str, Any]
WEBHOOK = "n8n-nodes-base.webhook"


def copied(*nodes: Json, **more: Any) -> Json:
    numbers = count(1)
    workflow = Workflow.from_json({"nodes": list(nodes), "connections": {}, **more})
    return dict(copy_of(workflow, fresh=lambda: f"{next(numbers):08}-fresh"))


PATHS = st.one_of(
    st.just("same"), st.just("orders"), st.just("orders/"), st.just("a/b"), st.just("user/:id"), st.just("={{ 1 }}")
)


@given(paths=st.lists(PATHS, min_size=1, max_size=4), has_id=st.booleans(), in_options=st.booleans())
def test_no_url_of_a_copy_is_one_of_the_original_or_of_another_copy(
    paths: list[str], has_id: bool, in_options: bool
) -> None:
    def held(path: str) -> Json:
        return {"options": {"path": path}} if in_options else {"path": path}

    nodes = [
        {
            "id": f"{place}",
            "name": f"{place}",
            "type": WEBHOOK,
            "parameters": held(f"old-{place}" if path == "same" else f"{place}/{path}"),
            **({"webhookId": f"old-{place}"} if has_id or ":" in path else {}),
        }
        for place, path in enumerate(paths)
    ]

    def urls(drawn: Any) -> set[str]:
        parameters = [node["parameters"] for node in drawn]
        found = [one["options"]["path"] if in_options else one["path"] for one in parameters]
        return {path_of(path, node.get("webhookId"), "N") for path, node in zip(found, drawn, strict=True)}

    numbers = count(1)
    original = Workflow.from_json({"nodes": nodes, "connections": {}})
    copies = [copy_of(original, fresh=lambda: f"{next(numbers):08}-fresh") for _ in range(2)]

    all_urls = [urls(nodes), *(urls(copy["nodes"]) for copy in copies)]
    assert len(set().union(*all_urls)) == 3 * len(nodes)


def test_a_copy_keeps_everything_but_ids_and_memories() -> None:
    node = {"id": "1", "name": "A", "type": "x", "parameters": {"path": "/tmp/file"}, "odd": [1]}

    copy = copied(node, staticData={"seen": 7}, settings={"timezone": "UTC"}, odd=1)

    assert copy == {
        "nodes": [{**node, "id": "00000001-fresh"}],
        "connections": {},
        "settings": {"timezone": "UTC"},
        "odd": 1,
    }


def test_a_path_that_was_the_webhook_id_becomes_the_new_one() -> None:
    node = {"id": "1", "name": "A", "type": WEBHOOK, "webhookId": "w", "parameters": {"path": "w", "options": {}}}

    (copy,) = copied(node)["nodes"]

    assert (copy["webhookId"], copy["parameters"]["path"]) == ("00000002-fresh", "00000002-fresh")


def test_the_name_of_a_copy_is_no_longer_than_a_name_may_be() -> None:
    assert copy_name("A") == "A copy"
    assert len(copy_name("x" * MAX_NAME)) == MAX_NAME
