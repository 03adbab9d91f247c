//! Where pushed files are put: whole under their name at once, or not at all.
//!
//! Invariants: a name under which bytes arrive is never read before the last of them; what a plant's own folder holds
//! is never overwritten; in the daemon's inbox a second push of a name is a newer version of the file.

use std::ffi::OsStr;
use std::fs::{DirBuilder, File};
use std::io::Write;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use plant_core::quiet::{Facts, ignored_name};
use plant_proto::status::Fault;
use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};
use rustix::io::Errno;

use crate::rpc::refusal::Refusal;

/// Folder of the inboxes in the state folder, one for each org.
pub(in crate::rpc) const INBOX: &str = "inbox";
/// Folder in the state folder where the bytes of a push wait for the last of them.
pub(in crate::rpc) const STAGING: &str = "inbox.part";
/// Longest name of a file, in bytes.
const NAME_MAX_BYTES: usize = 240;

/// A name that can be pushed: one that would be read where it is put.
pub(super) fn checked_name(name: &str) -> Result<(), Fault> {
    let wrong = |what: &str| {
        Err(Fault::invalid(format!(
            "a file can't be pushed under the name {name:?}: {what}"
        )))
    };
    if name.is_empty() || name.len() > NAME_MAX_BYTES {
        return wrong("it must have 1 to 240 bytes");
    }
    if name.contains('/') || name == "." || name == ".." || name.chars().any(char::is_control) {
        return wrong("it must be a name without a path and without control characters");
    }
    match ignored_name(name) {
        Some(why) => wrong(&format!("it would be ignored as {why}; rename it first")),
        None => Ok(()),
    }
}

/// The inbox of an org, made where it is not there yet.
pub(super) fn folder(state_dir: &Path, org: &str) -> std::io::Result<PathBuf> {
    let path = state_dir.join(INBOX).join(org);
    DirBuilder::new().recursive(true).mode(0o750).create(&path)?;
    Ok(path)
}

/// Where a push goes.
pub(super) enum Place {
    /// The daemon's inbox, through the staging folder beside it.
    Inbox {
        /// The inbox of the org.
        folder: PathBuf,
        /// The name under which the bytes wait.
        staged: PathBuf,
    },
    /// A folder of the plant.
    Folder(PathBuf),
}

/// Bytes that arrive; dropped before [`Arriving::keep`], nothing stays.
pub(super) struct Arriving {
    file: File,
    place: Place,
    is_staged: bool,
}

impl Arriving {
    /// Opens a file without a name that anybody reads.
    pub(super) fn begin(place: Place) -> Result<Arriving, Refusal> {
        let mode = Mode::RUSR | Mode::WUSR | Mode::RGRP;
        let file = match &place {
            Place::Inbox { staged, .. } => {
                if let Some(folder) = staged.parent() {
                    DirBuilder::new()
                        .recursive(true)
                        .mode(0o700)
                        .create(folder)
                        .map_err(Refusal::system("making the staging folder"))?;
                }
                let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                open(staged, flags, mode)
            }
            Place::Folder(folder) => match open(folder, OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC, mode) {
                Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::ROFS | Errno::ACCESS | Errno::PERM) => {
                    return Err(Fault::conflict(format!(
                        "plantd can't put a file into {}; push without a folder, or copy the file there yourself",
                        folder.display()
                    ))
                    .into());
                }
                other => other,
            },
        };
        let file = file.map_err(|error| Refusal::system("opening a file for the push")(error.into()))?;
        let is_staged = matches!(place, Place::Inbox { .. });
        Ok(Arriving {
            file: File::from(file),
            place,
            is_staged,
        })
    }

    /// Writes a piece.
    pub(super) fn write(&mut self, chunk: &[u8]) -> Result<(), Refusal> {
        self.file
            .write_all(chunk)
            .map_err(Refusal::system("writing the pushed file"))
    }

    /// Gives it its name, now that it is whole and on the disk, and says what the folder says of it.
    pub(super) fn keep(mut self, name: &str) -> Result<(PathBuf, Facts), Refusal> {
        self.file
            .sync_all()
            .map_err(Refusal::system("writing the pushed file"))?;
        let folder = match &self.place {
            Place::Inbox { folder, staged } => {
                std::fs::rename(staged, folder.join(name)).map_err(Refusal::system("naming the pushed file"))?;
                self.is_staged = false;
                folder.clone()
            }
            Place::Folder(folder) => {
                let open_file = format!("/proc/self/fd/{}", self.file.as_raw_fd());
                match linkat(CWD, open_file.as_str(), CWD, folder.join(name), AtFlags::SYMLINK_FOLLOW) {
                    Ok(()) => folder.clone(),
                    Err(Errno::EXIST) => {
                        return Err(Fault::conflict(format!(
                            "{} holds a file `{name}` already, which is not overwritten; push under another name",
                            folder.display()
                        ))
                        .into());
                    }
                    Err(error) => return Err(Refusal::system("naming the pushed file")(error.into())),
                }
            }
        };
        let metadata = self
            .file
            .metadata()
            .map_err(Refusal::system("looking at the pushed file"))?;
        let facts = Facts {
            bytes: metadata.len(),
            mtime_ns: metadata
                .mtime()
                .saturating_mul(1_000_000_000)
                .saturating_add(metadata.mtime_nsec()),
            inode: metadata.ino(),
        };
        Ok((folder, facts))
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        if let Place::Inbox { staged, .. } = &self.place
            && self.is_staged
            && let Err(error) = std::fs::remove_file(staged)
        {
            tracing::warn!(%error, file = %staged.display(), "cannot remove what is left of a push");
        }
    }
}

