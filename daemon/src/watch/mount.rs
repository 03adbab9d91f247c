//! On what kind of file system a folder lies; network file systems give no events and are polled.

use std::os::fd::AsFd;

/// Kinds of file system that matter for watching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MountKind {
    /// Events can be trusted as a wake-up.
    Local,
    /// NFS.
    Nfs,
    /// SMB, CIFS.
    Smb,
    /// A file system in user space; it may be a network share.
    Fuse,
}

impl MountKind {
    /// The name that is stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            MountKind::Local => "local",
            MountKind::Nfs => "nfs",
            MountKind::Smb => "smb",
            MountKind::Fuse => "fuse",
        }
    }

    fn from_magic(magic: u64) -> MountKind {
        match magic & 0xFFFF_FFFF {
            0x6969 => MountKind::Nfs,
            0xFE53_4D42 | 0xFF53_4D42 | 0x517B => MountKind::Smb,
            0x6573_5546 => MountKind::Fuse,
            _ => MountKind::Local,
        }
    }
}

/// The kind of file system that an open folder lies on.
///
/// # Errors
/// What the system says when it can't be reached.
pub fn mount_kind(directory: &impl AsFd) -> std::io::Result<MountKind> {
    let facts = rustix::fs::fstatfs(directory)?;
    Ok(MountKind::from_magic(facts.f_type as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_told_by_their_magic_number() {
        assert_eq!(MountKind::from_magic(0x6969), MountKind::Nfs);
        assert_eq!(MountKind::from_magic(0xFFFF_FFFF_FF53_4D42), MountKind::Smb);
        assert_eq!(MountKind::from_magic(0xFE53_4D42), MountKind::Smb);
        assert_eq!(MountKind::from_magic(0x6573_5546), MountKind::Fuse);
        assert_eq!(MountKind::from_magic(0xEF53), MountKind::Local);
    }

    #[test]
    fn the_system_tells_the_kind_of_an_open_folder() {
        let dir = tempfile::tempdir().unwrap();
        assert!(mount_kind(&std::fs::File::open(dir.path()).unwrap()).is_ok());
        assert_ne!(
            mount_kind(&std::fs::File::open("/proc").unwrap()).unwrap(),
            MountKind::Nfs
        );
    }
}
