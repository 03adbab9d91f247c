//! Originals: the bytes of each file that is read, kept below the state folder.
//!
//! Invariants: a worker reads a copy that nobody can change, never the plant's file; a version is committed only when its
//! bytes are in their place on the disk (unless none are to be kept); what is read back is checked against its hash, and
//! never used when it differs; trouble with the folder passes and costs no file a try. Originals are not shared between
//! orgs: a write that is left out would tell one org about the files of another.

mod keep;
mod reach;
pub mod shelf;
mod snapshot;
mod sweep;

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use plant_core::access::DAEMON;
use plant_core::ids::OrgId;
use plant_store::originals::{self, Original, Stored};
use tracing::error;
use uuid::Uuid;

use crate::app::App;
use crate::config::Keep;
use crate::intake::JobError;

use reach::call_while;
pub use reach::trouble;
pub use shelf::{ORIGINALS, Shelf, read_only};
pub use snapshot::{GiveUp, Pace, PassError, Passed, pass};
pub use sweep::{Swept, run, sweep};

/// Slowest reading or packing that is waited for, in bytes a second, beside the time that any file gets.
const SLOWEST_BYTES_S: u64 = 1 << 20;
/// What any file gets.
const SHORTEST: Duration = Duration::from_secs(120);

/// By when a pass over so many bytes has to end.
pub fn end_of(bytes: u64) -> Instant {
    Instant::now() + SHORTEST + Duration::from_secs(bytes / SLOWEST_BYTES_S)
}

/// The bytes of a file as they were in one moment.
#[derive(Debug)]
pub struct Snapshot {
    /// The bytes, for reading alone.
    pub file: File,
    /// How many they are.
    pub bytes: u64,
    /// What they hash to, and what earlier sizes of them do.
    pub passed: Passed,
}

/// That bytes are about to be stored, as the database knows it.
#[derive(Debug, Clone)]
pub struct Intent {
    id: Uuid,
    known: Option<Original>,
}

/// What an original hashes to, with these sizes of it on the way.
///
/// # Errors
/// [`JobError::Waits`] when its bytes can't be read or take too long.
pub async fn measured(app: &App, file: File, sizes: Vec<u64>) -> Result<Snapshot, JobError> {
    let bytes = file
        .metadata()
        .map_err(|error| trouble("looking at an original", &error))?
        .len();
    let pace = Arc::new(Pace::until(end_of(bytes)));
    let _guard = GiveUp(Arc::clone(&pace));
    let progress = pace.progress();
    let work = move || {
        let passed = pass(&file, bytes, io::sink(), &sizes, &pace).map_err(|error| match error {
            PassError::Reading(error) | PassError::Writing(error) => error,
            PassError::TooSlow => io::ErrorKind::TimedOut.into(),
            PassError::Changed => io::ErrorKind::UnexpectedEof.into(),
        })?;
        Ok(Snapshot { file, bytes, passed })
    };
    call_while(app, "reading an original", progress, work).await
}

/// Says that the bytes of a snapshot are about to be stored; `None` where none are to be kept.
///
/// # Errors
/// When the database does not answer.
pub async fn intend(app: &App, org: OrgId, sha256: &str) -> Result<Option<Intent>, JobError> {
    if app.config().originals.keep == Keep::None {
        return Ok(None);
    }
    let (id, sha256) = (app.clock().new_id(), sha256.to_owned());
    let known = app
        .store()
        .run(org, DAEMON, move |tx| {
            Box::pin(async move { originals::intend(tx, &sha256, id).await })
        })
        .await?;
    Ok(Some(Intent { id, known }))
}

