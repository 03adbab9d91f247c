//! Who is connected: how many connections there may be, and which of them gives way or is closed.
//!
//! Invariants: there are never more connections than [`Bounds`] allow, in all and for one account; a connection with an
//! open call is never closed here; of an account at its bound the connection that says nothing for longest gives way to
//! the new one, so that silent connections never keep their own account out.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use plant_proto::status::Fault;
use tokio::sync::oneshot;
use tracing::{debug, warn};

use super::door::is_host_admin;
use super::peer::Peer;

/// Connections in all, where descriptors allow it.
const ALL: u64 = 256;
/// Connections of one account, where descriptors allow it.
const EACH: u64 = 64;
/// Connections that only root and the account of the daemon may have beyond those of all.
const RESERVED: usize = 16;
/// Calls that one account may have open at once, over all its connections.
const CALLS_EACH: usize = 128;
/// How often it is told at most that connections are turned away.
const TELL_AGAIN_MS: u64 = 60_000;

/// How many connections there may be, and for how long one may say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// In all.
    pub all: usize,
    /// For one account.
    pub each: usize,
    /// Calls that one account may have open at once.
    pub calls: usize,
    /// From connecting to the first call.
    pub silent: Duration,
    /// Without an open call.
    pub idle: Duration,
}

impl Bounds {
    /// What a process with so many descriptors allows: three in four are kept for work.
    pub(super) fn of(descriptors: u64) -> Bounds {
        let whole = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let all = (descriptors / 4).clamp(8, ALL);
        Bounds {
            all: whole(all),
            each: whole((all / 2).min(EACH)),
            calls: CALLS_EACH,
            silent: Duration::from_secs(10),
            idle: Duration::from_secs(5 * 60),
        }
    }
}

/// Raises the number of descriptors of this process to the most that the system allows; gives that number.
pub(super) fn raise_descriptors() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let raised = Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            warn!(%error, "cannot raise the number of descriptors");
            return limit.current.unwrap_or(u64::MAX);
        }
    }
    limit.maximum.unwrap_or(u64::MAX)
}

/// What is known of one connection.
#[derive(Debug)]
struct Entry {
    uid: u32,
    /// When it connected, or when its last call ended, in milliseconds.
    quiet_since_ms: u64,
    /// Calls that are open on it.
    calls: usize,
    /// Whether it has ever made a call.
    has_called: bool,
    /// Closes it.
    close: oneshot::Sender<()>,
}

/// What becomes of a new connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// There is room.
    Room,
    /// There is, once that one is closed.
    InPlaceOf(u64),
    /// There is none: everything has an open call.
    Full,
}

/// The connections that there are, by number.
#[derive(Debug, Default)]
struct Table {
    entries: BTreeMap<u64, Entry>,
}

impl Table {
    /// What becomes of a new connection of that account.
    fn judge(&self, uid: u32, is_host_admin: bool, bounds: &Bounds) -> Verdict {
        let own = self.entries.values().filter(|entry| entry.uid == uid).count();
        let all = if is_host_admin {
            bounds.all + RESERVED
        } else {
            bounds.all
        };
        let is_full = self.entries.len() >= all;
        if own < bounds.each && !is_full {
            return Verdict::Room;
        }
        // Its own first; those of others only where the bound of all is reached by others.
        let own = self.quietest(|entry| entry.uid == uid);
        let other = || self.quietest(|_| true).filter(|_| is_full);
        match own.or_else(other) {
            Some(id) => Verdict::InPlaceOf(id),
            None => Verdict::Full,
        }
    }

    /// The one that gives way first: one that never called, else one without an open call; the longest quiet.
    fn quietest(&self, of: impl Fn(&Entry) -> bool) -> Option<u64> {
        let quiet = self.entries.iter().filter(|(_, entry)| entry.calls == 0 && of(entry));
        quiet
            .min_by_key(|(id, entry)| (entry.has_called, entry.quiet_since_ms, **id))
            .map(|(id, _)| *id)
    }

    /// When a connection has said nothing for too long; `None` while it has an open call.
    fn due_ms(entry: &Entry, bounds: &Bounds) -> Option<u64> {
        let patience = if entry.has_called { bounds.idle } else { bounds.silent };
        let patience_ms = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
        (entry.calls == 0).then(|| entry.quiet_since_ms.saturating_add(patience_ms))
    }

    /// Those that have said nothing for too long.
    fn overdue(&self, now_ms: u64, bounds: &Bounds) -> Vec<u64> {
        let is_due = |entry: &Entry| Table::due_ms(entry, bounds).is_some_and(|due| due <= now_ms);
        let entries = self.entries.iter().filter(|(_, entry)| is_due(entry));
        entries.map(|(id, _)| *id).collect()
    }

    /// How long until the next look at them is worth it; `None` when nobody is connected. A connection whose call ends
    /// meanwhile is found with a delay of a fifth of its time.
    fn next_look(&self, now_ms: u64, bounds: &Bounds) -> Option<Duration> {
        if self.entries.is_empty() {
            return None;
        }
        let due = self
            .entries
            .values()
            .filter_map(|entry| Table::due_ms(entry, bounds))
            .min();
        let next = due.map(|due| Duration::from_millis(due.saturating_sub(now_ms)));
        Some(next.unwrap_or(Duration::MAX).min(bounds.idle / 5))
    }

