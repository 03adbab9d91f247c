use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{Cell, Joined, Level, Reach, Together, join, mask};
use crate::component::{Component, ComponentRow, Components, Dimension};
use crate::metric::{ComponentGroup, NullReason, Unsound, catalogue, evaluate};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A row of components: its day, machine, line and sums.
fn row(at: Option<&str>, machine: Option<&str>, line: Option<&str>, sums: &[(&str, i64)]) -> ComponentRow {
    let mut dimensions = vec![None; Dimension::ALL.len()];
    dimensions[Dimension::Machine as usize] = machine.map(str::to_owned);
    dimensions[Dimension::Line as usize] = line.map(str::to_owned);
    let value = |(name, value): &(&str, i64)| (Component::from_name(name).unwrap(), Decimal::from(*value));
    ComponentRow {
        family_no: 1,
        day: at.map(day),
        dimensions,
        values: sums.iter().map(value).collect::<Components>(),
    }
}

fn reach(rows: &[ComponentRow]) -> Reach {
    let mut reach = Reach::default();
    rows.iter().for_each(|row| reach.see(row));
    reach
}

/// The sums of a metric over these files as one group, joined where they have to be.
fn joined(metric: &str, files: &[Vec<ComponentRow>]) -> Option<(Joined, ComponentGroup)> {
    let metric = catalogue::find(metric).unwrap();
    let reaches: Vec<Reach> = files.iter().map(|rows| reach(rows)).collect();
    let join = join(metric, reaches.iter(), 0, None)?;
    let mut cells: BTreeMap<(Option<String>, Option<NaiveDate>), ComponentGroup> = BTreeMap::new();
    for row in files.iter().flatten() {
        let place = (join.level().dimension()).and_then(|dimension| row.dimensions[dimension as usize].clone());
        let sums = cells.entry((place, row.day)).or_default();
        sums.components.merge(&row.values);
    }
    let mut group = Together::default();
    for ((place, day), sums) in cells {
        join.add(&mut group, Cell { place, day, sums });
    }
    let sums = join.finish(group);
    Some((join, sums))
}

fn value(metric: &str, group: &ComponentGroup) -> Option<String> {
    let value = evaluate(catalogue::find(metric).unwrap(), group);
    value.value.map(|value| value.round_dp(6).normalize().to_string())
}

const FIRST: Option<&str> = Some("2025-03-03");
const LAST: Option<&str> = Some("2025-03-04");
const A: Option<&str> = Some("A");
const B: Option<&str> = Some("B");

/// Two machines are planned for 480 min on two days.
fn plan() -> Vec<ComponentRow> {
    [FIRST, LAST]
        .into_iter()
        .flat_map(|at| [A, B].map(|machine| row(at, machine, None, &[("pbt_s", 28_800), ("rows", 1)])))
        .collect()
}

#[test]
fn a_machine_without_a_log_of_stops_has_no_say_in_availability() {
    // One stop of 80 min on the first day; none on the second, of which the log has only another machine's row.
    let stops = vec![
        row(FIRST, A, None, &[("adet_s", 4_800), ("stop_s", 4_800), ("stops", 1)]),
        row(LAST, Some("C"), None, &[("adet_s", 600), ("stop_s", 600), ("stops", 1)]),
    ];
    let (join, sums) = joined("availability", &[plan(), stops]).unwrap();
    assert_eq!(join.level(), Level::Machine);
    // A day without a stop within the log is one that ran through.
    assert_eq!(value("availability", &sums).as_deref(), Some("0.916667"));
    let coverage = sums.coverage.unwrap();
    assert_eq!((coverage.asked, coverage.covered), (Some(5), Some(2)));
    assert_eq!((coverage.places_covered, coverage.places_asked), (1, 3));
    assert_eq!((coverage.days_covered, coverage.days_asked), (2, 2));
    assert_eq!(coverage.missing, ["B", "C"]);
}

#[test]
fn a_machine_that_logs_its_states_is_not_diluted_by_one_that_is_only_planned() {
    let states = vec![row(
        FIRST,
        Some("S"),
        None,
        &[("pbt_s", 36_000), ("apt_s", 32_000), ("stop_s", 4_000)],
    )];
    let (_, sums) = joined("availability", &[plan(), states]).unwrap();
    assert_eq!(value("availability", &sums).as_deref(), Some("0.888889"));
    assert_eq!(sums.coverage.unwrap().missing, ["A", "B", "2025-03-04"]);
}

#[test]
fn files_that_each_have_all_stand_as_they_are() {
    let own = |machine| vec![row(FIRST, machine, None, &[("pbt_s", 100), ("apt_s", 90)])];
    assert!(joined("availability", &[own(A), own(B)]).is_none());
    assert!(joined("availability", &[own(A)]).is_none());
    // Pieces on their own have nothing that would have to belong to them.
    let made = vec![row(FIRST, Some("X"), None, &[("sum_quantity_produced", 5)])];
    assert!(joined("quantity_produced", &[made, own(A)]).is_none());
    // What no file has is missing, not apart.
    assert!(
        joined(
            "availability",
            &[plan(), vec![row(FIRST, A, None, &[("sum_energy_used", 5)])]]
        )
        .is_none()
    );
}

