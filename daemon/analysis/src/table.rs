//! The rows of an analysis as columns, filled while they are decoded.
//!
//! Invariants: only rows that count are kept; a column exists only if a row has filled it; texts are kept once each and rows
//! refer to them by number; a row belongs to one group, which is its day and its dimensions.

mod group;
mod lookup;
mod remark;

use std::collections::BTreeMap;
use std::io::Read;

use chrono::NaiveDate;
use plant_core::component::{Dimension, Made};
use plant_core::job::AnalysisOrder;
use plant_core::record::{Record, RowAt, Value};
use plant_core::variable::{Kind, Variable};
use plant_rows::Counting;
use rust_decimal::Decimal;

pub(crate) use group::{ABSENT, GroupKey, Groups, Texts};
pub(crate) use lookup::LookedUp;
pub(crate) use remark::Remarks;

use crate::AnalysisError;
use crate::exact::ExactColumn;
use crate::measures::Measures;
use crate::planned::PlannedSites;
use crate::rework::Rework;
use crate::row_worth::{self, Prices};
use crate::steps::{CarriedState, Says, Steps};
use crate::stops::TimeRow;
use lookup::Lookups;

/// The texts that are needed beside the dimensions.
const TEXTS: [Variable; 4] = [
    Variable::WorkOrder,
    Variable::Characteristic,
    Variable::SubgroupId,
    Variable::ValueQualifier,
];

/// The rows as columns.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// Line of each row in its file.
    pub(crate) places: Vec<RowAt>,
    /// Group of each row.
    pub(crate) group_of: Vec<u32>,
    /// The groups.
    pub(crate) groups: Groups,
    /// Columns of numbers that occur.
    pub(crate) numbers: BTreeMap<Variable, ExactColumn>,
    /// What a row adds to a made component.
    pub(crate) made: BTreeMap<Made, ExactColumn>,
    /// Rows that say something about time or failures, in order.
    pub(crate) time_rows: Vec<TimeRow>,
    /// When each row is placed, in microseconds since 1970; empty where no row has a time.
    sampled_at: Vec<Option<i64>>,
    /// Texts of the rows beside their dimensions.
    texts: BTreeMap<Variable, (Texts, Vec<u32>)>,
    /// How many rows have each variable, in the order of [`Variable::ALL`].
    filled: Vec<u64>,
    /// Rows that stand for a stop: they need no quantities, the others need no reason.
    pub(crate) stop_rows: u64,
    /// Rows with scrap.
    pub(crate) scrap_rows: u64,
    /// What is odd about the rows.
    pub(crate) remarks: Remarks,
    /// First and last day.
    pub(crate) days: Option<(NaiveDate, NaiveDate)>,
    /// What the rows say of unit costs.
    pub(crate) prices: Prices,
    /// States from files before this one that ended in it. They are rows behind those of the file which say something
    /// about time, and no rows otherwise.
    carried: Vec<CarriedState>,
    /// What they took from lists.
    pub(crate) looked_up: LookedUp,
    /// What they measure beside the variables.
    pub(crate) measures: Measures,
}

