//! Compares layouts for the rows of exports in PostgreSQL, prints one table. See README.md.

#![allow(clippy::disallowed_methods, reason = "a benchmark is set up by its environment")]

mod block_store;
mod cluster;
mod columns;
mod copying;
mod data;
mod report;
mod row_store;
mod store;

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use postgres::Client;

use block_store::BlockStore;
use cluster::Cluster;
use columns::{Block, Columns, read_image, write_image};
use copying::Shape;
use data::{Dice, Export};
use report::Report;
use row_store::RowStore;
use store::{PAGE, Store, Want};

/// Rows that go on counting when the others are flipped, and that another file repeats when states are derived again.
const KEPT: usize = 10_000;

struct Bench<'a> {
    cluster: &'a Cluster,
    admin: Client,
    export: &'a Export,
    report: Report,
    dice: Dice,
}

fn main() -> Result<()> {
    let count = |at: usize, default: usize| std::env::args().nth(at).map_or(Ok(default), |text| text.parse());
    let (rows, rounds) = (count(1, 1_000_000)?, count(2, 3)?);
    ensure!(rows > 4 * KEPT && rounds > 0, "usage: plant-storage-bench [rows, above 40000] [rounds]");
    let parent = std::env::var_os("BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let export = Export::new(rows);
    let csv = export.csv();
    eprintln!("{rows} rows, {:.1} MB of CSV", csv.len() as f64 / 1e6);
    let cluster = Cluster::start(&parent)?;
    let mut admin = cluster.connect("postgres")?;
    admin.batch_execute(
        "CREATE ROLE bench_owner; CREATE ROLE bench_app LOGIN; CREATE ROLE bench_load LOGIN BYPASSRLS;
         GRANT TEMP ON DATABASE postgres TO bench_app;",
    )?;
    let mut bench = Bench { cluster: &cluster, admin, export: &export, report: Report::default(), dice: Dice(1) };
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        bench.plain(&csv)?;
        bench.rows("A", "rows_a", Shape::Typed)?;
        bench.rows("B", "rows_b", Shape::Narrow)?;
        bench.blocks("C 8192", 8_192)?;
        bench.blocks("C 2048", 2_048)?;
        bench.images()?;
    }
    println!("{}", bench.report.table(&["plain", "A", "B", "C 8192", "C 2048", "C2"]));
    Ok(())
}

fn seconds(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64()
}

/// Processor seconds of the server's process behind a connection.
fn cpu(client: &mut Client) -> Result<f64> {
    let pid: i32 = client.query_one("SELECT pg_backend_pid()", &[])?.get(0);
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = stat.rsplit(')').next().context("no fields")?.split_whitespace().collect();
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) / 100.0)
}

