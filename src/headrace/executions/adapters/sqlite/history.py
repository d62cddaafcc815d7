"""The list of executions: a projection of the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import apsw
import msgspec

from headrace.executions.errors import ExecutionNotFound
from headrace.executions.public import (
    ExecutionQuery,
    ExecutionSummary,
    Place,
    Status,
    WorkflowStatistics,
    decode_event,
)
from headrace.executions.retention import RetentionPolicy, is_saved
from headrace.executions.summary import summarise
from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import ExecutionId, TenantId

_CATCH_UP = 2_000
"""Events folded in one transaction; a projection far behind must not hold up the journal's own writes."""

_Found = list[tuple[TenantId, ExecutionId]]


class HistoryTables:
    """An `ExecutionHistory`."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def find(
        self,
        tenant: TenantId,
        query: ExecutionQuery | None = None,
        *,
        before: Place | None = None,
        limit: int = 50,
    ) -> Sequence[ExecutionSummary]:
        await self._catch_up()
        where, values = _where(tenant, query or ExecutionQuery())
        if before is not None:
            where += " AND (requested_at, execution_id) < (:before_at, :before_id)"
            values |= {"before_at": before.requested_at.timestamp(), "before_id": before.execution_id}
        sql = (
            f"SELECT summary FROM execution_list WHERE {where}"  # noqa: S608 - made of the texts below
            " ORDER BY requested_at DESC, execution_id DESC LIMIT :limit"
        )
        rows = await self._db.read(lambda db: db.execute(sql, values | {"limit": limit}).fetchall())
        return [_decode(cast("bytes", summary)) for (summary,) in rows]

    async def get(self, tenant: TenantId, execution_id: ExecutionId) -> ExecutionSummary:
        await self._catch_up()

        def work(db: apsw.Connection) -> bytes | None:
            row = db.execute(
                "SELECT summary FROM execution_list WHERE tenant = ? AND execution_id = ?", (tenant, execution_id)
            ).fetchone()
            return row[0] if row is not None else None

        summary = await self._db.read(work)
        if summary is None:
            raise ExecutionNotFound(execution_id)
        return _decode(summary)

    async def statistics(self, tenant: TenantId, query: ExecutionQuery | None = None) -> Sequence[WorkflowStatistics]:
        await self._catch_up()
        where, values = _where(tenant, query or ExecutionQuery())
        sql = (
            "SELECT workflow_id, status, COUNT(*), COUNT(ended_at), SUM(ended_at - requested_at),"  # noqa: S608 - as above
            " MAX(ended_at - requested_at), MAX(requested_at),"
            " (SELECT workflow_name FROM execution_list AS named WHERE named.tenant = execution_list.tenant"
            " AND named.workflow_id = execution_list.workflow_id ORDER BY requested_at DESC, execution_id DESC LIMIT 1)"
            f" FROM execution_list WHERE {where} GROUP BY workflow_id, status"
        )
        rows = cast("list[Any]", await self._db.read(lambda db: db.execute(sql, values).fetchall()))
        of_workflow: defaultdict[str, list[Any]] = defaultdict(list)
        for row in rows:
            of_workflow[row[0]].append(row)
        found = [_statistics(workflow_id, rows) for workflow_id, rows in of_workflow.items()]
        return sorted(found, key=lambda one: (one.last_requested_at, one.workflow_id), reverse=True)

    async def expired(
        self, policy: RetentionPolicy, *, now: datetime, limit: int = 200
    ) -> Sequence[tuple[TenantId, ExecutionId]]:
        await self._catch_up()
        return await self._db.read(lambda db: _expired(db, policy, now, limit))

    async def rebuild(self) -> int:
        def work(db: apsw.Connection) -> None:
            db.execute("DELETE FROM execution_list")
            db.execute("DELETE FROM projection WHERE name = 'execution_list'")

        await self._db.write(work)
        return await self._catch_up()

    async def _catch_up(self) -> int:
        total = 0
        while True:
            folded = await self._db.write(_fold_next)
            total += folded
            if folded < _CATCH_UP:
                return total


def _where(tenant: TenantId, query: ExecutionQuery) -> tuple[str, dict[str, Any]]:
    """Return the condition, made of constant texts, and the values that it names."""
    parts = ["tenant = :tenant"]
    values: dict[str, Any] = {"tenant": tenant}
    exact = {"workflow_id": query.workflow_id, "retry_of": query.retry_of}
    any_of = {
        "status": query.statuses or None,
        "mode": query.modes or None,
        "project": query.projects,
    }
    for column, value in exact.items():
        if value is not None:
            parts.append(f"{column} = :{column}")
            values[column] = value
    for column, wanted in any_of.items():
        if wanted is not None:
            parts.append(f"{column} IN (SELECT value FROM json_each(:{column}))")  # noqa: S608 - one of those above
            values[column] = msgspec.json.encode(sorted(wanted)).decode()
    if query.since is not None:
        parts.append("requested_at >= :since")
        values["since"] = query.since.timestamp()
    if query.until is not None:
        parts.append("requested_at < :until")
        values["until"] = query.until.timestamp()
    if query.error:
        parts.append("instr(error, :error) > 0")
        values["error"] = query.error.casefold()
    for number, (key, value) in enumerate(query.custom_data.items()):
        parts.append(
            "EXISTS (SELECT 1 FROM json_each(custom_data) AS note"  # noqa: S608 - a number
            f" WHERE note.key = :note_key_{number} AND note.value = :note_value_{number})"
        )
        values |= {f"note_key_{number}": key, f"note_value_{number}": value}
    return " AND ".join(parts), values


def _statistics(workflow_id: str, rows: Sequence[Any]) -> WorkflowStatistics:
    ended = sum(row[3] for row in rows)
    return WorkflowStatistics(
        workflow_id=workflow_id,
        workflow_name=rows[0][7],
        counts={Status(row[1]): row[2] for row in rows},
        average_seconds=sum(row[4] or 0.0 for row in rows) / ended if ended else None,
        longest_seconds=max(row[5] for row in rows if row[5] is not None) if ended else None,
        last_requested_at=datetime.fromtimestamp(max(row[6] for row in rows), UTC),
    )


def _expired(db: apsw.Connection, policy: RetentionPolicy, now: datetime, limit: int) -> _Found:
    """Find by index what `retention.expired` finds by looking at everything."""
    values: dict[str, Any] = {
        "now": now.timestamp(),
        "settled": (now - policy.grace).timestamp(),
        "too_old": (now - policy.max_age).timestamp() if policy.max_age is not None else None,
        "limit": limit,
    }
    found: dict[tuple[TenantId, ExecutionId], None] = {}

    def take(sql: str, more: dict[str, Any] | None = None) -> None:
        if len(found) < limit:
            rows = db.execute(f"SELECT tenant, execution_id {sql} LIMIT :limit", values | (more or {}))
            found.update(((TenantId(str(tenant)), ExecutionId(str(id_))), None) for tenant, id_ in rows)

    take("FROM execution_list WHERE ended_at <= :settled AND ended_at IS NOT NULL AND saved = 0")
    take("FROM execution_list WHERE keep_until <= :now AND ended_at <= :settled")
    take("FROM execution_list WHERE ended_at <= :too_old AND ended_at <= :settled AND keep_until IS NULL")
    if policy.max_count is not None:
        for (tenant,) in db.execute("SELECT DISTINCT tenant FROM execution_list").fetchall():
            take(*_past("", policy.max_count, {"tenant": tenant}))
    workflows = db.execute("SELECT DISTINCT tenant, workflow_id FROM execution_list WHERE ended_at IS NOT NULL")
    for tenant, workflow_id in workflows.fetchall():
        of_workflow = {"tenant": tenant, "workflow": workflow_id}
        (own,) = db.execute(
            "SELECT keep_count FROM execution_list WHERE tenant = :tenant AND workflow_id = :workflow"
            " AND ended_at IS NOT NULL ORDER BY requested_at DESC, execution_id DESC LIMIT 1",
            of_workflow,
        ).fetchone() or (None,)
        count = own if own is not None else policy.per_workflow
        if count is not None:
            take(*_past(" AND workflow_id = :workflow", int(str(count)), of_workflow))
    return list(found)[:limit]


def _past(of: str, count: int, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return what finds the executions that have ended, but for the newest *count*."""
    ended = f"FROM execution_list WHERE tenant = :tenant{of} AND ended_at IS NOT NULL"
    first = f"SELECT requested_at, execution_id {ended} ORDER BY requested_at DESC, execution_id DESC LIMIT 1"
    return (
        f"{ended} AND ended_at <= :settled AND (requested_at, execution_id) <= ({first} OFFSET :count)",
        values | {"count": count},
    )


