//! Layout C: immutable blocks of columns, and bitmaps of the rows that count.

use anyhow::{Context, Result};
use arrow_array::RecordBatch;
use postgres::{Client, Row};

use crate::columns::{Block, PROBES, cells, decode, probe, with_scrap, with_text};
use crate::data::Export;
use crate::store::{ORG, PAGE, Store, Want};

pub struct BlockStore<'a> {
    pub client: Client,
    /// Rows of a block.
    pub size: usize,
    pub export: &'a Export,
}

/// Which rows of a block count, and why others don't.
fn state(live: &[bool]) -> Result<(Vec<u8>, Vec<u8>)> {
    let mut bits = vec![0u8; live.len().div_ceil(8)];
    live.iter().enumerate().for_each(|(at, live)| bits[at / 8] |= u8::from(*live) << (at % 8));
    let why: Vec<u8> = live.iter().map(|live| u8::from(!live)).collect();
    Ok((bits, zstd::bulk::compress(&why, 1)?))
}

/// The condition that a block may hold a value, with its third and fourth parameter.
fn may_hold(text: usize, value: &str) -> (String, i64, i64) {
    let (start, step) = probe(text, value);
    let bit = |i| format!("get_bit(words, ($3::int8 + {i} * $4::int8) & (8 * octet_length(words)::int8 - 1)) = 1");
    ((0..PROBES).map(bit).collect::<Vec<_>>().join(" AND "), start, step)
}

fn opened(row: &Row) -> Result<(i32, RecordBatch)> {
    Ok((row.get("first_line"), decode(row.get("image"), row.get("raw"))?))
}

impl BlockStore<'_> {
    /// Inserts them in one transaction, all of their rows counting.
    pub fn insert(&mut self, blocks: &[Block]) -> Result<()> {
        let mut tx = self.client.transaction()?;
        let block_sql = tx.prepare(&format!(
            "INSERT INTO row_block VALUES ({ORG}, 1, 1, $1, $2, $3, date '2000-01-01' + $4::int4,
             date '2000-01-01' + $5::int4, $6, $7, $8, $9)"
        ))?;
        let live_sql = tx.prepare(&format!("INSERT INTO row_live VALUES ({ORG}, 1, 1, $1, $2, $3)"))?;
        for (no, block) in blocks.iter().enumerate() {
            let no = no as i32;
            let Block { first_line, rows, days, words, ident, raw, image } = block;
            tx.execute(&block_sql, &[&no, first_line, rows, &days.0, &days.1, raw, words, ident, image])?;
            let (bits, why) = state(&vec![true; *rows as usize])?;
            tx.execute(&live_sql, &[&no, &bits, &why])?;
        }
        Ok(tx.commit()?)
    }

    fn set(&mut self, live: &[bool], changed: impl Fn(usize) -> bool) -> Result<()> {
        let mut tx = self.client.transaction()?;
        let update = tx.prepare(&format!(
            "UPDATE row_live SET bits = $2, why = $3
             WHERE org_id = {ORG} AND file_no = 1 AND reading = 1 AND block_no = $1"
        ))?;
        for (no, live) in live.chunks(self.size).enumerate().filter(|(no, _)| changed(*no)) {
            let (bits, why) = state(live)?;
            tx.execute(&update, &[&(no as i32), &bits, &why])?;
        }
        Ok(tx.commit()?)
    }
}

impl BlockStore<'_> {
    /// How many blocks of a range of files may hold a value.
    pub fn candidates(&mut self, text: usize, value: &str, files: (i64, i64)) -> Result<i64> {
        let (condition, start, step) = may_hold(text, value);
        let query = format!(
            "SELECT count(*) FROM row_block WHERE org_id = {ORG} AND file_no BETWEEN $1 AND $2 AND {condition}"
        );
        Ok(self.client.query_one(&query, &[&files.0, &files.1, &start, &step])?.get(0))
    }
}

