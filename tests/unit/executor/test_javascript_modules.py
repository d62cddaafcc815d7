"""Modules for code, read from the owner's directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from headrace.executor.adapters import javascript_modules
from headrace.executor.adapters.javascript_modules import JavaScriptModulesUnusable, read_modules


def test_modules_are_named_after_their_files(tmp_path: Path) -> None:
    (tmp_path / "@scope").mkdir()
    for name in ("lodash.js", "@scope/a.b_c-1.js", "README.md", "lodash.js.map", "@scope/types.d.ts"):
        (tmp_path / name).write_text(f"// {name}")

    assert read_modules(tmp_path) == {"lodash": "// lodash.js", "@scope/a.b_c-1": "// @scope/a.b_c-1.js"}


@pytest.mark.parametrize("name", ["Upper.js", "a b.js", ".js", "_x.js", "@Scope/x.js", f"{'x' * 215}.js", "$(x).js"])
def test_a_file_with_another_name_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("")

    with pytest.raises(JavaScriptModulesUnusable, match="is no name of an npm package"):
        read_modules(tmp_path)


def test_a_directory_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JavaScriptModulesUnusable, match="does not exist"):
        read_modules(tmp_path / "gone")


def test_a_module_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.js").write_bytes(b"\xff\xfe")

    with pytest.raises(JavaScriptModulesUnusable, match="cannot be read"):
        read_modules(tmp_path)


def test_a_module_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(javascript_modules, "MAX_MODULE_BYTES", 1 << 20)
    (tmp_path / "x.js").write_bytes(b" " * ((1 << 20) + 1))

    with pytest.raises(JavaScriptModulesUnusable, match="the limit of 1 MiB"):
        read_modules(tmp_path)


def test_modules_that_are_too_large_together_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(javascript_modules, "MAX_TOTAL_BYTES", 1 << 20)
    for name in ("a.js", "b.js"):
        (tmp_path / name).write_bytes(b" " * (1 << 20))

    with pytest.raises(JavaScriptModulesUnusable, match="the limit of 1 MiB together"):
        read_modules(tmp_path)
