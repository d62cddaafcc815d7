"""What must hold for every node that comes with Headrace, whatever it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import pytest

import headrace.nodes.builtin
from headrace.nodes.catalogue import Catalogue, walk
from headrace.nodes.documentation import describe_text
from headrace.sdk.description import Choice, Group, NodeDescription, Parameter, read_parameter
from headrace.sdk.parameters import resolve_parameters

MODULES = list(walk(headrace.nodes.builtin))
DESCRIPTIONS = [module.DESCRIPTION for module in MODULES]

every_description = pytest.mark.parametrize(
    "description", DESCRIPTIONS, ids=[f"{one.type.rsplit('.', 1)[-1]}-{one.versions[0]:g}" for one in DESCRIPTIONS]
)


def levels(parameters: Sequence[Parameter]) -> Iterator[Sequence[Parameter]]:
    """Yield the parameters of the root, then those of every collection in it."""
    yield parameters
    for parameter in parameters:
        if parameter.type == "collection":
            yield from levels([one for one in parameter.options or () if isinstance(one, Parameter)])
        for group in parameter.options or ():
            if isinstance(group, Group):
                yield from levels(group.values)


def test_there_are_nodes() -> None:
    assert len(MODULES) > 25


def test_no_version_of_a_type_comes_twice() -> None:
    served = Counter((one.type, float(version)) for one in DESCRIPTIONS for version in one.versions)

    assert [key for key, count in served.items() if count > 1] == []


@every_description
def test_it_resolves_without_any_values(description: NodeDescription) -> None:
    for version in description.versions:
        untouched = resolve_parameters(description.parameters, {}, version=version)
        # The default of a collection is taken as it is; what it leaves out is filled in once it is a value.
        saved = resolve_parameters(description.parameters, untouched, version=version)

        assert resolve_parameters(description.parameters, saved, version=version) == saved


@every_description
def test_its_display_options_name_parameters_that_exist(description: NodeDescription) -> None:
    root = {parameter.name for parameter in description.parameters}
    for level in levels(description.parameters):
        beside = {parameter.name for parameter in level}
        for parameter in level:
            display = parameter.display_options
            for key in [*display.show, *display.hide] if display else ():
                name = key.lstrip("/").split(".")[0]
                known = root if key.startswith("/") else beside
                assert key.startswith("@") or name in known, f"{parameter.name} looks at {key}"


@every_description
def test_its_credentials_display_options_name_parameters_that_exist(description: NodeDescription) -> None:
    root = {parameter.name for parameter in description.parameters}
    for use in description.credentials:
        display = use.display_options
        for key in [*display.show, *display.hide] if display else ():
            assert key.startswith("@") or key.lstrip("/") in root, f"{use.name} looks at {key}"


@every_description
def test_its_defaults_are_among_the_choices(description: NodeDescription) -> None:
    for level in levels(description.parameters):
        for parameter in level:
            choices = [one.value for one in parameter.options or () if isinstance(one, Choice)]
            if not choices:
                continue
            default: Any = parameter.default
            chosen = default if isinstance(default, list) else [default]
            assert [one for one in chosen if one not in choices and one != ""] == [], parameter.name


@every_description
def test_it_survives_the_way_to_the_editor_and_back(description: NodeDescription) -> None:
    for parameter in description.parameters:
        sent = msgspec.json.decode(msgspec.json.encode(parameter))

        assert read_parameter(sent) == parameter


@every_description
def test_it_can_be_read_about(description: NodeDescription) -> None:
    assert description.title
    assert description.summary.endswith(".")
    assert description.type.startswith(("n8n-nodes-base.", "@n8n/", "headrace."))
    text = describe_text(description)
    assert text.startswith(f"# {description.title}\n")
    assert description.summary in text


@every_description
def test_its_versions_ascend(description: NodeDescription) -> None:
    assert list(description.versions) == sorted(set(description.versions))


def test_every_builtin_node_is_found_by_its_type_and_version() -> None:
    catalogue = Catalogue.installed()

    for module in MODULES:
        for version in module.DESCRIPTION.versions:
            assert catalogue.find(module.DESCRIPTION.type, version) is module
