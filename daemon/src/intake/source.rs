//! The plant's file: opened at its place, looked at, and hashed within bounds.
//!
//! Invariants: nothing of a file is read before its size is known to be within the limit; every call to the plant's file
//! system has a thread of its own and an end to the waiting; what was begun ends when nobody waits for it any more.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use plant_core::place::Grounds;
use plant_core::quiet::Facts;
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_core::trouble::Passing;
use plant_store::files::FileSource;
use rustix::fs::FileType;
use rustix::io::Errno;
use sha2::{Digest, Sha256};

use super::error::JobError;
use crate::app::App;
use crate::patient::NoAnswer;
use crate::watch::{Known, Place, facts, is_foreign_link, open_file};

/// Slowest reading that is waited for, in bytes a second, beside the time that any file gets.
const SLOWEST_BYTES_S: u64 = 1 << 20;
/// What any file gets.
const SHORTEST: Duration = Duration::from_secs(120);
/// Bytes read at once.
const BLOCK_BYTES: usize = 256 * 1024;

/// An open file of the plant.
#[derive(Debug)]
pub struct Source {
    /// The file.
    pub file: File,
    /// The folder that it lies in.
    pub folder: PathBuf,
    /// Size, time and number when it was opened.
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
            open_here(&known, &grounds, &name, most_bytes)
        })
        .await
        .map_err(no_answer)?
}

fn open_here(
    known: &Known,
    grounds: &Grounds,
    name: &OsString,
    most_bytes: u64,
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

/// Size, time and number of an open file now.
///
/// # Errors
/// [`JobError::Waits`] when its file system does not answer.
pub async fn now(app: &App, source: &Source) -> Result<Facts, JobError> {
    let again = source
        .file
        .try_clone()
        .map_err(JobError::system("cannot keep the file open"))?;
    app.hangs()
        .call(&source.folder, silence(app), move || {
            rustix::fs::fstat(&again)
                .map(|stat| facts(&stat))
                .map_err(|error| reading("it cannot be examined", error.into()))
        })
        .await
        .map_err(no_answer)?
}

/// SHA-256 of the whole file in hex, read without moving its position.
///
/// # Errors
/// [`JobError::Waits`] when it grew past its size, or its file system hangs or fails.
pub async fn hash(app: &App, source: Source) -> Result<(Source, String), JobError> {
    let limit = SHORTEST + Duration::from_secs(source.facts.bytes / SLOWEST_BYTES_S);
    let reading = Arc::new(Reading {
        given_up: AtomicBool::new(false),
        end: Instant::now() + limit,
    });
    // Whatever ends the waiting, the thread sees it and ends too.
    let guard = GiveUp(Arc::clone(&reading));
    let progress = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&progress);
    let folder = source.folder.clone();
    let (source, digest) = app
        .hangs()
        .call_while(&folder, silence(app), progress, move || {
            let digest = reading.sha256(&source.file, source.facts.bytes, &counted);
            (source, digest)
        })
        .await
        .map_err(no_answer)?;
    drop(guard);
    Ok((source, digest?))
}

/// A reading that is going on.
struct Reading {
    given_up: AtomicBool,
    end: Instant,
}

struct GiveUp(Arc<Reading>);

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.0.given_up.store(true, Ordering::Relaxed);
    }
}

impl Reading {
    fn sha256(&self, file: &File, bytes: u64, progress: &AtomicU64) -> Result<String, JobError> {
        let mut hasher = Sha256::new();
        let mut block = vec![0_u8; BLOCK_BYTES];
        let mut offset = 0_u64;
        loop {
            if self.given_up.load(Ordering::Relaxed) || Instant::now() > self.end {
                return Err(JobError::Waits {
                    kind: Passing::Silent,
                    sentence: "reading it takes too long; it is tried again".to_owned(),
                });
            }
            let read = match file.read_at(&mut block, offset) {
                Ok(read) => read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self::reading("it cannot be read", error)),
            };
            if read == 0 {
                break;
            }
            hasher.update(block.get(..read).unwrap_or_default());
            offset += read as u64;
            progress.store(offset, Ordering::Relaxed);
            if offset > bytes {
                break;
            }
        }
        if offset != bytes {
            return Err(JobError::waits(Passing::Changed));
        }
        Ok(hex::encode(hasher.finalize()))
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
        match open_here(known, &Grounds::default(), &name.into(), 1_000) {
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
    fn the_hash_is_that_of_the_bytes_and_a_file_that_grew_or_was_given_up_has_none() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("x"), "abc").unwrap();
        let file = File::open(dir.path().join("x")).unwrap();
        let reading = |end| Reading {
            given_up: AtomicBool::new(false),
            end,
        };
        let later = Instant::now() + Duration::from_secs(600);
        let progress = AtomicU64::new(0);
        let hash = reading(later).sha256(&file, 3, &progress).unwrap();
        assert!(hash.starts_with("ba7816bf"), "{hash}");
        assert_eq!(progress.load(Ordering::Relaxed), 3);
        let kind = |result: Result<String, JobError>| match result.unwrap_err() {
            JobError::Waits { kind, .. } => kind,
            other => panic!("{other}"),
        };
        assert_eq!(kind(reading(later).sha256(&file, 2, &progress)), Passing::Changed);
        assert_eq!(kind(reading(later).sha256(&file, 4, &progress)), Passing::Changed);
        let given_up = reading(later);
        given_up.given_up.store(true, Ordering::Relaxed);
        assert_eq!(kind(given_up.sha256(&file, 3, &progress)), Passing::Silent);
    }
}
