-- Roles, schemas and rights of the database that this runs in, as a superuser of the cluster; may run any number of times.

DO $$
BEGIN
    PERFORM pg_advisory_xact_lock(7304011);
    -- Owns everything, runs the definer functions and the migrations; nobody logs in as it.
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'plant_owner') THEN
        CREATE ROLE plant_owner NOLOGIN BYPASSRLS;
    END IF;
    -- Migrations: may become the owner, may nothing by itself.
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'plant_migrate') THEN
        CREATE ROLE plant_migrate LOGIN NOINHERIT;
    END IF;
    -- The daemon: neither owner nor above row-level security, and there is no role that it may become.
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'plant_app') THEN
        CREATE ROLE plant_app LOGIN NOINHERIT NOBYPASSRLS;
    END IF;
    -- A role of former versions that stood above row-level security, and that the daemon could become.
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'plant_load') THEN
        ALTER ROLE plant_load NOBYPASSRLS;
        REVOKE plant_load FROM plant_app;
    END IF;
    -- Dumps.
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'plant_backup') THEN
        CREATE ROLE plant_backup LOGIN BYPASSRLS;
    END IF;
    GRANT plant_owner TO plant_migrate;
    GRANT pg_read_all_data TO plant_backup;
    ALTER ROLE plant_app SET statement_timeout = '30s';
    ALTER ROLE plant_app SET idle_in_transaction_session_timeout = '15s';
    ALTER ROLE plant_app SET lock_timeout = '5s';
    ALTER ROLE plant_app SET timezone = 'UTC';
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO plant_app, plant_migrate, plant_backup', current_database());
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    CREATE SCHEMA IF NOT EXISTS app AUTHORIZATION plant_owner;
    CREATE SCHEMA IF NOT EXISTS meta AUTHORIZATION plant_owner;
    GRANT USAGE ON SCHEMA app TO plant_app;
    GRANT USAGE ON SCHEMA meta TO plant_app;
END $$;
