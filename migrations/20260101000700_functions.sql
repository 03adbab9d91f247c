-- The few functions that look across orgs. They run as the owner, pin their search path, and give ids, never data of
-- another org; what they change inside an org they change for the org of the transaction alone.

-- Creates an org with its counters and the first entry of its audit log, all or nothing. While there is one org only, the
-- account that makes the second (p_keeper; NULL where no account does) administers it without a grant; what it may do
-- there must not end with the second org, so it gets a grant of its own, in the audit log of the first.
CREATE FUNCTION app.org_create(p_name text, p_zone text, p_currency text, p_goal numeric, p_actor text, p_keeper text)
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, app AS $$
DECLARE
    v_outside text := coalesce(current_setting('app.org_id', true), '');
    v_only uuid;
    v_org uuid;
BEGIN
    SELECT CASE count(*) WHEN 1 THEN (array_agg(o.org_id))[1] END INTO v_only FROM app.orgs o;
    INSERT INTO app.orgs (name, zone, currency, goal) VALUES (p_name, p_zone, p_currency, p_goal)
    RETURNING orgs.org_id INTO v_org;
    INSERT INTO app.org_counters (org_id) VALUES (v_org);
    INSERT INTO app.operators (org_id) VALUES (v_org);
    PERFORM set_config('app.org_id', v_org::text, true);
    PERFORM app.audit_append(p_actor, 'org.create',
        jsonb_build_object('name', p_name, 'zone', p_zone, 'currency', p_currency));
    IF v_only IS NOT NULL AND p_keeper IS NOT NULL THEN
        INSERT INTO app.grants (org_id, principal, role, granted_by) VALUES (v_only, p_keeper, 'admin', p_actor)
        ON CONFLICT DO NOTHING;
        IF FOUND THEN
            PERFORM set_config('app.org_id', v_only::text, true);
            PERFORM app.audit_append(p_actor, 'grant',
                jsonb_build_object('principal', p_keeper, 'role', 'admin', 'why', 'it made a second org'));
        END IF;
    END IF;
    PERFORM set_config('app.org_id', v_outside, true);
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

