//! The queue: each job once, a lost lease noticed, a poison job out of the way.

use std::collections::HashSet;
use std::time::Duration;

use plant_core::state::{FileState, Reason, ReasonCode};
use plant_core::view::QueueView;

use super::harness::{Database, Incoming, Role, at, held_head, profile, reason, sighting};
use crate::files::{self, Settlement};
use crate::ingest::IngestTx;
use crate::jobs::{self, ClaimedJob, JobKind, Reaped};
use crate::{StoreError, analyses};

async fn queue(db: &Database, files: u32) {
    let folder = db.folder(db.a).await;
    let sightings: Vec<_> = (0..files)
        .map(|i| sighting(folder, &format!("f{i:05}.csv"), FileState::Stable, i))
        .collect();
    db.run(db.a, move |tx| {
        Box::pin(async move { files::sighted(tx, &sightings).await })
    })
    .await
    .unwrap();
}

async fn expire(db: &Database) {
    let past = "UPDATE app.jobs SET lease_until = now() - interval '1 second' WHERE state = 'running'";
    db.sql(Role::Superuser, past).await.unwrap();
}

async fn state(db: &Database, job: &ClaimedJob) -> FileState {
    let id = job.file_id;
    db.run(job.org, move |tx| Box::pin(async move { files::source(tx, id).await }))
        .await
        .unwrap()
        .state
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_job_is_claimed_once_and_the_oldest_first() {
    let db = Database::new().await;
    queue(&db, 60).await;
    let first = db.claim().await.unwrap();
    assert_eq!((first.org, first.kind, first.attempts), (db.a, JobKind::Ingest, 1));
    assert_eq!(state(&db, &first).await, FileState::Reading);
    let name = db
        .text(
            Role::Superuser,
            &format!("SELECT name FROM app.files WHERE file_id = '{}'", first.file_id),
        )
        .await;
    assert_eq!(name.unwrap(), "f00000.csv");
    let workers: Vec<_> = (0..6)
        .map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                while let Some(job) = jobs::claim(&store, Duration::from_secs(60)).await.unwrap() {
                    mine.push(job.job_id);
                }
                mine
            })
        })
        .collect();
    let mut all = vec![first.job_id];
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    assert_eq!(all.len(), 60);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 60);
    assert_eq!(jobs::ready(&db.store).await.unwrap(), 0);
}

#[tokio::test]
async fn a_worker_past_its_lease_can_end_nothing() {
    let db = Database::new().await;
    queue(&db, 1).await;
    let zombie = db.claim().await.unwrap();
    jobs::extend(&db.store, &zombie, Duration::from_secs(60)).await.unwrap();
    assert_eq!(
        jobs::reap(&db.store, false).await.unwrap(),
        Reaped::default(),
        "its lease runs"
    );
    // It is in the middle of its transaction when its lease runs out.
    let file = Incoming::new("f00000.csv", &profile("p", false), true, &[("1", 1)]);
    let mut ingest = IngestTx::begin(&db.store, &zombie, "plantd").await.unwrap();
    expire(&db).await;
    assert_eq!(
        jobs::reap(&db.store, false).await.unwrap(),
        Reaped { requeued: 1, failed: 0 }
    );
    assert_eq!(state(&db, &zombie).await, FileState::Stable);
    let second = db.claim().await.unwrap();
    assert_eq!((second.job_id, second.attempts), (zombie.job_id, 2));
    assert_ne!(second.token, zombie.token);

    let (send, mut receive) = tokio::sync::mpsc::channel(1);
    let bytes = file.binary(db.a, ingest.file_no());
    tokio::spawn(async move {
        send.send(crate::ingest::CopyChunk::Bytes(bytes)).await.unwrap();
        send.send(crate::ingest::CopyChunk::End).await.unwrap();
    });
    ingest.copy_records(&mut receive).await.unwrap();
    let lost = ingest.commit(file.outcome()).await;
    assert!(
        matches!(lost, Err(StoreError::LeaseLost { job }) if job == zombie.job_id),
        "{lost:?}"
    );
    let job = zombie.clone();
    let lost = db
        .run(db.a, move |tx| Box::pin(async move { jobs::done(tx, &job).await }))
        .await;
    assert!(matches!(lost, Err(StoreError::LeaseLost { .. })));
    assert!(matches!(
        jobs::extend(&db.store, &zombie, Duration::from_secs(1)).await,
        Err(StoreError::LeaseLost { .. })
    ));
    assert!(matches!(
        IngestTx::begin(&db.store, &zombie, "plantd").await,
        Err(StoreError::LeaseLost { .. })
    ));
    assert_eq!(
        db.text(Role::Superuser, "SELECT count(*)::text FROM app.records")
            .await
            .unwrap(),
        "0"
    );

    db.ingest(&second, &file).await.unwrap();
    assert_eq!(
        db.text(Role::Superuser, "SELECT count(*)::text FROM app.records")
            .await
            .unwrap(),
        "1"
    );
}

