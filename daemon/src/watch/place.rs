//! Opening a watched folder: by its path without links, and only if it still is the place that was added.
//!
//! Invariants: what is read from a folder is read through the descriptor opened here, never by its path again; a folder
//! that became another one is read by nobody before a person confirms it.

use std::fs::File;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use plant_core::model::{FolderKind, FolderMode};
use plant_core::place::{Grounds, Identity};
use plant_core::trouble::Passing;
use rustix::fs::{AtFlags, CWD, Mode, OFlags, ResolveFlags, Statx, StatxFlags, openat2, statx};
use rustix::io::Errno;

use super::mount::mount_kind;
use super::scan::nanoseconds;

/// A folder that was opened and is the one that it should be.
#[derive(Debug)]
pub struct Place {
    /// The directory.
    pub directory: OwnedFd,
    /// Its canonical path.
    pub path: PathBuf,
    /// What tells it from others, now.
    pub identity: Identity,
}

/// Why a folder can't be opened for now, in words for its list entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The kind of trouble.
    pub kind: Passing,
    /// The sentence: what is wrong, what to do.
    pub text: String,
}

impl Fault {
    pub(super) fn new(kind: Passing, text: impl Into<String>) -> Fault {
        Fault {
            kind,
            text: text.into(),
        }
    }
}

/// What the database knows of a folder's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its canonical path.
    pub path: PathBuf,
    /// What told it from others when it was added or last confirmed.
    pub identity: Identity,
    /// Whether it is the daemon's own inbox, which lies where nobody may watch.
    pub is_inbox: bool,
}

impl From<plant_store::folders::FolderPlace> for Known {
    fn from(place: plant_store::folders::FolderPlace) -> Self {
        Known {
            path: PathBuf::from(place.path),
            identity: place.identity,
            is_inbox: place.mode == FolderMode::Push,
        }
    }
}

impl Place {
    /// Opens a canonical path. No part of it may be a link.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path) -> rustix::io::Result<Place> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let resolve = ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        let directory = openat2(CWD, path, flags, Mode::empty(), resolve)?;
        let identity = identity(&directory)?;
        Ok(Place {
            directory,
            path: path.to_owned(),
            identity,
        })
    }

    /// Opens a folder that is known, beneath what the administrator allows, if it still is that folder.
    ///
    /// # Errors
    /// What is wrong, in words for a person.
    pub fn open_known(known: &Known, grounds: &Grounds) -> Result<Place, Fault> {
        if !known.is_inbox
            && let Err(refused) = grounds.allow(&known.path)
        {
            let text = format!("it is not read: {} {}", known.path.display(), refused.sentence());
            return Err(Fault::new(Passing::PlaceChanged, text));
        }
        let place = Place::open(&known.path).map_err(|error| fault_of(&known.path, error))?;
        if known.identity.is(&place.identity) {
            return Ok(place);
        }
        let text = format!(
            "another folder stands at {path} than the one that was added (removed and made again, or something else is mounted); nothing of it is read; if it is the right one: `plant folders confirm {path}`",
            path = known.path.display()
        );
        Err(Fault::new(Passing::PlaceChanged, text))
    }

    /// The path by which the system finds the open directory again without a look at its name.
    pub fn link(&self) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", self.directory.as_raw_fd()))
    }

    /// On what kind of file system it lies.
    ///
    /// # Errors
    /// What the system says.
    pub fn mount(&self) -> std::io::Result<FolderKind> {
        mount_kind(&self.directory)
    }

    /// The account that owns the directory.
    ///
    /// # Errors
    /// What the system says.
    pub fn owner(&self) -> std::io::Result<u32> {
        Ok(rustix::fs::fstat(&self.directory)?.st_uid)
    }

    /// The identity of the directory, then that of each one above it.
    ///
    /// # Errors
    /// What the system says; a folder above that may only be passed through is enough.
    pub fn chain(&self) -> std::io::Result<Vec<Identity>> {
        let mut chain = vec![self.identity.clone()];
        let mut above = self.path.parent();
        while let Some(path) = above {
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let directory = openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS)?;
            chain.push(identity(&directory)?);
            above = path.parent();
        }
        Ok(chain)
    }
}

