//! Files that are handed over: whole under their name at once, or not at all.
//!
//! Invariants: a name under which bytes arrive is never read before the last of them; what a plant's own folder holds is
//! never overwritten; in the daemon's inbox each push has a place of its own, so that none replaces another; a push that
//! was acknowledged is in the database, and what is not in the database is swept away.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{DirBuilder, File};
use std::io::{ErrorKind, Write};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use plant_core::access::DAEMON;
use plant_core::ids::{FolderId, OrgId};
use plant_core::model::FolderMode;
use plant_core::quiet::{Facts, ignored_name};
use plant_core::trouble::Passing;
use plant_store::files;
use plant_store::folders::{self, FolderPlace};
use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, openat, statat, unlinkat};
use rustix::io::Errno;
use sha2::{Digest, Sha256};
use thiserror::Error;
use tracing::{info, warn};

use crate::app::App;
use crate::watch::{Place, facts, find};

/// Folder of the inboxes in the state folder, one for each org.
pub const INBOX: &str = "inbox";
/// Folder in the state folder where the bytes of a push wait for the last of them.
pub const STAGING: &str = "inbox.part";
/// Longest name of a file, in bytes.
const NAME_MAX_BYTES: usize = 240;

/// Why a file can't be handed over.
#[derive(Debug, Error)]
pub enum InboxError {
    /// The name would not be read.
    #[error("a file can't be pushed under the name {name:?}: {why}")]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// The plant's folder holds that name already.
    #[error("{folder} holds a file `{name}` already, which is not overwritten; push under another name")]
    Taken {
        /// The folder.
        folder: PathBuf,
        /// The name.
        name: String,
    },
    /// The plant's folder takes no files of the daemon.
    #[error("plantd can't put a file into {folder}; push without a folder, or copy the file there yourself")]
    Closed {
        /// The folder.
        folder: PathBuf,
    },
    /// The inbox of the org is full.
    #[error(
        "the inbox of the org may hold {quota_mib} MiB and is full ([inbox] quota_mib); drop the file into a watched folder"
    )]
    OverQuota {
        /// What it may hold.
        quota_mib: u64,
    },
    /// The disk is nearly full.
    #[error("the disk of plantd is nearly full; make room there, then push the file again")]
    NoRoom,
    /// What the system says.
    #[error("{doing}: {source}")]
    System {
        /// What was tried.
        doing: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
}

impl InboxError {
    fn system(doing: &'static str) -> impl FnOnce(std::io::Error) -> InboxError {
        move |source| match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => InboxError::NoRoom,
            _ => InboxError::System { doing, source },
        }
    }
}

