use plant_core::model::{Analyzer, ChartKind, FindingKind};

use super::support::{Rows, decimal, order};

#[test]
fn w1_a_shift_with_its_stops() {
    let mut rows = Rows::new();
    rows.row(
        0,
        &[
            ("machine", "M1"),
            ("planned_time", "480"),
            ("planned_downtime", "60"),
            ("ideal_cycle_time", "1"),
            ("quantity_produced", "19271"),
            ("quantity_scrap", "423"),
        ],
    )
    .row(
        0,
        &[
            ("machine", "M1"),
            ("stop_category", "breakdown"),
            ("reason_text", "jam"),
            ("duration", "2820"),
        ],
    );
    let w1 = rows.analyse();
    w1.near("availability", 0.8880952);
    w1.near("effectiveness", 0.8610813);
    w1.near("quality_ratio", 0.9780499);
    w1.near("oee", 0.7479365);
    w1.near("planned_busy_time", 420.0);
    w1.near("production_time", 373.0);
    w1.near("availability_loss", 47.0);
    w1.near("effectiveness_loss", 51.816667);
    w1.near("quality_loss", 7.05);
    w1.near("good_time", 314.133333);
    let chart = w1.analyzer(Analyzer::Efficiency).chart.as_ref().unwrap();
    assert_eq!(chart.kind, ChartKind::Losses);
    let sum: f64 = chart.points.iter().filter_map(|point| point.value).sum();
    assert!((sum - 420.0).abs() < 1e-9, "{sum}");
    assert_eq!(w1.sum("planned_down_s"), Some(decimal("3600")));

    // W1b: a second, bad machine; the plant is the ratio of sums and not the mean of the ratios.
    rows.row(
        0,
        &[
            ("machine", "M2"),
            ("planned_time", "60"),
            ("ideal_cycle_time", "2"),
            ("quantity_produced", "900"),
            ("quantity_good", "450"),
        ],
    );
    rows.analyse().near("oee", 0.6856944);
}

#[test]
fn w1c_a_cycle_time_that_is_too_slow_is_told_and_not_clamped() {
    let mut rows = Rows::new();
    rows.row(
        0,
        &[
            ("machine", "M1"),
            ("stop_category", "running"),
            ("planned_time", "450"),
            ("duration", "27000"),
            ("ideal_cycle_time", "30"),
            ("quantity_produced", "1000"),
        ],
    );
    let found = rows.analyse();
    found.near("effectiveness", 1.1111111);
    assert!(
        found
            .item("effectiveness")
            .unwrap()
            .warnings
            .contains(&plant_core::metric::Warning::IdealCycleTooSlow)
    );
    assert_eq!(found.finding(FindingKind::IdealCycleTooSlow).saving, None);
}

fn stop(rows: &mut Rows, category: &str, start: &str, end: &str) {
    rows.row(
        0,
        &[
            ("machine", "M1"),
            ("stop_category", category),
            ("event_start", start),
            ("event_end", end),
        ],
    );
}

#[test]
fn w2_overlapping_stops_count_once_and_end_with_the_window() {
    let mut rows = Rows::new();
    rows.row(
        0,
        &[
            ("machine", "M1"),
            ("planned_time", "480"),
            ("event_start", "06:00"),
            ("event_end", "14:00"),
        ],
    );
    for (start, end) in [("06:30", "07:30"), ("07:00", "08:00"), ("13:30", "14:30")] {
        stop(&mut rows, "breakdown", start, end);
    }
    let found = rows.analyse();
    found.near("availability", 0.75);
    found.near("stop_time", 120.0);
    found.near("failures", 3.0);
}

#[test]
fn w2b_availability_never_becomes_negative() {
    let mut rows = Rows::new();
    rows.row(0, &[("machine", "M1"), ("planned_time", "978")]);
    stop(&mut rows, "breakdown", "00:00", "15:00");
    stop(&mut rows, "breakdown", "00:10", "14:00");
    rows.analyse().near("availability", 0.0797546);
}

#[test]
fn w2c_the_stronger_category_owns_an_overlap() {
    let mut rows = Rows::new();
    stop(&mut rows, "breakdown", "06:30", "07:30");
    stop(&mut rows, "planned_maintenance", "07:00", "08:00");
    stop(&mut rows, "minor_stop", "07:50", "08:10");
    let found = rows.analyse();
    assert_eq!(found.sum("planned_down_s"), Some(decimal("3600")));
    assert_eq!(found.sum("breakdown_s"), Some(decimal("1800")));
    assert_eq!(found.sum("minor_stop_s"), Some(decimal("600")));
    assert_eq!(found.null("availability"), "missing_apt_s");
}

