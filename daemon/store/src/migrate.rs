//! Bringing a database to the schema of this program, and refusing one of another age.

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::access::Access;
use crate::error::{Result, StoreError};

/// Embedded; each runs in its own transaction, under an advisory lock.
static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");
/// Roles, schemas and rights that a superuser makes before the first migration.
const BOOTSTRAP: &str = include_str!("bootstrap.sql");

/// The table that says which migrations were applied, apart from the tables of the orgs.
const TABLE: &str = "meta.migrations";

pub(crate) async fn prepare(access: &Access) -> Result<()> {
    if let Some(superuser) = &access.superuser {
        create_database(superuser).await?;
        let mut connection = PgConnection::connect_with(superuser).await?;
        connection.execute(sqlx::raw_sql(BOOTSTRAP)).await?;
        connection.close().await?;
    }
    if let Some(migrate) = &access.migrate {
        let mut connection = PgConnection::connect_with(migrate).await?;
        connection.execute("SET ROLE plant_owner").await?;
        run(&mut connection).await?;
        connection
            .execute(sqlx::raw_sql("GRANT SELECT ON meta.migrations TO plant_app"))
            .await?;
        connection.close().await?;
    }
    Ok(())
}

async fn create_database(superuser: &PgConnectOptions) -> Result<()> {
    let name = superuser.get_database().unwrap_or("plant").to_owned();
    let mut connection = PgConnection::connect_with(&superuser.clone().database("postgres")).await?;
    let there = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1) AS "there!""#,
        name
    )
    .fetch_one(&mut connection)
    .await?;
    if !there {
        // A name has no parameter in this statement; quotes inside it are doubled.
        let quoted = name.replace('"', "\"\"");
        connection
            .execute(AssertSqlSafe(format!("CREATE DATABASE \"{quoted}\"")))
            .await?;
    }
    connection.close().await?;
    Ok(())
}

async fn run(connection: &mut PgConnection) -> Result<()> {
    let mut migrator = Migrator::with_migrations(MIGRATIONS.iter().cloned().collect());
    migrator.dangerous_set_table_name(TABLE);
    // `run` asks for an `Acquire` that a spawned future can't prove; this is the same behind it.
    match migrator.run_direct(None, connection, false).await {
        Err(sqlx::migrate::MigrateError::VersionMissing(database)) => Err(StoreError::NewerSchema {
            database,
            program: newest(),
        }),
        Err(sqlx::migrate::MigrateError::VersionMismatch(_)) => Err(StoreError::OtherSchema),
        other => Ok(other?),
    }
}

/// Refuses a database of another age than this program.
pub(crate) async fn check_version(pool: &PgPool) -> Result<()> {
    let known = sqlx::query_scalar!(
        r#"SELECT to_regclass('meta.migrations') IS NOT NULL AND has_table_privilege('meta.migrations', 'SELECT') AS "known!""#
    )
    .fetch_one(pool)
    .await?;
    let program = newest();
    if !known {
        return Err(StoreError::OlderSchema { database: 0, program });
    }
    if is_other(pool).await? {
        return Err(StoreError::OtherSchema);
    }
    let database: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM meta.migrations WHERE success")
        .fetch_one(pool)
        .await?;
    match database.cmp(&program) {
        std::cmp::Ordering::Less => Err(StoreError::OlderSchema { database, program }),
        std::cmp::Ordering::Greater => Err(StoreError::NewerSchema { database, program }),
        std::cmp::Ordering::Equal => Ok(()),
    }
}

/// Whether a migration of the same number was another one: the database is of a version before this one's first release.
async fn is_other(pool: &PgPool) -> Result<bool> {
    let applied: Vec<(i64, Vec<u8>)> = sqlx::query_as("SELECT version, checksum FROM meta.migrations WHERE success")
        .fetch_all(pool)
        .await?;
    Ok(applied.iter().any(|(version, checksum)| {
        MIGRATIONS
            .iter()
            .any(|known| known.version == *version && known.checksum.as_ref() != checksum.as_slice())
    }))
}

fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}
