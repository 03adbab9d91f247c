//! The life of a private cluster: made once, locked, stopped with its owner, recovered after a kill.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::{ClusterError, ClusterOptions, PrivateCluster, find_programs};
use crate::tests::programs;
use crate::{Connections, Store};

async fn start(state: &Path) -> Result<PrivateCluster, ClusterError> {
    PrivateCluster::start(ClusterOptions::new(state.to_owned(), programs())).await
}

fn pid(cluster: &PrivateCluster) -> Pid {
    let id = cluster.postgres.id().unwrap();
    Pid::from_raw(i32::try_from(id).unwrap()).unwrap()
}

async fn gone(pid: Pid) {
    let begin = Instant::now();
    while test_kill_process(pid).is_ok() {
        assert!(begin.elapsed() < Duration::from_secs(20), "{pid:?} still runs");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[test]
fn what_is_missing_is_named() {
    let empty = tempfile::tempdir().unwrap();
    // The usual places are looked at as well, so this machine may still have them.
    match find_programs(Some(empty.path().as_os_str())) {
        Ok(programs) => assert!(programs.version() >= 15 && programs.of_version(programs.version()).is_some()),
        Err(error) => assert!(error.to_string().contains("apt-get install postgresql"), "{error}"),
    }
    let said = ClusterError::NotInstalled {
        searched: "PATH".to_owned(),
    }
    .to_string();
    assert!(
        said.contains("apt-get install postgresql") && said.contains("url"),
        "{said}"
    );
}

#[tokio::test]
async fn it_is_made_once_and_keeps_its_data() {
    let state = plant_need::open_folder();
    let cluster = start(state.path()).await.unwrap();
    let access = cluster.access();
    assert_eq!(access.kind(), plant_core::model::DatabaseKind::Private);
    Store::prepare(&access).await.unwrap();
    // Twice is the same as once.
    Store::prepare(&access).await.unwrap();
    let store = Store::connect(&access, Connections::default()).await.unwrap();
    let org = crate::orgs::NewOrg {
        name: "a".to_owned(),
        zone: "UTC".to_owned(),
        currency: None,
        goal: 1.into(),
    };
    crate::orgs::create(&store, &org, "test", None).await.unwrap();

    // A second daemon on the same state is refused and does no harm.
    let second = start(state.path()).await;
    assert!(matches!(second, Err(ClusterError::InUse { .. })), "{second:?}");
    store.ping().await.unwrap();

    // Only a socket, only for its owner.
    let own = std::fs::read_to_string(cluster.data_dir().join("postmaster.pid")).unwrap();
    assert_eq!(
        own.lines().nth(5).unwrap().trim(),
        "",
        "no address is listened to: {own}"
    );
    store.close().await;
    let first = pid(&cluster);
    cluster.stop().await.unwrap();
    gone(first).await;

    let cluster = start(state.path()).await.unwrap();
    let store = Store::connect(&cluster.access(), Connections::default()).await.unwrap();
    assert!(crate::orgs::by_name(&store, "a").await.unwrap().is_some());

    // Postgres killed under it: noticed, and recovered by a start of the same daemon and by the next one.
    let killed = pid(&cluster);
    kill_process(killed, Signal::KILL).unwrap();
    let mut cluster = cluster;
    assert!(!cluster.exited().await.unwrap().success());
    cluster.restart().await.unwrap();
    assert_ne!(pid(&cluster), killed);
    // The pool finds the new one by itself.
    assert!(crate::orgs::by_name(&store, "a").await.unwrap().is_some());
    store.close().await;
    cluster.stop().await.unwrap();
    let cluster = start(state.path()).await.unwrap();
    let store = Store::connect(&cluster.access(), Connections::default()).await.unwrap();
    assert!(crate::orgs::by_name(&store, "a").await.unwrap().is_some());
    store.close().await;

    // The owner gone without a word: the guard's input ends, and Postgres with it.
    let mut cluster = cluster;
    let orphan = pid(&cluster);
    drop(cluster.guard.stdin.take());
    assert!(cluster.exited().await.unwrap().success());
    gone(orphan).await;
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_postgres_left_over_is_stopped_first() {
    let state = plant_need::open_folder();
    let mut cluster = start(state.path()).await.unwrap();
    let left = pid(&cluster);
    // As after a kill of the daemon and its guard: the lock is free, Postgres still runs.
    cluster.guard.kill().await.unwrap();
    rustix::fs::flock(&cluster.lock, rustix::fs::FlockOperation::Unlock).unwrap();
    let mut old = cluster;
    let waiting = tokio::spawn(async move { old.exited().await });
    let cluster = start(state.path()).await.unwrap();
    assert_ne!(pid(&cluster), left);
    waiting.await.unwrap().unwrap();
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn stale_remains_do_not_stop_a_start() {
    let state = plant_need::open_folder();
    let cluster = start(state.path()).await.unwrap();
    let data = cluster.data_dir().to_owned();
    cluster.stop().await.unwrap();
    // Its number was given to another process meanwhile: to this one. A half-made cluster lies beside it.
    let own = std::process::id();
    std::fs::write(
        data.join("postmaster.pid"),
        format!("{own}\n{}\n0\n5432\n\n\n", data.display()),
    )
    .unwrap();
    std::fs::create_dir_all(data.parent().unwrap().join("data.new/base")).unwrap();
    let cluster = start(state.path()).await.unwrap();
    cluster.stop().await.unwrap();
    std::fs::write(data.join("postmaster.pid"), "").unwrap();
    start(state.path()).await.unwrap().stop().await.unwrap();
}

#[tokio::test]
async fn a_long_path_gets_a_short_socket() {
    let state = plant_need::open_folder();
    let deep = state.path().join("d".repeat(60)).join("e".repeat(60));
    std::fs::create_dir_all(&deep).unwrap();
    // A temporary folder is closed to others; the cluster's account has to pass through it here.
    for folder in [&state.path().join("d".repeat(60)), &deep] {
        std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o711)).unwrap();
    }
    let cluster = start(&deep).await.unwrap();
    Store::prepare(&cluster.access()).await.unwrap();
    let short = cluster.place.socket_dir.clone();
    assert!(short.as_os_str().len() < 60, "{}", short.display());
    cluster.stop().await.unwrap();
    std::fs::remove_dir_all(short).unwrap();
}

#[tokio::test]
async fn data_of_a_version_that_is_not_here_is_named() {
    let state = plant_need::open_folder();
    let cluster = start(state.path()).await.unwrap();
    let data = cluster.data_dir().to_owned();
    cluster.stop().await.unwrap();
    std::fs::write(data.join("PG_VERSION"), "99\n").unwrap();
    let error = start(state.path()).await.unwrap_err();
    assert!(error.to_string().contains("apt-get install postgresql-99"), "{error}");
}

/// Removes a cluster that lies outside of its state folder, however the test ends.
struct Elsewhere(std::path::PathBuf);

impl Drop for Elsewhere {
    fn drop(&mut self) {
        let removed = std::fs::remove_dir_all(&self.0);
        assert!(removed.is_ok() || std::thread::panicking(), "{removed:?}");
    }
}

#[tokio::test]
async fn under_root_a_closed_folder_gets_a_cluster_elsewhere_and_keeps_it() {
    if !plant_need::root() {
        return;
    }
    // The daemon opens its own folder a little, but not the one above.
    let closed = tempfile::tempdir().unwrap();
    std::fs::set_permissions(closed.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let state = closed.path().join("state");
    let cluster = start(&state).await.unwrap();
    let link = std::fs::read_link(state.join("pg")).unwrap();
    let place = Elsewhere(link.clone());
    assert!(link.starts_with("/var/lib/plant-clusters"), "{}", link.display());
    assert_eq!(cluster.data_dir(), link.join("data"));
    Store::prepare(&cluster.access()).await.unwrap();
    cluster.stop().await.unwrap();
    let again = start(&state).await.unwrap();
    assert_eq!(again.data_dir(), link.join("data"));
    let store = Store::connect(&again.access(), Connections::default()).await.unwrap();
    store.ping().await.unwrap();
    store.close().await;
    again.stop().await.unwrap();
    drop(place);
}
