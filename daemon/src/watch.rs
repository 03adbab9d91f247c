//! Watched folders: the directory scan is the truth, the kernel's events only wake it up.
//!
//! A folder is a place, not a name: see [`Place`]. What its file system does, hanging included, concerns its own task only.
//!
//! Invariants: a file is queued at most once per content version (name, size, time, inode); what is queued is written
//! to the database before it is forgotten here; a folder that can't be read is a fault of the folder, not of the daemon.

mod folder;
mod look;
mod mount;
mod place;
mod scan;

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use plant_core::ids::FolderId;
use plant_core::model::FolderMode;
use tokio::task::JoinHandle;
use tracing::{error, info};

pub use folder::{FolderTask, WatchedFolder};
pub use place::{Fault, Known, Place, find, open_file};
pub use scan::{facts, is_foreign_link};

use crate::app::App;

/// How often the set of folders is read again without being woken.
const FOLDERS_REFRESH: Duration = Duration::from_secs(30);

/// How long the database may take to say which folders there are.
const FOLDERS_PATIENCE: Duration = Duration::from_secs(20);

/// How long the folders' tasks may take to end; one whose file system hangs is left behind.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// Keeps one task per watched folder until the stop begins.
pub async fn run(app: App) {
    let mut tasks: HashMap<FolderId, (WatchedFolder, JoinHandle<()>)> = HashMap::new();
    loop {
        // A database that is away stops no loop.
        app.progress().scan_ms.store(app.clock().steady_ms(), Ordering::Relaxed);
        let folders = tokio::select! {
            folders = tokio::time::timeout(FOLDERS_PATIENCE, plant_store::folders::all(app.store())) => folders,
            () = app.stopping() => break,
        };
        match folders {
            Ok(Ok(folders)) => adjust(&app, &mut tasks, folders),
            Ok(Err(error)) => error!(%error, "cannot read the watched folders; trying again"),
            Err(_) => error!("the database does not say which folders are watched; trying again"),
        }
        tokio::select! {
            () = app.folders_woken() => {}
            () = tokio::time::sleep(FOLDERS_REFRESH) => {}
            () = app.stopping() => break,
        }
    }
    // Each task sees the stop too; what it is just writing ends before the database is closed.
    let ends = tasks.into_values().map(|(_, task)| async move {
        let abort = task.abort_handle();
        if tokio::time::timeout(STOP_PATIENCE, task).await.is_err() {
            abort.abort();
        }
    });
    futures::future::join_all(ends).await;
}

fn adjust(
    app: &App,
    tasks: &mut HashMap<FolderId, (WatchedFolder, JoinHandle<()>)>,
    folders: Vec<plant_store::folders::FolderPlace>,
) {
    let wanted: HashMap<FolderId, WatchedFolder> = folders
        .into_iter()
        .filter(|row| row.mode != FolderMode::Push)
        .map(|row| (row.folder_id, WatchedFolder::from(row)))
        .collect();
    tasks.retain(|folder_id, (folder, task)| {
        let keep = wanted.get(folder_id) == Some(folder) && !task.is_finished();
        if !keep {
            task.abort();
            info!(folder.id = %folder_id, path = %folder.known.path.display(), "no longer watched");
        }
        keep
    });
    for (folder_id, folder) in wanted {
        tasks.entry(folder_id).or_insert_with(|| {
            info!(folder.id = %folder_id, path = %folder.known.path.display(), "watching");
            let task = tokio::spawn(FolderTask::new(app.clone(), folder.clone()).run());
            (folder, task)
        });
    }
}
