//! The task of one watched folder: events wake it, the scan decides, the database is told.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use notify::Event;
use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use plant_core::access::DAEMON;
use plant_core::ids::{FileId, FolderId, OrgId};
use plant_core::model::{EventKind, FolderMode};
use plant_core::place::Identity;
use plant_core::quiet::{Facts, QuietRule, ignored_name};
use plant_core::sanitize;
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_store::files::{self, Sighting};
use plant_store::folders::FolderPlace;
use plant_store::jobs;
use tokio::sync::mpsc;
use tracing::{debug, info, warn};

use super::look::{Looked, Looker, Watch};
use super::place::{Fault, Known};
use super::scan::{Entry, EntryKind, Memory};
use crate::app::App;
use crate::patient::{NoAnswer, Patient};

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
    /// Where it is, and what tells it from others.
    pub known: Known,
    /// Poll even on a local file system.
    pub poll: bool,
}

impl From<FolderPlace> for WatchedFolder {
    fn from(place: FolderPlace) -> Self {
        WatchedFolder {
            org_id: place.org,
            folder_id: place.folder_id,
            poll: place.mode == FolderMode::Poll,
            known: Known::from(place),
        }
    }
}

/// The task of one folder.
pub struct FolderTask {
    app: App,
    folder: WatchedFolder,
    memory: Memory,
    /// Rows of files that are seen or waiting, by name.
    open: HashMap<OsString, FileId>,
    /// Whether `open` may hold names that the next look has to compare with what is there: those from before the start, and
    /// those that the database did not take as vanished.
    forgotten: bool,
    fault: Option<Fault>,
    looks: Patient<Result<Looked, Fault>>,
    /// The events of the directory, and which directory that is.
    watch: Option<(Identity, Watch)>,
    polled: bool,
}

impl FolderTask {
    /// A task that has not looked yet.
    pub fn new(app: App, folder: WatchedFolder) -> FolderTask {
        FolderTask {
            polled: folder.poll,
            app,
            folder,
            memory: Memory::default(),
            open: HashMap::new(),
            forgotten: false,
            fault: None,
            looks: Patient::default(),
            watch: None,
        }
    }

