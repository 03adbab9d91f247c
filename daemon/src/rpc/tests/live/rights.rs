//! What becomes of open calls when the right to them is taken away.

use std::time::{Duration, Instant};

use plant_core::access::Role;
use plant_proto::client::FileFilter;
use tokio_stream::StreamExt;

use super::*;

fn me() -> String {
    format!("unix:{}", rustix::process::geteuid().as_raw())
}

/// Two orgs, and an account that has a grant in `acme` alone.
async fn two_orgs() -> Plant {
    let plant = Plant::start().await;
    plant.client(None).await.create_org("other", "UTC", None).await.unwrap();
    plant
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revocation_ends_open_events_at_once() {
    let plant = two_orgs().await;
    let (alone, root) = (plant.client(None).await, plant.client(Some("acme")).await);
    let mut events = alone.watch_events(None).await.unwrap();
    push(&alone, "a.csv", None, "a\n").await.unwrap();
    assert_eq!(
        events.next().await.unwrap().unwrap().kind,
        plant_core::model::EventKind::File
    );

    // A smaller role is enough for it, another org none of its business.
    root.grant_access(&me(), Role::Viewer).await.unwrap();
    push(&root, "b.csv", None, "b\n").await.unwrap();
    assert_eq!(
        events.next().await.unwrap().unwrap().kind,
        plant_core::model::EventKind::File
    );
    let mut of_root = root.watch_events(None).await.unwrap();

    let started = Instant::now();
    root.revoke_access(&me()).await.unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(5), events.next()).await;
    assert!(
        matches!(ended, Ok(Some(Err(ClientError::NotAllowed { .. })))),
        "{ended:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(
        matches!(alone.get_status().await, Err(ClientError::Invalid { .. })),
        "it must name an org now"
    );
    // Who named the org as root may keeps it.
    push(&root, "c.csv", None, "c\n").await.unwrap();
    assert_eq!(
        of_root.next().await.unwrap().unwrap().kind,
        plant_core::model::EventKind::File
    );
    drop((events, of_root));
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_that_loses_its_right_keeps_nothing() {
    let plant = two_orgs().await;
    let (alone, root) = (plant.client(None).await, plant.client(Some("acme")).await);
    let staging = plant.app.state_dir().join(crate::inbox::STAGING);
    let staged = || std::fs::read_dir(&staging).map_or(0, |entries| entries.count());

    let (pieces, sent) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(1);
    let sent = tokio_stream::wrappers::ReceiverStream::new(sent);
    let pushing = tokio::spawn(async move { alone.push_file("secret.csv", None, sent).await });
    pieces.send(Ok(b"a,b\n".to_vec())).await.unwrap();
    let waited = Instant::now();
    while staged() == 0 {
        assert!(waited.elapsed() < Duration::from_secs(30), "the push arrives");
        tokio::task::yield_now().await;
    }
    root.revoke_access(&me()).await.unwrap();
    // The rest comes, and does not get through; the channel may be closed by then.
    drop(pieces.send(Ok(b"1,2\n".to_vec())).await);
    drop(pieces);
    let ended = pushing.await.unwrap();
    assert!(matches!(ended, Err(ClientError::NotAllowed { .. })), "{ended:?}");
    assert_eq!(staged(), 0);
    assert!(root.list_files(FileFilter::default()).await.unwrap().items.is_empty());
    for folder in root.list_folders().await.unwrap() {
        assert_eq!(std::fs::read_dir(&folder.path).unwrap().count(), 0, "{}", folder.path);
    }
    plant.stop().await;
}
