//! Watched folders: the directory scan is the truth, the kernel's events only wake it up.
//!
//! Invariants: a file is queued at most once per content version (name, size, time, inode); what is queued is written
//! to the database before it is forgotten here; a folder that can't be read is a fault of the folder, not of the daemon.

mod folder;
mod mount;
mod scan;

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use plant_core::ids::FolderId;
use tokio::task::JoinHandle;
use tracing::{error, info};

pub use folder::{FolderTask, WatchedFolder};
pub use mount::{MountKind, mount_kind};

use crate::app::App;

/// How often the set of folders is read again without being woken.
const FOLDERS_REFRESH: Duration = Duration::from_secs(30);

/// How long a folder's task may take to end.
const STOP_PATIENCE: Duration = Duration::from_secs(5);

/// Keeps one task per watched folder until the stop begins.
pub async fn run(app: App) {
    let mut tasks: HashMap<FolderId, (WatchedFolder, JoinHandle<()>)> = HashMap::new();
    loop {
        match plant_store::folders::all(app.store()).await {
            Ok(folders) => {
                app.progress().scan_ms.store(app.clock().steady_ms(), Ordering::Relaxed);
                adjust(&app, &mut tasks, folders);
            }
            Err(error) => error!(%error, "cannot read the watched folders; trying again"),
        }
        tokio::select! {
            () = app.folders_woken() => {}
            () = tokio::time::sleep(FOLDERS_REFRESH) => {}
            () = app.stopping() => break,
        }
    }
    // Each task sees the stop too; what it is just writing ends before the database is closed.
    for (folder_id, (_, task)) in tasks {
        if tokio::time::timeout(STOP_PATIENCE, task).await.is_err() {
            error!(folder.id = %folder_id, "the folder's task did not end in time");
        }
    }
}

fn adjust(
    app: &App,
    tasks: &mut HashMap<FolderId, (WatchedFolder, JoinHandle<()>)>,
    folders: Vec<plant_store::folders::FolderPlace>,
) {
    let wanted: HashMap<FolderId, WatchedFolder> = folders
        .into_iter()
        .map(|row| (row.folder_id, WatchedFolder::from(row)))
        .collect();
    tasks.retain(|folder_id, (folder, task)| {
        let keep = wanted.get(folder_id) == Some(folder) && !task.is_finished();
        if !keep {
            task.abort();
            info!(folder.id = %folder_id, path = %folder.path.display(), "no longer watched");
        }
        keep
    });
    for (folder_id, folder) in wanted {
        tasks.entry(folder_id).or_insert_with(|| {
            info!(folder.id = %folder_id, path = %folder.path.display(), "watching");
            let task = tokio::spawn(FolderTask::new(app.clone(), folder.clone()).run());
            (folder, task)
        });
    }
}