/// The name under which the bytes of one push wait.
pub(super) fn staged(state_dir: &Path, id: impl AsRef<OsStr>) -> PathBuf {
    state_dir.join(STAGING).join(id.as_ref())
}

#[cfg(test)]
mod tests {
    use super::{Arriving, Place, checked_name, folder, staged};

    #[test]
    fn names_that_would_not_be_read_are_refused() {
        for name in [
            "",
            ".",
            "..",
            "a/b",
            "/etc/passwd",
            ".hidden.csv",
            "a.tmp",
            "a.csv~",
            "a\nb.csv",
            "a\u{1b}.csv",
        ] {
            assert!(checked_name(name).is_err(), "{name:?}");
        }
        assert!(checked_name(&"x".repeat(241)).is_err());
        for name in ["mes.csv", "Übersicht März.xlsx", "a b.CSV"] {
            assert!(checked_name(name).is_ok(), "{name:?}");
        }
    }

    #[test]
    fn a_push_is_whole_or_nothing() {
        let state = tempfile::tempdir().unwrap();
        let inbox = folder(state.path(), "org").unwrap();
        let place = || Place::Inbox {
            folder: inbox.clone(),
            staged: staged(state.path(), "1"),
        };
        let mut given_up = Arriving::begin(place()).unwrap();
        given_up.write(b"half").unwrap();
        drop(given_up);
        assert_eq!(std::fs::read_dir(&inbox).unwrap().count(), 0);
        assert!(!staged(state.path(), "1").exists());

        for (content, bytes) in [("whole", 5), ("newer", 5)] {
            let mut whole = Arriving::begin(place()).unwrap();
            whole.write(content.as_bytes()).unwrap();
            let (put, facts) = whole.keep("a.csv").unwrap();
            assert_eq!((put.as_path(), facts.bytes), (inbox.as_path(), bytes));
            assert_eq!(std::fs::read_to_string(inbox.join("a.csv")).unwrap(), content);
        }
        assert!(!staged(state.path(), "1").exists());
    }

    #[test]
    fn a_file_of_the_plant_is_never_overwritten() {
        let plant = tempfile::tempdir().unwrap();
        std::fs::write(plant.path().join("a.csv"), "the plant's own").unwrap();
        if !plant_need::unnamed(plant.path()) {
            return;
        }
        let mut arriving = Arriving::begin(Place::Folder(plant.path().to_path_buf())).unwrap();
        arriving.write(b"other").unwrap();
        assert!(arriving.keep("a.csv").is_err());
        assert_eq!(
            std::fs::read_to_string(plant.path().join("a.csv")).unwrap(),
            "the plant's own"
        );
        let mut arriving = Arriving::begin(Place::Folder(plant.path().to_path_buf())).unwrap();
        arriving.write(b"other").unwrap();
        arriving.keep("b.csv").unwrap();
        assert_eq!(std::fs::read_to_string(plant.path().join("b.csv")).unwrap(), "other");
    }
}
