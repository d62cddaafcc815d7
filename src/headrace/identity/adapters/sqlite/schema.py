"""The tables. Moments are ISO text in UTC with microseconds, so that they sort as they follow each other."""

from __future__ import annotations

from datetime import UTC, datetime

MIGRATIONS = (
    """
    CREATE TABLE user (
        id TEXT NOT NULL PRIMARY KEY,
        email TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        created_at TEXT NOT NULL,
        disabled_at TEXT,
        password TEXT NOT NULL             -- argon2id
    ) WITHOUT ROWID;

    CREATE TABLE session (
        token_hash TEXT NOT NULL PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        user_id TEXT NOT NULL REFERENCES user (id),
        created_at TEXT NOT NULL,
        seen_at TEXT NOT NULL,
        address TEXT NOT NULL,
        agent TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX session_user ON session (user_id, seen_at);
    CREATE INDEX session_seen ON session (seen_at);

    CREATE TABLE api_key (
        token_hash TEXT NOT NULL PRIMARY KEY,
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        user_id TEXT NOT NULL REFERENCES user (id),
        name TEXT NOT NULL,
        start TEXT NOT NULL,
        scopes TEXT,                       -- JSON: a list of actions; NULL: all
        created_at TEXT NOT NULL,
        expires_at TEXT,
        used_at TEXT,
        UNIQUE (tenant, id)
    ) WITHOUT ROWID;
    CREATE INDEX api_key_user ON api_key (tenant, user_id);

    CREATE TABLE invitation (
        token_hash TEXT NOT NULL PRIMARY KEY,
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        email TEXT NOT NULL,
        role TEXT NOT NULL,
        project TEXT NOT NULL,             -- empty: in the tenant
        invited_by TEXT NOT NULL REFERENCES user (id),
        created_at TEXT NOT NULL,
        expires_at TEXT NOT NULL,
        UNIQUE (tenant, id),
        UNIQUE (tenant, email, project)
    ) WITHOUT ROWID;
    CREATE INDEX invitation_expiry ON invitation (expires_at);
    """,
)


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def written_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else written(moment)


def read(text: str) -> datetime:
    return datetime.fromisoformat(text)


def read_or_none(text: str | None) -> datetime | None:
    return None if text is None else read(text)
