//! The transaction that brings a file in: whole or not at all, and each row once.

use plant_core::access::DAEMON;
use plant_core::ids::FileId;
use plant_core::job::{Decision, JobKind};
use plant_core::model::{QuestionView, RecordCounts};
use plant_core::profile::Profile;
use plant_core::series::{Answer, QuestionKind, Why};
use plant_core::state::{FileState, ReasonCode};
use plant_rows::Sheet;
use tokio::sync::mpsc;

use super::harness::{Database, Incoming, Role, at, profile};
use crate::ingest::{Committed, IngestTx, Piece, Sent};
use crate::records::{self, RecordFilter};
use crate::{StoreError, audit, files, jobs, profiles, series, usage};

struct Taken {
    counts: RecordCounts,
    taken: u64,
    duplicate: u64,
    profile: Profile,
    stale: Vec<FileId>,
}

fn taken(committed: Committed) -> Taken {
    match committed {
        Committed::In {
            counts,
            balance,
            profile,
            stale,
        } => {
            assert!(balance.closes());
            Taken {
                counts,
                taken: balance.taken,
                duplicate: balance.duplicate,
                profile: *profile,
                stale,
            }
        }
        Committed::Duplicate { of, .. } => panic!("a duplicate of {of}"),
    }
}

fn counts(new: u64, changed: u64, unchanged: u64) -> RecordCounts {
    RecordCounts {
        new,
        changed,
        unchanged,
    }
}

async fn send_rows(send: &mpsc::Sender<Piece>, file: &Incoming) {
    for block in file.blocks() {
        send.send(Piece::Block(block)).await.unwrap();
    }
}

/// What is asked about the first series.
async fn asked(db: &Database) -> QuestionView {
    let list = db.run(db.a, |tx| Box::pin(async move { series::list(tx, 0, None).await }));
    list.await.unwrap().items.remove(0).question.unwrap()
}

async fn live(db: &Database) -> (String, String) {
    db.live().await
}

/// After the worked case W21 of the analytics specification.
#[tokio::test]
async fn a_re_export_with_a_key_counts_each_row_once() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let mut keyed = profile("orders", true);
    let orders = ["WO1", "WO2", "WO3", "WO4", "WO5", "WO6"].map(|order| (order, 100));
    let first = Incoming::new("a.csv", &keyed, true, &orders);
    let (first_id, result) = db.take(db.a, folder, &first).await;
    let result = taken(result.unwrap());
    assert_eq!((result.counts, result.taken, result.duplicate), (counts(6, 0, 0), 6, 0));
    keyed = result.profile;
    assert_eq!((keyed.version, keyed.approved), (1, false));

    let rows = [("WO4", 100), ("WO5", 100), ("WO6", 90), ("WO7", 100), ("WO7", 100)];
    let second = Incoming::new("b.csv", &keyed, false, &rows);
    let (second_id, result) = db.take(db.a, folder, &second).await;
    let result = taken(result.unwrap());
    assert_eq!((result.counts, result.taken, result.duplicate), (counts(1, 1, 3), 2, 3));
    assert_eq!(result.stale, [first_id]);
    assert_eq!(live(&db).await, ("7".to_owned(), "690".to_owned()));
    let not: Vec<_> = db
        .rows(db.a)
        .await
        .into_iter()
        .filter(|row| row.why == Some(Why::Replaced))
        .collect();
    assert_eq!(not.len(), 1);
    assert_eq!(
        (&not[0].values["work_order"], &not[0].values["quantity_good"]),
        (&"WO6".into(), &"100".into())
    );

    // Both files are analysed, the first one again.
    let mut analysed = Vec::new();
    while let Some(job) = db.claim().await {
        assert_eq!(job.kind, JobKind::Analyse);
        analysed.push(job.file_id);
    }
    analysed.sort_unstable();
    let mut expected = vec![first_id, second_id];
    expected.sort_unstable();
    assert_eq!(analysed, expected);
}

