//! One look at a directory: what is there, and what it means for the files that are watched.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use plant_core::quiet::{Candidate, Facts, QuietRule};
use rustix::fs::{AtFlags, Dir, FileType, Stat, statat};
use rustix::io::Errno;

/// Entries of one folder that are looked at; a folder with more is a fault.
const ENTRIES_MOST: usize = 1_000_000;

/// What a directory entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// Another name of a file that belongs to somebody else than the folder.
    ForeignLink,
    /// A folder; not followed, not an export.
    Folder,
    /// A link, pipe, device or socket, or a folder with the name of an export.
    Other,
    /// There, but the file system does not say what it is; nothing is concluded of it.
    Unknown,
}

/// One directory entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Name as bytes of the file system.
    pub name: OsString,
    /// What it is.
    pub kind: EntryKind,
    /// Size, times, number.
    pub facts: Facts,
}

/// Reads an open directory; entries that vanish meanwhile are left out. `progress` counts what was looked at.
///
/// # Errors
/// What the system says when the directory itself can't be read, or that it has too many entries.
pub fn read(directory: &impl AsFd, progress: &AtomicU64) -> std::io::Result<Vec<Entry>> {
    let owner = rustix::fs::fstat(directory)?.st_uid;
    let mut entries = Vec::new();
    for found in Dir::read_from(directory)? {
        let found = found?;
        progress.fetch_add(1, Ordering::Relaxed);
        let name = found.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        if entries.len() == ENTRIES_MOST {
            return Err(std::io::Error::other(format!(
                "it has more than {ENTRIES_MOST} entries; move old exports away"
            )));
        }
        let stat = match statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Some(stat),
            Err(Errno::NOENT) => continue,
            Err(_) => None,
        };
        let name = OsStr::from_bytes(name.to_bytes()).to_owned();
        entries.push(match stat {
            Some(stat) => Entry {
                kind: kind(&name, &stat, owner),
                facts: facts(&stat),
                name,
            },
            // A share that fails in the middle of a look has not lost its files.
            None => Entry {
                kind: EntryKind::Unknown,
                facts: Facts::default(),
                name,
            },
        });
    }
    // Oldest first, so that a backlog goes in in the order in which it came.
    entries.sort_by(|a, b| (a.facts.mtime_ns, &a.name).cmp(&(b.facts.mtime_ns, &b.name)));
    Ok(entries)
}

fn kind(name: &OsStr, stat: &Stat, folder_owner: u32) -> EntryKind {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile if is_foreign_link(stat, folder_owner) => EntryKind::ForeignLink,
        FileType::RegularFile => EntryKind::File,
        FileType::Directory if !looks_like_an_export(name) => EntryKind::Folder,
        _ => EntryKind::Other,
    }
}

/// Whether a file has several names and another owner than its folder: then whoever put this name here need not be
/// allowed to read it.
pub fn is_foreign_link(stat: &Stat, folder_owner: u32) -> bool {
    stat.st_nlink > 1 && stat.st_uid != folder_owner
}

/// Size, times and number of a file.
pub fn facts(stat: &Stat) -> Facts {
    Facts {
        bytes: u64::try_from(stat.st_size).unwrap_or(0),
        mtime_ns: nanoseconds(stat.st_mtime, stat.st_mtime_nsec),
        inode: stat.st_ino,
        ctime_ns: nanoseconds(stat.st_ctime, stat.st_ctime_nsec),
    }
}

pub(super) fn nanoseconds(seconds: i64, nanoseconds: u64) -> i64 {
    seconds
        .saturating_mul(1_000_000_000)
        .saturating_add(i64::try_from(nanoseconds).unwrap_or(0))
}

/// Whether a person would take the name for an export, so that a folder called so is told and not passed over.
fn looks_like_an_export(name: &OsStr) -> bool {
    let ending = Path::new(name)
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| {
        matches!(
            ending.as_str(),
            "csv" | "txt" | "tsv" | "dat" | "xls" | "xlsx" | "jsonl" | "ndjson"
        )
    })
}

