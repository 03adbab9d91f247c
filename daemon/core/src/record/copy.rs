//! Typed rows as PostgreSQL's binary COPY stream, written by the ingest worker and read by the analysis worker.
//!
//! Invariants: the columns are exactly those of [`columns`], in that order; a decimal of up to 28 digits comes back as
//! the same decimal; a reader never allocates more than [`FIELD_MAX_BYTES`] for one field, whatever the stream says.

use std::io::Read;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Record, Value};
use crate::ids::OrgId;
use crate::variable::{Kind, Variable};

/// Longest field that is read, in bytes.
pub const FIELD_MAX_BYTES: usize = 16 * 1024 * 1024;

const SIGNATURE: [u8; 11] = *b"PGCOPY\n\xff\r\n\0";
const FIRST_COLUMNS: [&str; 8] = ["org_id", "file_no", "line", "live", "key_hash", "row_hash", "day", "ts"];
const NUMERIC_NEGATIVE: u16 = 0x4000;
/// Seconds from 1970-01-01 to PostgreSQL's epoch, 2000-01-01.
const EPOCH_S: i64 = 946_684_800;

/// The fields of one binary row: the fixed columns, every variable, `extra`.
const FIELDS: usize = FIRST_COLUMNS.len() + Variable::COUNT + 1;

/// Why a stream can't be read.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The stream failed.
    #[error("the binary rows could not be read")]
    Io(#[from] std::io::Error),
    /// It does not begin as binary COPY data does.
    #[error("not a binary COPY stream")]
    Signature,
    /// A row has another number of fields.
    #[error("a binary row has {found} fields, not {expected}")]
    Fields {
        /// Fields of the row.
        found: i16,
        /// Fields of [`columns`].
        expected: usize,
    },
    /// A field does not hold what its column says.
    #[error("column {column} of a binary row does not hold its type ({length} bytes)")]
    Field {
        /// Column.
        column: &'static str,
        /// Length of the field in bytes.
        length: i64,
    },
}

/// The names of the columns, in the order of the stream.
pub fn columns() -> Vec<&'static str> {
    FIRST_COLUMNS
        .into_iter()
        .chain(Variable::ALL.iter().map(|variable| variable.name()))
        .chain(std::iter::once("extra"))
        .collect()
}

/// Writes what stands before the first row.
pub fn header(out: &mut Vec<u8>) {
    out.extend_from_slice(&SIGNATURE);
    out.extend_from_slice(&[0; 8]);
}

/// Writes what stands after the last row.
pub fn trailer(out: &mut Vec<u8>) {
    out.extend_from_slice(&(-1_i16).to_be_bytes());
}

/// Writes one row.
pub fn encode(out: &mut Vec<u8>, org_id: OrgId, file_no: i64, record: &Record) {
    out.extend_from_slice(&(FIELDS as i16).to_be_bytes());
    field(out, org_id.0.as_bytes());
    field(out, &file_no.to_be_bytes());
    field(out, &i64::try_from(record.line).unwrap_or(i64::MAX).to_be_bytes());
    field(out, &[u8::from(record.live)]);
    field(out, &record.key_hash.to_be_bytes());
    field(out, &record.row_hash.to_be_bytes());
    match record.day {
        Some(day) => date(out, day),
        None => null(out),
    }
    match record.ts {
        Some(ts) => time(out, ts),
        None => null(out),
    }
    for variable in Variable::ALL {
        match record.get(*variable) {
            Some(Value::Text(value)) if variable.kind() == Kind::Text => text(out, value),
            Some(Value::Number(value)) if variable.kind() == Kind::Number => numeric(out, *value),
            Some(Value::Time(value)) if variable.kind() == Kind::Time => time(out, *value),
            Some(Value::Date(value)) if variable.kind() == Kind::Date => date(out, *value),
            Some(Value::Flag(value)) if variable.kind() == Kind::Flag => field(out, &[u8::from(*value)]),
            _ => null(out),
        }
    }
    measured(out, |out| {
        out.push(1);
        out.push(b'{');
        for (index, (name, value)) in record.extra.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            json_text(out, name);
            out.push(b':');
            json_text(out, value);
        }
        out.push(b'}');
    });
}