#[tokio::test]
async fn without_a_key_the_rows_of_w21_all_count_but_exact_copies() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let plain = profile("orders", false);
    let orders = ["WO1", "WO2", "WO3", "WO4", "WO5", "WO6"].map(|order| (order, 100));
    let (_, result) = db
        .take(db.a, folder, &Incoming::new("a.csv", &plain, true, &orders))
        .await;
    let plain = taken(result.unwrap()).profile;
    let rows = [("WO4", 100), ("WO5", 100), ("WO6", 90), ("WO7", 100), ("WO7", 100)];
    let (_, result) = db
        .take(db.a, folder, &Incoming::new("b.csv", &plain, false, &rows))
        .await;
    let result = taken(result.unwrap());
    // WO6 is told in two ways, and nothing says which: the second file waits, and it is asked.
    assert_eq!((result.counts, result.taken, result.duplicate), (counts(0, 0, 0), 5, 0));
    assert_eq!(live(&db).await, ("6".to_owned(), "600".to_owned()));
    let asked = asked(&db).await;
    let readings: Vec<_> = asked
        .choices
        .iter()
        .map(|choice| (choice.choice, choice.effect.rows))
        .collect();
    assert_eq!(
        readings,
        [(Answer::Keyed, 7), (Answer::Repeat, 9), (Answer::Increment, 11)]
    );
    let newer = asked.newer;
    db.run(db.a, move |tx| {
        Box::pin(async move { series::answer(tx, newer, Answer::Repeat, at(20)).await.map(drop) })
    })
    .await
    .unwrap();
    assert_eq!(live(&db).await, ("9".to_owned(), "890".to_owned()));
}

#[tokio::test]
async fn copies_of_a_row_are_counted_as_a_multiset() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let plain = profile("scrap", false);
    let (_, result) = db
        .take(
            db.a,
            folder,
            &Incoming::new("1.csv", &plain, true, &[("W", 1), ("W", 1)]),
        )
        .await;
    let plain = taken(result.unwrap()).profile;
    let (_, result) = db
        .take(db.a, folder, &Incoming::new("2.csv", &plain, false, &[("W", 1); 3]))
        .await;
    // The file that has most of a row has it for all.
    assert_eq!(taken(result.unwrap()).counts, counts(3, 0, 0));
    let (_, result) = db
        .take(db.a, folder, &Incoming::new("3.csv", &plain, false, &[("W", 1); 3]))
        .await;
    assert_eq!(taken(result.unwrap()).counts, counts(0, 0, 3));
    assert_eq!(live(&db).await, ("3".to_owned(), "3".to_owned()));

    // Another profile or another org is another world.
    let other = profile("other", false);
    let (_, result) = db
        .take(db.a, folder, &Incoming::new("6.csv", &other, true, &[("W", 1)]))
        .await;
    // Same columns and settings: the profile that is there is taken instead of a second one, so the row is compared. One
    // equal row alone does not say whether it is the same event again.
    assert_eq!(taken(result.unwrap()).counts, counts(0, 0, 0));
    assert_eq!(asked(&db).await.code, QuestionKind::RepeatedOrNew);
    let theirs = db.folder(db.b).await;
    let (_, result) = db
        .take(db.b, theirs, &Incoming::new("1.csv", &other, true, &[("W", 1)]))
        .await;
    assert_eq!(taken(result.unwrap()).counts, counts(1, 0, 0));
}

#[tokio::test]
async fn within_a_file_the_last_version_of_a_key_counts() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let keyed = profile("orders", true);
    let file = Incoming::new("a.csv", &keyed, true, &[("W", 1), ("W", 2), ("W", 1), ("V", 5)]);
    let (id, result) = db.take(db.a, folder, &file).await;
    let result = taken(result.unwrap());
    assert_eq!((result.counts, result.taken, result.duplicate), (counts(2, 0, 1), 3, 1));
    assert_eq!(live(&db).await, ("2".to_owned(), "6".to_owned()));
    let filter = RecordFilter {
        file: Some(id),
        ..RecordFilter::default()
    };
    let page = db
        .run(db.a, move |tx| {
            Box::pin(async move { records::list(tx, &filter).await })
        })
        .await
        .unwrap();
    let shown: Vec<_> = page.items.iter().map(|row| (row.line, row.live)).collect();
    assert_eq!(
        shown,
        [(2, false), (3, false), (4, true), (5, true)],
        "what repeats is shown with its reason"
    );
}

#[tokio::test]
async fn the_same_bytes_are_in_once_per_org() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let p = profile("p", false);
    let file = Incoming::new("a.csv", &p, true, &[("1", 1)]);
    let (first, result) = db.take(db.a, folder, &file).await;
    taken(result.unwrap());
    let mut copy = file.clone();
    copy.name = "b.csv".to_owned();
    let (second, result) = db.take(db.a, folder, &copy).await;
    let Committed::Duplicate { of, name } = result.unwrap() else {
        panic!("taken twice")
    };
    assert_eq!((of, name.as_str()), (first, "a.csv"));
    let detail = db
        .run(db.a, move |tx| Box::pin(async move { files::get(tx, second).await }))
        .await
        .unwrap();
    assert_eq!(detail.item.state, FileState::Duplicate);
    let reason = detail.item.reason.unwrap();
    assert_eq!(reason.code, ReasonCode::SameBytes);
    assert!(reason.text.contains("a.csv") && reason.text.contains(&first.to_string()));
    assert_eq!(live(&db).await.0, "1");
    // Another org may have them, and learns nothing by it.
    let theirs = db.folder(db.b).await;
    let (_, result) = db.take(db.b, theirs, &file).await;
    taken(result.unwrap());
    assert_eq!(live(&db).await.0, "2");
}

