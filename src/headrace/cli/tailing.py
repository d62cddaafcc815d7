"""`headrace tail`: executions as they run, of a data directory or of a server."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec
from rich.console import Console
from rich.live import Live

from headrace.app.settings import Settings
from headrace.cli.failing import EXIT_FAILED, Failure
from headrace.cli.tail_tree import TailTree, line_of
from headrace.executions.adapters.sqlite import SqliteJournal
from headrace.executions.commits import Commits
from headrace.executions.following import Following
from headrace.executions.updates import Update
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, ProjectId

_LOOK_EVERY = timedelta(milliseconds=200)


async def tail(
    execution: str | None, *, server: str | None, api_key: str | None, as_json: bool, data_dir: Path | None
) -> int:
    """Tell of one execution until it ends, or of all until interrupted.

    Returns:
        1 if the execution failed or was canceled.

    Raises:
        Failure: there is no such execution, or the server does not let us look.
    """
    updates = _remote(server, api_key, execution) if server else _local(execution, data_dir)
    last: Update | None = None
    try:
        async with aclosing(updates):
            with _Screen(as_json=as_json) as screen:
                async for last in updates:
                    screen.tell(last)
                    if execution is not None and last.is_end:
                        break
    except HeadraceError as refused:
        raise Failure(str(refused)) from refused
    return EXIT_FAILED if last is not None and last.type in ("execution.failed", "execution.canceled") else 0


class _Screen:
    """A tree on a terminal, a line for each update elsewhere, or JSON."""

    def __init__(self, *, as_json: bool) -> None:
        self._json = as_json
        self._console = Console(highlight=False, soft_wrap=True)
        self._tree = TailTree()
        self._live: Live | None = None

    def __enter__(self) -> _Screen:
        if self._console.is_terminal and not self._json:
            self._live = Live(console=self._console, refresh_per_second=8, get_renderable=self._tree.drawn)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def tell(self, update: Update) -> None:
        if self._json:
            sys.stdout.write(msgspec.json.encode(update).decode() + "\n")
            sys.stdout.flush()
        elif self._live is not None:
            self._tree.take(update)
        elif (line := line_of(update)) is not None:
            self._console.print(line, markup=False)


async def _local(execution: str | None, data_dir: Path | None) -> AsyncGenerator[Update, None]:
    home = Settings.from_environment(data_dir=data_dir).data_dir
    if not (home / "headrace.db").is_file():
        raise Failure(f"{home} holds no executions; name another with --data-dir, or a server with --server")
    journal = SqliteJournal(home / "headrace.db")
    try:
        following = Following(journal, journal, journal, Commits(), look_every=_LOOK_EVERY)
        if execution is not None:
            execution_id = ExecutionId(execution)
            await following.is_over(DEFAULT_TENANT, execution_id, after=0)  # raises if there is none
            batches = following.execution(DEFAULT_TENANT, execution_id)
        else:
            batches = following.workspace(DEFAULT_TENANT, shown=_everything)
        async for batch in batches:
            for update in batch:
                yield update
    finally:
        await journal.close()


async def _everything(_: ExecutionId, __: ProjectId | None) -> bool:
    return True


async def _remote(server: str, api_key: str | None, execution: str | None) -> AsyncGenerator[Update, None]:
    from headrace.infra.event_stream import sent_events

    if urlsplit(server).scheme not in ("http", "https"):
        raise Failure(f"--server is {server!r}; it begins with http:// or https://")
    if not api_key:
        raise Failure("a server wants an API key: set HEADRACE_API_KEY, or name one with --api-key")
    path = f"/api/v1/executions/{quote(execution, safe='')}/stream" if execution is not None else "/api/v1/stream"
    async for event in sent_events(server.rstrip("/") + path, {"X-API-Key": api_key}):
        with contextlib.suppress(msgspec.DecodeError):  # a newer server may tell what we do not know
            yield msgspec.json.decode(event.data, type=Update)
