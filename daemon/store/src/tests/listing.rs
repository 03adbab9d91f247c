//! Lists: pages, filters, and rows as a person reads them.

use plant_core::state::FileState;
use plant_core::variable::Variable;
use plant_rows::Counting;
use serde_json::json;
use tokio::sync::mpsc;

use super::harness::{Database, Incoming, Role, at, profile, sighting};
use crate::files::{self, FileFilter};
use crate::records::{self, RecordFilter};
use crate::{StoreError, profiles};

#[tokio::test]
async fn files_come_in_pages_and_by_filter() {
    let db = Database::new().await;
    let (one, two) = (db.folder(db.a).await, db.folder(db.a).await);
    let batch: Vec<_> = (0..7_u32)
        .map(|i| {
            let folder = if i < 5 { one } else { two };
            let state = if i % 2 == 0 {
                FileState::Held
            } else {
                FileState::Waiting
            };
            sighting(folder, &format!("File{i}.csv"), state, i)
        })
        .collect();
    db.run(db.a, move |tx| {
        Box::pin(async move { files::sighted(tx, &batch).await })
    })
    .await
    .unwrap();
    let list = |org, filter: FileFilter| db.run(org, move |tx| Box::pin(async move { files::list(tx, &filter).await }));
    let names = |page: &plant_core::model::Page<plant_core::model::FileItem>| {
        page.items
            .iter()
            .map(|item| item.name.clone())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let filter = FileFilter {
        limit: 3,
        ..FileFilter::default()
    };
    let first = list(db.a, filter.clone()).await.unwrap();
    assert_eq!(names(&first), "File6.csv File5.csv File4.csv");
    let second = list(
        db.a,
        FileFilter {
            page: first.next_page,
            ..filter.clone()
        },
    )
    .await
    .unwrap();
    assert_eq!(names(&second), "File3.csv File2.csv File1.csv");
    let third = list(
        db.a,
        FileFilter {
            page: second.next_page,
            ..filter
        },
    )
    .await
    .unwrap();
    assert_eq!((names(&third).as_str(), third.next_page), ("File0.csv", None));

    let held = list(
        db.a,
        FileFilter {
            states: vec![FileState::Held],
            ..FileFilter::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(names(&held), "File6.csv File4.csv File2.csv File0.csv");
    let by_id = list(
        db.a,
        FileFilter {
            folder: Some(two.to_string()),
            ..FileFilter::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(names(&by_id), "File6.csv File5.csv");
    let by_path = list(
        db.a,
        FileFilter {
            folder: Some(by_id.items[0].folder.clone()),
            ..FileFilter::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(names(&by_path), "File6.csv File5.csv");
    let unknown = FileFilter {
        folder: Some("/nope".to_owned()),
        ..FileFilter::default()
    };
    assert!(matches!(
        list(db.a, unknown).await,
        Err(StoreError::NotFound { what: "folder", .. })
    ));
    let by_name = list(
        db.a,
        FileFilter {
            name: Some("FILE3".to_owned()),
            ..FileFilter::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(names(&by_name), "File3.csv");
    let since = list(
        db.a,
        FileFilter {
            since: Some(at(5)),
            ..FileFilter::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(names(&since), "File6.csv File5.csv");
    // Hostile text is text; a token of nothing is refused; another org has nothing.
    let hostile = FileFilter {
        name: Some("'; DROP TABLE app.files; --\0".to_owned()),
        ..FileFilter::default()
    };
    assert_eq!(list(db.a, hostile).await.unwrap().items, []);
    for folder in ["' OR true --", "\0", ""] {
        let hostile = FileFilter {
            folder: Some(folder.to_owned()),
            ..FileFilter::default()
        };
        let refused = list(db.a, hostile).await;
        assert!(
            matches!(refused, Err(StoreError::NotFound { .. })),
            "{folder:?}: {refused:?}"
        );
    }
    let bad = list(
        db.a,
        FileFilter {
            page: Some("x".to_owned()),
            ..FileFilter::default()
        },
    )
    .await;
    assert!(matches!(bad, Err(StoreError::Invalid { what: "page", .. })));
    assert_eq!(list(db.b, FileFilter::default()).await.unwrap().items, []);
}

#[tokio::test]
async fn rows_are_shown_with_typed_values() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let rows = [("w1", 10), ("W2", 20), ("w3", 30)];
    let (id, result) = db
        .take(db.a, folder, &Incoming::new("a.csv", &profile("p", false), true, &rows))
        .await;
    result.unwrap();
    let list =
        |org, filter: RecordFilter| db.run(org, move |tx| Box::pin(async move { records::list(tx, &filter).await }));
    let of_file = |limit, page| RecordFilter {
        file: Some(id),
        limit,
        page,
        ..RecordFilter::default()
    };
    let first = list(db.a, of_file(2, None)).await.unwrap();
    assert_eq!(first.items[0].record_id.to_string(), "1:2");
    assert_eq!(first.items[0].file_id, id);
    assert_eq!(
        serde_json::to_value(&first.items[0].values).unwrap(),
        json!({"event_start": "2026-05-28T20:26:40Z", "is_failure": true, "quantity_good": "10", "work_order": "w1"})
    );
    assert_eq!(first.items[0].extra["Note"], "n2");
    let second = list(db.a, of_file(2, first.next_page)).await.unwrap();
    assert_eq!(
        (second.items.len(), second.items[0].line, second.next_page),
        (1, 4, None)
    );
    let all = list(
        db.a,
        RecordFilter {
            limit: 2,
            ..RecordFilter::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(all.items.iter().map(|row| row.line).collect::<Vec<_>>(), [4, 3]);
    let rest = list(
        db.a,
        RecordFilter {
            limit: 2,
            page: all.next_page,
            ..RecordFilter::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(rest.items.iter().map(|row| row.line).collect::<Vec<_>>(), [2]);

    let only = |variable, value: &str| RecordFilter {
        filters: vec![(variable, value.to_owned())],
        ..RecordFilter::default()
    };
    for (variable, value, lines) in [
        (Variable::WorkOrder, "w2", vec![3]),
        (Variable::QuantityGood, "30.0", vec![4]),
        (Variable::EventStart, "2026-05-28T22:26:40+02:00", vec![4, 3, 2]),
        (Variable::IsFailure, "no", vec![]),
        (Variable::WorkOrder, "' OR true --", vec![]),
    ] {
        let found = list(db.a, only(variable, value)).await.unwrap();
        assert_eq!(
            found.items.iter().map(|row| row.line).collect::<Vec<_>>(),
            lines,
            "{variable:?}={value}"
        );
    }
    for (variable, value) in [
        (Variable::QuantityGood, "x"),
        (Variable::DueDate, "04.05.2026"),
        (Variable::IsFailure, "?"),
        (Variable::EventEnd, "noon"),
    ] {
        assert!(matches!(
            list(db.a, only(variable, value)).await,
            Err(StoreError::Invalid { .. })
        ));
    }
    assert_eq!(list(db.b, of_file(2, None)).await.unwrap().items, []);
}

#[tokio::test]
async fn live_rows_are_streamed_as_they_came() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let file = Incoming::new("a.csv", &profile("p", true), true, &[("1", 1), ("1", 2), ("2", 3)]);
    let (id, result) = db.take(db.a, folder, &file).await;
    result.unwrap();
    let stream = |org| {
        let (send, mut receive) = mpsc::channel(4);
        let run = db.run(org, move |tx| {
            Box::pin(async move { records::stream(tx, 1, send).await })
        });
        async move {
            let collect = async {
                let mut bytes = Vec::new();
                while let Some(piece) = receive.recv().await {
                    bytes.extend(piece);
                }
                bytes
            };
            let (total, bytes) = tokio::join!(run, collect);
            assert_eq!(total.unwrap(), bytes.len() as u64);
            let mut stream = Counting::new(bytes.as_slice());
            let mut rows = Vec::new();
            while let Some(block) = stream.next_block().unwrap() {
                rows.extend(block.records());
            }
            rows
        }
    };
    assert_eq!(
        stream(db.a).await,
        &file.rows[1..],
        "the first version of order 1 does not count"
    );
    assert_eq!(stream(db.b).await, []);
    assert!(id.to_string().len() == 36);
    // A receiver that goes away stops it, and the connection is fit for the next call.
    let (send, receive) = mpsc::channel(1);
    drop(receive);
    let result = db
        .run(db.a, move |tx| {
            Box::pin(async move { records::stream(tx, 1, send).await })
        })
        .await;
    assert!(matches!(result, Err(StoreError::Aborted)));
    assert_eq!(stream(db.a).await.len(), 2);
}

#[tokio::test]
async fn profiles_have_versions() {
    let db = Database::new().await;
    let save = |profile: &plant_core::profile::Profile, base| {
        let profile = profile.clone();
        db.run(db.a, move |tx| {
            Box::pin(async move { profiles::save(tx, &profile, base, at(0)).await })
        })
    };
    let first = save(&profile("Scrap", false), None).await.unwrap();
    assert_eq!(first.version, 1);
    let taken = save(&profile("scrap", false), None).await;
    assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
    let mut changed = first.clone();
    changed.approved = true;
    let second = save(&changed, Some(1)).await.unwrap();
    assert_eq!(second.version, 2);
    let late = save(&changed, Some(1)).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    let get = |org, name: &str, version| {
        let name = name.to_owned();
        let run = db.run(org, move |tx| {
            Box::pin(async move { profiles::get(tx, &name, version).await })
        });
        async move { run.await.unwrap().map(|view| view.profile) }
    };
    assert_eq!(get(db.a, "SCRAP", None).await, Some(second.clone()));
    assert_eq!(get(db.a, "scrap", Some(1)).await, Some(first.clone()));
    assert_eq!(get(db.a, "scrap", Some(9)).await, None);
    assert_eq!(
        get(db.a, &first.profile_id.to_string()[..30], None).await,
        Some(second.clone())
    );
    assert_eq!(get(db.b, "scrap", None).await, None);

    let clone = db
        .run(db.a, |tx| {
            Box::pin(async move { profiles::clone(tx, "scrap", "Scrap 2", at(1)).await })
        })
        .await
        .unwrap();
    assert_ne!(clone.profile_id, first.profile_id);
    assert_eq!((clone.version, &clone.columns), (1, &first.columns));
    db.run(db.a, |tx| {
        Box::pin(async move { profiles::archive(tx, "scrap", at(2)).await })
    })
    .await
    .unwrap();
    let used = db
        .run(db.a, |tx| Box::pin(async move { profiles::for_ingest(tx).await }))
        .await
        .unwrap();
    assert_eq!(used, [clone]);
    let all = db
        .run(db.a, |tx| Box::pin(async move { profiles::list(tx).await }))
        .await
        .unwrap();
    assert_eq!(
        all.iter().map(|view| view.profile.archived).collect::<Vec<_>>(),
        [false, true]
    );
    save(&profile("Scrap", false), None).await.unwrap();
    assert_eq!(
        db.text(Role::Superuser, "SELECT count(*)::text FROM app.profiles")
            .await
            .unwrap(),
        "4"
    );
}

#[tokio::test]
async fn a_file_like_one_whose_mapping_was_archived_comes_in_by_a_new_one() {
    let db = Database::new().await;
    let folder = db.folder(db.a).await;
    let own = profile("made", true);
    let names: Vec<String> = {
        let mut names = Vec::new();
        for number in 1..=3 {
            let (name, row) = (format!("{number}.csv"), number.to_string());
            let (_, taken) = db
                .take(db.a, folder, &Incoming::new(&name, &own, true, &[(&row, 1)]))
                .await;
            taken.unwrap();
            let archived = db
                .run(db.a, |tx| {
                    Box::pin(async move { profiles::archive(tx, "made", at(2)).await })
                })
                .await
                .unwrap();
            names.push(archived.profile_id.to_string());
        }
        names.sort();
        names.dedup();
        names
    };
    assert_eq!(names.len(), 3, "each is a mapping of its own");
}
