//! What the dates of a column say together: which order their parts have, whether they go forward, how far apart they are.
//!
//! Invariants: both orders of day and month are followed side by side until the column is over; what both orders allow
//! is left ambiguous.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _};
use plant_core::profile::DateOrder;
use serde::{Deserialize, Serialize};

use crate::date::{DateCell, Moment};

/// Different gaps that are counted.
const GAPS_KEPT: usize = 64;
/// Proofs of one order that outweigh one of the other.
const FEW: u64 = 20;
/// Different days that tell a column of days from one of years.
const DAYS_ENOUGH: u32 = 6;
/// Steps in one direction that no accident makes: one order of 720 of so many rows.
const STEPS_NO_ACCIDENT: u64 = 6;
/// Years before and after today that a two-digit year is expected in.
const YEARS_NEAR: (i32, i32) = (15, 2);
/// Steps from day to day that are enough to say that days follow each other.
const STEPS_ENOUGH: u64 = 4;

/// Dates of a column under one order of day and month.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Track {
    /// Dates that exist in this order.
    pub valid: u64,
    /// Steps to a later time.
    pub forward: u64,
    /// Steps to an earlier time.
    pub back: u64,
    /// Earliest, sentinels left out.
    pub min: Option<NaiveDateTime>,
    /// Latest, sentinels left out.
    pub max: Option<NaiveDateTime>,
    /// First of the file.
    pub first: Option<NaiveDateTime>,
    /// Last of the file.
    pub last: Option<NaiveDateTime>,
    /// Steps from one day to the next day.
    pub day_steps: u64,
    /// Steps from one day to another that is not the next.
    pub day_jumps: u64,
    /// Rows at 00:00 that stand behind a late row of the same written day.
    pub midnights_closing: u64,
    /// Rows at 00:00 that stand behind a row of the day before.
    pub midnights_opening: u64,
    gaps: BTreeMap<i64, u64>,
}

impl Track {
    fn add(&mut self, moment: Moment) {
        let at = moment.local;
        self.valid += 1;
        if plant_core::time::is_sentinel(at) {
            return;
        }
        if let Some(previous) = self.last {
            let gap = at.signed_duration_since(previous).num_seconds();
            match gap {
                1.. => self.forward += 1,
                0 => {}
                _ => self.back += 1,
            }
            if gap != 0 {
                let has_room = self.gaps.len() < GAPS_KEPT;
                match self.gaps.get_mut(&gap) {
                    Some(count) => *count += 1,
                    None if has_room => drop(self.gaps.insert(gap, 1)),
                    None => {}
                }
            }
            if at.date() != previous.date() {
                match at.date().signed_duration_since(previous.date()).num_days().abs() {
                    1 => self.day_steps += 1,
                    _ => self.day_jumps += 1,
                }
            }
            if moment.timed && at.time() == NaiveTime::MIN {
                let same_day = at.date() == previous.date() && previous.time().hour() >= 18;
                let next_day = previous.date().checked_add_days(Days::new(1)) == Some(at.date());
                self.midnights_closing += u64::from(same_day);
                self.midnights_opening += u64::from(next_day);
            }
        }
        self.first = self.first.or(Some(at));
        self.last = Some(at);
        self.min = Some(self.min.map_or(at, |min| min.min(at)));
        self.max = Some(self.max.map_or(at, |max| max.max(at)));
    }

    /// The gap in seconds between rows that is by far the most usual one.
    pub fn usual_gap_s(&self) -> Option<i64> {
        let all: u64 = self.gaps.values().sum();
        let (gap, count) = self.gaps.iter().max_by_key(|(_, count)| **count)?;
        (*gap > 0 && *count * 10 >= all * 9 && all >= 3).then_some(*gap)
    }

    /// Whether rows go forward in time but for a few.
    pub fn is_increasing(&self) -> bool {
        self.forward > 0 && self.back * 50 <= self.forward + self.back
    }

