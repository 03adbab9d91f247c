//! The task of one watched folder: events wake it, the scan decides, the database is told.

use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use plant_core::ids::{FileId, FolderId, OrgId};
use plant_core::quiet::{Facts, QuietRule, ignored_name};
use plant_core::sanitize;
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_store::files::{self, Sighting};
use plant_store::folders::FolderPlace;
use tokio::sync::mpsc;
use tracing::{debug, info, warn};

use super::mount::{MountKind, mount_kind};
use super::scan::{self, Entry, EntryKind, Memory};
use crate::app::App;

/// Events kept while a scan runs; more are dropped, because the scan is the truth anyway.
const EVENT_QUEUE: usize = 32_768;
/// Shortest time between two scans that events ask for.
const SCAN_PAUSE: Duration = Duration::from_millis(50);
/// How many sightings go into one transaction.
const BATCH: usize = 2_000;

/// A folder to watch, as the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedFolder {
    /// Whose it is.
    pub org_id: OrgId,
    /// Its id.
    pub folder_id: FolderId,
    /// Where it is.
    pub path: PathBuf,
    /// Poll even on a local file system.
    pub poll: bool,
}

impl From<FolderPlace> for WatchedFolder {
    fn from(place: FolderPlace) -> Self {
        WatchedFolder {
            org_id: place.org,
            folder_id: place.folder_id,
            path: PathBuf::from(place.path),
            poll: place.mode == "poll",
        }
    }
}

/// The task of one folder.
pub struct FolderTask {
    app: App,
    folder: WatchedFolder,
    memory: Memory,
    closes: HashMap<OsString, u64>,
    /// Rows of files that are seen or waiting, by name.
    open: HashMap<OsString, FileId>,
    /// Whether `open` may hold names from before the start that the first look has to compare.
    forgotten: bool,
    fault: Option<String>,
}

impl FolderTask {
    /// A task that has not looked yet.
    pub fn new(app: App, folder: WatchedFolder) -> FolderTask {
        FolderTask {
            app,
            folder,
            memory: Memory::default(),
            closes: HashMap::new(),
            open: HashMap::new(),
            forgotten: false,
            fault: None,
        }
    }

    /// Watches until the task is dropped or the stop begins.
    pub async fn run(mut self) {
        self.recall().await;
        let (sender, mut events) = mpsc::channel(EVENT_QUEUE);
        let mut watcher: Option<RecommendedWatcher> = None;
        let mut watched = None;
        loop {
            let kind = mount_kind(&self.folder.path).ok();
            // A folder that was removed and made again is another one, which the old watch does not see.
            let identity = std::fs::metadata(&self.folder.path)
                .ok()
                .map(|facts| (facts.dev(), facts.ino()));
            if identity != watched {
                watcher = None;
                watched = identity;
            }
            let polled = self.folder.poll || kind.is_some_and(|kind| kind != MountKind::Local);
            if !polled && watcher.is_none() && kind.is_some() {
                watcher = self.watcher(&sender);
            }
            let next_ms = self.look().await;
            let pause = self.pause(next_ms, polled || watcher.is_none());
            tokio::select! {
                Some(event) = events.recv() => {
                    self.note(event);
                    tokio::time::sleep(SCAN_PAUSE).await;
                    while let Ok(event) = events.try_recv() {
                        self.note(event);
                    }
                }
                () = tokio::time::sleep(pause) => {}
                () = self.app.stopping() => return,
            }
        }
    }

    fn rule(&self) -> QuietRule {
        let intake = &self.app.config().intake;
        QuietRule {
            after_close_ms: intake.quiet_after_close_ms,
            unchanged_ms: intake.quiet_unchanged_ms,
        }
    }

    fn pause(&self, next_ms: Option<u64>, polled: bool) -> Duration {
        let intake = &self.app.config().intake;
        let regular = Duration::from_secs(if polled { intake.poll_s } else { intake.rescan_s });
        let now_ms = self.app.clock().steady_ms();
        let due = next_ms.map(|next_ms| Duration::from_millis(next_ms.saturating_sub(now_ms).max(1)));
        due.map_or(regular, |due| due.min(regular))
    }