impl Table {
    /// Decodes every row that counts. The reader should be buffered.
    ///
    /// # Errors
    /// The stream is none of blocks or breaks off; more than 2³² rows.
    pub(crate) fn read(
        &mut self,
        rows: impl Read,
        order: &AnalysisOrder,
        steps: Option<&Steps>,
    ) -> Result<(), AnalysisError> {
        self.filled = vec![0; Variable::COUNT];
        let mut lookups = Lookups::new(order);
        let mut planned = PlannedSites::new(&order.calendars);
        let mut rework = Rework::default();
        let mut blocks = Counting::new(rows);
        while let Some(block) = blocks.next_block()? {
            for mut record in block.records() {
                // Every figure goes by the canonical names; the rows keep what their file says.
                order.aliases.apply(&mut record);
                let (silent, says) = match steps {
                    Some(steps) => steps.apply(self.places.len(), &mut record),
                    None => (Vec::new(), Says::Itself),
                };
                // What a file says itself; what a list says is the list's.
                self.prices.see(&record);
                record.day = planned
                    .as_mut()
                    .and_then(|planned| planned.day_of(&record))
                    .or(record.day);
                let apart = rework.set_apart(&mut record);
                let is_made = record.produced().is_some();
                lookups.fill(&mut record, is_made);
                let unit_cost = match row_worth::lacks_unit_cost(&record) {
                    true => lookups.unit_cost(&record),
                    false => None,
                };
                self.push(&record, unit_cost, says)?;
                for variable in silent.into_iter().chain(apart.taken) {
                    self.fill(variable);
                }
                for (made, pieces) in [
                    (Made::GqRecovered, apart.recovered),
                    (Made::SqRework, apart.scrapped),
                    (Made::SqChecked, apart.scrapped),
                ] {
                    if let Some(pieces) = pieces {
                        let column = self.made.entry(made).or_insert_with(ExactColumn::new);
                        column.put(self.places.len() - 1, pieces);
                    }
                }
            }
        }
        if let Some(steps) = steps {
            self.remarks.extend(steps.remarks.clone());
            for carried in &steps.carried {
                let mut record = carried.record();
                lookups.fill(&mut record, false);
                record.day = planned
                    .as_mut()
                    .and_then(|planned| planned.day_of(&record))
                    .or(record.day);
                self.carry(carried, &record)?;
            }
        }
        self.looked_up = lookups.finish();
        Ok(())
    }

    /// Adds a state from a file before this one behind all rows.
    fn carry(&mut self, carried: &CarriedState, record: &Record) -> Result<(), AnalysisError> {
        let row = self.places.len();
        let row_no = u32::try_from(row).map_err(|_| AnalysisError::TooManyRows { rows: row as u64 })?;
        let key = GroupKey {
            day: record.day,
            dimensions: self.dimensions(record),
        };
        self.group_of.push(self.groups.id(key)?);
        self.places.push(record.at());
        let time_row = TimeRow::of(record, row_no, true)?;
        self.time_rows.extend(time_row.map(|mut row| {
            row.goes_on = carried.began.goes_on;
            row.began = carried
                .began
                .first_at
                .map_or(row.began, |at| Some(at.timestamp_micros()));
            row
        }));
        self.carried.push(carried.clone());
        Ok(())
    }

    fn fill(&mut self, variable: Variable) {
        if let Some(count) = self.filled.get_mut(variable.index()) {
            *count += 1;
        }
    }

    fn push(&mut self, record: &Record, unit_cost: Option<Decimal>, says: Says) -> Result<(), AnalysisError> {
        let row = self.places.len();
        let row_no = u32::try_from(row).map_err(|_| AnalysisError::TooManyRows { rows: row as u64 })?;
        let key = GroupKey {
            day: record.day,
            dimensions: self.dimensions(record),
        };
        self.measures.push(record, &key)?;
        self.group_of.push(self.groups.id(key)?);
        self.places.push(record.at());
        self.days = match (record.day, self.days) {
            (None, days) => days,
            (Some(day), None) => Some((day, day)),
            (Some(day), Some((first, last))) => Some((first.min(day), last.max(day))),
        };
        if record.day.is_none() {
            self.remarks.add("no_date", record.at());
        }

        for (variable, value) in Variable::ALL.iter().zip(&record.values) {
            let Some(value) = value else { continue };
            self.fill(*variable);
            if let Value::Number(number) = value
                && variable.kind() == Kind::Number
            {
                self.numbers
                    .entry(*variable)
                    .or_insert_with(ExactColumn::new)
                    .put(row, *number);
            }
        }
        for variable in TEXTS {
            if let Some(text) = record.text(variable) {
                let (texts, column) = self.texts.entry(variable).or_default();
                column.resize(row, ABSENT);
                column.push(texts.code(text));
            }
        }
        if let Some(at) = sampled_at(record) {
            self.sampled_at.resize(row, None);
            self.sampled_at.push(Some(at));
        }

        let worth = row_worth::of(record, unit_cost);
        for (made, value) in worth.values {
            self.made.entry(made).or_insert_with(ExactColumn::new).put(row, value);
        }
        for code in worth.remarks {
            self.remarks.add(code, record.at());
        }
        let derived = record.is_derived(Variable::Duration);
        let time_row = match says {
            Says::Itself => TimeRow::of(record, row_no, derived)?,
            Says::Nothing => None,
        };
        self.stop_rows += u64::from(time_row.as_ref().is_some_and(TimeRow::tells_a_stop));
        self.scrap_rows += u64::from(
            record
                .number(Variable::QuantityScrap)
                .is_some_and(|scrap| scrap > Decimal::ZERO),
        );
        self.time_rows.extend(time_row);
        Ok(())
    }

