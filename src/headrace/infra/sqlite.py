"""SQLite through apsw: one writer thread that commits in groups, and readers beside it.

apsw bundles its own SQLite; the system's older one has a WAL-reset bug, so no other driver may open the same file.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import apsw

from headrace.kernel.errors import Unavailable

T = TypeVar("T")

_GROUP = 256
"""Writes in one transaction at most; more would make the first of them wait too long."""

_BUSY_MS = 30_000
"""How long one process waits for another's write to the same file."""


class SqliteUnavailable(Unavailable):
    """The database file cannot be opened or written."""

    code = "sqlite_unavailable"


class Sqlite:
    """One database file.

    Writes from any task are queued for one thread; it takes all that wait, up to a limit, into one transaction, each
    in a savepoint of its own, so that one that fails takes nothing else with it. A write's result is returned only
    after its transaction is on the disk (WAL, synchronous=FULL).

    Args:
        migrations: SQL scripts, one per schema version, applied in order to an older file.
    """

    def __init__(self, path: Path, migrations: Sequence[str]) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writes: queue.SimpleQueue[tuple[Callable[[apsw.Connection], Any], Future[Any]] | None] = (
            queue.SimpleQueue()
        )
        try:
            self._writer = _connect(path)
            _migrate(self._writer, migrations, path)
            self._reader = _connect(path)
        except apsw.Error as refused:
            raise SqliteUnavailable(f"the database {path} cannot be opened: {refused}") from refused
        self._reading = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._write_forever, name=f"sqlite-{path.name}", daemon=True)
        self._thread.start()

    async def write(self, work: Callable[[apsw.Connection], T]) -> T:
        """Run *work* in a transaction and return its result once that is durable. An exception undoes it alone."""
        if self._closed:
            raise SqliteUnavailable(f"the database {self._path} is closed")
        future: Future[T] = Future()
        self._writes.put((work, future))
        return await asyncio.wrap_future(future)

    async def read(self, work: Callable[[apsw.Connection], T]) -> T:
        """Run *work* on a connection that sees all committed writes."""
        return await asyncio.to_thread(self._read, work)

    def _read(self, work: Callable[[apsw.Connection], T]) -> T:
        with self._reading:
            return work(self._reader)

    async def close(self) -> None:
        """Finish the writes that wait, then close. Closing twice is no error."""
        if self._closed:
            return
        self._closed = True
        self._writes.put(None)
        await asyncio.to_thread(self._thread.join)
        self._reader.close()
        self._writer.close()

    def _write_forever(self) -> None:
        while True:
            first = self._writes.get()
            if first is None:
                return
            group = [first]
            last = False
            while len(group) < _GROUP:
                try:
                    following = self._writes.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    last = True
                    break
                group.append(following)
            self._commit(group)
            if last:
                return

    def _commit(self, group: list[tuple[Callable[[apsw.Connection], Any], Future[Any]]]) -> None:
        done: list[tuple[Future[Any], Any]] = []
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            for work, future in group:
                if not future.set_running_or_notify_cancel():
                    continue  # whoever asked for it is gone
                try:
                    with self._writer:  # a savepoint
                        result = work(self._writer)
                except Exception as failure:  # noqa: BLE001 - whatever it was belongs to the caller of this write
                    future.set_exception(failure)
                else:
                    done.append((future, result))
            self._writer.execute("COMMIT")
        except apsw.Error as failure:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            unavailable = SqliteUnavailable(f"the database {self._path} cannot be written: {failure}")
            for _, future in group:
                if not future.done():
                    future.set_exception(unavailable)
            return
        for future, result in done:
            future.set_result(result)


def _connect(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(_BUSY_MS)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def _migrate(connection: apsw.Connection, migrations: Sequence[str], path: Path) -> None:
    with connection:
        version = connection.pragma("user_version")
        assert isinstance(version, int)
        if version > len(migrations):
            raise SqliteUnavailable(
                f"the database {path} was written by a newer Headrace"
                f" (schema {version}; this one knows {len(migrations)})"
            )
        for number, script in enumerate(migrations[version:], start=version + 1):
            connection.execute(script)
            connection.execute(f"PRAGMA user_version={number}")
