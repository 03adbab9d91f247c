//! Durations as plants write them, to exact seconds.
//!
//! Invariants: a plain number needs its unit from the profile; a shape that can be read in two ways is an error and never
//! a guess (`33.0.25` is 33.25, `33.0.5` is none); parts below the first are within their range (`2h90min` is none).

use plant_lexicon::units;
use rust_decimal::Decimal;

use super::number;

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
            || words(text, '.').is_some()
            || words(text, ',').is_some()
            || iso(text).is_some()
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
            written => Some(number.value.checked_mul(units::time(written)?.factor)?.normalize()),
        };
    }
    colons(text, unit)
        .or_else(|| words(text, decimal))
        .or_else(|| iso(text))
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

/// `41h45`, `9 heures 45 min`, `1 Std. 5 Min. 3 s`, `2 d 3 h`.
fn words(text: &str, decimal: char) -> Option<Decimal> {
    let mut rest = text;
    let mut total = Decimal::ZERO;
    let mut last: Option<Decimal> = None;
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
            .unwrap_or(rest.len());
        let (digits, behind) = rest.split_at_checked(end)?;
        let value = number::parse(digits, decimal).ok()?.value;
        let behind = behind.trim_start();
        let end = behind
            .find(|c: char| c.is_ascii_digit() || c == ' ')
            .unwrap_or(behind.len());
        let (word, behind) = behind.split_at_checked(end)?;
        let scale = match (word, last) {
            // The number behind hours is minutes, as in 41h45.
            ("", Some(scale)) if scale == Decimal::from(3600) && digits.len() == 2 && whole(digits).is_some() => {
                Decimal::from(60)
            }
            ("", _) => return None,
            (word, _) => units::time(word)?.factor,
        };
        // Units go from large to small, each once.
        if let Some(last) = last
            && (scale >= last || value.checked_mul(scale)? >= last || !total.checked_rem(last)?.is_zero())
        {
            return None;
        }
        total = total.checked_add(value.checked_mul(scale)?)?;
        last = Some(scale);
        rest = behind.trim_start();
    }
    last.map(|_| total)
}

/// `PT1H30M`, `P1DT2H`, `PT90M`, `PT1.5S`.
fn iso(text: &str) -> Option<Decimal> {
    let (days, clock) = match text.strip_prefix('P')?.split_once('T') {
        Some((days, clock)) => (days, Some(clock)),
        None => (text.strip_prefix('P')?, None),
    };
    let mut total = match days {
        "" => clock.map(|_| Decimal::ZERO)?,
        days => whole(days.strip_suffix('D')?)?.checked_mul(Decimal::from(86_400))?,
    };
    let Some(mut rest) = clock else {
        return Some(total);
    };
    if rest.is_empty() {
        return None;
    }
    let mut last = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let (figures, behind) = rest.split_at_checked(end)?;
        let (scale, place) = match behind.chars().next()? {
            'H' => (3600, 1),
            'M' => (60, 2),
            'S' => (1, 3),
            _ => return None,
        };
        rest = behind.get(1..)?;
        // A fraction stands in the last part only, after a point or a comma.
        let value = whole(figures).or_else(|| {
            let (units, fraction) = figures.split_once(['.', ',']).filter(|_| rest.is_empty())?;
            whole(units).and(whole(fraction))?;
            format!("{units}.{fraction}").parse().ok()
        })?;
        if place <= last {
            return None;
        }
        last = place;
        total = total.checked_add(value.checked_mul(Decimal::from(scale))?)?;
    }
    Some(total)
}

/// `33.0.25`: a decimal of two digits written behind the whole number's own `.0`.
fn doubled_point(text: &str, unit: Unit) -> Option<Decimal> {
    let mut parts = text.split('.');
    let (first, zero, fraction) = (parts.next()?, parts.next()?, parts.next()?);
    // One digit may be tenths or hundredths.
    if zero != "0"
        || fraction.len() != 2
        || parts.next().is_some()
        || whole(first).is_none()
        || whole(fraction).is_none()
    {
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
    let clock = colons(clock, Unit::Hours)?;
    let within = clock >= Decimal::ZERO && clock < Decimal::from(86_400);
    within.then(|| Decimal::from(days * 86_400) + clock)
}

#[cfg(test)]
mod tests;
