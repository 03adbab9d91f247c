//! The queue: each job once, a lost lease noticed, a poison job out of the way.

use std::collections::HashSet;
use std::time::Duration;

use plant_core::access::DAEMON;
use plant_core::job::JobKind;
use plant_core::model::{AnalysisStatus, QueueView};
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_core::trouble::Passing;

use super::harness::{Database, Incoming, Role, at, held_head, profile, reason, sighting};
use crate::files::{self, Settlement};
use crate::ingest::IngestTx;
use crate::jobs::{self, Choice, ClaimedJob};
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
                while let Some(job) = jobs::claim(&store, Duration::from_secs(60), Choice::ANY).await.unwrap() {
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
    assert_eq!(db.queued().await, 0);
}

#[tokio::test]
async fn a_worker_past_its_lease_can_end_nothing() {
    let db = Database::new().await;
    queue(&db, 1).await;
    let zombie = db.claim().await.unwrap();
    jobs::extend(&db.store, &zombie, Duration::from_secs(60)).await.unwrap();
    assert_eq!(jobs::reap(&db.store, false).await.unwrap(), 0, "its lease runs");
    // It is in the middle of its transaction when its lease runs out.
    let file = Incoming::new("f00000.csv", &profile("p", false), true, &[("1", 1)]);
    let mut ingest = IngestTx::begin(&db.store, &zombie, DAEMON).await.unwrap();
    expire(&db).await;
    assert_eq!(jobs::reap(&db.store, false).await.unwrap(), 1);
    assert_eq!(state(&db, &zombie).await, FileState::Stable);
    let second = db.claim().await.unwrap();
    assert_eq!(
        (second.job_id, second.attempts),
        (zombie.job_id, 1),
        "an interruption costs no try"
    );
    assert_ne!(second.token, zombie.token);

    let (send, mut receive) = tokio::sync::mpsc::channel(1);
    let blocks = file.blocks();
    tokio::spawn(async move {
        for block in blocks {
            send.send(crate::ingest::Piece::Block(block)).await.unwrap();
        }
        send.send(crate::ingest::Piece::End).await.unwrap();
    });
    ingest.take_rows(&file.profile, None, &mut receive).await.unwrap();
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
        IngestTx::begin(&db.store, &zombie, DAEMON).await,
        Err(StoreError::LeaseLost { .. })
    ));
    assert_eq!(
        db.text(
            Role::Superuser,
            "SELECT coalesce(sum(row_count), 0)::text FROM app.row_blocks"
        )
        .await
        .unwrap(),
        "0"
    );

    db.ingest(&second, &file).await.unwrap();
    assert_eq!(
        db.text(
            Role::Superuser,
            "SELECT coalesce(sum(row_count), 0)::text FROM app.row_blocks"
        )
        .await
        .unwrap(),
        "1"
    );
}

#[tokio::test]
async fn a_job_that_ends_its_daemon_again_and_again_says_so_to_the_next() {
    let db = Database::new().await;
    queue(&db, 1).await;
    let poison = db.claim().await.unwrap();
    queue(&db, 2).await;
    for times in 1..=jobs::INTERRUPTIONS {
        expire(&db).await;
        assert_eq!(jobs::reap(&db.store, false).await.unwrap(), 1);
        db.sql(
            Role::Superuser,
            "UPDATE app.jobs SET run_at = '-infinity' WHERE interrupted > 0",
        )
        .await
        .unwrap();
        let again = db.claim().await.unwrap();
        assert_eq!(
            (again.job_id, again.attempts, again.interrupted),
            (poison.job_id, 1, times)
        );
    }
    let waits = db.claim().await.unwrap();
    assert_ne!(waits.file_id, poison.file_id);
    assert_eq!(waits.interrupted, 0);
}

