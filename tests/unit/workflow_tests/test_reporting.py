"""Outcomes as JUnit's XML."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrace.workflow_tests.reporting import write_junit
from headrace.workflow_tests.running import Outcome


def outcome(file: str, name: str, *problems: str) -> Outcome:
    return Outcome(file=Path(file), name=name, seconds=0.25, problems=problems)


def test_tests_are_grouped_by_file_and_failures_say_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"

    write_junit(path, [outcome("a.tests.json", "one"), outcome("a.tests.json", "two", "x", "y"), outcome("b", "three")])

    suites = ET.parse(path).getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("3", "1")
    assert [(suite.get("name"), suite.get("tests")) for suite in suites] == [("a.tests.json", "2"), ("b", "1")]
    failure = suites.find("testsuite/testcase[@name='two']/failure")
    assert failure is not None
    assert (failure.get("message"), failure.text) == ("x", "x\ny")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(), problem=st.text())
def test_any_text_makes_readable_xml(tmp_path: Path, name: str, problem: str) -> None:
    write_junit(tmp_path / "report.xml", [outcome("a", name, problem)])

    ET.parse(tmp_path / "report.xml")
