"""The tables. Moments are ISO text in UTC with microseconds, so that they sort as they follow each other."""

from __future__ import annotations

from datetime import UTC, datetime

MIGRATIONS = (
    """
    CREATE TABLE tenant (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        created_at TEXT NOT NULL,
        executions_per_minute INTEGER,     -- these three: NULL is no limit
        concurrent_executions INTEGER,
        payload_bytes INTEGER,
        suspended_at TEXT,
        suspended_why TEXT NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE project (
        tenant TEXT NOT NULL REFERENCES tenant (id),
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (tenant, id)
    ) WITHOUT ROWID;

    CREATE TABLE member (
        tenant TEXT NOT NULL REFERENCES tenant (id),
        user_id TEXT NOT NULL,
        project TEXT NOT NULL,             -- empty: in the tenant
        role TEXT NOT NULL,
        since TEXT NOT NULL,
        PRIMARY KEY (tenant, user_id, project)
    ) WITHOUT ROWID;
    CREATE INDEX member_user ON member (user_id, tenant);
    CREATE INDEX member_project ON member (tenant, project);

    CREATE TABLE recent_starts (
        tenant TEXT NOT NULL PRIMARY KEY,
        counts TEXT NOT NULL               -- JSON: pairs of a second since 1970 and the starts in it
    ) WITHOUT ROWID;
    """,
)


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def read(text: str) -> datetime:
    return datetime.fromisoformat(text)
