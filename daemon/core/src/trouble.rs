//! Trouble that passes by itself, apart from what stays wrong until somebody does something: the one place that knows
//! the kinds, how long to wait, and what a person is told meanwhile.
//!
//! Invariant: waiting for passing trouble never costs a try and never fails a file.

use std::io::ErrorKind;

use crate::word::words;

words! {
    /// What stands in the way for now.
    Passing, "a kind of passing trouble" {
        /// Somebody else holds a lock, or a deadlock was broken: gone in a moment.
        Contention = "contention",
        /// The database has no time, connection or memory for it.
        DatabaseBusy = "database_busy",
        /// The database can't be reached.
        DatabaseAway = "database_away",
        /// The disk of the database or of the state folder is full.
        DiskFull = "disk_full",
        /// No descriptors, processes or memory are left.
        Exhausted = "exhausted",
        /// The daemon's account may not read it.
        Permission = "permission",
        /// The folder's file system does not answer.
        Silent = "silent",
        /// The folder's file system answers with an error, or the folder is gone.
        Unreachable = "unreachable",
        /// The folder is another one than the one that was added.
        PlaceChanged = "place_changed",
        /// The file changed while it was read.
        Changed = "changed",
        /// The folder of the originals can't be written or read, or does not answer.
        Originals = "originals",
    }
}

impl Passing {
    /// What a person is told: the cause, and what to do where somebody can.
    pub fn sentence(self) -> &'static str {
        match self {
            Passing::Contention => "other work is in the way; nothing to do",
            Passing::DatabaseBusy => "the database is busy; nothing to do unless it lasts",
            Passing::DatabaseAway => "the database can't be reached; start it, the work goes on by itself",
            Passing::DiskFull => "the disk is full; make room, the work goes on by itself",
            Passing::Exhausted => "the machine has no memory, processes or descriptors left; end what uses them up",
            Passing::Permission => {
                "the daemon's account may not read it; give it the right to read, the rest goes on by itself"
            }
            Passing::Silent => "the folder's file system does not answer; it is tried again until it does",
            Passing::Unreachable => "the folder can't be reached; it is tried again until it can",
            Passing::PlaceChanged => {
                "the folder is another one than the one that was added; `plant folders confirm PATH`"
            }
            Passing::Changed => "it changed while it was read; it is read again when it is quiet",
            Passing::Originals => {
                "the folder `originals` of the state folder can't be used; make it writable, the work goes on by itself"
            }
        }
    }

    /// How long to wait before the next try, in milliseconds, after so many waits for the same cause.
    ///
    /// What a person has to mend is looked at rarely, because the mending itself wakes it (rights, a confirmed folder).
    pub fn wait_ms(self, waits: u32) -> u64 {
        let (first, most) = match self {
            Passing::Contention => (50, 2_000),
            Passing::DatabaseBusy
            | Passing::DatabaseAway
            | Passing::DiskFull
            | Passing::Exhausted
            | Passing::Originals => (1_000, 15_000),
            Passing::Silent | Passing::Unreachable => (2_000, 60_000),
            Passing::Changed => (1_000, 60_000),
            Passing::Permission | Passing::PlaceChanged => (2_000, 300_000),
        };
        (first << waits.min(16)).min(most)
    }

    /// Whether a person is told of it the first time, or only when it lasts.
    pub fn is_told_at_once(self) -> bool {
        !matches!(self, Passing::Contention | Passing::DatabaseBusy)
    }

    /// The passing trouble behind an error of the system while a plant's folder is read; `None` for what stays wrong.
    pub fn of_reading(kind: ErrorKind, errno: Option<i32>) -> Option<Passing> {
        Passing::of_system(kind, errno).or(match kind {
            ErrorKind::TimedOut => Some(Passing::Silent),
            ErrorKind::StaleNetworkFileHandle
            | ErrorKind::NotConnected
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset => Some(Passing::Unreachable),
            // EIO and EREMOTEIO have no kind of their own.
            _ => matches!(errno, Some(5 | 121)).then_some(Passing::Unreachable),
        })
    }

    /// The passing trouble behind an error of the system with the originals. All of it passes: what is wrong with their
    /// folder says nothing about the file that is taken in.
    pub fn of_originals(kind: ErrorKind, errno: Option<i32>) -> Passing {
        Passing::of_system(kind, errno)
            .filter(|kind| *kind != Passing::Permission)
            .unwrap_or(Passing::Originals)
    }

    /// The passing trouble behind an error of the system with our own files and processes.
    pub fn of_system(kind: ErrorKind, errno: Option<i32>) -> Option<Passing> {
        match kind {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some(Passing::DiskFull),
            ErrorKind::PermissionDenied => Some(Passing::Permission),
            // EAGAIN when a process can't be made.
            ErrorKind::OutOfMemory | ErrorKind::WouldBlock => Some(Passing::Exhausted),
            // ENFILE and EMFILE have no kind of their own.
            _ => matches!(errno, Some(23 | 24)).then_some(Passing::Exhausted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_sentence_and_a_wait_that_grows_to_its_most() {
        for kind in Passing::ALL {
            assert!(kind.sentence().contains(';'), "{kind:?} says what to do");
            let waits: Vec<u64> = (0..40).map(|waits| kind.wait_ms(waits)).collect();
            assert!(waits.is_sorted() && waits[0] > 0, "{kind:?}");
            assert_eq!(waits[20], waits[39], "{kind:?} has an end to its growth");
        }
    }

    #[test]
    fn errors_of_the_system_are_told_apart() {
        let of = |errno: i32| {
            let error = std::io::Error::from_raw_os_error(errno);
            (
                Passing::of_reading(error.kind(), error.raw_os_error()),
                Passing::of_system(error.kind(), error.raw_os_error()),
            )
        };
        for (errno, reading, system) in [
            (28, Some(Passing::DiskFull), Some(Passing::DiskFull)),
            (122, Some(Passing::DiskFull), Some(Passing::DiskFull)),
            (24, Some(Passing::Exhausted), Some(Passing::Exhausted)),
            (23, Some(Passing::Exhausted), Some(Passing::Exhausted)),
            (12, Some(Passing::Exhausted), Some(Passing::Exhausted)),
            (11, Some(Passing::Exhausted), Some(Passing::Exhausted)),
            (13, Some(Passing::Permission), Some(Passing::Permission)),
            (1, Some(Passing::Permission), Some(Passing::Permission)),
            (116, Some(Passing::Unreachable), None),
            (107, Some(Passing::Unreachable), None),
            (5, Some(Passing::Unreachable), None),
            (110, Some(Passing::Silent), None),
            (22, None, None),
        ] {
            assert_eq!(of(errno), (reading, system), "errno {errno}");
        }
        // A full disk, a read-only one, rights that are missing, a folder that is gone, a disk that fails.
        for (errno, expected) in [
            (28, Passing::DiskFull),
            (24, Passing::Exhausted),
            (30, Passing::Originals),
            (13, Passing::Originals),
            (2, Passing::Originals),
            (5, Passing::Originals),
        ] {
            let error = std::io::Error::from_raw_os_error(errno);
            assert_eq!(
                Passing::of_originals(error.kind(), error.raw_os_error()),
                expected,
                "errno {errno}"
            );
        }
    }
}