/// Two workers with the same bytes at the same time: the unique index decides, and the loser becomes a duplicate.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_bytes_at_the_same_time_are_in_once() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let file = Incoming::new("a.csv", &profile("p", false), true, &[("1", 1), ("2", 2)]);
    for i in 0..6 {
        db.sight(db.a, folder, &format!("{i}.csv"), FileState::Stable, i).await;
    }
    let mut claimed = Vec::new();
    for _ in 0..6 {
        claimed.push(db.claim().await.unwrap());
    }
    let results = futures::future::join_all(claimed.iter().map(|job| db.ingest(job, &file))).await;
    let taken = results
        .iter()
        .filter(|result| matches!(result, Ok(Committed::In { .. })))
        .count();
    let duplicates = results
        .iter()
        .filter(|result| matches!(result, Ok(Committed::Duplicate { .. })))
        .count();
    assert_eq!((taken, duplicates), (1, 5), "{results:?}");
    assert_eq!(live(&db).await, ("2".to_owned(), "3".to_owned()));
    let profiles = "SELECT count(*)::text FROM app.profiles";
    assert_eq!(db.text(Role::Superuser, profiles).await.unwrap(), "1");
}

/// Files of one kind at the same time make one profile and see each other's rows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_files_of_one_profile_are_compared() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let mut jobs = Vec::new();
    for i in 0..6 {
        db.sight(db.a, folder, &format!("{i}.csv"), FileState::Stable, i).await;
    }
    for _ in 0..6 {
        jobs.push(db.claim().await.unwrap());
    }
    let files: Vec<_> = (0..6)
        .map(|i| {
            Incoming::new(
                &format!("{i}.csv"),
                &profile("orders", true),
                true,
                &[("W1", 1), ("W2", 2)],
            )
        })
        .collect();
    let results = futures::future::join_all(jobs.iter().zip(&files).map(|(job, file)| db.ingest(job, file))).await;
    results.into_iter().for_each(|result| drop(taken(result.unwrap())));
    assert_eq!(live(&db).await, ("2".to_owned(), "3".to_owned()));
    assert_eq!(
        db.text(Role::Superuser, "SELECT count(*)::text FROM app.profiles")
            .await
            .unwrap(),
        "1"
    );
}

#[tokio::test]
async fn a_new_version_of_a_file_supersedes_the_old_when_it_replaces_every_row() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let (old, result) = db
        .take(
            db.a,
            folder,
            &Incoming::new("a.csv", &profile("o", true), true, &[("W1", 1), ("W2", 2)]),
        )
        .await;
    let keyed = taken(result.unwrap()).profile;
    let (partly, result) = db
        .take(db.a, folder, &Incoming::new("a.csv", &keyed, false, &[("W1", 3)]))
        .await;
    taken(result.unwrap());
    let state = |id| {
        let run = db.run(db.a, move |tx| Box::pin(async move { files::get(tx, id).await }));
        async move { run.await.unwrap() }
    };
    let detail = state(old).await;
    assert_eq!(detail.item.state, FileState::Committed);
    assert!(
        detail
            .timeline
            .last()
            .unwrap()
            .note
            .contains("1 of 2 rows count now: 1 replaced")
    );
    let (_, result) = db
        .take(
            db.a,
            folder,
            &Incoming::new("a.csv", &keyed, false, &[("W1", 4), ("W2", 5)]),
        )
        .await;
    taken(result.unwrap());
    assert_eq!(state(old).await.item.state, FileState::Superseded);
    assert_eq!(state(partly).await.item.state, FileState::Superseded);
    assert_eq!(live(&db).await, ("2".to_owned(), "9".to_owned()));
}

