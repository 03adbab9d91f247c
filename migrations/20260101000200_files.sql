-- Folders, profiles, files with what happened to them, and the queue of work.

CREATE TABLE app.folders (
    org_id uuid NOT NULL REFERENCES app.orgs (org_id),
    folder_id uuid NOT NULL DEFAULT app.uuid_v7(),
    path text NOT NULL CHECK (path <> ''),
    -- What tells the directory from others: it is read only while the same one stands at the path.
    device bigint NOT NULL,
    inode bigint NOT NULL,
    mount text NOT NULL,
    born_ns bigint,
    kind text NOT NULL,
    -- How files are noticed; `push`: only those that are handed over.
    mode text NOT NULL CHECK (mode IN ('watch', 'poll', 'push')),
    -- What a person says of it, for rows that don't say it themselves.
    site text,
    line text,
    machine text,
    -- IANA zone of local times, where it is another than that of the org.
    zone text,
    -- Files that were last changed before are ignored: a backlog that nobody wants.
    since timestamptz,
    last_scan_at timestamptz,
    last_file_at timestamptz,
    fault text,
    fault_kind text,
    created_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    PRIMARY KEY (org_id, folder_id)
);
CREATE UNIQUE INDEX folders_path ON app.folders (org_id, path) WHERE removed_at IS NULL;

-- Every version of a profile; files point to the one that they were read with.
CREATE TABLE app.profiles (
    org_id uuid NOT NULL REFERENCES app.orgs (org_id),
    profile_id uuid NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    name text NOT NULL CHECK (name <> ''),
    header_fingerprint text NOT NULL,
    columns jsonb NOT NULL,
    shape jsonb NOT NULL,
    outputs jsonb NOT NULL,
    series_steps jsonb NOT NULL,
    settings jsonb NOT NULL,
    latest boolean NOT NULL,
    archived boolean NOT NULL,
    approved boolean NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    PRIMARY KEY (org_id, profile_id, version)
);
CREATE UNIQUE INDEX profiles_name ON app.profiles (org_id, lower(name)) WHERE latest AND NOT archived;
CREATE UNIQUE INDEX profiles_latest ON app.profiles (org_id, profile_id) WHERE latest;
CREATE INDEX profiles_fingerprint ON app.profiles (org_id, header_fingerprint) WHERE latest AND NOT archived;

-- Versions of one kind of record: what they are to each other is decided once for all of them.
CREATE TABLE app.series (
    org_id uuid NOT NULL,
    series_id uuid NOT NULL DEFAULT app.uuid_v7(),
    name text NOT NULL,
    -- Decisions of people; what identifies a row, where it is not the whole row.
    decisions jsonb NOT NULL,
    key text[] NOT NULL DEFAULT '{}',
    -- Derived with the states of the rows.
    question jsonb,
    -- Sums of each choice of the question.
    effects jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, series_id)
);

-- The series of what a profile reads.
CREATE TABLE app.series_profiles (
    org_id uuid NOT NULL,
    profile_id uuid NOT NULL,
    series_id uuid NOT NULL,
    PRIMARY KEY (org_id, profile_id),
    FOREIGN KEY (org_id, series_id) REFERENCES app.series (org_id, series_id)
);

