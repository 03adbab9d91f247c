//! What is asked of a layout, and the tables of them all.

use anyhow::Result;
use arrow_array::RecordBatch;
use postgres::Client;

use crate::data::Cells;

/// The org of `copying::ORG` as SQL writes it.
pub const ORG: &str = "'11111111-1111-1111-1111-111111111111'";
/// Rows of a page.
pub const PAGE: usize = 50;

/// Which rows a page asks for.
#[derive(Debug, Clone)]
pub enum Want {
    Any,
    /// Those whose text in that column (0 = order, 1 = machine, 2 = product) is this.
    Text(usize, String),
    /// Those that scrapped that many: a column without a filter of its own.
    Scrap(i32),
}

impl Want {
    pub fn fits(&self, row: &Cells<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Text(text, value) => row.texts[*text] == Some(value),
            Self::Scrap(count) => row.counts[3] == *count,
        }
    }
}

/// One file's rows in a layout. Lines count from 1.
pub trait Store {
    /// Reads single lines, returns how many were there.
    fn evidence(&mut self, lines: &[i32]) -> Result<usize>;
    /// The lines of the first page after that line.
    fn page(&mut self, want: &Want, after: i32) -> Result<Vec<i32>>;
    /// Lets only the first lines count.
    fn flip(&mut self, keep: usize) -> Result<()>;
    /// Each line's ident and whether it counts.
    fn states(&mut self) -> Result<Vec<(u128, bool)>>;
    /// Writes the states that changed, by line.
    fn write(&mut self, before: &[bool], after: &[bool]) -> Result<()>;
    /// How many rows count, by SQL alone.
    fn live(&mut self) -> Result<i64>;
    /// All cells as columns.
    fn read(&mut self) -> Result<Vec<RecordBatch>>;
}

const CELLS: &str = "ts timestamptz NOT NULL, work_order text, machine text, product text, shift text,
    scrap_reason text, downtime_reason text, planned_qty int, produced_qty int, good_qty int, scrap_qty int,
    run_minutes float8, downtime_minutes float8, ideal_cycle_s float8, material_cost float8, labor_cost float8,
    energy_kwh float8";
const STATE: &str = "org_id uuid NOT NULL, file_no int8 NOT NULL, line_no int4 NOT NULL, live bool NOT NULL,
    why int2 NOT NULL, ident uuid NOT NULL, day date";

/// The plain typed table that loads are compared with, also used as the mart.
pub fn plain(name: &str) -> String {
    format!(
        "DROP TABLE IF EXISTS {name};
         CREATE TABLE {name} (org_id uuid NOT NULL DEFAULT {ORG}, file_id bigint NOT NULL DEFAULT 1, {CELLS});
         CREATE INDEX ON {name} (org_id, ts);"
    )
}

/// The tables of a layout with their policies and rights.
fn guarded(tables: &[(&str, String)]) -> String {
    let own = "(org_id = (SELECT nullif(current_setting('app.org_id', true), '')::uuid))";
    tables
        .iter()
        .map(|(name, body)| {
            format!(
                "DROP TABLE IF EXISTS {name};
                 CREATE TABLE {body};
                 ALTER TABLE {name} OWNER TO bench_owner;
                 ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
                 ALTER TABLE {name} FORCE ROW LEVEL SECURITY;
                 CREATE POLICY org_only ON {name} USING {own} WITH CHECK {own};
                 GRANT SELECT, INSERT, UPDATE ON {name} TO bench_app;
                 GRANT INSERT ON {name} TO bench_load;"
            )
        })
        .collect()
}

/// Layout A or B: rows in one table `name`, a btree by key and a BRIN by day.
pub fn rows(name: &str, typed: bool) -> String {
    let rest = if typed { CELLS } else { "ts timestamptz NOT NULL, machine int4, image bytea NOT NULL" };
    guarded(&[(name, format!("{name} ({STATE}, {rest})"))])
        + &format!(
            "CREATE UNIQUE INDEX ON {name} (org_id, file_no, line_no);
             CREATE INDEX ON {name} USING brin (day);"
        )
}

/// Layout C: blocks, and which of their rows count. What is compressed already isn't compressed again.
pub fn blocks() -> String {
    let key = "org_id uuid NOT NULL, file_no int8 NOT NULL, reading int4 NOT NULL, block_no int4 NOT NULL";
    let primary = "PRIMARY KEY (org_id, file_no, reading, block_no)";
    guarded(&[
        (
            "row_block",
            format!(
                "row_block ({key}, first_line int4 NOT NULL, n int4 NOT NULL, day_min date, day_max date,
                 raw int4 NOT NULL, words bytea NOT NULL, ident bytea NOT NULL, image bytea NOT NULL, {primary})"
            ),
        ),
        ("row_live", format!("row_live ({key}, bits bytea NOT NULL, why bytea NOT NULL, {primary})")),
    ]) + "ALTER TABLE row_block ALTER image SET STORAGE EXTERNAL, ALTER ident SET STORAGE EXTERNAL,
              ALTER words SET STORAGE MAIN;
          ALTER TABLE row_live ALTER bits SET STORAGE EXTERNAL, ALTER why SET STORAGE EXTERNAL;"
}

/// Bytes of those tables with their indexes and long values.
pub fn size(admin: &mut Client, tables: &[&str]) -> Result<i64> {
    let mut sum = 0;
    for table in tables {
        sum += admin.query_one("SELECT pg_total_relation_size($1::text::regclass)", &[table])?.get::<_, i64>(0);
    }
    Ok(sum)
}
