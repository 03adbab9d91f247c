//! Counters and states: what files add that hold the rows of one log, beside what the log adds in one file.

use super::support::{Analysed, Rows, decimal, order};
use plant_core::job::AnalysisOrder;
use plant_core::model::FindingKind;
use plant_core::profile::{Counter, Intervals, SeriesSteps};
use plant_core::step::{Carried, CarriedIn, Edge};
use plant_core::variable::Variable;
use rust_decimal::Decimal;

fn counting(variables: &[Variable]) -> SeriesSteps {
    SeriesSteps {
        counter: variables.iter().copied().map(Counter::of).collect(),
        intervals: None,
    }
}

fn states() -> SeriesSteps {
    SeriesSteps {
        counter: Vec::new(),
        intervals: Some(Intervals::State),
    }
}

/// An order over rows behind a file that left these edges.
fn after(steps: &SeriesSteps, edges: &[Edge]) -> AnalysisOrder {
    let carried = edges.iter().map(|edge| CarriedIn {
        place: edge.place.clone(),
        kind: edge.kind,
        carried: Carried {
            until: edge.last_at,
            left: edge.left.clone(),
        },
    });
    AnalysisOrder {
        steps: steps.clone(),
        carried: carried.collect(),
        ..order()
    }
}

fn sums(analysed: &[&Analysed], name: &str) -> Decimal {
    analysed.iter().filter_map(|one| one.sum(name)).sum()
}

const PARTS: [(&str, &str); 10] = [
    ("13:00", "32100"),
    ("13:15", "32400"),
    ("13:30", "32700"),
    ("13:45", "233"),
    ("14:00", "533"),
    ("14:30", "1133"),
    ("14:45", "1433"),
    ("15:00", "12"),
    ("15:15", "312"),
    ("15:30", "612"),
];
const ENERGY: [(&str, &str); 6] = [
    ("13:00", "13400.5"),
    ("13:30", "13412.0"),
    ("14:00", "0.0"),
    ("14:30", "13435.5"),
    ("15:00", "13447.0"),
    ("15:30", "13459.5"),
];

fn readings(parts: &[(&str, &str)], energy: &[(&str, &str)]) -> Rows {
    let mut rows = Rows::new();
    for (at, reading) in parts {
        rows.row(
            0,
            &[("event_start", at), ("machine", "L5"), ("quantity_produced", reading)],
        );
    }
    for (at, reading) in energy {
        rows.row(0, &[("event_start", at), ("machine", "L5"), ("meter_reading", reading)]);
    }
    rows
}

#[test]
fn readings_of_one_moment_follow_their_lines_and_are_told() {
    let steps = counting(&[Variable::QuantityProduced, Variable::MeterReading]);
    let parts = [("0:00", "100"), ("0:00", "130"), ("0:00", "150"), ("24:00", "190")];
    let energy = [("0:00", "7")];
    let one = readings(&parts, &energy).analyse_with(&after(&steps, &[]));
    assert_eq!(one.sum("sum_quantity_produced"), Some(decimal("90")));
    // Another counter of that moment is none of them.
    assert_eq!(one.lines(FindingKind::CounterSameMoment), [3, 4]);
}

#[test]
fn counters_add_by_what_they_go_on_and_no_reading_is_summed() {
    let steps = counting(&[Variable::QuantityProduced, Variable::MeterReading]);
    let one = readings(&PARTS, &ENERGY).analyse_with(&after(&steps, &[]));
    assert_eq!(one.sum("sum_quantity_produced"), Some(decimal("2713")));
    assert_eq!(one.sum("n_quantity_produced"), Some(decimal("9")));
    assert_eq!(one.sum("sum_energy_used"), Some(decimal("59.0")));
    assert_eq!(one.sum("rows"), Some(decimal("16")));
    assert_eq!(one.lines(FindingKind::CounterRollover), [5]);
    assert_eq!(one.lines(FindingKind::CounterReset), [9]);
    assert_eq!(one.lines(FindingKind::CounterGlitch), [14]);
    assert_eq!(one.lines(FindingKind::CounterFirst), [2, 12]);

    // In two files, cut anywhere, also inside the glitch; the second file begins earlier than the first ends.
    for cut in 1..10 {
        let energy = cut.min(5);
        let first = readings(&PARTS[..cut], &ENERGY[..energy]).analyse_with(&after(&steps, &[]));
        for overlap in 0..2 {
            let rest = readings(
                &PARTS[cut - overlap.min(cut - 1)..],
                &ENERGY[energy - overlap.min(energy - 1)..],
            );
            let second = rest.analyse_with(&after(&steps, &first.0.edges));
            let both = [&first, &second];
            assert_eq!(sums(&both, "sum_quantity_produced"), decimal("2713"), "{cut} {overlap}");
            assert_eq!(sums(&both, "sum_energy_used"), decimal("59"), "{cut} {overlap}");
            assert_eq!(second.findings(FindingKind::CounterFirst).len(), 0);
            assert_eq!(
                second.findings(FindingKind::ToldByOtherFiles).len(),
                usize::from(overlap > 0 && cut > 1)
            );
        }
    }
}

