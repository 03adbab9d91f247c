//! Stops: where the minutes go, what fails again and again, and set-ups above their own median.

use std::collections::BTreeMap;

use plant_core::component::{Component, Dimension, Made};
use plant_core::metric::stats::{self, BLANK};
use plant_core::model::{Analyzer, ChartView, FindingDraft, FindingKind};
use plant_core::savings::{Loss, LossKind, SavingInput};
use plant_core::stop::StopCategory;
use plant_core::words::{self, count, duration, number, part};
use rust_decimal::Decimal;

use super::{Draft, OF_A_KIND, about, valued};
use crate::chart;
use crate::exact::to_f64;
use crate::scope::Scope;
use crate::stops::Stop;

/// Rows with what each of them adds.
type Weighed = Vec<(usize, Decimal)>;

/// Contributors of a Pareto that become findings.
const CONTRIBUTORS: usize = 3;
/// The same reason within this time is a repeat: 24 h in microseconds.
const REPEAT_WITHIN_US: i64 = 24 * 3600 * 1_000_000;
/// Repeats that make a bad actor.
const REPEATS: u64 = 3;
/// Fewest set-ups for a median of one's own.
const SETUPS: usize = 8;

fn cause<'s>(scope: &'s Scope, stop: &Stop) -> Option<&'s str> {
    scope.table.dimension(Dimension::Reason, stop.row)
}

/// Stops that took time inside the planned busy time.
fn counted<'s>(scope: &'s Scope) -> impl Iterator<Item = &'s Stop> {
    scope
        .time
        .stops
        .iter()
        .filter(|stop| !stop.category.outside_plan() && stop.seconds > Decimal::ZERO)
}

/// What stops are listed under, with what they add.
#[derive(Default)]
struct Listed {
    sum: Decimal,
    rows: Weighed,
    /// Their category, where they give no reason.
    category: Option<StopCategory>,
}

/// Stop time by reason, and by category for the stops without one; `None` where both are unknown.
fn by_label<'s>(scope: &'s Scope) -> BTreeMap<Option<&'s str>, Listed> {
    let any_reason = counted(scope).any(|stop| cause(scope, stop).is_some());
    let mut sums: BTreeMap<Option<&str>, Listed> = BTreeMap::new();
    for stop in counted(scope) {
        let category =
            (cause(scope, stop).is_none() && stop.category != StopCategory::Unknown).then_some(stop.category);
        let label = cause(scope, stop).or_else(|| {
            // Where other stops give reasons, those of the category may be among them.
            category.map(|category| match any_reason {
                true => category.label_without_reason(),
                false => category.label(),
            })
        });
        let listed = sums.entry(label).or_default();
        listed.sum = listed.sum.saturating_add(stop.seconds);
        listed.rows.push((stop.row, stop.seconds));
        listed.category = category;
    }
    sums
}

/// Stop time as a Pareto in minutes, where there is more than one reason or category, else by machine.
pub(crate) fn stop_chart(scope: &Scope) -> Option<ChartView> {
    let mut sums: BTreeMap<Option<&str>, Decimal> = by_label(scope)
        .into_iter()
        .map(|(label, listed)| (label, minutes(listed.sum)))
        .collect();
    let mut title = "Stop time by reason";
    if sums.len() < 2
        && scope
            .telling(&[Dimension::Machine], Component::Made(Made::StopS))
            .is_some()
    {
        sums = scope.by(Dimension::Machine, Component::Made(Made::StopS));
        sums.values_mut().for_each(|sum| *sum = minutes(*sum));
        title = "Stop time by machine";
    }
    chart::pareto_of(&sums, title, "min")
}

