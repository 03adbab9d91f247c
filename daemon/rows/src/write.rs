//! Rows into the columns of a block.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder as _, BooleanBuilder, Date32Builder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{Array as _, ArrayRef, Decimal128Array, Int64Array, RecordBatch, UInt64Array};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use plant_core::measure::Measure;
use plant_core::record::{Record, Value};
use plant_core::variable::Variable;
use rust_decimal::Decimal;

use crate::limit::{BLOCK_MAX_BYTES, BLOCK_ROWS, BlockError, EXTRA, UNIT};

/// Digits of a decimal column.
pub(crate) const PRECISION: u8 = 38;
/// What an empty cell takes.
const EMPTY_BYTES: usize = 5;
/// What a number takes, filled or not.
const NUMBER_BYTES: usize = 16;
/// What a row takes beside its texts, about.
const ROW_BYTES: usize = 64;

/// Collects rows until a block is full.
#[derive(Debug)]
pub struct Writer {
    lines: Vec<i64>,
    other: Vec<u64>,
    days: Date32Builder,
    times: TimestampMicrosecondBuilder,
    values: Vec<Option<Column>>,
    measures: Vec<(Arc<Measure>, Vec<Option<Decimal>>)>,
    extra: Vec<(String, StringBuilder)>,
    /// Where the columns of `extra` stand.
    places: HashMap<String, usize>,
    bytes: usize,
    /// Rows of the block that stand elsewhere.
    left: usize,
}

#[derive(Debug)]
enum Column {
    Text(StringBuilder),
    Number(Vec<Option<Decimal>>),
    Time(TimestampMicrosecondBuilder),
    Date(Date32Builder),
    Flag(BooleanBuilder),
}

impl Default for Writer {
    fn default() -> Writer {
        Writer {
            lines: Vec::new(),
            other: Vec::new(),
            days: Date32Builder::new(),
            times: TimestampMicrosecondBuilder::new(),
            values: (0..Variable::COUNT).map(|_| None).collect(),
            measures: Vec::new(),
            extra: Vec::new(),
            places: HashMap::new(),
            bytes: 0,
            left: 0,
        }
    }
}

impl Writer {
    /// Rows so far.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Whether the block should be finished before the next row.
    pub fn is_full(&self) -> bool {
        self.rows() + self.left >= BLOCK_ROWS || self.bytes >= BLOCK_MAX_BYTES / 3
    }

    /// Leaves room for a row that is known from elsewhere, of about so many bytes.
    pub fn leave(&mut self, bytes: usize) {
        self.left += 1;
        self.bytes += ROW_BYTES + bytes * 2;
    }

    /// Adds a row.
    pub fn push(&mut self, record: &Record) {
        let row = self.rows();
        self.lines.push(i64::try_from(record.line).unwrap_or(i64::MAX));
        self.other.push(record.other);
        self.days.append_option(record.day.map(|day| day.to_epoch_days()));
        self.times.append_option(record.ts.map(|ts| ts.timestamp_micros()));
        // A column takes room in every row, filled or not.
        self.bytes += ROW_BYTES + self.extra.len() * EMPTY_BYTES + self.measures.len() * NUMBER_BYTES;
        for (variable, value) in Variable::ALL.iter().zip(&record.values) {
            let Some(value) = value else { continue };
            let Some(slot) = self.values.get_mut(variable.index()) else {
                continue;
            };
            self.bytes += slot.get_or_insert_with(|| Column::of(value)).put(row, value);
        }
        for (measure, value) in &record.measures {
            self.measure(row, measure, *value);
        }
        for (name, text) in &record.extra {
            self.bytes += text.len() + 4;
            let index = match self.places.get(name) {
                Some(index) => *index,
                None => {
                    self.extra.push((name.clone(), StringBuilder::new()));
                    self.places.insert(name.clone(), self.extra.len() - 1);
                    self.bytes += row * EMPTY_BYTES;
                    self.extra.len() - 1
                }
            };
            // A source that stands twice in a row keeps its first text.
            if let Some((_, column)) = self.extra.get_mut(index)
                && column.len() <= row
            {
                pad(column, row);
                column.append_value(text);
            }
        }
    }

    /// Puts a measured number at that row. What stands twice in a row keeps its first number.
    fn measure(&mut self, row: usize, measure: &Arc<Measure>, value: Decimal) {
        let known = self.measures.iter().position(|(known, _)| known == measure);
        let index = known.unwrap_or_else(|| {
            self.measures.push((Arc::clone(measure), Vec::new()));
            self.bytes += row * NUMBER_BYTES;
            self.measures.len() - 1
        });
        if let Some((_, column)) = self.measures.get_mut(index)
            && column.len() <= row
        {
            column.resize(row, None);
            column.push(Some(value));
        }
    }

    /// The block, not compressed; `None` where there is no row. The writer is empty afterwards.
    ///
    /// # Errors
    /// What Arrow says.
    pub fn finish(&mut self) -> Result<Option<Vec<u8>>, BlockError> {
        let whole = std::mem::take(self);
        if whole.lines.is_empty() {
            return Ok(None);
        }
        let batch = whole.batch()?;
        let mut out = Vec::new();
        let mut stream = StreamWriter::try_new(&mut out, &batch.schema())?;
        stream.write(&batch)?;
        stream.finish()?;
        drop(stream);
        Ok(Some(out))
    }