    /// Whether rows at 00:00 close the day that is written beside them. Only of rows that go forward but for these can it be
    /// said: in any other order 00:00 stands behind a late row by chance.
    pub fn midnight_closes_day(&self) -> bool {
        let other_back = self.back.saturating_sub(self.midnights_closing);
        self.midnights_closing >= 2
            && self.midnights_closing > 9 * self.midnights_opening
            && other_back * 50 <= self.forward + self.back
    }

    /// Whether its regular times are the ends of intervals: the first is one interval after midnight, the last at
    /// midnight.
    pub fn marks_interval_ends(&self) -> bool {
        let begins = |at: NaiveDateTime, gap: i64| i64::from(at.time().num_seconds_from_midnight()) == gap;
        self.midnight_closes_day()
            || matches!((self.usual_gap_s(), self.first, self.last), (Some(gap), Some(first), Some(last))
                if gap < 86_400 && begins(first, gap) && last.time() == NaiveTime::MIN)
    }

    fn disorder(&self) -> u64 {
        self.forward.min(self.back)
    }
}

/// Which part of a date comes first, as far as a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// No date of it depends on the order.
    Free,
    /// This order.
    Known(DateOrder),
    /// Nothing in it tells, but dates are only written like this in this order (points: day first).
    Custom(DateOrder),
    /// Both orders are possible and say the same days: `05/05/2025`.
    Either,
    /// Both orders are possible.
    Ambiguous,
}

/// Where the dates of a column may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    /// They have happened: none lies ahead of today.
    Behind,
    /// Anywhere: a due date lies ahead of today as well as behind.
    Anywhere,
}

/// Whether all two-digit years of a set are near today.
fn near(years: u128, today: NaiveDate) -> bool {
    let low = today.year().saturating_sub(YEARS_NEAR.0);
    let high = today.year().saturating_add(YEARS_NEAR.1);
    (low..=high)
        .filter_map(|year| u32::try_from(year.rem_euclid(100)).ok())
        .fold(years, |left, year| left & !1_u128.checked_shl(year).unwrap_or(0))
        == 0
}

/// What a cell means read day first (or where its order is certain), month first and year first.
pub type Moments = [Option<Moment>; 3];

/// The moments of a cell.
pub fn moments(cell: DateCell) -> Moments {
    match cell {
        DateCell::Day(_) => [cell.moment(DateOrder::Ymd), None, None],
        DateCell::Pair { .. } => [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd].map(|order| cell.moment(order)),
        DateCell::Clock(_) | DateCell::Broken | DateCell::Impossible => [None; 3],
    }
}

/// The dates and times of a column.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DateTally {
    /// Dates whose parts are certain.
    pub days: u64,
    /// Of these: digits only.
    pub compact: u64,
    /// Dates whose day and month could be either.
    pub pairs: u64,
    /// Of days and pairs: with a time of day.
    pub timed: u64,
    /// Of days and pairs: with an offset from UTC.
    pub zoned: u64,
    /// Times of day alone.
    pub clocks: u64,
    /// `00:00.0`.
    pub broken: u64,
    /// Shapes of dates that don't exist.
    pub impossible: u64,
    /// Pairs whose first number can't be a month.
    pub first_over_12: u64,
    /// Pairs whose second number can't be a month.
    pub second_over_12: u64,
    /// Pairs whose numbers are equal.
    pub equal_parts: u64,
    /// Dates read day first (and those whose order is certain).
    pub day_first: Track,
    /// Dates read month first.
    pub month_first: Track,
    /// Dates with two-digit years read year first.
    pub year_first: Track,
    /// Pairs whose year has two digits.
    pub short: u64,
    /// Pairs with points between their numbers.
    pub dotted: u64,
    /// Of the short ones: those that can't begin with their year.
    never_year_first: u64,
    /// Of the short ones: those that can only begin with their year.
    only_year_first: u64,
    /// First and third numbers that occur in short ones.
    firsts: u128,
    thirds: u128,
    first_is_one: u64,
    second_is_one: u64,
}

