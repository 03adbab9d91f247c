-- The rows of exports, in blocks of up to 2,048: an Arrow IPC stream under zstd. A block is written while its file is
-- read; a file that is read again gets new ones under higher numbers, and another key new hashes (idents). Rows of a line
-- that an earlier version of the file has stand in the blocks of that version: the block then says where (origins), and
-- image, idents, documents and marks have only the rows of its own. Which rows count stands apart (row_states) and is
-- derived from the versions and decisions of the series.
CREATE TABLE app.row_blocks (
    org_id uuid NOT NULL,
    file_no bigint NOT NULL,
    -- Never used twice: the blocks of a file are those from its first_block on; others are of a reading before, and stay
    -- while a block of another file has rows there.
    block_no integer NOT NULL,
    -- Physical lines of its first and last row.
    first_line bigint NOT NULL,
    last_line bigint NOT NULL CHECK (last_line >= first_line),
    row_count integer NOT NULL CHECK (row_count BETWEEN 1 AND 2048),
    -- Whether a row cancels another one or is marked as cancelled.
    has_reversals boolean NOT NULL,
    -- A Bloom filter of the codes that occur.
    codes bytea NOT NULL,
    -- Hashes that identify the rows, their days and lines; under zstd.
    idents bytea NOT NULL,
    -- The key by which they do.
    keyed_by text[] NOT NULL,
    -- Hashes of the documents that booked the rows and of what these cancel, where the block has such a column; under zstd.
    documents bytea,
    -- Hashes of the lines that the rows were made of, and what is counted of them; under zstd.
    marks bytea NOT NULL,
    -- NULL where all rows stand elsewhere.
    image bytea,
    -- Where each row stands, in this block or in one of these; NULL where all stand here.
    origins bytea,
    base_files bigint[] NOT NULL DEFAULT '{}',
    base_blocks integer[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (org_id, file_no, block_no),
    CHECK (image IS NOT NULL OR origins IS NOT NULL),
    CHECK (cardinality(base_files) = cardinality(base_blocks)),
    CHECK ((origins IS NULL) = (cardinality(base_files) = 0))
);
-- What is compressed already is not compressed again.
ALTER TABLE app.row_blocks ALTER image SET STORAGE EXTERNAL, ALTER idents SET STORAGE EXTERNAL,
    ALTER codes SET STORAGE EXTERNAL, ALTER documents SET STORAGE EXTERNAL, ALTER marks SET STORAGE EXTERNAL,
    ALTER origins SET STORAGE EXTERNAL;
CREATE INDEX row_blocks_reversals ON app.row_blocks (org_id, file_no) WHERE has_reversals;
CREATE INDEX row_blocks_laid_out ON app.row_blocks (org_id, file_no) WHERE origins IS NOT NULL;

-- Which rows of a block count: one byte a row, 0 where it does, else why it does not; NULL where all do.
CREATE TABLE app.row_states (
    org_id uuid NOT NULL,
    file_no bigint NOT NULL,
    block_no integer NOT NULL,
    counting integer NOT NULL CHECK (counting >= 0),
    -- Lines of the first and last row that count.
    first_line bigint,
    last_line bigint,
    why bytea,
    PRIMARY KEY (org_id, file_no, block_no)
);

-- That a name of a machine or product is another one's, as a person decided. Rows keep the name that their file says;
-- what is derived goes by the other.
CREATE TABLE app.aliases (
    org_id uuid NOT NULL REFERENCES app.orgs (org_id),
    kind text NOT NULL CHECK (kind IN ('machine', 'product')),
    name text NOT NULL CHECK (name <> '' AND length(name) <= 200),
    -- It may be an alias itself; no chain is a circle.
    canonical text NOT NULL CHECK (canonical <> '' AND length(canonical) <= 200 AND canonical <> name),
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, kind, name)
);

-- When a site is planned to work from a day on, as a person decided it.
CREATE TABLE app.calendars (
    org_id uuid NOT NULL REFERENCES app.orgs (org_id),
    -- As rows and folders name it; empty: every site that has none of its own.
    site text NOT NULL CHECK (length(site) <= 200),
    valid_from date NOT NULL,
    -- Zone, begin of the production day, shifts with their breaks, holidays, special days.
    calendar jsonb NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, site, valid_from)
);
