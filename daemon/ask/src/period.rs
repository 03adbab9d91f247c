//! Time words: from `last 6 weeks`, `Q2 2025` or `since 1 Feb` to a half-open range of local days.
//!
//! Relative words count from an anchor day that the caller chooses (today, or the newest day of older data).

mod names;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::word::Token;

pub(super) use names::{Unit, WORDS, number};
use names::{day_number, month, ordinal, unit, weekday, year};

/// A period of local days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Period {
    /// First day; absent is from the beginning.
    pub from: Option<NaiveDate>,
    /// Day after the last; absent is to the end.
    pub to: Option<NaiveDate>,
    /// The unit that it is one of, if it is exactly one.
    pub unit: Option<Unit>,
    /// Whether it counts from the anchor.
    pub relative: bool,
    /// Whether it was called the previous one (`previous month`, `last year`).
    pub previous: bool,
}

/// Why time words could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TimeFault {
    /// Day and month can't be told apart.
    Ambiguous(String, NaiveDate, NaiveDate),
    /// There is no such day.
    Impossible(String),
}

type Found = Option<(usize, Result<Period, TimeFault>)>;

impl Period {
    pub fn new(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Period {
        Period {
            from,
            to,
            unit: None,
            relative: false,
            previous: false,
        }
    }

    /// The unit that holds this day.
    pub fn of(unit: Unit, day: NaiveDate) -> Option<Period> {
        let from = start(unit, day)?;
        Some(Period {
            unit: Some(unit),
            ..Period::new(Some(from), Some(shift(unit, from, 1)?))
        })
    }

    fn relative(mut self) -> Period {
        self.relative = true;
        self
    }

    fn previous(mut self) -> Period {
        self.previous = true;
        self
    }

    /// The same period so many units earlier.
    pub fn earlier(&self, unit: Unit, count: i64) -> Option<Period> {
        let back = |day: Option<NaiveDate>| match day {
            Some(day) => shift(unit, day, -count).map(Some),
            None => Some(None),
        };
        Some(Period {
            from: back(self.from)?,
            to: back(self.to)?,
            ..self.clone()
        })
    }

    /// In words: `2025-03-01 to 2025-03-31`.
    pub fn words(&self) -> String {
        match (self.from, self.to.and_then(|day| day.pred_opt())) {
            (Some(from), Some(last)) if from == last => from.to_string(),
            (Some(from), Some(last)) => format!("{from} to {last}"),
            (Some(from), None) => format!("from {from} on"),
            (None, Some(last)) => format!("up to {last}"),
            (None, None) => "all days".to_owned(),
        }
    }
}

fn start(unit: Unit, day: NaiveDate) -> Option<NaiveDate> {
    match unit {
        Unit::Day => Some(day),
        Unit::Week => day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))),
        Unit::Month => day.with_day(1),
        Unit::Quarter => NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1),
        Unit::Half => NaiveDate::from_ymd_opt(day.year(), day.month0() / 6 * 6 + 1, 1),
        Unit::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
    }
}

fn shift(unit: Unit, day: NaiveDate, count: i64) -> Option<NaiveDate> {
    let days = |size: u64| {
        let amount = Days::new(count.unsigned_abs().checked_mul(size)?);
        if count < 0 {
            day.checked_sub_days(amount)
        } else {
            day.checked_add_days(amount)
        }
    };
    let months = |size: u32| {
        let amount = Months::new(u32::try_from(count.unsigned_abs()).ok()?.checked_mul(size)?);
        if count < 0 {
            day.checked_sub_months(amount)
        } else {
            day.checked_add_months(amount)
        }
    };
    match unit {
        Unit::Day => days(1),
        Unit::Week => days(7),
        Unit::Month => months(1),
        Unit::Quarter => months(3),
        Unit::Half => months(6),
        Unit::Year => months(12),
    }
}

/// Words of a question, looked at from some place on.
struct Words<'a>(&'a [Token]);

impl<'a> Words<'a> {
    fn norm(&self, place: usize) -> &'a str {
        self.0
            .get(place)
            .filter(|token| !token.quoted)
            .map_or("", |token| token.norm.as_str())
    }

    fn stem(&self, place: usize) -> &'a str {
        self.0
            .get(place)
            .filter(|token| !token.quoted)
            .map_or("", |token| token.stem.as_str())
    }

    fn after(&self, place: usize) -> Words<'a> {
        Words(self.0.get(place..).unwrap_or(&[]))
    }
}