    /// Watches until the task is dropped or the stop begins.
    pub async fn run(mut self) {
        self.recall().await;
        let (sender, mut events) = mpsc::channel(EVENT_QUEUE);
        let mut asked = self.app.scans_asked();
        loop {
            let next_ms = self.look(&sender).await;
            let pause = self.pause(next_ms);
            tokio::select! {
                Some(event) = events.recv() => {
                    self.note(event);
                    tokio::time::sleep(SCAN_PAUSE).await;
                    while let Ok(event) = events.try_recv() {
                        self.note(event);
                    }
                }
                () = tokio::time::sleep(pause) => {}
                _ = asked.changed() => {}
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

    fn pause(&self, next_ms: Option<u64>) -> Duration {
        let intake = &self.app.config().intake;
        let is_polled = self.polled || self.watch.is_none();
        let regular = Duration::from_secs(if is_polled { intake.poll_s } else { intake.rescan_s });
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
                .run(self.folder.org_id, DAEMON, move |tx| {
                    Box::pin(files::known(tx, folder_id))
                })
                .await;
            match known {
                Ok(known) => {
                    let mut settled = Vec::new();
                    for file in known {
                        let name = OsString::from_vec(file.name);
                        if matches!(file.state, FileState::Seen | FileState::Waiting) {
                            self.open.insert(name, file.file_id);
                        } else {
                            let facts = Facts {
                                bytes: file.bytes,
                                mtime_ns: file.mtime_ns,
                                inode: file.inode,
                                ctime_ns: file.ctime_ns,
                            };
                            settled.push((name, facts, file.is_foreign));
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

    fn note(&mut self, event: Event) {
        let now_ms = self.app.clock().steady_ms();
        let names = event
            .paths
            .iter()
            .filter_map(|path| path.file_name())
            .map(OsString::from);
        match event.kind {
            notify::EventKind::Access(AccessKind::Close(AccessMode::Write))
            | notify::EventKind::Modify(ModifyKind::Name(RenameMode::To)) => {
                for name in names {
                    self.memory.closed(name, now_ms);
                }
            }
            notify::EventKind::Modify(ModifyKind::Data(_)) => {
                for name in names {
                    self.memory.written(&name, now_ms);
                }
            }
            _ => {}
        }
    }

    /// Opens the folder and reads it, on a thread of its own: whatever the file system does, the daemon goes on.
    async fn read(&mut self, sender: &mpsc::Sender<Event>) -> Result<Looked, Fault> {
        let looker = Looker {
            known: self.folder.known.clone(),
            grounds: self.app.grounds().clone(),
            poll: self.folder.poll,
            watched: self.watch.as_ref().map(|(identity, _)| identity.clone()),
            sender: sender.clone(),
            progress: Arc::new(AtomicU64::new(0)),
        };
        let limit = Duration::from_secs(self.app.config().intake.silence_s);
        let progress = Arc::clone(&looker.progress);
        match self.looks.call_while(limit, progress, move || looker.look()).await {
            Ok(looked) => looked,
            Err(error @ NoAnswer::Late(_)) => Err(Fault::new(
                error.passing(),
                format!(
                    "{} does not answer (is the share there?); it is tried again until it does",
                    self.folder.known.path.display()
                ),
            )),
            Err(error @ NoAnswer::Lost) => Err(Fault::new(error.passing(), error.to_string())),
        }
    }

    /// One scan; returns when the next candidate becomes quiet.
    async fn look(&mut self, sender: &mpsc::Sender<Event>) -> Option<u64> {
        let looked = self.read(sender).await;
        let now_ms = self.app.clock().steady_ms();
        self.app.progress().scan_ms.store(now_ms, Ordering::Relaxed);
        let looked = match looked {
            Ok(looked) => looked,
            Err(fault) => {
                // The old watch looks at a directory that is gone or not to be trusted.
                self.watch = None;
                self.tell_fault(Some(fault), false).await;
                return None;
            }
        };
        self.polled = looked.polled;
        if let Some(watch) = looked.watch {
            self.watch = Some((looked.identity.clone(), watch));
        }
        let entries = looked.entries;
        let mut gone: Vec<OsString> = Vec::new();
        if std::mem::take(&mut self.forgotten) {
            let present: HashSet<&OsString> = entries.iter().map(|entry| &entry.name).collect();
            gone.extend(self.open.keys().filter(|name| !present.contains(name)).cloned());
        }
        let steps = self.memory.look(entries, self.rule(), now_ms);
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
        if !steps.touched.is_empty() {
            // Somebody may have given the daemon the right to read.
            let names = steps.touched.into_iter().map(OsString::into_vec).collect();
            self.wake(Some(names)).await;
        }
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
            (FileState::Stable, EntryKind::ForeignLink, _) => (
                FileState::Ignored,
                Some((
                    ReasonCode::ForeignLink,
                    "it is another name of a file that belongs to another account than the folder",
                )),
            ),
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
            ctime_ns: entry.facts.ctime_ns,
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
            .run(org_id, DAEMON, move |tx| {
                Box::pin(async move { files::sighted(tx, &sent).await })
            })
            .await;
        match told {
            Ok(ids) => {
                debug!(folder.id = %self.folder.folder_id, files = ids.len(), state = state.name(), "told");
                for (file_id, sighting) in ids.iter().zip(&sightings) {
                    let name = OsString::from_vec(sighting.name.clone());
                    if matches!(sighting.state, FileState::Seen | FileState::Waiting) {
                        self.open.insert(name, *file_id);
                    } else {
                        self.open.remove(&name);
                    }
                    self.app.announce(
                        org_id,
                        EventKind::File,
                        file_id,
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
        let rows: Vec<(OsString, FileId)> = names
            .into_iter()
            .filter_map(|name| self.open.remove_entry(&name))
            .collect();
        if rows.is_empty() {
            return;
        }
        let ids: Vec<FileId> = rows.iter().map(|(_, file_id)| *file_id).collect();
        let org_id = self.folder.org_id;
        let at = self.app.clock().now();
        let sent = ids.clone();
        let told = self
            .app
            .store()
            .run(org_id, DAEMON, move |tx| {
                Box::pin(async move { files::vanished(tx, &sent, at).await })
            })
            .await;
        match told {
            Ok(_) => {
                for file_id in ids {
                    self.app.announce(
                        org_id,
                        EventKind::File,
                        file_id,
                        FileState::Ignored.name(),
                        "it vanished before it was quiet",
                    );
                }
            }
            Err(error) => {
                warn!(folder.id = %self.folder.folder_id, %error, "cannot write which files vanished; looking again");
                self.open.extend(rows);
                self.forgotten = true;
            }
        }
    }

    /// Ends the waiting of jobs of this folder.
    async fn wake(&self, names: Option<Vec<Vec<u8>>>) {
        let folder_id = self.folder.folder_id;
        let woken = self
            .app
            .store()
            .run(self.folder.org_id, DAEMON, move |tx| {
                Box::pin(async move { jobs::wake(tx, folder_id, names.as_deref()).await })
            })
            .await;
        match woken {
            Ok(0) => {}
            Ok(_) => self.app.wake_jobs(),
            Err(error) => {
                warn!(folder.id = %folder_id, %error, "cannot wake the files that wait; their time comes by itself")
            }
        }
    }

    async fn tell_fault(&mut self, fault: Option<Fault>, news: bool) {
        let is_healed = self.fault.is_some() && fault.is_none();
        if fault != self.fault {
            match &fault {
                Some(fault) => {
                    warn!(folder.id = %self.folder.folder_id, fault = fault.text, "the folder cannot be read")
                }
                None => info!(folder.id = %self.folder.folder_id, "the folder can be read again"),
            }
            self.fault.clone_from(&fault);
            let (state, note) = match &fault {
                Some(fault) => ("fault", fault.text.as_str()),
                None => ("ok", ""),
            };
            self.app.announce(
                self.folder.org_id,
                EventKind::Folder,
                self.folder.folder_id,
                state,
                note,
            );
        }
        let folder_id = self.folder.folder_id;
        let at = self.app.clock().now();
        let told = self
            .app
            .store()
            .run(self.folder.org_id, DAEMON, move |tx| {
                Box::pin(async move {
                    let known = fault.as_ref().map(|fault| (fault.kind, fault.text.as_str()));
                    plant_store::folders::scanned(tx, folder_id, at, news.then_some(at), known).await?;
                    match fault {
                        Some(_) => Ok(0),
                        None => jobs::heard(tx, folder_id).await,
                    }
                })
            })
            .await;
        match told {
            Ok(0) => {}
            Ok(_) => self.app.wake_jobs(),
            Err(error) => warn!(folder.id = %folder_id, %error, "cannot write the time of the scan"),
        }
        if is_healed {
            self.wake(None).await;
        }
    }
}
