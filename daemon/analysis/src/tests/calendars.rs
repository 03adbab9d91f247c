use chrono::NaiveDate;
use plant_core::calendar::{Calendar, Calendars, Version};
use plant_core::job::AnalysisOrder;
use plant_core::model::FindingKind;

use super::support::{Analysed, Rows, decimal, order};

/// An order under a calendar of these shifts, from 06:00 on, from the first of 2024 on.
fn under(zone: &str, shifts: &[&str]) -> AnalysisOrder {
    let calendar = Calendar {
        zone: zone.to_owned(),
        day_start: "06:00".parse().unwrap(),
        shifts: shifts.iter().map(|shift| shift.parse().unwrap()).collect(),
        holidays: Vec::new(),
        special_days: Vec::new(),
    };
    let version = Version {
        site: String::new(),
        from: "2024-01-01".parse().unwrap(),
        calendar: calendar.checked().unwrap(),
    };
    AnalysisOrder {
        calendars: Calendars::from(vec![version]),
        zone: zone.to_owned(),
        ..order()
    }
}

/// Seconds of a component by day.
fn by_day(analysed: &Analysed, name: &str) -> Vec<(Option<NaiveDate>, String)> {
    let mut days: std::collections::BTreeMap<Option<NaiveDate>, rust_decimal::Decimal> = Default::default();
    let component = plant_core::component::Component::from_name(name).unwrap();
    let daily = analysed
        .0
        .families
        .iter()
        .find(|kept| kept.family.has_day)
        .unwrap()
        .family_no;
    for row in analysed.0.components.iter().filter(|row| row.family_no == daily) {
        if let Some(value) = row.values.get(component) {
            *days.entry(row.day).or_default() += value;
        }
    }
    days.into_iter()
        .map(|(day, value)| (day, value.normalize().to_string()))
        .collect()
}

fn stop(rows: &mut Rows, start: &str, end: &str) {
    rows.row(
        0,
        &[
            ("machine", "M1"),
            ("stop_category", "breakdown"),
            ("event_start", start),
            ("event_end", end),
        ],
    );
}

#[test]
fn a_stop_costs_the_minutes_that_its_site_plans() {
    let mut rows = Rows::new();
    // From noon of the first day, over the night, to 07:00 of the next; and of 400 days.
    stop(&mut rows, "12:00", "31:00");
    let early = under("UTC", &["early=daily 06:00-14:00 break 12:30-13:00"]);
    let found = rows.analyse_with(&early);
    assert_eq!(found.sum("stop_s"), Some(decimal("9000")), "90 minutes and an hour");
    let days = by_day(&found, "stop_s");
    assert_eq!(
        days.iter().map(|(_, seconds)| seconds.as_str()).collect::<Vec<_>>(),
        ["5400", "3600"]
    );
    let mut long = Rows::new();
    stop(&mut long, "00:00", "9600:00");
    assert_eq!(
        long.analyse_with(&early).sum("stop_s"),
        Some(decimal("10800000")),
        "7.5 hours on each of 400 days"
    );
    assert_eq!(
        long.analyse().sum("stop_s"),
        Some(decimal("34560000")),
        "without a calendar all of it"
    );
}

#[test]
fn a_stop_outside_of_every_shift_is_no_loss_and_is_told() {
    let mut rows = Rows::new();
    stop(&mut rows, "15:00", "16:00");
    let found = rows.analyse_with(&under("UTC", &["early=daily 06:00-14:00"]));
    assert_eq!(found.sum("stop_s"), None);
    assert_eq!(found.sum("stops"), Some(decimal("1")));
    let mut kinds = found.0.findings.iter().map(|finding| finding.kind);
    assert!(kinds.any(|kind| kind == FindingKind::StopOutsidePlan));
}

#[test]
fn w2_stops_that_overlap_in_a_shift() {
    let mut rows = Rows::new();
    stop(&mut rows, "06:30", "07:30");
    stop(&mut rows, "07:00", "08:00");
    stop(&mut rows, "13:30", "14:30");
    let found = rows.analyse_with(&under("UTC", &["early=daily 06:00-14:00"]));
    assert_eq!(
        found.sum("stop_s"),
        Some(decimal("7200")),
        "the last one is cut at the end of the shift"
    );
}

#[test]
fn what_happens_at_night_is_of_the_day_of_the_shift() {
    let mut rows = Rows::new();
    rows.row(
        0,
        &[("machine", "M1"), ("event_start", "23:00"), ("quantity_produced", "5")],
    )
    .row(
        0,
        &[("machine", "M1"), ("event_start", "25:30"), ("quantity_produced", "7")],
    )
    .row(
        0,
        &[("machine", "M1"), ("event_start", "30:30"), ("quantity_produced", "9")],
    );
    let found = rows.analyse_with(&under("UTC", &["night=daily 22:00-06:00"]));
    let sums: Vec<String> = by_day(&found, "sum_quantity_produced")
        .into_iter()
        .map(|(_, sum)| sum)
        .collect();
    assert_eq!(sums, ["12", "9"]);
    let without: Vec<String> = by_day(&rows.analyse(), "sum_quantity_produced")
        .into_iter()
        .map(|(_, sum)| sum)
        .collect();
    assert_eq!(without, ["21"], "the test's rows are of one day");
}

#[test]
fn a_file_that_plans_itself_is_not_cut_by_the_calendar() {
    let mut rows = Rows::new();
    rows.row(0, &[("machine", "M1"), ("planned_time", "480")]);
    stop(&mut rows, "15:00", "16:00");
    let found = rows.analyse_with(&under("UTC", &["early=daily 06:00-14:00"]));
    found.near("availability", 0.875);
}
