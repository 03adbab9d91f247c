//! What every part of the running daemon shares.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use plant_core::view::{DatabaseView, EventView};
use plant_store::Store;
use tokio::sync::{Notify, broadcast, watch};

use crate::clock::Clock;
use crate::config::Config;

/// How many events a slow terminal may lag behind before it is told to fetch everything again.
const EVENT_BUFFER: usize = 1_024;

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
    daemon_uid: u32,
    events: broadcast::Sender<OrgEvent>,
    event_no: AtomicU64,
    jobs_wake: Notify,
    folders_wake: Notify,
    stopping: watch::Sender<bool>,
    access: watch::Sender<u64>,
    progress: Progress,
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
        } = parts;
        App {
            inner: Arc::new(Inner {
                store,
                config,
                clock,
                database,
                state_dir,
                daemon_uid: rustix::process::geteuid().as_raw(),
                events: broadcast::Sender::new(EVENT_BUFFER),
                event_no: AtomicU64::new(0),
                jobs_wake: Notify::new(),
                folders_wake: Notify::new(),
                stopping: watch::Sender::new(false),
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

    /// The account that the daemon runs under.
    pub fn daemon_uid(&self) -> u32 {
        self.inner.daemon_uid
    }

    /// When each loop last made progress.
    pub fn progress(&self) -> &Progress {
        &self.inner.progress
    }

    /// Tells the terminals of an org that something happened; nobody listening is fine.
    pub fn announce(&self, org_id: plant_core::ids::OrgId, kind: &str, id: &str, state: &str, note: &str) {
        let event = EventView {
            event_no: self.inner.event_no.fetch_add(1, Ordering::Relaxed) + 1,
            at: self.clock().now(),
            kind: kind.to_owned(),
            id: id.to_owned(),
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

    /// Begins the stop: no new work is taken up.
    pub fn stop(&self) {
        self.inner.stopping.send_replace(true);
    }

    /// Whether the stop has begun.
    pub fn is_stopping(&self) -> bool {
        *self.inner.stopping.borrow()
    }

    /// Waits until the stop begins.
    pub async fn stopping(&self) {
        let mut stopping = self.inner.stopping.subscribe();
        // The sender lives as long as the app, so waiting can't fail.
        drop(stopping.wait_for(|stopping| *stopping).await);
    }
}
