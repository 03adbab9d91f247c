//! Scans: many files at once, one row per version, and what a person calls a file by.

use plant_core::ids::FileId;
use plant_core::model::QueueView;
use plant_core::state::{FileState, Reason, ReasonCode};

use super::harness::{Database, Role, at, fresh_id, held_head, reason, sighting};
use crate::files::Settlement;
use crate::{StoreError, files};

#[tokio::test]
async fn a_name_that_waits_keeps_its_row() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let seen = db.sight(db.a, folder, "a.csv", FileState::Seen, 1).await;
    let waiting = db.sight(db.a, folder, "a.csv", FileState::Waiting, 2).await;
    let again = db.sight(db.a, folder, "a.csv", FileState::Waiting, 3).await;
    let stable = db.sight(db.a, folder, "a.csv", FileState::Stable, 4).await;
    assert!(seen == waiting && waiting == again && again == stable);
    let timeline = db
        .run(db.a, move |tx| Box::pin(async move { files::timeline(tx, seen).await }))
        .await
        .unwrap();
    let states: Vec<_> = timeline.iter().map(|entry| entry.state).collect();
    assert_eq!(
        states,
        [FileState::Seen, FileState::Waiting, FileState::Stable],
        "one entry per change"
    );
    let known = db
        .run(db.a, move |tx| Box::pin(async move { files::known(tx, folder).await }))
        .await
        .unwrap();
    assert_eq!(
        (known.len(), known[0].bytes, known[0].state, known[0].inode),
        (1, 104, FileState::Stable, u64::MAX)
    );
    assert_eq!(db.queued().await, 1);
    // It grows again before a worker takes it: out of the queue, and in again later, once.
    db.sight(db.a, folder, "a.csv", FileState::Waiting, 5).await;
    assert_eq!(db.queued().await, 0);
    db.sight(db.a, folder, "a.csv", FileState::Stable, 6).await;
    db.sight(db.a, folder, "a.csv", FileState::Stable, 7).await;
    assert_eq!(db.queued().await, 1);
    // Once it is being read, new content is a new version.
    db.claim().await.unwrap();
    let newer = db.sight(db.a, folder, "a.csv", FileState::Waiting, 8).await;
    assert_ne!(newer, seen);
    let known = db
        .run(db.a, move |tx| Box::pin(async move { files::known(tx, folder).await }))
        .await
        .unwrap();
    assert_eq!((known.len(), known[0].file_id), (1, newer));
    // The other org's folder of that id does not exist for it.
    let theirs = db
        .run(db.b, move |tx| Box::pin(async move { files::known(tx, folder).await }))
        .await
        .unwrap();
    assert_eq!(theirs, []);
}

#[tokio::test]
async fn names_are_bytes() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let mut odd = sighting(folder, "x", FileState::Ignored, 1);
    odd.name = b"\xff\xfe\n.csv".to_vec();
    odd.display = "\u{fffd}\u{fffd}␊.csv".to_owned();
    odd.reason = Some(Reason {
        code: ReasonCode::IgnoredName,
        text: "a marker".to_owned(),
    });
    let name = odd.name.clone();
    let ids = db
        .run(db.a, move |tx| {
            Box::pin(async move { files::sighted(tx, &[odd]).await })
        })
        .await
        .unwrap();
    let source = db
        .run(db.a, move |tx| Box::pin(async move { files::source(tx, ids[0]).await }))
        .await
        .unwrap();
    assert_eq!((source.name, source.state), (name, FileState::Ignored));
    assert!(source.folder_path.starts_with("/drop/"));
}

#[tokio::test]
async fn a_file_named_twice_in_a_batch_has_one_row() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let batch = vec![
        sighting(folder, "a.csv", FileState::Seen, 1),
        sighting(folder, "b.csv", FileState::Seen, 1),
        sighting(folder, "a.csv", FileState::Waiting, 2),
    ];
    let ids = db
        .run(db.a, move |tx| {
            Box::pin(async move { files::sighted(tx, &batch).await })
        })
        .await
        .unwrap();
    assert_eq!(ids[0], ids[2]);
    let states = "SELECT string_agg(file_no || state, ' ' ORDER BY file_no) FROM app.files";
    assert_eq!(db.text(Role::Superuser, states).await.unwrap(), "1seen 2waiting");
}

