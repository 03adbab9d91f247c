//! The binary form of COPY, both ways, and the fields of layouts A and B.

use std::io::{Read, Write};

use anyhow::{Context, Result, ensure};
use postgres::Client;

use crate::columns::{take, write_image};
use crate::data::{COUNTS, Cells, DAY, EMPTY, Export, NUMBERS, TEXTS};

/// The only org here.
pub const ORG: u128 = 0x1111_1111_1111_1111_1111_1111_1111_1111;
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// What the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Key, state, ident, day and the 17 cells.
    Typed,
    /// Key, state, ident, day, time, machine and an image of the rest.
    Narrow,
}

fn field(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as i32).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// Begins a binary COPY.
pub fn begin() -> Vec<u8> {
    HEAD.to_vec()
}

/// Ends it.
pub fn end(out: &mut Vec<u8>) {
    out.extend_from_slice(&(-1i16).to_be_bytes());
}

/// The bytes that COPY takes for the whole export.
pub fn encode(export: &Export, shape: Shape) -> Vec<u8> {
    let mut out = begin();
    out.reserve(export.len() * 300);
    let mut image = Vec::new();
    for at in 0..export.len() {
        let row = export.cells(at);
        let fields: i16 = if shape == Shape::Typed { 7 + 17 } else { 7 + 3 };
        out.extend_from_slice(&fields.to_be_bytes());
        field(&mut out, &ORG.to_be_bytes());
        field(&mut out, &1i64.to_be_bytes());
        field(&mut out, &(at as i32 + 1).to_be_bytes());
        field(&mut out, &[1]);
        field(&mut out, &0i16.to_be_bytes());
        field(&mut out, &export.idents[at].to_be_bytes());
        field(&mut out, &((row.ts / DAY) as i32).to_be_bytes());
        if shape == Shape::Typed {
            typed(&mut out, &row);
        } else {
            let words = export.word_ids(at);
            image.clear();
            write_image(&mut image, &row, words);
            field(&mut out, &row.ts.to_be_bytes());
            field(&mut out, &(words[1] as i32).to_be_bytes());
            field(&mut out, &image);
        }
    }
    end(&mut out);
    out
}

/// The 17 cells as fields.
pub fn typed(out: &mut Vec<u8>, row: &Cells<'_>) {
    field(out, &row.ts.to_be_bytes());
    for cell in row.texts {
        match cell {
            Some(text) => field(out, text.as_bytes()),
            None => out.extend_from_slice(&(-1i32).to_be_bytes()),
        }
    }
    row.counts.iter().for_each(|count| field(out, &count.to_be_bytes()));
    for number in row.numbers {
        match number {
            EMPTY => out.extend_from_slice(&(-1i32).to_be_bytes()),
            number => field(out, &(number as f64 / 10_000.0).to_be_bytes()),
        }
    }
}

/// Sends prepared bytes through that COPY, returns the number of rows.
pub fn send(client: &mut Client, copy: &str, bytes: &[u8]) -> Result<u64> {
    let mut writer = client.copy_in(copy)?;
    for chunk in bytes.chunks(1 << 18) {
        writer.write_all(chunk)?;
    }
    Ok(writer.finish()?)
}

/// All bytes of a query in the binary form of COPY, without its head.
pub fn receive(client: &mut Client, query: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    client.copy_out(&format!("COPY ({query}) TO STDOUT (FORMAT binary)"))?.read_to_end(&mut bytes)?;
    ensure!(bytes.starts_with(HEAD), "not a binary COPY");
    bytes.drain(..HEAD.len());
    Ok(bytes)
}

/// Moves on to the next row; false at the end.
pub fn next_row(from: &mut &[u8]) -> Result<bool> {
    Ok(i16::from_be_bytes(take(from, 2)?.try_into()?) >= 0)
}

/// The next field, if it is not null.
pub fn maybe<'a>(from: &mut &'a [u8]) -> Result<Option<&'a [u8]>> {
    let length = i32::from_be_bytes(take(from, 4)?.try_into()?);
    if length < 0 { Ok(None) } else { take(from, length as usize).map(Some) }
}

/// The next field of that width.
pub fn fixed<const N: usize>(from: &mut &[u8]) -> Result<[u8; N]> {
    Ok(maybe(from)?.context("an empty field")?.try_into()?)
}

/// The 17 cells from fields.
pub fn untyped<'a>(from: &mut &'a [u8]) -> Result<Cells<'a>> {
    let ts = i64::from_be_bytes(fixed(from)?);
    let mut row = Cells { ts, texts: [None; TEXTS], counts: [0; COUNTS], numbers: [EMPTY; NUMBERS] };
    for cell in &mut row.texts {
        *cell = maybe(from)?.map(std::str::from_utf8).transpose()?;
    }
    for count in &mut row.counts {
        *count = i32::from_be_bytes(fixed(from)?);
    }
    for number in &mut row.numbers {
        if let Some(bytes) = maybe(from)? {
            *number = (f64::from_be_bytes(bytes.try_into()?) * 10_000.0).round() as i64;
        }
    }
    Ok(row)
}
