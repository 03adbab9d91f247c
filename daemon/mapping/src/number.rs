//! Numbers as plants write them: which sign separates the decimals is decided for a whole column, then cells are read.
//!
//! Invariants: no cell is read by a guess of its own; a value is exact up to 28 significant digits and rounded half to
//! even beyond the decimal sign only; text that is not wholly understood is an error and never a part of a number; a code
//! (`4711-A`, `12K`, `12E5`) is none.

use iso_currency::Currency;
use plant_lexicon::units;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Most significant digits that are kept.
const DIGITS_KEPT: usize = 28;
/// So many groups of three, beside whole numbers without any, are no accident of decimals with dropped zeros: each
/// decimal ends in a zero one time in ten, so that 0.9^44 < 0.01.
const GROUPS_NO_ACCIDENT: u64 = 44;

/// A cell read as a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number<'a> {
    /// The value; a percentage is not divided.
    pub value: Decimal,
    /// Whether `%` stood behind it.
    pub percent: bool,
    /// Unit or currency in the cell; empty where there is none.
    pub unit: &'a str,
}

/// Why a cell is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// It holds something else than a number with its sign and unit.
    #[error("not a number")]
    NotANumber,
    /// The signs between the digits do not fit the way the column is written.
    #[error("the separators do not fit the other numbers of this column")]
    Separators,
    /// Too large.
    #[error("too large to be kept exactly")]
    TooLarge,
}

/// How the numbers of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decimals {
    /// No separators at all: any reading is the same.
    Free,
    /// This sign separates the decimals.
    Known(char),
    /// `1.234` or `1,234` alone: thousands or decimals.
    Ambiguous(char),
    /// Some cells prove the point and some the comma, and neither are few.
    Contradictory,
}

/// A cell taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Parts<'a> {
    negative: bool,
    /// Digits and separators.
    core: &'a str,
    exponent: i32,
    has_exponent: bool,
    percent: bool,
    unit: &'a str,
}

const CURRENCY_SIGNS: [&str; 10] = ["$", "€", "£", "¥", "₹", "R$", "US$", "₩", "₽", "zł"];
/// Codes of ISO 4217 that at a number mean something else in a plant: a word, a station, a limit, scrap, a service.
const NO_CURRENCY: [&str; 12] = [
    "ALL", "BOB", "COP", "CUP", "GEL", "LSL", "MNT", "PEN", "SCR", "STN", "SVC", "TOP",
];
/// One of so many cells may contradict the others; it is then a problem and not a number.
const FEW: u64 = 20;

fn is_currency(word: &str) -> bool {
    CURRENCY_SIGNS.contains(&word) || sure_currency(word).is_some()
}

/// The same as [`currency_code`] where nothing tells that currencies stand there: only what can mean nothing else in a plant.
pub fn sure_currency(word: &str) -> Option<&'static str> {
    currency_code(word).filter(|code| !NO_CURRENCY.contains(code))
}

/// The ISO code that a currency sign or code in a cell stands for, where it stands for one only.
pub fn currency_code(word: &str) -> Option<&'static str> {
    match word {
        "€" => Some("EUR"),
        "£" => Some("GBP"),
        "₹" => Some("INR"),
        "US$" => Some("USD"),
        "R$" => Some("BRL"),
        "zł" => Some("PLN"),
        "₩" => Some("KRW"),
        "₽" => Some("RUB"),
        _ => iso_code(word),
    }
}

/// Signs that several currencies are written with.
const SHARED_SIGNS: [(&str, &[&str]); 2] = [
    ("$", &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD"]),
    ("¥", &["JPY", "CNY", "RMB"]),
];

/// Whether two signs or codes can stand for one currency; what is none of the two is no other one either.
pub(crate) fn is_same_currency(one: &str, other: &str) -> bool {
    let code = |word| currency_code(word);
    let of_sign = |word: &str| {
        SHARED_SIGNS
            .iter()
            .find(|(sign, _)| *sign == word)
            .map(|(_, codes)| *codes)
    };
    match ((code(one), of_sign(one)), (code(other), of_sign(other))) {
        ((Some(one), _), (Some(other), _)) => one == other,
        ((Some(code), _), (_, Some(codes))) | ((_, Some(codes)), (Some(code), _)) => codes.contains(&code),
        ((_, Some(_)), (_, Some(_))) => one == other,
        _ => true,
    }
}

/// The sign or code of a currency at the number of a cell.
pub(crate) fn currency_in(cell: &str) -> Option<&str> {
    split(cell).map(|parts| parts.unit).filter(|unit| is_currency(unit))
}

/// The code of ISO 4217 that a word is in any case, where money is paid in it; the renminbi also by its usual name.
fn iso_code(word: &str) -> Option<&'static str> {
    if word.len() != 3 {
        return None;
    }
    let code = word.to_ascii_uppercase();
    if code == "RMB" {
        return Some("RMB");
    }
    Currency::from_code(&code)
        .filter(|currency| currency.flags().is_empty())
        .map(|currency| currency.code())
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}')
}