#[tokio::test]
async fn what_was_not_in_when_its_folder_was_removed_is_ignored_and_stays_so() {
    let db = Database::new().await;
    queue(&db, 3).await;
    let read = db.claim().await.unwrap();
    let file = Incoming::new("f00000.csv", &profile("p", false), true, &[("1", 1)]);
    db.ingest(&read, &file).await.unwrap();
    let reading = db.claim().await.unwrap();
    let begun = IngestTx::begin(&db.store, &reading, "plantd").await.unwrap();
    drop(begun);
    let removed = db
        .run(db.a, |tx| {
            Box::pin(async move {
                let path = crate::folders::list(tx).await?.remove(0).path;
                crate::folders::remove(tx, &path, at(5)).await
            })
        })
        .await
        .unwrap();
    let states = "SELECT string_agg(state, ' ' ORDER BY file_no) FROM app.files";
    assert_eq!(
        db.text(Role::Superuser, states).await.unwrap(),
        "committed ignored ignored"
    );
    assert!(
        matches!(
            IngestTx::begin(&db.store, &reading, "plantd").await,
            Err(StoreError::LeaseLost { .. })
        ),
        "who reads one of them has lost it"
    );
    let left = "SELECT count(*)::text FROM app.jobs WHERE kind = 'ingest' AND state IN ('queued', 'running')";
    assert_eq!(db.text(Role::Superuser, left).await.unwrap(), "0");
    let id = reading.file_id;
    let source = db
        .run(db.a, move |tx| Box::pin(async move { files::source(tx, id).await }))
        .await
        .unwrap();
    assert!(source.is_removed);
    let again = db
        .run(db.a, move |tx| {
            Box::pin(async move { files::retry(tx, id, at(6)).await })
        })
        .await
        .unwrap_err();
    assert!(
        again
            .to_string()
            .contains(&format!("plant folders add {}", removed.path)),
        "{again}"
    );
}

#[tokio::test]
async fn a_daemon_that_dies_costs_no_try() {
    let db = Database::new().await;
    queue(&db, 1).await;
    for _ in 0..10 {
        let job = db.claim().await.unwrap();
        assert_eq!(job.attempts, 1);
        assert_eq!(jobs::reap(&db.store, true).await.unwrap(), 1);
        assert_eq!(state(&db, &job).await, FileState::Stable);
    }
}

/// Claims and ends what can be claimed.
async fn end_all(db: &Database) -> Vec<ClaimedJob> {
    let mut ended = Vec::new();
    while let Some(job) = db.claim().await {
        ended.push(job.clone());
        db.run(job.org, move |tx| Box::pin(async move { jobs::done(tx, &job).await }))
            .await
            .unwrap();
    }
    ended
}

#[tokio::test]
async fn of_a_file_one_job_runs_at_a_time() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let mut ids = Vec::new();
    let by = profile("p", false);
    for name in ["a.csv", "b.csv"] {
        let file = Incoming::new(name, &by, ids.is_empty(), &[(name, 1)]);
        let (id, taken) = db.take(db.a, folder, &file).await;
        taken.unwrap();
        ids.push(id);
    }
    end_all(&db).await;
    let stale = ids.clone();
    db.run(db.a, move |tx| {
        Box::pin(async move { analyses::mark_stale(tx, &stale).await })
    })
    .await
    .unwrap();
    let first = db.claim().await.unwrap();
    assert_eq!((first.kind, first.file_id), (JobKind::Analyse, ids[0]));
    // While it runs its rows count otherwise, and it is to be read again.
    let (one, all) = (ids[0], ids.clone());
    db.run(db.a, move |tx| {
        Box::pin(async move {
            analyses::mark_stale(tx, &[one]).await?;
            crate::series::reread(tx, &all, None, at(5)).await
        })
    })
    .await
    .unwrap();
    let meanwhile = end_all(&db).await;
    assert!(meanwhile.iter().all(|job| job.file_id == ids[1]), "{meanwhile:?}");
    assert_eq!(meanwhile.len(), 2, "the other file waits for nothing");
    db.run(db.a, move |tx| Box::pin(async move { jobs::done(tx, &first).await }))
        .await
        .unwrap();
    let second = db.claim().await.unwrap();
    assert_eq!(second.file_id, ids[0]);
    assert_eq!(db.claim().await, None, "its other job waits for this one");
    db.run(db.a, move |tx| Box::pin(async move { jobs::done(tx, &second).await }))
        .await
        .unwrap();
    assert_eq!(db.claim().await.unwrap().file_id, ids[0]);
}

