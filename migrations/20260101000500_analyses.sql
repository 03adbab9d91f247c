-- What the analyzers said, the findings, and the rows that show them.

CREATE TABLE app.analyses (
    org_id uuid NOT NULL,
    analysis_id uuid NOT NULL,
    file_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed')),
    tier jsonb NOT NULL,
    analyzers jsonb NOT NULL,
    summary jsonb NOT NULL,
    records bigint NOT NULL,
    stale boolean NOT NULL DEFAULT false,
    error text,
    -- What it took from lists, and from what rows of other files say.
    uses jsonb NOT NULL DEFAULT '[]',
    -- Which components it adds to figures, by which dimensions, where and when.
    reach jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, analysis_id),
    UNIQUE (org_id, file_id),
    FOREIGN KEY (org_id, file_id) REFERENCES app.files (org_id, file_id)
);
CREATE INDEX analyses_newest ON app.analyses (org_id, created_at DESC, analysis_id DESC);

-- What the rows of a file that count tell of things (products, machines, steps): other files take it from here.
CREATE TABLE app.reference_entries (
    org_id uuid NOT NULL,
    file_id uuid NOT NULL,
    entry_no integer NOT NULL,
    -- The variable that it gives a value.
    variable text NOT NULL,
    -- What it is about, as an object of codes by variable; and this with the variable as one name.
    key jsonb NOT NULL,
    subject uuid NOT NULL,
    -- Whether a list says it; else a row of events does.
    listed boolean NOT NULL,
    number numeric,
    said text,
    -- As the rows say it; NULL where it is that of the org.
    currency text,
    -- First and last day on which it holds.
    valid_from date,
    valid_to date,
    line_no bigint NOT NULL,
    PRIMARY KEY (org_id, file_id, entry_no),
    FOREIGN KEY (org_id, file_id) REFERENCES app.files (org_id, file_id),
    CHECK ((number IS NULL) <> (said IS NULL))
);
CREATE INDEX reference_entries_subject ON app.reference_entries (org_id, subject);

-- What the rows of a file take from lists, whether one has it or not: where it changes, the file is analysed again.
CREATE TABLE app.lookups (
    org_id uuid NOT NULL,
    file_id uuid NOT NULL,
    subject uuid NOT NULL,
    PRIMARY KEY (org_id, subject, file_id),
    FOREIGN KEY (org_id, file_id) REFERENCES app.files (org_id, file_id)
);
CREATE INDEX lookups_file ON app.lookups (org_id, file_id);

-- What a file leaves behind at a place for the files after it: where a counter stands, which state lasts. The file after it
-- is the next one of its series by the time of its first row.
CREATE TABLE app.edges (
    org_id uuid NOT NULL,
    file_id uuid NOT NULL,
    -- Empty where rows name none.
    site text NOT NULL,
    machine text NOT NULL,
    line text NOT NULL,
    -- A variable, or `state`.
    kind text NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL CHECK (last_at >= first_at),
    standing jsonb NOT NULL,
    -- What was left behind for the file when it was analysed.
    carried jsonb,
    PRIMARY KEY (org_id, file_id, site, machine, line, kind),
    FOREIGN KEY (org_id, file_id) REFERENCES app.files (org_id, file_id)
);
CREATE INDEX edges_place ON app.edges (org_id, site, machine, line, kind, first_at);

CREATE TABLE app.findings (
    org_id uuid NOT NULL,
    finding_id uuid NOT NULL,
    analysis_id uuid NOT NULL,
    finding_no integer NOT NULL,
    analyzer text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    scope jsonb NOT NULL,
    from_day date,
    to_day date,
    loss_quantity numeric,
    loss_unit text NOT NULL,
    saving jsonb,
    saving_low numeric,
    currency text,
    method text NOT NULL,
    working text NOT NULL,
    evidence_count bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('signal', 'identified', 'accepted', 'implemented', 'verified', 'rejected')),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, finding_id),
    UNIQUE (org_id, analysis_id, finding_no),
    FOREIGN KEY (org_id, analysis_id) REFERENCES app.analyses (org_id, analysis_id),
    CHECK ((saving IS NULL) = (saving_low IS NULL) AND (saving IS NULL) = (currency IS NULL))
);
CREATE INDEX findings_money ON app.findings (org_id, saving_low DESC) WHERE saving IS NOT NULL;

-- A snapshot: what a finding rests on stays readable when the row is superseded or the file is gone.
CREATE TABLE app.evidence (
    org_id uuid NOT NULL,
    finding_id uuid NOT NULL,
    evidence_no integer NOT NULL,
    file_id uuid NOT NULL,
    file_name text NOT NULL,
    sha256 bytea NOT NULL,
    line_no bigint NOT NULL,
    -- Which of the rows that the line became.
    row_no bigint NOT NULL,
    row_values jsonb NOT NULL,
    PRIMARY KEY (org_id, finding_id, evidence_no),
    FOREIGN KEY (org_id, finding_id) REFERENCES app.findings (org_id, finding_id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, file_id) REFERENCES app.files (org_id, file_id)
);