    /// Learns which versions are in the database already.
    async fn recall(&mut self) {
        let folder_id = self.folder.folder_id;
        loop {
            let known = self
                .app
                .store()
                .run(self.folder.org_id, "daemon", move |tx| {
                    Box::pin(files::known(tx, folder_id))
                })
                .await;
            match known {
                Ok(known) => {
                    let mut settled = HashMap::new();
                    for file in known {
                        let name = OsString::from(std::ffi::OsStr::from_bytes(&file.name));
                        if matches!(file.state, FileState::Seen | FileState::Waiting) {
                            self.open.insert(name, file.file_id);
                        } else {
                            let facts = Facts {
                                bytes: file.bytes,
                                mtime_ns: file.mtime_ns,
                                inode: file.inode,
                            };
                            settled.insert(name, facts);
                        }
                    }
                    self.memory = Memory::new(settled);
                    // What was waiting when the daemon stopped and is gone by now is told by the first look.
                    self.forgotten = true;
                    return;
                }
                Err(error) => {
                    warn!(folder.id = %folder_id, %error, "cannot read what is known of the folder; trying again");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }

    fn watcher(&self, sender: &mpsc::Sender<Event>) -> Option<RecommendedWatcher> {
        let sender = sender.clone();
        let config = notify::Config::default().with_follow_symlinks(false);
        let handler = move |event: notify::Result<Event>| {
            // An overflow or an error only means that a scan is due; so does a full queue, which wakes it anyway.
            drop(sender.try_send(event.unwrap_or_else(|_| Event::new(EventKind::Other))));
        };
        let watched = RecommendedWatcher::new(handler, config).and_then(|mut watcher| {
            watcher.watch(&self.folder.path, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        match watched {
            Ok(watcher) => Some(watcher),
            Err(error) => {
                warn!(folder.id = %self.folder.folder_id, %error, "no events for this folder; polling it");
                None
            }
        }
    }

    fn note(&mut self, event: Event) {
        let now_ms = self.app.clock().steady_ms();
        let names = event
            .paths
            .iter()
            .filter_map(|path| path.file_name())
            .map(OsString::from);
        match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => {
                for name in names {
                    self.memory.closed(&name, now_ms);
                    self.closes.insert(name, now_ms);
                }
            }
            EventKind::Modify(ModifyKind::Data(_)) => {
                for name in names {
                    self.memory.written(&name, now_ms);
                    self.closes.remove(&name);
                }
            }
            _ => {}
        }
    }

    /// One scan; returns when the next candidate becomes quiet.
    async fn look(&mut self) -> Option<u64> {
        let path = self.folder.path.clone();
        let entries = tokio::task::spawn_blocking(move || scan::read(&path)).await;
        let now_ms = self.app.clock().steady_ms();
        self.app.progress().scan_ms.store(now_ms, Ordering::Relaxed);
        let entries = match entries {
            Ok(Ok(entries)) => entries,
            Ok(Err(error)) => {
                self.tell_fault(Some(fault_text(&error)), false).await;
                return None;
            }
            Err(error) => {
                warn!(%error, "the scan was interrupted");
                return None;
            }
        };
        let mut gone: Vec<OsString> = Vec::new();
        if std::mem::take(&mut self.forgotten) {
            let present: std::collections::HashSet<&OsString> = entries.iter().map(|entry| &entry.name).collect();
            gone.extend(self.open.keys().filter(|name| !present.contains(name)).cloned());
        }
        let closes = std::mem::take(&mut self.closes);
        let steps = self
            .memory
            .look(entries, self.rule(), now_ms, |name| closes.get(name).copied());
        let news = !steps.seen.is_empty();
        let batches = [
            (FileState::Seen, steps.seen),
            (FileState::Waiting, steps.growing),
            (FileState::Stable, steps.quiet),
        ];
        for (state, entries) in batches {
            for entries in entries.chunks(BATCH) {
                if !self.tell(entries, state).await && state == FileState::Stable {
                    self.memory.forget(entries);
                }
            }
        }
        gone.extend(steps.vanished);
        self.tell_vanished(gone).await;
        self.tell_fault(None, news).await;
        steps.next_ms
    }

    fn sighting(&self, entry: &Entry, state: FileState) -> Option<Sighting> {
        let shown = sanitize::display(&entry.name.to_string_lossy()).into_owned();
        let ignored = ignored_name(&shown);
        let (state, reason) = match (state, entry.kind, ignored) {
            // A temporary file is told only once it stays; most are renamed before.
            (FileState::Seen | FileState::Waiting, _, Some(_)) => return None,
            (FileState::Stable, EntryKind::Other, _) => (
                FileState::Ignored,
                Some((
                    ReasonCode::NotRegular,
                    "it is a link, pipe, folder or device, not a regular file",
                )),
            ),
            (FileState::Stable, _, Some(why)) => (FileState::Ignored, Some((ReasonCode::IgnoredName, why))),
            (state, _, _) => (state, None),
        };
        Some(Sighting {
            file_id: FileId(self.app.clock().new_id()),
            folder_id: self.folder.folder_id,
            name: entry.name.as_bytes().to_vec(),
            display: shown,
            bytes: entry.facts.bytes,
            mtime_ns: entry.facts.mtime_ns,
            inode: entry.facts.inode,
            state,
            reason: reason.map(|(code, text)| Reason {
                code,
                text: text.to_owned(),
            }),
            at: self.app.clock().now(),
        })
    }

    /// Writes sightings; returns whether the database took them.
    async fn tell(&mut self, entries: &[Entry], state: FileState) -> bool {
        let sightings: Vec<Sighting> = entries.iter().filter_map(|entry| self.sighting(entry, state)).collect();
        if sightings.is_empty() {
            return true;
        }
        let org_id = self.folder.org_id;
        let sent = sightings.clone();
        let told = self
            .app
            .store()
            .run(org_id, "daemon", move |tx| {
                Box::pin(async move { files::sighted(tx, &sent).await })
            })
            .await;
        match told {
            Ok(ids) => {
                debug!(folder.id = %self.folder.folder_id, files = ids.len(), state = state.name(), "told");
                for (file_id, sighting) in ids.iter().zip(&sightings) {
                    let name = OsString::from(std::ffi::OsStr::from_bytes(&sighting.name));
                    if matches!(sighting.state, FileState::Seen | FileState::Waiting) {
                        self.open.insert(name, *file_id);
                    } else {
                        self.open.remove(&name);
                    }
                    self.app.announce(
                        org_id,
                        "file",
                        &file_id.to_string(),
                        sighting.state.name(),
                        &sighting.display,
                    );
                }
                self.app.wake_jobs();
                true
            }
            Err(error) => {
                warn!(folder.id = %self.folder.folder_id, %error, "cannot write what was seen; looking again");
                false
            }
        }
    }

    async fn tell_vanished(&mut self, names: Vec<OsString>) {
        let ids: Vec<FileId> = names.iter().filter_map(|name| self.open.remove(name)).collect();
        if ids.is_empty() {
            return;
        }
        let org_id = self.folder.org_id;
        let at = self.app.clock().now();
        let sent = ids.clone();
        let told = self
            .app
            .store()
            .run(org_id, "daemon", move |tx| {
                Box::pin(async move { files::vanished(tx, &sent, at).await })
            })
            .await;
        match told {
            Ok(_) => {
                for file_id in ids {
                    self.app.announce(
                        org_id,
                        "file",
                        &file_id.to_string(),
                        "failed",
                        "it vanished before it was quiet",
                    );
                }
            }
            Err(error) => {
                warn!(folder.id = %self.folder.folder_id, %error, "cannot write which files vanished");
            }
        }
    }

    async fn tell_fault(&mut self, fault: Option<String>, news: bool) {
        if fault != self.fault {
            match &fault {
                Some(fault) => warn!(folder.id = %self.folder.folder_id, fault, "the folder cannot be read"),
                None => info!(folder.id = %self.folder.folder_id, "the folder can be read again"),
            }
            self.fault.clone_from(&fault);
            let id = self.folder.folder_id.to_string();
            let state = if fault.is_some() { "fault" } else { "ok" };
            self.app.announce(
                self.folder.org_id,
                "folder",
                &id,
                state,
                fault.as_deref().unwrap_or_default(),
            );
        }
        let folder_id = self.folder.folder_id;
        let at = self.app.clock().now();
        let told = self
            .app
            .store()
            .run(self.folder.org_id, "daemon", move |tx| {
                Box::pin(async move {
                    plant_store::folders::scanned(tx, folder_id, at, news.then_some(at), fault.as_deref()).await
                })
            })
            .await;
        if let Err(error) = told {
            warn!(folder.id = %folder_id, %error, "cannot write the time of the scan");
        }
    }
}

fn fault_text(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "the folder does not exist; create it or remove it from the list".to_owned(),
        std::io::ErrorKind::PermissionDenied => {
            "the daemon's account may not read the folder; give it the right to read".to_owned()
        }
        _ => format!("the folder cannot be read: {error}"),
    }
}