impl DateTally {
    /// Cells that had the shape of a date or a time.
    pub fn cells(&self) -> u64 {
        self.days + self.pairs + self.clocks + self.broken + self.impossible
    }

    /// Dates, with or without a time.
    pub fn dates(&self) -> u64 {
        self.days + self.pairs
    }

    /// Counts a cell that stands so many times; its place among the others is told by [`DateTally::step`].
    pub fn count(&mut self, cell: DateCell, times: u64) {
        let when = |is: bool| u64::from(is) * times;
        match cell {
            DateCell::Day(parts) => {
                self.days += times;
                self.compact += when(parts.compact);
                self.timed += when(parts.time.is_some());
                self.zoned += when(parts.offset.is_some());
            }
            DateCell::Pair {
                first,
                second,
                last,
                short,
                dotted,
                year,
                time,
                offset,
            } => {
                self.pairs += times;
                self.timed += when(time.is_some());
                self.zoned += when(offset.is_some());
                self.first_over_12 += when((13..=31).contains(&first));
                self.second_over_12 += when(second > 12);
                self.equal_parts += when(first == second);
                self.first_is_one += when(first == 1);
                self.second_is_one += when(second == 1);
                self.dotted += when(dotted);
                if short {
                    let [day, month, year_first] = moments(cell);
                    self.short += times;
                    self.never_year_first += when(year_first.is_none());
                    self.only_year_first += when(year_first.is_some() && day.is_none() && month.is_none());
                    self.firsts |= 1_u128.checked_shl(first).unwrap_or(0);
                    let third = last.or_else(|| u32::try_from(year.rem_euclid(100)).ok());
                    self.thirds |= third.and_then(|third| 1_u128.checked_shl(third)).unwrap_or(0);
                }
            }
            DateCell::Clock(_) => self.clocks += times,
            DateCell::Broken => self.broken += times,
            DateCell::Impossible => self.impossible += times,
        }
    }

    /// The next row has these moments.
    pub fn step(&mut self, moments: &Moments) {
        for (track, moment) in [&mut self.day_first, &mut self.month_first, &mut self.year_first]
            .into_iter()
            .zip(moments)
        {
            if let Some(moment) = moment {
                track.add(*moment);
            }
        }
    }

    /// Whether a part over 12 tells the order.
    pub fn has_proof(&self) -> bool {
        self.first_over_12 > 0 || self.second_over_12 > 0 || self.only_year_first > 0
    }

    /// The order of the parts, from the whole column: a part over 12, a future that can't be where all has happened, the
    /// order of the rows, days that follow each other.
    pub fn order(&self, today: NaiveDate, lies: Lies) -> Order {
        let known = |day_first: bool| Order::Known(if day_first { DateOrder::Dmy } else { DateOrder::Mdy });
        if self.pairs == 0 {
            return Order::Free;
        }
        match self.year_stands_first(today) {
            Some(true) => return Order::Known(DateOrder::Ymd),
            Some(false) => {}
            None => return Order::Ambiguous,
        }
        match (self.first_over_12, self.second_over_12) {
            (0, 0) => {}
            (first, second) if first > FEW * second => return known(true),
            (first, second) if second > FEW * first => return known(false),
            _ => return Order::Ambiguous,
        }
        if self.dotted == self.pairs {
            return Order::Custom(DateOrder::Dmy);
        }
        if self.equal_parts == self.pairs {
            return Order::Either;
        }
        let limit = today.checked_add_days(Days::new(1)).unwrap_or(today);
        let future = |track: &Track| lies == Lies::Behind && track.max.is_some_and(|max| max.date() > limit);
        match (future(&self.day_first), future(&self.month_first)) {
            (true, false) => return known(false),
            (false, true) => return known(true),
            _ => {}
        }
        let (day_first, month_first) = (&self.day_first, &self.month_first);
        match (day_first.disorder(), month_first.disorder()) {
            (0, disorder) if disorder > 0 && day_first.forward + day_first.back >= 3 => return known(true),
            (disorder, 0) if disorder > 0 && month_first.forward + month_first.back >= 3 => return known(false),
            _ => {}
        }
        // Days that follow each other in one order are a month apart in the other. Where the constant part is 1, months
        // that begin are as likely as days.
        let follows = |track: &Track, other: &Track| {
            track.day_steps >= STEPS_ENOUGH && track.day_jumps * 4 <= track.day_steps && other.day_steps == 0
        };
        if follows(day_first, month_first) && self.second_is_one < self.pairs {
            return known(true);
        }
        if follows(month_first, day_first) && self.first_is_one < self.pairs {
            return known(false);
        }
        Order::Ambiguous
    }

