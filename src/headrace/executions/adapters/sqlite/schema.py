"""The tables of the journal, of what is to be done, and of the projection that lists executions."""

MIGRATIONS = (
    """
    CREATE TABLE stream (
        tenant TEXT NOT NULL,
        execution_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        status TEXT NOT NULL,          -- running, waiting or ended: what recovery and timers look for
        wake_at REAL,                  -- seconds since 1970, for a wait that ends by itself
        epoch INTEGER NOT NULL DEFAULT 0,
        holder TEXT,
        expires_at REAL,
        PRIMARY KEY (tenant, execution_id)
    ) WITHOUT ROWID;
    CREATE INDEX stream_open ON stream (tenant, status, wake_at) WHERE status <> 'ended';
    CREATE TABLE journal (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        tenant TEXT NOT NULL,
        execution_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        body BLOB NOT NULL,
        UNIQUE (tenant, execution_id, version)
    );
    CREATE TABLE projection (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE execution_list (
        tenant TEXT NOT NULL,
        execution_id TEXT NOT NULL,
        workflow_id TEXT NOT NULL,
        status TEXT NOT NULL,
        summary BLOB NOT NULL,
        PRIMARY KEY (tenant, execution_id)
    ) WITHOUT ROWID;
    CREATE INDEX execution_list_workflow ON execution_list (tenant, workflow_id, execution_id);
    CREATE INDEX execution_list_status ON execution_list (tenant, status, execution_id);
    """,
    """
    DROP INDEX stream_open;
    CREATE INDEX stream_open ON stream (status, wake_at) WHERE status <> 'ended';
    ALTER TABLE stream ADD COLUMN claims INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE stream ADD COLUMN ticket TEXT;   -- what admission needs to know of it, JSON
    CREATE TABLE dead_letter (
        tenant TEXT NOT NULL,
        execution_id TEXT NOT NULL,
        reason TEXT NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY (tenant, execution_id)
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE stream ADD COLUMN family TEXT;      -- the member that came first, of executions that share payloads
    ALTER TABLE stream ADD COLUMN awaited_by TEXT;  -- the execution that drives this one
    ALTER TABLE stream ADD COLUMN cancel_by TEXT;   -- why it is to end
    CREATE INDEX stream_family ON stream (tenant, family) WHERE family IS NOT NULL;
    CREATE INDEX stream_cancel ON stream (cancel_by) WHERE cancel_by IS NOT NULL;
    CREATE TABLE kept_owner (
        tenant TEXT NOT NULL,
        family TEXT NOT NULL,
        owner TEXT NOT NULL,           -- was removed, but the family may refer to its payloads
        PRIMARY KEY (tenant, family, owner)
    ) WITHOUT ROWID;
    CREATE INDEX kept_owner_owner ON kept_owner (tenant, owner);
    CREATE TABLE paused_queue (
        tenant TEXT NOT NULL,
        workflow_id TEXT NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY (tenant, workflow_id)
    ) WITHOUT ROWID;
    CREATE TABLE dedup (
        tenant TEXT NOT NULL,
        workflow_id TEXT NOT NULL,
        key TEXT NOT NULL,
        execution_id TEXT NOT NULL,
        until REAL NOT NULL,
        PRIMARY KEY (tenant, workflow_id, key)
    ) WITHOUT ROWID;
    CREATE INDEX dedup_until ON dedup (until);
    DROP TABLE execution_list;
    DELETE FROM projection WHERE name = 'execution_list';
    CREATE TABLE execution_list (
        tenant TEXT NOT NULL,
        execution_id TEXT NOT NULL,
        requested_at REAL NOT NULL,    -- moments in seconds since 1970
        ended_at REAL,
        keep_until REAL,               -- of those that have ended, where the workflow says so
        keep_count INTEGER,            -- of its workflow's executions, where the workflow says so
        saved INTEGER NOT NULL,        -- whether the workflow's settings want it kept
        workflow_id TEXT NOT NULL,
        workflow_name TEXT NOT NULL,
        project TEXT NOT NULL,
        status TEXT NOT NULL,
        mode TEXT NOT NULL,
        retry_of TEXT,
        error TEXT,                    -- case folded
        custom_data TEXT,              -- JSON object of texts
        summary BLOB NOT NULL,
        PRIMARY KEY (tenant, execution_id)
    );
    CREATE INDEX execution_list_place ON execution_list (tenant, requested_at, execution_id);
    CREATE INDEX execution_list_workflow ON execution_list (tenant, workflow_id, requested_at, execution_id);
    CREATE INDEX execution_list_status ON execution_list (tenant, status, requested_at, execution_id);
    CREATE INDEX execution_list_ended ON execution_list (ended_at) WHERE ended_at IS NOT NULL;
    CREATE INDEX execution_list_ended_of ON execution_list (tenant, workflow_id, requested_at, execution_id)
        WHERE ended_at IS NOT NULL;
    CREATE INDEX execution_list_until ON execution_list (keep_until) WHERE keep_until IS NOT NULL;
    CREATE INDEX execution_list_unsaved ON execution_list (ended_at) WHERE ended_at IS NOT NULL AND saved = 0;
    """,
    """
    CREATE INDEX stream_id ON stream (execution_id);   -- whoever is told to go on, knows no tenant
    """,
    """
    ALTER TABLE stream ADD COLUMN waits_for TEXT;   -- the execution whose end ends the wait
    CREATE INDEX stream_waits_for ON stream (waits_for) WHERE waits_for IS NOT NULL;
    """,
)
