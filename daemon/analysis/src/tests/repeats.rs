//! What repeats planned time or counts failures, and what only looks like it.

use super::support::{Rows, decimal};
use plant_core::model::FindingKind;

#[test]
fn planned_time_of_a_line_is_that_of_each_of_its_machines() {
    let mut rows = Rows::new();
    for _ in 0..5 {
        let cells = [("line", "BU 1"), ("shift", "1"), ("planned_time", "480")];
        rows.row(0, &cells);
        rows.row(
            0,
            &[("line", "BU 1"), ("planned_time", "480"), ("quantity_produced", "9")],
        );
    }
    let found = rows.analyse();
    found.near("planned_busy_time", 4800.0);
    assert!(found.findings(FindingKind::PlannedTimeRepeated).is_empty());
}

#[test]
fn planned_time_of_a_machine_that_repeats_counts_once() {
    let mut rows = Rows::new();
    for _ in 0..5 {
        rows.row(
            0,
            &[
                ("line", "BU 1"),
                ("machine", "M1"),
                ("shift", "1"),
                ("planned_time", "480"),
            ],
        );
    }
    let found = rows.analyse();
    found.near("planned_busy_time", 480.0);
    assert_eq!(found.lines(FindingKind::PlannedTimeRepeated), [3, 4, 5, 6]);
}

#[test]
fn stop_rows_of_a_line_repeat_its_planned_time() {
    let mut rows = Rows::new();
    for _ in 0..5 {
        let cells = [
            ("line", "L1"),
            ("shift", "1"),
            ("planned_time", "480"),
            ("stop_category", "waiting"),
            ("duration", "600"),
        ];
        rows.row(0, &cells);
    }
    let found = rows.analyse();
    found.near("planned_busy_time", 480.0);
    found.near("waiting_time", 50.0);
}

fn breakdown<'c>(machine: &'c str, duration: &'c str) -> [(&'c str, &'c str); 3] {
    [
        ("machine", machine),
        ("stop_category", "breakdown"),
        ("duration", duration),
    ]
}

#[test]
fn failures_with_lengths_are_not_told_by_the_few_without() {
    let mut rows = Rows::new();
    for day in 0..10 {
        rows.row(day, &breakdown("M1", "600"));
    }
    rows.row(11, &breakdown("M2", "0"));
    let found = rows.analyse();
    found.near("failures", 11.0);
    assert!(found.findings(FindingKind::FailurePareto).is_empty());
}

#[test]
fn failures_mostly_without_lengths_are_all_counted() {
    let mut rows = Rows::new();
    rows.row(0, &breakdown("M1", "600")).row(1, &breakdown("M1", "0"));
    // A shift that is flagged is a failure too, though no stop.
    rows.row(2, &[("machine", "M1"), ("is_failure", "true"), ("planned_time", "480")]);
    rows.row(3, &breakdown("M2", "0"));
    let found = rows.analyse();
    found.near("failures", 4.0);
    let finding = found.finding(FindingKind::FailurePareto);
    assert_eq!(finding.title, "M1: 3 of 4 failures (75 %)");
    assert_eq!(finding.evidence_count, 3);
    assert!(finding.working.contains("only 1 of them say"), "{}", finding.working);
}

#[test]
fn the_failures_of_a_product_are_not_said_to_be_those_of_a_machine() {
    let mut rows = Rows::new();
    rows.row(0, &[("product_code", "A"), ("is_failure", "true")]);
    let found = rows.analyse();
    let about = &found.finding(FindingKind::FailurePareto).scope;
    assert_eq!(about.get("product_code").map(String::as_str), Some("A"));
    assert_eq!(about.get("machine"), None);
}

#[test]
fn a_failure_of_no_length_and_no_end_is_no_repair_of_zero_hours() {
    let mut rows = Rows::new();
    rows.row(0, &breakdown("M1", "3600")).row(1, &breakdown("M1", "0"));
    rows.row(2, &[("machine", "M1"), ("stop_category", "breakdown")]);
    let found = rows.analyse();
    found.near("failures", 3.0);
    assert_eq!(found.sum("closed_failures"), Some(decimal("1")));
    assert_eq!(found.sum("repair_s"), Some(decimal("3600")));

    // Begun and ended within one minute of the clock: over, and short.
    let ended = [("event_start", "08:00"), ("event_end", "08:00")];
    rows.row(3, &[&breakdown("M1", "0")[..], &ended[..]].concat());
    assert_eq!(rows.analyse().sum("closed_failures"), Some(decimal("2")));
}

#[test]
fn stops_of_a_category_without_a_reason_are_named_so_where_others_have_one() {
    let setup = [("machine", "M1"), ("stop_category", "setup"), ("duration", "6000")];
    let mut rows = Rows::new();
    rows.row(0, &setup);
    let title = |rows: &Rows| rows.analyse().finding(FindingKind::StopPareto).title.clone();
    assert!(
        title(&rows).starts_with("set-up: 100 min in 1 stop"),
        "{}",
        title(&rows)
    );
    rows.row(
        0,
        &[&setup[..2], &[("reason_text", "set-up"), ("duration", "60")][..]].concat(),
    );
    assert!(
        title(&rows).starts_with("set-up without a reason: 100 min in 1 stop"),
        "{}",
        title(&rows)
    );
    let found = rows.analyse();
    let about = &found.finding(FindingKind::StopPareto).scope;
    assert_eq!(about.get("stop_category").map(String::as_str), Some("set-up"));
}

#[test]
fn several_currencies_are_the_reason_for_no_saving() {
    let mut rows = Rows::new();
    for (day, currency) in [(0, "USD"), (1, "EUR")] {
        let cells = [
            ("product_code", "A"),
            ("quantity_produced", "100"),
            ("quantity_scrap", "7"),
            ("material_unit_cost", "2"),
            ("currency", currency),
        ];
        rows.row(day, &cells);
    }
    let summary = rows.analyse().0.summary;
    let expected = "No saving is claimed: the money stands in several currencies (EUR and USD).";
    assert!(summary.iter().any(|text| text == expected), "{summary:?}");
}