fn identity(directory: &OwnedFd) -> rustix::io::Result<Identity> {
    let facts = rustix::fs::fstat(directory)?;
    // Neither is told by every kernel and file system.
    let more = statx(
        directory,
        c"",
        AtFlags::EMPTY_PATH,
        StatxFlags::MNT_ID | StatxFlags::BTIME,
    )
    .ok();
    let has_born = |facts: &&Statx| StatxFlags::from_bits_retain(facts.stx_mask).contains(StatxFlags::BTIME);
    Ok(Identity {
        device: facts.st_dev,
        inode: facts.st_ino,
        mount: more
            .as_ref()
            .and_then(|facts| mounted(facts.stx_mnt_id))
            .unwrap_or_default(),
        born_ns: more
            .as_ref()
            .filter(has_born)
            .map(|facts| nanoseconds(facts.stx_btime.tv_sec, facts.stx_btime.tv_nsec.into())),
    })
}

/// Kind, source and root of the file system that is mounted under that number, from the system's table of mounts.
fn mounted(id: u64) -> Option<String> {
    let id = id.to_string();
    // A mount point may have any bytes in its name.
    let table = std::fs::read("/proc/self/mountinfo").ok()?;
    let table = String::from_utf8_lossy(&table);
    table.lines().find_map(|line| mount_of(line, &id))
}

/// The mount in a line of `/proc/self/mountinfo`, if it has that number.
fn mount_of(line: &str, id: &str) -> Option<String> {
    let (before, after) = line.split_once(" - ")?;
    let mut before = before.split(' ');
    if before.next()? != id {
        return None;
    }
    let root = before.nth(2)?;
    let mut after = after.split(' ');
    let (kind, source) = (after.next()?, after.next()?);
    Some(format!("{kind} {source} {root}"))
}

/// What an error with a folder means.
pub(super) fn fault_of(path: &Path, error: Errno) -> Fault {
    let path = path.display();
    match error {
        Errno::NOENT => Fault::new(
            Passing::Unreachable,
            format!("{path} does not exist; create it, mount it, or remove it from the list"),
        ),
        Errno::LOOP => Fault::new(
            Passing::PlaceChanged,
            format!(
                "{path}, or a folder above it, became a link; nothing behind it is read; put the folder itself there"
            ),
        ),
        Errno::NOTDIR => Fault::new(
            Passing::PlaceChanged,
            format!("{path} is no folder any more; put the folder itself there"),
        ),
        error => {
            let error = std::io::Error::from(error);
            let kind = Passing::of_reading(error.kind(), error.raw_os_error()).unwrap_or(Passing::Unreachable);
            match kind {
                Passing::Permission => Fault::new(
                    kind,
                    format!("the daemon's account may not read {path}; give it the right to read"),
                ),
                kind => Fault::new(kind, format!("{path} can't be read: {error}; it is tried again")),
            }
        }
    }
}

/// Finds the place behind a path that a person wrote: links are followed once, here, and never again.
///
/// # Errors
/// What the system says.
pub fn find(asked: &Path) -> std::io::Result<Place> {
    let real = asked.canonicalize()?;
    let place = Place::open(&real)?;
    // Whoever may not list it can't read exports from it either.
    rustix::fs::Dir::read_from(&place.directory)?;
    Ok(place)
}

