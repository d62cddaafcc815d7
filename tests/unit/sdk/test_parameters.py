"""Which parameters of a node count, and with what values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.sdk.description import Boolean, Collection, FixedCollection, Group, Number, Options, String
from headrace.sdk.parameters import resolve_parameters

MODE = Options("mode", {"fast": "Fast", "slow": "Slow"}, default="fast")
DELAY = Number("delay", default=5, show={"mode": ["slow"]})
NOTE = String("note", hide={"mode": ["slow"]})


def test_a_parameter_shows_only_beside_the_values_it_asks_for() -> None:
    assert resolve_parameters([MODE, DELAY], {}) == {"mode": "fast"}
    assert resolve_parameters([DELAY, MODE], {"mode": "slow"}) == {"mode": "slow", "delay": 5}


def test_hidden_values_can_be_kept() -> None:
    assert resolve_parameters([MODE, DELAY], {"delay": 9}, hidden=True) == {"mode": "fast", "delay": 9}


def test_an_expression_shows_what_hangs_on_it_and_hides_nothing() -> None:
    resolved = resolve_parameters([MODE, DELAY, NOTE], {"mode": "={{ $json.mode }}"})

    assert resolved == {"mode": "={{ $json.mode }}", "delay": 5, "note": ""}


@pytest.mark.parametrize(
    ("condition", "version", "shown"),
    [
        ({"gte": 2}, 1.9, False),
        ({"gte": 2}, 2, True),
        ({"between": {"from": 1, "to": 2}}, 2, True),
        ({"not": 2}, 2, False),
        ({"lt": 3}, 2, True),
    ],
)
def test_versions_are_compared(condition: dict[str, Any], version: float, shown: bool) -> None:
    extra = Boolean("extra", show={"@version": [{"_cnd": condition}]})

    assert ("extra" in resolve_parameters([extra], {}, version=version)) is shown


def test_a_condition_must_hold_for_every_value_of_a_list() -> None:
    days = Options("days", {"mo": "Mo", "tu": "Tu"}, many=True)
    early = Boolean("early", show={"days": [{"_cnd": {"startsWith": "m"}}]})

    assert "early" in resolve_parameters([days, early], {"days": ["mo"]})
    assert "early" not in resolve_parameters([days, early], {"days": ["mo", "tu"]})


def test_members_of_a_collection_exist_only_when_added() -> None:
    extras = Collection("options", [Number("limit", default=3), String("tag")])

    assert resolve_parameters([extras], {}) == {"options": {}}
    assert resolve_parameters([extras], {"options": {"limit": 3}}) == {"options": {"limit": 3}}


def test_groups_get_the_defaults_of_their_members_and_see_the_root() -> None:
    group = Group(
        name="row", display_name="Row", values=[String("key"), Number("delay", default=1, show={"/mode": ["slow"]})]
    )
    rows = FixedCollection("rows", [group], multiple=True)

    resolved = resolve_parameters([MODE, rows], {"mode": "slow", "rows": {"row": [{"key": "a"}]}})

    assert resolved["rows"] == {"row": [{"key": "a", "delay": 1}]}


def test_options_that_hang_on_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="Could not resolve parameter dependencies"):
        resolve_parameters([String("a", show={"b": ["x"]}), String("b", show={"a": ["x"]})], {})


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "mode": st.sampled_from(["fast", "slow", "=x"]),
            "delay": st.integers(),
            "note": st.text(),
            "else": st.text(),
        },
    )
)
def test_resolving_twice_changes_nothing(values: dict[str, Any]) -> None:
    once = resolve_parameters([MODE, DELAY, NOTE], values)

    assert resolve_parameters([MODE, DELAY, NOTE], once) == once
