//! One look at a watched folder, from opening it to its entries, as one call that may hang.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use plant_core::model::FolderKind;
use plant_core::place::{Grounds, Identity};
use tokio::sync::mpsc;
use tracing::warn;

use super::place::{Fault, Known, Place, fault_of};
use super::scan::{self, Entry};

/// Follows the events of one directory while it is kept.
pub type Watch = RecommendedWatcher;

/// What one look needs.
pub struct Looker {
    /// The folder as it is known.
    pub known: Known,
    /// Where folders may be watched.
    pub grounds: Grounds,
    /// Poll even on a local file system.
    pub poll: bool,
    /// The directory whose events are followed already.
    pub watched: Option<Identity>,
    /// Where events go.
    pub sender: mpsc::Sender<Event>,
    /// Counts while the look goes on.
    pub progress: Arc<AtomicU64>,
}

/// What one look found.
pub struct Looked {
    /// Which directory it was.
    pub identity: Identity,
    /// Its entries.
    pub entries: Vec<Entry>,
    /// Whether it is polled, by wish or by its file system.
    pub polled: bool,
    /// Its events, where they are followed from now on.
    pub watch: Option<Watch>,
}

impl Looker {
    /// Looks.
    pub fn look(self) -> Result<Looked, Fault> {
        let place = Place::open_known(&self.known, &self.grounds)?;
        let polled = self.poll || place.mount().is_ok_and(|kind| kind != FolderKind::Local);
        // Before the entries are read, so that nothing is missed between.
        let is_watched = self.watched.as_ref() == Some(&place.identity);
        let watch = if polled || is_watched {
            None
        } else {
            watch(&place, self.sender)
        };
        let entries = scan::read(&place.directory, &self.progress).map_err(|error| {
            match rustix::io::Errno::from_io_error(&error) {
                Some(errno) => fault_of(&place.path, errno),
                None => Fault::new(
                    plant_core::trouble::Passing::Unreachable,
                    format!("{}: {error}", place.path.display()),
                ),
            }
        })?;
        Ok(Looked {
            identity: place.identity,
            entries,
            polled,
            watch,
        })
    }
}

/// Follows the events of the open directory itself, whatever stands at its path.
fn watch(place: &Place, sender: mpsc::Sender<Event>) -> Option<Watch> {
    match follow(&place.link(), sender) {
        Ok(watcher) => Some(watcher),
        Err(error) => {
            warn!(path = %place.path.display(), %error, "no events for this folder; polling it");
            None
        }
    }
}

fn follow(directory: &Path, sender: mpsc::Sender<Event>) -> notify::Result<Watch> {
    let config = notify::Config::default().with_follow_symlinks(false);
    let handler = move |event: notify::Result<Event>| {
        // An overflow or an error only means that a scan is due; so does a full queue, which wakes it anyway.
        let event = event.unwrap_or_else(|_| Event::new(EventKind::Other));
        if may_change(event.kind) {
            drop(sender.try_send(event));
        }
    };
    let mut watcher = RecommendedWatcher::new(handler, config)?;
    watcher.watch(directory, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}

/// Whether a look may find something else after an event. To look is to open the folder, which is an event itself: a look
/// that followed from it would be followed by another one for ever.
fn may_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn to_look_is_no_reason_to_look_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        std::fs::write(&file, "a").unwrap();
        let (sender, mut events) = mpsc::channel(16);
        let _watch = follow(folder.path(), sender).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(std::fs::read(&file).unwrap(), b"a");
        let none = tokio::time::timeout(Duration::from_millis(300), events.recv()).await;
        assert!(none.is_err(), "{none:?}");
        std::fs::write(&file, "ab").unwrap();
        let wait = Duration::from_secs(10);
        while let Some(event) = tokio::time::timeout(wait, events.recv()).await.expect("an event") {
            if event.kind == EventKind::Access(AccessKind::Close(AccessMode::Write)) {
                return;
            }
        }
        panic!("the end of the writing is told");
    }
}
