"""Ports in SQLite."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import apsw
import msgspec

from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import ExecutionId, TenantId
from headrace.webhooks.public import Listening

_MIGRATIONS = (
    """
    CREATE TABLE listening (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        workflow_id TEXT NOT NULL,
        opened BLOB NOT NULL,          -- JSON, as it was before the call
        opened_at REAL NOT NULL,       -- seconds since 1970
        expires_at REAL NOT NULL,
        execution_id TEXT,             -- of the run that the call has started
        node TEXT,
        UNIQUE (tenant, workflow_id)
    );
    CREATE TABLE listening_place (
        place TEXT NOT NULL,
        id TEXT NOT NULL REFERENCES listening (id) ON DELETE CASCADE,
        PRIMARY KEY (place, id)
    ) WITHOUT ROWID;
    CREATE INDEX listening_place_of ON listening_place (id);
    """,
)

_KEPT = timedelta(hours=1)
_COLUMNS = "listening.opened, listening.execution_id, listening.node"


class SqliteWebhooks:
    """The file that the adapters of this context share."""

    def __init__(self, path: Path) -> None:
        self._db = Sqlite(path, _MIGRATIONS)
        self.listenings = SqliteListenings(self._db)

    async def close(self) -> None:
        await self._db.close()


class SqliteListenings:
    """A `Listenings` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def open(self, listening: Listening, *, now: datetime) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute("DELETE FROM listening WHERE expires_at <= ?", ((now - _KEPT).timestamp(),))
            _remove(db, listening.tenant, listening.workflow_id)
            db.execute(
                "INSERT INTO listening VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)",
                (
                    listening.id,
                    listening.tenant,
                    listening.workflow_id,
                    msgspec.json.encode(listening),
                    now.timestamp(),
                    listening.expires_at.timestamp(),
                ),
            )
            db.executemany(
                "INSERT INTO listening_place VALUES (?, ?)", [(place, listening.id) for place in set(listening.places)]
            )

        await self._db.write(work)

    async def at(self, places: Collection[str], *, now: datetime) -> Sequence[Listening]:
        wanted = ", ".join("?" for _ in places)

        def work(db: apsw.Connection) -> list[Listening]:
            rows = db.execute(
                f"SELECT DISTINCT {_COLUMNS} FROM listening_place JOIN listening USING (id)"  # noqa: S608
                f" WHERE place IN ({wanted}) AND execution_id IS NULL AND expires_at > ? ORDER BY opened_at DESC",
                (*places, now.timestamp()),
            )
            return [_listening(*row) for row in rows]

        return await self._db.read(work)

    async def of(self, tenant: TenantId, workflow_id: str) -> Listening | None:
        def work(db: apsw.Connection) -> Listening | None:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM listening WHERE tenant = ? AND workflow_id = ?",  # noqa: S608
                (tenant, workflow_id),
            ).fetchone()
            return _listening(*row) if row is not None else None

        return await self._db.read(work)

    async def take(self, listening: Listening, *, execution_id: ExecutionId, node: str, now: datetime) -> bool:
        def work(db: apsw.Connection) -> bool:
            taken = db.execute(
                "UPDATE listening SET execution_id = ?, node = ?"
                " WHERE id = ? AND tenant = ? AND execution_id IS NULL AND expires_at > ? RETURNING id",
                (execution_id, node, listening.id, listening.tenant, now.timestamp()),
            )
            return taken.fetchone() is not None

        return await self._db.write(work)

    async def give_back(self, listening: Listening, *, execution_id: ExecutionId) -> None:
        await self._db.write(
            lambda db: db.execute(
                "UPDATE listening SET execution_id = NULL, node = NULL"
                " WHERE id = ? AND tenant = ? AND execution_id = ?",
                (listening.id, listening.tenant, execution_id),
            )
        )

    async def close(self, tenant: TenantId, workflow_id: str) -> bool:
        return await self._db.write(lambda db: _remove(db, tenant, workflow_id))


def _remove(db: apsw.Connection, tenant: TenantId, workflow_id: str) -> bool:
    gone = db.execute("DELETE FROM listening WHERE tenant = ? AND workflow_id = ? RETURNING id", (tenant, workflow_id))
    return gone.fetchone() is not None


def _listening(opened: bytes, execution_id: str | None, node: str | None) -> Listening:
    held = msgspec.json.decode(opened, type=Listening)
    called = ExecutionId(execution_id) if execution_id is not None else None
    return msgspec.structs.replace(held, execution_id=called, node=node)