    fn batch(mut self) -> Result<RecordBatch, BlockError> {
        let rows = self.rows();
        let mut columns: Vec<(Field, ArrayRef)> = Vec::new();
        let mut add = |name: &str, nullable: bool, array: ArrayRef| {
            columns.push((Field::new(name, array.data_type().clone(), nullable), array));
        };
        add("_line", false, Arc::new(Int64Array::from(self.lines)));
        add("_other", false, Arc::new(UInt64Array::from(self.other)));
        add("_day", true, Arc::new(self.days.finish()));
        add("_ts", true, Arc::new(self.times.finish().with_timezone("UTC")));
        for (variable, column) in Variable::ALL.iter().zip(self.values) {
            if let Some(column) = column {
                add(variable.name(), true, column.finish(rows)?);
            }
        }
        for (measure, mut column) in self.measures {
            column.resize(rows, None);
            let Measure { kind, name, unit } = &*measure;
            add(&format!("{kind}:{name}{UNIT}{unit}"), true, numbers(&column)?);
        }
        for (name, mut column) in self.extra {
            pad(&mut column, rows);
            add(&format!("{EXTRA}{name}"), true, Arc::new(column.finish()));
        }
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().unzip();
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
    }
}

fn pad(column: &mut StringBuilder, rows: usize) {
    column.append_nulls(rows.saturating_sub(column.len()));
}

impl Column {
    fn of(value: &Value) -> Column {
        match value {
            Value::Text(_) => Column::Text(StringBuilder::new()),
            Value::Number(_) => Column::Number(Vec::new()),
            Value::Time(_) => Column::Time(TimestampMicrosecondBuilder::new()),
            Value::Date(_) => Column::Date(Date32Builder::new()),
            Value::Flag(_) => Column::Flag(BooleanBuilder::new()),
        }
    }

    /// Puts a value at that row, after as many nulls as it takes; gives its bytes, about.
    fn put(&mut self, row: usize, value: &Value) -> usize {
        match (self, value) {
            (Column::Text(column), Value::Text(text)) => {
                pad(column, row);
                column.append_value(text);
                text.len() + 4
            }
            (Column::Number(column), Value::Number(number)) => {
                column.resize(row, None);
                column.push(Some(*number));
                16
            }
            (Column::Time(column), Value::Time(time)) => {
                column.append_nulls(row.saturating_sub(column.len()));
                column.append_value(time.timestamp_micros());
                8
            }
            (Column::Date(column), Value::Date(date)) => {
                column.append_nulls(row.saturating_sub(column.len()));
                column.append_value(date.to_epoch_days());
                4
            }
            (Column::Flag(column), Value::Flag(flag)) => {
                column.append_nulls(row.saturating_sub(column.len()));
                column.append_value(*flag);
                1
            }
            // A variable has one kind of value.
            _ => 0,
        }
    }

    fn finish(self, rows: usize) -> Result<ArrayRef, BlockError> {
        Ok(match self {
            Column::Text(mut column) => {
                pad(&mut column, rows);
                Arc::new(column.finish())
            }
            Column::Number(mut column) => {
                column.resize(rows, None);
                numbers(&column)?
            }
            Column::Time(mut column) => {
                column.append_nulls(rows.saturating_sub(column.len()));
                Arc::new(column.finish().with_timezone("UTC"))
            }
            Column::Date(mut column) => {
                column.append_nulls(rows.saturating_sub(column.len()));
                Arc::new(column.finish())
            }
            Column::Flag(mut column) => {
                column.append_nulls(rows.saturating_sub(column.len()));
                Arc::new(column.finish())
            }
        })
    }
}

/// Decimals of one scale; as texts where their digits do not fit one.
fn numbers(column: &[Option<Decimal>]) -> Result<ArrayRef, BlockError> {
    let column: Vec<Option<Decimal>> = column
        .iter()
        .map(|value| value.map(|value| value.normalize()))
        .collect();
    let scale = column.iter().flatten().map(Decimal::scale).max().unwrap_or(0);
    let scaled: Option<Vec<Option<i128>>> = column
        .iter()
        .map(|value| match value {
            None => Some(None),
            Some(value) => 10_i128
                .checked_pow(scale - value.scale())
                .and_then(|factor| value.mantissa().checked_mul(factor))
                .filter(|mantissa| mantissa.unsigned_abs() < 10_u128.pow(u32::from(PRECISION)))
                .map(Some),
        })
        .collect();
    match (scaled, i8::try_from(scale)) {
        (Some(scaled), Ok(scale)) => Ok(Arc::new(
            Decimal128Array::from(scaled).with_precision_and_scale(PRECISION, scale)?,
        )),
        _ => {
            let mut texts = StringBuilder::new();
            for value in column {
                texts.append_option(value.map(|value| value.to_string()));
            }
            Ok(Arc::new(texts.finish()))
        }
    }
}

/// The type of a point in time.
pub(crate) fn time_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}
