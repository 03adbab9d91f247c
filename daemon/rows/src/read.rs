//! The rows of a block.

use std::io::Cursor;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType, UInt64Type};
use arrow_array::{
    Array as _, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, UInt64Array,
};
use arrow_ipc::reader::StreamReader;
use arrow_schema::DataType;
use chrono::{DateTime, NaiveDate, Utc};
use plant_core::measure::{MEASURES_MOST, Measure, MeasureKind};
use plant_core::record::{Record, RowAt, Value};
use plant_core::variable::{Kind, Variable};
use rust_decimal::Decimal;

use crate::limit::{BLOCK_ROWS, BlockError, EXTRA, UNIT};
use crate::write::time_type;

/// The rows of one block, typed and checked.
#[derive(Debug)]
pub struct Rows {
    lines: Int64Array,
    other: UInt64Array,
    days: Date32Array,
    times: TimestampMicrosecondArray,
    values: Vec<(Variable, Column)>,
    measures: Vec<(Arc<Measure>, Column)>,
    extra: Vec<(String, StringArray)>,
}

#[derive(Debug)]
enum Column {
    Text(StringArray),
    Number(Decimal128Array, u32),
    NumberText(StringArray),
    Time(TimestampMicrosecondArray),
    Date(Date32Array),
    Flag(BooleanArray),
}

impl Rows {
    /// Reads a block that is not compressed.
    ///
    /// # Errors
    /// When it is no block, holds more than one batch, a column of another type, or lines that fall.
    pub fn read(block: &[u8]) -> Result<Rows, BlockError> {
        // Some wrong lengths are caught by Arrow with a panic; here they are an error as well.
        std::panic::catch_unwind(|| Rows::stream(block))
            .unwrap_or_else(|_| Err(shape("its lengths contradict each other")))
    }

    fn stream(block: &[u8]) -> Result<Rows, BlockError> {
        let mut stream = StreamReader::try_new(Cursor::new(block), None)?;
        let batch = stream.next().ok_or_else(|| shape("it is empty"))??;
        if stream.next().is_some() {
            return Err(shape("it has several batches"));
        }
        Rows::of(&batch)
    }

    fn of(batch: &RecordBatch) -> Result<Rows, BlockError> {
        if batch.num_rows() > BLOCK_ROWS {
            return Err(shape(format!("it has {} rows", batch.num_rows())));
        }
        let schema = batch.schema();
        let mut fixed: [Option<&ArrayRef>; 4] = [None; 4];
        let mut values = Vec::new();
        let mut measures = Vec::new();
        let mut extra = Vec::new();
        for (field, array) in schema.fields().iter().zip(batch.columns()) {
            let name = field.name().as_str();
            if let Some(slot) = ["_line", "_other", "_day", "_ts"]
                .iter()
                .position(|found| *found == name)
            {
                if let Some(slot) = fixed.get_mut(slot) {
                    *slot = Some(array);
                }
            } else if let Some(source) = name.strip_prefix(EXTRA) {
                let texts = array.as_string_opt::<i32>().ok_or_else(|| wrong(name))?;
                extra.push((source.to_owned(), texts.clone()));
            } else if let Some(measure) = measure(name) {
                measures.push((Arc::new(measure), Column::number(array).ok_or_else(|| wrong(name))?));
            } else {
                let variable = Variable::from_name(name).ok_or_else(|| wrong(name))?;
                values.push((variable, Column::of(variable, array).ok_or_else(|| wrong(name))?));
            }
        }
        if measures.len() > MEASURES_MOST {
            return Err(shape(format!("it measures {} things", measures.len())));
        }
        let [Some(lines), Some(other), Some(days), Some(times)] = fixed else {
            return Err(shape("a column is missing"));
        };
        if *times.data_type() != time_type() {
            return Err(wrong("_ts"));
        }
        let rows = Rows {
            lines: lines
                .as_primitive_opt::<Int64Type>()
                .ok_or_else(|| wrong("_line"))?
                .clone(),
            other: other
                .as_primitive_opt::<UInt64Type>()
                .ok_or_else(|| wrong("_other"))?
                .clone(),
            days: days
                .as_primitive_opt::<Date32Type>()
                .ok_or_else(|| wrong("_day"))?
                .clone(),
            times: times
                .as_primitive_opt::<TimestampMicrosecondType>()
                .ok_or_else(|| wrong("_ts"))?
                .clone(),
            values,
            measures,
            extra,
        };
        let mut before = 0;
        for line in rows.lines.iter() {
            match line {
                Some(line) if line >= before.max(1) => before = line,
                _ => return Err(shape("its lines fall")),
            }
        }
        Ok(rows)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The variables that any row fills.
    pub fn variables(&self) -> impl Iterator<Item = Variable> + '_ {
        self.values.iter().map(|(variable, _)| *variable)
    }

    /// The line of a row.
    pub fn line(&self, row: usize) -> u64 {
        match row < self.lines.len() {
            true => u64::try_from(self.lines.value(row)).unwrap_or_default(),
            false => 0,
        }
    }