/// The time words at the start of these tokens: how many they are, and what they mean.
pub(super) fn at(tokens: &[Token], anchor: NaiveDate) -> Found {
    let words = Words(tokens);
    let skip_article = |place: usize| place + usize::from(matches!(words.norm(place), "the" | "of"));
    let edge = |from: usize| {
        let place = skip_article(from);
        point(&words.after(place), anchor).map(|(length, period)| (place + length, period))
    };
    match words.norm(0) {
        "since" | "after" | "seit" | "desde" | "depuis" => {
            let (length, period) = edge(1)?;
            let since = words.norm(0) != "after";
            Some((
                length,
                period.map(|period| Period::new(if since { period.from } else { period.to }, None)),
            ))
        }
        "until" | "till" | "before" | "bis" => {
            let place = 1 + usize::from(matches!(words.norm(1), "end" | "of"));
            let (length, period) = edge(place)?;
            let before = words.norm(0) == "before";
            Some((
                length,
                period.map(|period| Period::new(None, if before { period.from } else { period.to })),
            ))
        }
        "up" if words.norm(1) == "to" => {
            let (length, period) = edge(2)?;
            Some((length, period.map(|period| Period::new(None, period.to))))
        }
        "between" | "from" | "von" | "zwischen" => between(&words, 1, anchor).or_else(|| match words.norm(0) {
            "from" if matches!(words.norm(skip_article(1)), "start" | "beginning") => None,
            "from" => edge(1),
            _ => None,
        }),
        _ => between(&words, 0, anchor).or_else(|| point(&words, anchor)),
    }
}

/// `P and P`, `P to P`.
fn between(words: &Words<'_>, from: usize, anchor: NaiveDate) -> Found {
    let open = from + usize::from(words.norm(from) == "the");
    let (length, first) = bare_day_or_point(words, open, anchor)?;
    let middle = open + length;
    let joined = match words.norm(middle) {
        "and" | "und" if from > 0 => true,
        "to" | "until" | "till" | "through" | "bis" => true,
        _ => false,
    };
    if !joined {
        return None;
    }
    let place = middle + 1 + usize::from(words.norm(middle + 1) == "the");
    let (length, last) = point(&words.after(place), anchor)?;
    let both = first.resolve(&last).and_then(|first| {
        let last = last?;
        match (first.from, last.to) {
            (Some(from), Some(to)) if from >= to => Err(TimeFault::Impossible(format!(
                "{} to {} (it ends before it begins)",
                from,
                to.pred_opt().unwrap_or(to)
            ))),
            (from, to) => Ok(Period::new(from, to)),
        }
    });
    Some((place + length, both))
}

/// The opening of a range: a period, or a day or month that takes what is missing from the closing one.
enum Opening {
    Whole(Result<Period, TimeFault>),
    /// `1 to 15 March`.
    Day(u32),
    /// `January to March 2024`: without a year.
    Yearless(Period),
}

impl Opening {
    fn resolve(self, last: &Result<Period, TimeFault>) -> Result<Period, TimeFault> {
        let last_from = last.as_ref().ok().and_then(|period| period.from);
        match (self, last_from) {
            (Opening::Whole(period), _) => period,
            (Opening::Day(day), Some(last)) => last
                .with_day(day)
                .and_then(|day| Period::of(Unit::Day, day))
                .ok_or_else(|| TimeFault::Impossible(format!("day {day}"))),
            (Opening::Day(day), None) => Err(TimeFault::Impossible(format!("day {day}"))),
            (Opening::Yearless(period), Some(last)) => {
                let same = period.from.and_then(|from| from.with_year(last.year()));
                let from = same
                    .filter(|from| *from <= last)
                    .or_else(|| same?.with_year(last.year() - 1));
                Ok(Period { from, ..period })
            }
            (Opening::Yearless(period), None) => Ok(period),
        }
    }
}

fn bare_day_or_point(words: &Words<'_>, place: usize, anchor: NaiveDate) -> Option<(usize, Opening)> {
    if let Some((length, period)) = point(&words.after(place), anchor) {
        let named = (0..length).any(|step| month(words.norm(place + step)).is_some());
        let dated = (0..length).any(|step| year(words.norm(place + step)).is_some());
        return Some((
            length,
            match period {
                Ok(period) if named && !dated => Opening::Yearless(period),
                period => Opening::Whole(period),
            },
        ));
    }
    let day = day_number(words.norm(place))?;
    Some((1, Opening::Day(day)))
}

