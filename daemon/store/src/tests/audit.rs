//! The audit chain: dense, and every change in it found.

use plant_core::ids::OrgId;
use plant_core::model::AuditVerdict;
use serde_json::json;

use super::harness::{Database, Role};
use crate::audit;

async fn append(db: &Database, org: OrgId, count: i64) {
    for i in 0..count {
        db.run(org, move |tx| {
            Box::pin(async move { audit::append(tx, "test", &json!({"i": i})).await.map(|_| ()) })
        })
        .await
        .unwrap();
    }
}

async fn verify(db: &Database, org: OrgId) -> AuditVerdict {
    db.run(org, |tx| Box::pin(async move { audit::verify(tx).await }))
        .await
        .unwrap()
}

#[tokio::test]
async fn an_untouched_chain_holds() {
    let db = Database::new().await;
    append(&db, db.a, 4).await;
    let verdict = verify(&db, db.a).await;
    // The first entry is the making of the org.
    assert_eq!((verdict.ok, verdict.first_bad, verdict.last_seq), (true, None, 5));
    let page = db
        .run(db.a, |tx| Box::pin(async move { audit::list(tx, 2, None).await }))
        .await
        .unwrap();
    assert_eq!(page.items.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [5, 4]);
    assert_eq!(page.items[0].hash, verdict.last_hash);
    let token = page.next_page.unwrap();
    let rest = db
        .run(db.a, move |tx| {
            Box::pin(async move { audit::list(tx, 10, Some(&token)).await })
        })
        .await
        .unwrap();
    assert_eq!(rest.items.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!((rest.next_page, rest.items[2].action.as_str()), (None, "org.create"));
}

#[tokio::test]
async fn every_kind_of_change_is_found_where_it_is() {
    let changes = [
        ("UPDATE app.audit_log SET body = '{\"i\": 99}' WHERE seq = 3", 3),
        ("UPDATE app.audit_log SET actor = 'z' WHERE seq = 2", 2),
        (
            "UPDATE app.audit_log SET at = at + interval '1 microsecond' WHERE seq = 4",
            4,
        ),
        ("DELETE FROM app.audit_log WHERE seq = 3", 4),
        ("DELETE FROM app.audit_log WHERE seq = 5", 5),
        ("DELETE FROM app.audit_log", 1),
        (
            "UPDATE app.audit_log SET body = CASE seq WHEN 2 THEN (SELECT body FROM app.audit_log l WHERE l.seq = 3 AND l.org_id = audit_log.org_id) ELSE body END",
            2,
        ),
        (
            "INSERT INTO app.audit_log SELECT org_id, 6, at, actor, action, body, hash, hash FROM app.audit_log WHERE seq = 5",
            6,
        ),
    ];
    for (change, first_bad) in changes {
        let db = Database::new().await;
        append(&db, db.a, 4).await;
        let scoped = if change.contains("WHERE seq") || change.starts_with("INSERT") {
            change.replace("WHERE seq", &format!("WHERE org_id = '{}' AND seq", db.a))
        } else {
            format!("{change} WHERE org_id = '{}'", db.a)
        };
        db.sql(Role::Superuser, &scoped).await.unwrap();
        let verdict = verify(&db, db.a).await;
        assert_eq!((verdict.ok, verdict.first_bad), (false, Some(first_bad)), "{change}");
        assert!(verify(&db, db.b).await.ok, "the other org's chain is its own");
    }
}

/// What the database can't see by itself: the reason for the anchor outside.
#[tokio::test]
async fn a_cut_with_the_head_rewritten_needs_an_anchor() {
    let db = Database::new().await;
    append(&db, db.a, 4).await;
    let whole = verify(&db, db.a).await;
    let cut = format!(
        "DELETE FROM app.audit_log WHERE org_id = '{0}' AND seq = 5;
        UPDATE app.audit_head h SET seq = 4, hash = (SELECT hash FROM app.audit_log l WHERE l.org_id = h.org_id AND l.seq = 4)
        WHERE org_id = '{0}'",
        db.a
    );
    db.sql(Role::Superuser, &cut).await.unwrap();
    let verdict = verify(&db, db.a).await;
    assert!(verdict.ok);
    assert!(
        verdict.last_seq < whole.last_seq,
        "whoever remembers the last number sees it"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_appends_are_dense() {
    let db = Database::new().await;
    let tasks: Vec<_> = (0..64)
        .map(|i| {
            let store = db.store.clone();
            let org = db.a;
            tokio::spawn(async move {
                // A waiting caller may run into a limit of time; it appends once all the same.
                loop {
                    let done = store
                        .run(org, "test", move |tx| {
                            Box::pin(async move { audit::append(tx, "test", &json!(i)).await })
                        })
                        .await;
                    match done {
                        Err(error) if error.passing().is_some() => {}
                        other => return other.unwrap(),
                    }
                }
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for task in tasks {
        numbers.push(task.await.unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (2..=65).collect::<Vec<u64>>());
    assert!(verify(&db, db.a).await.ok);
}

#[tokio::test]
async fn an_act_that_is_rolled_back_leaves_no_entry() {
    let db = Database::new().await;
    let mut tx = db.store.begin(db.a, "test").await.unwrap();
    audit::append(&mut tx, "test", &json!({})).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(verify(&db, db.a).await.last_seq, 1);
    let unset = db
        .sql(Role::App, "SELECT app.audit_append('x', 'y', '{}')")
        .await
        .unwrap_err();
    assert!(unset.contains("no org"), "{unset}");
}
