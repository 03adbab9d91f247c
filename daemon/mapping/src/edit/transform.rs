//! Transforms as they are written on the command line, and what they make.

use plant_core::profile::Transform;
use plant_core::variable::{Kind, Variable};
use plant_lexicon::units;

use super::error::EditError;
use crate::number;
use crate::suggest::held_in;
use crate::synonyms::{self, closest};

const TRANSFORMS: [&str; 14] = [
    "none",
    "h",
    "min",
    "ms",
    "scale:",
    "negate",
    "abs",
    "percent",
    "kw:",
    "time_of",
    "constant:",
    "flag:",
    "epoch_ms",
    "epoch_s",
];

/// Reads a transform as it is written on the command line.
///
/// # Errors
/// When there is no such transform or its argument does not fit.
pub fn parse_transform(text: &str) -> Result<Transform, EditError> {
    let unknown = || EditError::UnknownTransform {
        name: text.to_owned(),
        closest: closest(text, TRANSFORMS).map(str::to_owned),
    };
    let (name, argument) = text
        .split_once(':')
        .map_or((text, None), |(name, argument)| (name, Some(argument)));
    Ok(match (name.trim(), argument) {
        ("" | "none", None) => Transform::None,
        ("h", None) => Transform::Hours,
        ("min", None) => Transform::Minutes,
        ("ms", None) => Transform::Milliseconds,
        ("negate", None) => Transform::Negate,
        ("abs", None) => Transform::Absolute,
        ("percent", None) => Transform::Percent,
        ("time_of", None) => Transform::TimeOfDay,
        ("epoch_ms", None) => Transform::EpochMillis,
        ("epoch_s", None) => Transform::EpochSeconds,
        ("scale", Some(factor)) => Transform::Scale(
            number::parse(factor, '.')
                .ok()
                .filter(|number| !number.value.is_zero())
                .ok_or_else(unknown)?
                .value,
        ),
        ("kw", Some(seconds)) => {
            let seconds = seconds
                .trim()
                .parse()
                .ok()
                .filter(|seconds| (1..=86_400).contains(seconds));
            Transform::PowerFor(seconds.ok_or_else(unknown)?)
        }
        ("flag", Some(value)) if !value.is_empty() => Transform::FlagEquals(value.to_owned()),
        ("constant", Some(value)) => Transform::Constant(value.to_owned()),
        _ => return Err(unknown()),
    })
}

/// What the name of a column says of how its durations are written; as they stand where it says nothing.
pub(super) fn of_duration(source: &str) -> Transform {
    let unit = synonyms::name(source).unit;
    let held = unit.as_deref().and_then(units::header).and_then(held_in);
    held.unwrap_or_default()
}

/// Whether a transform makes values of that variable.
pub(super) fn is_fit(transform: &Transform, variable: Variable) -> bool {
    use Transform as T;
    match (transform, variable.kind()) {
        (T::None | T::Constant(_), _) => true,
        (T::FlagEquals(_), kind) => kind == Kind::Flag,
        (T::EpochMillis | T::EpochSeconds, kind) => matches!(kind, Kind::Time | Kind::Date),
        (T::TimeOfDay, kind) => kind == Kind::Time,
        (T::Hours | T::Minutes | T::Milliseconds, _) => variable == Variable::Duration,
        (T::PowerFor(_), _) => variable == Variable::EnergyUsed,
        (T::Scale(_) | T::Negate | T::Absolute | T::Percent, kind) => kind == Kind::Number,
    }
}