/// One period without `since` or `between`.
fn point(words: &Words<'_>, anchor: NaiveDate) -> Found {
    let good = |length: usize, period: Option<Period>| period.map(|period| (length, Ok(period)));
    let day = |back: u64| Period::of(Unit::Day, anchor.checked_sub_days(Days::new(back))?).map(Period::relative);
    match words.norm(0) {
        "today" | "heute" | "hoy" => return good(1, day(0)),
        "yesterday" | "gestern" | "ayer" | "hier" => return good(1, day(1)),
        "day" if words.norm(1) == "before" && words.norm(2) == "yesterday" => return good(3, day(2)),
        "ytd" => return good(1, to_date(Unit::Year, anchor)),
        "qtd" => return good(1, to_date(Unit::Quarter, anchor)),
        "mtd" => return good(1, to_date(Unit::Month, anchor)),
        "so" if words.norm(1) == "far" && words.norm(2) == "this" => {
            return good(4, to_date(unit(words.stem(3))?, anchor));
        }
        "all" if matches!(words.norm(1), "time" | "days" | "data") => return good(2, Some(Period::new(None, None))),
        "ever" | "overall" => return good(1, Some(Period::new(None, None))),
        "whole" | "entire" | "full" if matches!(words.norm(1), "period" | "time" | "range" | "data") => {
            return good(2, Some(Period::new(None, None)));
        }
        _ => {}
    }
    if words.norm(1) == "to" && words.norm(2) == "date" {
        return good(3, to_date(unit(words.stem(0))?, anchor));
    }
    counted(words, anchor)
        .or_else(|| calendar(words, anchor))
        .or_else(|| literal(words.norm(0)))
}

fn to_date(unit: Unit, anchor: NaiveDate) -> Option<Period> {
    Some(Period::new(start(unit, anchor), shift(Unit::Day, anchor, 1)).relative())
}

/// `this week`, `last month`, `last 6 weeks`, `last monday`.
fn counted(words: &Words<'_>, anchor: NaiveDate) -> Found {
    match words.norm(0) {
        "this" | "current" | "diese" | "diesen" | "dieser" | "dieses" | "este" | "ce" | "cette" => {
            let period = Period::of(unit(words.stem(1))?, anchor)?;
            Some((2, Ok(period.relative())))
        }
        "last" | "previous" | "prior" | "past" | "preceding" | "letzte" | "letzten" | "letzter" | "letztes"
        | "vorige" | "vorigen" => {
            if let Some(name) = weekday(words.norm(1)) {
                return Some((2, Ok(latest_weekday(name, anchor.pred_opt()?)?)));
            }
            if let Some(unit) = unit(words.stem(1)) {
                let day = shift(unit, start(unit, anchor)?, -1)?;
                return Some((2, Ok(Period::of(unit, day)?.relative().previous())));
            }
            let count = number(words.norm(1))?;
            let unit = unit(words.stem(2))?;
            let to = shift(Unit::Day, anchor, 1)?;
            let from = shift(unit, to, -i64::from(count))?;
            Some((3, Ok(Period::new(Some(from), Some(to)).relative())))
        }
        // Spanish and French put the word behind: `mes pasado`, `mois dernier`.
        _ if matches!(words.norm(1), "pasado" | "pasada" | "dernier" | "derniere") => {
            let unit = unit(words.stem(0)).or_else(|| unit(words.norm(0)))?;
            let day = shift(unit, start(unit, anchor)?, -1)?;
            Some((2, Ok(Period::of(unit, day)?.relative().previous())))
        }
        name => {
            let name = weekday(name)?;
            Some((1, Ok(latest_weekday(name, anchor)?)))
        }
    }
}

fn latest_weekday(name: Weekday, anchor: NaiveDate) -> Option<Period> {
    let back = (7 + anchor.weekday().num_days_from_monday() - name.num_days_from_monday()) % 7;
    let day = anchor.checked_sub_days(Days::new(u64::from(back)))?;
    Period::of(Unit::Day, day).map(Period::relative)
}