def _fold_next(db: apsw.Connection) -> int:
    """Fold the next events into `execution_list` and return how many there were."""
    row = db.execute("SELECT position FROM projection WHERE name = 'execution_list'").fetchone()
    position = row[0] if row is not None else 0
    rows = db.execute(
        "SELECT position, tenant, execution_id, body FROM journal WHERE position > ? ORDER BY position LIMIT ?",
        (position, _CATCH_UP),
    ).fetchall()
    events = cast("list[tuple[int, str, str, bytes]]", rows)
    if not events:
        return 0
    summaries: dict[tuple[str, str], ExecutionSummary] = {}
    for _, tenant, execution_id, body in events:
        key = (tenant, execution_id)
        known = summaries.get(key)
        if known is None:
            held = db.execute(
                "SELECT summary FROM execution_list WHERE tenant = ? AND execution_id = ?", key
            ).fetchone()
            known = _decode(held[0]) if held is not None else None
        summaries[key] = summarise(known, decode_event(body))
    db.executemany(
        f"INSERT OR REPLACE INTO execution_list ({', '.join(_COLUMNS)})"  # noqa: S608 - names from below
        f" VALUES ({', '.join(f':{column}' for column in _COLUMNS)})",
        [_row(tenant, summary) for (tenant, _), summary in summaries.items()],
    )
    db.execute("INSERT OR REPLACE INTO projection (name, position) VALUES ('execution_list', ?)", (events[-1][0],))
    return len(events)


