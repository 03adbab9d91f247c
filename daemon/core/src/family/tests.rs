use std::collections::BTreeSet;

use super::*;
use crate::component::Dimension;
use crate::metric::{Grain, MetricQuery};

const MACHINE: Dimension = Dimension::Machine;
const PRODUCT: Dimension = Dimension::ProductCode;
const SHIFT: Dimension = Dimension::Shift;
const REASON: Dimension = Dimension::Reason;

/// What a file has: how many values of each dimension, and days; every combination occurs.
fn chosen(days: u64, values: &[(Dimension, u64)]) -> (Vec<Family>, Lost) {
    let mut occurring = Occurring {
        has_day: days > 0,
        ..Occurring::default()
    };
    for (dimension, count) in values {
        occurring.values[*dimension as usize] = *count;
    }
    let count = |family: Family| {
        let of = values.iter().filter(|(dimension, _)| family.dimensions.has(*dimension));
        let cells = of.fold(if family.has_day { days.max(1) } else { 1 }, |cells, (_, count)| {
            cells * count
        });
        (cells <= CELLS_MOST).then_some(cells)
    };
    let families = choose(&occurring, count);
    let lost = occurring.lost(&families);
    (families, lost)
}

/// `day machine`, of the dimensions that occur alone.
fn told(families: &[Family], of: &[(Dimension, u64)]) -> Vec<String> {
    let of: BTreeSet<Dimension> = of.iter().map(|(dimension, _)| *dimension).collect();
    let told = families.iter().map(|family| {
        let names = family.dimensions.iter().filter(|dimension| of.contains(dimension));
        let day = family.has_day.then_some("day");
        day.into_iter()
            .chain(names.map(Dimension::name))
            .collect::<Vec<_>>()
            .join(" ")
    });
    told.collect()
}

fn check(days: u64, values: &[(Dimension, u64)], expected: &[&str]) {
    let (families, lost) = chosen(days, values);
    assert_eq!(told(&families, values), expected, "{days} {values:?}");
    assert!(lost.is_nothing(), "{lost:?}");
}

#[test]
fn a_file_with_few_cells_keeps_all_dimensions_and_what_is_much_smaller() {
    check(1, &[(MACHINE, 3), (PRODUCT, 1)], &["day machine product_code"]);
    check(
        10,
        &[(MACHINE, 10), (PRODUCT, 10), (SHIFT, 2)],
        &["day machine product_code shift", "day machine shift", "day"],
    );
    check(0, &[(MACHINE, 4)], &["day machine", "day"]);
    check(0, &[], &["day"]);
}

#[test]
fn a_large_one_is_kept_by_day_over_the_whole_period_and_by_each_dimension() {
    check(
        250,
        &[(MACHINE, 40), (PRODUCT, 45), (SHIFT, 3), (REASON, 10)],
        &[
            "day machine",
            "machine shift reason",
            "day product_code",
            "machine product_code",
            "day shift",
            "day reason",
        ],
    );
}

#[test]
fn the_code_and_the_name_of_a_product_go_together() {
    let values = [(MACHINE, 10), (PRODUCT, 100), (Dimension::ProductName, 1), (SHIFT, 50)];
    let (families, _) = chosen(30, &values);
    assert_eq!(told(&families, &values)[0], "day machine shift");
}

#[test]
fn what_went_and_fits_after_all_comes_back() {
    // Operators are left out first, but there is one on each machine.
    let mut occurring = Occurring {
        has_day: true,
        ..Occurring::default()
    };
    for (dimension, values) in [(MACHINE, 40), (Dimension::Operator, 41), (PRODUCT, 30)] {
        occurring.values[dimension as usize] = values;
    }
    let families = choose(&occurring, |family: Family| {
        let day = if family.has_day { 100 } else { 1 };
        let both = [MACHINE, Dimension::Operator]
            .into_iter()
            .any(|one| family.dimensions.has(one));
        let cells = day * if both { 41 } else { 1 } * if family.dimensions.has(PRODUCT) { 30 } else { 1 };
        (cells <= CELLS_MOST).then_some(cells)
    });
    assert!(families[0].covers(Family::daily([MACHINE, Dimension::Operator])));
}

#[test]
fn what_has_too_many_values_is_kept_nowhere_and_told() {
    let values = [(MACHINE, 5), (PRODUCT, 30_000), (Dimension::Operator, 9_000)];
    let (families, lost) = chosen(100, &values);
    assert_eq!(lost.dimensions, [PRODUCT]);
    assert_eq!(lost.not_by_day, [Dimension::Operator]);
    assert!(!lost.has_no_day);
    assert_eq!(told(&families, &values), ["day machine", "machine", "operator", "day"]);
    let (families, lost) = chosen(30_000, &[(MACHINE, 5)]);
    assert!(lost.has_no_day && lost.not_by_day.is_empty() && lost.dimensions.is_empty());
    assert_eq!(told(&families, &[(MACHINE, 5)]), ["machine"]);
    // Units are never left out.
    let (families, _) = chosen(2, &[(Dimension::Uom, 50_000)]);
    assert_eq!(told(&families, &[(Dimension::Uom, 50_000)]), ["uom"]);
}

#[test]
fn the_smallest_family_that_has_everything_answers() {
    let kept = |family_no, family, cells| KeptFamily {
        family_no,
        family,
        cells,
    };
    let units = [Dimension::Uom, Dimension::Currency];
    let all = [
        kept(OF_MEASURES, Family::FINEST, 1),
        kept(1, Family::daily([MACHINE, SHIFT].into_iter().chain(units)), 500),
        kept(2, Family::whole([MACHINE, PRODUCT].into_iter().chain(units)), 20),
        kept(3, Family::daily(units), 30),
    ];
    let query = |by: &[Dimension], grain| MetricQuery {
        by: by.to_vec(),
        grain,
        ..MetricQuery::default()
    };
    let of = |query: &MetricQuery| answering(&all, Family::needed_by(query)).map(|kept| kept.family_no);
    assert_eq!(of(&query(&[], None)), Some(2));
    assert_eq!(of(&query(&[], Some(Grain::Week))), Some(3));
    assert_eq!(of(&query(&[], Some(Grain::Shift))), Some(1));
    assert_eq!(of(&query(&[MACHINE, PRODUCT], None)), Some(2));
    assert_eq!(of(&query(&[MACHINE, PRODUCT], Some(Grain::Day))), None);
    let filtered = MetricQuery {
        filters: vec![(MACHINE, "m".to_owned())],
        to: chrono::NaiveDate::from_ymd_opt(2026, 1, 1),
        ..MetricQuery::default()
    };
    assert_eq!(of(&filtered), Some(1));
    let families = all.iter().skip(1).map(|kept| kept.family);
    let need = Family::needed_by(&query(&[MACHINE, PRODUCT], Some(Grain::Day)));
    assert_eq!(
        alternatives(families, need),
        [Family::daily([MACHINE]), Family::whole([MACHINE, PRODUCT])]
    );
}

#[test]
fn a_set_is_its_bits() {
    let set: Dimensions = [SHIFT, MACHINE].into_iter().collect();
    assert_eq!(set.iter().collect::<Vec<_>>(), [MACHINE, SHIFT]);
    assert_eq!(Dimensions::from_bits(set.bits()), set);
    assert_eq!(Dimensions::from_bits(-1), Dimensions::ALL);
    assert_eq!(Dimensions::ALL.iter().count(), Dimension::ALL.len());
}
