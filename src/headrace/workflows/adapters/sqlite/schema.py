"""The tables. Moments are ISO text in UTC with microseconds, so that they sort as they follow each other."""

from __future__ import annotations

from datetime import UTC, datetime

MIGRATIONS = (
    """
    CREATE TABLE folder (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        project TEXT NOT NULL,
        parent TEXT,
        name TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        PRIMARY KEY (tenant, id)
    ) WITHOUT ROWID;
    CREATE INDEX folder_project ON folder (tenant, project);

    CREATE TABLE tag (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        name_key TEXT NOT NULL,        -- however the name is capitalised
        name TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        PRIMARY KEY (tenant, id),
        UNIQUE (tenant, name_key)
    ) WITHOUT ROWID;

    CREATE TABLE workflow (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        project TEXT NOT NULL,
        folder TEXT,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        owner TEXT NOT NULL,
        revision INTEGER NOT NULL,
        draft_hash TEXT NOT NULL,
        changes INTEGER NOT NULL,
        latest_version INTEGER NOT NULL,
        latest_hash TEXT NOT NULL,
        published INTEGER,
        archived INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        draft BLOB NOT NULL,           -- JSON; last, so that lists need not read it
        PRIMARY KEY (tenant, id)
    );
    CREATE INDEX workflow_name ON workflow (tenant, name_key, id);
    CREATE INDEX workflow_updated ON workflow (tenant, updated_at, id);
    CREATE INDEX workflow_folder ON workflow (tenant, folder) WHERE folder IS NOT NULL;
    CREATE INDEX workflow_published ON workflow (tenant, id) WHERE published IS NOT NULL;

    CREATE TABLE workflow_tag (
        tenant TEXT NOT NULL,
        workflow_id TEXT NOT NULL,
        tag_id TEXT NOT NULL,
        PRIMARY KEY (tenant, workflow_id, tag_id),
        FOREIGN KEY (tenant, workflow_id) REFERENCES workflow (tenant, id) ON DELETE CASCADE,
        FOREIGN KEY (tenant, tag_id) REFERENCES tag (tenant, id) ON DELETE CASCADE
    ) WITHOUT ROWID;
    CREATE INDEX workflow_tag_tag ON workflow_tag (tenant, tag_id);

    CREATE TABLE version (
        tenant TEXT NOT NULL,
        workflow_id TEXT NOT NULL,
        number INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        author TEXT NOT NULL,
        note TEXT NOT NULL,
        created_at TEXT NOT NULL,
        workflow BLOB NOT NULL,        -- JSON
        PRIMARY KEY (tenant, workflow_id, number),
        FOREIGN KEY (tenant, workflow_id) REFERENCES workflow (tenant, id) ON DELETE CASCADE
    );

    CREATE TABLE variable (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        project TEXT NOT NULL,         -- empty: for all projects
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (tenant, id),
        UNIQUE (tenant, key, project)
    ) WITHOUT ROWID;

    CREATE TABLE outbox (position INTEGER PRIMARY KEY AUTOINCREMENT, event BLOB NOT NULL);
    """,
)


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def read(text: str) -> datetime:
    return datetime.fromisoformat(text)