fn is_group(character: char) -> bool {
    is_blank(character) || matches!(character, '\'' | '’' | 'ʼ')
}

/// Takes a cell apart; `None` where it can't be a number.
fn split(text: &str) -> Option<Parts<'_>> {
    let mut rest = text.trim_matches(|c: char| is_blank(c) || c.is_whitespace());
    let mut negative = false;
    let mut percent = false;
    let mut unit = "";
    if let Some(inner) = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        negative = true;
        rest = inner.trim();
    }
    // What stands before the first digit: a sign, a currency, in either order.
    let first = rest.find(|c: char| c.is_ascii_digit())?;
    let lead = rest.get(..first)?;
    let (lead, point) = match lead.strip_suffix(['.', ',']) {
        Some(before) => (before, 1),
        None => (lead, 0),
    };
    let mut lead = lead.trim();
    let mut signed = negative;
    // `CAD-4711` is a code, `CHF-5.00` money.
    let mut may_be_code = false;
    if let Some(after) = lead.strip_prefix(['-', '−', '–', '+']) {
        negative |= !lead.starts_with('+');
        signed = true;
        lead = after.trim();
    } else if let Some(before) = lead.strip_suffix(['-', '−', '–', '+']) {
        negative |= !lead.ends_with('+');
        signed = true;
        may_be_code = before.ends_with(|c: char| c.is_ascii_alphabetic());
        lead = before.trim();
    }
    if !lead.is_empty() {
        if !is_currency(lead) {
            return None;
        }
        unit = lead;
    }
    rest = rest.get(first - point..)?;
    // Digits and separators, then what stands behind them.
    let end = rest
        .char_indices()
        .find(|(_, c)| !(c.is_ascii_digit() || matches!(c, '.' | ',') || is_group(*c)))
        .map_or(rest.len(), |(at, _)| at);
    let (core, tail) = rest.split_at_checked(end)?;
    let mut spaced = core.ends_with(is_blank) || tail.starts_with(char::is_whitespace);
    let core = core.trim_end_matches(is_blank);
    if may_be_code && !core.contains(['.', ',']) {
        return None;
    }
    let mut tail = tail.trim();
    let mut exponent = 0;
    let mut has_exponent = false;
    // `5 EUR` begins like an exponent and is none.
    let is_power = |power: &&str| {
        power
            .trim_start_matches(['+', '-'])
            .starts_with(|c: char| c.is_ascii_digit())
    };
    if let Some(power) = tail.strip_prefix(['e', 'E']).filter(is_power) {
        let sign = usize::from(power.starts_with(['+', '-']));
        let digits = power
            .get(sign..)?
            .find(|c: char| !c.is_ascii_digit())
            .map_or(power.len(), |at| at + sign);
        let (power, behind) = power.split_at_checked(digits)?;
        if power.len() == sign {
            return None;
        }
        // Without a sign it is written behind one digit or a fraction; `12E5` is a code.
        if spaced || (sign == 0 && core.len() > 1 && !core.contains(['.', ','])) {
            return None;
        }
        exponent = power.strip_prefix('+').unwrap_or(power).parse().ok()?;
        has_exponent = true;
        spaced = behind.starts_with(is_blank);
        tail = behind.trim();
    }
    if let Some(after) = tail.strip_prefix(['-', '−']) {
        // One sign is enough, and behind it only a currency or a unit that no code ends with: `4711-A`.
        if signed
            || !(after.is_empty()
                || is_currency(after.trim())
                || (after.starts_with(is_blank) && units::close(after.trim()).is_some()))
        {
            return None;
        }
        negative = true;
        tail = after.trim();
        spaced = true;
    } else if spaced && !signed && tail.eq_ignore_ascii_case("cr") {
        negative = true;
        tail = "";
    } else if spaced && !signed && tail.eq_ignore_ascii_case("dr") {
        tail = "";
    }
    if tail == "%" || tail == "％" {
        percent = true;
    } else if !tail.is_empty() {
        let fits = is_currency(tail) || units::close(tail).is_some() || (spaced && units::cell(tail).is_some());
        if !fits || !unit.is_empty() {
            return None;
        }
        unit = tail;
    }
    Some(Parts {
        negative,
        core,
        exponent,
        has_exponent,
        percent,
        unit,
    })
}