#[test]
fn w4_failures_repairs_and_planned_maintenance() {
    let mut rows = Rows::new();
    rows.row(0, &[("machine", "M1"), ("planned_time", "36000")]).row(
        1,
        &[
            ("machine", "M1"),
            ("stop_category", "planned_maintenance"),
            ("duration", "72000"),
        ],
    );
    for (day, seconds) in [(2, "10800"), (5, "5400"), (9, "21600"), (12, "5400")] {
        rows.row(
            day,
            &[("machine", "M1"), ("stop_category", "breakdown"), ("duration", seconds)],
        );
    }
    let found = rows.analyse();
    found.near("production_time", 568.0 * 60.0);
    found.near("mtbf", 142.0);
    found.near("mttr", 3.0);
    found.near("inherent_availability", 0.9793103);
    assert_eq!(found.sum("planned_down_s"), Some(decimal("72000")));

    // W4b: pooled over machines, not the mean of means.
    rows.row(0, &[("machine", "M2"), ("planned_time", "35460")]).row(
        3,
        &[("machine", "M2"), ("stop_category", "breakdown"), ("duration", "3600")],
    );
    rows.analyse().near("mtbf", 231.6);
}

#[test]
fn no_failure_gives_a_bound_and_no_mtbf() {
    let mut rows = Rows::new();
    rows.row(0, &[("machine", "M1"), ("planned_time", "35280")]).row(
        1,
        &[
            ("machine", "M1"),
            ("stop_category", "planned_maintenance"),
            ("duration", "72000"),
        ],
    );
    let found = rows.analyse();
    assert_eq!(found.null("mtbf"), "zero_failures");
    found.near("mtbf_lower_bound", 568.0 / 10.0_f64.ln());
}

#[test]
fn planned_time_repeated_on_stop_rows_counts_once_a_shift() {
    let mut rows = Rows::new();
    for shift in ["early", "late"] {
        for seconds in ["600", "1200"] {
            rows.row(
                0,
                &[
                    ("machine", "M1"),
                    ("shift", shift),
                    ("planned_time", "450"),
                    ("stop_category", "waiting"),
                    ("duration", seconds),
                ],
            );
        }
    }
    let found = rows.analyse();
    found.near("planned_busy_time", 900.0);
    found.near("production_time", 840.0);
    found.near("waiting_time", 60.0);
    // The calendar belongs to the machine: no reason or category has a planned time of its own.
    let busy = plant_core::component::Component::from_name("pbt_s").unwrap();
    for row in found.cells().filter(|row| row.values.get(busy).is_some()) {
        assert_eq!(
            row.dimensions[plant_core::component::Dimension::StopCategory as usize],
            None
        );
    }
}

#[test]
fn stops_beyond_the_plan_are_cut_and_told() {
    let mut rows = Rows::new();
    rows.row(0, &[("machine", "M1"), ("planned_time", "60")])
        .row(
            0,
            &[("machine", "M1"), ("stop_category", "breakdown"), ("duration", "5400")],
        )
        .row(
            0,
            &[("machine", "M9"), ("stop_category", "breakdown"), ("duration", "60")],
        );
    let found = rows.analyse();
    found.near("availability", 0.0);
    found.near("stop_time", 60.0);
    assert_eq!(found.lines(FindingKind::StopsExceedPlan), [3]);
    assert_eq!(found.lines(FindingKind::StopOutsidePlan), [4]);
}

#[test]
fn a_state_log_is_its_own_calendar_and_net_lengths_win() {
    let mut rows = Rows::new();
    // Begin and end overlap and are longer than the net times that the file gives.
    for (category, start, end, seconds) in [
        ("running", "06:00", "14:00", "25200"),
        ("breakdown", "08:00", "09:00", "1800"),
        ("setup", "09:00", "10:00", "1800"),
        ("break", "10:00", "10:30", "900"),
    ] {
        rows.row(
            0,
            &[
                ("machine", "M1"),
                ("stop_category", category),
                ("event_start", start),
                ("event_end", end),
                ("duration", seconds),
            ],
        );
    }
    let found = rows.analyse();
    found.near("planned_busy_time", 480.0);
    found.near("availability", 25200.0 / 28800.0);
    found.near("mtbf", 7.0);
    found.near("planned_down_time", 15.0);
}

#[test]
fn a_state_log_by_intervals_gives_each_minute_one_owner() {
    let mut rows = Rows::new();
    stop(&mut rows, "running", "06:00", "14:00");
    stop(&mut rows, "breakdown", "08:00", "09:00");
    stop(&mut rows, "waiting", "08:30", "09:30");
    let found = rows.analyse();
    found.near("planned_busy_time", 480.0);
    found.near("production_time", 390.0);
    found.near("breakdown_time", 60.0);
    found.near("waiting_time", 30.0);
}

