//! What every part of the running daemon shares.

use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use plant_core::model::{DatabaseKind, DatabaseView, EventKind, EventView};
use plant_core::place::Grounds;
use plant_store::Store;
use tokio::sync::{Notify, broadcast, watch};

use crate::clock::Clock;
use crate::config::Config;
use crate::intake::Workers;
use crate::patient::Hangs;
use crate::quotas::Quotas;
use crate::room::{Room, Space};

/// How many events a slow terminal may lag behind before it is told to fetch everything again.
const EVENT_BUFFER: usize = 1_024;
/// How many looks at paths that a person wrote may hang; further ones are answered without a look.
const ASKED_HANGS_MOST: usize = 16;

/// The running daemon, shared by its parts.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    config: Config,
    clock: Clock,
    database: DatabaseView,
    state_dir: PathBuf,
    grounds: Grounds,
    room: Room,
    quotas: Quotas,
    workers: Workers,
    hangs: Hangs,
    asked_hangs: Hangs,
    daemon_uid: u32,
    events: broadcast::Sender<OrgEvent>,
    event_no: AtomicU64,
    jobs_wake: Notify,
    folders_wake: Notify,
    folder_turn: tokio::sync::Mutex<()>,
    scans_wake: watch::Sender<u64>,
    stopping: watch::Sender<Stop>,
    access: watch::Sender<u64>,
    progress: Progress,
}

/// How far the stop has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stop {
    /// It runs.
    No,
    /// No new work is taken up.
    Begun,
    /// What still runs is given up.
    Abandoned,
    /// Nothing of it is left on the server: its jobs can be given back.
    Free,
}

/// An event and the org that may see it.
#[derive(Debug, Clone)]
pub struct OrgEvent {
    /// Whose it is.
    pub org_id: plant_core::ids::OrgId,
    /// What happened.
    pub event: EventView,
}

/// When each loop last made progress, in steady milliseconds; the watchdog reads it.
#[derive(Debug, Default)]
pub struct Progress {
    /// The folder scan.
    pub scan_ms: AtomicU64,
    /// The job loop.
    pub jobs_ms: AtomicU64,
    /// The last answer of the database.
    pub database_ms: AtomicU64,
}

/// What an [`App`] is made of.
pub struct AppParts {
    /// The database.
    pub store: Store,
    /// The effective configuration.
    pub config: Config,
    /// The clock.
    pub clock: Clock,
    /// What kind of database it is.
    pub database: DatabaseView,
    /// The state folder.
    pub state_dir: PathBuf,
    /// Where folders may be watched.
    pub grounds: Grounds,
    /// How workers are started.
    pub workers: Workers,
}