/// Named months, quarters, halves, weeks, years.
fn calendar(words: &Words<'_>, anchor: NaiveDate) -> Found {
    let of = |place: usize| place + usize::from(matches!(words.norm(place), "of" | "in"));
    // The year behind the name; without one, the newest that has begun by the anchor.
    let dated = |place: usize, make: &dyn Fn(i32) -> Option<NaiveDate>| {
        if let Some(year) = year(words.norm(of(place))) {
            return (of(place) + 1, make(year));
        }
        let this = make(anchor.year()).filter(|day| *day <= anchor);
        (place, this.or_else(|| make(anchor.year() - 1)))
    };
    let whole = |unit: Unit, (length, day): (usize, Option<NaiveDate>), text: &str| {
        let period = day.and_then(|day| Period::of(unit, day));
        Some((length, period.ok_or_else(|| TimeFault::Impossible(text.to_owned()))))
    };
    let first = words.norm(0);
    if let Some(number) = month(first) {
        if first == "may" && matches!(words.norm(1), "i" | "we" | "you" | "be") {
            return None;
        }
        if let Some(day) = day_number(words.norm(1)) {
            let text = format!("{first} {day}");
            return whole(
                Unit::Day,
                dated(2, &|year| NaiveDate::from_ymd_opt(year, number, day)),
                &text,
            );
        }
        return whole(
            Unit::Month,
            dated(1, &|year| NaiveDate::from_ymd_opt(year, number, 1)),
            first,
        );
    }
    if let (Some(day), Some(number)) = (day_number(first), month(words.norm(of(1)))) {
        let text = format!("{day} {}", words.norm(of(1)));
        return whole(
            Unit::Day,
            dated(of(1) + 1, &|year| NaiveDate::from_ymd_opt(year, number, day)),
            &text,
        );
    }
    let part = |prefix: char, most: u32| {
        let digit = first.strip_prefix(prefix).filter(|digits| digits.len() == 1);
        digit
            .and_then(|digit| digit.parse().ok())
            .filter(|part| (1..=most).contains(part))
    };
    let worded =
        |name: &[&str], most: u32| ordinal(first).filter(|part| name.contains(&words.norm(1)) && *part <= most);
    for (unit, prefix, names, most, months) in [
        (Unit::Quarter, 'q', ["quarter", "quartal"], 4, 3),
        (Unit::Half, 'h', ["half", "semester"], 2, 6),
    ] {
        let found = part(prefix, most)
            .map(|part| (part, 1))
            .or_else(|| worded(&names, most).map(|part| (part, 2)));
        if let Some((part, length)) = found {
            let make = |year| NaiveDate::from_ymd_opt(year, (part - 1) * months + 1, 1);
            return whole(unit, dated(length, &make), first);
        }
    }
    let week = match first {
        "week" | "kw" | "cw" | "wk" => words.norm(1).parse().ok().map(|week| (week, 2)),
        _ => ["kw", "cw", "wk"]
            .iter()
            .find_map(|prefix| first.strip_prefix(prefix)?.parse().ok())
            .map(|week| (week, 1)),
    };
    if let Some((week, length)) = week.filter(|(week, _): &(u32, usize)| (1..=53).contains(week)) {
        let make = |year| NaiveDate::from_isoywd_opt(year, week, Weekday::Mon);
        return whole(Unit::Week, dated(length, &make), &format!("week {week}"));
    }
    let year = year(first)?;
    if let Some(quarter) = words
        .norm(1)
        .strip_prefix('q')
        .and_then(|digit| digit.parse::<u32>().ok())
    {
        return whole(
            Unit::Quarter,
            (2, NaiveDate::from_ymd_opt(year, quarter.checked_sub(1)? * 3 + 1, 1)),
            first,
        );
    }
    whole(Unit::Year, (1, NaiveDate::from_ymd_opt(year, 1, 1)), first)
}

/// A date in digits: `2025-03-01`, `2025-03`, `2025-W12`, `2025-Q2`, `01.03.2025`, `3/14/2025`.
fn literal(text: &str) -> Found {
    let separator = ['-', '.', '/']
        .into_iter()
        .find(|separator| text.contains(*separator))?;
    let parts: Vec<&str> = text.split(separator).collect();
    if parts.iter().any(|part| part.is_empty() || part.len() > 4) {
        return None;
    }
    let one = |period: Option<Period>| Some((1, period.ok_or_else(|| TimeFault::Impossible(text.to_owned()))));
    let digits: Vec<Option<u32>> = parts.iter().map(|part| part.parse().ok()).collect();
    let day = |year: i32, month: u32, day: u32| {
        NaiveDate::from_ymd_opt(year, month, day).and_then(|day| Period::of(Unit::Day, day))
    };
    match (parts.as_slice(), digits.as_slice()) {
        ([first, _, _], [_, Some(month), Some(number)]) if year(first).is_some() => {
            one(day(year(first)?, *month, *number))
        }
        ([_, _, last], [Some(first), Some(second), _]) if year(last).is_some() => {
            let year = year(last)?;
            let day_first = day(year, *second, *first);
            let month_first = day(year, *first, *second);
            match (day_first, month_first) {
                (Some(one), Some(other)) if separator != '.' && one != other => {
                    let fault = TimeFault::Ambiguous(text.to_owned(), one.from?, other.from?);
                    Some((1, Err(fault)))
                }
                (Some(found), _) => one(Some(found)),
                (None, found) => one(found.filter(|_| separator != '.')),
            }
        }
        ([first, second], [_, part]) if year(first).is_some() && separator == '-' => {
            let year = year(first)?;
            if let Some(week) = second.strip_prefix('w') {
                let monday = NaiveDate::from_isoywd_opt(year, week.parse().ok()?, Weekday::Mon);
                return one(monday.and_then(|monday| Period::of(Unit::Week, monday)));
            }
            if let Some(quarter) = second.strip_prefix('q') {
                let month = quarter.parse::<u32>().ok()?.checked_sub(1)?.checked_mul(3)? + 1;
                return one(NaiveDate::from_ymd_opt(year, month, 1).and_then(|day| Period::of(Unit::Quarter, day)));
            }
            let month = (*part)?;
            one(NaiveDate::from_ymd_opt(year, month, 1).and_then(|day| Period::of(Unit::Month, day)))
        }
        _ => None,
    }
}
