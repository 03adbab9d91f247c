//! On what kind of file system a folder lies; network file systems give no events and are polled.

use std::os::fd::AsFd;

use plant_core::model::FolderKind;

/// The kind behind the magic number of a file system.
fn from_magic(magic: u64) -> FolderKind {
    match magic & 0xFFFF_FFFF {
        0x6969 => FolderKind::Nfs,
        0xFE53_4D42 | 0xFF53_4D42 | 0x517B => FolderKind::Smb,
        0x6573_5546 => FolderKind::Fuse,
        _ => FolderKind::Local,
    }
}

/// The kind of file system that an open folder lies on.
///
/// # Errors
/// What the system says when it can't be reached.
pub fn mount_kind(directory: &impl AsFd) -> std::io::Result<FolderKind> {
    let facts = rustix::fs::fstatfs(directory)?;
    Ok(from_magic(facts.f_type as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_told_by_their_magic_number() {
        assert_eq!(from_magic(0x6969), FolderKind::Nfs);
        assert_eq!(from_magic(0xFFFF_FFFF_FF53_4D42), FolderKind::Smb);
        assert_eq!(from_magic(0xFE53_4D42), FolderKind::Smb);
        assert_eq!(from_magic(0x6573_5546), FolderKind::Fuse);
        assert_eq!(from_magic(0xEF53), FolderKind::Local);
    }

    #[test]
    fn the_system_tells_the_kind_of_an_open_folder() {
        let dir = tempfile::tempdir().unwrap();
        assert!(mount_kind(&std::fs::File::open(dir.path()).unwrap()).is_ok());
        assert_ne!(
            mount_kind(&std::fs::File::open("/proc").unwrap()).unwrap(),
            FolderKind::Nfs
        );
    }
}
