//! Whether the cells of a column agree with what its name promises.
//!
//! Invariants: judged by shares of the filled cells of the whole column; a unit that is not known is said in `why`.

use plant_core::profile::Transform;
use plant_core::stop::StopCategory;
use plant_core::variable::{Kind, Variable};
use plant_lexicon::names_a_plan;
use plant_lexicon::stops::{category, failure_label};
use plant_lexicon::units::{self, Quantity, Unit};
use rust_decimal::Decimal;

use super::candidate::{Candidate, Context, SURE};
use super::doubt::{self, Doubt};
use super::posting;
use crate::duration;
use crate::facts::Column;
use crate::number;
use crate::synonyms::Match;

/// Share of the cells that must fit for full confidence.
const FIT: f64 = 0.95;
/// Share below which a column is not of that kind.
const PARTLY: f64 = 0.8;

/// What spoils a column whatever its name, in words.
pub(super) fn spoiled(column: &Column) -> Option<String> {
    if column.filled == 0 {
        return None;
    }
    if column.share(column.dates.broken) >= FIT {
        let shown = column.samples.first().map_or("00:00.0", String::as_str);
        return Some(if column.distinct_complete && column.distinct.len() == 1 {
            format!("dates destroyed: every cell is {shown}")
        } else {
            format!("dates destroyed: the cells hold minutes and tenths such as {shown}, the days are gone")
        });
    }
    if column.numbers.damaged * 2 > column.filled {
        let shown = column.samples.first().map_or("1.23457E+14", String::as_str);
        return Some(format!(
            "digits lost: {} of {} cells are written like {shown}, as a spreadsheet shortens long numbers",
            column.numbers.damaged, column.filled
        ));
    }
    None
}

/// A candidate from a name that matched.
pub(super) fn judge(context: &Context<'_>, index: usize, found: &Match) -> Option<Candidate> {
    let column = context.facts.columns.get(index)?;
    let is_vague = found.score < SURE && found.variable.kind() != Kind::Text;
    let named = match (found.exact, is_vague) {
        (true, true) => format!(
            "the name says so (`{}`), but other things go by that name too",
            found.phrase
        ),
        (true, false) => format!("the name says so (`{}`)", found.phrase),
        (false, _) => format!("the name is like `{}`", found.phrase),
    };
    let base = Candidate {
        variable: found.variable,
        confidence: found.score,
        transform: Transform::None,
        why: named,
    };
    if posting::is_of(found.variable) {
        return posting::judge(context, column, base, found.exact);
    }
    match found.variable.kind() {
        Kind::Text => text(column, base),
        Kind::Flag => flag(column, base),
        Kind::Date => day(context, index, column, base).map(|candidate| customary(context, index, candidate)),
        Kind::Time => time(context, index, column, base).map(|candidate| customary(context, index, candidate)),
        Kind::Number if found.variable == Variable::Duration => duration(column, base),
        Kind::Number => quantity(context, column, base, found),
    }
}

/// Says where only custom tells the order of the dates.
fn customary(context: &Context<'_>, index: usize, mut candidate: Candidate) -> Candidate {
    if context.reading.column(index).date_by_custom {
        candidate.why = format!("{}; the day is read first, as is the custom with points", candidate.why);
    }
    candidate
}

/// Candidates that the cells propose without a name.
pub(super) fn by_cells(context: &Context<'_>, index: usize, known: &[Candidate]) -> Vec<Candidate> {
    let mut more = Vec::new();
    let Some(column) = context.facts.columns.get(index) else {
        return more;
    };
    let has = |variable: Variable| known.iter().any(|candidate| candidate.variable == variable);
    let dates = column.share(column.dates.dates()) >= FIT && column.dates.compact == 0;
    if dates && !context.has_named_date {
        let (variable, words) = match context.is_timed(index) {
            true => (Variable::EventStart, "its cells are dates with times"),
            false => (Variable::PostingDate, "its cells are dates"),
        };
        if !has(variable) {
            let candidate = Candidate {
                variable,
                confidence: 0.8,
                transform: Transform::None,
                why: format!("{words}, although the name does not say so"),
            };
            more.push(customary(context, index, candidate));
        }
    }
    if !has(Variable::StopCategory)
        && column.distinct_complete
        && column.distinct.len() >= 2
        && category_share(column) >= FIT
        && column
            .distinct
            .keys()
            .any(|value| category(value) == Some(StopCategory::Running))
    {
        more.push(Candidate {
            variable: Variable::StopCategory,
            confidence: 0.82,
            transform: Transform::None,
            why: "its words are states of a machine".to_owned(),
        });
    }
    more
}

