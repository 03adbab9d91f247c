//! What each role may do, refused where it may not: the asserts of the reference schema, on ours.

use super::harness::{Database, Role};
use crate::{Connections, Store, StoreError};

const FILE: &str =
    "INSERT INTO app.files (org_id, file_id, file_no, folder_id, name_bytes, name, bytes, mtime_ns, inode,
    ctime_ns, state, seen_at)";

fn within(org: impl std::fmt::Display, statement: &str) -> String {
    format!("BEGIN; SET LOCAL app.org_id = '{org}'; {statement}; COMMIT")
}

#[tokio::test]
async fn app_sees_and_writes_its_org_alone() {
    let db = Database::new().await;
    let (a, b) = (db.a, db.b);
    let folder = db.folder(a).await;
    // A row of the org goes in; of another org it is refused, whatever the statement says.
    let own = format!("{FILE} VALUES ('{a}', '{a}', 1, '{folder}', 'f', 'f', 1, 1, 1, 1, 'seen', now())");
    db.sql(Role::App, &within(a, &own)).await.unwrap();
    let other = format!("{FILE} VALUES ('{b}', '{b}', 1, '{folder}', 'f', 'f', 1, 1, 1, 1, 'seen', now())");
    let error = db.sql(Role::App, &within(a, &other)).await.unwrap_err();
    assert!(error.contains("row-level security"), "{error}");
    // A foreign key can't reach into another org, although its check stands above row-level security.
    let across = format!("{FILE} VALUES ('{b}', '{b}', 1, '{folder}', 'f', 'f', 1, 1, 1, 1, 'seen', now())");
    let error = db.sql(Role::App, &within(b, &across)).await.unwrap_err();
    assert!(error.contains("foreign key"), "{error}");
    // Moving a row to another org is refused too.
    let moved = format!("UPDATE app.files SET org_id = '{b}'");
    let error = db.sql(Role::App, &within(a, &moved)).await.unwrap_err();
    assert!(
        error.contains("row-level security") || error.contains("foreign key"),
        "{error}"
    );

    let count = "SELECT count(*)::text FROM app.files";
    assert_eq!(
        db.text(Role::App, count).await.unwrap(),
        "0",
        "without an org there are no rows"
    );
    let seen = |org| {
        within(
            org,
            &format!("DO $$ BEGIN IF ({count}) <> '0' THEN RAISE 'rows'; END IF; END $$"),
        )
    };
    db.sql(Role::App, &seen(b)).await.unwrap();
    assert!(db.sql(Role::App, &seen(a)).await.unwrap_err().contains("rows"));
    // After a commit the setting is empty, not absent: the policy must still hold and not fail.
    let mut connection = db.connect(Role::App).await;
    for statement in [within(a, "SELECT 1"), "SELECT count(*) FROM app.files".to_owned()] {
        sqlx::Executor::execute(&mut connection, sqlx::raw_sql(sqlx::AssertSqlSafe(statement)))
            .await
            .unwrap();
    }
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM app.files")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn every_table_hides_the_rows_of_another_org() {
    let db = Database::new().await;
    let tables = db
        .sql(
            Role::Superuser,
            "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'app'::regnamespace AND c.relkind = 'r'",
        )
        .await
        .unwrap();
    assert!(tables.len() >= 18);
    for row in tables {
        let table: String = sqlx::Row::try_get_unchecked(&row, 0).unwrap();
        // A row of org a in each, made by the superuser with every check off but the columns' own.
        let columns = db
            .text(
                Role::Superuser,
                &format!(
                    "SELECT string_agg(CASE WHEN attname = 'org_id' THEN '''{}''::uuid'
                        WHEN atttypid = 'uuid'::regtype THEN '''00000000-0000-0000-0000-00000000000a''::uuid'
                        WHEN atttypid = 'timestamptz'::regtype THEN 'now()'
                        WHEN atttypid = 'bytea'::regtype THEN 'sha256(''x'')'
                        WHEN atttypid = 'jsonb'::regtype THEN '''{{}}''::jsonb'
                        WHEN atttypid = 'text'::regtype AND attname = 'currency' THEN 'NULL'
                        WHEN atttypid = 'text'::regtype AND attname = 'month' THEN '''2026-01'''
                        WHEN atttypid = 'text'::regtype AND attname = 'role' THEN '''viewer'''
                        WHEN atttypid = 'text'::regtype AND attname = 'mode' THEN '''poll'''
                        WHEN atttypid = 'text'::regtype AND attname = 'status' THEN '''pending'''
                        WHEN atttypid = 'text'::regtype AND attname = 'kind' AND '{table}' = 'aliases' THEN '''machine'''
                        WHEN atttypid = 'text'::regtype AND attname = 'canonical' THEN '''another'''
                        WHEN atttypid = 'text'::regtype AND attname = 'kind' AND '{table}' = 'jobs' THEN '''ingest'''
                        WHEN atttypid = 'text'::regtype AND attname = 'state' AND '{table}' = 'jobs' THEN '''done'''
                        WHEN atttypid = 'text'::regtype AND attname = 'state' AND '{table}' = 'findings' THEN '''signal'''
                        WHEN atttypid = 'text'::regtype AND attname = 'state' THEN '''seen'''
                        WHEN attname = 'kept' THEN '''codes'''
                        WHEN attname = 'said' THEN 'NULL'
                        WHEN attname IN ('saving_low', 'lease_token') THEN 'NULL'
                        WHEN atttypid = 'text'::regtype THEN '''marker'''
                        WHEN atttypid = 'text[]'::regtype THEN '''{{}}''::text[]'
                        WHEN atttypid IN ('bigint[]'::regtype, 'integer[]'::regtype) THEN '''{{1}}'''
                        WHEN atttypid = 'boolean'::regtype THEN 'true'
                        WHEN atttypid = 'date'::regtype THEN '''2026-01-01''::date'
                        WHEN atttypid IN ('bigint'::regtype, 'integer'::regtype, 'smallint'::regtype, 'numeric'::regtype) THEN '1'
                        ELSE 'NULL' END, ', ' ORDER BY attnum)
                    FROM pg_attribute WHERE attrelid = 'app.{table}'::regclass AND attnum > 0 AND NOT attisdropped",
                    db.a
                ),
            )
            .await
            .unwrap();
        let columns = match table.as_str() {
            "findings" => columns.replace("'{}'::jsonb, NULL, NULL", "NULL, NULL, NULL"),
            "jobs" => columns.replace("'00000000-0000-0000-0000-00000000000a'::uuid, 1, 1", "NULL, 1, 1"),
            _ => columns,
        };
        let insert = format!(
            "SET session_replication_role = replica; INSERT INTO app.{table} VALUES ({columns}) ON CONFLICT DO NOTHING"
        );
        db.sql(Role::Superuser, &insert)
            .await
            .unwrap_or_else(|error| panic!("{table}: {error}: {columns}"));
        let there = db
            .text(
                Role::Superuser,
                &format!("SELECT count(*)::text FROM app.{table} WHERE org_id = '{}'", db.a),
            )
            .await;
        assert_ne!(there.unwrap(), "0", "{table} holds a row to be hidden");
        let mut tx = db.store.begin(db.b, "test").await.unwrap();
        let foreign: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "SELECT count(*) FROM app.{table} WHERE org_id <> '{}'",
            db.b
        )))
        .fetch_one(tx.connection())
        .await
        .unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(foreign, 0, "{table} shows rows of another org");
    }
}

