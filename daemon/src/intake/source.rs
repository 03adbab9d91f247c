//! The plant's file: opened at its place, looked at, and copied within bounds.
//!
//! Invariants: nothing of a file is read before its size is known to be within the limit; every call to the plant's file
//! system has a thread of its own and an end to the waiting; what was begun ends when nobody waits for it any more.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use plant_core::place::Grounds;
use plant_core::quiet::Facts;
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_core::trouble::Passing;
use plant_store::files::FileSource;
use rustix::fs::FileType;
use rustix::io::Errno;

use super::error::JobError;
use crate::app::App;
use crate::originals::{self, GiveUp, Pace, PassError, Shelf, Snapshot};
use crate::patient::NoAnswer;
use crate::room::Room;
use crate::watch::{Known, Place, facts, is_foreign_link, open_file};

/// An open file of the plant.
#[derive(Debug)]
pub struct Source {
    /// The file.
    pub file: File,
    /// The folder that it lies in.
    pub folder: PathBuf,
    /// Size, times and number when it was opened.
    pub facts: Facts,
}

/// How a file ends that is not read: a state and the reason.
pub type Refused = (FileState, Reason);

/// Opens a file of a watched folder.
///
/// # Errors
/// [`JobError::Waits`] for what passes: the folder hangs, is away or became another one, the right to read is missing.
pub async fn open(app: &App, source: &FileSource) -> Result<Result<Source, Refused>, JobError> {
    if source.is_removed {
        // Another org's files may lie there by now.
        let reason = Reason {
            code: ReasonCode::FolderRemoved,
            text: format!("its folder {} is watched no longer", source.folder_path),
        };
        return Ok(Err((FileState::Ignored, reason)));
    }
    let since = source.since;
    let known = Known {
        path: PathBuf::from(&source.folder_path),
        identity: source.folder_identity.clone(),
        is_inbox: source.is_inbox,
    };
    let name = OsString::from_vec(source.name.clone());
    let grounds = app.grounds().clone();
    let most_bytes = app.config().intake.file_max_mib.saturating_mul(1 << 20);
    let folder = known.path.clone();
    app.hangs()
        .call(&folder, silence(app), move || {
            open_here(&known, &grounds, &name, most_bytes, since)
        })
        .await
        .map_err(no_answer)?
}

fn open_here(
    known: &Known,
    grounds: &Grounds,
    name: &OsString,
    most_bytes: u64,
    since: Option<DateTime<Utc>>,
) -> Result<Result<Source, Refused>, JobError> {
    let place = Place::open_known(known, grounds).map_err(|fault| JobError::Waits {
        kind: fault.kind,
        sentence: fault.text,
    })?;
    let refuse = |state, code, text: String| Ok(Err((state, Reason { code, text })));
    let file = match open_file(&place, name) {
        Ok(file) => file,
        Err(Errno::NOENT) => {
            return refuse(
                FileState::Ignored,
                ReasonCode::Vanished,
                "it was gone when it was to be read".to_owned(),
            );
        }
        Err(Errno::LOOP | Errno::XDEV) => {
            return refuse(FileState::Ignored, ReasonCode::NotRegular, "it is a link".to_owned());
        }
        // A device without a driver, or a socket.
        Err(Errno::NXIO | Errno::NODEV) => return refuse(FileState::Ignored, ReasonCode::NotRegular, not_regular()),
        Err(error) => return Err(reading("it cannot be opened", error.into())),
    };
    let stat = rustix::fs::fstat(&file).map_err(|error| reading("it cannot be examined", error.into()))?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return refuse(FileState::Ignored, ReasonCode::NotRegular, not_regular());
    }
    let owner = place
        .owner()
        .map_err(|error| reading("its folder cannot be examined", error))?;
    if is_foreign_link(&stat, owner) {
        return refuse(
            FileState::Ignored,
            ReasonCode::ForeignLink,
            format!(
                "it is another name of a file that belongs to account {}, and the folder belongs to account {owner}",
                stat.st_uid
            ),
        );
    }
    let facts = facts(&stat);
    if let Some(since) = since
        && DateTime::from_timestamp_nanos(facts.mtime_ns) < since
    {
        return refuse(
            FileState::Ignored,
            ReasonCode::BeforeSince,
            format!(
                "it was last changed before {}, and its folder takes nothing older",
                since.format("%Y-%m-%d %H:%M:%S UTC")
            ),
        );
    }
    if facts.bytes == 0 {
        return refuse(
            FileState::Failed,
            ReasonCode::Empty,
            "the file is empty (0 bytes)".to_owned(),
        );
    }
    if facts.bytes > most_bytes {
        return refuse(
            FileState::Failed,
            ReasonCode::TooLarge,
            format!(
                "it has {} MiB and at most {} MiB are read ([intake] file_max_mib)",
                facts.bytes >> 20,
                most_bytes >> 20
            ),
        );
    }
    Ok(Ok(Source {
        file,
        folder: known.path.clone(),
        facts,
    }))
}