/// How the separators of one number can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Whole,
    /// This sign must be the decimal one.
    Decimal(char),
    /// This sign must be the thousands one.
    Grouped(char),
    /// This sign is one or the other.
    Either(char),
    /// Neither reading holds.
    Broken,
}

fn shape(core: &str) -> Shape {
    let mut points = 0;
    let mut commas = 0;
    let mut last = None;
    for (at, character) in core.char_indices() {
        match character {
            '.' => points += 1,
            ',' => commas += 1,
            _ => continue,
        }
        last = Some((at, character));
    }
    let Some((at, sign)) = last else {
        return Shape::Whole;
    };
    let (before, after) = (
        core.get(..at).unwrap_or_default(),
        core.get(at + 1..).unwrap_or_default(),
    );
    match (points, commas) {
        (0, _) | (_, 0) if points + commas > 1 => match grouped(core, sign) {
            true => Shape::Grouped(sign),
            false => Shape::Broken,
        },
        (1, 0) | (0, 1) => {
            let digits = before.chars().filter(char::is_ascii_digit).count();
            let spaced = before.chars().any(is_group);
            match after.len() == 3 && (1..=3).contains(&digits) && !before.starts_with('0') && !spaced {
                true => Shape::Either(sign),
                false => Shape::Decimal(sign),
            }
        }
        _ => {
            let other = if sign == '.' { ',' } else { '.' };
            match before.contains(other) && !after.contains(other) && grouped(before, other) {
                true => Shape::Decimal(sign),
                false => Shape::Broken,
            }
        }
    }
}

/// Whether digits stand in groups of three, or as in India in twos before the last three.
fn grouped(digits: &str, sign: char) -> bool {
    let mut groups = digits.split(|c| c == sign || (is_group(sign) && is_group(c)));
    let first = groups.next().unwrap_or_default();
    // Nobody writes 123 as 0,123.
    if first.starts_with('0') {
        return false;
    }
    let first = first.len();
    let lengths: Vec<usize> = groups.map(str::len).collect();
    let Some((last, middle)) = lengths.split_last() else {
        return false;
    };
    *last == 3
        && ((middle.iter().all(|length| *length == 3) && (1..=3).contains(&first))
            || (middle.iter().all(|length| *length == 2) && (1..=2).contains(&first)))
}

/// What the cells of a column say about how its numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NumberTally {
    /// Cells that can be read as a number in some way.
    pub numbers: u64,
    /// Of these: with an exponent.
    pub exponents: u64,
    /// Of these: with an exponent that hides digits of a long whole number (`1.23457E+14`).
    pub damaged: u64,
    /// Of these: below zero.
    pub negatives: u64,
    /// Of these: zero.
    pub zeros: u64,
    /// Of these: with `%`.
    pub percents: u64,
    /// Of these: with a unit or currency.
    pub units: u64,
    /// Whole numbers of more than three digits without separators.
    pub long_whole: u64,
    /// Whole numbers of up to three digits, not zero.
    pub short_whole: u64,
    /// Point must be the decimal sign.
    pub point: u64,
    /// Comma must be the decimal sign.
    pub comma: u64,
    /// Point could be either.
    pub either_point: u64,
    /// Comma could be either.
    pub either_comma: u64,
    /// Of those with a decimal point: commas separate their thousands.
    pub comma_groups: u64,
    /// Of those with a decimal comma: points separate their thousands.
    pub point_groups: u64,
}

