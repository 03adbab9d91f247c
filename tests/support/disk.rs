//! A file system of a few MiB that a test can fill to the last byte.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A tmpfs on a folder of its own; unmounted, and the folder removed, when dropped.
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// Mounts one; `None`, told, where this process may not.
    pub fn mount(mib: u32) -> Option<SmallDisk> {
        let folder = plant_need::open_folder();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={mib}m,mode=711"), "plant-tests"])
            .arg(folder.path())
            .output()
            .is_ok_and(|output| output.status.success());
        plant_need::tmpfs(mounted).then(|| SmallDisk { folder })
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Takes all the room that is left; dropping what this returns gives it back.
    pub fn fill(&self) -> Filling {
        let path = self.path().join("filling");
        let mut file = std::fs::File::create(&path).expect("a file");
        // Large pieces first, then what they did not fit into.
        for size in [1 << 20, 1 << 12, 1] {
            let piece = vec![0_u8; size];
            loop {
                match file.write_all(&piece) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => panic!("{error}"),
                }
            }
        }
        Filling { path }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: what still has a file open there keeps it until it ends.
        let status = Command::new("umount").arg("-l").arg(self.path()).status();
        assert!(
            status.is_ok_and(|status| status.success()) || std::thread::panicking(),
            "{} can't be unmounted",
            self.path().display()
        );
    }
}

/// The file that takes all the room.
pub struct Filling {
    path: PathBuf,
}

impl Drop for Filling {
    fn drop(&mut self) {
        std::fs::remove_file(&self.path).expect("removed");
    }
}