    fn close(&mut self, id: u64) {
        if let Some(entry) = self.entries.remove(&id) {
            // The only error is that it is closed already.
            let _ = entry.close.send(());
        }
    }
}

#[derive(Debug)]
struct Shared {
    bounds: Bounds,
    daemon_uid: u32,
    started: Instant,
    next: AtomicU64,
    told_ms: AtomicU64,
    table: Mutex<Table>,
}

/// The connections of the server; cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    shared: Arc<Shared>,
}

/// A connection that was let in: its place in the table, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    link: Link,
    id: u64,
}

/// What calls know of the connection that they came by.
#[derive(Debug, Clone)]
pub(super) struct Link {
    /// The account at its other end.
    pub peer: Peer,
    id: u64,
    connections: Connections,
}

/// A call that is open; ends when dropped.
#[derive(Debug)]
pub(super) struct OpenCall {
    id: u64,
    connections: Connections,
}

impl Connections {
    pub(super) fn new(bounds: Bounds, daemon_uid: u32) -> Connections {
        Connections {
            shared: Arc::new(Shared {
                bounds,
                daemon_uid,
                started: Instant::now(),
                next: AtomicU64::new(1),
                told_ms: AtomicU64::new(0),
                table: Mutex::default(),
            }),
        }
    }

    /// A place for a new connection, and what tells it to close; `None` where there is none.
    pub(super) fn admit(&self, peer: Peer) -> Option<(Place, oneshot::Receiver<()>)> {
        let now_ms = self.now_ms();
        let is_host_admin = is_host_admin(peer.uid, self.shared.daemon_uid);
        let mut table = self.table();
        match table.judge(peer.uid, is_host_admin, &self.shared.bounds) {
            Verdict::Room => {}
            Verdict::InPlaceOf(id) => {
                debug!(peer.uid = peer.uid, "a quiet connection gives way to a new one");
                table.close(id);
            }
            Verdict::Full => {
                drop(table);
                self.tell_full(peer.uid, now_ms);
                return None;
            }
        }
        let (close, closed) = oneshot::channel();
        let id = self.shared.next.fetch_add(1, Ordering::Relaxed);
        let entry = Entry {
            uid: peer.uid,
            quiet_since_ms: now_ms,
            calls: 0,
            has_called: false,
            close,
        };
        table.entries.insert(id, entry);
        let link = Link {
            peer,
            id,
            connections: self.clone(),
        };
        Some((Place { link, id }, closed))
    }

    /// Closes what has said nothing for too long; says when to look again.
    pub(super) fn close_overdue(&self) -> Option<Duration> {
        let (now_ms, bounds) = (self.now_ms(), &self.shared.bounds);
        let mut table = self.table();
        for id in table.overdue(now_ms, bounds) {
            table.close(id);
        }
        table.next_look(now_ms, bounds)
    }

    /// When the next look is worth it.
    pub(super) fn next_look(&self) -> Option<Duration> {
        self.table().next_look(self.now_ms(), &self.shared.bounds)
    }

    /// Closes the quietest connection of all: the process has no descriptor left.
    pub(super) fn shed(&self) {
        let mut table = self.table();
        if let Some(id) = table.quietest(|_| true) {
            table.close(id);
        }
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.table().entries.len()
    }

    fn tell_full(&self, uid: u32, now_ms: u64) {
        let told_ms = self.shared.told_ms.load(Ordering::Relaxed);
        if told_ms == 0 || now_ms.saturating_sub(told_ms) >= TELL_AGAIN_MS {
            self.shared.told_ms.store(now_ms.max(1), Ordering::Relaxed);
            warn!(
                peer.uid = uid,
                "too many connections, all with open calls: new ones are closed"
            );
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.shared.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.shared.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Place {
    /// What its calls get to know.
    pub(super) fn link(&self) -> Link {
        self.link.clone()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.link.connections.table().entries.remove(&self.id);
    }
}

impl Link {
    /// Notes that a call has come in.
    ///
    /// # Errors
    /// [`Fault::OverQuota`] when the account has as many open as it may.
    pub(super) fn open_call(&self) -> Result<OpenCall, Fault> {
        let mut table = self.connections.table();
        let uid = self.peer.uid;
        let own = table.entries.values().filter(|entry| entry.uid == uid);
        let most = self.connections.shared.bounds.calls;
        if own.map(|entry| entry.calls).sum::<usize>() >= most {
            return Err(Fault::OverQuota {
                message: format!("the account {uid} has {most} calls open; end some of its terminals"),
            });
        }
        if let Some(entry) = table.entries.get_mut(&self.id) {
            entry.calls += 1;
            entry.has_called = true;
        }
        Ok(OpenCall {
            id: self.id,
            connections: self.connections.clone(),
        })
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        let now_ms = self.connections.now_ms();
        if let Some(entry) = self.connections.table().entries.get_mut(&self.id) {
            entry.calls = entry.calls.saturating_sub(1);
            entry.quiet_since_ms = now_ms;
        }
    }
}

#[cfg(test)]
mod tests;
