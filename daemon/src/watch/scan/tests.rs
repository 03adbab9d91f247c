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
        },
        ctime_ns: 1,
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
fn new_rights_of_a_settled_file_are_told_and_do_not_queue_it_again() {
    let mut memory = Memory::default();
    let with_rights_from = |ctime_ns| Entry {
        ctime_ns,
        ..file("a", 5)
    };
    memory.look(vec![with_rights_from(1)], RULE, 0);
    assert_eq!(memory.look(vec![with_rights_from(1)], RULE, 10_000).quiet.len(), 1);
    assert_eq!(memory.look(vec![with_rights_from(1)], RULE, 11_000), Steps::default());
    let steps = memory.look(vec![with_rights_from(2)], RULE, 12_000);
    assert_eq!((steps.touched, steps.quiet.len()), (vec![OsString::from("a")], 0));
    assert_eq!(memory.look(vec![with_rights_from(2)], RULE, 13_000), Steps::default());
    // What the database remembers from before the start has no time of its own yet.
    let mut memory = Memory::new(vec![(OsString::from("a"), file("a", 5).facts, false)]);
    assert_eq!(memory.look(vec![with_rights_from(2)], RULE, 0), Steps::default());
    assert_eq!(memory.look(vec![with_rights_from(3)], RULE, 1).touched, ["a"]);
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