#[tokio::test]
async fn a_poison_job_is_given_up_and_blocks_nobody() {
    let db = Database::new().await;
    queue(&db, 2).await;
    let poison = db.claim().await.unwrap();
    for attempt in 2..=jobs::TRIES {
        expire(&db).await;
        assert_eq!(jobs::reap(&db.store, false).await.unwrap().requeued, 1);
        let again = db.claim().await.unwrap();
        assert_eq!((again.job_id, again.attempts), (poison.job_id, attempt));
    }
    expire(&db).await;
    assert_eq!(
        jobs::reap(&db.store, false).await.unwrap(),
        Reaped { requeued: 0, failed: 1 }
    );
    assert_eq!(state(&db, &poison).await, FileState::Failed);
    let id = poison.file_id;
    let detail = db
        .run(db.a, move |tx| Box::pin(async move { files::get(tx, id).await }))
        .await
        .unwrap();
    assert_eq!(detail.item.reason.unwrap().code, ReasonCode::WorkerFailed);
    assert!(detail.next_step.contains(&id.to_string()), "{}", detail.next_step);
    assert!(
        db.actions(db.a).await.contains(&"file.failed".to_owned()),
        "its org knows"
    );
    assert_ne!(db.claim().await.unwrap().file_id, id, "the other file is next");
}

#[tokio::test]
async fn a_daemon_that_dies_costs_no_try() {
    let db = Database::new().await;
    queue(&db, 1).await;
    for _ in 0..10 {
        let job = db.claim().await.unwrap();
        assert_eq!(job.attempts, 1);
        assert_eq!(
            jobs::reap(&db.store, true).await.unwrap(),
            Reaped { requeued: 1, failed: 0 }
        );
        assert_eq!(state(&db, &job).await, FileState::Stable);
    }
}

#[tokio::test]
async fn a_job_is_tried_later() {
    let db = Database::new().await;
    queue(&db, 1).await;
    let job = db.claim().await.unwrap();
    let held = job.clone();
    db.run(db.a, move |tx| {
        Box::pin(async move {
            let later = at(0) + chrono::TimeDelta::days(30_000);
            jobs::retry_at(tx, &held, later, "the file changed").await
        })
    })
    .await
    .unwrap();
    assert_eq!(state(&db, &job).await, FileState::Stable);
    assert_eq!(db.claim().await, None, "its time has not come");
    db.sql(Role::Superuser, "UPDATE app.jobs SET run_at = now()")
        .await
        .unwrap();
    assert_eq!(db.claim().await.unwrap().attempts, 2);
}