/// The reasons, or categories where there is no reason, that took the most time.
pub(crate) fn stop_pareto(scope: &Scope) -> Vec<FindingDraft> {
    let mut sums = by_label(scope);
    let total: Decimal = sums.values().map(|listed| listed.sum).sum();
    let pareto = stats::pareto(sums.iter().map(|(label, listed)| (*label, to_f64(listed.sum))));
    pareto
        .vital()
        .iter()
        .take(CONTRIBUTORS)
        .enumerate()
        .filter_map(|(place, bar)| {
            let label = (bar.label != BLANK).then_some(bar.label.as_str());
            let Listed { sum, rows, category } = sums.remove(&label)?;
            let stops = rows.len() as u64;
            let (dimension, of) = match (category, label) {
                (Some(category), _) => ("stop_category", category.label()),
                (None, Some(reason)) => ("reason", reason),
                (None, None) => ("stop_category", BLANK),
            };
            let minutes = minutes(sum);
            let draft = Draft {
                analyzer: Analyzer::Equipment,
                kind: FindingKind::StopPareto,
                title: format!(
                    "{}: {} in {} ({} of all stop time)",
                    bar.label,
                    duration(sum),
                    words::counted(stops, "stop", "stops"),
                    part(sum, total)
                ),
                about: about([(dimension, Some(of))]),
                loss: Some(minutes),
                unit: "min",
                method: "E-07 v1",
                working: format!(
                    "place {} of {}: {} min / {} min = {}; no amount: nothing says that the machine is the constraint or \
                     that overtime was paid, so stop time is hours and no money",
                    place + 1,
                    pareto.items.len(),
                    number(minutes),
                    number(self::minutes(total)),
                    part(sum, total),
                ),
            };
            Some(draft.shown_by(scope, rows))
        })
        .collect()
}

fn minutes(seconds: Decimal) -> Decimal {
    seconds
        .checked_div(Decimal::from(60))
        .unwrap_or_default()
        .round_dp(6)
        .normalize()
}

/// Reasons that come back on the same machine within 24 h.
pub(crate) fn repeats(scope: &Scope) -> Vec<FindingDraft> {
    let mut by_actor: BTreeMap<[Option<&str>; 2], Vec<&Stop>> = BTreeMap::new();
    for stop in &scope.time.stops {
        // What is planned comes back by plan.
        let unplanned = stop.failure || matches!(stop.category, StopCategory::Breakdown | StopCategory::Unknown);
        if unplanned && stop.start.is_some() && cause(scope, stop).is_some() {
            let actor = [scope.table.dimension(Dimension::Machine, stop.row), cause(scope, stop)];
            by_actor.entry(actor).or_default().push(stop);
        }
    }
    let mut found: Vec<(u64, Decimal, FindingDraft)> = Vec::new();
    for ([machine, reason], mut stops) in by_actor {
        stops.sort_by_key(|stop| (stop.start, stop.row));
        let repeats: u64 = stops
            .iter()
            .zip(stops.iter().skip(1))
            .filter(|(one, next)| {
                one.start
                    .zip(next.start)
                    .is_some_and(|(one, next)| next.saturating_sub(one) <= REPEAT_WITHIN_US)
            })
            .count() as u64;
        if repeats < REPEATS {
            continue;
        }
        let sum: Decimal = stops.iter().map(|stop| stop.seconds).sum();
        let name = match machine {
            Some(machine) => format!("{} on {machine}", reason.unwrap_or(BLANK)),
            None => reason.unwrap_or(BLANK).to_owned(),
        };
        let all = stops.len() as u64;
        let draft = Draft {
            analyzer: Analyzer::Equipment,
            kind: FindingKind::BadActor,
            title: format!(
                "{name}: came back within 24 h {} ({} in all, {})",
                if repeats == 1 {
                    "once".to_owned()
                } else {
                    format!("{} times", count(repeats))
                },
                words::counted(all, "stop", "stops"),
                duration(sum)
            ),
            about: about([("machine", machine), ("reason", reason)]),
            loss: Some(Decimal::from(repeats)),
            unit: "repeats",
            method: "E-07 repeats v1",
            working: format!(
                "{} of {} stops began within 24 h of the one before with the same reason on the same machine; no amount: \
                 stop time is hours and no money unless the machine is the constraint or overtime was paid",
                number(Decimal::from(repeats)),
                number(Decimal::from(all)),
            ),
        };
        let rows = stops.iter().map(|stop| (stop.row, stop.seconds)).collect();
        found.push((repeats, sum, draft.shown_by(scope, rows)));
    }
    found.sort_by(|one, other| {
        (other.0, other.1)
            .cmp(&(one.0, one.1))
            .then_with(|| one.2.title.cmp(&other.2.title))
    });
    found
        .into_iter()
        .take(OF_A_KIND)
        .map(|(_, _, finding)| finding)
        .collect()
}

