//! Roll-ups: by what the sums of all files of an org are kept together, and which of them answers a query, so that a
//! question of the whole plant does not read the cells of every file.
//!
//! Invariants: a roll-up is the sum of what every file adds, changed in the same transaction as the cells of a file; it
//! answers only what it answers exactly, everything else is read from the cells of the files.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::component::{Component, Dimension, Fold};
use crate::family::{Dimensions, Family};
use crate::metric::{Grain, MetricQuery};

/// Cells of one roll-up of an org at most; where there are more, it is not kept and the files are read.
pub const CELLS_MOST: u64 = 100_000;

/// What the days of a roll-up are put together to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Each day by itself.
    Day,
    /// The week, by its Monday.
    Week,
    /// The month, by its first day.
    Month,
}

impl Period {
    /// Whether a condition on days that begins or ends here parts no period.
    fn begins_at(self, day: NaiveDate) -> bool {
        match self {
            Period::Day => true,
            Period::Week => day.weekday() == Weekday::Mon,
            Period::Month => day.day() == 1,
        }
    }

    /// Whether its days tell a grain.
    fn tells(self, grain: Grain) -> bool {
        match self {
            Period::Day => true,
            Period::Week => grain == Grain::Week,
            Period::Month => grain == Grain::Month,
        }
    }
}

/// A roll-up of an org.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rollup {
    /// Its number; it never changes its meaning.
    pub rollup_no: i16,
    /// By what, beside units and currencies.
    pub by: &'static [Dimension],
    /// By which periods; none: over all time.
    pub period: Option<Period>,
}

const PLACE: &[Dimension] = &[Dimension::Machine, Dimension::Line, Dimension::Site];
const PLACE_SHIFT: &[Dimension] = &[Dimension::Machine, Dimension::Line, Dimension::Site, Dimension::Shift];
const PLACE_REASON: &[Dimension] = &[
    Dimension::Machine,
    Dimension::Line,
    Dimension::Site,
    Dimension::Reason,
    Dimension::StopCategory,
];
const PRODUCT: &[Dimension] = &[Dimension::ProductCode, Dimension::ProductName];
const SHIFT: &[Dimension] = &[Dimension::Shift];
const REASON: &[Dimension] = &[Dimension::Reason, Dimension::StopCategory];
const DEFECT: &[Dimension] = &[Dimension::DefectCode];

const fn rollup(rollup_no: i16, by: &'static [Dimension], period: Option<Period>) -> Rollup {
    Rollup { rollup_no, by, period }
}

/// All of them, those that usually have the fewest cells first.
pub const ALL: &[Rollup] = &[
    rollup(1, &[], None),
    rollup(2, SHIFT, None),
    rollup(3, &[], Some(Period::Month)),
    rollup(4, DEFECT, None),
    rollup(5, PLACE, None),
    rollup(6, REASON, None),
    rollup(7, &[], Some(Period::Week)),
    rollup(8, PRODUCT, None),
    rollup(9, PLACE_SHIFT, None),
    rollup(10, &[], Some(Period::Day)),
    rollup(11, PLACE, Some(Period::Month)),
    rollup(12, PLACE_REASON, None),
    rollup(13, SHIFT, Some(Period::Day)),
    rollup(14, PRODUCT, Some(Period::Month)),
    rollup(15, PLACE, Some(Period::Week)),
    rollup(16, PRODUCT, Some(Period::Week)),
    rollup(17, PLACE, Some(Period::Day)),
];

impl Rollup {
    /// What the cells of a file are added up by for it.
    pub fn family(&self) -> Family {
        Family {
            dimensions: self.by.iter().copied().collect::<Dimensions>().or(Dimensions::UNITS),
            has_day: self.period.is_some(),
        }
    }

    /// Whether its sums tell what a query groups and filters by, and its days what it asks of days.
    fn answers(&self, query: &MetricQuery, need: Family, by_day: bool) -> bool {
        let Some(period) = self.period else {
            return self.family().covers(need);
        };
        let tells = match (by_day, query.grain) {
            (true, _) => period == Period::Day,
            (false, Some(grain)) => period.tells(grain),
            (false, None) => true,
        };
        tells
            && self.family().covers(need)
            && [query.from, query.to]
                .into_iter()
                .flatten()
                .all(|day| period.begins_at(day))
    }
}

