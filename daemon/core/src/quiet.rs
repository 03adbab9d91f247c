//! When a file in a watched folder is whole: the rules of names and of quiet time, without a clock of their own.
//!
//! Time is the daemon's own steady clock in milliseconds, never the time stamps that the file's writer set.

/// How long a file must be quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietRule {
    /// After a close or rename event on a local file system, in milliseconds.
    pub after_close_ms: u64,
    /// Without an event, in milliseconds of unchanged size and time.
    pub unchanged_ms: u64,
}

/// What the directory says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// Size.
    pub bytes: u64,
    /// Time of the last change, in nanoseconds since 1970, as the file system has it.
    pub mtime_ns: i64,
    /// Number of the file in its file system.
    pub inode: u64,
    /// When its bytes, rights, names or owner last changed, in nanoseconds since 1970, as the file system has it: no
    /// writer can set it back, as it can the time of the last change.
    pub ctime_ns: i64,
}

impl Facts {
    /// Whether it differs from another look in nothing but [`Facts::ctime_ns`]: its rights, names or owner changed, or its
    /// bytes, by a writer who gave it its old time again.
    pub fn is_touched_since(&self, before: &Facts) -> bool {
        self.ctime_ns != before.ctime_ns
            && Facts {
                ctime_ns: before.ctime_ns,
                ..*self
            } == *before
    }
}

/// A file that is watched until it is quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    facts: Facts,
    changed_at_ms: u64,
    closed_at_ms: Option<u64>,
}

impl Candidate {
    /// A file seen for the first time.
    pub fn new(facts: Facts, now_ms: u64) -> Candidate {
        Candidate {
            facts,
            changed_at_ms: now_ms,
            closed_at_ms: None,
        }
    }

    /// What the directory said last.
    pub fn facts(&self) -> Facts {
        self.facts
    }

    /// Takes in what the directory says now; any change begins the quiet time anew. Returns whether it changed.
    pub fn observe(&mut self, facts: Facts, now_ms: u64) -> bool {
        let changed = facts != self.facts;
        if changed {
            *self = Candidate {
                facts,
                changed_at_ms: now_ms,
                closed_at_ms: self.closed_at_ms,
            };
        }
        changed
    }

    /// The writer closed the file, or it was renamed into the folder.
    pub fn closed(&mut self, now_ms: u64) {
        self.closed_at_ms = Some(now_ms);
    }

    /// The writer wrote again: an earlier close no longer counts.
    pub fn written(&mut self, now_ms: u64) {
        self.closed_at_ms = None;
        self.changed_at_ms = now_ms;
    }

    /// When it is quiet, if nothing more happens.
    pub fn quiet_at_ms(&self, rule: QuietRule) -> u64 {
        match self.closed_at_ms {
            Some(closed_at_ms) => closed_at_ms.max(self.changed_at_ms).saturating_add(rule.after_close_ms),
            None => self.changed_at_ms.saturating_add(rule.unchanged_ms),
        }
    }

    /// Whether it is quiet now.
    pub fn is_quiet(&self, rule: QuietRule, now_ms: u64) -> bool {
        now_ms >= self.quiet_at_ms(rule)
    }
}

/// Why a file of this name is not an export, if it is none.
pub fn ignored_name(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    if lower.starts_with("~$") || lower.starts_with(".~lock.") {
        return Some("the lock file of an open document");
    }
    if lower.starts_with('.') {
        return Some("a hidden name");
    }
    if lower.ends_with('~') || lower.ends_with(".bak") || lower.ends_with(".swp") {
        return Some("the backup copy of an editor");
    }
    if [
        ".tmp",
        ".temp",
        ".part",
        ".partial",
        ".filepart",
        ".crdownload",
        ".writing",
    ]
    .iter()
    .any(|ending| lower.ends_with(ending))
    {
        return Some("a temporary name: it is read after it was renamed");
    }
    if [".ok", ".done", ".ready", ".lock", ".lck"]
        .iter()
        .any(|ending| lower.ends_with(ending))
    {
        return Some("a marker file");
    }
    None
}

#[cfg(test)]
mod tests;
