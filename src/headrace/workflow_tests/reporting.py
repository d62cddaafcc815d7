"""Outcomes for machines: JUnit's XML, which every CI reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree as ET

from headrace.workflow_tests.running import Outcome

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Raises: OSError: the file cannot be written."""
    suites = ET.Element("testsuites", _counts(outcomes))
    for file, group in groupby(outcomes, key=lambda outcome: outcome.file):
        of_file = list(group)
        suite = ET.SubElement(suites, "testsuite", {"name": _text(str(file)), **_counts(of_file)})
        for outcome in of_file:
            case = ET.SubElement(
                suite,
                "testcase",
                {"classname": _text(str(file)), "name": _text(outcome.name), "time": f"{outcome.seconds:.3f}"},
            )
            if outcome.problems:
                failure = ET.SubElement(case, "failure", {"message": _text(outcome.problems[0])})
                failure.text = _text("\n".join(outcome.problems))
    path.write_bytes(ET.tostring(suites, encoding="utf-8", xml_declaration=True))


def _counts(outcomes: Sequence[Outcome]) -> dict[str, str]:
    return {
        "tests": str(len(outcomes)),
        "failures": str(sum(not outcome.passed for outcome in outcomes)),
        "errors": "0",
        "skipped": "0",
        "time": f"{sum(outcome.seconds for outcome in outcomes):.3f}",
    }


def _text(text: str) -> str:
    """Return *text* without the characters that XML has no form for."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