CREATE FUNCTION app.folders_all() RETURNS TABLE (org_id uuid, folder_id uuid, path text, device bigint, inode bigint,
    mount text, born_ns bigint, kind text, mode text, site text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, app AS $$
    SELECT f.org_id, f.folder_id, f.path, f.device, f.inode, f.mount, f.born_ns, f.kind, f.mode, f.site FROM app.folders f
    WHERE f.removed_at IS NULL ORDER BY f.org_id, f.path
$$;

-- Adds an entry to the timeline of a file; the file's row is locked by the statement that changed it.
CREATE FUNCTION app.file_note(p_org uuid, p_file uuid, p_at timestamptz, p_state text, p_note text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, app AS $$
    INSERT INTO app.file_events (org_id, file_id, event_no, at, state, note)
    SELECT p_org, p_file, coalesce(max(e.event_no), 0) + 1, p_at, p_state, p_note
    FROM app.file_events e WHERE e.org_id = p_org AND e.file_id = p_file
$$;

-- Whether a job of the file runs.
CREATE FUNCTION app.file_busy(p_org uuid, p_file uuid) RETURNS boolean
LANGUAGE sql VOLATILE SET search_path = pg_catalog, app AS $$
    SELECT EXISTS (SELECT 1 FROM app.jobs j WHERE j.org_id = p_org AND j.state = 'running' AND j.file_id = p_file)
$$;

-- Takes a ready job, exactly once, and shows its file as being read. The orgs take turns: the one with the fewest running
-- jobs is served first, and where p_last says that this is the last worker, only one with none. Within an org the oldest
-- goes first; where the disk is nearly full (not p_ingest), only what is in is analysed. A time to run that no wait could
-- have set comes from a clock that jumped back: the job is ready.
--
-- Of a file one job runs at a time: two that read it at different moments could end in the wrong order, and what both
-- take off the sums of all files was there once.
--
-- It never waits for a lock: a job or file in somebody's hands is passed over, so that claiming is part of no deadlock.
CREATE FUNCTION app.job_claim(p_lease interval, p_last boolean, p_ingest boolean,
    OUT org_id uuid, OUT job_id uuid, OUT kind text, OUT file_id uuid, OUT token uuid, OUT attempts integer,
    OUT interrupted integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, app AS $$
DECLARE
    v_org uuid;
    v_job uuid;
BEGIN
    FOR v_org IN
        SELECT o.org_id FROM app.orgs o
        LEFT JOIN (SELECT j.org_id, count(*) AS jobs FROM app.jobs j WHERE j.state = 'running' GROUP BY j.org_id) r
            ON r.org_id = o.org_id
        WHERE NOT (p_last AND r.jobs IS NOT NULL)
        ORDER BY coalesce(r.jobs, 0), random()
    LOOP
        SELECT j.job_id INTO v_job FROM app.jobs j JOIN app.files f ON f.org_id = j.org_id AND f.file_id = j.file_id
        WHERE j.org_id = v_org AND j.state = 'queued' AND j.run_at <= clock_timestamp()
            AND (p_ingest OR j.kind = 'analyse') AND NOT app.file_busy(j.org_id, j.file_id)
        ORDER BY j.run_at, j.job_id LIMIT 1 FOR UPDATE OF j, f SKIP LOCKED;
        IF v_job IS NULL THEN
            SELECT j.job_id INTO v_job FROM app.jobs j JOIN app.files f ON f.org_id = j.org_id AND f.file_id = j.file_id
            WHERE j.org_id = v_org AND j.state = 'queued' AND j.run_at > clock_timestamp() + interval '10 minutes'
                AND (p_ingest OR j.kind = 'analyse') AND NOT app.file_busy(j.org_id, j.file_id)
            ORDER BY j.run_at, j.job_id LIMIT 1 FOR UPDATE OF j, f SKIP LOCKED;
        END IF;
        -- Behind the lock of the file: another claim may have come between the look at what runs and the lock.
        IF v_job IS NOT NULL AND app.file_busy(v_org, (SELECT j.file_id FROM app.jobs j
                WHERE j.org_id = v_org AND j.job_id = v_job)) THEN
            v_job := NULL;
        END IF;
        EXIT WHEN v_job IS NOT NULL;
    END LOOP;
    IF v_job IS NULL THEN
        RETURN;
    END IF;
    UPDATE app.jobs j SET state = 'running', lease_until = clock_timestamp() + p_lease,
        lease_token = gen_random_uuid(), attempts = j.attempts + 1, error = NULL
    WHERE j.org_id = v_org AND j.job_id = v_job
    RETURNING j.org_id, j.job_id, j.kind, j.file_id, j.lease_token, j.attempts, j.interrupted
    INTO org_id, job_id, kind, file_id, token, attempts, interrupted;
    IF job_claim.kind = 'ingest' THEN
        UPDATE app.files f SET state = 'reading'
        WHERE f.org_id = job_claim.org_id AND f.file_id = job_claim.file_id AND f.state = 'stable';
        -- While it waits for trouble to pass, each try is not told again.
        IF FOUND AND NOT EXISTS (SELECT 1 FROM app.jobs j WHERE j.org_id = v_org AND j.job_id = v_job AND j.waits > 0) THEN
            PERFORM app.file_note(job_claim.org_id, job_claim.file_id, clock_timestamp(), 'reading', 'being read');
        END IF;
    END IF;
END $$;

-- Puts back what a dead daemon left running: leases that ran out (or end later than any lease could: a clock that jumped
-- back), or all of them (p_all: this daemon is the only one and has just started). Gives how many there were. The
-- interruption is not the job's fault and costs it no try, but it is counted: see who claims.
CREATE FUNCTION app.job_reap(p_all boolean) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, app AS $$
DECLARE
    v_job record;
    v_reaped bigint := 0;
BEGIN
    FOR v_job IN
        SELECT j.* FROM app.jobs j JOIN app.files f ON f.org_id = j.org_id AND f.file_id = j.file_id
        WHERE j.state = 'running' AND (p_all OR j.lease_until < clock_timestamp()
            OR j.lease_until > clock_timestamp() + interval '2 hours')
        FOR UPDATE OF j, f SKIP LOCKED
    LOOP
        -- Where a newer request for the same work waits already, this one has nothing left to do.
        IF EXISTS (SELECT 1 FROM app.jobs q WHERE q.org_id = v_job.org_id AND q.file_id = v_job.file_id
                AND q.kind = v_job.kind AND q.state = 'queued') THEN
            UPDATE app.jobs SET state = 'done', lease_token = NULL, lease_until = NULL, finished_at = clock_timestamp()
            WHERE org_id = v_job.org_id AND job_id = v_job.job_id;
        ELSE
            UPDATE app.jobs SET state = 'queued', run_at = clock_timestamp(), lease_token = NULL, lease_until = NULL,
                attempts = greatest(attempts - 1, 0), interrupted = interrupted + 1
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
        v_reaped := v_reaped + 1;
    END LOOP;
    RETURN v_reaped;
END $$;
