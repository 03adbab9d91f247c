//! Every state is told, and what is told is in the facts.

use chrono::DateTime;
use plant_core::balance::Balance;
use plant_core::model::{DialectView, FileDetail, FileItem};
use plant_core::state::{FileState, Reason, ReasonCode};

use super::sentences;

fn file(state: FileState) -> FileDetail {
    FileDetail {
        item: FileItem {
            file_id: "0190aaaa-0000-7000-8000-000000000001".parse().unwrap(),
            name: "mes.csv".into(),
            folder: "/srv/export".into(),
            sha256: String::new(),
            bytes: 1,
            state,
            reason: None,
            encoding: None,
            dialect: None,
            profile: None,
            tier: None,
            balance: None,
            records: None,
            first_day: None,
            last_day: None,
            seen_at: DateTime::from_timestamp(0, 0).unwrap(),
            committed_at: None,
            analysed_at: None,
            findings: 0,
        },
        columns: vec![],
        problems: vec![],
        problem_count: 0,
        timeline: vec![],
        next_step: String::new(),
        series_id: None,
        row_counts: Default::default(),
        question: None,
        notes: vec![],
    }
}

#[test]
fn every_state_is_told_differently() {
    let told: std::collections::BTreeSet<_> = FileState::ALL
        .map(|state| sentences(&file(state)).join(" "))
        .into_iter()
        .collect();
    assert_eq!(told.len(), FileState::ALL.len());
    assert!(
        told.iter()
            .all(|text| text.starts_with("`mes.csv` was seen in /srv/export on 1970-01-01 00:00:00 UTC with 1 byte."))
    );
}

#[test]
fn a_held_file_says_why_and_what_next() {
    let mut held = file(FileState::Held);
    held.item.reason = Some(Reason {
        code: ReasonCode::AmbiguousDate,
        text: "day and month of `Datum` can't be told apart".into(),
    });
    held.next_step = "say which comes first".into();
    held.notes = vec!["the header is line 3".into()];
    let told = sentences(&held);
    assert_eq!(
        told[1..],
        [
            "the header is line 3.",
            "It is held: nothing of it was taken in, and nothing of it was lost.",
            "The reason: day and month of `Datum` can't be told apart.",
            "Next: say which comes first.",
        ]
    );
}

#[test]
fn the_lines_of_a_file_are_accounted_for() {
    let mut taken = file(FileState::Analysed);
    taken.item.profile = Some("mes".into());
    taken.item.encoding = Some("windows-1252".into());
    taken.item.dialect = Some(DialectView {
        form: plant_core::table::Form::Delimited,
        delimiter: Some(";".into()),
        quote: None,
        decimal: Some(",".into()),
        header_line: Some(3),
        sheet: None,
    });
    taken.row_counts = [("counts".to_owned(), 4), ("repeated".to_owned(), 2)].into();
    let balance = Balance {
        physical: 10,
        header: 1,
        preamble: 2,
        taken: 6,
        quarantined: 1,
        ..Balance::default()
    };
    taken.item.balance = Some(balance);
    taken.problem_count = 1;
    let told = sentences(&taken).join("\n");
    for expected in [
        "text in windows-1252, parted by semicolon, with the column names in line 3; numbers are written with a decimal comma.",
        "with the profile `mes`",
        "Of its 10 lines: 1 header, 2 before the header, 6 taken in, 1 put aside.",
        "Of its 6 rows, 4 count.\n2 rows: does not count: an equal row of another file counts.",
        "There is 1 remark on its rows",
    ] {
        assert!(told.contains(expected), "{expected:?} is not in:\n{told}");
    }
    taken.item.balance = Some(Balance {
        physical: 11,
        ..balance
    });
    assert!(sentences(&taken).join("\n").contains("does not add up"));
}