/// The roll-ups that answer a query which needs this, the smallest first; `by_day` where each day must stand by itself.
/// A query of files, or of what is kept beside the sums of rows, has none.
pub fn answering(
    query: &MetricQuery,
    need: Family,
    components: &[Component],
    by_day: bool,
) -> impl Iterator<Item = &'static Rollup> {
    let is_of_all = !query.by_file && query.file.is_none() && components.iter().all(|component| is_kept(*component));
    ALL.iter()
        .filter(move |rollup| is_of_all && rollup.answers(query, need, by_day))
}

/// Whether roll-ups have it: what is added up, and is no process value or failure mode, which stand beside the rows.
pub fn is_kept(component: Component) -> bool {
    component.fold() == Fold::Sum && !component.is_of_measures()
}

/// Every component that roll-ups have, in a stable order.
pub fn components() -> Vec<Component> {
    let mut all = Component::all();
    all.retain(|component| is_kept(*component));
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::component::Made;

    fn day(month: u32, day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(2026, month, day)
    }

    fn first(query: &MetricQuery, by_day: bool) -> Option<i16> {
        let need = Family::needed_by(query);
        let need = Family {
            has_day: need.has_day || by_day,
            ..need
        };
        answering(query, need, &[Component::Rows], by_day)
            .next()
            .map(|rollup| rollup.rollup_no)
    }

    #[test]
    fn numbers_are_told_apart_and_no_two_are_the_same() {
        let numbers: BTreeSet<i16> = ALL.iter().map(|rollup| rollup.rollup_no).collect();
        assert_eq!(numbers.len(), ALL.len());
        let kinds: BTreeSet<String> = ALL
            .iter()
            .map(|rollup| format!("{:?} {:?}", rollup.family(), rollup.period))
            .collect();
        assert_eq!(kinds.len(), ALL.len());
    }

    #[test]
    fn the_smallest_that_answers_exactly_is_taken() {
        let by = |by: &[Dimension], grain| MetricQuery {
            by: by.to_vec(),
            grain,
            ..MetricQuery::default()
        };
        let machine = [Dimension::Machine];
        for (query, expected) in [
            (by(&[], None), Some(1)),
            (by(&machine, None), Some(5)),
            (by(&[], Some(Grain::Week)), Some(7)),
            (by(&machine, Some(Grain::Week)), Some(15)),
            (by(&machine, Some(Grain::Month)), Some(11)),
            (by(&machine, Some(Grain::Day)), Some(17)),
            (by(&[], Some(Grain::Shift)), Some(13)),
            (by(&[Dimension::Operation], None), None),
            (by(&[Dimension::ProductCode], Some(Grain::Day)), None),
            (by(&[Dimension::Uom, Dimension::Machine], None), Some(5)),
        ] {
            assert_eq!(first(&query, false), expected, "{query:?}");
        }
        // By exact days, as what belongs together is joined.
        assert_eq!(first(&by(&machine, Some(Grain::Week)), true), Some(17));
        assert_eq!(first(&by(&[], None), true), Some(10));
    }

    #[test]
    fn a_period_is_never_parted_by_a_condition_on_days() {
        let asked = |from, to, grain| MetricQuery {
            from,
            to,
            grain,
            ..MetricQuery::default()
        };
        for (query, expected) in [
            (asked(day(6, 1), day(7, 1), None), 3),
            (asked(day(6, 1), day(7, 1), Some(Grain::Month)), 3),
            // The first of June is a Monday, the first of July is none.
            (asked(day(6, 1), day(7, 1), Some(Grain::Week)), 10),
            (asked(day(6, 1), day(6, 8), Some(Grain::Week)), 7),
            (asked(day(6, 2), day(6, 9), None), 10),
            (asked(None, day(6, 9), Some(Grain::Month)), 10),
            (asked(day(6, 1), None, Some(Grain::Day)), 10),
        ] {
            assert_eq!(first(&query, false), Some(expected), "{query:?}");
        }
    }

    #[test]
    fn files_and_process_values_are_asked_of_the_files() {
        let of_files = MetricQuery {
            by_file: true,
            ..MetricQuery::default()
        };
        assert_eq!(first(&of_files, false), None);
        let filtered = MetricQuery {
            filters: vec![(Dimension::ProcessValue, "Torque".to_owned())],
            ..MetricQuery::default()
        };
        assert_eq!(first(&filtered, false), None);
        for made in [Made::ProcessN, Made::ProcessLeast, Made::ModeFailures] {
            let query = MetricQuery::default();
            let of_process = [Component::Rows, Component::Made(made)];
            assert_eq!(
                answering(&query, Family::needed_by(&query), &of_process, false).count(),
                0,
                "{made:?}"
            );
        }
        assert!(components().contains(&Component::Made(Made::MeasureN)));
    }
}