#[test]
fn a_maintenance_list_of_other_machines_gives_no_mtbf_of_these() {
    let running = vec![row(
        FIRST,
        A,
        None,
        &[("pbt_s", 28_800), ("stop_s", 60), ("adet_s", 60), ("stops", 1)],
    )];
    let repairs = vec![row(
        FIRST,
        Some("Crane"),
        None,
        &[("failures", 3), ("repair_s", 600), ("closed_failures", 3)],
    )];
    let (_, sums) = joined("mtbf", &[running, repairs]).unwrap();
    let mtbf = evaluate(catalogue::find("mtbf").unwrap(), &sums);
    assert_eq!(mtbf.value, None);
    assert_eq!(mtbf.null_reason, Some(NullReason::Unsound(Unsound::NotTogether)));
    assert_eq!(mtbf.coverage.unwrap().covered, Some(0));
}

#[test]
fn where_one_side_names_no_machine_the_days_decide() {
    let plan = vec![
        row(FIRST, None, None, &[("pbt_s", 1_000)]),
        row(LAST, None, None, &[("pbt_s", 1_000)]),
    ];
    let stops = vec![row(FIRST, A, None, &[("adet_s", 250), ("stop_s", 250)])];
    let (join, sums) = joined("availability", &[plan, stops]).unwrap();
    assert_eq!(join.level(), Level::Whole);
    assert_eq!(value("availability", &sums).as_deref(), Some("0.75"));
    let coverage = sums.coverage.unwrap();
    assert_eq!((coverage.asked, coverage.covered), (Some(2), Some(1)));
    assert_eq!(
        (coverage.places.as_str(), coverage.missing),
        ("", vec!["2025-03-04".to_owned()])
    );
}

#[test]
fn lines_decide_where_machines_can_not() {
    let plan = ["L1", "L2"].map(|line| row(FIRST, None, Some(line), &[("pbt_s", 1_000)]));
    let stops = vec![row(FIRST, A, Some("L1"), &[("adet_s", 100), ("stop_s", 100)])];
    let (join, sums) = joined("availability", &[plan.to_vec(), stops]).unwrap();
    assert_eq!(join.level(), Level::Line);
    assert_eq!(value("availability", &sums).as_deref(), Some("0.9"));
    assert_eq!(sums.coverage.unwrap().missing, ["L2"]);
}

#[test]
fn a_file_takes_part_only_by_the_dimensions_that_it_has() {
    let plan = reach(&plan());
    let mut with_reason = row(FIRST, A, None, &[("stop_s", 5)]);
    with_reason.dimensions[Dimension::Reason as usize] = Some("jam".to_owned());
    let stops = reach(&[with_reason]);
    let metric = catalogue::find("availability").unwrap();
    let by = |dimensions: &[Dimension]| {
        join(
            metric,
            [&plan, &stops].into_iter(),
            mask(dimensions.iter().copied()),
            None,
        )
    };
    assert!(by(&[]).is_some());
    assert!(by(&[Dimension::Machine]).is_some());
    // Planned time has no reason: nothing is left to join.
    assert!(by(&[Dimension::Reason]).is_none());
}

#[test]
fn days_are_kept_as_periods() {
    let file = |first: &str, last: &str| Reach {
        days: Some((day(first), day(last))),
        ..Reach::default()
    };
    let mut days = super::Days::default();
    for (first, last) in [
        ("2025-03-10", "2025-03-12"),
        ("2025-03-01", "2025-03-03"),
        ("2025-03-04", "2025-03-05"),
    ] {
        days.add(&file(first, last));
    }
    assert_eq!(days.periods.len(), 2);
    let contains = |text: &str| days.contains(Some(day(text)));
    assert!(contains("2025-03-01") && contains("2025-03-05") && contains("2025-03-12"));
    assert!(!contains("2025-03-06") && !contains("2025-02-28") && !days.contains(None));
    let mut other = super::Days::default();
    other.add(&file("2025-03-05", "2025-03-10"));
    let both = days.both(&other);
    assert_eq!(
        both.periods,
        [
            (day("2025-03-05"), day("2025-03-05")),
            (day("2025-03-10"), day("2025-03-10"))
        ]
    );
}

#[test]
fn where_and_when_is_told_by_the_families_that_have_places_and_days() {
    let daily = reach(&[row(FIRST, A, None, &[("pbt_s", 1)])]);
    let mut product = row(None, None, None, &[("pbt_s", 1), ("stop_s", 1)]);
    product.dimensions[Dimension::ProductCode as usize] = Some("P".to_owned());
    let product = reach(&[product]);
    let whole = Reach::put_together(vec![(daily.clone(), true), (product.clone(), false)]);
    assert_eq!(
        (&whole.places, whole.days, whole.undated),
        (&daily.places, daily.days, false)
    );
    let by = mask([Dimension::Machine, Dimension::ProductCode]);
    assert_eq!(whole.provides["pbt_s"], by);
    assert_eq!(whole.provides.len(), 2);
    // Where no family tells it, what there is.
    assert!(Reach::put_together(vec![(product, false)]).undated);
}
