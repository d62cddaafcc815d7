"""Files of tests: found, read, written, and refused with the place of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from headrace.workflow_tests.errors import TestFileInvalid
from headrace.workflow_tests.fixtures import (
    Answer,
    Exchange,
    TestFile,
    WorkflowTest,
    file_beside,
    find_files,
    full_items,
    read_tests,
    short_items,
    write_tests,
)


def test_a_folder_means_all_files_of_tests_in_it_and_a_workflow_means_its_own(tmp_path: Path) -> None:
    for name in ("b.tests.json", "a/c.tests.json", ".hidden/d.tests.json", "b.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")

    assert list(find_files([tmp_path])) == [tmp_path / "a" / "c.tests.json", tmp_path / "b.tests.json"]
    assert list(find_files([tmp_path / "b.json"])) == [file_beside(tmp_path / "b.json")]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    exchange = Exchange(url="https://example.com", body={"a": None}, times="any", answer=Answer(status=404))
    tests = TestFile(tests=[WorkflowTest(name="one", input=[{"json": {"a": 1}}, {"b": 2}], http=[exchange])])

    write_tests(tmp_path / "w.tests.json", tests)

    assert read_tests(tmp_path / "w.tests.json") == tests
    assert [path.name for path in tmp_path.iterdir()] == ["w.tests.json"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "no file of tests"),
        ('{"tests": [{"name": "a", "expekt": {}}]}', "expekt"),
        ('{"tests": [{"name": "a", "http": [{"url": "x", "times": "some"}]}]}', r"http\[0\].times"),
        ('{"tests": [{"name": "a"}, {"name": "a"}]}', 'two tests are named "a"'),
        ('{"tests": [{"name": "a", "now": "2026-01-01T00:00:00"}]}', "has no zone"),
        ("[" * 100_000, "no file of tests"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "w.tests.json"
    path.write_text(text)

    with pytest.raises(TestFileInvalid, match=message):
        read_tests(path)


def test_items_are_written_as_their_bare_json_where_that_says_all() -> None:
    whole = [{"json": {"a": 1}}, {"json": {"a": 1}, "binary": {"data": {"data": "eA=="}}}, {"json": {"json": {}}}]

    assert short_items(whole) == [{"a": 1}, whole[1], whole[2]]
    assert full_items(short_items(whole)) == whole
