//! One look at a directory: what is there, and what it means for the files that are watched.

use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use plant_core::quiet::{Candidate, Facts, QuietRule};

/// What a directory entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder; not followed, not an export.
    Folder,
    /// A link, pipe, device or socket, or a folder with the name of an export.
    Other,
}

/// One directory entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Name as bytes of the file system.
    pub name: OsString,
    /// What it is.
    pub kind: EntryKind,
    /// Size, time, number.
    pub facts: Facts,
}

/// Reads a directory; entries that vanish meanwhile are left out.
///
/// # Errors
/// What the system says when the directory itself can't be read.
pub fn read(path: &Path) -> std::io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        // `DirEntry::metadata` does not follow links.
        let Ok(metadata) = entry.metadata() else { continue };
        let kind = if metadata.is_file() {
            EntryKind::File
        } else if metadata.is_dir() && !looks_like_an_export(&entry.file_name()) {
            EntryKind::Folder
        } else {
            EntryKind::Other
        };
        let mtime_ns = metadata
            .mtime()
            .saturating_mul(1_000_000_000)
            .saturating_add(metadata.mtime_nsec());
        let facts = Facts {
            bytes: metadata.len(),
            mtime_ns,
            inode: metadata.ino(),
        };
        entries.push(Entry {
            name: entry.file_name(),
            kind,
            facts,
        });
    }
    // Oldest first, so that a backlog goes in in the order in which it came.
    entries.sort_by(|a, b| (a.facts.mtime_ns, &a.name).cmp(&(b.facts.mtime_ns, &b.name)));
    Ok(entries)
}

/// Whether a person would take the name for an export, so that a folder called so is told and not passed over.
fn looks_like_an_export(name: &OsString) -> bool {
    let ending = Path::new(name)
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| matches!(ending.as_str(), "csv" | "txt" | "tsv" | "dat" | "xls" | "xlsx"))
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
    /// When the next candidate becomes quiet, in steady milliseconds.
    pub next_ms: Option<u64>,
}

/// The memory of one folder between looks.
#[derive(Debug, Default)]
pub struct Memory {
    settled: HashMap<OsString, Facts>,
    waiting: HashMap<OsString, Candidate>,
}

impl Memory {
    /// A memory that knows the versions that are in the database already.
    pub fn new(settled: HashMap<OsString, Facts>) -> Memory {
        Memory {
            settled,
            waiting: HashMap::new(),
        }
    }

    /// A close or rename event for a name.
    pub fn closed(&mut self, name: &OsString, now_ms: u64) {
        if let Some(candidate) = self.waiting.get_mut(name) {
            candidate.closed(now_ms);
        }
    }

    /// A write event for a name.
    pub fn written(&mut self, name: &OsString, now_ms: u64) {
        if let Some(candidate) = self.waiting.get_mut(name) {
            candidate.written(now_ms);
        }
    }

    /// Takes in one look at the directory. `closed` says which names had a close event since they were last seen.
    pub fn look(
        &mut self,
        entries: Vec<Entry>,
        rule: QuietRule,
        now_ms: u64,
        closed: impl Fn(&OsString) -> Option<u64>,
    ) -> Steps {
        let mut steps = Steps::default();
        let present: std::collections::HashSet<&OsString> = entries.iter().map(|entry| &entry.name).collect();
        steps.vanished = self
            .waiting
            .keys()
            .filter(|name| !present.contains(name))
            .cloned()
            .collect();
        self.waiting.retain(|name, _| present.contains(name));
        self.settled.retain(|name, _| present.contains(name));
        for entry in entries {
            if entry.kind == EntryKind::Folder || self.settled.get(&entry.name) == Some(&entry.facts) {
                continue;
            }
            let first = !self.waiting.contains_key(&entry.name);
            let candidate = self
                .waiting
                .entry(entry.name.clone())
                .or_insert_with(|| Candidate::new(entry.facts, now_ms));
            let changed = candidate.observe(entry.facts, now_ms);
            if let Some(at_ms) = closed(&entry.name) {
                candidate.closed(at_ms);
            }
            if candidate.is_quiet(rule, now_ms) {
                self.waiting.remove(&entry.name);
                self.settled.insert(entry.name.clone(), entry.facts);
                steps.quiet.push(entry);
                continue;
            }
            let at_ms = candidate.quiet_at_ms(rule);
            steps.next_ms = Some(steps.next_ms.map_or(at_ms, |next| next.min(at_ms)));
            if first {
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