CREATE TABLE app.files (
    org_id uuid NOT NULL REFERENCES app.orgs (org_id),
    file_id uuid NOT NULL,
    file_no bigint NOT NULL,
    folder_id uuid NOT NULL,
    name_bytes bytea NOT NULL,
    name text NOT NULL,
    bytes bigint NOT NULL CHECK (bytes >= 0),
    mtime_ns bigint NOT NULL,
    inode bigint NOT NULL,
    ctime_ns bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('seen', 'waiting', 'stable', 'reading', 'held', 'committed', 'analysed',
        'duplicate', 'superseded', 'withdrawn', 'ignored', 'unsupported', 'failed')),
    reason_code text,
    reason_text text,
    sha256 bytea CHECK (length(sha256) = 32),
    -- Hash of the bytes and of what name and folder say for each row, where they do: the same bytes of two days are two.
    declared bytea CHECK (length(declared) = 32),
    duplicate_of uuid,
    forced_profile_id uuid,
    profile_id uuid,
    profile_version integer,
    header_fingerprint text,
    head jsonb,
    -- How its cells were read.
    plan jsonb,
    -- What its columns hold, packed, so that a later version that holds the same is not looked at cell by cell.
    looked bytea,
    -- The first block of the reading that stands.
    first_block integer NOT NULL DEFAULT 0,
    tier jsonb,
    balance jsonb,
    records_new bigint,
    records_changed bigint,
    records_unchanged bigint,
    problem_count bigint NOT NULL DEFAULT 0,
    first_day date,
    last_day date,
    -- Whether a row has no day: such rows are compared with those of all days.
    has_undated boolean NOT NULL DEFAULT false,
    -- Whether its columns may describe things, and no two of its rows say different things of one.
    describes boolean NOT NULL DEFAULT false,
    series_id uuid,
    -- An earlier version under its name whose bytes begin this one; whether its last line has no end.
    extends bigint,
    open_end boolean NOT NULL DEFAULT false,
    -- The key by which its rows are identified.
    keyed_by text[] NOT NULL DEFAULT '{}',
    -- What was seen of it beside earlier versions, by which the mode of the series is told.
    seen text[] NOT NULL DEFAULT '{}',
    -- Rows by what became of them: {"counts": 5, "repeated": 2}.
    row_counts jsonb,
    withdrawn_at timestamptz,
    seen_at timestamptz NOT NULL,
    committed_at timestamptz,
    analysed_at timestamptz,
    PRIMARY KEY (org_id, file_id),
    UNIQUE (org_id, file_no),
    FOREIGN KEY (org_id, folder_id) REFERENCES app.folders (org_id, folder_id),
    FOREIGN KEY (org_id, profile_id, profile_version) REFERENCES app.profiles (org_id, profile_id, version),
    FOREIGN KEY (org_id, duplicate_of) REFERENCES app.files (org_id, file_id),
    FOREIGN KEY (org_id, series_id) REFERENCES app.series (org_id, series_id),
    CHECK (committed_at IS NULL OR series_id IS NOT NULL),
    CHECK ((reason_code IS NULL) = (reason_text IS NULL)),
    CHECK (state NOT IN ('committed', 'analysed', 'superseded', 'withdrawn')
        OR (sha256 IS NOT NULL AND committed_at IS NOT NULL AND profile_id IS NOT NULL))
);
-- The same bytes may be in twice where name or folder says that they are of two sources.
CREATE INDEX files_content ON app.files (org_id, sha256) WHERE committed_at IS NOT NULL;
CREATE INDEX files_series ON app.files (org_id, series_id, file_no) WHERE committed_at IS NOT NULL;
CREATE INDEX files_duplicates ON app.files (org_id, duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX files_name ON app.files (org_id, folder_id, name_bytes, file_no DESC);
CREATE INDEX files_display ON app.files (org_id, name, file_no DESC);
CREATE INDEX files_state ON app.files (org_id, state, file_no DESC);
CREATE INDEX files_profile ON app.files (org_id, profile_id, file_no) WHERE committed_at IS NOT NULL;
CREATE INDEX files_bytes ON app.files (org_id, sha256) WHERE sha256 IS NOT NULL;
-- What files with the same columns prove of how they are written.
CREATE INDEX files_layout ON app.files (org_id, header_fingerprint, file_no) WHERE committed_at IS NOT NULL;
CREATE INDEX files_held ON app.files (org_id, header_fingerprint) WHERE state = 'held';

-- The bytes of files, kept below the state folder. A row stays when they are deleted: it says since when.
CREATE TABLE app.originals (
    org_id uuid NOT NULL REFERENCES app.orgs (org_id),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    bytes bigint NOT NULL CHECK (bytes >= 0),
    -- As packed.
    stored_bytes bigint NOT NULL CHECK (stored_bytes >= 0),
    stored_at timestamptz NOT NULL,
    deleted_at timestamptz,
    damaged_at timestamptz,
    PRIMARY KEY (org_id, sha256)
);
CREATE INDEX originals_oldest ON app.originals (org_id, stored_at) WHERE deleted_at IS NULL;

-- Who is about to name an original: what an intent younger than a day names is not removed. One for each try, so that
-- none loses its own by the end of another.
CREATE TABLE app.original_intents (
    org_id uuid NOT NULL REFERENCES app.orgs (org_id),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    intent_id uuid NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (org_id, sha256, intent_id)
);

-- The timeline of a file.
CREATE TABLE app.file_events (
    org_id uuid NOT NULL,
    file_id uuid NOT NULL,
    event_no integer NOT NULL,
    at timestamptz NOT NULL,
    state text NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (org_id, file_id, event_no),
    FOREIGN KEY (org_id, file_id) REFERENCES app.files (org_id, file_id)
);

-- Rows put aside and remarks.
CREATE TABLE app.problems (
    org_id uuid NOT NULL,
    file_id uuid NOT NULL,
    problem_no integer NOT NULL,
    line_no bigint NOT NULL,
    column_name text,
    code text NOT NULL,
    text text NOT NULL,
    value text,
    quarantined boolean NOT NULL,
    PRIMARY KEY (org_id, file_id, problem_no),
    FOREIGN KEY (org_id, file_id) REFERENCES app.files (org_id, file_id)
);

CREATE TABLE app.jobs (
    org_id uuid NOT NULL,
    job_id uuid NOT NULL DEFAULT app.uuid_v7(),
    kind text NOT NULL CHECK (kind IN ('ingest', 'analyse', 'reread')),
    file_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed')),
    run_at timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz,
    lease_token uuid,
    attempts integer NOT NULL DEFAULT 0,
    interrupted integer NOT NULL DEFAULT 0,
    -- Passing trouble that it waits for, how often it did, and since when.
    cause text,
    waits integer NOT NULL DEFAULT 0,
    cause_since timestamptz,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (org_id, job_id),
    FOREIGN KEY (org_id, file_id) REFERENCES app.files (org_id, file_id),
    CHECK ((state = 'running') = (lease_token IS NOT NULL)),
    CHECK ((cause IS NULL) = (cause_since IS NULL))
);
CREATE UNIQUE INDEX jobs_queued ON app.jobs (org_id, file_id, kind) WHERE state = 'queued';
CREATE INDEX jobs_ready ON app.jobs (org_id, run_at, job_id) WHERE state = 'queued';
CREATE INDEX jobs_running ON app.jobs (org_id, lease_until) WHERE state = 'running';
CREATE INDEX jobs_waiting ON app.jobs (org_id, cause) WHERE cause IS NOT NULL AND state IN ('queued', 'running');