_COLUMNS = (
    "tenant",
    "execution_id",
    "requested_at",
    "ended_at",
    "keep_until",
    "keep_count",
    "saved",
    "workflow_id",
    "workflow_name",
    "project",
    "status",
    "mode",
    "retry_of",
    "error",
    "custom_data",
    "summary",
)


def _row(tenant: str, summary: ExecutionSummary) -> dict[str, Any]:
    ended, days = summary.ended_at, summary.retention.days
    return {
        "tenant": tenant,
        "execution_id": summary.id,
        "requested_at": summary.requested_at.timestamp(),
        "ended_at": ended.timestamp() if ended is not None else None,
        "keep_until": (ended + timedelta(days=days)).timestamp() if ended is not None and days is not None else None,
        "keep_count": summary.retention.count,
        "saved": is_saved(summary),
        "workflow_id": summary.workflow_id,
        "workflow_name": summary.workflow_name,
        "project": summary.project,
        "status": summary.status,
        "mode": summary.mode,
        "retry_of": summary.retry_of,
        "error": summary.error.casefold() if summary.error else None,
        "custom_data": msgspec.json.encode(summary.custom_data).decode() if summary.custom_data else None,
        "summary": msgspec.json.encode(summary),
    }


def _decode(summary: bytes) -> ExecutionSummary:
    return msgspec.json.decode(summary, type=ExecutionSummary)