/// The machine with the most failures, where most of them are told without a length.
pub(crate) fn failures(scope: &Scope) -> Vec<FindingDraft> {
    let failures = &scope.time.failures;
    let all = Decimal::from(failures.len());
    let closed = scope.made(Made::ClosedFailures).unwrap_or_default();
    if closed.saturating_mul(Decimal::TWO) > all {
        // Their minutes say more than their number, and stand in the Pareto of the stop time.
        return Vec::new();
    }
    let mut by_machine: BTreeMap<Option<(Dimension, &str)>, Weighed> = BTreeMap::new();
    for row in failures {
        let named = [Dimension::Machine, Dimension::Line, Dimension::ProductCode]
            .into_iter()
            .find_map(|dimension| Some((dimension, scope.table.dimension(dimension, *row)?)));
        by_machine.entry(named).or_default().push((*row, Decimal::ONE));
    }
    let Some((machine, rows)) = by_machine
        .into_iter()
        .max_by(|one, other| one.1.len().cmp(&other.1.len()).then_with(|| other.0.cmp(&one.0)))
    else {
        return Vec::new();
    };
    let own = Decimal::from(rows.len());
    let name = machine.map_or("No machine named", |(_, name)| name);
    let draft = Draft {
        analyzer: Analyzer::Equipment,
        kind: FindingKind::FailurePareto,
        title: format!(
            "{name}: {} of {} failures ({})",
            number(own),
            number(all),
            part(own, all)
        ),
        about: about(machine.map(|(dimension, name)| (dimension.name(), Some(name)))),
        loss: Some(own),
        unit: "failures",
        method: "E-07 v1",
        working: format!(
            "{} failures in {} rows; {}, so there are no minutes and no amount",
            number(all),
            number(Decimal::from(scope.table.rows())),
            if closed.is_zero() {
                "the rows say that there was a failure and not how long it lasted".to_owned()
            } else {
                format!("only {} of them say how long it lasted", number(closed))
            },
        ),
    };
    vec![draft.shown_by(scope, rows)]
}

/// Set-ups above the median of the plant's own on the same machine (F-07).
pub(crate) fn setup(scope: &Scope) -> Vec<FindingDraft> {
    let mut by_machine: BTreeMap<Option<&str>, Vec<(usize, Decimal)>> = BTreeMap::new();
    for stop in counted(scope).filter(|stop| stop.category == StopCategory::Setup) {
        let machine = scope.table.dimension(Dimension::Machine, stop.row);
        by_machine
            .entry(machine)
            .or_default()
            .push((stop.row, minutes(stop.seconds)));
    }
    let mut found = Vec::new();
    for (machine, setups) in by_machine {
        let mut sorted: Vec<Decimal> = setups.iter().map(|(_, minutes)| *minutes).collect();
        sorted.sort_unstable();
        let middle = sorted
            .get(sorted.len() / 2)
            .zip(sorted.get(sorted.len().saturating_sub(1) / 2));
        let Some(median) = middle.and_then(|(upper, lower)| upper.checked_add(*lower)?.checked_div(Decimal::TWO))
        else {
            continue;
        };
        let over: Vec<(usize, Decimal)> = setups
            .iter()
            .filter(|(_, minutes)| *minutes > median)
            .map(|(row, minutes)| (*row, *minutes - median))
            .collect();
        let excess: Decimal = over.iter().map(|(_, over)| *over).sum();
        if setups.len() < SETUPS || excess.is_zero() {
            continue;
        }
        let name = machine.unwrap_or("all machines");
        let draft = Draft {
            analyzer: Analyzer::Efficiency,
            kind: FindingKind::SetupExcess,
            title: format!(
                "Set-ups on {name}: {} above their own median of {} min",
                duration(excess * Decimal::from(60)),
                number(median)
            ),
            about: about([("machine", machine), ("stop_category", Some("setup"))]),
            loss: Some(excess.normalize()),
            unit: "min",
            method: "F-07 v1",
            working: format!(
                "{} set-ups; median {} min; sum of what lies above it {} min",
                setups.len(),
                number(median),
                number(excess)
            ),
        };
        let input = SavingInput {
            kind: LossKind::FreedTime,
            losses: setups.iter().map(|(_, minutes)| Loss::each(*minutes)).collect(),
            loss_unit: "min".to_owned(),
            benchmark: sorted,
            period_days: scope.span_days(),
            occurrences: u32::try_from(setups.len()).unwrap_or(u32::MAX),
            coverage: scope.day_coverage(),
            quarantined_share: scope.quarantined_share(),
            identity_ok: true,
            ..SavingInput::default()
        };
        found.push(valued(draft.shown_by(scope, over), &input));
    }
    found.sort_by(|one, other| {
        other
            .loss_quantity
            .cmp(&one.loss_quantity)
            .then_with(|| one.title.cmp(&other.title))
    });
    found.truncate(OF_A_KIND);
    found
}