#[tokio::test]
async fn a_job_is_tried_later() {
    let db = Database::new().await;
    queue(&db, 1).await;
    let job = db.claim().await.unwrap();
    let held = job.clone();
    db.run(db.a, move |tx| {
        Box::pin(async move { jobs::retry(tx, &held, Duration::from_secs(300), "the file changed", at(1)).await })
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

async fn wait(db: &Database, job: &ClaimedJob, kind: Passing) -> Duration {
    let job = job.clone();
    db.run(job.org, move |tx| {
        Box::pin(async move { jobs::wait(tx, &job, kind, kind.sentence(), at(3)).await })
    })
    .await
    .unwrap()
}

async fn due(db: &Database) {
    db.sql(
        Role::Superuser,
        "UPDATE app.jobs SET run_at = now() WHERE state = 'queued'",
    )
    .await
    .unwrap();
}

async fn waiting(db: &Database) -> Vec<(Passing, u64)> {
    let waiting = db.run(db.a, |tx| Box::pin(jobs::waiting(tx))).await.unwrap();
    waiting
        .into_iter()
        .map(|waiting| (waiting.kind, waiting.files))
        .collect()
}

#[tokio::test]
async fn passing_trouble_costs_no_try_however_often_and_is_told_until_it_has_passed() {
    let db = Database::new().await;
    queue(&db, 1).await;
    let mut waits = Vec::new();
    for _ in 0..50 {
        let job = db.claim().await.unwrap();
        assert_eq!(job.attempts, 1);
        waits.push(wait(&db, &job, Passing::DiskFull).await);
        assert_eq!(db.claim().await, None, "its time has not come");
        assert_eq!(waiting(&db).await, [(Passing::DiskFull, 1)]);
        due(&db).await;
    }
    assert!(waits.is_sorted() && waits[0] < waits[49], "{waits:?}");
    let job = db.claim().await.unwrap();
    let id = job.file_id;
    let detail = db
        .run(db.a, move |tx| Box::pin(async move { files::get(tx, id).await }))
        .await
        .unwrap();
    let reason = detail.item.reason.unwrap();
    assert_eq!(reason.code, ReasonCode::Delayed);
    assert!(reason.text.contains("disk is full"), "{}", reason.text);
    let told = detail
        .timeline
        .iter()
        .filter(|entry| entry.note.contains("waits"))
        .count();
    assert_eq!(told, 1, "each cause is told once: {:?}", detail.timeline);
    // Another cause begins anew.
    assert_eq!(
        wait(&db, &job, Passing::Silent).await,
        Duration::from_millis(Passing::Silent.wait_ms(0))
    );
    due(&db).await;
    let job = db.claim().await.unwrap();
    let file = Incoming::new("f00000.csv", &profile("p", false), true, &[("1", 1)]);
    db.ingest(&job, &file).await.unwrap();
    assert_eq!(waiting(&db).await, [], "it has passed");
    let detail = db
        .run(db.a, move |tx| Box::pin(async move { files::get(tx, id).await }))
        .await
        .unwrap();
    assert_eq!((detail.item.state, detail.item.reason), (FileState::Committed, None));
}

#[tokio::test]
async fn what_is_gone_before_anybody_looks_is_not_told() {
    let db = Database::new().await;
    queue(&db, 1).await;
    for n in 0..20 {
        let job = db.claim().await.unwrap();
        wait(&db, &job, Passing::Contention).await;
        let told = waiting(&db).await;
        assert_eq!(told.is_empty(), n < 6, "wait {n}: {told:?}");
        due(&db).await;
    }
}

#[tokio::test]
async fn a_folder_that_hangs_makes_its_other_files_wait_and_wakes_them() {
    let db = Database::new().await;
    queue(&db, 3).await;
    queue(&db, 1).await;
    let job = db.claim().await.unwrap();
    let id = job.file_id;
    let after = wait(&db, &job, Passing::Silent).await;
    let folder = db
        .run(db.a, move |tx| Box::pin(async move { files::source(tx, id).await }))
        .await
        .unwrap()
        .folder_id;
    db.run(db.a, move |tx| {
        Box::pin(async move { jobs::postpone(tx, folder, Passing::Silent, after * 100).await })
    })
    .await
    .unwrap();
    assert_eq!(waiting(&db).await, [(Passing::Silent, 3)]);
    let other = db.claim().await.unwrap();
    assert_ne!(other.file_id, id, "the other folder goes on");
    assert_eq!(db.claim().await, None);
    let woken = |names: Option<Vec<Vec<u8>>>| {
        db.run(db.a, move |tx| {
            Box::pin(async move { jobs::wake(tx, folder, names.as_deref()).await })
        })
    };
    assert_eq!(woken(Some(vec![b"f00001.csv".to_vec()])).await.unwrap(), 1);
    assert!(db.claim().await.is_some());
    assert_eq!(woken(None).await.unwrap(), 2, "what runs already needs no waking");
    assert!(db.claim().await.is_some() && db.claim().await.is_some());
}

#[tokio::test]
async fn a_daemon_that_stops_gives_its_jobs_back_at_once() {
    let db = Database::new().await;
    queue(&db, 1).await;
    let job = db.claim().await.unwrap();
    let held = job.clone();
    db.run(db.a, move |tx| {
        Box::pin(async move { jobs::release(tx, &held, at(4)).await })
    })
    .await
    .unwrap();
    assert_eq!(state(&db, &job).await, FileState::Stable);
    let again = db.claim().await.unwrap();
    assert_eq!((again.job_id, again.attempts), (job.job_id, 1));
}

#[tokio::test]
async fn a_clock_that_jumped_back_stalls_nothing() {
    let db = Database::new().await;
    queue(&db, 2).await;
    let running = db.claim().await.unwrap();
    // What was written before the jump lies hours ahead now.
    for jump in [
        "UPDATE app.jobs SET run_at = now() + interval '3 hours' WHERE state = 'queued'",
        "UPDATE app.jobs SET lease_until = now() + interval '3 hours' WHERE state = 'running'",
    ] {
        db.sql(Role::Superuser, jump).await.unwrap();
    }
    assert!(db.claim().await.is_some());
    assert_eq!(
        jobs::reap(&db.store, false).await.unwrap(),
        1,
        "only the one whose lease is impossible"
    );
    assert_eq!(db.claim().await.unwrap().job_id, running.job_id);
}

#[tokio::test]
async fn the_orgs_take_turns_and_the_last_worker_waits_for_one_that_has_none() {
    let db = Database::new().await;
    queue(&db, 40).await;
    let folder = db.folder(db.b).await;
    for n in 0..5 {
        db.sight(db.b, folder, &format!("b{n}.csv"), FileState::Stable, n).await;
    }
    let mut turns = std::collections::BTreeMap::new();
    for _ in 0..10 {
        let job = db.claim().await.unwrap();
        *turns.entry(job.org == db.a).or_insert(0) += 1;
    }
    assert_eq!(
        turns,
        [(false, 5), (true, 5)].into(),
        "one org's flood does not go first"
    );
    let idle = Choice {
        idle_org_only: true,
        ..Choice::ANY
    };
    let last = || jobs::claim(&db.store, Duration::from_secs(60), idle);
    assert_eq!(last().await.unwrap(), None, "both orgs have jobs running");
    db.sql(
        Role::Superuser,
        &format!(
            "UPDATE app.jobs SET state = 'queued', lease_token = NULL, lease_until = NULL WHERE org_id = '{}'",
            db.b
        ),
    )
    .await
    .unwrap();
    assert_eq!(last().await.unwrap().map(|job| job.org), Some(db.b));
    assert_eq!(last().await.unwrap(), None);
}

#[tokio::test]
async fn on_a_disk_that_is_nearly_full_only_what_is_in_is_analysed() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let file = Incoming::new("a.csv", &profile("p", false), true, &[("1", 1)]);
    db.take(db.a, folder, &file).await.1.unwrap();
    db.sql(
        Role::Superuser,
        "UPDATE app.jobs SET run_at = now() + interval '1 second' WHERE state = 'queued'",
    )
    .await
    .unwrap();
    queue(&db, 1).await;
    due(&db).await;
    let full = Choice {
        ingests: false,
        ..Choice::ANY
    };
    let claim = || jobs::claim(&db.store, Duration::from_secs(60), full);
    assert_eq!(claim().await.unwrap().unwrap().kind, JobKind::Analyse);
    assert_eq!(claim().await.unwrap(), None);
    assert_eq!(db.claim().await.unwrap().kind, JobKind::Ingest);
}

#[tokio::test]
async fn every_failed_file_is_tried_again_at_once() {
    let db = Database::new().await;
    queue(&db, 3).await;
    for _ in 0..2 {
        let job = db.claim().await.unwrap();
        db.run(db.a, move |tx| {
            Box::pin(async move { files::give_up(tx, &job, &reason(), at(7)).await })
        })
        .await
        .unwrap();
    }
    let retry = || db.run(db.a, |tx| Box::pin(async move { files::retry_failed(tx, at(8)).await }));
    assert_eq!(retry().await.unwrap(), 2);
    assert_eq!(retry().await.unwrap(), 0);
    assert_eq!(db.queued().await, 3);
}

/// Scans, claims, commits, analyses, settlements and a person's commands, all at once on the same files.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_ever_waits_for_each_other() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let deadlocks = || async {
        let counted = "SELECT deadlocks::text FROM pg_stat_database WHERE datname = current_database()";
        db.text(Role::Superuser, counted).await.unwrap()
    };
    let scan = async {
        for round in 0..40_u32 {
            let sightings: Vec<_> = (0..12)
                .map(|i| sighting(folder, &format!("f{i:02}.csv"), FileState::Stable, round * 12 + i))
                .collect();
            db.run(db.a, move |tx| {
                Box::pin(async move { files::sighted(tx, &sightings).await })
            })
            .await
            .unwrap();
        }
    };
    let work = async |worker: u32| {
        let mut done = 0;
        for n in 0..60_u32 {
            let Some(job) = db.claim().await else {
                tokio::task::yield_now().await;
                continue;
            };
            done += 1;
            if job.kind == JobKind::Analyse {
                let output = super::harness::output(Vec::new());
                let at = at(n);
                let analysed = db
                    .run(db.a, move |tx| {
                        Box::pin(async move { super::harness::store(tx, &job, output, at).await })
                    })
                    .await;
                analysed.unwrap();
                continue;
            }
            match (worker + n) % 4 {
                0 => drop(wait(&db, &job, Passing::Changed).await),
                1 => {
                    let failed = db
                        .run(db.a, move |tx| {
                            Box::pin(async move { files::give_up(tx, &job, &reason(), at(7)).await })
                        })
                        .await;
                    failed.unwrap();
                }
                _ => {
                    let rows = [("1", i64::from(worker * 100 + n)), ("2", i64::from(n))];
                    let name = format!("w{worker}-{n}");
                    // Now and then a profile is new, which is written in the same transaction.
                    let profile = profile(&format!("p{}", n % 3), n % 2 == 0);
                    let mut file = Incoming::new(&name, &profile, true, &rows);
                    file.content = name;
                    db.ingest(&job, &file).await.unwrap();
                }
            }
        }
        done
    };
    let person = async {
        for n in 0..40 {
            db.run(db.a, move |tx| {
                Box::pin(async move { files::retry_failed(tx, at(n)).await })
            })
            .await
            .unwrap();
            jobs::reap(&db.store, false).await.unwrap();
            db.run(db.a, move |tx| {
                Box::pin(async move { jobs::wake(tx, folder, None).await })
            })
            .await
            .unwrap();
        }
    };
    let (_, one, two, three, _) = tokio::join!(scan, work(1), work(2), work(3), person);
    assert!(one + two + three > 40, "there was work: {one} {two} {three}");
    // The server writes its counters after a while; a connection's end makes it do so.
    assert_eq!(deadlocks().await, "0");
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
                learned: Default::default(),
                knew: None,
                state: FileState::Held,
                reason: Some(reason()),
                head: Some(held_head()),
                sha256: Some("ab".repeat(32)),
                bytes: Some(5),
                original: None,
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

    let fingerprint = plant_core::header::fingerprint(&super::harness::header());
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
        (source.state, source.forced_profile),
        (FileState::Stable, Some(profile))
    );

    // It fails for good; then a person tries again, but not while it is queued.
    let again = db.claim().await.unwrap();
    db.run(db.a, move |tx| {
        Box::pin(async move {
            let reason = Reason {
                code: ReasonCode::Damaged,
                text: "broken".to_owned(),
            };
            files::give_up(tx, &again, &reason, at(7)).await
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
            files::give_up(tx, &job, &reason, at(20)).await
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
        (page.items[0].status, page.items[0].error.as_deref()),
        (AnalysisStatus::Failed, Some("out of memory"))
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
