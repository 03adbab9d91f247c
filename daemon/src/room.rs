//! Room on the disks that the daemon writes to: below a floor nothing new is taken in, so that the database never finds
//! its disk full in the middle of its own work.

use std::path::{Path, PathBuf};

use crate::originals::ORIGINALS;

/// The floor on a large disk.
const FLOOR_BYTES: u64 = 1 << 30;
/// The floor on a small one: a part of it.
const FLOOR_PART: u64 = 20;

/// Where the daemon writes.
#[derive(Debug, Clone)]
pub struct Room {
    places: Vec<PathBuf>,
}

/// Room on the fullest of these disks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Bytes that may be written.
    pub free_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
}

impl Space {
    /// Below this nothing new is taken in.
    pub fn floor_bytes(self) -> u64 {
        FLOOR_BYTES.min(self.total_bytes / FLOOR_PART)
    }

    /// Whether nothing new is to be taken in.
    pub fn is_low(self) -> bool {
        self.free_bytes < self.floor_bytes()
    }

    /// Whether nothing at all is to be written.
    pub fn is_full(self) -> bool {
        self.free_bytes < self.floor_bytes() / 4
    }

    /// Whether a person should know.
    pub fn is_short(self) -> bool {
        self.free_bytes < self.floor_bytes().saturating_mul(2)
    }

    /// Bytes above the floor.
    pub fn above_floor_bytes(self) -> u64 {
        self.free_bytes.saturating_sub(self.floor_bytes())
    }
}

impl Room {
    /// The disk of the state folder, and of the originals and a private cluster where these lie elsewhere.
    pub fn of(state_dir: &Path, has_cluster: bool) -> Room {
        let mut places = vec![state_dir.to_owned(), state_dir.join(ORIGINALS)];
        if has_cluster {
            places.push(state_dir.join("pg"));
        }
        Room { places }
    }

    /// Room on the fullest disk; `None` where the system does not tell.
    pub fn look(&self) -> Option<Space> {
        let space = |place: &PathBuf| {
            let numbers = rustix::fs::statvfs(place).ok()?;
            Some(Space {
                free_bytes: numbers.f_bavail.checked_mul(numbers.f_frsize)?,
                total_bytes: numbers.f_blocks.checked_mul(numbers.f_frsize)?,
            })
        };
        self.places
            .iter()
            .filter_map(space)
            .min_by_key(|space| space.above_floor_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_is_a_gibibyte_or_a_twentieth() {
        let space = |free_mib: u64, total_mib: u64| Space {
            free_bytes: free_mib << 20,
            total_bytes: total_mib << 20,
        };
        assert!(!space(1_024, 100_000).is_low() && space(1_023, 100_000).is_low());
        assert!(space(2_000, 100_000).is_short() && !space(2_048, 100_000).is_short());
        assert!(!space(21, 420).is_low() && space(20, 420).is_low());
        assert!(space(5, 420).is_full() && !space(6, 420).is_full());
        assert_eq!(space(10, 420).above_floor_bytes(), 0);
    }

    #[test]
    fn the_system_tells_the_room() {
        let dir = tempfile::tempdir().unwrap();
        let space = Room::of(dir.path(), true).look().unwrap();
        assert!(space.total_bytes > space.free_bytes);
        assert_eq!(Room::of(&dir.path().join("absent"), false).look(), None);
    }
}
