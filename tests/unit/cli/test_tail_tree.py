"""What people see of executions that they follow."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.console import Console

from headrace.cli.tail_tree import TailTree, line_of
from headrace.executions.updates import Update
from headrace.kernel.ids import ExecutionId

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def update(type_: str, *, of: str = "e1", **told: object) -> Update:
    return Update(type=type_, seq=1, execution_id=ExecutionId(of), at=NOON, **told)  # type: ignore[arg-type]


def drawn(*updates: Update) -> str:
    tree = TailTree()
    for one in updates:
        tree.take(one)
    console = Console(width=100, record=True, file=open("/dev/null", "w"))  # noqa: SIM115 - what counts is recorded
    console.print(tree.drawn())
    return console.export_text()


def test_an_execution_is_a_tree_of_its_nodes_as_they_stand() -> None:
    text = drawn(
        update("execution.requested", workflow_name="Orders"),
        update("node.started", node="Fetch", attempt=1),
        update("node.succeeded", node="Fetch", items=(3, 0), seconds=0.25, run=0),
        update("node.failed", node="Sum", error="no such field"),
        update("execution.failed", error="no such field"),
    )

    assert [line.rstrip() for line in text.splitlines()] == [
        "✗ Orders (e1)  no such field",
        "├── ✓ Fetch  3 / 0 items, 250 ms",
        "└── ✗ Sum  no such field",
    ]


def test_those_that_run_stay_on_the_screen_when_others_have_ended() -> None:
    done = [
        update(type_, of=f"done{number}") for number in range(20) for type_ in ("node.ended", "execution.succeeded")
    ]

    text = drawn(update("execution.requested", of="running"), *done)

    assert "running" in text
    assert "done19" in text
    assert "done1 " not in text


def test_names_that_look_like_markup_are_shown_as_they_are() -> None:
    assert "[red]x[/]" in drawn(update("execution.requested", workflow_name="[red]x[/]"))


def test_a_line_says_when_what_and_how() -> None:
    line = line_of(update("node.succeeded", node="Fetch", items=(3,), seconds=1.5, run=1))

    assert line == "12:00:00.000  e1  node.succeeded  Fetch  3 items, 1.50 s, run 2"


def test_what_was_left_out_is_said() -> None:
    assert line_of(Update(type="gap", seq=9, left_out=4)) == "(4 updates left out)"
    assert "4 updates came too fast" in drawn(Update(type="gap", seq=9, left_out=4))