impl Store for BlockStore<'_> {
    fn evidence(&mut self, lines: &[i32]) -> Result<usize> {
        let wanted: Vec<i32> = lines.iter().map(|line| (line - 1) / self.size as i32).collect();
        let query = format!(
            "SELECT first_line, raw, image FROM row_block
             WHERE org_id = {ORG} AND file_no = 1 AND reading = 1 AND block_no = ANY($1)"
        );
        let mut seen = 0;
        for row in self.client.query(&query, &[&wanted])? {
            let (first, batch) = opened(&row)?;
            let here = lines.iter().filter(|line| (first..first + batch.num_rows() as i32).contains(*line));
            seen += here
                .filter(|line| cells(&batch, (**line - first) as usize) == self.export.cells(**line as usize - 1))
                .count();
        }
        Ok(seen)
    }

    fn page(&mut self, want: &Want, after: i32) -> Result<Vec<i32>> {
        let (condition, start, step) = match want {
            Want::Text(text, value) => may_hold(*text, value),
            _ => ("$3::int8 = $4::int8".to_owned(), 0, 0),
        };
        let statement = self.client.prepare(&format!(
            "SELECT block_no, first_line, raw, image, bits FROM row_block JOIN row_live
             USING (org_id, file_no, reading, block_no)
             WHERE org_id = {ORG} AND file_no = 1 AND reading = 1 AND block_no >= $1 AND {condition}
             ORDER BY block_no LIMIT $2"
        ))?;
        let (mut from, mut limit, mut lines) = (after / self.size as i32, 1i64, Vec::new());
        loop {
            let rows = self.client.query(&statement, &[&from, &limit, &start, &step])?;
            for row in &rows {
                let (first, batch) = opened(row)?;
                let bits: &[u8] = row.get("bits");
                let fits = match want {
                    Want::Any => (0..batch.num_rows()).collect(),
                    Want::Text(text, value) => with_text(&batch, *text, value),
                    Want::Scrap(count) => with_scrap(&batch, *count),
                };
                for at in fits.into_iter().filter(|at| first + *at as i32 > after).take(PAGE - lines.len()) {
                    // A page shows the cells and whether the row counts.
                    std::hint::black_box((cells(&batch, at), bits.get(at / 8).map(|byte| byte >> (at % 8) & 1)));
                    lines.push(first + at as i32);
                }
                from = row.get::<_, i32>("block_no") + 1;
                if lines.len() == PAGE {
                    return Ok(lines);
                }
            }
            if rows.len() < limit as usize {
                return Ok(lines);
            }
            limit = (limit * 2).min(16);
        }
    }

    fn flip(&mut self, keep: usize) -> Result<()> {
        let live: Vec<bool> = (0..self.export.len()).map(|at| at < keep).collect();
        let size = self.size;
        self.set(&live, |no| (no + 1) * size > keep)
    }

    fn states(&mut self) -> Result<Vec<(u128, bool)>> {
        let query = format!(
            "SELECT ident, bits FROM row_block JOIN row_live USING (org_id, file_no, reading, block_no)
             WHERE org_id = {ORG} AND file_no = 1 AND reading = 1 ORDER BY block_no"
        );
        let mut states = Vec::with_capacity(self.export.len());
        for row in self.client.query(&query, &[])? {
            let (idents, bits): (&[u8], &[u8]) = (row.get(0), row.get(1));
            for (at, ident) in idents.as_chunks::<16>().0.iter().enumerate() {
                let byte = bits.get(at / 8).context("a bitmap is short")?;
                states.push((u128::from_be_bytes(*ident), byte >> (at % 8) & 1 == 1));
            }
        }
        Ok(states)
    }

    fn write(&mut self, before: &[bool], after: &[bool]) -> Result<()> {
        let size = self.size;
        let part = |of: &[bool], no: usize| of[no * size..of.len().min((no + 1) * size)].to_vec();
        self.set(after, |no| part(before, no) != part(after, no))
    }

    fn live(&mut self) -> Result<i64> {
        let query = format!("SELECT sum(bit_count(bits))::int8 FROM row_live WHERE org_id = {ORG} AND file_no = 1");
        Ok(self.client.query_one(&query, &[])?.get(0))
    }

    fn read(&mut self) -> Result<Vec<RecordBatch>> {
        let query = format!(
            "SELECT first_line, raw, image, bits FROM row_block JOIN row_live
             USING (org_id, file_no, reading, block_no)
             WHERE org_id = {ORG} AND file_no = 1 AND reading = 1 ORDER BY block_no"
        );
        self.client.query(&query, &[])?.iter().map(|row| Ok(opened(row)?.1)).collect()
    }
}
