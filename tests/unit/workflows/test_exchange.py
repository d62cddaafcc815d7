"""Workflows in files, from n8n and from strangers."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.workflows.domain.exchange import MAX_IMPORTED, Imported, read_file
from headrace.workflows.domain.tags import MAX_TAGS_ON_WORKFLOW
from headrace.workflows.errors import WorkflowInvalid

Json = dict[str, Any]
ONE = {"name": "One", "nodes": [], "connections": {}, "id": "old"}
TWO = {"name": "Two", "nodes": [], "connections": {}, "tags": [{"id": "1", "name": " Red "}, "Blue"]}


def read(value: Any, *, keep_ids: bool = False) -> list[Imported]:
    numbers = count(1)
    return read_file(json.dumps(value), fresh=lambda: f"new{next(numbers)}", keep_ids=keep_ids)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (ONE, ["One"]),
        ([ONE, TWO], ["One", "Two"]),
        ({"data": ONE}, ["One"]),
        ({"data": [ONE, TWO], "nextCursor": None}, ["One", "Two"]),
        ({"workflow": {"id": 1, "workflow": ONE}}, ["One"]),
        ({"workflows": [TWO]}, ["Two"]),
        ({"nodes": [], "connections": {}}, ["New workflow"]),
    ],
    ids=["one", "list", "api", "api list", "template", "workflows", "pasted"],
)
def test_workflows_are_found_however_n8n_wraps_them(value: Any, names: list[str]) -> None:
    assert [one.draft.name for one in read(value)] == names


def test_tags_are_named_without_blanks_around() -> None:
    assert [one.tags for one in read([ONE, TWO])] == [[], ["Red", "Blue"]]


def test_ids_are_new_unless_the_files_own_are_wanted() -> None:
    assert [one.draft.id for one in read([ONE, TWO])] == ["new1", "new2"]
    assert [one.draft.id for one in read([ONE, TWO], keep_ids=True)] == ["old", "new1"]


def test_every_problem_of_every_workflow_is_named() -> None:
    broken = {"nodes": [{"type": "x"}]}
    twice = {"nodes": [{"name": "A", "type": "x"}, {"name": "A", "type": "x"}]}

    with pytest.raises(WorkflowInvalid) as refused:
        read([ONE, broken, 7, twice])

    assert [problem.split(":")[0] for problem in refused.value.problems] == [
        "workflows[1]",
        "workflows[2]",
        "workflows[3]",
    ]


@pytest.mark.parametrize("id_", ["../../etc/passwd", "a b", "x" * 65, ["list"], "é"])
def test_an_id_that_may_mean_something_else_elsewhere_is_not_kept(id_: Any) -> None:
    with pytest.raises(WorkflowInvalid):
        read({**ONE, "id": id_}, keep_ids=True)
    assert read({**ONE, "id": id_})[0].draft.id == "new1"


@pytest.mark.parametrize(
    "value",
    [
        [],
        [ONE] * (MAX_IMPORTED + 1),
        {**ONE, "tags": ["x"] * (MAX_TAGS_ON_WORKFLOW + 1)},
        {**ONE, "tags": [""]},
        {**ONE, "tags": ["x" * 129]},
        {**ONE, "tags": [7]},
        {"data": {"data": {"data": 1}}},
        "text",
        None,
    ],
    ids=["empty", "many", "tags", "empty tag", "long tag", "no tag", "wrapped nothing", "text", "null"],
)
def test_a_file_that_cannot_be_taken_is_refused(value: Any) -> None:
    with pytest.raises(WorkflowInvalid):
        read(value)


def test_an_id_that_comes_twice_is_refused() -> None:
    with pytest.raises(WorkflowInvalid, match="twice"):
        read([ONE, ONE], keep_ids=True)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["nodes", "connections", "name", "type", "data", "workflow", "tags", "id", "main", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@given(JUNK, st.booleans())
def test_whatever_a_file_holds_it_is_read_or_refused(value: Any, keep_ids: bool) -> None:
    with suppress(WorkflowInvalid):
        assert all(one.draft.id for one in read(value, keep_ids=keep_ids))