#[test]
fn each_machine_has_its_own_counter_and_rows_may_stand_in_any_order() {
    let steps = counting(&[Variable::QuantityProduced]);
    let mut rows = Rows::new();
    for (at, machine, reading) in [
        ("08:00", "M1", "1000"),
        ("08:00", "M2", "50"),
        ("10:00", "M1", "1020"),
        ("09:00", "M1", "1005"),
        ("09:00", "M2", "57"),
    ] {
        rows.row(
            0,
            &[
                ("event_start", at),
                ("machine", machine),
                ("quantity_produced", reading),
            ],
        );
    }
    let one = rows.analyse_with(&after(&steps, &[]));
    assert_eq!(one.sum("sum_quantity_produced"), Some(decimal("27")));
    assert_eq!(one.0.edges.len(), 2);
    assert_eq!(one.0.edges[0].place.machine, "M1");
}

#[test]
fn what_follows_from_counters_follows_from_their_steps() {
    let steps = counting(&[Variable::QuantityGood, Variable::QuantityScrap]);
    let mut rows = Rows::new();
    for (at, good, scrap) in [
        ("08:00", "1000", "40"),
        ("09:00", "1090", "50"),
        ("10:00", "1190", "50"),
    ] {
        rows.row(
            0,
            &[
                ("event_start", at),
                ("machine", "M1"),
                ("quantity_good", good),
                ("quantity_scrap", scrap),
            ],
        );
    }
    let one = rows.analyse_with(&after(&steps, &[]));
    assert_eq!(one.sum("sum_quantity_good"), Some(decimal("190")));
    assert_eq!(one.sum("sum_quantity_scrap"), Some(decimal("10")));
    assert_eq!(one.sum("sum_quantity_produced"), Some(decimal("200")));
    one.near("quality_ratio", 0.95);
}

const STATES: [(u64, &str, &str, &str); 9] = [
    (0, "06:00", "running", ""),
    (0, "10:00", "breakdown", "belt"),
    (0, "10:30", "running", ""),
    (0, "23:40", "setup", ""),
    (1, "00:20", "running", ""),
    (1, "00:30", "running", ""),
    (1, "08:00", "break", ""),
    (1, "08:30", "breakdown", "belt"),
    (1, "09:00", "running", ""),
];

fn log(rows: &[(u64, &str, &str, &str)]) -> Rows {
    let mut all = Rows::new();
    for (day, at, state, reason) in rows {
        let mut cells = vec![("event_start", *at), ("machine", "M1"), ("stop_category", *state)];
        if !reason.is_empty() {
            cells.push(("reason_text", *reason));
        }
        all.row(*day, &cells);
    }
    all
}

const TIMES: [&str; 14] = [
    "closed_failures",
    "sum_duration",
    "n_duration",
    "pbt_s",
    "apt_s",
    "aust_s",
    "adet_s",
    "breakdown_s",
    "planned_down_s",
    "stop_s",
    "stops",
    "failures",
    "repair_s",
    "rows",
];

#[test]
fn a_state_lasts_until_the_next_row_also_in_the_next_file() {
    let one = log(&STATES).analyse_with(&after(&states(), &[]));
    let hours = |name: &str| one.sum(name).unwrap() / Decimal::from(3600);
    assert_eq!(hours("sum_duration"), decimal("27"));
    assert_eq!(hours("breakdown_s"), decimal("1"));
    assert_eq!(hours("planned_down_s"), decimal("0.5"));
    assert_eq!(hours("pbt_s"), decimal("26.5"));
    assert_eq!(one.sum("failures"), Some(decimal("2")));
    assert_eq!(
        one.sum("n_duration"),
        Some(decimal("7")),
        "the second row of a state begins none"
    );
    assert_eq!(one.lines(FindingKind::OpenState), [10]);
    one.near("availability", 1.0 - (1.0 + 40.0 / 60.0) / 26.5);

    let by_day = |analysed: &[&Analysed], day: u32| -> Decimal {
        let rows = analysed.iter().flat_map(|one| one.cells());
        let component = plant_core::component::Component::from_name("aust_s").unwrap();
        rows.filter(|row| row.day.is_some_and(|date| chrono::Datelike::day(&date) == day))
            .filter_map(|row| row.values.get(component))
            .sum()
    };
    for cut in 1..STATES.len() {
        let first = log(&STATES[..cut]).analyse_with(&after(&states(), &[]));
        for overlap in 0..cut.min(3) {
            let second = log(&STATES[cut - overlap..]).analyse_with(&after(&states(), &first.0.edges));
            let both = [&first, &second];
            for name in TIMES {
                let rows = if name == "rows" { overlap } else { 0 };
                let expected = one.sum(name).unwrap_or_default() + Decimal::from(rows);
                assert_eq!(sums(&both, name), expected, "{name} cut at {cut}, {overlap} twice");
            }
            assert_eq!(by_day(&both, 3), by_day(&[&one], 3), "cut at {cut}");
            assert_eq!(by_day(&both, 4), by_day(&[&one], 4), "cut at {cut}");
            assert_eq!(second.0.edges[0].left, one_left(&one, &second, cut), "cut at {cut}");
        }
    }
}