/// The first start on a full folder.
#[tokio::test]
async fn twelve_thousand_files_are_sighted_at_once() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let batch = |state| {
        (0..12_000_u32)
            .map(|i| sighting(folder, &format!("export_{i:05}.csv"), state, i))
            .collect::<Vec<_>>()
    };
    for (round, state) in [FileState::Seen, FileState::Stable].into_iter().enumerate() {
        let sightings = batch(state);
        let begin = std::time::Instant::now();
        db.run(db.a, move |tx| {
            Box::pin(async move { files::sighted(tx, &sightings).await })
        })
        .await
        .unwrap();
        assert!(
            begin.elapsed().as_secs() < 20,
            "round {round} took {:?}",
            begin.elapsed()
        );
    }
    let counts = db
        .run(db.a, |tx| Box::pin(async move { files::counts(tx).await }))
        .await
        .unwrap();
    assert_eq!(
        counts,
        QueueView {
            waiting: 12_000,
            total: 12_000,
            ..QueueView::default()
        }
    );
    assert_eq!(db.queued().await, 12_000);
    let first = db.claim().await.unwrap();
    let name = db
        .run(db.a, move |tx| {
            Box::pin(async move { files::source(tx, first.file_id).await })
        })
        .await
        .unwrap();
    assert_eq!((name.display.as_str(), name.file_no), ("export_00000.csv", 1));
}

#[tokio::test]
async fn a_file_that_is_gone_is_told() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let waiting = db.sight(db.a, folder, "a.csv", FileState::Waiting, 1).await;
    let queued = db.sight(db.a, folder, "b.csv", FileState::Stable, 1).await;
    let ignored = db.sight(db.a, folder, "c.tmp", FileState::Ignored, 1).await;
    let gone = db
        .run(db.a, move |tx| {
            Box::pin(async move { files::vanished(tx, &[waiting, queued, ignored], at(2)).await })
        })
        .await
        .unwrap();
    assert_eq!(gone, 2);
    assert!(db.claim().await.is_none());
    let detail = db
        .run(db.a, move |tx| Box::pin(async move { files::get(tx, queued).await }))
        .await
        .unwrap();
    assert_eq!(
        (detail.item.state, detail.item.reason.unwrap().code),
        (FileState::Ignored, ReasonCode::Vanished)
    );
}

#[tokio::test]
async fn a_file_is_found_by_what_a_person_writes() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let mut one = sighting(folder, "a.csv", FileState::Held, 1);
    one.file_id = FileId("01890000-0000-7000-8000-0000000000aa".parse().unwrap());
    let mut two = sighting(folder, "beef", FileState::Held, 1);
    two.file_id = FileId("01890000-0000-7000-8000-0000000000ab".parse().unwrap());
    // Another version: the same one would get no second row.
    let mut three = sighting(folder, "a.csv", FileState::Held, 2);
    three.file_id = FileId("02890000-0000-7000-8000-0000000000ab".parse().unwrap());
    let (one_id, two_id, three_id) = (one.file_id, two.file_id, three.file_id);
    db.run(db.a, move |tx| {
        Box::pin(async move {
            files::sighted(tx, &[one, two]).await?;
            files::sighted(tx, &[three]).await
        })
    })
    .await
    .unwrap();
    let find = |org, written: &str| {
        let written = written.to_owned();
        db.run(org, move |tx| {
            Box::pin(async move { files::resolve(tx, &written).await })
        })
    };
    assert_eq!(find(db.a, &one_id.to_string()).await.unwrap(), one_id);
    assert_eq!(find(db.a, "0289").await.unwrap(), three_id);
    assert_eq!(
        find(db.a, "01890000-0000-7000-8000-0000000000AB").await.unwrap(),
        two_id
    );
    assert_eq!(find(db.a, "a.csv").await.unwrap(), three_id, "the newest of the name");
    assert_eq!(
        find(db.a, "beef").await.unwrap(),
        two_id,
        "a name that looks like an id"
    );
    assert!(matches!(
        find(db.a, "0189").await,
        Err(StoreError::Ambiguous { matches: 2, .. })
    ));
    assert!(
        matches!(find(db.a, "018").await, Err(StoreError::NotFound { .. })),
        "too short"
    );
    assert!(matches!(
        find(db.a, "nothing.csv").await,
        Err(StoreError::NotFound { .. })
    ));
    for written in [&one_id.to_string(), "0289", "a.csv"] {
        assert!(
            matches!(find(db.b, written).await, Err(StoreError::NotFound { .. })),
            "another org finds nothing"
        );
    }
    let none = FileId(fresh_id());
    let missing = db
        .run(db.a, move |tx| Box::pin(async move { files::get(tx, none).await }))
        .await;
    assert!(matches!(missing, Err(StoreError::NotFound { .. })));
}

