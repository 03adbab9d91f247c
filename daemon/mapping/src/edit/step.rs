//! Steps as they are written on the command line: `counter:VARIABLE[,RULE=VALUE]` and `intervals:state`.

use plant_core::profile::{Counter, Intervals, Profile, SeriesSteps, Zero};
use plant_core::variable::Variable;
use rust_decimal::Decimal;

use super::error::{EditError, SERIES_STEPS};
use super::names::variable;
use crate::number;
use crate::synonyms::closest;

/// What a person says of the steps of a profile.
enum Said {
    Counter(Counter),
    Intervals(Intervals),
    /// No counter.
    NoCounter(Variable),
    /// No intervals.
    NoIntervals,
}

/// Reads one.
///
/// # Errors
/// When a name is not known or a rule does not fit.
fn parse(text: &str) -> Result<Said, EditError> {
    let wrong = |rule| EditError::SeriesStep {
        text: text.to_owned(),
        rule,
    };
    if let Some((name, nothing)) = text.split_once('=')
        && nothing.trim().is_empty()
        && !name.contains([':', ','])
    {
        return match name.trim() {
            "intervals" => Ok(Said::NoIntervals),
            name => variable(name).map(Said::NoCounter),
        };
    }
    let (step, argument) = text.split_once(':').unwrap_or((text, ""));
    match step.trim() {
        "counter" => counter(argument, &wrong).map(Said::Counter),
        "intervals" => Intervals::from_name(argument.trim())
            .map(Said::Intervals)
            .ok_or_else(|| wrong("rows that are intervals say `state`: intervals:state")),
        other => Err(EditError::UnknownSeriesStep {
            name: other.to_owned(),
            closest: closest(other, SERIES_STEPS).map(str::to_owned),
        }),
    }
}

fn counter(argument: &str, wrong: &dyn Fn(&'static str) -> EditError) -> Result<Counter, EditError> {
    let mut parts = argument.split(',');
    let name = parts.next().unwrap_or_default().trim();
    if name.is_empty() {
        return Err(wrong("the variable stands behind the colon: counter:quantity_produced"));
    }
    let mut counter = Counter::of(variable(name)?);
    for part in parts {
        let (rule, value) = part
            .split_once('=')
            .map(|(rule, value)| (rule.trim(), value.trim()))
            .ok_or_else(|| wrong("a rule is written RULE=VALUE"))?;
        let number = |rule| {
            number::parse(value, '.')
                .map(|number| number.value)
                .map_err(|_| wrong(rule))
        };
        match rule {
            "rollover" => counter.rollover = Some(number("rollover is a number: rollover=32768")?),
            "max_step" => counter.max_step = Some(number("max_step is a number: max_step=500")?),
            "zero" => counter.zero = Zero::from_name(value).ok_or_else(|| wrong("zero is glitch or reset"))?,
            _ => return Err(wrong("the rules of a counter are rollover, max_step and zero")),
        }
    }
    Ok(counter)
}

/// The steps of a profile: those from before, as far as their variables are still fed, those of counters that were found
/// in the rows, and what a person says of them now.
///
/// # Errors
/// As for [`parse`]; a counter or intervals that are named twice.
pub(super) fn settle(
    kept: &SeriesSteps,
    found: impl Iterator<Item = Variable>,
    texts: &[String],
    is_fed: impl Fn(Variable) -> bool,
) -> Result<SeriesSteps, EditError> {
    let mut steps = kept.clone();
    steps.counter.retain(|counter| is_fed(counter.variable));
    for variable in found {
        if steps.counter.iter().all(|counter| counter.variable != variable) {
            steps.counter.push(Counter::of(variable));
        }
    }
    let mut named: Vec<Option<Variable>> = Vec::new();
    for text in texts {
        let said = parse(text)?;
        let about = match &said {
            Said::Counter(counter) => Some(counter.variable),
            Said::NoCounter(variable) => Some(*variable),
            Said::Intervals(_) | Said::NoIntervals => None,
        };
        if named.contains(&about) {
            return Err(EditError::SeriesStep {
                text: text.clone(),
                rule: "the same is said twice",
            });
        }
        named.push(about);
        match said {
            Said::Counter(counter) => match steps
                .counter
                .iter_mut()
                .find(|known| known.variable == counter.variable)
            {
                Some(known) => *known = counter,
                None => steps.counter.push(counter),
            },
            Said::NoCounter(variable) => steps.counter.retain(|counter| counter.variable != variable),
            Said::Intervals(intervals) => steps.intervals = Some(intervals),
            Said::NoIntervals => steps.intervals = None,
        }
    }
    Ok(steps)
}

/// Whether the steps of a profile can be meant: their variables are fed, no figure is made twice, and rows whose states
/// last until the next do not say themselves when they end.
///
/// # Errors
/// The first that is wrong.
pub(super) fn check(profile: &Profile) -> Result<(), EditError> {
    let SeriesSteps { counter, intervals } = &profile.series_steps;
    let mut made = std::collections::BTreeSet::new();
    for counter in counter {
        let variable = counter.variable;
        let wrong = |rule| EditError::SeriesStep {
            text: format!("counter:{counter}"),
            rule,
        };
        if !profile.feeds(variable) {
            return Err(wrong("no column is mapped to its variable"));
        }
        let Some(target) = counter.adds_to() else {
            return Err(wrong("steps of its variable can't be added up"));
        };
        if !made.insert(target) || (target != variable && profile.feeds(target)) {
            return Err(wrong("what it counts is fed by another column or counter already"));
        }
        let rules = [counter.rollover, counter.max_step];
        if rules.iter().flatten().any(|value| *value <= Decimal::ZERO) {
            return Err(wrong("rollover and max_step are above 0"));
        }
    }
    if intervals.is_none() {
        return Ok(());
    }
    use Variable::{Duration, EventEnd, EventStart, ReasonCode, ReasonText, StopCategory};
    let wrong = |rule| {
        Err(EditError::SeriesStep {
            text: "intervals:state".to_owned(),
            rule,
        })
    };
    if !profile.feeds(EventStart) {
        return wrong("map the time since when a state is there to event_start");
    }
    if ![StopCategory, ReasonCode, ReasonText]
        .into_iter()
        .any(|variable| profile.feeds(variable))
    {
        return wrong("map the state to stop_category, or its reason to reason_code or reason_text");
    }
    if profile.feeds(EventEnd) || profile.feeds(Duration) {
        return wrong("its rows say themselves how long they last: leave event_end and duration unmapped");
    }
    Ok(())
}
