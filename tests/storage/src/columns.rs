//! Rows as Arrow columns, and blocks of them as bytes.

use std::sync::Arc;

use anyhow::{Context, Result};
use arrow_array::builder::{Int32Builder, Int64Builder, StringDictionaryBuilder, TimestampMicrosecondBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, TimestampMicrosecondType, UInt32Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_ipc::{reader::StreamReader, writer::StreamWriter};

use crate::data::{COUNTS, Cells, DAY, EMPTY, Export, FEW, NUMBERS, TEXTS, hash_text, ident};

/// The names of the columns: the time, then texts, counts, numbers.
pub const NAMES: [&str; 1 + TEXTS + COUNTS + NUMBERS] = [
    "ts", "work_order", "machine", "product", "shift", "scrap_reason", "downtime_reason", "planned_qty",
    "produced_qty", "good_qty", "scrap_qty", "run_minutes", "downtime_minutes", "ideal_cycle_s", "material_cost",
    "labor_cost", "energy_kwh",
];
/// From 1970 to 2000 in microseconds.
const EPOCH: i64 = 10_957 * DAY;
/// Bits that a value sets in a filter.
pub const PROBES: u64 = 5;

/// Columns that grow row by row.
pub struct Columns {
    ts: TimestampMicrosecondBuilder,
    texts: [StringDictionaryBuilder<UInt32Type>; TEXTS],
    counts: [Int32Builder; COUNTS],
    numbers: [Int64Builder; NUMBERS],
}

impl Columns {
    pub fn new() -> Self {
        Self {
            ts: TimestampMicrosecondBuilder::new(),
            texts: Default::default(),
            counts: Default::default(),
            numbers: Default::default(),
        }
    }

    pub fn push(&mut self, row: &Cells<'_>) {
        self.ts.append_value(row.ts + EPOCH);
        self.texts.iter_mut().zip(row.texts).for_each(|(column, cell)| column.append_option(cell));
        self.counts.iter_mut().zip(row.counts).for_each(|(column, cell)| column.append_value(cell));
        for (column, cell) in self.numbers.iter_mut().zip(row.numbers) {
            column.append_option((cell != EMPTY).then_some(cell));
        }
    }

    pub fn finish(mut self) -> Result<RecordBatch> {
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(self.ts.finish().with_timezone("UTC"))];
        arrays.extend(self.texts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
        arrays.extend(self.counts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
        for column in &mut self.numbers {
            arrays.push(Arc::new(column.finish()));
        }
        let named = NAMES.into_iter().zip(arrays).map(|(name, array)| (name, array, true));
        Ok(RecordBatch::try_from_iter_with_nullable(named)?)
    }
}

/// The row of a batch at that place.
pub fn cells(batch: &RecordBatch, at: usize) -> Cells<'_> {
    let texts = std::array::from_fn(|i| {
        let column = batch.column(1 + i).as_dictionary::<UInt32Type>();
        let words = column.values().as_string::<i32>();
        column.is_valid(at).then(|| words.value(column.keys().value(at) as usize))
    });
    let numbers = std::array::from_fn(|i| {
        let column = batch.column(1 + TEXTS + COUNTS + i).as_primitive::<Int64Type>();
        if column.is_null(at) { EMPTY } else { column.value(at) }
    });
    Cells {
        ts: batch.column(0).as_primitive::<TimestampMicrosecondType>().value(at) - EPOCH,
        texts,
        counts: std::array::from_fn(|i| batch.column(1 + TEXTS + i).as_primitive::<Int32Type>().value(at)),
        numbers,
    }
}

/// The places of the rows whose text in that column is `value`.
pub fn with_text(batch: &RecordBatch, text: usize, value: &str) -> Vec<usize> {
    let column = batch.column(1 + text).as_dictionary::<UInt32Type>();
    let words = column.values().as_string::<i32>();
    let Some(wanted) = (0..words.len()).find(|word| words.value(*word) == value) else { return Vec::new() };
    let keys = column.keys();
    (0..batch.num_rows()).filter(|at| keys.is_valid(*at) && keys.value(*at) as usize == wanted).collect()
}

/// The places of the rows that scrapped that many.
pub fn with_scrap(batch: &RecordBatch, wanted: i32) -> Vec<usize> {
    let scrap = batch.column(TEXTS + COUNTS).as_primitive::<Int32Type>().values();
    (0..scrap.len()).filter(|at| scrap[*at] == wanted).collect()
}

/// Whether the batches hold the rows of the export, in any order.
pub fn same(batches: &[RecordBatch], export: &Export) -> bool {
    let rows = batches.iter().flat_map(|batch| (0..batch.num_rows()).map(|at| ident(&cells(batch, at))));
    let (count, sum) = rows.fold((0, 0u128), |(count, sum), one| (count + 1, sum.wrapping_add(one)));
    count == export.len() && sum == export.idents.iter().fold(0, |sum, one| sum.wrapping_add(*one))
}

/// A run of rows as it is stored.
pub struct Block {
    pub first_line: i32,
    pub rows: i32,
    /// Days since 2000-01-01.
    pub days: (i32, i32),
    /// Which values of which text columns may occur.
    pub words: Vec<u8>,
    pub ident: Vec<u8>,
    /// Length of the Arrow stream before compression.
    pub raw: i32,
    pub image: Vec<u8>,
}

impl Block {
    /// Encodes the rows from that place on.
    pub fn new(export: &Export, from: usize, size: usize) -> Result<Self> {
        let to = export.len().min(from + size);
        let mut columns = Columns::new();
        let (mut first, mut last) = (i64::MAX, i64::MIN);
        for at in from..to {
            let row = export.cells(at);
            (first, last) = (first.min(row.ts), last.max(row.ts));
            columns.push(&row);
        }
        let batch = columns.finish()?;
        let mut stream = Vec::new();
        let mut writer = StreamWriter::try_new(&mut stream, &batch.schema())?;
        writer.write(&batch)?;
        writer.finish()?;
        drop(writer);
        Ok(Self {
            first_line: from as i32 + 1,
            rows: (to - from) as i32,
            days: ((first / DAY) as i32, (last / DAY) as i32),
            words: filter(&batch),
            ident: export.idents[from..to].iter().flat_map(|ident| ident.to_be_bytes()).collect(),
            raw: i32::try_from(stream.len())?,
            image: zstd::bulk::compress(&stream, 1)?,
        })
    }
}

/// The columns of a stored image.
pub fn decode(image: &[u8], raw: i32) -> Result<RecordBatch> {
    let stream = zstd::bulk::decompress(image, usize::try_from(raw)?)?;
    Ok(StreamReader::try_new(&stream[..], None)?.next().context("a block without columns")??)
}

/// Where a value of a text column begins in a filter, and the step from bit to bit.
pub fn probe(text: usize, value: &str) -> (i64, i64) {
    let hash = hash_text(value) ^ crate::data::mix(text as u64);
    ((hash & 0xFFFF_FFFF) as i64, (hash >> 32 | 1) as i64)
}

/// A Bloom filter over the values of all text columns, twelve bits a value or more, a power of two in length.
fn filter(batch: &RecordBatch) -> Vec<u8> {
    let dictionaries: Vec<_> = (0..TEXTS)
        .map(|text| (text, batch.column(1 + text).as_dictionary::<UInt32Type>().values().as_string::<i32>()))
        .collect();
    let values: usize = dictionaries.iter().map(|(_, words)| words.len()).sum();
    let bits = (12 * values).next_power_of_two().max(512);
    let mut out = vec![0u8; bits / 8];
    for (text, words) in dictionaries {
        for word in words.iter().flatten() {
            let (start, step) = probe(text, word);
            for i in 0..PROBES as i64 {
                let bit = (start + i * step) as usize & (bits - 1);
                out[bit / 8] |= 1 << (bit % 8);
            }
        }
    }
    out
}

/// Appends a row in the plain binary form: what is empty, the order, places of the other texts, counts, numbers.
pub fn write_image(out: &mut Vec<u8>, row: &Cells<'_>, words: [u32; TEXTS]) {
    let texts = row.texts.iter().enumerate().map(|(i, cell)| u16::from(cell.is_some()) << i);
    let numbers = row.numbers.iter().enumerate().map(|(i, cell)| u16::from(*cell != EMPTY) << (TEXTS + i));
    out.extend_from_slice(&texts.chain(numbers).sum::<u16>().to_le_bytes());
    let order = row.texts[0].unwrap_or_default();
    varint(out, order.len() as i64);
    out.extend_from_slice(order.as_bytes());
    FEW.for_each(|text| varint(out, i64::from(words[text])));
    row.counts.iter().for_each(|count| varint(out, i64::from(*count)));
    row.numbers.iter().filter(|cell| **cell != EMPTY).for_each(|cell| varint(out, *cell));
}

/// Reads such a row again and moves on.
pub fn read_image<'a>(from: &mut &'a [u8], ts: i64, words: &'a [String]) -> Result<Cells<'a>> {
    let mask = u16::from_le_bytes(take(from, 2)?.try_into()?);
    let mut row = Cells { ts, texts: [None; TEXTS], counts: [0; COUNTS], numbers: [EMPTY; NUMBERS] };
    let length = unvarint(from)? as usize;
    let order = std::str::from_utf8(take(from, length)?)?;
    row.texts[0] = (mask & 1 == 1).then_some(order);
    for text in FEW {
        let word = words.get(unvarint(from)? as usize).context("an unknown text")?;
        row.texts[text] = (mask >> text & 1 == 1).then_some(word.as_str());
    }
    for count in &mut row.counts {
        *count = i32::try_from(unvarint(from)?)?;
    }
    for (_, number) in row.numbers.iter_mut().enumerate().filter(|(i, _)| mask >> (TEXTS + i) & 1 == 1) {
        *number = unvarint(from)?;
    }
    Ok(row)
}

/// Takes bytes from the front.
pub fn take<'a>(from: &mut &'a [u8], length: usize) -> Result<&'a [u8]> {
    let (front, rest) = from.split_at_checked(length).context("bytes are missing")?;
    *from = rest;
    Ok(front)
}

fn varint(out: &mut Vec<u8>, value: i64) {
    let mut left = (value << 1 ^ value >> 63) as u64;
    while left > 127 {
        out.push(left as u8 | 128);
        left >>= 7;
    }
    out.push(left as u8);
}

fn unvarint(from: &mut &[u8]) -> Result<i64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = take(from, 1)?[0];
        value |= u64::from(byte & 127) << shift;
        if byte < 128 {
            return Ok((value >> 1) as i64 ^ -((value & 1) as i64));
        }
    }
    anyhow::bail!("a number is too long")
}
