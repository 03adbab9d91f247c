//! Files that are pushed, listed and asked for.

use std::path::Path;

use plant_core::model::EventKind;
use plant_core::state::FileState;
use plant_proto::client::{ClientError, FileFilter, Listing};
use plant_proto::fault::Fault;
use tokio_stream::StreamExt;

use super::{Plant, push};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pushed_file_is_kept_whole_and_told_to_those_who_watch() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    // One who comes back is told to fetch everything, then what happens.
    let mut events = client.watch_events(Some(7)).await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().kind, EventKind::Resync);
    let text = "work_order,quantity_good\n1,5\n";
    let pushed = push(&client, "mes.csv", None, text).await.unwrap();
    assert_eq!(
        (pushed.name.as_str(), pushed.state, pushed.bytes),
        ("mes.csv", FileState::Stable, 29)
    );
    let event = events.next().await.unwrap().unwrap();
    assert_eq!((event.kind, event.id), (EventKind::File, pushed.file_id.to_string()));
    let kept = || -> Vec<String> {
        let pushes = std::fs::read_dir(&pushed.folder).unwrap();
        let mut kept: Vec<String> = pushes
            .map(|push| std::fs::read_to_string(push.unwrap().path().join("mes.csv")).unwrap())
            .collect();
        kept.sort();
        kept
    };
    assert_eq!(kept(), [text]);
    let again = push(&client, "mes.csv", None, "work_order,quantity_good\n2,6\n")
        .await
        .unwrap();
    assert_ne!(again.file_id, pushed.file_id);
    assert_eq!(kept().len(), 2, "a second push of the name replaces nothing");
    let audit = client.list_audit(Listing::default()).await.unwrap();
    let pushes: Vec<_> = audit.items.iter().filter(|entry| entry.action == "file.push").collect();
    assert_eq!(pushes.len(), 2);
    assert!(
        pushes
            .iter()
            .all(|entry| entry.actor.starts_with("unix:") && entry.body["name"] == "mes.csv")
    );
    drop(events);
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_into_a_folder_overwrites_nothing() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    let path = plant.exports("exports");
    let folder = client.add_folder(&path, None, None, None).await.unwrap();
    let pushed = push(&client, "two.csv", Some(&folder.folder_id.to_string()), "a,b\n")
        .await
        .unwrap();
    assert_eq!(pushed.folder, path);
    assert!(matches!(
        push(&client, "two.csv", Some(&path), "c\n").await,
        Err(ClientError::Fault(Fault::Conflict { .. }))
    ));
    assert_eq!(
        std::fs::read_to_string(Path::new(&path).join("two.csv")).unwrap(),
        "a,b\n"
    );
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_with_a_bad_name_or_without_its_end_leaves_nothing() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    for name in ["../x.csv", ".x.csv", ""] {
        assert!(
            matches!(
                push(&client, name, None, "c\n").await,
                Err(ClientError::Fault(Fault::Invalid { .. }))
            ),
            "{name:?}"
        );
    }
    let broken = tokio_stream::iter([Ok(b"half".to_vec()), Err(std::io::Error::other("disk"))]);
    assert!(matches!(
        client.push_file("half.csv", None, broken).await,
        Err(ClientError::Source { .. })
    ));
    assert_eq!(client.list_files(FileFilter::default()).await.unwrap().items, []);
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_come_newest_first_in_pages_and_by_state() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    let first = push(&client, "one.csv", None, "a\n1\n").await.unwrap();
    let second = push(&client, "two.csv", None, "a\n2\n").await.unwrap();
    let filter = |page| FileFilter {
        limit: Some(1),
        page,
        ..FileFilter::default()
    };
    let page = client.list_files(filter(None)).await.unwrap();
    assert_eq!((page.items.len(), &page.items[0].file_id), (1, &second.file_id));
    assert!(page.next_page.is_some());
    let page = client.list_files(filter(page.next_page)).await.unwrap();
    assert_eq!((page.items.len(), &page.items[0].file_id), (1, &first.file_id));
    assert_eq!(page.next_page, None);
    let held = FileFilter {
        states: vec![FileState::Held],
        ..FileFilter::default()
    };
    assert_eq!(client.list_files(held).await.unwrap().items, []);
    assert!(matches!(
        client.list_files(filter(Some("x".into()))).await,
        Err(ClientError::Fault(Fault::Invalid { .. }))
    ));
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_found_by_id_and_name_and_a_missing_one_told() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    let pushed = push(&client, "mes.csv", None, "work_order\n1\n").await.unwrap();
    for asked in [pushed.file_id.to_string().as_str(), "mes.csv"] {
        assert_eq!(client.get_file(asked).await.unwrap().item.file_id, pushed.file_id);
    }
    assert!(client.explain_file("mes.csv").await.unwrap()[0].contains("`mes.csv` was seen in"));
    assert!(
        matches!(
            client.retry_file("mes.csv").await,
            Err(ClientError::Fault(Fault::Conflict { .. }))
        ),
        "it was not put aside"
    );
    let missing = client.get_file("nothing.csv").await.unwrap_err();
    assert_eq!(
        missing,
        ClientError::Fault(Fault::NotFound {
            message: "no file `nothing.csv`; `plant files` lists what is there".into()
        })
    );
    plant.stop().await;
}
