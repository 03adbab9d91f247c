//! The one place where a figure is computed from sums.
//!
//! A ratio is a ratio of sums, never a mean of ratios. What the inputs don't allow is absent with a reason, never 0 or
//! 100 %. More than the full rate is reported, not clamped, where the ideal cycle times say so; a figure that can't be
//! is none.

use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use rust_decimal::{Decimal, RoundingStrategy};

use super::recipe::{Recipe, Term, implied_by};
use super::together::{left_of_plan, reads_plan};
use super::{ComponentGroup, Coverage, Input, Metric, MetricValue, NullReason, Unsound, Warning, stats};
use crate::component::{Component, Components, Made};
use crate::model::MetricItem;
use crate::unit::Unit;
use crate::variable::Variable;

/// Digits that a quotient keeps.
const QUOTIENT_DIGITS: u32 = 15;
/// A, E, Q multiplied and the quotient of sums may differ by this much.
const OEE_TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 9);
/// Least share of the pieces that must carry an ideal cycle time, and a known quality, for a figure that rests on it
/// (the share at which a column counts as present).
const LEAST_SHARE: Decimal = Decimal::from_parts(8, 0, 0, false, 1);
/// Confidence of the bound on MTBF.
const MTBF_CONFIDENCE: f64 = 0.9;

/// Computes a metric for one group of rows.
///
/// The value is absent with a reason where an input is missing, a denominator is zero, money stands in several
/// currencies or quantities in several units.
pub fn evaluate(metric: &Metric, group: &ComponentGroup) -> MetricValue {
    let joined = joined_over_files(&group.components);
    let sums = joined.as_ref().unwrap_or(&group.components);
    let counted = metric
        .counted_by
        .iter()
        .find_map(|component| read(sums, *component).ok().map(|value| (*component, value)));
    let mut answer = MetricValue {
        unit: metric.unit.into(),
        components: metric
            .needs
            .iter()
            .filter_map(|component| sums.get(*component).map(|value| (*component, value)))
            .collect(),
        coverage: group.coverage.clone(),
        ..MetricValue::default()
    };
    if let Some((component, count)) = counted {
        answer.n = count.to_u64().unwrap_or(0);
        let rows = sums.get(Component::Rows).filter(|rows| !rows.is_zero());
        if let (Component::Count(_), Some(rows)) = (component, rows) {
            let share = count.checked_div(rows).and_then(significant);
            answer.coverage = share.map(|share| Coverage {
                rows: Some(share),
                ..group.coverage.clone().unwrap_or_default()
            });
        }
    }
    let value = allowed(metric, group)
        .and_then(|()| compute(metric.recipe, sums))
        .and_then(|value| possible(metric, sums, value));
    match value {
        Ok(value) => {
            remarks(metric, sums, value, &mut answer.warnings);
            if (joined.is_some() || group.is_left) && metric.recipe.required().contains(&Component::Made(Made::AptS)) {
                // Machines or days without a stop export count as running: a person has to know that.
                answer.warnings.push(Warning::StopsFromOtherFiles);
            }
            if group.is_of_calendar && reads_plan(metric) {
                answer.warnings.push(Warning::PlannedByCalendar);
            }
            answer.value = Some(value);
        }
        Err(reason) => answer.null_reason = Some(reason),
    }
    answer
}

/// The metric of one group as it is shown, with `currency` in the unit replaced by the currency of the rows or, where
/// they name none, by the org's.
///
/// Without either the sum is still given, in the unit `currency?` and with the warning `no_currency`.
pub fn item(metric: &Metric, group: &ComponentGroup, default_currency: Option<&str>) -> MetricItem {
    let value = evaluate(metric, group);
    let mut warnings = value.warnings;
    let unit = if metric.is_money() {
        let currency = match group.currencies.as_slice() {
            [] => default_currency,
            [one] => Some(one.as_str()),
            _ => Some("mixed"),
        };
        if currency.is_none() {
            warnings.push(Warning::NoCurrency);
        }
        let name = metric.unit.replace("currency", currency.unwrap_or("currency?"));
        name.as_str().into()
    } else if metric.recipe.is_of_process_values() {
        match group.process_units.as_slice() {
            // As its column writes it: none of the names that units have here.
            [one] if !one.is_empty() => Unit::Other(one.clone()),
            _ => value.unit,
        }
    } else {
        match group.uoms.as_slice() {
            [one] if value.unit == Unit::Unnamed && metric.recipe.is_quantity() => Unit::Other(one.clone()),
            _ => value.unit,
        }
    };
    MetricItem {
        metric: metric.id.to_owned(),
        value: value.value,
        unit,
        null_reason: value.null_reason,
        n: value.n,
        coverage: value.coverage,
        group: group.group.clone(),
        components: value
            .components
            .iter()
            .map(|(component, value)| (component.name(), value))
            .collect(),
        warnings,
        method: metric.formula.clone(),
        version: metric.version,
    }
}

