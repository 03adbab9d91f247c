-- Orgs, who may do what in them, and the ids that the database makes.

-- A UUIDv7: the time in milliseconds, then random bits, so that keys lie in the order of arrival.
CREATE FUNCTION app.uuid_v7() RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
        FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;

-- The org of the transaction; NULL outside one. The setting is '' after a commit on a reused connection.
CREATE FUNCTION app.current_org() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT nullif(current_setting('app.org_id', true), '')::uuid
$$;

CREATE TABLE app.orgs (
    org_id uuid PRIMARY KEY DEFAULT app.uuid_v7(),
    name text NOT NULL UNIQUE CHECK (name <> '' AND length(name) <= 100),
    zone text NOT NULL CHECK (zone <> ''),
    currency text CHECK (currency ~ '^[A-Z]{3}$'),
    goal numeric NOT NULL DEFAULT 50000 CHECK (goal >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Dense numbers of an org; the row is locked by whoever takes one.
CREATE TABLE app.org_counters (
    org_id uuid PRIMARY KEY REFERENCES app.orgs (org_id),
    next_file_no bigint NOT NULL DEFAULT 1,
    -- How often something changed of what lists say: an analysis that began before may have used what was said then.
    references_no bigint NOT NULL DEFAULT 0
);

-- How the operators of an org are kept. The key makes their codes: it is drawn once and can't be changed, or rows that are
-- read again would have others.
CREATE TABLE app.operators (
    org_id uuid PRIMARY KEY REFERENCES app.orgs (org_id),
    key bytea NOT NULL DEFAULT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
        CHECK (length(key) = 32),
    kept text NOT NULL DEFAULT 'codes' CHECK (kept IN ('codes', 'names')),
    -- When and by whom it was last set; NULL where it never was.
    set_at timestamptz,
    set_by text,
    CHECK ((set_at IS NULL) = (set_by IS NULL))
);

CREATE TABLE app.grants (
    org_id uuid NOT NULL REFERENCES app.orgs (org_id),
    principal text NOT NULL CHECK (principal <> ''),
    role text NOT NULL CHECK (role IN ('viewer', 'analyst', 'operator', 'admin')),
    granted_at timestamptz NOT NULL DEFAULT now(),
    granted_by text NOT NULL,
    PRIMARY KEY (org_id, principal)
);

-- What was used in a month of the org's own zone.
CREATE TABLE app.usage_counters (
    org_id uuid NOT NULL REFERENCES app.orgs (org_id),
    month text NOT NULL CHECK (month ~ '^\d{4}-\d{2}$'),
    item text NOT NULL,
    used bigint NOT NULL CHECK (used >= 0),
    PRIMARY KEY (org_id, month, item)
);

CREATE TABLE app.questions (
    org_id uuid NOT NULL REFERENCES app.orgs (org_id),
    question_id uuid NOT NULL DEFAULT app.uuid_v7(),
    actor text NOT NULL,
    text text NOT NULL,
    engine text NOT NULL,
    refused boolean NOT NULL,
    asked_at timestamptz NOT NULL,
    answered_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, question_id)
);
