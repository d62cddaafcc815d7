"""The live tree of a run: nodes as they run, with item counts and times, on standard error."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from headrace.executions.public import (
    Event,
    ExecutionCanceled,
    ExecutionFailed,
    ExecutionSuspended,
    NodeAttemptFailed,
    NodeEndedBranch,
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
)
from headrace.kernel.ids import ExecutionId

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

_SHOWN = 40
"""Nodes in the live tree; a loop of a thousand passes has more than a screen."""


_ENDED_BY = {
    "webhook": "a call",
    "form": "a form",
    "approval": "a decision",
    "execution": "its sub-workflow",
}


class LiveTree:
    """A `Watcher` that draws.

    On a terminal the tree is redrawn as it grows; elsewhere the finished rows are printed once.
    """

    def __init__(self, root: ExecutionId | None = None) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._root = root
        self._rows: dict[str, list[str]] = {}
        self._depths: dict[str, int] = {}
        self._live: Live | None = None
        self._drawn = 0.0
        self.failed: str | None = None

    def __enter__(self) -> LiveTree:
        if self._console.is_terminal:
            from rich.live import Live

            self._live = Live(console=self._console, refresh_per_second=12, get_renderable=self._table)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
        elif self._rows:
            self._console.print(self._table())

    def on_event(self, execution_id: ExecutionId, event: Event) -> None:
        if self._root is None:
            self._root = execution_id
        indent = "" if execution_id == self._root else "  ↳ "
        match event:
            case NodeStarted():
                self._row(execution_id, event.node, ["[cyan]…[/]", indent + event.node, "", "", ""])
            case NodeAttemptFailed():
                self._row(
                    execution_id,
                    event.node,
                    ["[yellow]↻[/]", indent + event.node, "", "", f"attempt {event.attempt}: {event.error.message}"],
                )
            case NodeSucceeded():
                counts = " / ".join(str(output.items) for output in event.outputs) or "0"
                mark = "[yellow]![/]" if event.error else "[green]✓[/]"
                runs = f"{event.run + 1}×" if event.run else ""
                note = event.error.message if event.error else ""
                self._row(
                    execution_id,
                    event.node,
                    [mark, indent + event.node, f"{counts} items", _seconds(event.seconds), f"{runs} {note}".strip()],
                )
            case NodeEndedBranch():
                self._row(execution_id, event.node, ["[green]✓[/]", indent + event.node, "ends here", "", ""])
            case NodeFailed():
                self._row(
                    execution_id,
                    event.node,
                    ["[red]✗[/]", indent + event.node, "", _seconds(event.seconds), event.error.message],
                )
            case ExecutionSuspended():
                ended_by = f"for {_ENDED_BY.get(event.resume, event.resume)}"
                until = f"until {event.until:%Y-%m-%d %H:%M:%S} UTC" if event.until else ended_by
                self._row(execution_id, event.node, ["[blue]⏸[/]", indent + event.node, "", "", f"waits {until}"])
            case ExecutionFailed():
                self.failed = event.error.message
            case ExecutionCanceled():
                self.failed = f"canceled: {event.reason}"
            case _:
                pass

    def _row(self, execution_id: ExecutionId, node: str, row: list[str]) -> None:
        self._rows[f"{execution_id}/{node}"] = row
        if self._live is not None and time.monotonic() - self._drawn > 0.1:
            self._drawn = time.monotonic()
            self._live.refresh()

    def _table(self) -> Table:
        from rich.markup import escape
        from rich.table import Table

        table = Table.grid(padding=(0, 2))
        rows = list(self._rows.values())
        if len(rows) > _SHOWN:
            table.add_row("", f"… {len(rows) - _SHOWN} more nodes", "", "", "")
        for mark, name, items, seconds, note in rows[-_SHOWN:]:
            table.add_row(mark, escape(name), escape(items), seconds, escape(note))
        return table


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"