#[tokio::test]
async fn a_stream_without_its_end_leaves_nothing() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let file = Incoming::new("a.csv", &profile("p", false), true, &[("1", 1), ("2", 2)]);
    db.sight(db.a, folder, "a.csv", FileState::Stable, 1).await;
    let job = db.claim().await.unwrap();
    for abort in [true, false] {
        let mut ingest = IngestTx::begin(&db.store, &job, DAEMON).await.unwrap();
        let (send, mut receive) = mpsc::channel(8);
        send_rows(&send, &file).await;
        if abort {
            send.send(Piece::Abort).await.unwrap();
        }
        drop(send);
        let result = ingest.take_rows(&file.profile, None, &mut receive).await;
        assert!(matches!(result, Err(StoreError::Aborted)), "{result:?}");
        ingest.rollback().await.unwrap();
    }
    // Dropped half-way, without a word.
    let mut ingest = IngestTx::begin(&db.store, &job, DAEMON).await.unwrap();
    let (send, mut receive) = mpsc::channel(8);
    send_rows(&send, &file).await;
    tokio::select! {
        biased;
        result = ingest.take_rows(&file.profile, None, &mut receive) => panic!("{result:?}"),
        () = async { for _ in 0..50 { tokio::task::yield_now().await } } => {}
    }
    drop(ingest);
    assert_eq!(live(&db).await.0, "0");
    taken(db.ingest(&job, &file).await.unwrap());
    assert_eq!(live(&db).await.0, "2");
}

/// What a worker sends is looked at before it is kept.
#[tokio::test]
async fn blocks_that_are_none_stop_the_file() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let file = Incoming::new("a.csv", &profile("p", false), true, &[("1", 1), ("2", 2)]);
    db.sight(db.a, folder, "a.csv", FileState::Stable, 1).await;
    let job = db.claim().await.unwrap();
    let Sent { sheet, block } = file.blocks().remove(0);
    let block = block.unwrap();
    let sent = |sheet: &[u8], block: Option<&[u8]>| Sent {
        sheet: sheet.to_vec(),
        block: block.map(<[u8]>::to_vec),
    };
    let mut known = Sheet::from_bytes(&sheet).unwrap();
    known.known = vec![1; known.len()];
    known.marks.clear();
    for blocks in [
        vec![sent(&sheet, Some(b"no block"))],
        vec![sent(&sheet, Some(&block[..block.len() / 2]))],
        vec![sent(&sheet, Some(&block)), sent(&sheet, Some(&block))],
        vec![sent(&sheet[..sheet.len() - 1], Some(&block))],
        vec![sent(&sheet, None)],
        // Rows of an earlier version, where there is none.
        vec![sent(&known.to_bytes(), None)],
    ] {
        let mut ingest = IngestTx::begin(&db.store, &job, DAEMON).await.unwrap();
        let (send, mut receive) = mpsc::channel(8);
        for block in blocks {
            send.send(Piece::Block(block)).await.unwrap();
        }
        send.send(Piece::End).await.unwrap();
        let result = ingest.take_rows(&file.profile, None, &mut receive).await;
        assert!(
            matches!(
                result,
                Err(StoreError::Block(_) | StoreError::Invalid { what: "block", .. })
            ),
            "{result:?}"
        );
        ingest.rollback().await.unwrap();
    }
    assert_eq!(live(&db).await.0, "0");
    // The worker's count and the database's must agree, and the lines must all have a fate.
    for wrong in [1, 0] {
        let mut ingest = IngestTx::begin(&db.store, &job, DAEMON).await.unwrap();
        let (send, mut receive) = mpsc::channel(8);
        send_rows(&send, &file).await;
        send.send(Piece::End).await.unwrap();
        ingest.take_rows(&file.profile, None, &mut receive).await.unwrap();
        let mut outcome = file.outcome();
        outcome.end.balance.taken += wrong;
        outcome.end.balance.physical += 1;
        let result = ingest.commit(outcome).await;
        assert!(matches!(result, Err(StoreError::BalanceOpen { .. })), "{result:?}");
    }
    assert_eq!(live(&db).await.0, "0");
    assert_eq!(
        db.text(Role::Superuser, "SELECT count(*)::text FROM app.profiles")
            .await
            .unwrap(),
        "0"
    );
}

