"""Copies of the journal's database, taken while it was in use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import apsw

from headrace.executions.adapters.sqlite.schema import MIGRATIONS
from headrace.infra.sqlite import SqliteUnavailable

T = TypeVar("T")


def payload_owners(copy: Path) -> frozenset[tuple[str, str]]:
    """Return the executions, each with its tenant, whose payloads the journal in *copy* may refer to.

    Raises:
        SqliteUnavailable: it is no journal of this version.
    """

    def work(db: apsw.Connection) -> frozenset[tuple[str, str]]:
        rows = db.execute("SELECT tenant, execution_id FROM stream UNION SELECT tenant, owner FROM kept_owner")
        return frozenset((str(tenant), str(owner)) for tenant, owner in rows)

    return _on(copy, work)


def drop_removed(copy: Path, journal: Path) -> int:
    """Remove from *copy* the executions that have been removed from *journal* since, and return how many.

    Their payloads may have been gone before these could be copied.
    """

    def work(db: apsw.Connection) -> int:
        db.execute("ATTACH ? AS live", (str(journal),))
        gone = db.execute(
            "SELECT tenant, execution_id FROM main.stream EXCEPT SELECT tenant, execution_id FROM live.stream"
        ).fetchall()
        with db:
            for table in ("journal", "stream", "execution_list", "dead_letter", "dedup"):
                db.executemany(
                    f"DELETE FROM main.{table} WHERE tenant = ? AND execution_id = ?",  # noqa: S608 - names from above
                    gone,
                )
        return len(gone)

    return _on(copy, work)


def _on(copy: Path, work: Callable[[apsw.Connection], T]) -> T:
    try:
        db = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            version = db.pragma("user_version")
            if version != len(MIGRATIONS):
                raise SqliteUnavailable(
                    f"the journal has schema {version}, not {len(MIGRATIONS)}; let this version serve it once"
                )
            return work(db)
        finally:
            db.close()
    except apsw.Error as failure:
        raise SqliteUnavailable(f"the copy of the journal cannot be read: {failure}") from failure