fn scaled(mut candidate: Candidate, doubt: Doubt) -> Option<Candidate> {
    candidate.confidence *= doubt.factor;
    candidate.why = format!("{}; {}", candidate.why, doubt.words);
    Some(candidate)
}

/// Share of the rows whose value is a known state or reason.
pub(super) fn category_share(column: &Column) -> f64 {
    let known: u64 = column
        .distinct
        .iter()
        .filter(|(value, _)| category(value).is_some())
        .map(|(_, count)| count)
        .sum();
    column.share(known)
}

fn text(column: &Column, candidate: Candidate) -> Option<Candidate> {
    let dates = column.share(column.dates.dates()) >= PARTLY && column.dates.compact * 2 < column.dates.dates();
    if dates || column.share(column.dates.clocks) >= PARTLY {
        return None;
    }
    let fractions = column.numbers.point + column.numbers.comma;
    if fractions * 2 > column.filled {
        return scaled(candidate, doubt::DECIMALS);
    }
    if column.distinct_complete
        && column
            .distinct
            .keys()
            .all(|value| matches!(value.as_str(), "0" | "1" | "0.0" | "1.0"))
    {
        return scaled(candidate, doubt::BITS);
    }
    let few = |most: usize| column.distinct_complete && column.distinct.len() <= most;
    match candidate.variable {
        Variable::ProductCode if column.unique && column.filled >= 50 => scaled(candidate, doubt::SERIAL),
        Variable::Currency => {
            let fits = column.distinct.keys().all(|value| {
                value.len() == 3 && value.chars().all(char::is_alphabetic) || number::currency_code(value).is_some()
            });
            if few(50) && fits { Some(candidate) } else { None }
        }
        Variable::Uom if !(few(100) && column.longest <= 12) => None,
        Variable::Shift if !few(24) => scaled(candidate, doubt::MANY_SHIFTS),
        Variable::Status if !few(200) => scaled(candidate, doubt::MANY_PLACES),
        Variable::Line | Variable::Site if !few(300) => scaled(candidate, doubt::MANY_PLACES),
        Variable::EnergyTariff if !few(24) => scaled(candidate, doubt::MANY_TARIFFS),
        Variable::StopCategory => match category_share(column) {
            share if share >= FIT => scaled(candidate, doubt::STATES).map(|mut candidate| {
                candidate.confidence = candidate.confidence.min(0.97);
                candidate
            }),
            share if share >= 0.5 => scaled(candidate, doubt::SOME_STATES),
            _ => scaled(candidate, doubt::NO_STATES),
        },
        // A column of two values that say yes and no is a flag, not a reason.
        Variable::ReasonText | Variable::ReasonCode if flag_value(column).is_some() => None,
        Variable::ValueQualifier if !few(10) => None,
        _ => Some(candidate),
    }
}

/// Words for a machine without a failure.
fn is_fine(value: &str) -> bool {
    ["ok", "okay", "normal", "good", "fine", "running", "healthy", "none"].contains(&value.to_lowercase().as_str())
}

/// The text that means yes in a column of two values (or of one beside empty cells).
fn flag_value(column: &Column) -> Option<String> {
    if !column.distinct_complete || column.distinct.is_empty() || column.distinct.len() > 2 {
        return None;
    }
    let values: Vec<&String> = column.distinct.keys().collect();
    let yes = |value: &str| {
        [
            "1", "y", "yes", "true", "t", "j", "ja", "si", "sí", "oui", "x", "sim", "是",
        ]
        .contains(&value.to_lowercase().as_str())
    };
    let no = |value: &str| {
        ["0", "n", "no", "false", "f", "nein", "non", "não", "nao", "否"].contains(&value.to_lowercase().as_str())
    };
    let (yes_value, no_value) = match values.as_slice() {
        [only] if yes(only) => (*only, None),
        [a, b] if yes(a) || failure_label(a) == Some(true) => (*a, Some(*b)),
        [a, b] => (*b, Some(*a)),
        _ => return None,
    };
    let fits = match no_value {
        None => true,
        Some(no_value) => {
            (yes(yes_value) && no(no_value))
                || (failure_label(yes_value) == Some(true)
                    && (failure_label(no_value) == Some(false) || no(no_value) || is_fine(no_value)))
        }
    };
    fits.then(|| yes_value.clone())
}

