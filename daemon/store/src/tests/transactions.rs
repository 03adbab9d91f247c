//! Transactions that are cancelled, and tenants on shared connections.

use std::time::Duration;

use sqlx::postgres::PgPoolOptions;

use super::harness::{Database, Role};
use crate::{Connections, Store, StoreError, usage};

/// A write that was acknowledged is there, however often the calls before it were dropped half-way. Without the task of
/// its own and the check at release, sqlx 0.9.0 lost 18 of 200.
#[tokio::test]
async fn a_cancelled_begin_loses_no_write() {
    let db = Database::new().await;
    for i in 0..200_u32 {
        tokio::select! {
            biased;
            tx = db.store.begin(db.a, "test") => drop(tx.unwrap()),
            () = async { for _ in 0..i * 2 { tokio::task::yield_now().await } } => {}
        }
        db.run(db.a, |tx| {
            Box::pin(async move { usage::add(tx, "files", 1, super::harness::at(0)).await })
        })
        .await
        .unwrap();
    }
    let used = db
        .text(
            Role::Superuser,
            "SELECT used::text FROM app.usage_counters WHERE item = 'files'",
        )
        .await;
    assert_eq!(used.unwrap(), "200");
    let left = "SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    assert_eq!(db.text(Role::Superuser, left).await.unwrap(), "0");
}

#[tokio::test]
async fn a_statement_with_the_rows_of_a_file_may_take_what_the_daemon_allows() {
    let db = Database::new().await;
    let connections = Connections {
        long: Duration::from_secs(7_201),
        ..Connections::default()
    };
    let store = Store::connect(&db.access, connections).await.unwrap();
    let mut tx = store.begin(db.a, "test").await.unwrap();
    tx.allow_long().await.unwrap();
    let limit: String = sqlx::query_scalar("SHOW statement_timeout")
        .fetch_one(tx.connection())
        .await
        .unwrap();
    assert_eq!(limit, "7201s");
    tx.rollback().await.unwrap();
    store.close().await;
}

/// The check at release alone: it closes a connection that came back inside a transaction.
#[tokio::test]
async fn a_connection_left_in_a_transaction_is_closed() {
    let db = Database::new().await;
    let pool = db.store.pool();
    let mut connection = pool.acquire().await.unwrap();
    let first: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    sqlx::query("BEGIN").execute(&mut *connection).await.unwrap();
    drop(connection);
    // The check runs in the background; afterwards no connection of the pool is that one.
    for _ in 0..500 {
        let gone = format!("SELECT count(*)::text FROM pg_stat_activity WHERE pid = {first}");
        if db.text(Role::Superuser, &gone).await.unwrap() == "0" {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the connection {first} is still open");
}

#[tokio::test]
async fn a_cancelled_caller_does_not_stop_the_work() {
    let db = Database::new().await;
    let (begun, wait) = tokio::sync::oneshot::channel();
    let (go, gate) = tokio::sync::oneshot::channel::<()>();
    let (done, finished) = tokio::sync::oneshot::channel();
    let store = db.store.clone();
    let org = db.a;
    let caller = tokio::spawn(async move {
        store
            .run(org, "test", move |tx| {
                Box::pin(async move {
                    begun.send(()).unwrap();
                    gate.await.unwrap();
                    usage::add(tx, "files", 1, super::harness::at(0)).await?;
                    done.send(()).unwrap();
                    Ok(())
                })
            })
            .await
    });
    wait.await.unwrap();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    go.send(()).unwrap();
    finished.await.unwrap();
    let used = "SELECT used::text FROM app.usage_counters WHERE item = 'files'";
    for _ in 0..500 {
        if db.text(Role::Superuser, used).await.as_deref() == Some("1") {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the work was not committed");
}

#[tokio::test]
async fn an_error_rolls_back() {
    let db = Database::new().await;
    let result: Result<(), StoreError> = db
        .run(db.a, |tx| {
            Box::pin(async move {
                usage::add(tx, "files", 1, super::harness::at(0)).await?;
                Err(StoreError::not_found("file", "x"))
            })
        })
        .await;
    assert!(matches!(result, Err(StoreError::NotFound { .. })));
    let rows = "SELECT count(*)::text FROM app.usage_counters";
    assert_eq!(db.text(Role::Superuser, rows).await.unwrap(), "0");
}

/// What a call lists does not change under it: blocks that a re-reading replaces between two of its statements are still
/// there for it.
#[tokio::test]
async fn a_read_sees_one_state_and_writes_nothing() {
    let db = Database::new().await;
    let used = "SELECT count(*) FROM app.usage_counters";
    let writer = db.store.clone();
    let org = db.a;
    let seen = (db.store)
        .read(org, "test", move |tx| {
            Box::pin(async move {
                let before: i64 = sqlx::query_scalar(used).fetch_one(tx.connection()).await?;
                writer
                    .run(org, "test", |tx| {
                        Box::pin(async move { usage::add(tx, "files", 1, super::harness::at(0)).await })
                    })
                    .await?;
                let after: i64 = sqlx::query_scalar(used).fetch_one(tx.connection()).await?;
                Ok((before, after))
            })
        })
        .await
        .unwrap();
    assert_eq!(seen, (0, 0));
    let refused = (db.store)
        .read(org, "test", |tx| {
            Box::pin(async move { usage::add(tx, "files", 1, super::harness::at(0)).await })
        })
        .await;
    assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    let kept = "SELECT used::text FROM app.usage_counters";
    assert_eq!(db.text(Role::Superuser, kept).await.unwrap(), "1");
}

/// Two orgs on two connections, with cancelled calls in between: none ever sees the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orgs_share_connections_and_nothing_else() {
    let db = Database::new().await;
    let pool = PgPoolOptions::new()
        .max_connections(2)
        .acquire_timeout(Duration::from_secs(60))
        .connect_with(db.access.app.clone())
        .await
        .unwrap();
    for org in [db.a, db.b] {
        db.run(org, |tx| {
            Box::pin(async move { usage::add(tx, "marker", 1, super::harness::at(0)).await })
        })
        .await
        .unwrap();
    }
    let tasks = (0..32).map(|task| {
        let pool = pool.clone();
        let org = if task % 2 == 0 { db.a } else { db.b };
        tokio::spawn(async move {
            for round in 0..50 {
                let begin = format!("BEGIN; SET LOCAL app.org_id = '{org}'");
                let mut tx = pool.begin_with(sqlx::AssertSqlSafe(begin)).await.unwrap();
                let seen: Vec<uuid::Uuid> = sqlx::query_scalar("SELECT org_id FROM app.usage_counters")
                    .fetch_all(&mut *tx)
                    .await
                    .unwrap();
                assert_eq!(seen, [org.0]);
                match round % 3 {
                    0 => tx.commit().await.unwrap(),
                    1 => tx.rollback().await.unwrap(),
                    _ => drop(tx),
                }
                let bare: i64 = sqlx::query_scalar("SELECT count(*) FROM app.usage_counters")
                    .fetch_one(&pool)
                    .await
                    .unwrap();
                assert_eq!(bare, 0, "a connection outside a transaction has no org");
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}
