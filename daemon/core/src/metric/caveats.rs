//! Why a metric may have no value, and what may be remarked on it, before anything is computed.
//!
//! A test computes every metric over many sums and compares what these lists promise with what was seen.

use super::recipe::{Recipe, implied_by};
use super::{Metric, NullReason, Unsound, Warning, together};
use crate::component::{Component, Made};

/// Every reason for which this metric may have no value.
pub(super) fn null_reasons(metric: &Metric) -> Vec<NullReason> {
    let required = metric.recipe.required();
    let reads = |made: Made| required.contains(&Component::Made(made));
    let missing = required.iter().enumerate().filter(|(at, component)| {
        // Where its companion was read before, it is there or zero.
        implied_by(**component).is_none_or(|companion| !required.iter().take(*at).any(|before| *before == companion))
    });
    let mut all: Vec<NullReason> = missing
        .map(|(_, component)| NullReason::Missing((*component).into()))
        .collect();
    let zeros: Vec<Component> = match metric.recipe {
        Recipe::Ratio { under, .. } => under.iter().map(|(_, component)| *component).take(1).collect(),
        Recipe::Oee => vec![Component::Made(Made::PbtS)],
        Recipe::Nee => [Made::AptS, Made::PbtS].map(Component::Made).into(),
        Recipe::InherentAvailability => [Made::Failures, Made::ClosedFailures, Made::OperatingS]
            .map(Component::Made)
            .into(),
        Recipe::MtbfLowerBound => vec![Component::Made(Made::OperatingS)],
        Recipe::Plain(_) | Recipe::Sum { .. } | Recipe::InternalFailureCost | Recipe::MeasuredDeviation => Vec::new(),
    };
    all.extend(zeros.into_iter().map(|component| NullReason::Zero(component.into())));
    let unsound = [
        (metric.is_money(), Unsound::MixedCurrency),
        (metric.recipe.is_quantity(), Unsound::MixedUom),
        (metric.recipe.is_of_process_values(), Unsound::MixedProcessValue),
        (metric.recipe.is_of_process_values(), Unsound::MixedProcessUnit),
        (
            reads(Made::IdealS) || reads(Made::IdealGoodS),
            Unsound::IncompleteIdealCycleTime,
        ),
        (reads(Made::IdealGoodS), Unsound::IncompleteQuality),
        (metric.recipe == Recipe::Oee, Unsound::OeeDisagrees),
        (
            metric.unit == "ratio" || rests_on_time(metric),
            Unsound::SourcesDisagree,
        ),
        (
            together::may_be_parted(metric) || together::reads_plan(metric),
            Unsound::NotTogether,
        ),
        (together::reads_plan(metric), Unsound::NotPlanned),
        (metric.recipe == Recipe::MeasuredDeviation, Unsound::TooFewMeasured),
        // One sum as it stands, or divided by a whole number, always fits.
        (
            !matches!(metric.recipe, Recipe::Plain(_) | Recipe::Sum { of: [_], .. }),
            Unsound::Overflow,
        ),
    ];
    all.extend(told(unsound).map(NullReason::Unsound));
    all
}

/// Every remark that this metric may carry.
pub(super) fn warnings(metric: &Metric) -> Vec<Warning> {
    let needs = |made: Made| metric.needs.contains(&Component::Made(made));
    let is_copq = metric.recipe == Recipe::InternalFailureCost;
    let rests_on_two_columns = matches!(
        metric.recipe,
        Recipe::Ratio {
            over: [(_, Component::Sum(_))],
            under: [(_, Component::Sum(_))],
            ..
        }
    );
    told([
        (metric.is_money(), Warning::NoCurrency),
        (needs(Made::IdealS), Warning::IdealCycleTooSlow),
        (needs(Made::IdealS), Warning::IdealCycleMissing),
        (needs(Made::IdealGoodS), Warning::QualityUnknown),
        (needs(Made::ScrapValue), Warning::ScrapPartlyValued),
        (is_copq, Warning::ScrapNotValued),
        (is_copq, Warning::ReworkNotValued),
        (metric.id == "attainment", Warning::AbovePlan),
        (rests_on_two_columns, Warning::InputsOnDifferentRows),
        (
            metric.recipe.required().contains(&Component::Made(Made::AptS)),
            Warning::StopsFromOtherFiles,
        ),
        (together::reads_plan(metric), Warning::PlannedByCalendar),
    ])
    .collect()
}

/// Whether it reads a time that is what is left of another.
fn rests_on_time(metric: &Metric) -> bool {
    [Made::AptS, Made::OperatingS]
        .iter()
        .any(|made| metric.needs.contains(&Component::Made(*made)))
}

fn told<T>(all: impl IntoIterator<Item = (bool, T)>) -> impl Iterator<Item = T> {
    all.into_iter().filter_map(|(holds, what)| holds.then_some(what))
}

#[cfg(test)]
mod tests;