impl Bench<'_> {
    fn fresh(&mut self, tables: &str) -> Result<()> {
        self.admin.batch_execute(tables)?;
        Ok(self.admin.batch_execute("CHECKPOINT")?)
    }

    fn app(&self) -> Result<Client> {
        let mut client = self.cluster.connect("bench_app")?;
        client.batch_execute(&format!("SET app.org_id = {}", store::ORG))?;
        Ok(client)
    }

    /// Times a load in a transaction, with the server's processor time.
    fn load(&mut self, layout: &str, mut client: Client, load: impl FnOnce(&mut Client) -> Result<()>) -> Result<()> {
        let (used, begun) = (cpu(&mut client)?, Instant::now());
        load(&mut client)?;
        self.report.note("load (s)", layout, seconds(begun));
        self.report.note("load, CPU of the server (s)", layout, cpu(&mut client)? - used);
        Ok(())
    }

    fn plain(&mut self, csv: &[u8]) -> Result<()> {
        self.fresh(&store::plain("plain"))?;
        let columns = columns::NAMES.join(", ");
        let (client, rows) = (self.cluster.connect("postgres")?, self.export.len() as u64);
        self.load("plain", client, |client| {
            let copied = copying::send(client, &format!("COPY plain ({columns}) FROM STDIN (FORMAT csv)"), csv)?;
            ensure!(copied == rows, "{copied} rows were copied");
            Ok(())
        })?;
        let size = store::size(&mut self.admin, &["plain"])?;
        self.report.note("size after the load (MB)", "plain", size as f64 / 1e6);
        Ok(())
    }

    fn rows(&mut self, layout: &str, table: &'static str, shape: Shape) -> Result<()> {
        let begun = Instant::now();
        let bytes = copying::encode(self.export, shape);
        self.report.note("encode, client (s)", layout, seconds(begun));
        // Under the policy COPY is refused, so that the rows take a detour or the role passes the policy.
        self.fresh(&store::rows(table, shape == Shape::Typed))?;
        let copy = |table: &str| format!("COPY {table} FROM STDIN (FORMAT binary)");
        let refused =
            copying::send(&mut self.app()?, &copy(table), &bytes).err().context("COPY went past the policy")?;
        ensure!(format!("{refused:?}").contains("row-level security"), "another refusal: {refused:?}");
        let mut app = self.app()?;
        let begun = Instant::now();
        app.batch_execute(&format!("BEGIN; CREATE TEMP TABLE st (LIKE {table}) ON COMMIT DROP"))?;
        copying::send(&mut app, &copy("st"), &bytes)?;
        app.batch_execute(&format!("INSERT INTO {table} SELECT * FROM st; COMMIT"))?;
        self.report.note("load under the policy (s)", layout, seconds(begun));
        self.fresh(&store::rows(table, shape == Shape::Typed))?;
        let client = self.cluster.connect("bench_load")?;
        self.load(layout, client, |client| copying::send(client, &copy(table), &bytes).map(drop))?;
        drop(bytes);
        let mut store = RowStore { client: self.app()?, table, shape, export: self.export };
        self.exercise(layout, &mut store, &[table])?;
        drop(store);
        Ok(self.admin.batch_execute(&format!("DROP TABLE {table}"))?)
    }

    fn blocks(&mut self, layout: &str, size: usize) -> Result<()> {
        let begun = Instant::now();
        let starts = (0..self.export.len()).step_by(size);
        let blocks = starts.map(|from| Block::new(self.export, from, size)).collect::<Result<Vec<_>>>()?;
        self.report.note("encode, client (s)", layout, seconds(begun));
        let images: usize = blocks.iter().map(|block| block.image.len()).sum();
        self.report.note("images alone (MB)", layout, images as f64 / 1e6);
        self.fresh(&store::blocks())?;
        let mut store = BlockStore { client: self.app()?, size, export: self.export };
        let (used, begun) = (cpu(&mut store.client)?, Instant::now());
        store.insert(&blocks)?;
        let taken = seconds(begun);
        let used = cpu(&mut store.client)? - used;
        self.report.note("load (s)", layout, taken);
        self.report.note("load under the policy (s)", layout, taken);
        self.report.note("load, CPU of the server (s)", layout, used);
        self.exercise(layout, &mut store, &["row_block", "row_live"])?;
        self.exports(layout, &mut store)?;
        self.ten_files(layout, &mut store)?;
        drop(store);
        Ok(self.admin.batch_execute("DROP TABLE row_block, row_live")?)
    }

    /// Everything that a loaded layout is asked, each answer compared with the export.
    fn exercise(&mut self, layout: &str, store: &mut dyn Store, tables: &[&str]) -> Result<()> {
        self.admin.batch_execute(&format!("VACUUM (ANALYZE) {}", tables.join(", ")))?;
        let loaded = store::size(&mut self.admin, tables)?;
        self.report.note("size after the load (MB)", layout, loaded as f64 / 1e6);
        let (export, n) = (self.export, self.export.len());
        for _ in 0..3 {
            let spread: Vec<i32> = (0..50).map(|_| self.dice.below(n) as i32 + 1).collect();
            let near = self.dice.below(n - 50) as i32 + 1;
            for (what, lines) in
                [("50 random lines (ms)", spread), ("50 lines in a row (ms)", (near..near + 50).collect())]
            {
                let begun = Instant::now();
                let seen = store.evidence(&lines)?;
                self.report.note(what, layout, seconds(begun) * 1e3);
                let distinct: HashSet<i32> = lines.iter().copied().collect();
                ensure!(seen == lines.len() || seen == distinct.len(), "{layout}: {seen} lines of {}", lines.len());
            }
            let row = export.cells(self.dice.below(n));
            let text = |i: usize| Want::Text(i, row.texts[i].unwrap_or_default().to_owned());
            let absent = |i: usize| Want::Text(i, "none such".to_owned());
            for (what, want, after) in [
                ("one order's rows (ms)", text(0), 0),
                ("page: machine = x (ms)", text(1), 0),
                ("page: machine = x, from the middle (ms)", text(1), n as i32 / 2),
                ("page: order = x, from the middle (ms)", text(0), n as i32 / 2),
                ("page: an order that isn't there (ms)", absent(0), 0),
                ("page: a product that isn't there (ms)", absent(2), 0),
                ("page: a number that isn't there (ms)", Want::Scrap(99_999), 0),
                ("page at the middle of the file (ms)", Want::Any, n as i32 / 2),
            ] {
                let begun = Instant::now();
                let lines = store.page(&want, after)?;
                self.report.note(what, layout, seconds(begun) * 1e3);
                ensure!(lines == self.expected(&want, after), "{layout}: {what}: {lines:?}");
            }
        }
        let begun = Instant::now();
        let batches = store.read()?;
        self.report.note("all cells into columns (s)", layout, seconds(begun));
        ensure!(columns::same(&batches, export), "{layout}: other cells");
        drop(batches);
        let begun = Instant::now();
        store.flip(KEPT)?;
        self.report.note("flip all but 10,000 rows (s)", layout, seconds(begun));
        let flipped = store::size(&mut self.admin, tables)?;
        self.report.note("growth by the flip (MB)", layout, (flipped - loaded) as f64 / 1e6);
        ensure!(store.live()? == KEPT as i64, "{layout}: other rows count");
        self.derive(layout, store)
    }

    /// Derives all states again: another file repeats the first rows, so that every row's state changes.
    fn derive(&mut self, layout: &str, store: &mut dyn Store) -> Result<()> {
        let others = self.export.idents[..KEPT].iter().copied().collect();
        let begun = Instant::now();
        let states = store.states()?;
        self.report.note("derive again: read idents and states (s)", layout, seconds(begun));
        let before: Vec<bool> = states.iter().map(|(_, live)| *live).collect();
        let after = decide(states.iter().map(|(ident, _)| *ident), &others);
        let decided = seconds(begun);
        store.write(&before, &after)?;
        self.report.note("derive again: write states (s)", layout, seconds(begun) - decided);
        self.report.note("derive again: read, decide, write (s)", layout, seconds(begun));
        ensure!(store.live()? == (self.export.len() - KEPT) as i64, "{layout}: other rows count");
        Ok(())
    }

    fn expected(&self, want: &Want, after: i32) -> Vec<i32> {
        (after as usize..self.export.len())
            .filter(|at| want.fits(&self.export.cells(*at)))
            .take(PAGE)
            .map(|at| at as i32 + 1)
            .collect()
    }

    /// What people who speak SQL or read files get from blocks.
    fn exports(&mut self, layout: &str, store: &mut BlockStore<'_>) -> Result<()> {
        self.fresh(&store::plain("mart"))?;
        let begun = Instant::now();
        let batches = store.read()?;
        let mut out = copying::begin();
        for batch in &batches {
            for at in 0..batch.num_rows() {
                out.extend_from_slice(&17i16.to_be_bytes());
                copying::typed(&mut out, &columns::cells(batch, at));
            }
        }
        copying::end(&mut out);
        let columns = columns::NAMES.join(", ");
        let copied =
            copying::send(&mut self.admin, &format!("COPY mart ({columns}) FROM STDIN (FORMAT binary)"), &out)?;
        self.report.note("typed mart from the blocks (s)", layout, seconds(begun));
        ensure!(copied == self.export.len() as u64, "{copied} rows in the mart");
        let size = store::size(&mut self.admin, &["mart"])?;
        self.report.note("size of the mart (MB)", layout, size as f64 / 1e6);
        let begun = Instant::now();
        let file = parquet(&store.read()?)?;
        self.report.note("Parquet from the blocks (s)", layout, seconds(begun));
        self.report.note("size of the Parquet file (MB)", layout, file.len() as f64 / 1e6);
        Ok(())
    }

    /// What the filters cost and save over ten times as many blocks.
    fn ten_files(&mut self, layout: &str, store: &mut BlockStore<'_>) -> Result<()> {
        self.admin.batch_execute(
            "INSERT INTO row_block SELECT org_id, file, reading, block_no, first_line, n, day_min, day_max, raw, words,
             ident, image FROM row_block, generate_series(2, 10) file",
        )?;
        self.admin.batch_execute("VACUUM (ANALYZE) row_block")?;
        for at in 0..3 {
            let begun = Instant::now();
            let blocks = store.candidates(0, &format!("WO-{at}"), (1, 10))?;
            self.report.note("ten files: blocks that may hold an absent order (ms)", layout, seconds(begun) * 1e3);
            self.report.note("ten files: such blocks (number)", layout, blocks as f64);
        }
        Ok(())
    }

    /// C2: the plain binary rows of layout B in compressed blocks, without a database.
    fn images(&mut self) -> Result<()> {
        let (export, begun) = (self.export, Instant::now());
        let mut blocks = Vec::new();
        for from in (0..export.len()).step_by(8_192) {
            let mut image = Vec::new();
            for at in from..export.len().min(from + 8_192) {
                let row = export.cells(at);
                image.extend_from_slice(&row.ts.to_le_bytes());
                write_image(&mut image, &row, export.word_ids(at));
            }
            blocks.push((image.len(), zstd::bulk::compress(&image, 1)?));
        }
        self.report.note("encode, client (s)", "C2", seconds(begun));
        let size: usize = blocks.iter().map(|(_, image)| image.len()).sum();
        self.report.note("images alone (MB)", "C2", size as f64 / 1e6);
        let begun = Instant::now();
        let mut columns = Columns::new();
        for (raw, image) in &blocks {
            let image = zstd::bulk::decompress(image, *raw)?;
            let from = &mut &image[..];
            while !from.is_empty() {
                let ts = i64::from_le_bytes(columns::take(from, 8)?.try_into()?);
                columns.push(&read_image(from, ts, &export.words)?);
            }
        }
        let batch = columns.finish()?;
        self.report.note("all cells into columns (s)", "C2", seconds(begun));
        ensure!(columns::same(&[batch], export), "C2: other cells");
        Ok(())
    }
}

/// A row counts if no other file holds it and no earlier line of this one.
fn decide(idents: impl Iterator<Item = u128>, others: &HashSet<u128>) -> Vec<bool> {
    let mut sorted: Vec<(u128, usize)> = idents.enumerate().map(|(at, ident)| (ident, at)).collect();
    sorted.sort_unstable();
    let mut live = vec![false; sorted.len()];
    for same in sorted.chunk_by(|one, two| one.0 == two.0) {
        live[same[0].1] = !others.contains(&same[0].0);
    }
    live
}

fn parquet(batches: &[RecordBatch]) -> Result<Vec<u8>> {
    let level = Compression::ZSTD(ZstdLevel::try_new(1)?);
    let properties = WriterProperties::builder().set_compression(level).build();
    let schema = batches.first().context("no blocks")?.schema();
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties))?;
    for batch in batches {
        writer.write(batch)?;
    }
    Ok(writer.into_inner()?)
}