/// What one cell says about how the numbers of its column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberCell {
    negative: bool,
    zero: bool,
    exponent: bool,
    damaged: bool,
    percent: bool,
    unit: bool,
    /// Whole and of more than three digits.
    long: bool,
    /// A sign stands in front of which thousands are separated by another one.
    groups: bool,
    shape: Shape,
}

impl NumberCell {
    /// What the cell says; `None` where it can't be a number.
    pub fn of(text: &str) -> Option<NumberCell> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && text.starts_with(|c: char| c.is_ascii_digit());
        let parts = match is_plain {
            true => Parts {
                core: text,
                ..Parts::default()
            },
            false => split(text)?,
        };
        let shape = shape(parts.core);
        let (long, groups) = match shape {
            Shape::Broken => return None,
            Shape::Whole if !is_plain && !blank_groups_hold(parts.core) => return None,
            Shape::Whole => (parts.core.len() > 3, false),
            Shape::Decimal('.') | Shape::Grouped(',') => (false, parts.core.contains(',')),
            Shape::Decimal(_) | Shape::Grouped(_) => (false, parts.core.contains('.')),
            Shape::Either(_) => (false, false),
        };
        Some(NumberCell {
            negative: parts.negative,
            zero: !parts.core.bytes().any(|b| (b'1'..=b'9').contains(&b)),
            exponent: parts.has_exponent,
            damaged: parts.exponent >= 8 && parts.core.len() <= 9,
            percent: parts.percent,
            unit: !parts.unit.is_empty(),
            long,
            groups,
            shape,
        })
    }
}

impl NumberTally {
    /// Counts what a cell says that stands so many times.
    pub fn add(&mut self, cell: &NumberCell, times: u64) {
        let when = |is: bool| u64::from(is) * times;
        self.numbers += times;
        self.negatives += when(cell.negative);
        self.zeros += when(cell.zero);
        self.exponents += when(cell.exponent);
        self.damaged += when(cell.damaged);
        self.percents += when(cell.percent);
        self.units += when(cell.unit);
        match cell.shape {
            Shape::Broken => {}
            Shape::Whole if cell.long => self.long_whole += times,
            Shape::Whole => self.short_whole += when(!cell.zero),
            Shape::Decimal('.') | Shape::Grouped(',') => {
                self.point += times;
                self.comma_groups += when(cell.groups);
            }
            Shape::Decimal(_) | Shape::Grouped(_) => {
                self.comma += times;
                self.point_groups += when(cell.groups);
            }
            Shape::Either('.') => self.either_point += times,
            Shape::Either(_) => self.either_comma += times,
        }
    }

    /// How the column is written, from its own cells.
    pub fn decimals(&self) -> Decimals {
        match (self.point, self.comma) {
            (0, 0) => self.without_proof(),
            (point, comma) if point > FEW * comma && holds(comma, self.either_comma, self.comma_groups) => {
                Decimals::Known('.')
            }
            (point, comma) if comma > FEW * point && holds(point, self.either_point, self.point_groups) => {
                Decimals::Known(',')
            }
            _ => Decimals::Contradictory,
        }
    }

    fn without_proof(&self) -> Decimals {
        let (sign, other, either) = match (self.either_point, self.either_comma) {
            (0, 0) => return Decimals::Free,
            (point, comma) if point > 0 && comma > 0 => {
                return Decimals::Ambiguous(if point >= comma { '.' } else { ',' });
            }
            (0, comma) => (',', '.', comma),
            (point, _) => ('.', ',', point),
        };
        // A long number without the sign says that thousands are not separated; so many groups of three say that they are.
        if self.long_whole > 0 {
            return match either >= GROUPS_NO_ACCIDENT {
                true => Decimals::Contradictory,
                false => Decimals::Known(sign),
            };
        }
        match self.short_whole > 0 && either >= GROUPS_NO_ACCIDENT {
            true => Decimals::Known(other),
            false => Decimals::Ambiguous(sign),
        }
    }
}

/// Whether a sign that decides some few cells otherwise leaves the rest certain: beside `1,5` a `1,234` may be a decimal,
/// unless far more cells show that the comma separates thousands.
fn holds(few: u64, either: u64, groups: u64) -> bool {
    few == 0 || either == 0 || groups > FEW * few
}