/// The production time where one export plans the machines' time and another logs their stops: planned busy time less
/// set-up and delay. `None` where the exports say it themselves, or where no stop is known.
fn joined_over_files(sums: &Components) -> Option<Components> {
    let made = |made: Made| sums.get(Component::Made(made));
    if made(Made::AptS).is_some() {
        return None;
    }
    made(Made::PbtS).filter(|busy| *busy > Decimal::ZERO)?;
    made(Made::StopS)?;
    let production = left_of_plan(sums)?;
    let mut joined = sums.clone();
    joined.add(Component::Made(Made::AptS), production);
    if made(Made::Failures).is_some() && made(Made::OperatingS).is_none() {
        joined.add(Component::Made(Made::OperatingS), production);
    }
    Some(joined)
}

/// Whether the rows may be added up for this metric at all.
fn allowed(metric: &Metric, group: &ComponentGroup) -> Result<(), NullReason> {
    if group
        .coverage
        .as_ref()
        .is_some_and(|coverage| coverage.covered == Some(0))
    {
        return Err(match group.is_outside_plan {
            true => Unsound::NotPlanned.into(),
            false => Unsound::NotTogether.into(),
        });
    }
    if metric.is_money() && group.currencies.len() > 1 {
        return Err(Unsound::MixedCurrency.into());
    }
    if metric.recipe.is_quantity() && group.uoms.len() > 1 {
        return Err(Unsound::MixedUom.into());
    }
    if metric.recipe.is_of_process_values() {
        if group.process_values.len() > 1 {
            return Err(Unsound::MixedProcessValue.into());
        }
        if group.process_units.len() > 1 {
            return Err(Unsound::MixedProcessUnit.into());
        }
    }
    Ok(())
}

fn compute(recipe: Recipe, sums: &Components) -> Result<Decimal, NullReason> {
    enough_inputs(recipe, sums)?;
    match recipe {
        Recipe::Plain(component) => Ok(read(sums, component)?.normalize()),
        Recipe::Sum { of, per } => quotient(add(sums, of)?, Decimal::from(per)),
        Recipe::Ratio {
            over,
            under,
            times,
            per,
        } => {
            let over = add(sums, over)?
                .checked_mul(Decimal::from(times))
                .ok_or_else(overflow)?;
            let divisor = nonzero(add(sums, under)?, under)?;
            quotient(over, divisor.checked_mul(Decimal::from(per)).ok_or_else(overflow)?)
        }
        Recipe::Oee => oee(sums),
        Recipe::Nee => nee(sums),
        Recipe::InherentAvailability => inherent_availability(sums),
        Recipe::MtbfLowerBound => mtbf_lower_bound(sums),
        Recipe::InternalFailureCost => {
            let scrap = sums.get(Component::Made(Made::ScrapValue));
            let rework = sums.get(Component::Made(Made::ReworkValue));
            match (scrap, rework) {
                (None, None) => Err(absent(Component::Made(Made::ScrapValue))),
                (scrap, rework) => scrap
                    .unwrap_or_default()
                    .checked_add(rework.unwrap_or_default())
                    .map(|sum| sum.normalize())
                    .ok_or_else(overflow),
            }
        }
        Recipe::MeasuredDeviation => deviation(sums),
    }
}

/// OEE as the quotient of sums, given out only where the product of its three factors says the same.
fn oee(sums: &Components) -> Result<Decimal, NullReason> {
    let good = made(sums, Made::IdealGoodS)?;
    let busy = positive(sums, Made::PbtS)?;
    let value = good.checked_div(busy).ok_or_else(overflow)?;
    if let (Ok(production), Ok(ideal)) = (positive(sums, Made::AptS), positive(sums, Made::IdealS)) {
        let factor = |over: Decimal, under: Decimal| over.checked_div(under).ok_or_else(overflow);
        let product = factor(production, busy)?
            .checked_mul(factor(ideal, production)?)
            .and_then(|product| product.checked_mul(factor(good, ideal).ok()?))
            .ok_or_else(overflow)?;
        if (product - value).abs() > OEE_TOLERANCE {
            return Err(Unsound::OeeDisagrees.into());
        }
    }
    significant(value).ok_or_else(overflow)
}