/// Puts the bytes of a snapshot in their place, unless they lie there already. They are named by the transaction that
/// settles their file.
///
/// # Errors
/// [`JobError::Waits`] when the folder can't be written, is full, or does not answer.
pub async fn store(app: &App, org: OrgId, snapshot: &Snapshot, intent: Intent) -> Result<Stored, JobError> {
    let shelf = Shelf::below(app.state_dir());
    let from = snapshot
        .file
        .try_clone()
        .map_err(|error| trouble("keeping the copy open", &error))?;
    let (bytes, sha256) = (snapshot.bytes, snapshot.passed.sha256.clone());
    let pace = Arc::new(Pace::until(end_of(bytes)));
    let _guard = GiveUp(Arc::clone(&pace));
    let progress = pace.progress();
    let work = move || -> io::Result<Stored> {
        let kept = intent.known.filter(Original::is_kept).map(|known| known.stored_bytes);
        let stored = |stored_bytes, is_new| Stored {
            sha256: sha256.clone(),
            bytes,
            stored_bytes,
            intent_id: intent.id,
            is_new,
        };
        if let Some(kept) = kept
            && shelf.stored_bytes(org, &sha256)? == Some(kept)
        {
            return Ok(stored(kept, false));
        }
        let packed = shelf.pack(org, &sha256, &from, bytes, &mut |step| going_on(&pace, step))?;
        Ok(stored(packed, true))
    };
    call_while(app, "storing the original", progress, work).await
}

fn going_on(pace: &Pace, step: shelf::Step) -> io::Result<()> {
    if let shelf::Step::Packed(bytes) = step {
        pace.advance(bytes);
    }
    match pace.is_over() {
        true => Err(io::ErrorKind::TimedOut.into()),
        false => Ok(()),
    }
}

/// Why there are no bytes to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unopened {
    /// None were kept.
    NotKept,
    /// They were deleted then.
    Deleted(DateTime<Utc>),
    /// What lies there is something else, or nothing does.
    Damaged,
}

impl Unopened {
    /// Why the bytes of the file of that name can't be read, as a person reads it.
    pub fn sentence(self, name: &str) -> String {
        match self {
            Unopened::NotKept => format!("the bytes of {name} were not kept ([originals] keep)"),
            Unopened::Deleted(at) => format!(
                "the bytes of {name} were deleted on {} ([originals] keep and max_gib)",
                at.format("%Y-%m-%d")
            ),
            Unopened::Damaged => format!(
                "what was kept of {name} is damaged; restore the folder `originals` of the state folder from a backup"
            ),
        }
    }
}

/// Gives the bytes of an original, unpacked and checked, in a file without a name that can only be read.
///
/// # Errors
/// When the database does not answer; [`JobError::Waits`] when the folder can't be read or does not answer.
pub async fn open(app: &App, org: OrgId, sha256: &str) -> Result<Result<File, Unopened>, JobError> {
    let asked = sha256.to_owned();
    let known = app
        .store()
        .read(org, DAEMON, move |tx| {
            Box::pin(async move { originals::get(tx, &asked).await })
        })
        .await?;
    let original = match known {
        None => return Ok(Err(Unopened::NotKept)),
        Some(known) => match known.deleted_at {
            Some(at) => return Ok(Err(Unopened::Deleted(at))),
            // One that was damaged may have been restored.
            None => known,
        },
    };
    let was_damaged = original.damaged_at.is_some();
    let shelf = Shelf::below(app.state_dir());
    let pace = Arc::new(Pace::until(end_of(original.bytes)));
    let _guard = GiveUp(Arc::clone(&pace));
    let progress = pace.progress();
    let work = move || shelf.unpack(org, &original, &mut |bytes| going_on(&pace, shelf::Step::Packed(bytes)));
    let unpacked = call_while(app, "reading an original", progress, work).await?;
    if unpacked.is_ok() != was_damaged {
        return Ok(unpacked.map_err(|_| Unopened::Damaged));
    }
    if let Err(damage) = &unpacked {
        error!(org.id = %org, sha256, ?damage, "an original is damaged and not used; restore it from a backup");
    }
    let (asked, at) = (sha256.to_owned(), app.clock().now());
    app.store()
        .run(org, DAEMON, move |tx| {
            Box::pin(async move {
                match was_damaged {
                    true => originals::mended(tx, &asked).await,
                    false => originals::damaged(tx, &asked, at).await,
                }
            })
        })
        .await?;
    Ok(unpacked.map_err(|_| Unopened::Damaged))
}
