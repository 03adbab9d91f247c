//! What holds for every table, also for those that come later: asked of the catalog.

use std::collections::BTreeSet;

use plant_core::component::{Component, Dimension};

use super::harness::{Database, Role};

async fn names(db: &Database, statement: &str) -> Vec<String> {
    use sqlx::Row;
    let rows = db.sql(Role::Superuser, statement).await.unwrap();
    rows.iter().map(|row| row.try_get_unchecked(0).unwrap()).collect()
}

const NONE: [String; 0] = [];

#[tokio::test]
async fn every_table_is_under_its_policy() {
    let db = Database::new().await;
    let bare = names(
        &db,
        "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity
            AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polqual IS NOT NULL
                AND p.polwithcheck IS NOT NULL AND p.polcmd = '*') = 1)",
    )
    .await;
    assert_eq!(bare, NONE);
    let views = names(
        &db,
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind IN ('m', 'v')",
    )
    .await;
    assert_eq!(views, NONE);
}

#[tokio::test]
async fn every_foreign_key_carries_the_org() {
    let db = Database::new().await;
    let all = names(
        &db,
        "SELECT conname::text FROM pg_constraint WHERE contype = 'f' AND connamespace = 'app'::regnamespace",
    )
    .await;
    assert!(all.len() > 10);
    let across = names(
        &db,
        "SELECT k.conname::text FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'app'::regnamespace
        AND NOT EXISTS (SELECT 1 FROM unnest(k.conkey, k.confkey) AS x (a, b)
            JOIN pg_attribute l ON l.attrelid = k.conrelid AND l.attnum = x.a AND l.attname = 'org_id'
            JOIN pg_attribute r ON r.attrelid = k.confrelid AND r.attnum = x.b AND r.attname = 'org_id')",
    )
    .await;
    assert_eq!(across, NONE);
    // The row tables have none: it would cost a load four times the time.
    let slow = names(&db, "SELECT conname::text FROM pg_constraint WHERE contype = 'f' AND conrelid IN ('app.row_blocks'::regclass, 'app.row_states'::regclass, 'app.components'::regclass)").await;
    assert_eq!(slow, NONE);
}

#[tokio::test]
async fn every_unique_index_carries_the_org() {
    let db = Database::new().await;
    let global = names(
        &db,
        "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE c.relnamespace = 'app'::regnamespace AND i.indisunique
        AND NOT EXISTS (SELECT 1 FROM unnest(i.indkey::int[]) k JOIN pg_attribute a
            ON a.attrelid = i.indrelid AND a.attnum = k AND a.attname = 'org_id')",
    )
    .await;
    // Names of orgs are unique on the server; an administrator alone makes orgs.
    assert_eq!(global, ["orgs_name_key"]);
}

#[tokio::test]
async fn every_definer_function_is_known_and_pinned() {
    let db = Database::new().await;
    let definers = names(
        &db,
        "SELECT proname::text FROM pg_proc WHERE pronamespace = 'app'::regnamespace AND prosecdef ORDER BY 1",
    )
    .await;
    assert_eq!(
        definers,
        [
            "audit_append",
            "audit_verify",
            "folders_all",
            "grants_for",
            "job_claim",
            "job_reap",
            "org_by_name",
            "org_create",
            "org_list"
        ]
    );
    let loose = names(
        &db,
        "SELECT proname::text FROM pg_proc WHERE pronamespace = 'app'::regnamespace
        AND NOT coalesce(array_to_string(proconfig, ' '), '') ~ 'search_path=pg_catalog'",
    )
    .await;
    assert_eq!(loose, NONE);
    let public = names(
        &db,
        "SELECT proname::text FROM pg_proc WHERE pronamespace = 'app'::regnamespace AND has_function_privilege('plant_backup', oid, 'EXECUTE')",
    )
    .await;
    assert_eq!(public, NONE, "nothing is granted to everybody");
}

/// Names and types, without regard to their order: a column that is added later stands last.
async fn columns(db: &Database, table: &str) -> BTreeSet<(String, String)> {
    use sqlx::Row;
    let statement = format!(
        "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute
        WHERE attrelid = 'app.{table}'::regclass AND attnum > 0 AND NOT attisdropped"
    );
    let rows = db.sql(Role::Superuser, &statement).await.unwrap();
    rows.iter()
        .map(|row| (row.try_get_unchecked(0).unwrap(), row.try_get_unchecked(1).unwrap()))
        .collect()
}

#[tokio::test]
async fn the_components_have_the_columns_of_the_core() {
    let db = Database::new().await;
    let there = columns(&db, "components").await;
    let wanted: BTreeSet<(String, String)> = [
        ("org_id", "uuid"),
        ("file_no", "bigint"),
        ("component_no", "integer"),
        ("family_no", "smallint"),
        ("day", "date"),
    ]
    .into_iter()
    .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
    .chain(
        Dimension::ALL
            .iter()
            .map(|dimension| (dimension.name().to_owned(), "text".to_owned())),
    )
    .chain(
        Component::all()
            .iter()
            .map(|component| (component.name(), "numeric".to_owned())),
    )
    .collect();
    assert_eq!(there, wanted);
}

#[tokio::test]
async fn no_text_without_a_bound_is_in_an_index() {
    let db = Database::new().await;
    let found = names(
        &db,
        "SELECT c.relname::text || ' ' || a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_attribute a ON a.attrelid = i.indexrelid
        WHERE c.relnamespace = 'app'::regnamespace AND a.atttypid IN ('text'::regtype, 'bytea'::regtype, 'jsonb'::regtype)
        ORDER BY 1",
    )
    .await;
    // An index holds values of at most 2,704 bytes, and a row with a longer one can't be written at all. What is here has
    // a bound: a word of ours, a hash, 255 bytes of a file system, or the check that stands beside it.
    let bounded = [
        "aliases_pkey kind",
        "aliases_pkey name",   // 200 characters
        "calendars_pkey site", // 200 characters
        "edges_pkey kind",     // a word of ours
        "edges_pkey line",     // a code: 200 characters
        "edges_pkey machine",  // a code: 200 characters
        "edges_pkey site",     // a code: 200 characters
        "edges_place kind",    // a word of ours
        "edges_place line",    // a code: 200 characters
        "edges_place machine", // a code: 200 characters
        "edges_place site",    // a code: 200 characters
        "files_bytes sha256",
        "files_content sha256",
        "files_display name", // of a file, three bytes for each of 255
        "files_held header_fingerprint",
        "files_layout header_fingerprint",
        "files_name name_bytes",
        "files_state state",
        "folders_path path",     // folders::add
        "grants_pkey principal", // unix:<uid>
        "jobs_queued kind",
        "jobs_waiting cause", // a word of ours
        "orgs_name_key name", // app.orgs
        "original_intents_pkey sha256",
        "originals_pkey sha256",
        "profiles_fingerprint header_fingerprint",
        "profiles_name lower", // save_profile
        "usage_counters_pkey item",
        "usage_counters_pkey month",
    ];
    assert_eq!(found, bounded);
}
