"""The catalogue: nodes of all installed packages, by type and version."""

from __future__ import annotations

import sys
import types
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from headrace.nodes import catalogue as catalogue_module
from headrace.nodes.catalogue import GROUP, Catalogue, walk
from headrace.nodes.errors import UnknownNodeType, UnknownNodeVersion
from headrace.sdk.description import NodeDescription, String


def node(type_: str = "acme.tea", versions: tuple[float, ...] = (1,), **fields: Any) -> Any:
    return types.SimpleNamespace(
        DESCRIPTION=NodeDescription(type=type_, versions=versions, title="Tea", **fields),
        run_item=lambda ctx, item, index: item,
    )


def test_a_node_is_found_by_the_version_that_serves() -> None:
    old, new = node(versions=(1, 1.1)), node(versions=(2,))

    catalogue = Catalogue([old, new])

    assert catalogue.find("acme.tea", 1.1) is old
    assert catalogue.find("acme.tea", 2) is new
    assert catalogue.versions_of("acme.tea") == [1.0, 1.1, 2.0]


def test_an_unknown_version_is_refused_with_those_that_there_are() -> None:
    catalogue = Catalogue([node(versions=(1, 2.1))])

    with pytest.raises(UnknownNodeVersion, match=r"version 3 .*acme\.tea.*there are 1, 2\.1"):
        catalogue.find("acme.tea", 3)


def test_an_unknown_type_is_refused_by_name() -> None:
    with pytest.raises(UnknownNodeType, match=r"acme\.coffee"):
        Catalogue([node()]).find("acme.coffee", 1)


def test_the_list_of_types_shows_the_newest_of_each_once() -> None:
    newest = node("b.x", (2,))

    listed = Catalogue([node("b.x", (1,)), newest, node("a.y")]).types()

    assert [one.type for one in listed] == ["a.y", "b.x"]
    assert listed[1] is newest.DESCRIPTION


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("acme.tea", ["acme.tea"]),
        ("Tea", ["acme.tea"]),
        ("te", ["acme.tea", "acme.teapot"]),
        ("coffee", []),
    ],
)
def test_people_find_a_type_by_its_full_name_its_last_part_or_some_of_it(name: str, found: list[str]) -> None:
    assert Catalogue([node(), node("acme.teapot")]).named(name) == found


def test_a_description_goes_out_in_the_words_of_the_workflow_format() -> None:
    described = Catalogue([node(parameters=[String("leaf", show={"kind": ["green"]})])]).describe_json("acme.tea")

    assert described["parameters"] == [
        {
            "name": "leaf",
            "displayName": "Leaf",
            "type": "string",
            "default": "",
            "displayOptions": {"show": {"kind": ["green"]}},
        }
    ]


def test_describing_an_unknown_type_is_refused() -> None:
    with pytest.raises(UnknownNodeType):
        Catalogue([]).describe_json("acme.tea")


GOOD = """
from headrace.sdk.description import NodeDescription
DESCRIPTION = NodeDescription(type="{type}", versions=(1,), title="T")
def run_item(ctx, item, index): return item
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty package `teahouse` that can be imported."""
    folder = tmp_path / "teahouse"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.split(".")[0] == "teahouse"]:
        monkeypatch.delitem(sys.modules, name)
    return folder


def loaded(package: Path) -> list[str]:
    module = __import__(package.name)
    found = sorted(one.DESCRIPTION.type for one in walk(module))
    for name in [name for name in sys.modules if name.split(".")[0] == package.name]:
        del sys.modules[name]
    return found


def test_a_package_is_walked_with_its_folders(package: Path) -> None:
    (package / "green.py").write_text(GOOD.format(type="teahouse.green"))
    (package / "black").mkdir()
    (package / "black" / "__init__.py").write_text("")
    (package / "black" / "v1.py").write_text(GOOD.format(type="teahouse.black"))

    assert loaded(package) == ["teahouse.black", "teahouse.green"]


@pytest.mark.parametrize(
    "broken",
    [
        "raise RuntimeError('no')",
        "import nothing_of_this_name",
        "raise SystemExit(3)",
        "DESCRIPTION = 'a text'",
        GOOD.format(type="teahouse.idle").replace("def run_item", "def other"),
        GOOD.format(type="teahouse.none").replace("(1,)", "()"),
        "syntax error",
    ],
)
def test_a_module_that_cannot_be_used_is_reported_and_the_others_serve(
    package: Path, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    (package / "bad.py").write_text(broken)
    (package / "worse").mkdir()
    (package / "worse" / "__init__.py").write_text(broken)
    (package / "zen.py").write_text(GOOD.format(type="teahouse.zen"))

    assert loaded(package) == ["teahouse.zen"]
    assert "teahouse.bad" in caplog.text
    assert "teahouse.worse" in caplog.text


def test_a_package_that_cannot_be_imported_is_reported_and_the_builtin_nodes_serve(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    points = [
        EntryPoint("gone", "nothing_of_this_name", GROUP),
        EntryPoint("builtin", "headrace.nodes.builtin", GROUP),
    ]
    monkeypatch.setattr(catalogue_module, "entry_points", lambda group: points)

    catalogue = Catalogue.installed()

    assert catalogue.find("n8n-nodes-base.noOp", 1).DESCRIPTION.title
    assert "nothing_of_this_name" in caplog.text


def test_no_package_takes_the_place_of_a_builtin_node(
    package: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (package / "__init__.py").write_text(GOOD.format(type="n8n-nodes-base.noOp"))
    points = [
        EntryPoint("builtin", "headrace.nodes.builtin", GROUP),
        EntryPoint("tea", "teahouse", GROUP),
    ]
    monkeypatch.setattr(catalogue_module, "entry_points", lambda group: points)

    catalogue = Catalogue.installed()

    assert catalogue.find("n8n-nodes-base.noOp", 1).__name__.startswith("headrace.")  # type: ignore[attr-defined]
    assert "comes twice" in caplog.text
