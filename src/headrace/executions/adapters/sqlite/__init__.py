"""The journal in SQLite: streams, leases and open work in one file, and the projection that lists executions.

Commands touch `stream` and `journal` only. `execution_list` is a projection: it remembers the position in the journal
up to which it has folded, catches up when it is asked, and can be thrown away.
"""

from __future__ import annotations

from pathlib import Path

from headrace.executions.adapters.sqlite.feed import FeedTables
from headrace.executions.adapters.sqlite.history import HistoryTables
from headrace.executions.adapters.sqlite.schema import MIGRATIONS
from headrace.executions.adapters.sqlite.streams import StreamTables
from headrace.executions.adapters.sqlite.work import WorkTables
from headrace.executions.commits import Commits
from headrace.infra.sqlite import Sqlite


class SqliteJournal(StreamTables, WorkTables, HistoryTables, FeedTables):
    """An `EventLog`, `Queues`, `Owners`, `ExecutionHistory` and `EventFeed` in one SQLite file."""

    def __init__(self, path: Path, commits: Commits | None = None) -> None:
        super().__init__(Sqlite(path, MIGRATIONS), commits)

    async def check_writable(self, moment: float) -> None:
        """Write a row that nobody reads, and wait until the disk has it.

        Raises:
            Unavailable: it cannot be written: the disk is full, or gone.
        """
        await self._db.write(
            lambda db: db.execute("INSERT OR REPLACE INTO projection (name, position) VALUES ('probe', ?)", (moment,))
        )

    async def close(self) -> None:
        await self._db.close()
