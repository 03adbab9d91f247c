-- Row-level security on every table of the schema, in one loop so that none is forgotten, and rights one by one.

DO $$
DECLARE
    v_table name;
    v_own text := '(org_id = (SELECT nullif(current_setting(''app.org_id'', true), '''')::uuid))';
BEGIN
    FOR v_table IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'app' AND c.relkind IN ('r', 'p') ORDER BY c.relname
    LOOP
        EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE app.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY org_only ON app.%I USING %s WITH CHECK %s', v_table, v_own, v_own);
    END LOOP;
END $$;

GRANT SELECT, UPDATE (zone, currency, goal) ON app.orgs TO plant_app;
GRANT SELECT, UPDATE (next_file_no, references_no) ON app.org_counters TO plant_app;
GRANT SELECT, UPDATE (kept, set_at, set_by) ON app.operators TO plant_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.grants TO plant_app;
GRANT SELECT, INSERT, UPDATE ON app.usage_counters TO plant_app;
GRANT SELECT, INSERT ON app.questions TO plant_app;
GRANT SELECT, INSERT, UPDATE ON app.folders TO plant_app;
GRANT SELECT, INSERT, UPDATE ON app.profiles TO plant_app;
GRANT SELECT, INSERT, UPDATE ON app.files TO plant_app;
GRANT SELECT, INSERT, UPDATE ON app.originals TO plant_app;
GRANT SELECT, INSERT, DELETE ON app.original_intents TO plant_app;
GRANT SELECT, INSERT ON app.file_events TO plant_app;
GRANT SELECT, INSERT, DELETE ON app.problems TO plant_app;
GRANT SELECT, INSERT, UPDATE ON app.jobs TO plant_app;
-- A file that is read again gets new blocks in the place of its old ones, and another key new hashes.
GRANT SELECT, INSERT, DELETE ON app.row_blocks TO plant_app;
GRANT UPDATE (idents, keyed_by, documents) ON app.row_blocks TO plant_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.row_states TO plant_app;
GRANT SELECT, INSERT, DELETE ON app.aliases, app.calendars TO plant_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.series TO plant_app;
GRANT SELECT, INSERT, UPDATE ON app.series_profiles TO plant_app;
GRANT SELECT, INSERT, DELETE ON app.components, app.component_families, app.rollup_gaps TO plant_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.rollups TO plant_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.analyses, app.findings TO plant_app;
GRANT SELECT, INSERT, DELETE ON app.evidence, app.edges, app.reference_entries, app.lookups TO plant_app;
GRANT SELECT ON app.audit_head, app.audit_log TO plant_app;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.uuid_v7(), app.current_org(), app.file_note(uuid, uuid, timestamptz, text, text),
    app.org_create(text, text, text, numeric, text, text), app.org_by_name(text), app.org_list(), app.grants_for(text),
    app.folders_all(), app.job_claim(interval, boolean, boolean), app.job_reap(boolean),
    app.audit_append(text, text, jsonb), app.audit_verify()
    TO plant_app;