fn flag(column: &Column, mut candidate: Candidate) -> Option<Candidate> {
    let value = flag_value(column)?;
    candidate.why = format!("{}, and `{value}` marks the rows", candidate.why);
    candidate.transform = Transform::FlagEquals(value);
    Some(candidate)
}

fn day(context: &Context<'_>, index: usize, column: &Column, candidate: Candidate) -> Option<Candidate> {
    let share = column.share(column.dates.dates());
    if share < PARTLY {
        return serials(column, candidate);
    }
    let candidate = if share < FIT {
        scaled(candidate, doubt::NOT_ALL_DATES)?
    } else {
        candidate
    };
    if candidate.variable != Variable::DueDate && names_a_plan(&column.name.words) {
        return scaled(candidate, doubt::PLANNED_DATE);
    }
    // A plain name over full time stamps: what happened then, not a date of posting.
    if candidate.variable == Variable::PostingDate
        && context.is_timed(index)
        && (0.8..0.95).contains(&candidate.confidence)
    {
        let variable = stamp(context, index);
        let words = match variable {
            Variable::EventEnd => "its times are regular and mark the ends of intervals",
            _ => "its cells are dates with times",
        };
        return Some(Candidate {
            variable,
            why: format!("{}, and {words}", candidate.why),
            ..candidate
        });
    }
    Some(candidate)
}

/// Whether lone time stamps begin or end something.
fn stamp(context: &Context<'_>, index: usize) -> Variable {
    let order = context.reading.column(index).order;
    let ends = context
        .facts
        .columns
        .get(index)
        .is_some_and(|column| column.dates.track(order).marks_interval_ends());
    if ends { Variable::EventEnd } else { Variable::EventStart }
}

fn serials(column: &Column, candidate: Candidate) -> Option<Candidate> {
    if column.share(column.serials) < FIT {
        return None;
    }
    scaled(candidate, doubt::SERIAL_DAYS)
}

fn time(context: &Context<'_>, index: usize, column: &Column, mut candidate: Candidate) -> Option<Candidate> {
    if names_a_plan(&column.name.words) {
        return scaled(candidate, doubt::PLANNED_TIME);
    }
    let dates = column.share(column.dates.dates());
    if dates >= PARTLY {
        let candidate = if dates < FIT {
            scaled(candidate, doubt::NOT_ALL_DATES)?
        } else {
            candidate
        };
        if !context.is_timed(index) {
            return scaled(candidate, doubt::WITHOUT_TIMES);
        }
        // A lone time stamp of regular intervals says by its first and last row which end it marks.
        if candidate.variable == Variable::EventStart && candidate.confidence < 0.95 {
            let variable = stamp(context, index);
            return Some(Candidate { variable, ..candidate });
        }
        return Some(candidate);
    }
    if column.share(column.dates.clocks) >= FIT {
        if !context.has_plain_dates {
            return scaled(candidate, doubt::WITHOUT_DATE);
        }
        candidate.transform = Transform::TimeOfDay;
        candidate.why = format!(
            "{}; its cells are times of day, the date stands in another column",
            candidate.why
        );
        return Some(candidate);
    }
    if column.share(column.epoch_millis) >= FIT {
        candidate.transform = Transform::EpochMillis;
        candidate.confidence = candidate.confidence.clamp(0.9, 0.95);
        candidate.why = format!("{}; its cells are milliseconds since 1970", candidate.why);
        return Some(candidate);
    }
    if column.share(column.epoch_seconds) >= FIT {
        candidate.transform = Transform::EpochSeconds;
        candidate.why = format!("{}; its cells are seconds since 1970", candidate.why);
        return Some(candidate);
    }
    serials(column, candidate)
}

fn duration(column: &Column, mut candidate: Candidate) -> Option<Candidate> {
    let shaped = column.durations + column.dates.clocks + column.dates.impossible;
    let fits = column.share(shaped + column.numbers.numbers);
    if fits < PARTLY {
        return None;
    }
    let candidate_fits = fits >= FIT;
    match (unit_of(column), shaped * 2 > column.filled) {
        (Some(unit), _) => candidate.transform = held_in(unit)?,
        (None, true) => {
            candidate.transform = Transform::Hours;
            candidate.why = format!("{}; its cells are written as hours and minutes", candidate.why);
        }
        (None, false) if column.share(column.numbers.units) >= FIT => {
            candidate.why = format!("{}; its cells carry their unit", candidate.why);
        }
        (None, false) => return scaled(candidate, doubt::DURATION_WITHOUT_UNIT),
    }
    if candidate_fits {
        Some(candidate)
    } else {
        scaled(candidate, doubt::NOT_ALL_DURATIONS)
    }
}