impl App {
    /// Wires the parts together.
    pub fn new(parts: AppParts) -> App {
        let AppParts {
            store,
            config,
            clock,
            database,
            state_dir,
            grounds,
            workers,
        } = parts;
        let room = Room::of(&state_dir, database.kind == DatabaseKind::Private);
        App {
            inner: Arc::new(Inner {
                store,
                config,
                clock,
                database,
                state_dir,
                grounds,
                room,
                quotas: Quotas::default(),
                workers,
                hangs: Hangs::most(usize::MAX),
                asked_hangs: Hangs::most(ASKED_HANGS_MOST),
                daemon_uid: rustix::process::geteuid().as_raw(),
                events: broadcast::Sender::new(EVENT_BUFFER),
                event_no: AtomicU64::new(0),
                jobs_wake: Notify::new(),
                folders_wake: Notify::new(),
                folder_turn: tokio::sync::Mutex::new(()),
                scans_wake: watch::Sender::new(0),
                stopping: watch::Sender::new(Stop::No),
                access: watch::Sender::new(0),
                progress: Progress::default(),
            }),
        }
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The effective configuration.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The clock.
    pub fn clock(&self) -> Clock {
        self.inner.clock
    }

    /// What kind of database it is.
    pub fn database(&self) -> &DatabaseView {
        &self.inner.database
    }

    /// The state folder.
    pub fn state_dir(&self) -> &std::path::Path {
        &self.inner.state_dir
    }

    /// Where folders may be watched on this machine.
    pub fn grounds(&self) -> &Grounds {
        &self.inner.grounds
    }

    /// Room on the disks that the daemon writes to.
    pub fn room(&self) -> &Room {
        &self.inner.room
    }

    /// Whether there is room enough to take in more.
    pub fn has_room(&self) -> bool {
        self.room().look().is_none_or(|space| !space.is_low())
    }

    /// Whether there is no room even for what little an analysis writes.
    pub fn is_full(&self) -> bool {
        self.room().look().is_some_and(Space::is_full)
    }

    /// What is handed over just now, by org.
    pub fn quotas(&self) -> &Quotas {
        &self.inner.quotas
    }

    /// How workers are started.
    pub fn workers(&self) -> &Workers {
        &self.inner.workers
    }

    /// Calls to the watched folders, each by its path: there are no more of these than folders.
    pub fn hangs(&self) -> &Hangs {
        &self.inner.hangs
    }

    /// Calls to paths that a person wrote, of which there may be any number.
    pub fn asked_hangs(&self) -> &Hangs {
        &self.inner.asked_hangs
    }

    /// The account that the daemon runs under.
    pub fn daemon_uid(&self) -> u32 {
        self.inner.daemon_uid
    }

    /// When each loop last made progress.
    pub fn progress(&self) -> &Progress {
        &self.inner.progress
    }

    /// Tells the terminals of an org that something happened; nobody listening is fine.
    pub fn announce(&self, org_id: plant_core::ids::OrgId, kind: EventKind, id: impl Display, state: &str, note: &str) {
        let event = EventView {
            event_no: self.inner.event_no.fetch_add(1, Ordering::Relaxed) + 1,
            at: self.clock().now(),
            kind,
            id: id.to_string(),
            state: state.to_owned(),
            note: note.to_owned(),
        };
        // The only error is that nobody listens.
        drop(self.inner.events.send(OrgEvent { org_id, event }));
    }

    /// Follows the events of all orgs; the caller keeps those of its own.
    pub fn subscribe(&self) -> broadcast::Receiver<OrgEvent> {
        self.inner.events.subscribe()
    }

    /// Says that rights were given or taken away here: whoever holds a stream open has to be looked at again.
    pub fn access_changed(&self) {
        self.inner
            .access
            .send_modify(|changes| *changes = changes.wrapping_add(1));
    }

    /// Follows the changes of rights made by this daemon.
    pub fn access_changes(&self) -> watch::Receiver<u64> {
        self.inner.access.subscribe()
    }

    /// Wakes the job loop: there may be work.
    pub fn wake_jobs(&self) {
        self.inner.jobs_wake.notify_one();
    }

    /// Waits until the job loop is woken.
    pub async fn jobs_woken(&self) {
        self.inner.jobs_wake.notified().await;
    }

    /// Wakes the folder loop: the set of folders changed, or a scan is wanted now.
    pub fn wake_folders(&self) {
        self.inner.folders_wake.notify_one();
    }

    /// Waits until the folder loop is woken.
    pub async fn folders_woken(&self) {
        self.inner.folders_wake.notified().await;
    }

    /// The turn of whoever adds or confirms a folder: one at a time on this machine.
    pub async fn folder_turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.inner.folder_turn.lock().await
    }

    /// Asks every folder for a look now.
    pub fn ask_scans(&self) {
        self.inner
            .scans_wake
            .send_modify(|asked| *asked = asked.wrapping_add(1));
    }

    /// Changes whenever a look at every folder is asked for.
    pub fn scans_asked(&self) -> watch::Receiver<u64> {
        self.inner.scans_wake.subscribe()
    }

    /// Begins the stop: no new work is taken up.
    pub fn stop(&self) {
        self.reach(Stop::Begun);
    }

    /// Gives up the work that still runs; it is taken up again at the next start.
    pub fn abandon(&self) {
        self.reach(Stop::Abandoned);
    }

    /// What was given up is gone from the server.
    pub fn free(&self) {
        self.reach(Stop::Free);
    }

    fn reach(&self, stop: Stop) {
        self.inner.stopping.send_if_modified(|reached| {
            let further = *reached < stop;
            *reached = stop.max(*reached);
            further
        });
    }

    /// Whether the stop has begun.
    pub fn is_stopping(&self) -> bool {
        *self.inner.stopping.borrow() >= Stop::Begun
    }

    /// Waits until the stop begins.
    pub async fn stopping(&self) {
        self.reached(Stop::Begun).await;
    }

    /// Waits until running work is to be given up.
    pub async fn abandoned(&self) {
        self.reached(Stop::Abandoned).await;
    }

    /// Waits until what was given up is gone from the server.
    pub async fn freed(&self) {
        self.reached(Stop::Free).await;
    }

    async fn reached(&self, stop: Stop) {
        let mut stopping = self.inner.stopping.subscribe();
        // The sender lives as long as the app, so waiting can't fail.
        drop(stopping.wait_for(|reached| *reached >= stop).await);
    }
}
