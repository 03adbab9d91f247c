//! The folder of the originals: `<org>/<first two digits>/<sha256>.zst`, and `tmp` for what is on its way.
//!
//! Invariants: a name is there only with all of its bytes on the disk; folders are 0700 and files 0600; what is read back
//! is what was put in, or is told to be damaged.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use plant_core::ids::OrgId;
use plant_store::originals::Original;
use rustix::fs::{CWD, FlockOperation, Mode, OFlags, flock, openat};
use rustix::io::Errno;
use sha2::{Digest, Sha256};

use super::snapshot::BLOCK_BYTES;

/// The folder below the state folder.
pub const ORIGINALS: &str = "originals";
/// What is on its way.
const TEMP: &str = "tmp";
/// How much the packing tries: more of it makes exports of plants no smaller, and takes twice the time.
const LEVEL: i32 = 1;
/// Memory that unpacking may take, as a power of two; level 1 writes 19.
const WINDOW_LOG_MOST: u32 = 23;

/// A step of putting bytes in their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many more bytes were packed.
    Packed(u64),
    /// All of them are on the disk, without their final name.
    Written,
    /// They have their final name.
    Renamed,
}

/// Why what lies in the place of an original is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Nothing lies there.
    Missing,
    /// Something else lies there.
    Other,
}

/// The folder of the originals.
#[derive(Debug, Clone)]
pub struct Shelf {
    root: PathBuf,
}