/// So many values below zero, and none above, are how the export books; fewer may be cancellations alone.
const BOOKINGS: u64 = 20;

fn quantity(context: &Context<'_>, column: &Column, candidate: Candidate, found: &Match) -> Option<Candidate> {
    let share = column.share(column.numbers.numbers);
    if share < PARTLY || column.numbers.percents > 0 {
        return None;
    }
    let candidate = if share < FIT {
        scaled(candidate, doubt::NOT_ALL_NUMBERS)?
    } else {
        candidate
    };
    // All zeros under a name that is only like it says nothing.
    if column.numbers.zeros == column.numbers.numbers && !found.exact {
        return None;
    }
    let mut candidate = unit(context, column, candidate, found)?;
    if context.is_scrap_list && found.score < 0.85 {
        let other = match candidate.variable {
            Variable::QuantityProduced => Some(Variable::QuantityScrap),
            Variable::TotalCost => Some(Variable::ScrapCost),
            _ => None,
        };
        if let Some(variable) = other {
            let certain = if found.exact { 0.93 } else { 0.7 };
            candidate.variable = variable;
            candidate.confidence = certain;
            candidate.why = format!("{}, and the rows say that they book scrap", candidate.why);
        }
    }
    let counts = matches!(candidate.variable.unit(), "" | "currency") || candidate.variable == Variable::EnergyUsed;
    let books_below = column.never_positive() || context.is_scrap_list && column.mostly_negative();
    if counts && books_below && candidate.transform == Transform::None {
        // Turned and not dropped: a cancellation among them takes off.
        candidate.transform = Transform::Negate;
        candidate.why = format!(
            "{}; {} zero or below, so the sign only says that it left the stock",
            candidate.why,
            if column.never_positive() {
                "every value is"
            } else {
                "almost all values are"
            }
        );
        if !context.is_scrap_list && column.numbers.negatives < BOOKINGS {
            return scaled(candidate, doubt::CANCELLATIONS);
        }
    }
    Some(candidate)
}

/// The unit in the name of a column.
fn unit_of(column: &Column) -> Option<&'static Unit> {
    column.name.unit.as_deref().and_then(units::header)
}

/// The transform of durations that are written as plain numbers of that unit.
pub(crate) fn held_in(unit: &Unit) -> Option<Transform> {
    use duration::Unit as Held;
    let transforms = [
        (Held::Seconds, Transform::None),
        (Held::Milliseconds, Transform::Milliseconds),
        (Held::Minutes, Transform::Minutes),
        (Held::Hours, Transform::Hours),
    ];
    transforms
        .into_iter()
        .filter(|_| unit.quantity == Quantity::Time)
        .find(|(held, _)| held.seconds(Decimal::ONE) == Some(unit.factor))
        .map(|(_, transform)| transform)
}

/// Brings the header's unit to the variable's, or says what is in doubt without one.
fn unit(context: &Context<'_>, column: &Column, candidate: Candidate, found: &Match) -> Option<Candidate> {
    use Variable as V;
    let variable = candidate.variable;
    let written = unit_of(column);
    match (variable, written) {
        (V::MeasuredValue | V::Lsl | V::Usl | V::Target, _) => Some(candidate),
        (V::WorkerCount, None) => {
            let plausible = column.range.is_none_or(|(low, high)| low >= 0.0 && high < 10_000.0);
            plausible.then_some(candidate)
        }
        (V::WorkerCount, Some(_)) => None,
        (_, None) if variable.is_money() => Some(candidate),
        (_, Some(unit)) if variable.is_money() => (unit.quantity == Quantity::Money).then_some(candidate),
        (_, written) => match (units::header(variable.unit()), written) {
            (Some(own), Some(unit)) => converted(context, column, candidate, unit, own),
            (Some(_), None) => without_unit(column, candidate, found),
            (None, written) => counted(column, candidate, found, written),
        },
    }
}

