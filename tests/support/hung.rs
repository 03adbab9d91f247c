//! A file system that never answers, as a network share whose server is gone.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};

/// A mount over a folder whose every call hangs until this is dropped; what was there before is there again then.
pub struct HungMount {
    folder: PathBuf,
    /// The end at which a file system in user space would answer; closed, the calls that hang fail.
    device: Option<File>,
}

impl HungMount {
    /// Mounts one; `None`, told, where this process may not.
    pub fn over(folder: &Path) -> Option<HungMount> {
        let device = File::options().read(true).write(true).open("/dev/fuse");
        let mounted = device.and_then(|device| {
            let options = format!(
                "fd={},rootmode=40000,user_id=0,group_id=0,allow_other",
                device.as_raw_fd()
            );
            let options = std::ffi::CString::new(options).expect("no NUL in it");
            mount("plant-tests", folder, "fuse", MountFlags::empty(), Some(&*options))?;
            Ok(device)
        });
        plant_need::fuse(mounted.is_ok());
        Some(HungMount {
            folder: folder.to_path_buf(),
            device: Some(mounted.ok()?),
        })
    }
}

impl Drop for HungMount {
    fn drop(&mut self) {
        let unmounted = unmount(&self.folder, UnmountFlags::DETACH);
        drop(self.device.take());
        assert!(unmounted.is_ok() || std::thread::panicking(), "{unmounted:?}");
    }
}