fn not_regular() -> String {
    "it is a pipe, device or folder, not a regular file".to_owned()
}

/// Copies the bytes of a file to where nobody can change them; `sizes` are earlier sizes of it, each of which is hashed
/// on the way.
///
/// # Errors
/// [`JobError::Waits`] when it changed meanwhile, its file system hangs or fails, or there is no room for the copy.
pub async fn snapshot(app: &App, source: Source, sizes: Vec<u64>) -> Result<Snapshot, JobError> {
    let bytes = source.facts.bytes;
    let room = app.room().clone();
    let shelf = Shelf::below(app.state_dir());
    let pace = Arc::new(Pace::until(originals::end_of(bytes)));
    // Whatever ends the waiting, the thread sees it and ends too.
    let guard = GiveUp(Arc::clone(&pace));
    let progress = pace.progress();
    let folder = source.folder.clone();
    let answer = app
        .hangs()
        .call_while(&folder, silence(app), progress, move || {
            copy(&source, &room, &shelf, &sizes, &pace)
        })
        .await;
    match answer {
        Ok(copied) => copied,
        Err(NoAnswer::Late(_)) if guard.0.is_at_originals() => Err(JobError::waits(Passing::Originals)),
        Err(error) => Err(no_answer(error)),
    }
}

fn copy(source: &Source, room: &Room, shelf: &Shelf, sizes: &[u64], pace: &Pace) -> Result<Snapshot, JobError> {
    let bytes = source.facts.bytes;
    let to = pace.at_originals(|| {
        if room.look().is_some_and(|space| space.above_floor_bytes() < bytes) {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        shelf.anonymous()
    });
    let to = to.map_err(unpassed)?;
    let passed = originals::pass(&source.file, bytes, &to, sizes, pace).map_err(unpassed)?;
    let after = rustix::fs::fstat(&source.file).map_err(|error| reading("it cannot be examined", error.into()))?;
    if facts(&after) != source.facts {
        return Err(JobError::waits(Passing::Changed));
    }
    let file = pace.at_originals(|| originals::read_only(&to)).map_err(unpassed)?;
    Ok(Snapshot { file, bytes, passed })
}

fn unpassed(error: PassError) -> JobError {
    match error {
        PassError::TooSlow => JobError::Waits {
            kind: Passing::Silent,
            sentence: "reading it takes too long; it is tried again".to_owned(),
        },
        PassError::Changed => JobError::waits(Passing::Changed),
        PassError::Reading(error) => reading("it cannot be read", error),
        PassError::Writing(error) => originals::trouble("copying it to the originals", &error),
    }
}

fn silence(app: &App) -> Duration {
    Duration::from_secs(app.config().intake.silence_s)
}

fn no_answer(error: NoAnswer) -> JobError {
    JobError::waits(error.passing())
}

/// What an error of the plant's file system means for the job.
pub fn reading(doing: &'static str, error: std::io::Error) -> JobError {
    match Passing::of_reading(error.kind(), error.raw_os_error()) {
        Some(kind) => JobError::Waits {
            kind,
            sentence: format!("{doing} ({error}): {}", kind.sentence()),
        },
        None => JobError::System { doing, source: error },
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rustix::fs::Mode;

    use super::*;
    use crate::watch::find;

    fn known(folder: &Path) -> Known {
        let place = find(folder).unwrap();
        Known {
            path: place.path,
            identity: place.identity,
            is_inbox: false,
        }
    }

    fn code(known: &Known, name: &str) -> Result<(), Result<ReasonCode, Passing>> {
        match open_here(known, &Grounds::default(), &name.into(), 1_000, None) {
            Ok(Ok(_)) => Ok(()),
            Ok(Err((_, reason))) => Err(Ok(reason.code)),
            Err(JobError::Waits { kind, .. }) => Err(Err(kind)),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn what_is_no_export_is_refused_and_what_passes_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path();
        std::fs::write(path.join("good.csv"), "a,b\n1,2\n").unwrap();
        std::fs::write(path.join("empty.csv"), "").unwrap();
        std::fs::write(path.join("large.csv"), vec![b'x'; 1_001]).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", path.join("link.csv")).unwrap();
        std::os::unix::fs::symlink("good.csv", path.join("inner.csv")).unwrap();
        std::fs::create_dir(path.join("folder.csv")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            path.join("pipe.csv"),
            rustix::fs::FileType::Fifo,
            Mode::RUSR,
            0,
        )
        .unwrap();
        let known = known(path);
        for (name, expected) in [
            ("good.csv", Ok(())),
            ("empty.csv", Err(Ok(ReasonCode::Empty))),
            ("large.csv", Err(Ok(ReasonCode::TooLarge))),
            ("link.csv", Err(Ok(ReasonCode::NotRegular))),
            ("inner.csv", Err(Ok(ReasonCode::NotRegular))),
            ("folder.csv", Err(Ok(ReasonCode::NotRegular))),
            ("pipe.csv", Err(Ok(ReasonCode::NotRegular))),
            ("../etc", Err(Ok(ReasonCode::NotRegular))),
            ("absent.csv", Err(Ok(ReasonCode::Vanished))),
        ] {
            assert_eq!(code(&known, name), expected, "{name}");
        }
        drop(dir);
        assert_eq!(
            code(&known, "good.csv"),
            Err(Err(Passing::Unreachable)),
            "the folder is away"
        );
    }

    #[test]
    fn an_error_of_the_share_is_waited_for_and_a_wrong_call_is_not() {
        for (errno, expected) in [
            (5, Some(Passing::Unreachable)),
            (116, Some(Passing::Unreachable)),
            (110, Some(Passing::Silent)),
            (22, None),
        ] {
            let kind = match reading("it cannot be read", std::io::Error::from_raw_os_error(errno)) {
                JobError::Waits { kind, .. } => Some(kind),
                _ => None,
            };
            assert_eq!(kind, expected, "errno {errno}");
        }
    }

    #[test]
    fn another_name_of_a_file_of_somebody_else_is_told_and_not_read() {
        if !plant_need::root() {
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let (ours, theirs) = (dir.path().join("ours"), dir.path().join("theirs"));
        std::fs::create_dir(&ours).unwrap();
        std::fs::write(&theirs, "secret").unwrap();
        std::os::unix::fs::chown(&theirs, Some(65_534), None).unwrap();
        std::fs::hard_link(&theirs, ours.join("a.csv")).unwrap();
        let known = known(&ours);
        assert_eq!(code(&known, "a.csv"), Err(Ok(ReasonCode::ForeignLink)));
        std::fs::remove_file(&theirs).unwrap();
        assert_eq!(code(&known, "a.csv"), Ok(()), "the only name, given by its owner");
    }

    #[test]
    fn a_copy_is_of_one_moment_and_what_changed_meanwhile_is_no_copy() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        let open = || match open_here(&known(dir.path()), &Grounds::default(), &"a.csv".into(), 1_000, None) {
            Ok(Ok(source)) => source,
            other => panic!("{other:?}"),
        };
        let (room, shelf) = (Room::of(dir.path(), false), Shelf::below(dir.path()));
        let pace = || Pace::until(std::time::Instant::now() + Duration::from_secs(600));
        let source = open();
        let copied = copy(&source, &room, &shelf, &[4], &pace()).unwrap();
        assert_eq!((copied.bytes, copied.passed.prefixes.len()), (8, 1));
        let mut written = File::options().write(true).open(&path).unwrap();
        std::io::Write::write_all(&mut written, b"x,y\n3,4\n").unwrap();
        let mut read = [0; 8];
        std::os::unix::fs::FileExt::read_exact_at(&copied.file, &mut read, 0).unwrap();
        assert_eq!(&read, b"a,b\n1,2\n", "the copy stays what it was");
        // Nothing but the time of the change tells this one.
        let mut source = open();
        source.facts.ctime_ns -= 1;
        let kind = |error| match error {
            JobError::Waits { kind, .. } => kind,
            other => panic!("{other}"),
        };
        let changed = copy(&source, &room, &shelf, &[], &pace()).unwrap_err();
        assert_eq!(kind(changed), Passing::Changed);
        // What is wrong with our own disk is not the plant's.
        std::fs::remove_dir_all(shelf.root()).unwrap();
        std::fs::write(shelf.root(), "no folder").unwrap();
        let closed = copy(&open(), &room, &shelf, &[], &pace()).unwrap_err();
        assert_eq!(kind(closed), Passing::Originals);
    }
}
