"""Alerts in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import apsw
import msgspec

from headrace.infra.sqlite import Sqlite
from headrace.insights.alerts.domain import MOST_PENDING, Channel, Failure, Notification, Rule
from headrace.insights.alerts.errors import AlertRuleNotFound
from headrace.insights.alerts.ports import Delivery, Hit, Standing
from headrace.kernel.ids import TenantId

_MIGRATIONS = (
    """
    CREATE TABLE rule (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        body BLOB NOT NULL,
        notified_at TEXT,             -- moments are ISO text in UTC
        PRIMARY KEY (tenant, id)
    ) WITHOUT ROWID;
    CREATE TABLE pending (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        tenant TEXT NOT NULL,
        rule_id TEXT NOT NULL,
        at TEXT NOT NULL,
        failure BLOB NOT NULL,
        FOREIGN KEY (tenant, rule_id) REFERENCES rule (tenant, id) ON DELETE CASCADE
    );
    CREATE INDEX pending_rule ON pending (tenant, rule_id, number);
    CREATE TABLE outbox (
        id TEXT NOT NULL PRIMARY KEY,
        tenant TEXT NOT NULL,
        body BLOB NOT NULL,
        channel BLOB NOT NULL,
        attempts INTEGER NOT NULL,
        next_at TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX outbox_next ON outbox (next_at);
    CREATE TABLE cursor (name TEXT NOT NULL PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
    """,
)
_encode = msgspec.json.encode


class SqliteAlerts:
    """An `AlertStore` in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self._db = Sqlite(path, _MIGRATIONS)

    async def close(self) -> None:
        await self._db.close()

    async def put(self, rule: Rule) -> None:
        await self._db.write(
            lambda db: db.execute(
                "INSERT INTO rule (tenant, id, name, body) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (tenant, id) DO UPDATE SET name = excluded.name, body = excluded.body",
                (rule.tenant, rule.id, rule.name, _encode(rule)),
            )
        )

    async def get(self, tenant: TenantId, rule_id: str) -> Rule:
        row = await self._db.read(
            lambda db: db.execute("SELECT body FROM rule WHERE tenant = ? AND id = ?", (tenant, rule_id)).fetchone()
        )
        if row is None:
            raise AlertRuleNotFound(rule_id)
        return _rule(row[0])

    async def delete(self, tenant: TenantId, rule_id: str) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute("DELETE FROM rule WHERE tenant = ? AND id = ?", (tenant, rule_id))
            if not db.changes():
                raise AlertRuleNotFound(rule_id)

        await self._db.write(work)

    async def rules(self, tenant: TenantId | None = None) -> Sequence[Rule]:
        rows = await self._db.read(
            lambda db: db.execute(
                "SELECT body FROM rule WHERE ?1 IS NULL OR tenant = ?1 ORDER BY name, id", (tenant,)
            ).fetchall()
        )
        return [_rule(body) for (body,) in rows]

    async def position(self) -> int | None:
        return await self._db.read(_position)

    async def advance(self, expected: int | None, position: int, hits: Sequence[Hit]) -> bool:
        def work(db: apsw.Connection) -> bool:
            if _position(db) != expected:
                return False
            db.execute("INSERT OR REPLACE INTO cursor (name, position) VALUES ('journal', ?)", (position,))
            for hit in hits:
                key = (hit.tenant, hit.rule_id)
                db.execute(
                    "INSERT INTO pending (tenant, rule_id, at, failure) SELECT tenant, id, ?, ? FROM rule"
                    " WHERE tenant = ? AND id = ?",
                    (_text(hit.failure.at), _encode(hit.failure), *key),
                )
                db.execute(
                    "DELETE FROM pending WHERE tenant = ?1 AND rule_id = ?2 AND number <= (SELECT number FROM pending"
                    " WHERE tenant = ?1 AND rule_id = ?2 ORDER BY number DESC LIMIT 1 OFFSET ?3)",
                    (*key, MOST_PENDING),
                )
            return True

        return await self._db.write(work)

    async def standings(self) -> Sequence[Standing]:
        def work(db: apsw.Connection) -> list[Standing]:
            rows = db.execute(
                "SELECT body, notified_at FROM rule WHERE EXISTS (SELECT 1 FROM pending"
                " WHERE pending.tenant = rule.tenant AND pending.rule_id = rule.id) ORDER BY tenant, id"
            ).fetchall()
            found = []
            for body, notified_at in rows:
                rule = _rule(body)
                pending = db.execute(
                    "SELECT failure FROM pending WHERE tenant = ? AND rule_id = ? ORDER BY number",
                    (rule.tenant, rule.id),
                )
                failures = tuple(msgspec.json.decode(cast("bytes", one), type=Failure) for (one,) in pending)
                found.append(Standing(rule, _moment(notified_at), failures))
            return found

        return await self._db.read(work)

    async def forget(self, standing: Standing, before: datetime) -> None:
        rule = standing.rule
        await self._db.write(
            lambda db: db.execute(
                "DELETE FROM pending WHERE tenant = ? AND rule_id = ? AND at < ?", (rule.tenant, rule.id, _text(before))
            )
        )

    async def notify(self, standing: Standing, notification: Notification, *, at: datetime) -> bool:
        rule = standing.rule
        before = _text(standing.notified_at) if standing.notified_at is not None else None

        def work(db: apsw.Connection) -> bool:
            db.execute(
                "UPDATE rule SET notified_at = ? WHERE tenant = ? AND id = ? AND notified_at IS ?",
                (_text(at), rule.tenant, rule.id, before),
            )
            if not db.changes():
                return False
            for failure in standing.pending:
                db.execute(
                    "DELETE FROM pending WHERE tenant = ? AND rule_id = ? AND failure = ?",
                    (rule.tenant, rule.id, _encode(failure)),
                )
            db.execute(
                "INSERT INTO outbox (id, tenant, body, channel, attempts, next_at) VALUES (?, ?, ?, ?, 0, ?)",
                (notification.id, rule.tenant, _encode(notification), _encode(rule.channel), _text(at)),
            )
            return True

        return await self._db.write(work)

    async def take(self, *, now: datetime, ttl: timedelta, limit: int = 20) -> Sequence[Delivery]:
        def work(db: apsw.Connection) -> list[Delivery]:
            rows = db.execute(
                "SELECT id, body, channel, attempts FROM outbox WHERE next_at <= ? ORDER BY next_at, id LIMIT ?",
                (_text(now), limit),
            ).fetchall()
            found = []
            for id_, body, channel, attempts in rows:
                tried = int(str(attempts)) + 1
                db.execute("UPDATE outbox SET attempts = ?, next_at = ? WHERE id = ?", (tried, _text(now + ttl), id_))
                found.append(
                    Delivery(
                        msgspec.json.decode(cast("bytes", body), type=Notification),
                        msgspec.json.decode(cast("bytes", channel), type=Channel),
                        tried,
                    )
                )
            return found

        return await self._db.write(work)

    async def postpone(self, delivery: Delivery, until: datetime) -> None:
        row = (_text(until), delivery.notification.id)
        await self._db.write(lambda db: db.execute("UPDATE outbox SET next_at = ? WHERE id = ?", row))

    async def done(self, delivery: Delivery) -> None:
        id_ = delivery.notification.id
        await self._db.write(lambda db: db.execute("DELETE FROM outbox WHERE id = ?", (id_,)))


def _position(db: apsw.Connection) -> int | None:
    row = db.execute("SELECT position FROM cursor WHERE name = 'journal'").fetchone()
    return cast("int", row[0]) if row is not None else None


def _rule(body: object) -> Rule:
    return msgspec.json.decode(cast("bytes", body), type=Rule)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text is not None else None