fn null(out: &mut Vec<u8>) {
    out.extend_from_slice(&(-1_i32).to_be_bytes());
}

fn field(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&i32::try_from(bytes.len()).unwrap_or(i32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// A field whose length is known only after it is written.
fn measured(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    write(out);
    let length = i32::try_from(out.len() - at - 4).unwrap_or(i32::MAX).to_be_bytes();
    if let Some(slot) = out.get_mut(at..at + 4) {
        slot.copy_from_slice(&length);
    }
}

fn text(out: &mut Vec<u8>, value: &str) {
    // One NUL would make the server refuse the whole file; such rows are put aside long before this point.
    match value.contains('\0') {
        true => field(out, value.replace('\0', "\u{fffd}").as_bytes()),
        false => field(out, value.as_bytes()),
    }
}

fn json_text(out: &mut Vec<u8>, value: &str) {
    out.push(b'"');
    for byte in value.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0 => out.extend_from_slice("\u{fffd}".as_bytes()),
            1..=31 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

fn date(out: &mut Vec<u8>, value: NaiveDate) {
    let days = value.signed_duration_since(epoch_day()).num_days();
    field(out, &i32::try_from(days).unwrap_or(i32::MAX).to_be_bytes());
}

fn time(out: &mut Vec<u8>, value: DateTime<Utc>) {
    let micros = value.timestamp_micros().saturating_sub(EPOCH_S * 1_000_000);
    field(out, &micros.to_be_bytes());
}

fn epoch_day() -> NaiveDate {
    DateTime::from_timestamp(EPOCH_S, 0).map_or(NaiveDate::MIN, |time| time.date_naive())
}

fn numeric(out: &mut Vec<u8>, value: Decimal) {
    let scale = value.scale();
    let padding = (4 - scale % 4) % 4;
    let mut rest = value.mantissa().unsigned_abs() * 10_u128.pow(padding);
    let fraction_groups = (scale + padding) / 4;
    // A 96-bit mantissa with its padding has at most 32 decimal digits: 8 groups; leading zero groups are not written.
    let mut groups = [0_u16; 16];
    let mut count = 0_usize;
    for slot in &mut groups {
        if rest == 0 {
            break;
        }
        *slot = (rest % 10_000) as u16;
        rest /= 10_000;
        count += 1;
    }
    let weight = count as i32 - fraction_groups as i32 - 1;
    let used = groups.get(..count).unwrap_or_default();
    let zeros = used.iter().take_while(|group| **group == 0).count();
    let digits = used.get(zeros..).unwrap_or_default();
    let weight = if digits.is_empty() { 0 } else { weight as i16 };
    let sign = if value.is_sign_negative() && !digits.is_empty() {
        NUMERIC_NEGATIVE
    } else {
        0
    };
    measured(out, |out| {
        out.extend_from_slice(&(digits.len() as i16).to_be_bytes());
        out.extend_from_slice(&weight.to_be_bytes());
        out.extend_from_slice(&sign.to_be_bytes());
        out.extend_from_slice(&(scale as u16).to_be_bytes());
        for group in digits.iter().rev() {
            out.extend_from_slice(&group.to_be_bytes());
        }
    });
}

/// Reads binary rows one after the other.
#[derive(Debug)]
pub struct Decoder<R> {
    reader: R,
    started: bool,
    ended: bool,
    buffer: Vec<u8>,
}

impl<R: Read> Decoder<R> {
    /// A decoder over that stream; buffering is the reader's own affair.
    pub fn new(reader: R) -> Decoder<R> {
        Decoder {
            reader,
            started: false,
            ended: false,
            buffer: Vec::new(),
        }
    }

    /// The next row, or `None` after the trailer.
    ///
    /// # Errors
    /// When the stream ends early or does not hold rows of these columns.
    pub fn read(&mut self) -> Result<Option<(OrgId, i64, Record)>, CopyError> {
        if self.ended {
            return Ok(None);
        }
        if !self.started {
            self.start()?;
        }
        let mut count = [0; 2];
        self.reader.read_exact(&mut count)?;
        let found = i16::from_be_bytes(count);
        if found == -1 {
            self.ended = true;
            return Ok(None);
        }
        if usize::try_from(found) != Ok(FIELDS) {
            return Err(CopyError::Fields {
                found,
                expected: FIELDS,
            });
        }
        self.row().map(Some)
    }

    fn start(&mut self) -> Result<(), CopyError> {
        let mut head = [0; 19];
        self.reader.read_exact(&mut head)?;
        if !head.starts_with(&SIGNATURE) {
            return Err(CopyError::Signature);
        }
        let extension = head.last_chunk::<4>().map_or(0, |bytes| u32::from_be_bytes(*bytes));
        let skipped = std::io::copy(
            &mut self.reader.by_ref().take(u64::from(extension)),
            &mut std::io::sink(),
        )?;
        if skipped != u64::from(extension) {
            return Err(CopyError::Signature);
        }
        self.started = true;
        Ok(())
    }

    fn row(&mut self) -> Result<(OrgId, i64, Record), CopyError> {
        let org_id = OrgId(self.fixed("org_id")?.map(Uuid::from_bytes).unwrap_or_default());
        let file_no = self.long("file_no")?;
        let mut record = Record::empty(u64::try_from(self.long("line")?).unwrap_or_default());
        record.live = self.fixed::<1>("live")?.is_some_and(|[byte]| byte != 0);
        record.key_hash = self.long("key_hash")?;
        record.row_hash = self.long("row_hash")?;
        record.day = self.date("day")?;
        record.ts = self.time("ts")?;
        for variable in Variable::ALL {
            let name = variable.name();
            let value = match variable.kind() {
                Kind::Text => self.text(name)?.map(Value::Text),
                Kind::Number => self.numeric(name)?.map(Value::Number),
                Kind::Time => self.time(name)?.map(Value::Time),
                Kind::Date => self.date(name)?.map(Value::Date),
                Kind::Flag => self.fixed::<1>(name)?.map(|[byte]| Value::Flag(byte != 0)),
            };
            if let Some(value) = value {
                record.set(*variable, value);
            }
        }
        record.extra = self.extra()?;
        Ok((org_id, file_no, record))
    }

    /// Reads the next field; `false` where it is null.
    fn field(&mut self, column: &'static str) -> Result<bool, CopyError> {
        let mut length = [0; 4];
        self.reader.read_exact(&mut length)?;
        let length = i32::from_be_bytes(length);
        if length == -1 {
            return Ok(false);
        }
        let bytes = usize::try_from(length)
            .ok()
            .filter(|bytes| *bytes <= FIELD_MAX_BYTES)
            .ok_or(CopyError::Field {
                column,
                length: i64::from(length),
            })?;
        self.buffer.resize(bytes, 0);
        self.reader.read_exact(&mut self.buffer)?;
        Ok(true)
    }

    fn wrong(&self, column: &'static str) -> CopyError {
        CopyError::Field {
            column,
            length: self.buffer.len() as i64,
        }
    }

    fn fixed<const N: usize>(&mut self, column: &'static str) -> Result<Option<[u8; N]>, CopyError> {
        if !self.field(column)? {
            return Ok(None);
        }
        let bytes = <[u8; N]>::try_from(self.buffer.as_slice()).map_err(|_| self.wrong(column))?;
        Ok(Some(bytes))
    }

    fn long(&mut self, column: &'static str) -> Result<i64, CopyError> {
        Ok(self.fixed(column)?.map(i64::from_be_bytes).unwrap_or_default())
    }

    fn date(&mut self, column: &'static str) -> Result<Option<NaiveDate>, CopyError> {
        let Some(bytes) = self.fixed(column)? else {
            return Ok(None);
        };
        TimeDelta::try_days(i64::from(i32::from_be_bytes(bytes)))
            .and_then(|days| epoch_day().checked_add_signed(days))
            .map(Some)
            .ok_or_else(|| self.wrong(column))
    }

    fn time(&mut self, column: &'static str) -> Result<Option<DateTime<Utc>>, CopyError> {
        let Some(bytes) = self.fixed(column)? else {
            return Ok(None);
        };
        i64::from_be_bytes(bytes)
            .checked_add(EPOCH_S * 1_000_000)
            .and_then(DateTime::from_timestamp_micros)
            .map(Some)
            .ok_or_else(|| self.wrong(column))
    }

    fn text(&mut self, column: &'static str) -> Result<Option<String>, CopyError> {
        if !self.field(column)? {
            return Ok(None);
        }
        std::str::from_utf8(&self.buffer)
            .map(|text| Some(text.to_owned()))
            .map_err(|_| self.wrong(column))
    }

    fn numeric(&mut self, column: &'static str) -> Result<Option<Decimal>, CopyError> {
        if !self.field(column)? {
            return Ok(None);
        }
        decode_numeric(&self.buffer).map(Some).ok_or_else(|| self.wrong(column))
    }

    fn extra(&mut self) -> Result<Vec<(String, String)>, CopyError> {
        if !self.field("extra")? {
            return Ok(Vec::new());
        }
        let Some((1, text)) = self.buffer.split_first() else {
            return Err(self.wrong("extra"));
        };
        let map: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(text).map_err(|_| self.wrong("extra"))?;
        Ok(map
            .into_iter()
            .map(|(name, value)| match value {
                serde_json::Value::String(text) => (name, text),
                other => (name, other.to_string()),
            })
            .collect())
    }
}

impl<R: Read> Iterator for Decoder<R> {
    type Item = Result<(OrgId, i64, Record), CopyError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.read();
        // After an error the position in the stream is lost, so nothing more can follow.
        self.ended |= row.is_err();
        row.transpose()
    }
}

static POWERS: LazyLock<Vec<u128>> = LazyLock::new(|| (0..=38).map(|power| 10_u128.pow(power)).collect());

fn decode_numeric(bytes: &[u8]) -> Option<Decimal> {
    let mut words = bytes.chunks_exact(2).map(|pair| match pair {
        [high, low] => u16::from_be_bytes([*high, *low]),
        _ => 0,
    });
    let count = words.next()? as i16;
    let weight = words.next()? as i16;
    let sign = words.next()?;
    let scale = words.next()?;
    if !matches!(sign, 0 | NUMERIC_NEGATIVE) || bytes.len() != 8 + 2 * usize::try_from(count).ok()? {
        return None;
    }
    let mut mantissa = 0_u128;
    for group in words {
        mantissa = mantissa.checked_mul(10_000)?.checked_add(u128::from(group))?;
    }
    // `written` digits stand after the point in the groups; the value has `scale` of them, and 28 can be held.
    let written = (i32::from(count) - 1 - i32::from(weight)) * 4;
    let wanted = i32::from(scale).min(28);
    let power = |digits: i32| POWERS.get(usize::try_from(digits).ok()?).copied();
    let mantissa = match mantissa {
        0 => 0,
        _ if wanted >= written => mantissa.checked_mul(power(wanted - written)?)?,
        _ => mantissa / power(written - wanted)?,
    };
    let value = i128::try_from(mantissa).ok()?;
    let value = if sign == NUMERIC_NEGATIVE { -value } else { value };
    Decimal::try_from_i128_with_scale(value, wanted.unsigned_abs()).ok()
}

#[cfg(test)]
mod tests;
