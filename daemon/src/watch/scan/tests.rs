use std::io::Write;

use super::*;

const RULE: QuietRule = QuietRule {
    after_close_ms: 1_000,
    unchanged_ms: 10_000,
};

fn file(name: &str, bytes: u64) -> Entry {
    Entry {
        name: name.into(),
        kind: EntryKind::File,
        facts: Facts {
            bytes,
            mtime_ns: 1,
            inode: 1,
            ctime_ns: 1,
        },
    }
}

fn names(entries: &[Entry]) -> Vec<String> {
    entries
        .iter()
        .map(|entry| entry.name.to_string_lossy().into_owned())
        .collect()
}

#[test]
fn a_file_is_queued_once_when_quiet_and_again_when_its_content_changes() {
    let mut memory = Memory::default();
    assert_eq!(names(&memory.look(vec![file("a", 5)], RULE, 0).seen), ["a"]);
    assert_eq!(names(&memory.look(vec![file("a", 6)], RULE, 5_000).growing), ["a"]);
    let steps = memory.look(vec![file("a", 6)], RULE, 14_999);
    assert!(steps.quiet.is_empty());
    assert_eq!(steps.next_ms, Some(15_000));
    assert_eq!(names(&memory.look(vec![file("a", 6)], RULE, 15_000).quiet), ["a"]);
    assert_eq!(memory.look(vec![file("a", 6)], RULE, 16_000), Steps::default());
    assert_eq!(names(&memory.look(vec![file("a", 7)], RULE, 17_000).seen), ["a"]);
}

#[test]
fn a_close_event_shortens_the_wait_and_a_vanished_file_is_told() {
    let mut memory = Memory::default();
    memory.closed("a".into(), 0);
    memory.look(vec![file("a", 5), file("b", 5)], RULE, 0);
    let steps = memory.look(vec![file("a", 5)], RULE, 1_000);
    assert_eq!(names(&steps.quiet), ["a"]);
    assert_eq!(steps.vanished, ["b"]);
}

#[test]
fn a_file_that_is_written_after_its_close_waits_again() {
    let mut memory = Memory::default();
    memory.closed("a".into(), 0);
    memory.written(&"a".into(), 1);
    memory.look(vec![file("a", 5)], RULE, 1);
    assert!(memory.look(vec![file("a", 5)], RULE, 1_001).quiet.is_empty());
}

#[test]
fn what_the_database_did_not_take_is_looked_at_again() {
    let mut memory = Memory::default();
    memory.look(vec![file("a", 5)], RULE, 0);
    let quiet = memory.look(vec![file("a", 5)], RULE, 10_000).quiet;
    memory.forget(&quiet);
    assert_eq!(names(&memory.look(vec![file("a", 5)], RULE, 10_100).seen), ["a"]);
}

#[test]
fn a_real_directory_tells_files_from_links_and_folders() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::File::create(dir.path().join("a.csv"))
        .unwrap()
        .write_all(b"x")
        .unwrap();
    std::fs::create_dir(dir.path().join("b.csv")).unwrap();
    std::fs::create_dir(dir.path().join("done")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", dir.path().join("c.csv")).unwrap();
    let progress = AtomicU64::new(0);
    let mut kinds: Vec<(String, EntryKind)> = read(&std::fs::File::open(dir.path()).unwrap(), &progress)
        .unwrap()
        .into_iter()
        .map(|entry| (entry.name.to_string_lossy().into_owned(), entry.kind))
        .collect();
    kinds.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [
        ("a.csv", EntryKind::File),
        ("b.csv", EntryKind::Other),
        ("c.csv", EntryKind::Other),
        ("done", EntryKind::Folder),
    ]
    .map(|(n, k)| (n.to_owned(), k));
    assert_eq!(kinds, expected);
    assert!(progress.load(Ordering::Relaxed) >= 4);
}