/// Whether blanks and apostrophes between digits separate groups of three.
fn blank_groups_hold(core: &str) -> bool {
    match core.chars().find(|c| is_group(*c)) {
        Some(sign) => grouped(core, sign),
        None => true,
    }
}

/// Reads a cell whose column has that decimal sign.
///
/// # Errors
/// When it is not a number, or not one that is written as the column is.
pub fn parse(text: &str, decimal: char) -> Result<Number<'_>, NumberError> {
    if let Some(value) = plain(text, decimal) {
        return Ok(Number {
            value,
            percent: false,
            unit: "",
        });
    }
    let parts = split(text).ok_or(NumberError::NotANumber)?;
    let group = if decimal == '.' { ',' } else { '.' };
    let (whole, fraction) = parts.core.split_once(decimal).unwrap_or((parts.core, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Separators);
    }
    let fits = match whole.chars().find(|c| !c.is_ascii_digit()) {
        None => true,
        Some(sign) if sign == group => grouped(whole, sign),
        Some(sign) => !whole.contains(['.', ',']) && grouped(whole, sign),
    };
    if !fits {
        return Err(NumberError::Separators);
    }
    let value = assemble(whole, fraction, parts.exponent).ok_or(NumberError::TooLarge)?;
    Ok(Number {
        value: if parts.negative { -value } else { value }.normalize(),
        percent: parts.percent,
        unit: parts.unit,
    })
}

/// The common case without a search for units: a sign, up to 18 digits, one decimal sign.
fn plain(text: &str, decimal: char) -> Option<Decimal> {
    let bytes = text.trim().as_bytes();
    let (negative, digits) = match bytes.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, bytes),
    };
    if digits.is_empty() || digits.len() > 19 || !digits.last().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let mut value = 0_i64;
    let mut scale = None;
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                value = value.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                scale = scale.map(|scale| scale + 1);
            }
            byte if char::from(*byte) == decimal && scale.is_none() => scale = Some(0),
            _ => return None,
        }
    }
    let mut scale: u32 = scale.unwrap_or(0);
    // Trailing zeros of the fraction say nothing about the value; equal values must be stored and hashed alike.
    while scale > 0 && value % 10 == 0 {
        value /= 10;
        scale -= 1;
    }
    Decimal::try_new(if negative { -value } else { value }, scale).ok()
}

/// A decimal from digits before and after the decimal sign, rounded half to even to 28 significant digits.
fn assemble(whole: &str, fraction: &str, exponent: i32) -> Option<Decimal> {
    let mut digits: Vec<u8> = Vec::with_capacity(whole.len() + fraction.len());
    for byte in whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit) {
        if byte != b'0' || !digits.is_empty() {
            digits.push(byte - b'0');
        }
    }
    if digits.is_empty() {
        return Some(Decimal::ZERO);
    }
    let mut scale = i64::try_from(fraction.len()).ok()? - i64::from(exponent);
    // Digits that can't be kept: more than 28, or further than 28 places behind the decimal sign.
    let surplus = digits
        .len()
        .saturating_sub(DIGITS_KEPT)
        .max(usize::try_from(scale - 28).unwrap_or(0));
    let mut mantissa: i128 = 0;
    let kept = digits.len().saturating_sub(surplus);
    for digit in digits.iter().take(kept) {
        mantissa = mantissa * 10 + i128::from(*digit);
    }
    if surplus > digits.len() {
        return Some(Decimal::ZERO);
    }
    // Digits before the decimal sign are never rounded away.
    if surplus > 0 && scale < i64::try_from(surplus).ok()? {
        return None;
    }
    if surplus > 0 {
        let first = digits.get(kept).copied().unwrap_or(0);
        let rest = digits.iter().skip(kept + 1).any(|digit| *digit != 0);
        if first > 5 || (first == 5 && (rest || mantissa % 2 == 1)) {
            mantissa += 1;
        }
        scale -= i64::try_from(surplus).ok()?;
    }
    if scale < 0 {
        let power = u32::try_from(-scale).ok().filter(|power| *power <= 28)?;
        mantissa = mantissa.checked_mul(10_i128.checked_pow(power)?)?;
        scale = 0;
    }
    Decimal::try_from_i128_with_scale(mantissa, u32::try_from(scale).ok()?).ok()
}

#[cfg(test)]
mod tests;