#[test]
fn a_state_that_is_said_again_and_again_lasts_until_it_was_said_last() {
    // As a poll writes it: the last file has hours of one state and none after it.
    let polled = [
        (1, "06:00", "setup", ""),
        (1, "08:00", "breakdown", ""),
        (1, "09:00", "breakdown", ""),
        (1, "10:00", "breakdown", ""),
    ];
    let first = log(&polled).analyse_with(&after(&states(), &[]));
    let hours = |one: &Analysed, name: &str| one.sum(name).unwrap_or_default() / Decimal::from(3600);
    assert_eq!(
        (hours(&first, "breakdown_s"), first.sum("failures")),
        (decimal("2"), Some(decimal("1")))
    );
    assert_eq!(first.lines(FindingKind::OpenState), [5], "the last one has no end yet");
    // The next file goes on with it: the rest of one stop, and no second one.
    let next = [(1, "11:00", "breakdown", ""), (1, "12:00", "running", "")];
    let second = log(&next).analyse_with(&after(&states(), &first.0.edges));
    assert_eq!(hours(&second, "breakdown_s"), decimal("2"));
    assert_eq!(second.sum("failures").unwrap_or_default(), Decimal::ZERO);
}

#[test]
fn of_the_moment_at_which_two_files_meet_the_later_row_holds_as_in_one_file() {
    let rows = [
        (1, "10:00", "running", ""),
        (1, "12:00", "waiting", ""),
        (1, "12:00", "breakdown", ""),
        (1, "13:00", "running", ""),
    ];
    let first = log(&rows[..2]).analyse_with(&after(&states(), &[]));
    let second = log(&rows[2..]).analyse_with(&after(&states(), &first.0.edges));
    let one = log(&rows).analyse_with(&after(&states(), &[]));
    for name in ["breakdown_s", "stop_s", "apt_s", "stops", "failures", "n_duration"] {
        assert_eq!(
            sums(&[&first, &second], name),
            one.sum(name).unwrap_or_default(),
            "{name}"
        );
    }
    assert_eq!(one.sum("breakdown_s"), Some(decimal("3600")));
}

#[test]
fn a_row_that_the_next_file_overrules_at_its_moment_ends_nothing() {
    let rows = [
        (1, "06:00", "running", ""),
        (1, "08:30", "breakdown", ""),
        (1, "10:00", "running", ""),
        (1, "10:00", "breakdown", ""),
        (1, "11:00", "running", ""),
        (1, "12:00", "running", ""),
    ];
    let one = log(&rows).analyse_with(&after(&states(), &[]));
    let first = log(&rows[..3]).analyse_with(&after(&states(), &[]));
    let second = log(&rows[3..]).analyse_with(&after(&states(), &first.0.edges));
    for name in TIMES {
        let both = sums(&[&first, &second], name);
        assert_eq!(both, one.sum(name).unwrap_or_default(), "{name}");
    }
    assert_eq!(one.sum("stops"), Some(decimal("1")));
}

