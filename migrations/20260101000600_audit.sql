-- The audit log: append-only through one function, hash-chained per org, in the transaction of the act.

CREATE TABLE app.audit_head (
    org_id uuid PRIMARY KEY REFERENCES app.orgs (org_id),
    seq bigint NOT NULL,
    hash bytea NOT NULL
);

CREATE TABLE app.audit_log (
    org_id uuid NOT NULL REFERENCES app.orgs (org_id),
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    body jsonb NOT NULL,
    prev bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (org_id, seq)
);

-- What is hashed of an entry: its place in the chain and all that it says.
CREATE FUNCTION app.audit_hash(prev bytea, org uuid, seq bigint, at timestamptz, actor text, action text, body jsonb)
RETURNS bytea LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT sha256(prev || convert_to(
        jsonb_build_array(org, seq, extract(epoch FROM at)::text, actor, action, body)::text, 'UTF8'))
$$;

-- The org comes from the transaction, never from an argument; the head row is locked, so the order is total per org.
CREATE FUNCTION app.audit_append(p_actor text, p_action text, p_body jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, app AS $$
DECLARE
    v_org uuid := app.current_org();
    v_head app.audit_head;
    v_seq bigint;
    v_at timestamptz;
    v_hash bytea;
BEGIN
    IF v_org IS NULL THEN
        RAISE EXCEPTION 'no org is set' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO app.audit_head (org_id, seq, hash) VALUES (v_org, 0, '\x') ON CONFLICT DO NOTHING;
    SELECT * INTO v_head FROM app.audit_head WHERE org_id = v_org FOR UPDATE;
    v_seq := v_head.seq + 1;
    v_at := clock_timestamp();
    v_hash := app.audit_hash(v_head.hash, v_org, v_seq, v_at, p_actor, p_action, p_body);
    INSERT INTO app.audit_log (org_id, seq, at, actor, action, body, prev, hash)
    VALUES (v_org, v_seq, v_at, p_actor, p_action, p_body, v_head.hash, v_hash);
    UPDATE app.audit_head SET seq = v_seq, hash = v_hash WHERE org_id = v_org;
    RETURN v_seq;
END $$;

-- The first entry that does not fit the chain or the head, and the last entry there is.
CREATE FUNCTION app.audit_verify(OUT first_bad bigint, OUT last_seq bigint, OUT last_hash bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, app AS $$
DECLARE
    v_org uuid := app.current_org();
    v_head app.audit_head;
BEGIN
    IF v_org IS NULL THEN
        RAISE EXCEPTION 'no org is set' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT min(q.seq) INTO first_bad FROM (
        SELECT l.seq, l.prev, l.hash,
            lag(l.hash, 1, '\x'::bytea) OVER w AS before_hash,
            lag(l.seq, 1, 0::bigint) OVER w AS before_seq,
            app.audit_hash(l.prev, l.org_id, l.seq, l.at, l.actor, l.action, l.body) AS computed
        FROM app.audit_log l WHERE l.org_id = v_org WINDOW w AS (ORDER BY l.seq)
    ) q WHERE q.prev <> q.before_hash OR q.computed <> q.hash OR q.seq <> q.before_seq + 1;
    SELECT l.seq, l.hash INTO last_seq, last_hash FROM app.audit_log l WHERE l.org_id = v_org ORDER BY l.seq DESC LIMIT 1;
    SELECT * INTO v_head FROM app.audit_head WHERE org_id = v_org;
    IF first_bad IS NULL AND (v_head.seq, v_head.hash) IS DISTINCT FROM (last_seq, last_hash)
        AND NOT (v_head.org_id IS NULL AND last_seq IS NULL) THEN
        first_bad := coalesce(last_seq, 0) + 1;
    END IF;
    last_seq := coalesce(last_seq, 0);
    last_hash := coalesce(last_hash, '\x');
END $$;