    /// Which of the rows of its line it is, from 0. Those of a line stand in one block.
    pub fn sub(&self, row: usize) -> u32 {
        let line = self.line(row);
        let before = (0..row).rev().take_while(|other| self.line(*other) == line);
        u32::try_from(before.count()).unwrap_or(u32::MAX)
    }

    /// Which row of its file a row is.
    pub fn at(&self, row: usize) -> RowAt {
        RowAt {
            line: self.line(row),
            sub: self.sub(row),
        }
    }

    /// The day of a row.
    pub fn day(&self, row: usize) -> Option<NaiveDate> {
        value(&self.days, row, |days| days.value(row)).and_then(NaiveDate::from_epoch_days)
    }

    /// The main point in time of a row.
    pub fn ts(&self, row: usize) -> Option<DateTime<Utc>> {
        value(&self.times, row, |times| times.value(row)).and_then(DateTime::from_timestamp_micros)
    }

    /// The value of a variable in a row.
    pub fn value(&self, row: usize, variable: Variable) -> Option<Value> {
        self.values
            .iter()
            .find(|(found, _)| *found == variable)
            .and_then(|(_, column)| column.get(row))
    }

    /// One row as a record.
    pub fn record(&self, row: usize) -> Record {
        let mut record = Record::empty(self.line(row));
        record.sub = self.sub(row);
        record.other = value(&self.other, row, |other| other.value(row)).unwrap_or_default();
        record.day = self.day(row);
        record.ts = self.ts(row);
        for (variable, column) in &self.values {
            if let Some(value) = column.get(row) {
                record.set(*variable, value);
            }
        }
        for (measure, column) in &self.measures {
            if let Some(Value::Number(number)) = column.get(row) {
                record.measures.push((Arc::clone(measure), number));
            }
        }
        for (name, column) in &self.extra {
            if let Some(text) = value(column, row, |column| column.value(row).to_owned()) {
                record.extra.push((name.clone(), text));
            }
        }
        record
    }

    /// All rows, in the order of their lines.
    pub fn records(&self) -> impl Iterator<Item = Record> + '_ {
        (0..self.len()).map(|row| self.record(row))
    }
}

/// What a column of that name measures; `None` where it is none of those.
fn measure(column: &str) -> Option<Measure> {
    let (kind, rest) = column.split_once(':')?;
    let (name, unit) = rest.split_once(UNIT)?;
    let measure = Measure {
        kind: MeasureKind::from_name(kind)?,
        name: name.to_owned(),
        unit: unit.to_owned(),
    };
    measure.is_sound().then_some(measure)
}

fn value<A: arrow_array::Array, T>(array: &A, row: usize, get: impl FnOnce(&A) -> T) -> Option<T> {
    (row < array.len() && array.is_valid(row)).then(|| get(array))
}

impl Column {
    fn of(variable: Variable, array: &ArrayRef) -> Option<Column> {
        Some(match (variable.kind(), array.data_type()) {
            (Kind::Text, DataType::Utf8) => Column::Text(array.as_string_opt()?.clone()),
            (Kind::Number, _) => Column::number(array)?,
            (Kind::Time, found) if *found == time_type() => {
                Column::Time(array.as_primitive_opt::<TimestampMicrosecondType>()?.clone())
            }
            (Kind::Date, DataType::Date32) => Column::Date(array.as_primitive_opt::<Date32Type>()?.clone()),
            (Kind::Flag, DataType::Boolean) => Column::Flag(array.as_boolean_opt()?.clone()),
            _ => return None,
        })
    }

    fn number(array: &ArrayRef) -> Option<Column> {
        Some(match array.data_type() {
            DataType::Utf8 => Column::NumberText(array.as_string_opt()?.clone()),
            DataType::Decimal128(_, scale) => {
                let scale = u32::try_from(*scale)
                    .ok()
                    .filter(|scale| *scale <= Decimal::MAX_SCALE)?;
                Column::Number(array.as_primitive_opt::<Decimal128Type>()?.clone(), scale)
            }
            _ => return None,
        })
    }

    fn get(&self, row: usize) -> Option<Value> {
        match self {
            Column::Text(column) => value(column, row, |column| Value::Text(column.value(row).to_owned())),
            Column::Number(column, scale) => {
                let mantissa = value(column, row, |column| column.value(row))?;
                number(mantissa, *scale).map(Value::Number)
            }
            Column::NumberText(column) => {
                value(column, row, |column| column.value(row).parse().ok().map(Value::Number)).flatten()
            }
            Column::Time(column) => value(column, row, |column| column.value(row))
                .and_then(DateTime::<Utc>::from_timestamp_micros)
                .map(Value::Time),
            Column::Date(column) => value(column, row, |column| column.value(row))
                .and_then(NaiveDate::from_epoch_days)
                .map(Value::Date),
            Column::Flag(column) => value(column, row, |column| Value::Flag(column.value(row))),
        }
    }
}

/// The decimal of that mantissa and scale. Digits that the scale of its column added are taken off first, so that a
/// number of 28 digits fits again.
fn number(mut mantissa: i128, mut scale: u32) -> Option<Decimal> {
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

fn shape(what: impl Into<String>) -> BlockError {
    BlockError::Shape(what.into())
}

fn wrong(column: &str) -> BlockError {
    shape(format!("column {column} is of another type"))
}