#[test]
fn what_was_touched_is_told_at_once_and_looked_into_when_it_is_quiet_again() {
    let touched_at = |ctime_ns| Entry {
        facts: Facts {
            ctime_ns,
            ..file("a", 5).facts
        },
        ..file("a", 5)
    };
    let mut memory = Memory::default();
    memory.look(vec![touched_at(1)], RULE, 0);
    assert_eq!(memory.look(vec![touched_at(1)], RULE, 10_000).quiet.len(), 1);
    assert_eq!(memory.look(vec![touched_at(1)], RULE, 11_000), Steps::default());
    let steps = memory.look(vec![touched_at(2)], RULE, 12_000);
    assert_eq!((steps.touched, steps.seen.len()), (vec![OsString::from("a")], 0));
    // Again while it waits: told once, and its quiet time begins anew.
    let steps = memory.look(vec![touched_at(3)], RULE, 13_000);
    assert_eq!((steps.touched.len(), steps.growing.len(), steps.quiet.len()), (0, 0, 0));
    assert_eq!(steps.next_ms, Some(23_000));
    assert_eq!(names(&memory.look(vec![touched_at(3)], RULE, 23_000).quiet), ["a"]);
    assert_eq!(memory.look(vec![touched_at(3)], RULE, 24_000), Steps::default());
    // What the database remembers from before the start as well.
    let mut memory = Memory::new(vec![(OsString::from("a"), touched_at(3).facts, false)]);
    assert_eq!(memory.look(vec![touched_at(3)], RULE, 0), Steps::default());
    assert_eq!(memory.look(vec![touched_at(4)], RULE, 1).touched, ["a"]);
    assert_eq!(names(&memory.look(vec![touched_at(4)], RULE, 10_001).quiet), ["a"]);
}

#[test]
fn the_real_directory_tells_a_change_that_keeps_size_and_time() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.csv");
    std::fs::write(&path, "a,b\n1,2\n").unwrap();
    let look = || {
        let mut entries = read(&std::fs::File::open(dir.path()).unwrap(), &AtomicU64::new(0)).unwrap();
        entries.pop().unwrap()
    };
    let mut memory = Memory::default();
    memory.look(vec![look()], RULE, 0);
    assert_eq!(memory.look(vec![look()], RULE, 10_000).quiet.len(), 1);
    // Our own reading is no change.
    std::fs::read(&path).unwrap();
    assert_eq!(memory.look(vec![look()], RULE, 11_000), Steps::default());
    let (before, time) = (look(), std::fs::metadata(&path).unwrap().modified().unwrap());
    // The clock of the file system has steps: it is written until it is seen to.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while look().facts.ctime_ns == before.facts.ctime_ns {
        assert!(std::time::Instant::now() < deadline);
        let mut file = std::fs::File::options().write(true).open(&path).unwrap();
        file.write_all(b"a,b\n3,4\n").unwrap();
        file.set_modified(time).unwrap();
    }
    let after = look();
    assert!(after.facts.is_touched_since(&before.facts), "{after:?} {before:?}");
    assert_eq!(memory.look(vec![look()], RULE, 12_000).touched, ["a.csv"]);
    assert_eq!(memory.look(vec![look()], RULE, 22_000).quiet.len(), 1);
}

#[test]
fn what_cannot_be_examined_is_not_gone() {
    let mut memory = Memory::default();
    let unknown = |name: &str| Entry {
        kind: EntryKind::Unknown,
        ..file(name, 0)
    };
    memory.look(vec![file("in", 5)], RULE, 0);
    memory.look(vec![file("in", 5)], RULE, 10_000);
    memory.look(vec![file("in", 5), file("waits", 5)], RULE, 11_000);
    let steps = memory.look(vec![unknown("in"), unknown("waits")], RULE, 11_001);
    assert_eq!(steps, Steps::default());
    let steps = memory.look(vec![file("in", 5), file("waits", 5)], RULE, 30_000);
    assert_eq!(names(&steps.quiet), ["waits"], "and what was in is not read again");
}

#[test]
fn another_accounts_file_is_looked_at_again_when_it_has_one_name_only() {
    let mut memory = Memory::default();
    let link = || Entry {
        kind: EntryKind::ForeignLink,
        ..file("a", 5)
    };
    memory.look(vec![link()], RULE, 0);
    assert_eq!(memory.look(vec![link()], RULE, 10_000).quiet.len(), 1);
    assert_eq!(memory.look(vec![link()], RULE, 11_000), Steps::default());
    let steps = memory.look(vec![file("a", 5)], RULE, 12_000);
    assert_eq!(names(&steps.seen), ["a"]);

    let mut memory = Memory::new(vec![(OsString::from("a"), link().facts, true)]);
    assert_eq!(memory.look(vec![link()], RULE, 0), Steps::default());
    let steps = memory.look(vec![file("a", 5)], RULE, 1);
    assert_eq!(names(&steps.seen), ["a"], "after a restart too");
}