    /// Whether dates with two-digit years begin with it; `None` where nothing tells.
    fn year_stands_first(&self, today: NaiveDate) -> Option<bool> {
        if self.short == 0 {
            return Some(false);
        }
        // A few long years beside many short ones come from another hand and prove nothing about these.
        let long = self.pairs.saturating_sub(self.short);
        let last = self.never_year_first + if long * FEW >= self.short { long } else { 0 };
        let spread = self.by_spread(today);
        match (self.only_year_first, last) {
            (0, 0) => {}
            // One slip of the pen must not turn a column that otherwise looks like the opposite.
            (first, last) if last > FEW * first && spread != Some(true) => return Some(false),
            (first, last) if first > FEW * last && spread != Some(false) => return Some(true),
            _ => return None,
        }
        if let Some(first) = spread.or_else(|| self.by_steps(today)) {
            return Some(first);
        }
        // With points the day stands first by custom.
        (self.dotted == self.pairs).then_some(false)
    }

    /// Many days and few years, all near today.
    fn by_spread(&self, today: NaiveDate) -> Option<bool> {
        let (firsts, thirds) = (self.firsts.count_ones(), self.thirds.count_ones());
        if firsts >= DAYS_ENOUGH && thirds * 4 <= firsts && near(self.thirds, today) {
            return Some(false);
        }
        (thirds >= DAYS_ENOUGH && firsts * 4 <= thirds && near(self.firsts, today)).then_some(true)
    }

    /// The order of the rows: forward in one reading, back and forth in the others.
    fn by_steps(&self, today: NaiveDate) -> Option<bool> {
        let steady = |track: &Track| track.disorder() == 0 && track.forward + track.back >= STEPS_NO_ACCIDENT;
        let (first, day, month) = (&self.year_first, &self.day_first, &self.month_first);
        let last_in_disorder = day.disorder() > 0 && month.disorder() > 0;
        if steady(first) && last_in_disorder && near(self.firsts, today) {
            return Some(true);
        }
        let last_steady = steady(day) || steady(month);
        (first.disorder() > 0 && last_steady && near(self.thirds, today)).then_some(false)
    }

    /// Whether the dates of the column can be read in that order at all.
    pub fn allows(&self, order: DateOrder) -> bool {
        order != DateOrder::Ymd || self.pairs == 0 || self.short * FEW > self.pairs.saturating_sub(self.short)
    }

    /// Whether years of two digits are near today in that order.
    pub fn is_near(&self, order: DateOrder, today: NaiveDate) -> bool {
        let years = match order {
            DateOrder::Ymd => self.firsts,
            DateOrder::Dmy | DateOrder::Mdy => self.thirds,
        };
        self.short == 0 || near(years, today)
    }

    /// The dates under that order.
    pub fn track(&self, order: DateOrder) -> &Track {
        if order == DateOrder::Ymd && self.short > 0 {
            &self.year_first
        } else if order == DateOrder::Mdy && self.pairs > 0 {
            &self.month_first
        } else {
            &self.day_first
        }
    }
}
