//! Two orgs in one daemon: nothing of the one is there for the other.

use plant_core::access::Role;
use plant_core::model::{FileItem, FolderView};
use plant_proto::client::{Client, ClientError, FileFilter, Listing, RecordFilter};
use plant_proto::fault::Fault;
use tokio_stream::StreamExt;

use super::{Plant, push};

/// A plant whose first org has a folder and a file, and a client of the second, who names it.
struct Two {
    plant: Plant,
    /// Names no org.
    alone: Client,
    second: Client,
    folder: FolderView,
    file: FileItem,
}

impl Two {
    /// Without the grant in the first org that the maker of the second keeps.
    async fn start() -> Two {
        let two = Two::as_made().await;
        two.alone.revoke_access(&me()).await.unwrap();
        two
    }

    async fn as_made() -> Two {
        let plant = Plant::start().await;
        let alone = plant.client(None).await;
        let folder = alone
            .add_folder(&plant.exports("exports"), None, None, None)
            .await
            .unwrap();
        let file = push(&alone, "secret.csv", None, "a,b\n1,2\n").await.unwrap();
        let other = alone.create_org("other", "UTC", None).await.unwrap();
        assert_eq!(other.name, "other");
        let second = plant.client(Some("other")).await;
        Two {
            plant,
            alone,
            second,
            folder,
            file,
        }
    }
}

fn me() -> String {
    format!("unix:{}", rustix::process::geteuid().as_raw())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_makes_a_second_org_keeps_the_first_by_a_grant_that_can_be_seen_and_taken_away() {
    let Two { plant, alone, .. } = Two::as_made().await;
    let kept = alone.get_status().await.unwrap();
    assert_eq!((kept.org.as_str(), kept.role), ("acme", Role::Admin));
    let grants = alone.list_grants(Listing::default()).await.unwrap();
    let [grant] = grants.items.as_slice() else {
        panic!("{grants:?}")
    };
    assert_eq!((&grant.principal, grant.role, &grant.by), (&me(), Role::Admin, &me()));
    assert!(grants.implied[0].contains("--org acme"), "{grants:?}");
    let change = alone.revoke_access(&me()).await.unwrap();
    assert_eq!((change.org.as_str(), &change.grant), ("acme", grant));
    assert!(
        change.notes.iter().any(|note| note.contains("no administrator")),
        "{change:?}"
    );
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_org_is_made_once_and_in_a_zone_that_exists() {
    let Two { plant, alone, .. } = Two::start().await;
    assert!(matches!(
        alone.create_org("other", "UTC", None).await,
        Err(ClientError::Fault(Fault::Conflict { .. }))
    ));
    assert!(matches!(
        alone.create_org("x", "Mars/North", None).await,
        Err(ClientError::Fault(Fault::Invalid { .. }))
    ));
    let orgs = alone.list_orgs().await.unwrap();
    let names: Vec<_> = orgs.iter().map(|org| org.name.as_str()).collect();
    assert_eq!(names, ["acme", "other"]);
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_two_orgs_the_account_of_the_daemon_names_one_and_that_is_in_its_log() {
    let Two {
        plant, alone, second, ..
    } = Two::start().await;
    assert!(matches!(
        alone.get_status().await,
        Err(ClientError::Fault(Fault::Invalid { .. }))
    ));
    assert_eq!(second.get_status().await.unwrap().org, "other");
    let log = second.list_audit(Listing::default()).await.unwrap();
    assert!(log.items.iter().any(|entry| entry.action == "access.break_glass"));
    assert!(matches!(
        plant.client(Some("nobody")).await.get_status().await,
        Err(ClientError::Fault(Fault::NotFound { .. }))
    ));
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_the_first_org_is_told_to_the_second_as_one_that_does_not_exist() {
    let Two {
        plant, second, file, ..
    } = Two::start().await;
    assert_eq!(second.list_files(FileFilter::default()).await.unwrap().items, []);
    let absent = "01900000-0000-7000-8000-000000000009";
    for asked in [file.file_id.to_string().as_str(), "secret.csv"] {
        let told = second.get_file(asked).await.unwrap_err().to_string();
        let missing = second.get_file(absent).await.unwrap_err().to_string();
        assert_eq!(told.replace(asked, "x"), missing.replace(absent, "x"));
        let rows = RecordFilter {
            file: Some(asked.to_owned()),
            ..RecordFilter::default()
        };
        for (what, error) in [
            ("explain", second.explain_file(asked).await.unwrap_err()),
            ("retry", second.retry_file(asked).await.unwrap_err()),
            ("suggest", second.suggest_profile(asked).await.unwrap_err()),
            ("records", second.list_records(rows).await.unwrap_err()),
        ] {
            assert!(
                matches!(error, ClientError::Fault(Fault::NotFound { .. })),
                "{what} {asked}: {error}"
            );
        }
    }
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_of_the_first_org_is_neither_shown_nor_given_to_the_second() {
    let Two {
        plant, second, folder, ..
    } = Two::start().await;
    assert_eq!(second.list_folders().await.unwrap(), []);
    assert!(matches!(
        second.remove_folder(&folder.folder_id.to_string()).await,
        Err(ClientError::Fault(Fault::NotFound { .. }))
    ));
    assert!(matches!(
        push(&second, "a.csv", Some(&folder.path), "a\n").await,
        Err(ClientError::Fault(Fault::NotFound { .. }))
    ));
    // It can't be watched by the second either, which is not told why.
    let error = second.add_folder(&folder.path, None, None, None).await.unwrap_err();
    assert!(
        matches!(&error, ClientError::Fault(Fault::Conflict { message }) if !message.contains("acme")),
        "{error}"
    );
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_event_of_the_second_org_is_its_own() {
    let Two {
        plant, second, file, ..
    } = Two::start().await;
    let mut events = second.watch_events(None).await.unwrap();
    let first = plant.client(Some("acme")).await;
    push(&first, "next.csv", None, "a\n").await.unwrap();
    let own = push(&second, "own.csv", None, "a\n").await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().id, own.file_id.to_string());
    assert_ne!(own.folder, file.folder, "each org has an inbox of its own");
    drop(events);
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grant_counts_from_the_next_call_on_and_then_the_org_need_not_be_named() {
    let Two {
        plant, alone, second, ..
    } = Two::start().await;
    second.grant_access(&me(), Role::Viewer).await.unwrap();
    for nobody in ["no-such-account", "a:b", "unix:4294967295"] {
        let error = second.grant_access(nobody, Role::Viewer).await.unwrap_err();
        assert!(
            matches!(&error, ClientError::Fault(Fault::Invalid { message }) if message.contains(nobody)),
            "{error:?}"
        );
    }
    let error = second.revoke_access("unix:77").await.unwrap_err();
    assert!(error.to_string().contains("plant org grants"), "{error}");
    // By its name or by its number it is the same account.
    let root = second.grant_access("root", Role::Viewer).await.unwrap();
    assert_eq!(
        (root.grant.principal.as_str(), root.grant.account.as_deref()),
        ("unix:0", Some("root"))
    );
    if me() != "unix:0" {
        second.revoke_access("unix:root").await.unwrap();
    }
    let status = alone.get_status().await.unwrap();
    assert_eq!((status.role, status.org.as_str()), (Role::Viewer, "other"));
    assert_eq!(alone.remove_folder("/x").await.unwrap_err().exit_code(), 4);
    plant.stop().await;
}