#[tokio::test]
async fn everything_of_a_commit_is_there_together() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let file = Incoming::new("a.csv", &profile("p", false), true, &[("1", 1), ("2", 2)]);
    let (id, result) = db.take(db.a, folder, &file).await;
    taken(result.unwrap());
    let detail = db
        .run(db.a, move |tx| Box::pin(async move { files::get(tx, id).await }))
        .await
        .unwrap();
    assert_eq!(
        (detail.item.state, detail.item.sha256),
        (FileState::Committed, file.sha256())
    );
    assert_eq!(detail.item.committed_at, Some(at(10)));
    assert_eq!(
        (detail.item.first_day, detail.item.profile.as_deref()),
        (Some(file.day), Some("p"))
    );
    assert_eq!(detail.item.records, Some(counts(2, 0, 0)));
    let use_ = db
        .run(db.a, |tx| Box::pin(async move { usage::get(tx, None, at(10)).await }))
        .await
        .unwrap();
    let items: Vec<_> = use_.items.iter().map(|(item, used)| (item.as_str(), *used)).collect();
    assert_eq!(items, [("bytes", 1234), ("files", 1), ("rows", 2)]);
    let log = db
        .run(db.a, |tx| Box::pin(async move { audit::list(tx, 1, None).await }))
        .await
        .unwrap();
    assert_eq!(log.items[0].action, "file.commit");
    assert_eq!(log.items[0].body["sha256"], file.sha256());
    let source = db
        .run(db.a, move |tx| Box::pin(async move { files::source(tx, id).await }))
        .await
        .unwrap();
    assert_eq!(source.profile.unwrap().name, "p");
    assert_eq!(source.balance.unwrap().taken, 2);
    assert!(matches!(
        files::head(&mut db.store.begin(db.a, "t").await.unwrap(), id)
            .await
            .unwrap()
            .unwrap()
            .decision,
        Decision::Take { .. }
    ));
    // A second go at a file that is in is refused.
    let again = db
        .run(db.a, move |tx| {
            Box::pin(async move { files::retry(tx, id, at(11)).await })
        })
        .await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })));
    let analysis = db.claim().await.unwrap();
    assert!(matches!(
        IngestTx::begin(&db.store, &analysis, DAEMON).await,
        Err(StoreError::Conflict { .. })
    ));
    db.run(db.a, move |tx| Box::pin(async move { jobs::done(tx, &analysis).await }))
        .await
        .unwrap();
    assert!(db.claim().await.is_none());
}

/// What the reference script does with its job and fact tables, for profiles: a saved version is what is used.
#[tokio::test]
async fn a_saved_profile_is_used_as_it_is() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let mut saved = profile("mine", false);
    saved.approved = true;
    let copy = saved.clone();
    db.run(db.a, move |tx| {
        Box::pin(async move { profiles::save(tx, &copy, None, at(0)).await })
    })
    .await
    .unwrap();
    let (_, result) = db
        .take(db.a, folder, &Incoming::new("a.csv", &saved, false, &[("1", 1)]))
        .await;
    assert_eq!(taken(result.unwrap()).profile, saved);
    let (_, result) = db
        .take(
            db.a,
            folder,
            &Incoming::new("b.csv", &profile("none", false), false, &[("1", 1)]),
        )
        .await;
    assert!(matches!(result, Err(StoreError::NotFound { what: "profile", .. })));
}

/// With a key that repeats inside the file, and without one.
#[tokio::test]
async fn a_large_re_export_takes_no_square_of_its_rows() {
    let names: Vec<String> = (0..20_000).map(|i| format!("W{i}")).collect();
    let rows: Vec<(&str, i64)> = names.iter().zip(0..).map(|(name, i)| (name.as_str(), i)).collect();
    let changed: Vec<(&str, i64)> = rows
        .iter()
        .map(|(name, i)| (*name, if i % 100 == 0 { -1 } else { *i }))
        .collect();
    for keyed in [true, false] {
        let db = Database::new().await;
        let folder = db.folder(db.a).await;
        // Without a key a change would be asked about.
        let changed = if keyed { &changed } else { &rows };
        let begin = std::time::Instant::now();
        let made = profile(if keyed { "keyed" } else { "plain" }, keyed);
        let first = Incoming::new(&format!("a{keyed}.csv"), &made, true, &rows);
        let (_, result) = db.take(db.a, folder, &first).await;
        let p = taken(result.unwrap()).profile;
        let doubled: Vec<_> = changed.iter().chain(&changed[..50]).copied().collect();
        let (_, result) = db
            .take(
                db.a,
                folder,
                &Incoming::new(&format!("b{keyed}.csv"), &p, false, &doubled),
            )
            .await;
        let result = taken(result.unwrap());
        if keyed {
            assert_eq!((result.counts, result.duplicate), (counts(0, 200, 19_850), 19_850));
        } else {
            // Without a key the second copies inside the file are rows of their own, and the file has all of these rows.
            assert_eq!((result.counts, result.duplicate), (counts(100, 0, 19_950), 19_950));
        }
        // A few rows against many.
        let (_, result) = db
            .take(
                db.a,
                folder,
                &Incoming::new(&format!("c{keyed}.csv"), &p, false, &changed[1..4]),
            )
            .await;
        assert_eq!(taken(result.unwrap()).counts, counts(0, 0, 3));
        assert!(begin.elapsed().as_secs() < 60, "{:?}", begin.elapsed());
    }
}
