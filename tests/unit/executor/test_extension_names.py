"""The list of extension methods that is kept where expressions are compiled."""

from __future__ import annotations

import re
from pathlib import Path

from py_mini_racer import MiniRacer

from headrace.executor import guest

JS = Path(guest.__file__).parent / "js"


def test_the_list_names_the_methods_that_there_are() -> None:
    listed = re.search(r"for \(const name of `([^`]*)`", (JS / "55-compile.js").read_text("utf-8"))
    part = (JS / "parts" / "extensions.js").read_text("utf-8").strip().rstrip(";")
    with MiniRacer() as engine:
        offered = engine.eval(
            f"const host = {{ ExpressionError: Error, ExtensionError: Error }}; [...({part})(host).names].join(' ')"
        )

    assert listed is not None
    assert set(listed[1].split()) == set(str(offered).split())