/// A name that can be pushed: one that would be read where it is put.
///
/// # Errors
/// [`InboxError::Name`].
pub fn check_name(name: &str) -> Result<(), InboxError> {
    let wrong = |why: &str| {
        Err(InboxError::Name {
            name: name.to_owned(),
            why: why.to_owned(),
        })
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
///
/// # Errors
/// What the system says.
pub fn folder(state_dir: &Path, org: OrgId) -> std::io::Result<Place> {
    let path = state_dir.join(INBOX).join(org.to_string());
    DirBuilder::new().recursive(true).mode(0o750).create(&path)?;
    find(&path)
}

/// Where a push goes.
pub enum Target {
    /// The daemon's inbox of the org.
    Inbox {
        /// The inbox.
        inbox: Place,
        /// The name of the place that this push has in it.
        id: String,
    },
    /// A folder of the plant.
    Folder(Place),
}

/// Bytes that arrive; dropped before [`Arriving::keep`], nothing stays.
pub struct Arriving {
    file: File,
    target: Target,
    staged: Option<PathBuf>,
    hasher: Sha256,
    push: Push,
}

/// A push that counts for the quota of its org until it is dropped.
struct Push {
    org: OrgId,
    in_inbox: bool,
    /// Bytes that are lost when it ends.
    lost: u64,
    app: App,
}

impl Drop for Push {
    fn drop(&mut self) {
        if self.in_inbox {
            self.app.quotas().end(self.org, self.lost);
        }
    }
}

/// A file that was put where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// Its path inside the folder.
    pub name: Vec<u8>,
    /// What the folder says of it.
    pub facts: Facts,
    /// SHA-256 of its bytes in hex.
    pub sha256: String,
}

impl Arriving {
    /// Opens a file without a name that anybody reads. May wait for the disk.
    ///
    /// # Errors
    /// No room, over the quota, or what the system says.
    pub fn begin(app: &App, org: OrgId, target: Target) -> Result<Arriving, InboxError> {
        if !app.has_room() {
            return Err(InboxError::NoRoom);
        }
        let mode = Mode::RUSR | Mode::WUSR | Mode::RGRP;
        let mut push = Push {
            org,
            in_inbox: false,
            lost: 0,
            app: app.clone(),
        };
        let (file, staged) = match &target {
            Target::Inbox { inbox, id } => {
                app.quotas()
                    .begin(org, || bytes_in(&inbox.path))
                    .map_err(InboxError::system("looking into the inbox"))?;
                push.in_inbox = true;
                take(app, org, 0)?;
                let folder = app.state_dir().join(STAGING);
                DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(&folder)
                    .map_err(InboxError::system("making the staging folder"))?;
                let staged = folder.join(id);
                let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let file = rustix::fs::open(&staged, flags, mode);
                (file, Some(staged))
            }
            Target::Folder(place) => {
                let flags = OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC;
                let file = match openat(&place.directory, ".", flags, mode) {
                    Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::ROFS | Errno::ACCESS | Errno::PERM) => {
                        return Err(InboxError::Closed {
                            folder: place.path.clone(),
                        });
                    }
                    other => other,
                };
                (file, None)
            }
        };
        let file = file.map_err(|error| InboxError::system("opening a file for the push")(error.into()))?;
        Ok(Arriving {
            file: File::from(file),
            target,
            staged,
            hasher: Sha256::new(),
            push,
        })
    }

    /// Writes a piece. May wait for the disk.
    ///
    /// # Errors
    /// No room, over the quota, or what the system says.
    pub fn write(&mut self, chunk: &[u8]) -> Result<(), InboxError> {
        let more = chunk.len() as u64;
        if self.staged.is_some() {
            let Push { app, org, lost, .. } = &mut self.push;
            take(app, *org, more)?;
            *lost += more;
            if !app.has_room() {
                return Err(InboxError::NoRoom);
            }
        }
        self.hasher.update(chunk);
        self.file
            .write_all(chunk)
            .map_err(InboxError::system("writing the pushed file"))
    }

    /// Gives it its name, now that it is whole and on the disk. It loses the name again unless [`Kept::settled`] is called.
    ///
    /// # Errors
    /// The name is taken, or what the system says.
    pub fn keep(mut self, name: &str) -> Result<(Put, Kept), InboxError> {
        self.file
            .sync_all()
            .map_err(InboxError::system("writing the pushed file"))?;
        let name = match &self.target {
            Target::Inbox { inbox, id } => {
                let own = inbox.path.join(id);
                let named = || -> std::io::Result<()> {
                    DirBuilder::new().mode(0o750).create(&own)?;
                    if let Some(staged) = &self.staged {
                        std::fs::rename(staged, own.join(name))?;
                    }
                    // Both names are on the disk before anybody is told.
                    File::open(&own)?.sync_all()?;
                    File::open(&inbox.path)?.sync_all()
                };
                named().map_err(InboxError::system("naming the pushed file"))?;
                self.staged = None;
                format!("{id}/{name}").into_bytes()
            }
            Target::Folder(place) => {
                // Its name is on the disk before anybody is told, where the file system knows how.
                let written = || match rustix::fs::fsync(&place.directory) {
                    Err(Errno::INVAL) | Ok(()) => Ok(()),
                    Err(error) => Err(InboxError::system("naming the pushed file")(error.into())),
                };
                let open_file = format!("/proc/self/fd/{}", self.file.as_raw_fd());
                match linkat(CWD, open_file.as_str(), &place.directory, name, AtFlags::SYMLINK_FOLLOW) {
                    Ok(()) => written().inspect_err(|_| take_away(place, name.as_bytes(), &self.file))?,
                    Err(Errno::EXIST) => {
                        return Err(InboxError::Taken {
                            folder: place.path.clone(),
                            name: name.to_owned(),
                        });
                    }
                    Err(error) => return Err(InboxError::system("naming the pushed file")(error.into())),
                }
                name.as_bytes().to_vec()
            }
        };
        let stat = rustix::fs::fstat(&self.file)
            .map_err(|error| InboxError::system("looking at the pushed file")(error.into()))?;
        let digest = std::mem::take(&mut self.hasher).finalize();
        let put = Put {
            name,
            facts: facts(&stat),
            sha256: hex::encode(digest),
        };
        let kept = Kept {
            name: put.name.clone(),
            bytes: std::mem::take(&mut self.push.lost),
            is_settled: false,
            arrived: self,
        };
        Ok((put, kept))
    }
}

/// A file that was put where it belongs and is not in the database yet; dropped like this, it is taken back, which may
/// wait for the disk.
pub struct Kept {
    arrived: Arriving,
    name: Vec<u8>,
    /// What it took of the quota.
    bytes: u64,
    is_settled: bool,
}

impl Kept {
    /// It is in the database and stays.
    pub fn settled(mut self) {
        self.is_settled = true;
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if self.is_settled {
            return;
        }
        match &self.arrived.target {
            Target::Inbox { inbox, id } => match std::fs::remove_dir_all(inbox.path.join(id)) {
                Ok(()) => self.arrived.push.lost = self.bytes,
                Err(error) => {
                    warn!(%error, inbox = %inbox.path.display(), "cannot remove a push that is not in the database; the next start does");
                }
            },
            Target::Folder(place) => take_away(place, &self.name, &self.arrived.file),
        }
    }
}