#[tokio::test]
async fn a_version_that_is_on_its_way_gets_no_second_row() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let first = db.sight(db.a, folder, "a.csv", FileState::Stable, 2).await;
    assert_eq!(
        db.sight(db.a, folder, "a.csv", FileState::Seen, 2).await,
        first,
        "a slower one does not take it back"
    );
    let states = "SELECT string_agg(state, ' ' ORDER BY file_no) FROM app.files";
    assert_eq!(db.text(Role::Superuser, states).await.unwrap(), "stable");
    db.claim().await.unwrap();
    assert_eq!(db.sight(db.a, folder, "a.csv", FileState::Stable, 2).await, first);
    assert_eq!(db.text(Role::Superuser, states).await.unwrap(), "reading");
    let newer = db.sight(db.a, folder, "a.csv", FileState::Seen, 3).await;
    assert_ne!(newer, first, "another version");
}

#[tokio::test]
async fn a_scan_that_ends_after_its_folder_was_removed_tells_nothing() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    db.sight(db.a, folder, "a.csv", FileState::Seen, 2).await;
    db.run(db.a, move |tx| {
        Box::pin(async move { crate::folders::remove(tx, &folder.to_string(), at(5)).await })
    })
    .await
    .unwrap();
    db.sight(db.a, folder, "a.csv", FileState::Stable, 2).await;
    db.sight(db.a, folder, "b.csv", FileState::Stable, 2).await;
    let states = "SELECT string_agg(name || ' ' || state, ', ' ORDER BY file_no) FROM app.files";
    assert_eq!(db.text(Role::Superuser, states).await.unwrap(), "a.csv ignored");
    assert!(db.claim().await.is_none());
}