#[test]
fn a_failure_over_midnight_is_of_the_day_of_its_beginning_however_its_log_is_cut() {
    let rows = [
        (2, "20:00", "running", ""),
        (2, "22:00", "breakdown", ""),
        (2, "23:00", "breakdown", ""),
        (3, "00:30", "breakdown", ""),
        (3, "03:00", "breakdown", ""),
        (3, "06:00", "running", ""),
        (3, "08:00", "running", ""),
    ];
    let of_day = |analysed: &[&Analysed], name: &str, day: u32| -> Decimal {
        let component = plant_core::component::Component::from_name(name).unwrap();
        let rows = analysed.iter().flat_map(|one| &one.0.components);
        rows.filter(|row| row.day.is_some_and(|date| chrono::Datelike::day(&date) == day))
            .filter_map(|row| row.values.get(component))
            .sum()
    };
    let one = log(&rows).analyse_with(&after(&states(), &[]));
    let began = (1..30)
        .find(|day| !of_day(&[&one], "repair_s", *day).is_zero())
        .unwrap();
    assert_eq!(of_day(&[&one], "repair_s", began), Decimal::from(8 * 3600));
    assert_eq!(
        of_day(&[&one], "stop_s", began),
        Decimal::from(2 * 3600),
        "time is of the day of the clock"
    );
    for cut in 1..rows.len() {
        for again in cut + 1..rows.len() {
            let first = log(&rows[..cut]).analyse_with(&after(&states(), &[]));
            let second = log(&rows[cut..again]).analyse_with(&after(&states(), &first.0.edges));
            let third = log(&rows[again..]).analyse_with(&after(&states(), &second.0.edges));
            let all = [&first, &second, &third];
            for name in [
                "repair_s",
                "closed_failures",
                "failures",
                "stops",
                "stop_s",
                "apt_s",
                "sum_duration",
            ] {
                for day in [began, began + 1] {
                    let expected = of_day(&[&one], name, day);
                    assert_eq!(
                        of_day(&all, name, day),
                        expected,
                        "{name} of {day}, cut at {cut} and {again}"
                    );
                }
            }
        }
    }
}

/// What the whole log leaves behind, with the line that the second file has for it.
fn one_left(one: &Analysed, second: &Analysed, cut: usize) -> plant_core::step::Left {
    use plant_core::step::Left;
    let line = |left: &Left| match left {
        Left::State(lasting) => lasting.line,
        Left::Counter(_) => 0,
    };
    let mut left = one.0.edges[0].left.clone();
    assert_eq!(line(&left), 10);
    let found = line(&second.0.edges[0].left);
    assert!(found < 10 || cut == STATES.len(), "{found}");
    if let (Left::State(lasting), Left::State(other)) = (&mut left, &second.0.edges[0].left) {
        lasting.line = found;
        if let (Some(former), Some(other)) = (&mut lasting.former, &other.former) {
            former.line = other.line;
        }
    }
    left
}

#[test]
fn rows_of_other_things_end_no_state_and_are_no_readings() {
    let steps = SeriesSteps {
        intervals: Some(Intervals::State),
        ..counting(&[Variable::QuantityProduced])
    };
    let mut rows = Rows::new();
    for (at, name, value) in [
        ("06:00", "stop_category", "running"),
        ("06:30", "quantity_produced", "100"),
        ("07:00", "quantity_produced", "160"),
        ("08:00", "stop_category", "breakdown"),
        ("08:15", "quantity_produced", "200"),
        ("09:00", "stop_category", "running"),
    ] {
        rows.row(0, &[("event_start", at), ("machine", "M1"), (name, value)]);
    }
    let one = rows.analyse_with(&after(&steps, &[]));
    assert_eq!(one.sum("sum_quantity_produced"), Some(decimal("100")));
    assert_eq!(one.sum("apt_s"), Some(decimal("7200")));
    assert_eq!(one.sum("breakdown_s"), Some(decimal("3600")));
    assert_eq!(one.0.edges.len(), 2);
}

#[test]
fn a_state_from_another_file_is_told_with_its_line() {
    let first = log(&STATES[..4]).analyse_with(&after(&states(), &[]));
    let mut order = after(&states(), &first.0.edges);
    order.file_name = "second.csv".to_owned();
    let second = log(&STATES[4..]).analyse_with(&order);
    let told = second.finding(FindingKind::CarriedState);
    assert_eq!(second.lines(FindingKind::CarriedState), [2], "the line that ended it");
    assert!(
        told.working.contains("M1: set-up since 2025-03-03 23:40") && told.working.contains("test.csv, line 5"),
        "{}",
        told.working
    );
    // The days of the file stay its own.
    assert_eq!(told.from, told.to);
    // A machine that only runs all day has run all day.
    let third = log(&STATES[8..]).analyse_with(&after(&states(), &second.0.edges));
    assert_eq!(third.sum("apt_s"), None, "nothing ended in it");
    let mut rows = STATES.to_vec();
    rows.push((2, "09:00", "waiting", ""));
    let fourth = log(&rows[9..]).analyse_with(&after(&states(), &second.0.edges));
    assert_eq!(fourth.sum("apt_s"), Some(Decimal::from(24 * 3600)));
}