/// Removes the name that a push gave its file in a plant's folder, as far as it still is that file.
fn take_away(place: &Place, name: &[u8], file: &File) {
    let name = OsStr::from_bytes(name);
    let is_ours = || -> rustix::io::Result<bool> {
        let there = statat(&place.directory, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let ours = rustix::fs::fstat(file)?;
        Ok((there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino))
    };
    let removed = is_ours().and_then(|ours| match ours {
        true => unlinkat(&place.directory, name, AtFlags::empty()),
        false => Ok(()),
    });
    if let Err(error) = removed {
        warn!(%error, folder = %place.path.display(), ?name, "cannot remove a push that was told to have failed; it will be read");
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        if let Some(staged) = &self.staged
            && let Err(error) = std::fs::remove_file(staged)
        {
            warn!(%error, file = %staged.display(), "cannot remove what is left of a push");
        }
    }
}

/// Keeps room for some bytes more of a push.
fn take(app: &App, org: OrgId, bytes: u64) -> Result<(), InboxError> {
    let quota_mib = app.config().inbox.quota_mib;
    match app.quotas().take(org, bytes, quota_mib) {
        true => Ok(()),
        false => Err(InboxError::OverQuota { quota_mib }),
    }
}

/// Bytes of all files two levels below a folder.
fn bytes_in(inbox: &Path) -> std::io::Result<u64> {
    let mut bytes = 0_u64;
    for push in std::fs::read_dir(inbox)? {
        let push = push?;
        if !push.file_type()?.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(push.path())? {
            bytes = bytes.saturating_add(file?.metadata()?.len());
        }
    }
    Ok(bytes)
}

/// Removes what pushes left that were never acknowledged, and takes the inboxes for what they are now: a restored state
/// folder has other numbers.
///
/// # Errors
/// When the database does not answer, or the staging folder can't be made anew. An inbox that can't be opened or swept is
/// told as a fault of that folder.
pub async fn sweep(app: &App) -> anyhow::Result<()> {
    let staging = app.state_dir().join(STAGING);
    match std::fs::remove_dir_all(&staging) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove {}", staging.display()));
        }
        _ => {}
    }
    DirBuilder::new()
        .mode(0o700)
        .create(&staging)
        .with_context(|| format!("cannot make {}", staging.display()))?;
    let inboxes = app.state_dir().canonicalize()?.join(INBOX);
    let all = folders::all(app.store()).await?;
    for folder in all.into_iter().filter(|folder| folder.mode == FolderMode::Push) {
        if Path::new(&folder.path).starts_with(&inboxes) && Path::new(&folder.path).is_dir() {
            let (org, id) = (folder.org, folder.folder_id);
            if let Err(error) = sweep_one(app, folder).await {
                if crate::lifecycle::passing(&error).is_some() {
                    return Err(error);
                }
                // It concerns this org's pushes only.
                warn!(folder.id = %id, error = format!("{error:#}"), "an inbox can't be used");
                tell_fault(app, org, id, format!("{error:#}")).await?;
            }
        }
    }
    Ok(())
}

async fn tell_fault(app: &App, org: OrgId, id: FolderId, fault: String) -> anyhow::Result<()> {
    let at = app.clock().now();
    app.store()
        .run(org, DAEMON, move |tx| {
            Box::pin(async move { folders::scanned(tx, id, at, None, Some((Passing::Unreachable, &fault))).await })
        })
        .await?;
    Ok(())
}

async fn sweep_one(app: &App, folder: FolderPlace) -> anyhow::Result<()> {
    let place = find(Path::new(&folder.path)).with_context(|| format!("cannot open {}", folder.path))?;
    let (id, identity, at) = (folder.folder_id, place.identity.clone(), app.clock().now());
    let known = app
        .store()
        .run(folder.org, DAEMON, move |tx| {
            Box::pin(async move {
                folders::settle(tx, id, &identity).await?;
                folders::scanned(tx, id, at, None, None).await?;
                files::known(tx, id).await
            })
        })
        .await?;
    let own = |name: &[u8]| name.split(|byte| *byte == b'/').next().unwrap_or_default().to_vec();
    let known: HashSet<Vec<u8>> = known.iter().map(|file| own(&file.name)).collect();
    for push in std::fs::read_dir(&place.path)? {
        let push = push?;
        if !known.contains(push.file_name().as_bytes()) {
            info!(push = %push.path().display(), "removing a push that was never acknowledged");
            std::fs::remove_dir_all(push.path()).with_context(|| format!("cannot remove {}", push.path().display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert!(check_name(name).is_err(), "{name:?}");
        }
        assert!(check_name(&"x".repeat(241)).is_err());
        for name in ["mes.csv", "Übersicht März.xlsx", "a b.CSV"] {
            assert!(check_name(name).is_ok(), "{name:?}");
        }
    }
}
