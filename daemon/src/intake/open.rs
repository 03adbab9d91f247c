//! Opening a file beneath its folder: no links, no way out, regular files only, never blocking.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use plant_core::quiet::Facts;
use plant_core::state::{Reason, ReasonCode};
use rustix::fs::{Mode, OFlags, ResolveFlags};
use rustix::io::Errno;
use sha2::{Digest, Sha256};

/// Opens `name` in `folder` for reading.
///
/// # Errors
/// The reason for a person: vanished, no permission, not a regular file.
pub fn open_beneath(folder: &Path, name: &OsStr) -> Result<File, Reason> {
    let refuse = |code, text: String| Err(Reason { code, text });
    let directory = match rustix::fs::open(
        folder,
        OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    ) {
        Ok(directory) => directory,
        Err(Errno::NOENT) => return refuse(ReasonCode::Vanished, "its folder is gone".to_owned()),
        Err(error) => {
            return refuse(
                ReasonCode::PermissionDenied,
                format!("its folder cannot be opened: {error}"),
            );
        }
    };
    // NONBLOCK: opening a pipe must not wait for a writer.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let file = match rustix::fs::openat2(&directory, name, flags, Mode::empty(), resolve) {
        Ok(file) => File::from(file),
        Err(Errno::NOENT) => return refuse(ReasonCode::Vanished, "it was gone when it was to be read".to_owned()),
        Err(Errno::LOOP | Errno::XDEV) => return refuse(ReasonCode::NotRegular, "it is a link".to_owned()),
        Err(Errno::ACCESS | Errno::PERM) => {
            return refuse(
                ReasonCode::PermissionDenied,
                "the daemon's account may not read it".to_owned(),
            );
        }
        Err(error) => return refuse(ReasonCode::PermissionDenied, format!("it cannot be opened: {error}")),
    };
    match file.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(file),
        Ok(_) => refuse(
            ReasonCode::NotRegular,
            "it is a pipe, device or folder, not a regular file".to_owned(),
        ),
        Err(error) => refuse(ReasonCode::PermissionDenied, format!("it cannot be examined: {error}")),
    }
}

/// Size, time and number of an open file.
///
/// # Errors
/// What the system says.
pub fn facts(file: &File) -> std::io::Result<Facts> {
    let metadata = file.metadata()?;
    let mtime_ns = metadata
        .mtime()
        .saturating_mul(1_000_000_000)
        .saturating_add(metadata.mtime_nsec());
    Ok(Facts {
        bytes: metadata.len(),
        mtime_ns,
        inode: metadata.ino(),
    })
}

/// SHA-256 of a file, read without moving its position.
///
/// # Errors
/// What the system says.
pub fn sha256(file: &File) -> std::io::Result<[u8; 32]> {
    let mut hasher = Sha256::new();
    let mut block = vec![0_u8; 256 * 1024];
    let mut offset = 0_u64;
    loop {
        let read = file.read_at(&mut block, offset)?;
        if read == 0 {
            return Ok(hasher.finalize().into());
        }
        hasher.update(block.get(..read).unwrap_or_default());
        offset += read as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(folder: &Path, name: &str) -> Result<(), ReasonCode> {
        open_beneath(folder, OsStr::new(name))
            .map(drop)
            .map_err(|reason| reason.code)
    }

    #[test]
    fn links_pipes_folders_and_ways_out_are_refused_and_a_file_is_opened() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path();
        std::fs::write(path.join("good.csv"), "a,b\n1,2\n").unwrap();
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
        assert_eq!(code(path, "good.csv"), Ok(()));
        assert_eq!(code(path, "link.csv"), Err(ReasonCode::NotRegular));
        assert_eq!(code(path, "inner.csv"), Err(ReasonCode::NotRegular));
        assert_eq!(code(path, "folder.csv"), Err(ReasonCode::NotRegular));
        assert_eq!(code(path, "pipe.csv"), Err(ReasonCode::NotRegular));
        assert_eq!(code(path, "../etc"), Err(ReasonCode::NotRegular));
        assert_eq!(code(path, "absent.csv"), Err(ReasonCode::Vanished));
        assert_eq!(code(&path.join("nowhere"), "a.csv"), Err(ReasonCode::Vanished));
    }

    #[test]
    fn the_hash_is_that_of_the_bytes_wherever_the_position_stands() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("x"), "abc").unwrap();
        let mut file = open_beneath(dir.path(), OsStr::new("x")).unwrap();
        std::io::Read::read_to_string(&mut file, &mut String::new()).unwrap();
        assert_eq!(sha256(&file).unwrap()[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