/// AUBT / PBT x E x Q, where E x Q = ideal time of the good pieces / APT.
fn nee(sums: &Components) -> Result<Decimal, NullReason> {
    let production = positive(sums, Made::AptS)?;
    let busy = positive(sums, Made::PbtS)?;
    let used = [made(sums, Made::AustS)?, made(sums, Made::AdetS)?]
        .into_iter()
        .try_fold(production, Decimal::checked_add)
        .ok_or_else(overflow)?;
    let over = used.checked_mul(made(sums, Made::IdealGoodS)?).ok_or_else(overflow)?;
    quotient(over, busy.checked_mul(production).ok_or_else(overflow)?)
}

fn inherent_availability(sums: &Components) -> Result<Decimal, NullReason> {
    let between = made(sums, Made::OperatingS)?
        .checked_div(positive(sums, Made::Failures)?)
        .ok_or_else(overflow)?;
    let repair = made(sums, Made::RepairS)?
        .checked_div(positive(sums, Made::ClosedFailures)?)
        .ok_or_else(overflow)?;
    let sum = between.checked_add(repair).ok_or_else(overflow)?;
    if sum.is_zero() {
        return Err(NullReason::Zero(Input::Made(Made::OperatingS)));
    }
    quotient(between, sum)
}

fn mtbf_lower_bound(sums: &Components) -> Result<Decimal, NullReason> {
    let hours = positive(sums, Made::OperatingS)?.to_f64().unwrap_or(0.0) / 3600.0;
    let failures = made(sums, Made::Failures)?.to_u64().ok_or_else(overflow)?;
    stats::mtbf_lower_bound(hours, failures, MTBF_CONFIDENCE)
        .and_then(from_float)
        .ok_or_else(overflow)
}

fn deviation(sums: &Components) -> Result<Decimal, NullReason> {
    let n = made(sums, Made::MeasureN)?;
    if n < Decimal::TWO {
        return Err(Unsound::TooFewMeasured.into());
    }
    let sum = made(sums, Made::MeasureSum)?;
    let squares = made(sums, Made::MeasureSumSq)?;
    // Decimals first: the difference of two large numbers is what floats lose.
    let variance = sum
        .checked_mul(sum)
        .and_then(|square| square.checked_div(n))
        .and_then(|share| squares.checked_sub(share))
        .and_then(|rest| rest.checked_div(n - Decimal::ONE))
        .ok_or_else(overflow)?;
    from_float(variance.max(Decimal::ZERO).to_f64().unwrap_or(0.0).sqrt()).ok_or_else(overflow)
}

/// A figure over ideal cycle times is given only where enough of the pieces carry one: the time of the others would
/// count as lost speed.
fn enough_inputs(recipe: Recipe, sums: &Components) -> Result<(), NullReason> {
    let required = recipe.required();
    let reads = |made: Made| required.contains(&Component::Made(made));
    if (reads(Made::IdealS) || reads(Made::IdealGoodS))
        && share(
            sums,
            Component::Made(Made::PqTimed),
            Component::Sum(Variable::QuantityProduced),
        )
        .is_some_and(|share| share < LEAST_SHARE)
    {
        return Err(Unsound::IncompleteIdealCycleTime.into());
    }
    if reads(Made::IdealGoodS)
        && share(sums, Component::Made(Made::PqChecked), Component::Made(Made::PqTimed))
            .is_some_and(|share| share < LEAST_SHARE)
    {
        return Err(Unsound::IncompleteQuality.into());
    }
    Ok(())
}

/// The value, where it can be: production time is never below zero (stops of one file may exceed what another plans),
/// and a share lies within its whole.
fn possible(metric: &Metric, sums: &Components, value: Decimal) -> Result<Decimal, NullReason> {
    let made = |made: Made| sums.get(Component::Made(made));
    let is_negative = |which: Made| {
        metric.needs.contains(&Component::Made(which)) && made(which).is_some_and(|time| time < Decimal::ZERO)
    };
    let is_share = metric.unit == "ratio";
    let may_exceed = metric.id == "attainment" || is_faster_than_ideal(metric, sums);
    let in_range = !is_share || (value >= Decimal::ZERO && (may_exceed || value <= Decimal::ONE));
    if in_range && !is_negative(Made::AptS) && !is_negative(Made::OperatingS) {
        Ok(value)
    } else {
        Err(Unsound::SourcesDisagree.into())
    }
}

/// Whether more was made than the ideal cycle times allow in the production time.
fn is_faster_than_ideal(metric: &Metric, sums: &Components) -> bool {
    let made = |made: Made| sums.get(Component::Made(made));
    metric.needs.contains(&Component::Made(Made::IdealS))
        && matches!((made(Made::IdealS), made(Made::AptS)), (Some(ideal), Some(production)) if ideal > production)
}

