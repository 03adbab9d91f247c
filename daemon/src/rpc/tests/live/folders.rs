//! Folders that are watched.

use plant_proto::client::ClientError;
use plant_proto::fault::Fault;

use super::Plant;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_is_added_once_listed_and_removed() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    let path = plant.exports("exports");
    let folder = client.add_folder(&path, Some("north"), None, None).await.unwrap();
    assert_eq!(
        (folder.path.as_str(), folder.site.as_deref()),
        (path.as_str(), Some("north"))
    );
    assert!(matches!(
        client.add_folder(&path, None, None, None).await,
        Err(ClientError::Fault(Fault::Conflict { .. }))
    ));
    assert_eq!(client.list_folders().await.unwrap(), std::slice::from_ref(&folder));
    assert_eq!(client.remove_folder(&path).await.unwrap().folder_id, folder.folder_id);
    assert_eq!(client.list_folders().await.unwrap(), []);
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_is_not_there_and_a_mode_that_means_nothing_are_refused() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    let path = plant.exports("exports");
    for (path, mode) in [("/nowhere", None), (path.as_str(), Some("stare"))] {
        assert!(
            matches!(
                client.add_folder(path, None, mode, None).await,
                Err(ClientError::Fault(Fault::Invalid { .. }))
            ),
            "{path} {mode:?}"
        );
    }
    plant.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_done_is_in_the_log_under_the_account_of_the_caller() {
    let plant = Plant::start().await;
    let client = plant.client(None).await;
    client
        .add_folder(&plant.exports("exports"), None, None, None)
        .await
        .unwrap();
    let audit = client.list_audit(Default::default()).await.unwrap();
    let actor = format!("unix:{}", rustix::process::geteuid().as_raw());
    assert!(
        audit
            .items
            .iter()
            .any(|entry| entry.action == "folder.add" && entry.actor == actor),
        "{:?}",
        audit.items
    );
    assert!(client.verify_audit().await.unwrap().ok);
    plant.stop().await;
}
