//! What one column holds.

use std::collections::BTreeMap;

use plant_core::sanitize;
use serde::{Deserialize, Serialize};

use super::blank::{Blank, blank};
use super::hash::hash_of;
use super::kept::{Kept, Place};
use super::once::Once;
use super::recent::{Gone, Recent, Said};
use super::tally::{self, DateTally};
use crate::number::{NumberCell, NumberTally};
use crate::synonyms::Name;
use crate::{date, duration};

/// Cells after which a kind that never fitted is no longer tried.
const TRIES: u64 = 1_000;
const SAMPLES: usize = 5;
const SAMPLE_CHARACTERS: usize = 40;

/// Statistics of one column.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Column {
    /// Name as written.
    pub source: String,
    /// The name taken apart.
    #[serde(skip)]
    pub name: Name,
    /// Cells that hold something, dashes and errors left out.
    pub filled: u64,
    /// Cells with a dash or the like.
    pub dashes: u64,
    /// Cells with an error of a spreadsheet or historian.
    pub errors: u64,
    /// Its numbers.
    pub numbers: NumberTally,
    /// Its dates and times.
    pub dates: DateTally,
    /// Cells with a shape that only a duration has.
    pub durations: u64,
    /// Whole numbers of 10 digits that are seconds since 1970 between 2001 and 2100.
    pub epoch_seconds: u64,
    /// The same in milliseconds.
    pub epoch_millis: u64,
    /// Numbers that a spreadsheet would show as a day between 1990 and 2080.
    pub serials: u64,
    /// Cells of digits that begin with 0.
    pub leading_zeros: u64,
    /// The first different trimmed values with their counts.
    pub distinct: BTreeMap<String, u64>,
    /// Whether `distinct` holds all of them.
    pub distinct_complete: bool,
    /// Whether no value stands twice.
    pub unique: bool,
    /// A few different cells, sanitised.
    pub samples: Vec<String>,
    /// Longest cell in bytes.
    pub longest: usize,
    /// Smallest and largest number among those without separators of thousands.
    pub range: Option<(f64, f64)>,
    #[serde(skip)]
    kept: Kept,
    #[serde(skip)]
    once: Once,
    /// Whether a cell fitted so far: numbers, dates, durations.
    fitted: Fitted,
    #[serde(skip)]
    pub(super) recent: Recent,
}

/// The kinds that some cell of a column fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Fitted {
    number: bool,
    date: bool,
    duration: bool,
}

impl Column {
    /// One of a header of so many, before its first cell.
    pub(super) fn new(source: &str, columns: usize) -> Column {
        Column {
            source: source.to_owned(),
            distinct_complete: true,
            unique: true,
            recent: Recent::new(columns),
            ..Column::default()
        }
    }

    /// The same as before it was settled, so that more cells may follow. What stands twice must be known already.
    pub(super) fn resumed(mut self) -> Column {
        self.kept = Kept::of(std::mem::take(&mut self.distinct));
        // Of no value at all none stands twice.
        self.unique |= self.filled == 0;
        self
    }

    /// The same in the place of one of that name whose cells went by so far.
    pub(super) fn in_place_of(self, other: &mut Column) -> Column {
        Column {
            name: std::mem::take(&mut other.name),
            recent: std::mem::take(&mut other.recent).emptied(),
            ..self
        }
    }

    /// Whether it counts the rows of the file, from 0 or 1 on without a gap.
    pub fn numbers_rows(&self, rows: u64) -> bool {
        let whole = self.unique && rows > 1 && self.filled == rows && self.numbers.numbers == rows;
        whole
            && self
                .range
                .is_some_and(|(low, high)| (low == 0.0 || low == 1.0) && high - low + 1.0 == rows as f64)
    }

    /// Share of the filled cells, 0 to 1; 0 where none is.
    pub fn share(&self, count: u64) -> f64 {
        if self.filled == 0 {
            0.0
        } else {
            count as f64 / self.filled as f64
        }
    }

    /// Whether its cells are numbers of something: each holds a digit, and they are no dates and no decimals.
    pub fn holds_codes(&self) -> bool {
        let dates = self.dates.dates().saturating_sub(self.dates.compact) + self.dates.clocks;
        let decimals = self.numbers.point + self.numbers.comma;
        let digits = |value: &String| value.bytes().any(|byte| byte.is_ascii_digit());
        self.filled > 0 && dates + decimals == 0 && self.distinct.keys().all(digits)
    }

    /// Whether all its values are at or below zero and some below.
    pub fn never_positive(&self) -> bool {
        self.numbers.negatives > 0 && self.numbers.negatives + self.numbers.zeros >= self.numbers.numbers
    }

    /// Whether nine of ten of its values that are not zero are below it.
    pub fn mostly_negative(&self) -> bool {
        let signed = self.numbers.numbers.saturating_sub(self.numbers.zeros);
        signed > 0 && self.numbers.negatives * 10 >= signed * 9
    }

