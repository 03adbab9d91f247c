//! Durations as plants write them, to exact seconds.
//!
//! Invariants: a plain number needs its unit from the profile; a shape that can be read in two ways is an error and never
//! a guess (`33.0.25` is 33.25 and nothing shorter).

use rust_decimal::Decimal;

use super::number;
use super::synonyms::fold;

/// The unit of a plain number, and of the first part of `a:b`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Hours; `a:b` is h:mm.
    Hours,
    /// Minutes; `a:b` is m:ss.
    Minutes,
    /// Seconds; `a:b` is h:mm, as a clock shows it.
    Seconds,
    /// Milliseconds; `a:b` is h:mm.
    Milliseconds,
}

impl Unit {
    /// Seconds of a number in this unit.
    pub fn seconds(self, value: Decimal) -> Option<Decimal> {
        match self {
            Unit::Hours => value.checked_mul(Decimal::from(3600)),
            Unit::Minutes => value.checked_mul(Decimal::from(60)),
            Unit::Seconds => Some(value),
            Unit::Milliseconds => value.checked_mul(Decimal::new(1, 3)),
        }
        .map(|seconds| seconds.normalize())
    }
}

/// Whether a text has a shape that only a duration has: `006:19`, `41h45`, `9 heures 45 min`, `33.0.25`.
pub fn is_duration(text: &str) -> bool {
    let text = text.trim();
    number::parse(text, '.').is_err()
        && number::parse(text, ',').is_err()
        && (colons(text, Unit::Hours).is_some()
            || words(text).is_some()
            || doubled_point(text, Unit::Hours).is_some()
            || spreadsheet_day(text).is_some())
}

/// The seconds that a cell says; `None` where it is no duration.
pub fn parse(text: &str, unit: Unit, decimal: char) -> Option<Decimal> {
    let text = text.trim();
    if let Ok(number) = number::parse(text, decimal) {
        return match number.unit {
            "" if !number.percent => unit.seconds(number.value),
            "" => None,
            written => unit_of(written)?.seconds(number.value),
        };
    }
    colons(text, unit)
        .or_else(|| words(text))
        .or_else(|| doubled_point(text, unit))
        .or_else(|| spreadsheet_day(text))
}

fn whole(text: &str) -> Option<Decimal> {
    (!text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// `006:19`, `1:30:00`, `1:30:00.5`, with a sign.
fn colons(text: &str, unit: Unit) -> Option<Decimal> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let parts: Vec<&str> = text.split(':').collect();
    let below_60 = |part: &str| whole(part).filter(|value| part.len() == 2 && *value < Decimal::from(60));
    let seconds = match parts.as_slice() {
        [first, second] => {
            let (first, second) = (whole(first)?, below_60(second)?);
            match unit {
                Unit::Minutes => first * Decimal::from(60) + second,
                _ => first * Decimal::from(3600) + second * Decimal::from(60),
            }
        }
        [hours, minutes, seconds] => {
            let (sixty, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
            let rest = match fraction {
                "" => Decimal::ZERO,
                digits => format!("0.{digits}").parse().ok().filter(|_| digits.len() <= 9)?,
            };
            whole(hours)? * Decimal::from(3600) + below_60(minutes)? * Decimal::from(60) + below_60(sixty)? + rest
        }
        _ => return None,
    };
    Some(if negative { -seconds } else { seconds })
}

/// The unit that a word names.
fn unit_of(word: &str) -> Option<Unit> {
    match fold(word).trim_matches('.') {
        "h" | "hr" | "hrs" | "hour" | "hours" | "heure" | "heures" | "std" | "stunde" | "stunden" | "hora"
        | "horas" | "ora" | "ore" | "小时" | "时" => Some(Unit::Hours),
        "m" | "mn" | "min" | "mins" | "minute" | "minutes" | "minuten" | "minuto" | "minutos" | "minuti" | "分钟"
        | "分" => Some(Unit::Minutes),
        "s" | "sec" | "secs" | "sek" | "seg" | "second" | "seconds" | "seconde" | "secondes" | "sekunde"
        | "sekunden" | "segundo" | "segundos" | "秒" => Some(Unit::Seconds),
        "ms" => Some(Unit::Milliseconds),
        _ => None,
    }
}

/// `41h45`, `9 heures 45 min`, `1 Std. 5 Min. 3 s`, `2 d 3 h`.
fn words(text: &str) -> Option<Decimal> {
    let mut rest = text;
    let mut total = Decimal::ZERO;
    let mut last: Option<Decimal> = None;
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
            .unwrap_or(rest.len());
        let (digits, behind) = rest.split_at_checked(end)?;
        let value: Decimal = digits.replace(',', ".").parse().ok()?;
        let behind = behind.trim_start();
        let end = behind
            .find(|c: char| c.is_ascii_digit() || c == ' ')
            .unwrap_or(behind.len());
        let (word, behind) = behind.split_at_checked(end)?;
        let scale = match (word, last) {
            // The number behind hours is minutes, as in 41h45.
            ("", Some(scale)) if scale == Decimal::from(3600) && value < Decimal::from(60) => Decimal::from(60),
            ("", _) => return None,
            (word, _)
                if matches!(
                    fold(word).trim_matches('.'),
                    "d" | "day" | "days" | "tag" | "tage" | "jour" | "jours" | "j" | "dia" | "dias"
                ) =>
            {
                Decimal::from(86_400)
            }
            (word, _) => unit_of(word)?.seconds(Decimal::ONE)?,
        };
        // Units go from large to small, each once.
        if last.is_some_and(|last| scale >= last) {
            return None;
        }
        total = total.checked_add(value.checked_mul(scale)?)?;
        last = Some(scale);
        rest = behind.trim_start();
    }
    last.map(|_| total)
}

/// `33.0.25`: a decimal written behind the whole number's own `.0`.
fn doubled_point(text: &str, unit: Unit) -> Option<Decimal> {
    let mut parts = text.split('.');
    let (first, zero, fraction) = (parts.next()?, parts.next()?, parts.next()?);
    if zero != "0" || parts.next().is_some() || whole(first).is_none() || whole(fraction).is_none() {
        return None;
    }
    unit.seconds(format!("{first}.{fraction}").parse().ok()?)
}

/// `1899/12/31 01:49:00`: a duration of a day and more that a spreadsheet turned into a date. Day 0 is 1899-12-30; a
/// cell of 1900 is refused, because two countings are in use from there.
fn spreadsheet_day(text: &str) -> Option<Decimal> {
    let rest = text.strip_prefix("1899")?;
    let sign = rest.chars().next().filter(|c| matches!(c, '/' | '-'))?;
    let mut parts = rest.get(1..)?.splitn(2, sign);
    let (month, rest) = (parts.next()?, parts.next()?);
    let (day, clock) = rest.split_once([' ', 'T'])?;
    let days = match (month, day) {
        ("12", "30") => 0,
        ("12", "31") => 1,
        _ => return None,
    };
    Some(Decimal::from(days * 86_400) + colons(clock, Unit::Hours)?)
}

#[cfg(test)]
mod tests;
