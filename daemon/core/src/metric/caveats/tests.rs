use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::component::Component;
use crate::metric::together::{may_be_parted, reads_plan};
use crate::metric::{ComponentGroup, Coverage, Metric, NullReason, Warning, catalogue, detail, item, needed};

/// Sums of every kind for each metric; the same in each run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    fn value(&mut self) -> Option<Decimal> {
        let values = [-7, 0, 0, 1, 2, 5, 20, 20, 100];
        match self.below(14) {
            0 | 1 => None,
            2 => Some(Decimal::MAX),
            3 => Some(Decimal::new(1, 28)),
            at => Some(values[at % values.len()].into()),
        }
    }

    fn group(&mut self, components: &[Component], is_parted: bool, is_planned: bool) -> ComponentGroup {
        let several = |at: usize, names: [&str; 2]| names.iter().take(at).map(|name| (*name).to_owned()).collect();
        // Every other draw is of what is whole and plausible, so that some metric gets through all of its checks.
        let whole = self.below(2) == 0;
        ComponentGroup {
            components: components
                .iter()
                .filter_map(|component| {
                    let value = if whole && self.below(8) > 0 {
                        Some(Decimal::from(self.below(9) + 90))
                    } else {
                        self.value()
                    };
                    Some((*component, value?))
                })
                .collect(),
            currencies: several(self.below(3), ["EUR", "USD"]),
            uoms: several(self.below(3), ["kg", "pcs"]),
            process_values: several(self.below(3), ["torque", "wear"]),
            process_units: several(self.below(3), ["Nm", "min"]),
            coverage: ((is_parted || is_planned) && self.below(9) == 0).then(|| Coverage {
                asked: Some(3),
                covered: Some(0),
                ..Coverage::default()
            }),
            is_of_calendar: is_planned && self.below(3) == 0,
            is_outside_plan: is_planned && self.below(2) == 0,
            ..ComponentGroup::default()
        }
    }
}

/// What is told of a metric over many sums.
fn seen(metric: &Metric, draw: &mut Draw) -> (BTreeSet<String>, BTreeSet<String>) {
    let components = needed([metric]);
    let (mut reasons, mut warnings) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..6_000 {
        let item = item(
            metric,
            &draw.group(&components, may_be_parted(metric), reads_plan(metric)),
            None,
        );
        reasons.extend(item.null_reason.map(|reason: NullReason| reason.to_string()));
        warnings.extend(item.warnings.iter().map(|warning: &Warning| warning.to_string()));
    }
    (reasons, warnings)
}

#[test]
fn what_may_be_told_of_a_metric_is_what_is_told() {
    let mut draw = Draw(7);
    let mut wrong = Vec::new();
    for metric in catalogue::all() {
        let detail = detail(metric);
        let listed: (BTreeSet<String>, BTreeSet<String>) = (
            detail.null_reasons.iter().map(NullReason::to_string).collect(),
            detail.warnings.iter().map(Warning::to_string).collect(),
        );
        let seen = seen(metric, &mut draw);
        if seen != listed {
            wrong.push(format!("{}: told {seen:?}, listed {listed:?}", metric.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_metric_is_made_of_stands_first_and_says_what_it_is() {
    for metric in catalogue::all() {
        let components = detail(metric).components;
        assert!(
            components.is_sorted_by_key(|component| !component.required),
            "{}",
            metric.id
        );
        assert!(
            components.iter().all(|component| component.meaning.len() > 5),
            "{}",
            metric.id
        );
        let names: BTreeSet<&str> = components
            .iter()
            .map(|component| component.component.as_str())
            .collect();
        assert_eq!(names.len(), components.len(), "each once");
        assert!(
            metric.needs.iter().all(|need| names.contains(need.name().as_str())),
            "{}",
            metric.id
        );
    }
}