    /// Sees a cell that hashes so.
    pub(super) fn observe(&mut self, cell: &str, hash: u128) {
        if cell.is_empty() {
            return;
        }
        if let Some((blank, moments)) = self.recent.again(hash) {
            if let Some(moments) = moments {
                self.dates.step(moments);
            }
            self.stands(blank);
            if blank == Blank::No {
                self.repeats();
            }
            return;
        }
        let said = self.read(cell, hash);
        self.dates.step(&said.moments);
        let mut recent = std::mem::take(&mut self.recent);
        recent.hold(hash, said, |gone| self.count(&gone));
        self.recent = recent;
    }

    /// One more cell of that kind.
    fn stands(&mut self, blank: Blank) {
        match blank {
            Blank::Yes => {}
            Blank::Dash => self.dashes += 1,
            Blank::Error => self.errors += 1,
            Blank::No => self.filled += 1,
        }
    }

    /// Takes a cell apart.
    fn read(&mut self, cell: &str, hash: u128) -> Said {
        let text = cell.trim();
        let blank = blank(text);
        self.stands(blank);
        let mut said = Said {
            blank,
            ..Said::default()
        };
        if blank != Blank::No {
            return said;
        }
        self.longest = self.longest.max(text.len());
        let early = self.filled <= TRIES;
        if early || self.fitted.number {
            said.number = NumberCell::of(text);
        }
        if early || self.fitted.date {
            said.date = date::read(text);
            said.moments = said.date.map(tally::moments).unwrap_or_default();
        }
        let is_other = said.number.is_none() && said.date.is_none();
        said.is_duration = is_other && (early || self.fitted.duration) && duration::is_duration(text);
        if said.number.is_some() {
            self.number(text, &mut said);
        }
        self.fitted.number |= said.number.is_some();
        self.fitted.date |= said.date.is_some();
        self.fitted.duration |= said.is_duration;
        let hash = match text.len() == cell.len() {
            true => hash,
            false => hash_of(text),
        };
        said.kept = self.value(text, hash as u64);
        said
    }

    fn number(&mut self, text: &str, said: &mut Said) {
        let bytes = text.as_bytes();
        if bytes.len() > 1 && bytes.iter().all(u8::is_ascii_digit) {
            said.leads_with_zero = bytes.first() == Some(&b'0');
            match (bytes.len(), bytes.first()) {
                (10, Some(b'1'..=b'4')) => said.is_epoch_seconds = true,
                (13, Some(b'1'..=b'4')) => said.is_epoch_millis = true,
                _ => {}
            }
        }
        if let Ok(value) = text.parse::<f64>()
            && value.is_finite()
        {
            said.is_serial = (32_874.0..65_746.0).contains(&value);
            let (low, high) = self.range.unwrap_or((value, value));
            self.range = Some((low.min(value), high.max(value)));
        }
    }

    /// A value that did not stand in the column of late; gives where it is kept.
    fn value(&mut self, text: &str, hash: u64) -> Option<Place> {
        if self.unique && !self.once.may_add(hash) {
            self.repeats();
        }
        // Whether it is still held of late must not matter: a value that is kept is counted wherever it stands.
        let found = self.kept.find(hash, text);
        if found.is_some() || !self.distinct_complete {
            return found;
        }
        let added = self.kept.add(hash, text);
        self.distinct_complete = added.is_some();
        if self.samples.len() < SAMPLES {
            let mut sample: String = text.chars().take(SAMPLE_CHARACTERS).collect();
            if sample.len() < text.len() {
                sample.push('…');
            }
            self.samples.push(sanitize::display(&sample).into_owned());
        }
        added
    }

    /// A value stands twice, or it is not known any more that none does.
    fn repeats(&mut self) {
        if self.unique {
            self.unique = false;
            self.once = Once::default();
        }
    }

    /// Counts what a cell says that stood so many times.
    fn count(&mut self, gone: &Gone) {
        let &Gone { said, times } = gone;
        if said.blank != Blank::No || times == 0 {
            return;
        }
        let when = |is: bool| u64::from(is) * times;
        if let Some(number) = &said.number {
            self.numbers.add(number, times);
        }
        if let Some(date) = said.date {
            self.dates.count(date, times);
        }
        self.durations += when(said.is_duration);
        self.leading_zeros += when(said.leads_with_zero);
        self.epoch_seconds += when(said.is_epoch_seconds);
        self.epoch_millis += when(said.is_epoch_millis);
        self.serials += when(said.is_serial);
        if let Some(place) = said.kept {
            self.kept.count(place, times);
        }
    }

    /// Counts what is still held.
    pub(super) fn settle(&mut self) {
        for held in std::mem::take(&mut self.recent).all() {
            self.count(&held);
        }
        self.unique &= self.filled > 0 && self.once.holds();
        self.once = Once::default();
        self.distinct = std::mem::take(&mut self.kept).into_values();
    }
}

/// What a scan found.
#[derive(Debug, Clone, Default)]
pub struct ColumnFacts {
    /// Rows seen.
    pub rows: u64,
    /// Per column of the header.
    pub columns: Vec<Column>,
    /// Some rows as they stand, cut to 120 bytes a cell: the first thousand in their order, then some of the rest.
    pub sample: Vec<Vec<String>>,
}