#[tokio::test]
async fn app_may_not_touch_what_must_last() {
    let db = Database::new().await;
    for statement in [
        "UPDATE app.audit_log SET action = 'z'",
        "DELETE FROM app.audit_log",
        "TRUNCATE app.audit_log",
        "INSERT INTO app.audit_log VALUES (app.uuid_v7(), 9, now(), 'a', 'b', '{}', '', '')",
        "ALTER TABLE app.audit_log DISABLE TRIGGER ALL",
        "DROP TABLE app.audit_log",
        "UPDATE app.audit_head SET seq = 1",
        "SET session_replication_role = replica",
        "UPDATE app.row_blocks SET image = ''",
        "UPDATE app.row_blocks SET first_line = 1",
        "TRUNCATE app.row_blocks",
        "DELETE FROM app.files",
        "DELETE FROM app.orgs",
        "UPDATE app.orgs SET name = 'z'",
        "ALTER TABLE app.files DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE app.mine (i int)",
        "CREATE TABLE public.mine (i int)",
        "CREATE TEMPORARY TABLE mine (i int)",
        "SET ROLE plant_owner",
        "SET ROLE plant_migrate",
        "SET ROLE plant_backup",
    ] {
        let error = db.sql(Role::App, statement).await.expect_err(statement);
        assert!(
            error.contains("permission denied") || error.contains("must be owner"),
            "{statement}: {error}"
        );
    }
}

#[tokio::test]
async fn roles_are_as_harmless_as_they_should_be() {
    let db = Database::new().await;
    let roles =
        "SELECT string_agg(rolname || ':' || rolsuper::int || rolbypassrls::int || rolcanlogin::int || rolinherit::int
        || (rolcreaterole OR rolcreatedb OR rolreplication)::int, ' ' ORDER BY rolname)
        FROM pg_roles WHERE rolname LIKE 'plant\\_%' AND rolname <> 'plant_load'";
    assert_eq!(
        db.text(Role::App, roles).await.unwrap(),
        "plant_app:00100 plant_backup:01110 plant_migrate:00100 plant_owner:01010"
    );
    let count = "SELECT count(*)::text FROM app.orgs";
    let denied = db.sql(Role::Migrate, count).await.unwrap_err();
    assert!(denied.contains("permission denied"), "{denied}");
    let as_owner = format!("SET ROLE plant_owner; {count}");
    assert_eq!(
        db.text(Role::Migrate, &as_owner).await.unwrap(),
        "2",
        "a migration sees every org"
    );
}