#[tokio::test]
async fn what_was_touched_is_read_again_in_its_row_or_in_one_new_row() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let touch = async |name: &'static str, state, ctime_ns| {
        let sighting = files::Sighting {
            ctime_ns,
            ..sighting(folder, name, state, 1)
        };
        db.run(db.a, move |tx| {
            Box::pin(async move { files::sighted(tx, &[sighting]).await })
        })
        .await
        .unwrap()[0]
    };
    let set = async |id: FileId, state: &str| {
        let statement = format!(
            "UPDATE app.files SET state = '{state}', sha256 = decode(repeat('ab', 32), 'hex') WHERE file_id = '{id}';
            UPDATE app.jobs SET state = 'done' WHERE file_id = '{id}'"
        );
        db.sql(Role::Superuser, &statement).await.unwrap();
    };
    let sha256 = async |id: FileId| {
        let statement = format!("SELECT coalesce(encode(sha256, 'hex'), '') FROM app.files WHERE file_id = '{id}'");
        db.text(Role::Superuser, &statement).await.unwrap()
    };
    // What is put aside keeps its row, is queued once it is quiet, and has no hash before it was read again.
    for state in ["held", "duplicate", "unsupported", "failed"] {
        let id = touch("a.csv", FileState::Stable, 8).await;
        set(id, state).await;
        assert_eq!(
            touch("a.csv", FileState::Stable, 8).await,
            id,
            "the same sighting: {state}"
        );
        assert_eq!(touch("a.csv", FileState::Seen, 9).await, id);
        assert_eq!(
            (db.queued().await, sha256(id).await.len()),
            (0, 64),
            "not before it is quiet: {state}"
        );
        assert_eq!(touch("a.csv", FileState::Stable, 9).await, id);
        assert_eq!((db.queued().await, sha256(id).await.len()), (1, 0), "{state}");
        set(id, "ignored").await;
        // What was passed over stays so.
        assert_eq!(touch("a.csv", FileState::Ignored, 10).await, id);
    }
    // What is in keeps its row as it is; a new one says what the bytes are by now, and that one is used from then on.
    let id = touch("b.csv", FileState::Stable, 8).await;
    set(id, "reading").await;
    assert_eq!(touch("b.csv", FileState::Seen, 9).await, id);
    let newer = touch("b.csv", FileState::Stable, 9).await;
    assert_ne!(newer, id);
    assert_eq!(sha256(id).await.len(), 64);
    set(newer, "duplicate").await;
    assert_eq!(touch("b.csv", FileState::Stable, 10).await, newer);
}

/// What was read and put aside is read once more from the bytes that were kept of it, whatever lies in its place by then.
#[tokio::test]
async fn what_was_read_and_released_keeps_its_row_and_another_version_gets_its_own() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let sha256 = "ab".repeat(32);
    for (name, state) in [
        ("a.csv", FileState::Seen),
        ("b.csv", FileState::Waiting),
        ("c.csv", FileState::Stable),
    ] {
        let first = db.sight(db.a, folder, name, FileState::Stable, 2).await;
        let job = db.claim().await.unwrap();
        assert_eq!(job.file_id, first);
        let held = Settlement {
            learned: Default::default(),
            knew: None,
            state: FileState::Held,
            reason: Some(reason()),
            head: Some(held_head()),
            sha256: Some(sha256.clone()),
            bytes: Some(102),
            original: None,
            balance: None,
            problems: Vec::new(),
            note: "held".to_owned(),
            at: at(5),
        };
        db.run(db.a, move |tx| {
            Box::pin(async move {
                files::settle(tx, &job, &held).await?;
                files::release(tx, &[first], None, "a profile was saved", at(6)).await
            })
        })
        .await
        .unwrap();
        // The state, the bytes and the jobs that wait, of the row that was released.
        let kept = async || {
            let statement = format!(
                "SELECT concat_ws(' ', state, encode(sha256, 'hex'), (SELECT count(*) FROM app.jobs j
                    WHERE j.file_id = f.file_id AND j.state = 'queued')) FROM app.files f WHERE file_id = '{first}'"
            );
            db.text(Role::Superuser, &statement).await.unwrap()
        };
        let expected = format!("stable {sha256} 1");
        for again in [FileState::Seen, FileState::Waiting, FileState::Stable] {
            assert_eq!(db.sight(db.a, folder, name, again, 2).await, first, "{name}: {again:?}");
            assert_eq!(kept().await, expected, "{name}: {again:?}");
        }
        let newer = db.sight(db.a, folder, name, state, 3).await;
        assert_ne!(newer, first, "{name}");
        assert_eq!(kept().await, expected, "{name}");
        let is_queued = state == FileState::Stable;
        assert_eq!(db.queued().await, 1 + u64::from(is_queued), "{name}");
        // Both are read, each for itself, the older one first.
        assert_eq!(db.claim().await.unwrap().file_id, first);
        let next = db.claim().await;
        assert_eq!(next.map(|job| job.file_id), is_queued.then_some(newer), "{name}");
    }
}
