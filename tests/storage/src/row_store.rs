//! Layouts A and B: a row of the table for each row of the file.

use anyhow::{Result, ensure};
use arrow_array::RecordBatch;
use postgres::Client;

use crate::columns::{Columns, NAMES, read_image};
use crate::copying::{Shape, fixed, maybe, next_row, receive, untyped};
use crate::data::{Cells, Export};
use crate::store::{ORG, PAGE, Store, Want};

/// Rows that are fetched at a time where the database can't filter.
const SCAN: i32 = 65_536;

pub struct RowStore<'a> {
    pub client: Client,
    pub table: &'static str,
    pub shape: Shape,
    pub export: &'a Export,
}

impl RowStore<'_> {
    fn file(&self) -> String {
        format!("FROM {} t WHERE org_id = {ORG} AND file_no = 1", self.table)
    }

    /// Goes through lines and cells of the rows that fit, as the database orders them.
    fn each(&mut self, rest: &str, mut see: impl FnMut(i32, &Cells<'_>)) -> Result<()> {
        let typed = self.shape == Shape::Typed;
        let columns = if typed { NAMES.join(", ") } else { "ts, image".to_owned() };
        let query = format!("SELECT line_no, {columns} {} {rest}", self.file());
        let bytes = receive(&mut self.client, &query)?;
        let from = &mut &bytes[..];
        while next_row(from)? {
            let line = i32::from_be_bytes(fixed(from)?);
            if typed {
                see(line, &untyped(from)?);
            } else {
                let ts = i64::from_be_bytes(fixed(from)?);
                let mut image = maybe(from)?.unwrap_or_default();
                see(line, &read_image(&mut image, ts, &self.export.words)?);
            }
        }
        Ok(())
    }
}

impl Store for RowStore<'_> {
    fn evidence(&mut self, lines: &[i32]) -> Result<usize> {
        let list = lines.iter().map(i32::to_string).collect::<Vec<_>>().join(",");
        let (mut seen, export) = (0, self.export);
        self.each(&format!("AND line_no = ANY('{{{list}}}')"), |line, cells| {
            seen += usize::from(*cells == export.cells(line as usize - 1));
        })?;
        Ok(seen)
    }

    fn page(&mut self, want: &Want, after: i32) -> Result<Vec<i32>> {
        let mut lines = Vec::new();
        let condition = match (want, self.shape) {
            (Want::Any, _) => Some(String::new()),
            (Want::Text(text, value), Shape::Typed) => Some(format!("AND {} = '{value}'", NAMES[1 + text])),
            (Want::Scrap(count), Shape::Typed) => Some(format!("AND scrap_qty = {count}")),
            (Want::Text(1, value), Shape::Narrow) => {
                let id = self.export.words.iter().position(|word| word == value);
                Some(format!("AND machine = {}", id.map_or(-1, |id| id as i32)))
            }
            (_, Shape::Narrow) => None,
        };
        if let Some(condition) = condition {
            let rest = format!("{condition} AND line_no > {after} ORDER BY line_no LIMIT {PAGE}");
            self.each(&rest, |line, _| lines.push(line))?;
            return Ok(lines);
        }
        // What is inside the images only the client can see.
        for start in (after..self.export.len() as i32).step_by(SCAN as usize) {
            let rest = format!("AND line_no > {start} AND line_no <= {} ORDER BY line_no", start + SCAN);
            self.each(&rest, |line, row| {
                lines.extend(want.fits(row).then_some(line));
            })?;
            if lines.len() >= PAGE {
                break;
            }
        }
        lines.truncate(PAGE);
        Ok(lines)
    }

    fn flip(&mut self, keep: usize) -> Result<()> {
        let update = format!(
            "UPDATE {} SET live = false, why = 1 WHERE org_id = {ORG} AND file_no = 1 AND line_no > $1",
            self.table
        );
        self.client.execute(&update, &[&(keep as i32)])?;
        Ok(())
    }

    fn states(&mut self) -> Result<Vec<(u128, bool)>> {
        let query = format!("SELECT line_no, ident, live {}", self.file());
        let bytes = receive(&mut self.client, &query)?;
        let mut states = vec![(0, false); self.export.len()];
        let from = &mut &bytes[..];
        while next_row(from)? {
            let line = i32::from_be_bytes(fixed(from)?);
            states[line as usize - 1] = (u128::from_be_bytes(fixed(from)?), fixed::<1>(from)? == [1]);
        }
        Ok(states)
    }

    fn write(&mut self, before: &[bool], after: &[bool]) -> Result<()> {
        let changed = (0..after.len()).filter(|at| before[*at] != after[*at]);
        let (lines, live): (Vec<i32>, Vec<bool>) = changed.map(|at| (at as i32 + 1, after[at])).unzip();
        let update = format!(
            "UPDATE {} t SET live = u.live, why = CASE WHEN u.live THEN 0 ELSE 2 END
             FROM unnest($1::int4[], $2::bool[]) u(line, live)
             WHERE org_id = {ORG} AND file_no = 1 AND line_no = u.line",
            self.table
        );
        let written = self.client.execute(&update, &[&lines, &live])?;
        ensure!(written == lines.len() as u64, "{written} rows were written");
        Ok(())
    }

    fn live(&mut self) -> Result<i64> {
        let query = format!("SELECT count(*) {} AND live", self.file());
        Ok(self.client.query_one(&query, &[])?.get(0))
    }

    fn read(&mut self) -> Result<Vec<RecordBatch>> {
        let mut columns = Columns::new();
        self.each("AND live", |_, row| columns.push(row))?;
        Ok(vec![columns.finish()?])
    }
}