#[tokio::test]
async fn a_dangerous_role_or_table_is_refused() {
    let db = Database::new().await;
    let refusal = |access| async move {
        match Store::connect(&access, Connections::default()).await {
            Err(StoreError::Unsafe { sentence }) => sentence,
            other => panic!("not refused: {other:?}"),
        }
    };
    let mut superuser = db.access.clone();
    superuser.app = superuser.superuser.clone().unwrap();
    assert!(refusal(superuser).await.contains("is a superuser"));
    let mut backup = db.access.clone();
    backup.app = backup.app.username("plant_backup");
    assert!(refusal(backup).await.contains("BYPASSRLS"));
    let mut migrate = db.access.clone();
    migrate.app = migrate.migrate.clone().unwrap();
    // It may not even read which schema there is.
    assert!(matches!(
        Store::connect(&migrate, Connections::default()).await,
        Err(StoreError::Forbidden(_) | StoreError::Unsafe { .. })
    ));

    let spoil = [
        (
            "ALTER TABLE app.jobs NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE app.jobs FORCE ROW LEVEL SECURITY",
        ),
        (
            "ALTER TABLE app.jobs DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE app.jobs ENABLE ROW LEVEL SECURITY",
        ),
        (
            "CREATE POLICY open ON app.jobs USING (true)",
            "DROP POLICY open ON app.jobs",
        ),
        ("CREATE TABLE app.bare (org_id uuid)", "DROP TABLE app.bare"),
        ("CREATE VIEW app.leak AS SELECT * FROM app.files", "DROP VIEW app.leak"),
        (
            "ALTER TABLE app.jobs OWNER TO plant_app",
            "ALTER TABLE app.jobs OWNER TO plant_owner",
        ),
    ];
    for (spoil, mend) in spoil {
        db.sql(Role::Superuser, spoil).await.unwrap();
        let sentence = refusal(db.access.clone()).await;
        assert!(
            ["app.jobs", "app.bare", "app.leak", "owns tables"]
                .iter()
                .any(|part| sentence.contains(part)),
            "{spoil}: {sentence}"
        );
        db.sql(Role::Superuser, mend).await.unwrap();
    }
    db.store.check_safety().await.unwrap();
}

#[tokio::test]
async fn a_database_of_another_age_is_refused() {
    let access = Database::bare().await;
    let db = Database {
        store: Store::connect(&access, Connections::default()).await.unwrap(),
        access,
        a: plant_core::ids::OrgId(uuid::Uuid::nil()),
        b: plant_core::ids::OrgId(uuid::Uuid::nil()),
    };
    let newer = "INSERT INTO meta.migrations VALUES (29990101000000, 'later', now(), true, '', 1)";
    db.sql(Role::Superuser, newer).await.unwrap();
    assert!(matches!(
        Store::connect(&db.access, Connections::default()).await,
        Err(StoreError::NewerSchema {
            database: 29990101000000,
            ..
        })
    ));
    assert!(matches!(
        Store::prepare(&db.access).await,
        Err(StoreError::NewerSchema {
            database: 29990101000000,
            ..
        })
    ));
    db.sql(
        Role::Superuser,
        "DELETE FROM meta.migrations WHERE version > 20270101000000",
    )
    .await
    .unwrap();
    // As an earlier version 0.1 left it: the same numbers, other statements.
    let other = "UPDATE meta.migrations SET checksum = 'x' WHERE version = 20260101000300";
    let right = "SELECT encode(checksum, 'hex') FROM meta.migrations WHERE version = 20260101000300";
    let right = db.text(Role::Superuser, right).await.unwrap();
    db.sql(Role::Superuser, other).await.unwrap();
    for refused in [
        Store::connect(&db.access, Connections::default()).await.map(|_| ()),
        Store::prepare(&db.access).await.map(|_| ()),
    ] {
        let told = refused.unwrap_err();
        assert!(matches!(told, StoreError::OtherSchema), "{told:?}");
        assert!(told.to_string().contains("plant folders add"), "{told}");
    }
    let back = format!("UPDATE meta.migrations SET checksum = decode('{right}', 'hex') WHERE version = 20260101000300");
    db.sql(Role::Superuser, &back).await.unwrap();
    db.sql(
        Role::Superuser,
        "DELETE FROM meta.migrations WHERE version > 20260101000500",
    )
    .await
    .unwrap();
    assert!(matches!(
        Store::connect(&db.access, Connections::default()).await,
        Err(StoreError::OlderSchema { .. })
    ));
}
