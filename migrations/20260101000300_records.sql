-- The rows of exports, in blocks of up to 2,048: an Arrow IPC stream under zstd. A block is written while its file is
-- read; a file that is read again gets new ones, and another key new hashes (idents). Which rows count stands apart
-- (row_states) and is derived from the versions and decisions of the series.
CREATE TABLE app.row_blocks (
    org_id uuid NOT NULL,
    file_no bigint NOT NULL,
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
    -- Hashes of the documents that booked the rows and of what these cancel, where the block has such a column; under zstd.
    documents bytea,
    image bytea NOT NULL,
    PRIMARY KEY (org_id, file_no, block_no)
);
-- What is compressed already is not compressed again.
ALTER TABLE app.row_blocks ALTER image SET STORAGE EXTERNAL, ALTER idents SET STORAGE EXTERNAL,
    ALTER codes SET STORAGE EXTERNAL, ALTER documents SET STORAGE EXTERNAL;
CREATE INDEX row_blocks_reversals ON app.row_blocks (org_id, file_no) WHERE has_reversals;

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