#[tokio::test]
async fn a_held_file_is_released_and_one_that_failed_is_tried_again() {
    let db = Database::new().await;
    queue(&db, 1).await;
    let job = db.claim().await.unwrap();
    let id = job.file_id;
    let held = job.clone();
    db.run(db.a, move |tx| {
        Box::pin(async move {
            let settlement = Settlement {
                state: FileState::Held,
                reason: Some(reason()),
                head: Some(held_head()),
                sha256: Some("ab".repeat(32)),
                bytes: Some(5),
                balance: None,
                problems: vec![plant_core::table::Problem {
                    line: 3,
                    column: Some("Qty".to_owned()),
                    code: "nul_byte".to_owned(),
                    text: "a NUL".to_owned(),
                    value: Some("a\0b".to_owned()),
                    quarantined: true,
                }],
                note: "held".to_owned(),
                at: at(5),
            };
            files::settle(tx, &held, &settlement).await
        })
    })
    .await
    .unwrap();
    let detail = db
        .run(db.a, move |tx| Box::pin(async move { files::get(tx, id).await }))
        .await
        .unwrap();
    assert_eq!(
        (detail.item.state, detail.item.sha256.as_str()),
        (FileState::Held, "ab".repeat(32).as_str())
    );
    assert_eq!(detail.item.dialect.unwrap().delimiter.as_deref(), Some(";"));
    assert_eq!(
        (detail.problem_count, detail.problems[0].value.as_deref()),
        (1, Some("a\u{fffd}b"))
    );
    assert_eq!(detail.notes, ["the delimiter is ;"]);
    assert!(detail.next_step.contains("plant profiles suggest"));
    let states: Vec<_> = detail.timeline.iter().map(|entry| entry.state).collect();
    assert_eq!(states, [FileState::Stable, FileState::Reading, FileState::Held]);

    let fingerprint = plant_core::mapping::fingerprint(&super::harness::header());
    let profile = profile("p", false).profile_id;
    let released = db
        .run(db.a, move |tx| {
            Box::pin(async move {
                let fit = files::held_with_fingerprint(tx, &fingerprint).await?;
                assert_eq!(fit, [id]);
                files::release(tx, &fit, Some(profile), "profile p was saved", at(6)).await
            })
        })
        .await
        .unwrap();
    assert_eq!(released, 1);
    let source = db
        .run(db.a, move |tx| Box::pin(async move { files::source(tx, id).await }))
        .await
        .unwrap();
    assert_eq!(
        (source.state, source.forced_profile, source.inode),
        (FileState::Stable, Some(profile), u64::MAX)
    );

    // It fails for good; then a person tries again, but not while it is queued.
    let again = db.claim().await.unwrap();
    db.run(db.a, move |tx| {
        Box::pin(async move {
            let reason = Reason {
                code: ReasonCode::Damaged,
                text: "broken".to_owned(),
            };
            jobs::fail(tx, &again, &reason, at(7)).await
        })
    })
    .await
    .unwrap();
    let retry = |second| {
        db.run(db.a, move |tx| {
            Box::pin(async move { files::retry(tx, id, at(second)).await })
        })
    };
    retry(8).await.unwrap();
    assert!(matches!(retry(9).await, Err(StoreError::Conflict { .. })));
    assert_eq!(db.claim().await.unwrap().file_id, id);
    assert!(db.claim().await.is_none());
}

#[tokio::test]
async fn a_failed_analysis_leaves_the_file_in() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let file = Incoming::new("a.csv", &profile("p", false), true, &[("1", 1)]);
    let (id, result) = db.take(db.a, folder, &file).await;
    result.unwrap();
    let counts = db
        .run(db.a, |tx| Box::pin(async move { files::counts(tx).await }))
        .await
        .unwrap();
    assert_eq!(
        counts,
        QueueView {
            running: 1,
            total: 1,
            ..QueueView::default()
        }
    );
    let job = db.claim().await.unwrap();
    assert_eq!((job.kind, job.file_id), (JobKind::Analyse, id));
    db.run(db.a, move |tx| {
        Box::pin(async move {
            let reason = Reason {
                code: ReasonCode::WorkerFailed,
                text: "out of memory".to_owned(),
            };
            jobs::fail(tx, &job, &reason, at(20)).await
        })
    })
    .await
    .unwrap();
    let detail = db
        .run(db.a, move |tx| Box::pin(async move { files::get(tx, id).await }))
        .await
        .unwrap();
    assert_eq!(detail.item.state, FileState::Committed);
    assert_eq!(detail.item.reason.unwrap().text, "out of memory");
    let page = db
        .run(db.a, |tx| Box::pin(async move { analyses::list(tx, 0, None).await }))
        .await
        .unwrap();
    assert_eq!(
        (page.items[0].status.as_str(), page.items[0].error.as_deref()),
        ("failed", Some("out of memory"))
    );
    let counts = db
        .run(db.a, |tx| Box::pin(async move { files::counts(tx).await }))
        .await
        .unwrap();
    assert_eq!(counts.running, 0);
    db.run(db.a, move |tx| {
        Box::pin(async move { files::retry(tx, id, at(21)).await })
    })
    .await
    .unwrap();
    assert_eq!(db.claim().await.unwrap().kind, JobKind::Analyse);
}