/// What has to be said beside a value.
fn remarks(metric: &Metric, sums: &Components, value: Decimal, warnings: &mut Vec<Warning>) {
    let mut warn = |warning| warnings.push(warning);
    let needs = |made: Made| metric.needs.contains(&Component::Made(made));
    let made = |made: Made| sums.get(Component::Made(made));
    if is_faster_than_ideal(metric, sums) {
        warn(Warning::IdealCycleTooSlow);
    }
    if needs(Made::IdealS)
        && share(
            sums,
            Component::Made(Made::PqTimed),
            Component::Sum(Variable::QuantityProduced),
        )
        .is_some_and(|share| share < Decimal::ONE)
    {
        warn(Warning::IdealCycleMissing);
    }
    if needs(Made::IdealGoodS)
        && share(sums, Component::Made(Made::PqChecked), Component::Made(Made::PqTimed))
            .is_some_and(|share| share < Decimal::ONE)
    {
        warn(Warning::QualityUnknown);
    }
    if needs(Made::ScrapValue) {
        match share(
            sums,
            Component::Made(Made::ScrapValued),
            Component::Sum(Variable::QuantityScrap),
        ) {
            Some(share) if share < Decimal::ONE => warn(Warning::ScrapPartlyValued),
            _ => {}
        }
    }
    if metric.recipe == Recipe::InternalFailureCost {
        if made(Made::ScrapValue).is_none() {
            warn(Warning::ScrapNotValued);
        }
        if made(Made::ReworkValue).is_none() {
            warn(Warning::ReworkNotValued);
        }
    }
    if metric.id == "attainment" && value > Decimal::ONE {
        warn(Warning::AbovePlan);
    }
    if let Recipe::Ratio { over, under, .. } = metric.recipe {
        let rows = |terms: &[Term]| match terms {
            [(_, Component::Sum(variable))] => sums.get(Component::Count(*variable)),
            _ => None,
        };
        if let (Some(over), Some(under)) = (rows(over), rows(under))
            && over != under
        {
            warn(Warning::InputsOnDifferentRows);
        }
    }
}

/// `part / whole`, where both are there and the whole is positive.
fn share(sums: &Components, part: Component, whole: Component) -> Option<Decimal> {
    let whole = sums.get(whole).filter(|whole| *whole > Decimal::ZERO)?;
    sums.get(part)?.checked_div(whole)
}

/// A component, zero where its companion shows that absence means none.
fn read(sums: &Components, component: Component) -> Result<Decimal, NullReason> {
    let implied_zero = || {
        implied_by(component)
            .and_then(|companion| sums.get(companion))
            .map(|_| Decimal::ZERO)
    };
    sums.get(component)
        .or_else(implied_zero)
        .ok_or_else(|| absent(component))
}

fn made(sums: &Components, made: Made) -> Result<Decimal, NullReason> {
    read(sums, Component::Made(made))
}

/// A made component that has to be above zero.
fn positive(sums: &Components, which: Made) -> Result<Decimal, NullReason> {
    let value = made(sums, which)?;
    if value.is_zero() {
        return Err(NullReason::Zero(Input::Made(which)));
    }
    Ok(value)
}

fn add(sums: &Components, terms: &[Term]) -> Result<Decimal, NullReason> {
    terms.iter().try_fold(Decimal::ZERO, |total, (sign, component)| {
        let value = read(sums, *component)?;
        let signed = if *sign < 0 { -value } else { value };
        total.checked_add(signed).ok_or_else(overflow)
    })
}

/// What is divided by: the first of its terms gives it its name.
fn nonzero(value: Decimal, terms: &[Term]) -> Result<Decimal, NullReason> {
    match terms {
        [(_, component), ..] if value.is_zero() => Err(NullReason::Zero((*component).into())),
        _ => Ok(value),
    }
}

fn quotient(over: Decimal, under: Decimal) -> Result<Decimal, NullReason> {
    over.checked_div(under).and_then(significant).ok_or_else(overflow)
}

/// Rounded half up to the digits that a quotient keeps, without trailing zeros.
fn significant(value: Decimal) -> Option<Decimal> {
    value
        .round_sf_with_strategy(QUOTIENT_DIGITS, RoundingStrategy::MidpointAwayFromZero)
        .map(|value| value.normalize())
}

fn from_float(value: f64) -> Option<Decimal> {
    Decimal::from_f64(value).and_then(significant)
}

fn absent(component: Component) -> NullReason {
    NullReason::Missing(component.into())
}

fn overflow() -> NullReason {
    Unsound::Overflow.into()
}