#[test]
fn without_a_calendar_there_is_no_availability() {
    let mut rows = Rows::new();
    stop(&mut rows, "breakdown", "08:00", "09:00");
    let found = rows.analyse();
    assert_eq!(found.null("availability"), "missing_apt_s");
    assert_eq!(found.null("mtbf"), "missing_operating_s");
    found.near("stop_time", 60.0);
    // Running rows alone are no log of the stops.
    let mut rows = Rows::new();
    stop(&mut rows, "running", "06:00", "14:00");
    assert_eq!(rows.analyse().null("availability"), "missing_apt_s");
    // Nor does a planned time alone say that nothing stopped.
    let mut rows = Rows::new();
    rows.row(
        0,
        &[("machine", "M1"), ("planned_time", "480"), ("quantity_produced", "10")],
    );
    assert_eq!(rows.analyse().null("availability"), "missing_apt_s");
}

#[test]
fn a_failure_flag_without_a_length_is_no_stop_time() {
    let mut rows = Rows::new();
    for day in 0..10 {
        let failed = if day % 3 == 0 { "true" } else { "false" };
        rows.row(day, &[("machine", "M1"), ("is_failure", failed)]);
    }
    let found = rows.analyse();
    found.near("failures", 4.0);
    assert_eq!(found.sum("stop_s"), None);
    assert_eq!(found.sum("stops"), None);
    assert_eq!(found.lines(FindingKind::FailurePareto), [2, 5, 8, 11]);
    found.no_saving();
}

#[test]
fn failures_are_unknown_where_stops_have_no_category() {
    let mut rows = Rows::new();
    stop(&mut rows, "running", "06:00", "14:00");
    rows.row(
        0,
        &[
            ("machine", "M1"),
            ("reason_text", "jam"),
            ("event_start", "07:00"),
            ("event_end", "08:00"),
        ],
    );
    let found = rows.analyse();
    found.near("availability", 0.875);
    assert_eq!(found.null("mtbf"), "missing_operating_s");
    assert!(
        found
            .finding(FindingKind::UnknownStops)
            .working
            .contains("failures can't be told")
    );
}

#[test]
fn doubled_and_open_stops_are_told() {
    let mut rows = Rows::new();
    stop(&mut rows, "breakdown", "08:00", "09:00");
    stop(&mut rows, "breakdown", "08:00", "09:00");
    rows.row(
        0,
        &[
            ("machine", "M1"),
            ("stop_category", "breakdown"),
            ("event_start", "10:00"),
        ],
    );
    stop(&mut rows, "setup", "10:30", "11:00");
    let found = rows.analyse();
    assert_eq!(found.sum("breakdown_s"), Some(decimal("5400")));
    found.near("failures", 2.0);
    assert_eq!(found.sum("closed_failures"), Some(decimal("1")));
    assert_eq!(found.lines(FindingKind::DuplicateStop), [3]);
    assert_eq!(found.lines(FindingKind::OpenStop), [4]);
}

#[test]
fn a_stop_over_midnight_is_split_by_the_local_day() {
    let mut rows = Rows::new();
    stop(&mut rows, "breakdown", "22:00", "25:00");
    let day = |found: &super::support::Analysed| -> Vec<(String, String)> {
        let stops = plant_core::component::Component::from_name("stop_s").unwrap();
        found
            .cells()
            .filter_map(|row| Some((row.day?.to_string(), row.values.get(stops)?.to_string())))
            .collect()
    };
    assert_eq!(
        day(&rows.analyse()),
        [
            ("2025-03-03".to_owned(), "7200".to_owned()),
            ("2025-03-04".to_owned(), "3600".to_owned())
        ]
    );
    // In New York it is 17:00 to 20:00 of one day.
    let mut order = super::support::order();
    order.zone = "America/New_York".to_owned();
    assert_eq!(
        day(&rows.analyse_with(&order)),
        [("2025-03-03".to_owned(), "10800".to_owned())]
    );
    // A shift keeps its time together.
    let mut rows = Rows::new();
    rows.row(
        0,
        &[
            ("machine", "M1"),
            ("shift", "night"),
            ("stop_category", "breakdown"),
            ("event_start", "22:00"),
            ("event_end", "25:00"),
        ],
    );
    assert_eq!(day(&rows.analyse()), [("2025-03-03".to_owned(), "10800".to_owned())]);
}

#[test]
fn a_state_that_no_row_can_hold_is_an_error_with_its_line() {
    let mut rows = Rows::new();
    rows.row(0, &[("machine", "M1"), ("stop_category", "setup")]);
    rows.row(0, &[("machine", "M1"), ("stop_category", "odd")]);
    let error = crate::analyse(rows.bytes().as_slice(), &order())
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("impossible value in records.stop_category of line 3: `odd` is not a stop category (break, "),
        "{error}"
    );
}
