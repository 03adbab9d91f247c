//! One pass over an open file of the plant: its bytes to a file of our own, and what they hash to.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use sha2::{Digest, Sha256};
use thiserror::Error;

/// Bytes read at once.
pub(super) const BLOCK_BYTES: usize = 256 * 1024;

/// A pass that is going on: how far it is, and whether anybody still waits for it.
#[derive(Debug)]
pub struct Pace {
    given_up: AtomicBool,
    is_at_originals: AtomicBool,
    progress: Arc<AtomicU64>,
    end: Instant,
}

impl Pace {
    /// One that has to end by then.
    pub fn until(end: Instant) -> Pace {
        Pace {
            given_up: AtomicBool::new(false),
            is_at_originals: AtomicBool::new(false),
            progress: Arc::default(),
            end,
        }
    }

    /// What changes for as long as it goes on.
    pub fn progress(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.progress)
    }

    /// Nobody waits for it any more.
    pub fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    /// Whether it is with our own disk just now, and not with the plant's.
    pub fn is_at_originals(&self) -> bool {
        self.is_at_originals.load(Ordering::Relaxed)
    }

    pub(super) fn is_over(&self) -> bool {
        self.given_up.load(Ordering::Relaxed) || Instant::now() > self.end
    }

    pub(super) fn advance(&self, bytes: u64) {
        self.progress.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Does something with our own disk.
    pub fn at_originals<T>(&self, work: impl FnOnce() -> std::io::Result<T>) -> Result<T, PassError> {
        self.is_at_originals.store(true, Ordering::Relaxed);
        let done = work();
        self.is_at_originals.store(false, Ordering::Relaxed);
        done.map_err(PassError::Writing)
    }
}

/// Gives a pass up when whoever waits for it goes away.
#[derive(Debug)]
pub struct GiveUp(pub Arc<Pace>);

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

/// Why a pass did not come to its end.
#[derive(Debug, Error)]
pub enum PassError {
    /// It took too long, or nobody waits for it.
    #[error("it takes too long")]
    TooSlow,
    /// The file has another size than it had.
    #[error("it changed meanwhile")]
    Changed,
    /// The plant's file can't be read.
    #[error(transparent)]
    Reading(std::io::Error),
    /// Our own file can't be written.
    #[error(transparent)]
    Writing(std::io::Error),
}

/// What a pass found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// SHA-256 of all bytes in hex.
    pub sha256: String,
    /// For each size asked for that the file has: the SHA-256 of so many bytes from its start, in hex; by size.
    pub prefixes: Vec<(u64, String)>,
    /// Whether the last line has no end yet.
    pub is_unterminated: bool,
}

/// Copies a file of so many bytes, without moving its position.
///
/// # Errors
/// See [`PassError`].
pub fn pass(from: &File, bytes: u64, mut to: impl Write, sizes: &[u64], pace: &Pace) -> Result<Passed, PassError> {
    let mut sizes: Vec<u64> = sizes.iter().copied().filter(|size| *size <= bytes).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let mut sizes = sizes.into_iter().peekable();
    let mut prefixes = Vec::new();
    let mut hasher = Sha256::new();
    let mut block = vec![0_u8; BLOCK_BYTES];
    let (mut offset, mut last) = (0_u64, b'\n');
    loop {
        if pace.is_over() {
            return Err(PassError::TooSlow);
        }
        let read = match from.read_at(&mut block, offset) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(PassError::Reading(error)),
        };
        let mut rest = block.get(..read).unwrap_or_default();
        if offset + rest.len() as u64 > bytes {
            return Err(PassError::Changed);
        }
        pace.at_originals(|| to.write_all(rest))?;
        last = rest.last().copied().unwrap_or(last);
        while let Some(size) = sizes.next_if(|size| *size <= offset + rest.len() as u64) {
            let (head, tail) = rest.split_at(usize::try_from(size - offset).unwrap_or(rest.len()));
            hasher.update(head);
            prefixes.push((size, hex::encode(hasher.clone().finalize())));
            offset = size;
            rest = tail;
        }
        hasher.update(rest);
        offset += rest.len() as u64;
        pace.advance(read as u64);
    }
    if offset != bytes {
        return Err(PassError::Changed);
    }
    Ok(Passed {
        sha256: hex::encode(hasher.finalize()),
        prefixes,
        is_unterminated: !matches!(last, b'\n' | b'\r'),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn sha256(bytes: &[u8]) -> String {
        hex::encode(Sha256::digest(bytes))
    }

    fn pace() -> Pace {
        Pace::until(Instant::now() + Duration::from_secs(600))
    }

    fn file(bytes: &[u8]) -> File {
        let file = tempfile::tempfile().unwrap();
        file.write_all_at(bytes, 0).unwrap();
        file
    }

    #[test]
    fn the_copy_is_the_bytes_and_each_prefix_is_hashed_on_the_way() {
        // Longer than a block, so that prefixes end in, at and behind its edge.
        let bytes: Vec<u8> = (0..BLOCK_BYTES * 2 + 77).map(|at| (at % 251) as u8).collect();
        let (from, to) = (file(&bytes), tempfile::tempfile().unwrap());
        let block = BLOCK_BYTES as u64;
        let whole = bytes.len() as u64;
        let sizes = [whole, 0, 5, block, 5, block + 1, whole + 1];
        let pace = pace();
        let passed = pass(&from, whole, &to, &sizes, &pace).unwrap();
        let mut copied = vec![0; bytes.len()];
        to.read_exact_at(&mut copied, 0).unwrap();
        assert!(copied == bytes);
        assert_eq!(passed.sha256, sha256(&bytes));
        let expected: Vec<_> = [0, 5, block, block + 1, whole]
            .map(|size| (size, sha256(&bytes[..size as usize])))
            .into();
        assert_eq!(passed.prefixes, expected);
        assert_eq!(pace.progress().load(Ordering::Relaxed), whole);
    }

    #[test]
    fn an_open_last_line_is_told() {
        for (bytes, expected) in [
            (&b"a\nb"[..], true),
            (b"a\nb\n", false),
            (b"a\r\nb\r", false),
            (b"a", true),
        ] {
            let to = tempfile::tempfile().unwrap();
            let passed = pass(&file(bytes), bytes.len() as u64, &to, &[], &pace()).unwrap();
            assert_eq!(passed.is_unterminated, expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_file_that_changed_or_was_given_up_is_no_copy() {
        let from = file(b"abc");
        let to = tempfile::tempfile().unwrap();
        for bytes in [2, 4] {
            assert!(matches!(pass(&from, bytes, &to, &[], &pace()), Err(PassError::Changed)));
        }
        let given_up = pace();
        given_up.give_up();
        assert!(matches!(pass(&from, 3, &to, &[], &given_up), Err(PassError::TooSlow)));
        let late = Pace::until(Instant::now().checked_sub(Duration::from_secs(1)).unwrap());
        assert!(matches!(pass(&from, 3, &to, &[], &late), Err(PassError::TooSlow)));
    }

    #[test]
    fn what_can_not_be_read_and_what_can_not_be_written_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        std::fs::write(&path, "abc").unwrap();
        let only_read = File::open(&path).unwrap();
        let only_written = File::options().append(true).open(&path).unwrap();
        assert!(matches!(
            pass(&only_written, 3, &tempfile::tempfile().unwrap(), &[], &pace()),
            Err(PassError::Reading(_))
        ));
        assert!(matches!(
            pass(&only_read, 3, &only_read, &[], &pace()),
            Err(PassError::Writing(_))
        ));
    }
}