/// What one look at the directory asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Seen for the first time.
    pub seen: Vec<Entry>,
    /// Quiet: to be queued (or set aside, by name or kind).
    pub quiet: Vec<Entry>,
    /// Changed while waiting.
    pub growing: Vec<Entry>,
    /// Gone before they were quiet.
    pub vanished: Vec<OsString>,
    /// Queued before, with the same size, time and number, but something of it changed: its rights, names or owner, or its
    /// bytes. Each is quiet again later, and then looked into.
    pub touched: Vec<OsString>,
    /// When the next candidate becomes quiet, in steady milliseconds.
    pub next_ms: Option<u64>,
}

/// A version that needs no look any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Settled {
    facts: Facts,
    /// Another account's file under a name of its own here: it is looked at again when that is so no more.
    is_foreign: bool,
}

impl Settled {
    /// Whether an entry is what it was taken for then, whatever its facts.
    fn is_of_its_kind(&self, entry: &Entry) -> bool {
        !self.is_foreign || entry.kind == EntryKind::ForeignLink
    }
}

/// The memory of one folder between looks.
#[derive(Debug, Default)]
pub struct Memory {
    settled: HashMap<OsString, Settled>,
    waiting: HashMap<OsString, Candidate>,
    /// When names were last closed or put in place, since the last look.
    closes: HashMap<OsString, u64>,
}

impl Memory {
    /// A memory that knows the versions that are in the database already, and which of them were passed over as another
    /// account's.
    pub fn new(settled: Vec<(OsString, Facts, bool)>) -> Memory {
        let settled = settled
            .into_iter()
            .map(|(name, facts, is_foreign)| (name, Settled { facts, is_foreign }));
        Memory {
            settled: settled.collect(),
            ..Memory::default()
        }
    }

    /// A close or rename event for a name.
    pub fn closed(&mut self, name: OsString, now_ms: u64) {
        self.closes.insert(name, now_ms);
    }

    /// A write event for a name.
    pub fn written(&mut self, name: &OsString, now_ms: u64) {
        self.closes.remove(name);
        if let Some(candidate) = self.waiting.get_mut(name) {
            candidate.written(now_ms);
        }
    }

    /// Takes in one look at the directory.
    pub fn look(&mut self, entries: Vec<Entry>, rule: QuietRule, now_ms: u64) -> Steps {
        let closes = std::mem::take(&mut self.closes);
        let mut steps = Steps::default();
        let present: HashSet<&OsString> = entries.iter().map(|entry| &entry.name).collect();
        steps.vanished = self
            .waiting
            .keys()
            .filter(|name| !present.contains(name))
            .cloned()
            .collect();
        self.waiting.retain(|name, _| present.contains(name));
        self.settled.retain(|name, _| present.contains(name));
        for entry in entries {
            if matches!(entry.kind, EntryKind::Folder | EntryKind::Unknown) {
                continue;
            }
            let settled = self
                .settled
                .get(&entry.name)
                .filter(|known| known.is_of_its_kind(&entry));
            if settled.is_some_and(|known| known.facts == entry.facts) {
                continue;
            }
            let is_touched = settled.is_some_and(|known| entry.facts.is_touched_since(&known.facts));
            let first = !self.waiting.contains_key(&entry.name);
            let candidate = self
                .waiting
                .entry(entry.name.clone())
                .or_insert_with(|| Candidate::new(entry.facts, now_ms));
            let changed = candidate.observe(entry.facts, now_ms);
            if let Some(at_ms) = closes.get(&entry.name) {
                candidate.closed(*at_ms);
            }
            if first && is_touched {
                steps.touched.push(entry.name.clone());
            }
            if candidate.is_quiet(rule, now_ms) {
                self.waiting.remove(&entry.name);
                let settled = Settled {
                    facts: entry.facts,
                    is_foreign: entry.kind == EntryKind::ForeignLink,
                };
                self.settled.insert(entry.name.clone(), settled);
                steps.quiet.push(entry);
                continue;
            }
            let at_ms = candidate.quiet_at_ms(rule);
            steps.next_ms = Some(steps.next_ms.map_or(at_ms, |next| next.min(at_ms)));
            if is_touched {
                // Most likely it is what it was, so nothing is told before its bytes are known.
            } else if first {
                steps.seen.push(entry);
            } else if changed {
                steps.growing.push(entry);
            }
        }
        steps
    }

    /// The database did not take a step: these names are looked at again.
    pub fn forget(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.settled.remove(&entry.name);
        }
    }
}

#[cfg(test)]
mod tests;