/// Opens a file of a place for reading: no links, no way out, never waiting for a writer.
///
/// # Errors
/// What the system says.
pub fn open_file(place: &Place, name: &std::ffi::OsStr) -> rustix::io::Result<File> {
    // NONBLOCK: opening a pipe must not wait for a writer.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    openat2(&place.directory, name, flags, Mode::empty(), resolve).map(File::from)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    fn known(place: &Place) -> Known {
        Known {
            path: place.path.clone(),
            identity: place.identity.clone(),
            is_inbox: false,
        }
    }

    #[test]
    fn a_folder_that_became_another_one_or_a_link_is_not_opened() {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path().canonicalize().unwrap();
        let (ours, theirs) = (base.join("ours"), base.join("theirs"));
        std::fs::create_dir(&ours).unwrap();
        std::fs::create_dir(&theirs).unwrap();
        std::fs::write(theirs.join("secret.csv"), "x").unwrap();
        let grounds = Grounds::default();
        let known = known(&find(&ours).unwrap());
        assert!(Place::open_known(&known, &grounds).is_ok());

        let fault = |known: &Known| Place::open_known(known, &grounds).unwrap_err();
        std::fs::rename(&ours, base.join("away")).unwrap();
        assert_eq!(fault(&known).kind, Passing::Unreachable);
        std::os::unix::fs::symlink(&theirs, &ours).unwrap();
        assert_eq!(fault(&known).kind, Passing::PlaceChanged);
        std::fs::remove_file(&ours).unwrap();
        std::fs::create_dir(&ours).unwrap();
        let made_again = fault(&known);
        assert_eq!(made_again.kind, Passing::PlaceChanged);
        assert!(made_again.text.contains("plant folders confirm"), "{}", made_again.text);
        std::fs::remove_dir(&ours).unwrap();
        // Removed and made again at once, most file systems give it the same number.
        let again = base.join("again");
        std::fs::create_dir(&again).unwrap();
        let before = self::known(&find(&again).unwrap());
        std::fs::remove_dir(&again).unwrap();
        std::fs::create_dir(&again).unwrap();
        if before.identity.born_ns.is_some() {
            assert_eq!(fault(&before).kind, Passing::PlaceChanged);
        }
        std::fs::rename(base.join("away"), &ours).unwrap();
        assert!(Place::open_known(&known, &grounds).is_ok(), "back again");

        // A link above it is one as well.
        let deep = base.join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        let known = self::known(&find(&deep).unwrap());
        std::fs::rename(base.join("a"), base.join("real")).unwrap();
        std::os::unix::fs::symlink(base.join("real"), base.join("a")).unwrap();
        assert_eq!(fault(&known).kind, Passing::PlaceChanged);
        assert_eq!(
            find(&deep).unwrap().path,
            base.join("real/b"),
            "a person's path is followed once"
        );
    }

    #[test]
    fn grounds_hold_for_folders_that_were_added_before_they_changed() {
        let dir = tempfile::tempdir().unwrap();
        let place = find(dir.path()).unwrap();
        let grounds = Grounds {
            roots: vec!["/srv".into()],
            ..Grounds::default()
        };
        let fault = Place::open_known(&known(&place), &grounds).unwrap_err();
        assert!(fault.text.contains("[folders] roots"), "{}", fault.text);
        let inbox = Known {
            is_inbox: true,
            ..known(&place)
        };
        assert!(Place::open_known(&inbox, &grounds).is_ok());
    }

    #[test]
    fn the_chain_ends_at_the_root() {
        let dir = tempfile::tempdir().unwrap();
        let place = find(dir.path()).unwrap();
        let chain = place.chain().unwrap();
        assert_eq!(chain.len(), place.path.components().count());
        assert_eq!(chain[0], place.identity);
        assert_eq!(
            chain.last(),
            Place::open(Path::new("/")).ok().map(|root| root.identity).as_ref()
        );
        assert!(!place.identity.mount.is_empty(), "the system tells its mounts");
    }

    #[test]
    fn a_line_of_the_table_of_mounts() {
        let line = "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue";
        assert_eq!(mount_of(line, "36").as_deref(), Some("ext3 /dev/root /mnt1"));
        assert_eq!(mount_of(line, "3"), None);
        assert_eq!(mount_of("36 35", "36"), None);
    }

    #[test]
    fn a_file_is_opened_beneath_its_place_only() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.csv"), "x").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join("link.csv")).unwrap();
        let place = find(dir.path()).unwrap();
        assert!(open_file(&place, OsStr::new("a.csv")).is_ok());
        assert_eq!(open_file(&place, OsStr::new("link.csv")).unwrap_err(), Errno::LOOP);
        assert_eq!(open_file(&place, OsStr::new("../etc/passwd")).unwrap_err(), Errno::XDEV);
    }
}
