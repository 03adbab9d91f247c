use super::*;

const RULE: QuietRule = QuietRule {
    after_close_ms: 1_000,
    unchanged_ms: 10_000,
};

fn facts(bytes: u64) -> Facts {
    Facts {
        bytes,
        mtime_ns: 7,
        ctime_ns: 8,
        inode: 3,
    }
}

#[test]
fn a_closed_file_is_quiet_after_the_short_time_and_another_after_the_long_one() {
    let mut candidate = Candidate::new(facts(10), 100);
    assert!(!candidate.is_quiet(RULE, 10_099));
    assert!(candidate.is_quiet(RULE, 10_100));
    candidate.closed(200);
    assert!(!candidate.is_quiet(RULE, 1_199));
    assert!(candidate.is_quiet(RULE, 1_200));
}

#[test]
fn a_change_begins_the_quiet_time_anew_and_a_write_takes_the_close_back() {
    let mut candidate = Candidate::new(facts(10), 0);
    candidate.closed(0);
    assert!(candidate.observe(facts(11), 500));
    assert!(!candidate.observe(facts(11), 600));
    assert_eq!(candidate.quiet_at_ms(RULE), 1_500);
    candidate.written(700);
    assert_eq!(candidate.quiet_at_ms(RULE), 10_700);
}

#[test]
fn temporary_lock_and_marker_names_are_no_exports() {
    for name in [
        "a.csv.tmp",
        "~$x.xlsx",
        ".hidden.csv",
        "x.filepart",
        "report.ok",
        "a.csv~",
        "X.PART",
    ] {
        assert!(ignored_name(name).is_some(), "{name}");
    }
    for name in ["a.csv", "tmp.csv", "EXPORT.XLSX", "partly.txt", "工单.xlsx"] {
        assert!(ignored_name(name).is_none(), "{name}");
    }
}