/// A figure in a unit of its own, brought to the variable's.
fn converted(
    context: &Context<'_>,
    column: &Column,
    mut candidate: Candidate,
    unit: &Unit,
    own: &Unit,
) -> Option<Candidate> {
    if let Some(factor) = unit.to(own) {
        if factor != Decimal::ONE {
            candidate.transform = Transform::Scale(factor);
        }
        return Some(candidate);
    }
    match (unit.quantity, own.quantity) {
        (Quantity::Power, Quantity::Energy)
            if candidate.variable == Variable::EnergyUsed && unit.factor == Decimal::ONE =>
        {
            power(context, candidate, &column.name.words)
        }
        // `Output/h`.
        (Quantity::Time, Quantity::Rate) if unit.factor == Decimal::from(3600) => Some(candidate),
        (Quantity::Time, Quantity::Time) if unit.factor == Decimal::from(60) => {
            scaled(candidate, doubt::HOURS_IN_MINUTES)
        }
        _ => None,
    }
}

/// A figure of a unit that its name does not give.
fn without_unit(column: &Column, candidate: Candidate, found: &Match) -> Option<Candidate> {
    let says = |parts: &[&str]| parts.iter().any(|part| column.name.words.contains(part));
    let doubt = match (candidate.variable, candidate.variable.unit()) {
        (Variable::EnergyUsed, _) if says(&["kwh"]) => return Some(candidate),
        (Variable::EnergyUsed, _) if found.exact && says(&["energ", "strom", "electric", "电"]) => {
            doubt::ENERGY_WITHOUT_UNIT
        }
        (Variable::EnergyUsed, _) => return None,
        (Variable::MeterReading, _) => doubt::METER_WITHOUT_UNIT,
        (Variable::Emissions, _) => doubt::EMISSIONS_WITHOUT_UNIT,
        (_, "min") => doubt::MINUTES_WITHOUT_UNIT,
        (_, "h") if says(&["hour", "hrs", "stunden", "hora", "heure", "ore", "工时"]) => return Some(candidate),
        (_, "h") => doubt::HOURS_WITHOUT_UNIT,
        (_, "1/h") if says(&["per hour", "por hora", "pro stunde"]) => return Some(candidate),
        (_, "1/h") => doubt::RATE_WITHOUT_UNIT,
        _ => doubt::CYCLE_WITHOUT_UNIT,
    };
    scaled(candidate, doubt)
}

/// Words of a name that make something else of a quantity.
const OTHER_THINGS: [&str; 15] = [
    "rate", "ratio", "quote", "taux", "tasa", "percent", "cost", "costs", "price", "value", "amount", "time", "hours",
    "reason", "code",
];

/// Pieces, kilograms, metres: what is counted; a share, a time or money is none.
fn counted(column: &Column, mut candidate: Candidate, found: &Match, unit: Option<&Unit>) -> Option<Candidate> {
    let is_other = |word: &str| OTHER_THINGS.contains(&word);
    if !found.exact && column.name.words.split(' ').any(is_other) {
        candidate.confidence *= doubt::OTHER_THING;
    }
    match unit.map(|unit| unit.quantity) {
        None | Some(Quantity::Count) => Some(candidate),
        Some(Quantity::Mass | Quantity::Length | Quantity::Volume) => {
            let unit = column.name.unit.as_deref().unwrap_or_default();
            candidate.confidence *= doubt::PHYSICAL;
            candidate.why = format!("{}; in {unit}, where other quantities may be pieces", candidate.why);
            Some(candidate)
        }
        Some(_) => None,
    }
}

/// Power of regular intervals is energy: kW held for so many seconds.
fn power(context: &Context<'_>, mut candidate: Candidate, words: &str) -> Option<Candidate> {
    let gap = u32::try_from(context.gap_s?)
        .ok()
        .filter(|gap| (1..=86_400).contains(gap))?;
    candidate.transform = Transform::PowerFor(gap);
    let named_power = [
        "leistung",
        "last",
        "load",
        "power",
        "lastgang",
        "puissance",
        "potencia",
        "功率",
    ];
    let says_power = named_power
        .iter()
        .any(|word| words.split(' ').any(|have| have.contains(word)))
        && !words.contains("consumption");
    let told = format!("each value is a power held for {gap} s, the usual gap of the times");
    if says_power {
        candidate.confidence = candidate.confidence.min(0.93);
        candidate.why = format!("{}; the unit is kW: {told}", candidate.why);
        return Some(candidate);
    }
    candidate.confidence = candidate.confidence.min(0.85);
    candidate.why = format!(
        "{}; the name speaks of energy but the unit is kW, so it is read as power: {told}",
        candidate.why
    );
    Some(candidate)
}
