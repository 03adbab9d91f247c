//! Processes as the kernel lists them.

use rustix::process::Pid;

/// The processes that one has started and that still run.
pub fn children(parent: Pid) -> Vec<Pid> {
    let all = std::fs::read_dir("/proc").expect("/proc").flatten();
    all.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
        .filter(|pid| parent_of(*pid) == Some(parent))
        .collect()
}

/// The arguments of a process; empty for one that is gone or has ended.
pub fn arguments(pid: Pid) -> Vec<String> {
    let raw = std::fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).unwrap_or_default();
    raw.split(|byte| *byte == 0)
        .filter(|argument| !argument.is_empty())
        .map(|argument| String::from_utf8_lossy(argument).into_owned())
        .collect()
}

fn parent_of(pid: Pid) -> Option<Pid> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    // The name stands in brackets and may hold anything; after it come the state and the parent.
    let (_, after) = stat.rsplit_once(')')?;
    Pid::from_raw(after.split_whitespace().nth(1)?.parse().ok()?)
}