    fn dimensions(&mut self, record: &Record) -> [u32; Dimension::ALL.len()] {
        let mut codes = [ABSENT; Dimension::ALL.len()];
        for ((code, dimension), texts) in codes.iter_mut().zip(Dimension::ALL).zip(&mut self.groups.texts) {
            let text = match dimension {
                Dimension::Reason => record
                    .text(Variable::ReasonText)
                    .or_else(|| record.text(Variable::ReasonCode)),
                _ => Variable::from_name(dimension.name()).and_then(|variable| record.text(variable)),
            };
            if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
                *code = texts.code(text);
            }
        }
        codes
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.places.len() - self.carried.len()
    }

    /// States from files before this one that ended in it, each with the number of the row that stands for it.
    pub(crate) fn carried(&self) -> impl Iterator<Item = (usize, &CarriedState)> {
        (self.rows()..).zip(&self.carried)
    }

    /// How many rows have the variable.
    pub(crate) fn filled(&self, variable: Variable) -> u64 {
        self.filled.get(variable.index()).copied().unwrap_or(0)
    }

    /// Whether any row has the variable.
    pub(crate) fn has(&self, variable: Variable) -> bool {
        self.filled(variable) > 0
    }

    /// The number of a row.
    pub(crate) fn number(&self, variable: Variable, row: usize) -> Option<Decimal> {
        self.numbers.get(&variable).and_then(|column| column.get(row))
    }

    /// What a row adds to a made component.
    pub(crate) fn made(&self, made: Made, row: usize) -> Option<Decimal> {
        self.made.get(&made).and_then(|column| column.get(row))
    }

    /// Which row of the file a row is.
    pub(crate) fn at(&self, row: usize) -> RowAt {
        self.places.get(row).copied().unwrap_or_default()
    }

    /// The day and dimensions of a row.
    pub(crate) fn key(&self, row: usize) -> Option<&GroupKey> {
        self.groups.key(self.group_of.get(row).copied()?)
    }

    /// The dimension of a row.
    pub(crate) fn dimension(&self, dimension: Dimension, row: usize) -> Option<&str> {
        self.groups.text(dimension, self.key(row)?)
    }

    /// A text of a row that is no dimension.
    pub(crate) fn text(&self, variable: Variable, row: usize) -> Option<&str> {
        let (texts, column) = self.texts.get(&variable)?;
        texts.get(column.get(row).copied()?)
    }

    /// When the row was sampled or happened, in microseconds since 1970.
    pub(crate) fn sampled_at(&self, row: usize) -> Option<i64> {
        self.sampled_at.get(row).copied().flatten()
    }
}

fn sampled_at(record: &Record) -> Option<i64> {
    let time = |variable| match record.get(variable) {
        Some(Value::Time(time)) => Some(time.timestamp_micros()),
        _ => None,
    };
    time(Variable::SampleTime)
        .or_else(|| time(Variable::EventStart))
        .or_else(|| time(Variable::EventEnd))
}
