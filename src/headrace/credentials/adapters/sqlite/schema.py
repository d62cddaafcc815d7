"""The tables. Moments are ISO text in UTC with microseconds, so that they sort as they follow each other."""

from __future__ import annotations

from datetime import UTC, datetime

MIGRATIONS = (
    """
    CREATE TABLE credential (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        project TEXT NOT NULL,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,        -- however the name is capitalised
        type TEXT NOT NULL,
        revision INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        created_by TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        updated_by TEXT NOT NULL,
        sealed_revision INTEGER NOT NULL,
        data_key INTEGER NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY (tenant, id)
    ) WITHOUT ROWID;
    CREATE INDEX credential_name ON credential (tenant, name_key, id);
    CREATE INDEX credential_key ON credential (tenant, data_key);

    CREATE TABLE credential_share (
        tenant TEXT NOT NULL,
        credential_id TEXT NOT NULL,
        project TEXT NOT NULL,
        PRIMARY KEY (tenant, credential_id, project),
        FOREIGN KEY (tenant, credential_id) REFERENCES credential (tenant, id) ON DELETE CASCADE
    ) WITHOUT ROWID;
    CREATE INDEX credential_share_project ON credential_share (tenant, project);

    CREATE TABLE claim (
        tenant TEXT NOT NULL,
        credential_id TEXT NOT NULL,
        until TEXT NOT NULL,
        PRIMARY KEY (tenant, credential_id)
    ) WITHOUT ROWID;

    CREATE TABLE data_key (
        tenant TEXT NOT NULL,
        number INTEGER NOT NULL,
        kek TEXT NOT NULL,
        wrapped BLOB NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (tenant, number)
    ) WITHOUT ROWID;

    CREATE TABLE authorization (
        digest TEXT NOT NULL PRIMARY KEY,
        tenant TEXT NOT NULL,
        credential_id TEXT NOT NULL,
        user TEXT NOT NULL,
        redirect_uri TEXT NOT NULL,
        data_key INTEGER NOT NULL,
        verifier BLOB NOT NULL,
        expires_at TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
)


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def read(text: str) -> datetime:
    return datetime.fromisoformat(text)
