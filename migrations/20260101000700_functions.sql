-- The few functions that look across orgs. They run as the owner, pin their search path, and give ids, never data of
-- another org; what they change inside an org they change for the org of the transaction alone.

-- Creates an org with its counters.
CREATE FUNCTION app.org_create(p_name text, p_zone text, p_currency text, p_goal numeric) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, app AS $$
DECLARE
    v_org uuid;
BEGIN
    INSERT INTO app.orgs (name, zone, currency, goal) VALUES (p_name, p_zone, p_currency, p_goal)
    RETURNING orgs.org_id INTO v_org;
    INSERT INTO app.org_counters (org_id) VALUES (v_org);
    RETURN v_org;
END $$;

CREATE FUNCTION app.org_by_name(p_name text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, app AS $$
    SELECT o.org_id FROM app.orgs o WHERE o.name = p_name
$$;

CREATE FUNCTION app.org_list() RETURNS TABLE (org_id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, app AS $$
    SELECT o.org_id, o.name FROM app.orgs o ORDER BY o.name
$$;

CREATE FUNCTION app.grants_for(p_principal text) RETURNS TABLE (org_id uuid, name text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, app AS $$
    SELECT g.org_id, o.name, g.role FROM app.grants g JOIN app.orgs o USING (org_id)
    WHERE g.principal = p_principal ORDER BY o.name
$$;

CREATE FUNCTION app.folders_all() RETURNS TABLE (org_id uuid, folder_id uuid, path text, kind text, mode text, site text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, app AS $$
    SELECT f.org_id, f.folder_id, f.path, f.kind, f.mode, f.site FROM app.folders f
    WHERE f.removed_at IS NULL ORDER BY f.org_id, f.path
$$;

-- Adds an entry to the timeline of a file; the file's row is locked by the statement that changed it.
CREATE FUNCTION app.file_note(p_org uuid, p_file uuid, p_at timestamptz, p_state text, p_note text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, app AS $$
    INSERT INTO app.file_events (org_id, file_id, event_no, at, state, note)
    SELECT p_org, p_file, coalesce(max(e.event_no), 0) + 1, p_at, p_state, p_note
    FROM app.file_events e WHERE e.org_id = p_org AND e.file_id = p_file
$$;

-- Takes the oldest ready job of any org, exactly once, and shows its file as being read.
CREATE FUNCTION app.job_claim(p_lease interval,
    OUT org_id uuid, OUT job_id uuid, OUT kind text, OUT file_id uuid, OUT token uuid, OUT attempts integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, app AS $$
BEGIN
    WITH oldest AS (
        SELECT j.org_id, j.job_id FROM app.jobs j
        WHERE j.state = 'queued' AND j.run_at <= now()
        ORDER BY j.run_at, j.job_id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE app.jobs j SET state = 'running', lease_until = clock_timestamp() + p_lease,
        lease_token = gen_random_uuid(), attempts = j.attempts + 1, error = NULL
    FROM oldest WHERE j.org_id = oldest.org_id AND j.job_id = oldest.job_id
    RETURNING j.org_id, j.job_id, j.kind, j.file_id, j.lease_token, j.attempts
    INTO org_id, job_id, kind, file_id, token, attempts;
    IF job_claim.kind = 'ingest' THEN
        UPDATE app.files f SET state = 'reading'
        WHERE f.org_id = job_claim.org_id AND f.file_id = job_claim.file_id AND f.state = 'stable';
        IF FOUND THEN
            PERFORM app.file_note(job_claim.org_id, job_claim.file_id, clock_timestamp(), 'reading', 'being read');
        END IF;
    END IF;
END $$;

-- Puts back what a dead worker or daemon left running: leases that ran out, or all of them (p_all: this daemon is the
-- only one and has just started, so the interruption is not the job's fault and costs it no try). Jobs out of tries fail.
CREATE FUNCTION app.job_reap(p_all boolean, p_tries integer, OUT requeued bigint, OUT failed bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, app AS $$
DECLARE
    v_job record;
BEGIN
    requeued := 0;
    failed := 0;
    FOR v_job IN
        SELECT j.* FROM app.jobs j WHERE j.state = 'running' AND (p_all OR j.lease_until < clock_timestamp())
        ORDER BY j.org_id, j.file_id FOR UPDATE SKIP LOCKED
    LOOP
        IF (NOT p_all AND v_job.attempts >= p_tries) OR v_job.interrupted >= 30 THEN
            UPDATE app.jobs SET state = 'failed', lease_token = NULL, lease_until = NULL, finished_at = clock_timestamp(),
                error = 'the worker stopped without a result'
            WHERE org_id = v_job.org_id AND job_id = v_job.job_id;
            IF v_job.kind = 'ingest' THEN
                UPDATE app.files SET state = 'failed', reason_code = 'worker_failed',
                    reason_text = 'the worker stopped without a result, ' || v_job.attempts || ' times'
                WHERE org_id = v_job.org_id AND file_id = v_job.file_id AND state IN ('stable', 'reading');
                PERFORM app.file_note(v_job.org_id, v_job.file_id, clock_timestamp(), 'failed', 'given up after '
                    || v_job.attempts || ' tries');
            END IF;
            failed := failed + 1;
        ELSE
            -- A newer request for the same work waits already: this one has nothing left to do.
            IF EXISTS (SELECT 1 FROM app.jobs q WHERE q.org_id = v_job.org_id AND q.file_id = v_job.file_id
                    AND q.kind = v_job.kind AND q.state = 'queued') THEN
                UPDATE app.jobs SET state = 'done', lease_token = NULL, lease_until = NULL, finished_at = clock_timestamp()
                WHERE org_id = v_job.org_id AND job_id = v_job.job_id;
            ELSE
                UPDATE app.jobs SET state = 'queued', lease_token = NULL, lease_until = NULL,
                    attempts = greatest(attempts - p_all::integer, 0), interrupted = interrupted + p_all::integer
                WHERE org_id = v_job.org_id AND job_id = v_job.job_id;
            END IF;
            IF v_job.kind = 'ingest' THEN
                UPDATE app.files SET state = 'stable'
                WHERE org_id = v_job.org_id AND file_id = v_job.file_id AND state = 'reading';
                IF FOUND THEN
                    PERFORM app.file_note(v_job.org_id, v_job.file_id, clock_timestamp(), 'stable',
                        'reading was interrupted; queued again');
                END IF;
            END IF;
            requeued := requeued + 1;
        END IF;
    END LOOP;
END $$;

-- How many jobs wait or run, over all orgs.
CREATE FUNCTION app.job_depth(OUT queued bigint, OUT running bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, app AS $$
    SELECT count(*) FILTER (WHERE j.state = 'queued'), count(*) FILTER (WHERE j.state = 'running')
    FROM app.jobs j WHERE j.state IN ('queued', 'running')
$$;

-- Compares the rows of a file that is not in yet with those of earlier files read by the same profile, and with each
-- other. With a key: the same row again is taken away, another version puts the earlier one out of count. Without a key:
-- the k-th copy of a row is taken away where k copies are in already, if the row says when or for which order it was.
-- Within one file rows without a key all stay. Files whose rows lost their count come back in stale.
CREATE FUNCTION app.records_merge(p_file_no bigint, p_profile uuid,
    OUT unchanged bigint, OUT repeated bigint, OUT changed bigint, OUT outdated bigint, OUT kept bigint, OUT stale bigint[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, app AS $$
DECLARE
    v_org uuid := app.current_org();
    v_earlier bigint[];
BEGIN
    IF v_org IS NULL THEN
        RAISE EXCEPTION 'no org is set' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM 1 FROM app.files f WHERE f.org_id = v_org AND f.file_no = p_file_no AND f.committed_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'file % is not being taken in', p_file_no USING ERRCODE = 'insufficient_privilege';
    END IF;
    unchanged := 0; repeated := 0; changed := 0; outdated := 0; stale := '{}';

    -- Within the file: of rows with one key the last counts; earlier ones that equal it go, others stay out of count.
    IF EXISTS (SELECT 1 FROM app.records r WHERE r.org_id = v_org AND r.file_no = p_file_no AND r.key_hash <> 0 LIMIT 1) THEN
        WITH ranked AS (
            SELECT r.line_no, r.row_hash,
                row_number() OVER (PARTITION BY r.key_hash ORDER BY r.line_no DESC) AS from_last,
                first_value(r.row_hash) OVER (PARTITION BY r.key_hash ORDER BY r.line_no DESC) AS last_hash
            FROM app.records r WHERE r.org_id = v_org AND r.file_no = p_file_no AND r.key_hash <> 0
        ), gone AS (
            DELETE FROM app.records r USING ranked k
            WHERE r.org_id = v_org AND r.file_no = p_file_no AND r.line_no = k.line_no
                AND k.from_last > 1 AND k.row_hash = k.last_hash
            RETURNING 1
        ), out_of_count AS (
            UPDATE app.records r SET live = false FROM ranked k
            WHERE r.org_id = v_org AND r.file_no = p_file_no AND r.line_no = k.line_no
                AND k.from_last > 1 AND k.row_hash <> k.last_hash
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM out_of_count) INTO repeated, outdated;
    END IF;

    SELECT coalesce(array_agg(f.file_no), '{}') INTO v_earlier FROM app.files f
    WHERE f.org_id = v_org AND f.profile_id = p_profile AND f.committed_at IS NOT NULL AND f.file_no <> p_file_no;

    IF cardinality(v_earlier) > 0 THEN
        -- With a key. The newest version counts: whatever else was live under the key no longer does.
        WITH pairs AS MATERIALIZED (
            SELECT n.line_no, o.file_no AS old_file_no, o.line_no AS old_line_no, n.row_hash = o.row_hash AS same
            FROM app.records n
            JOIN app.records o ON o.org_id = n.org_id AND o.live AND o.key_hash = n.key_hash
                AND (CASE WHEN o.key_hash = 0 THEN o.row_hash ELSE o.key_hash END) = n.key_hash
                AND o.file_no = ANY (v_earlier)
            WHERE n.org_id = v_org AND n.file_no = p_file_no AND n.live AND n.key_hash <> 0
        ), gone AS (
            DELETE FROM app.records r USING pairs p
            WHERE r.org_id = v_org AND r.file_no = p_file_no AND r.line_no = p.line_no AND p.same
            RETURNING 1
        ), out_of_count AS (
            UPDATE app.records r SET live = false FROM pairs p
            WHERE r.org_id = v_org AND r.file_no = p.old_file_no AND r.line_no = p.old_line_no AND NOT p.same
            RETURNING r.file_no
        )
        SELECT (SELECT count(*) FROM gone), (SELECT count(DISTINCT p.line_no) FROM pairs p WHERE NOT p.same),
            (SELECT coalesce(array_agg(DISTINCT o.file_no), '{}') FROM out_of_count o)
        INTO unchanged, changed, stale;

        -- Without a key.
        WITH fresh AS (
            SELECT r.line_no, r.row_hash, row_number() OVER (PARTITION BY r.row_hash ORDER BY r.line_no) AS copy_no
            FROM app.records r WHERE r.org_id = v_org AND r.file_no = p_file_no AND r.key_hash = 0
                AND (r.day IS NOT NULL OR r.ts IS NOT NULL OR r.work_order IS NOT NULL)
        ), known AS (
            SELECT o.row_hash, count(*) AS copies
            FROM (SELECT DISTINCT f.row_hash FROM fresh f) d
            JOIN app.records o ON o.org_id = v_org AND o.live AND o.key_hash = 0
                AND (CASE WHEN o.key_hash = 0 THEN o.row_hash ELSE o.key_hash END) = d.row_hash
                AND o.file_no = ANY (v_earlier)
            GROUP BY o.row_hash
        ), gone AS (
            DELETE FROM app.records r USING fresh f, known k
            WHERE r.org_id = v_org AND r.file_no = p_file_no AND r.line_no = f.line_no
                AND f.row_hash = k.row_hash AND f.copy_no <= k.copies
            RETURNING 1
        )
        SELECT unchanged + count(*) INTO unchanged FROM gone;
    END IF;

    SELECT count(*) INTO kept FROM app.records r WHERE r.org_id = v_org AND r.file_no = p_file_no;
END $$;