impl Shelf {
    /// The one below a state folder; it is made when it is first needed.
    pub fn below(state_dir: &Path) -> Shelf {
        Shelf {
            root: state_dir.join(ORIGINALS),
        }
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where bytes of an org lie.
    pub fn place(&self, org: OrgId, sha256: &str) -> PathBuf {
        let begin = sha256.get(..2).unwrap_or("00");
        self.root
            .join(org.to_string())
            .join(begin)
            .join(format!("{sha256}.zst"))
    }

    /// A file without a name, for reading and writing.
    ///
    /// # Errors
    /// What the system says.
    pub fn anonymous(&self) -> io::Result<File> {
        let temp = self.temp()?;
        let flags = OFlags::RDWR | OFlags::TMPFILE | OFlags::EXCL | OFlags::CLOEXEC;
        match openat(CWD, &temp, flags, Mode::RUSR | Mode::WUSR) {
            Ok(file) => Ok(File::from(file)),
            // A file system that has no such files.
            Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => {
                let (file, path) = named(&temp)?;
                std::fs::remove_file(path)?;
                Ok(file)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Packs so many bytes of a file and gives them their name; gives how many they are then. `step` is told of each
    /// step, and an error from it ends the work there.
    ///
    /// # Errors
    /// What the system says.
    pub fn pack(
        &self,
        org: OrgId,
        sha256: &str,
        from: &File,
        bytes: u64,
        step: &mut dyn FnMut(Step) -> io::Result<()>,
    ) -> io::Result<u64> {
        let (file, path) = named(&self.temp()?)?;
        let packed = self.pack_into(&file, &path, (org, sha256), from, bytes, step);
        if packed.is_err() {
            // Nobody else knows of it; what can't be removed now is swept later.
            drop(std::fs::remove_file(&path));
        }
        packed
    }

    fn pack_into(
        &self,
        file: &File,
        path: &Path,
        (org, sha256): (OrgId, &str),
        from: &File,
        bytes: u64,
        step: &mut dyn FnMut(Step) -> io::Result<()>,
    ) -> io::Result<u64> {
        let mut encoder = zstd::stream::write::Encoder::new(file, LEVEL)?;
        encoder.set_pledged_src_size(Some(bytes))?;
        let mut block = vec![0_u8; BLOCK_BYTES];
        let mut offset = 0_u64;
        loop {
            let read = match from.read_at(&mut block, offset) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            encoder.write_all(block.get(..read).unwrap_or_default())?;
            offset += read as u64;
            step(Step::Packed(read as u64))?;
        }
        encoder.finish()?;
        file.sync_all()?;
        step(Step::Written)?;
        let place = self.place(org, sha256);
        let folder = place.parent().unwrap_or(&self.root);
        make(folder)?;
        std::fs::rename(path, &place)?;
        step(Step::Renamed)?;
        // The name, and that of each folder above it, is on the disk before anybody is told.
        for folder in folder.ancestors().take(3) {
            File::open(folder)?.sync_all()?;
        }
        Ok(file.metadata()?.len())
    }

    /// How many bytes lie in the place of an original.
    ///
    /// # Errors
    /// What the system says.
    pub fn stored_bytes(&self, org: OrgId, sha256: &str) -> io::Result<Option<u64>> {
        match std::fs::symlink_metadata(self.place(org, sha256)) {
            Ok(there) if there.is_file() => Ok(Some(there.len())),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Unpacks an original into a file without a name, and gives it if it is what was put in. `more` is told how many
    /// bytes came, and an error from it ends the work.
    ///
    /// # Errors
    /// What the system says.
    pub fn unpack(
        &self,
        org: OrgId,
        original: &Original,
        more: &mut dyn FnMut(u64) -> io::Result<()>,
    ) -> io::Result<Result<File, Damage>> {
        let packed = match File::open(self.place(org, &original.sha256)) {
            Ok(packed) => packed,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Err(Damage::Missing)),
            Err(error) => return Err(error),
        };
        let mut into = self.anonymous()?;
        let mut decoder = zstd::stream::read::Decoder::new(packed)?;
        decoder.window_log_max(WINDOW_LOG_MOST)?;
        let mut hasher = Sha256::new();
        let mut block = vec![0_u8; BLOCK_BYTES];
        let mut bytes = 0_u64;
        loop {
            let read = match decoder.read(&mut block) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                // What the system says of the file has a number; what zstd says of its bytes has none.
                Err(error) if error.raw_os_error().is_some() => return Err(error),
                Err(_) => return Ok(Err(Damage::Other)),
            };
            let piece = block.get(..read).unwrap_or_default();
            bytes += piece.len() as u64;
            if bytes > original.bytes {
                return Ok(Err(Damage::Other));
            }
            hasher.update(piece);
            into.write_all(piece)?;
            more(piece.len() as u64)?;
        }
        if bytes != original.bytes || hex::encode(hasher.finalize()) != original.sha256 {
            return Ok(Err(Damage::Other));
        }
        read_only(&into).map(Ok)
    }

    /// Removes what lies in the place of an original, if anything does.
    ///
    /// # Errors
    /// What the system says.
    pub fn remove(&self, org: OrgId, sha256: &str) -> io::Result<()> {
        gone(std::fs::remove_file(self.place(org, sha256)))
    }

    /// The SHA-256 of what lies in the places of an org, in hex.
    ///
    /// # Errors
    /// What the system says.
    pub fn names(&self, org: OrgId) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for folder in entries(&self.root.join(org.to_string()))? {
            if !folder.file_type()?.is_dir() {
                continue;
            }
            for file in entries(&folder.path())? {
                let name = file.file_name();
                let sha256 = name.to_str().and_then(|name| name.strip_suffix(".zst"));
                if let Some(sha256) = sha256.filter(|hex| is_sha256(hex)) {
                    names.push(sha256.to_owned());
                }
            }
        }
        Ok(names)
    }

    /// Removes what nobody who is alive writes to; gives how many there were.
    ///
    /// # Errors
    /// What the system says.
    pub fn sweep_temp(&self) -> io::Result<u64> {
        let mut swept = 0;
        for left in entries(&self.root.join(TEMP))? {
            let file = match OpenOptions::new()
                .write(true)
                .custom_flags(libc::O_NOFOLLOW)
                .open(left.path())
            {
                Ok(file) => file,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {
                    gone(std::fs::remove_file(left.path()))?;
                    swept += 1;
                }
                Err(Errno::WOULDBLOCK) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(swept)
    }

    fn temp(&self) -> io::Result<PathBuf> {
        let temp = self.root.join(TEMP);
        make(&temp)?;
        Ok(temp)
    }
}

/// The same file for reading alone.
///
/// # Errors
/// What the system says.
pub fn read_only(file: &File) -> io::Result<File> {
    File::open(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

/// A new file in a folder, locked for as long as it is open: by that the sweeper knows that its writer lives.
fn named(folder: &Path) -> io::Result<(File, PathBuf)> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        // What a daemon left that was killed, or one on another host has, is passed over.
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{}-{number}.part", std::process::id()));
        let created = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path);
        match created {
            Ok(file) => {
                flock(&file, FlockOperation::NonBlockingLockExclusive)?;
                return Ok((file, path));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn entries(folder: &Path) -> io::Result<Vec<std::fs::DirEntry>> {
    match std::fs::read_dir(folder) {
        Ok(entries) => entries.collect(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn is_sha256(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests;
