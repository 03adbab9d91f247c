//! The rows of a file going by: each column is looked at whole, or known to hold what it held in an earlier version.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, sync_channel};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::batch::Batch;
use super::column::{Column, ColumnFacts};
use super::trail::{Looked, Watched};
use crate::synonyms::names;

/// Sample rows: the first ones in their order, then some of the rest.
pub(super) const FIRST_ROWS: usize = 1_000;
pub(super) const SAMPLE_ROWS: usize = 1_500;
const SAMPLE_CELL_BYTES: usize = 120;
const SAMPLE_ROWS_BYTES: usize = 4 * 1024 * 1024;

/// Columns with rows that they were looked at for, or how that panicked.
type Seen = Result<(Vec<Watched>, Batch), Box<dyn Any + Send>>;

/// Who looks beside the one through whom the rows go; nobody where the system gives no threads.
static OTHERS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| ThreadPoolBuilder::new().num_threads(2).build().ok());

/// Statistics of the columns while rows go by.
#[derive(Debug)]
pub(super) struct ColumnScan {
    /// None while others look.
    columns: Vec<Watched>,
    /// From where they come back.
    away: Option<Receiver<Seen>>,
    rows: u64,
    sample: Vec<Vec<String>>,
    waiting: Batch,
    sample_bytes: usize,
    stride: u64,
    /// The rows go by a second time, for some of the columns.
    is_second: bool,
}

/// How a scan ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// All is known.
    Looked(Looked),
    /// Some columns began as those of the earlier version and went on otherwise: the rows have to go by once more, through
    /// this scan.
    Again(ColumnScan),
}

/// Looks at the rows of a file with that header, which `pass` has go by, and by once more where an earlier version that was
/// looked at ([`Looked::text`]) began like it and went on otherwise. Cells beyond the header are left out, missing ones are
/// empty.
///
/// # Errors
/// What `pass` says.
pub fn look<E>(
    header: &[String],
    earlier: Option<&str>,
    mut pass: impl FnMut(&mut dyn FnMut(&[&str])) -> Result<(), E>,
) -> Result<Looked, E> {
    let mut scan = ColumnScan::following(header, earlier.and_then(|text| Looked::of(text, header)));
    loop {
        pass(&mut |cells| scan.observe(cells))?;
        match scan.end() {
            Ended::Looked(looked) => return Ok(looked),
            Ended::Again(again) => scan = again,
        }
    }
}

impl ColumnScan {
    /// For a file with that header, where an earlier version with that header was looked at.
    pub fn following(header: &[String], earlier: Option<Looked>) -> ColumnScan {
        let mut earlier = earlier.map(Looked::into_columns).into_iter().flatten();
        let columns = header
            .iter()
            .map(|source| Watched::new(Column::new(source, header.len()), earlier.next()))
            .collect();
        ColumnScan {
            columns,
            away: None,
            rows: 0,
            sample: Vec::new(),
            waiting: Batch::new(header.len()),
            sample_bytes: 0,
            stride: 64,
            is_second: false,
        }
    }

    /// Sees one row.
    pub fn observe(&mut self, cells: &[&str]) {
        self.waiting.push(cells);
        if self.waiting.is_full() {
            self.hand_over();
        }
        if !self.is_second {
            self.rows += 1;
            self.keep(cells);
        }
    }

    /// Has others look at the rows that wait, at several columns at once, while more rows go by here.
    fn hand_over(&mut self) {
        let Some(others) = &*OTHERS else {
            return self.look();
        };
        let spare = self.take_back();
        let (mut columns, mut waiting) = (
            std::mem::take(&mut self.columns),
            std::mem::replace(&mut self.waiting, spare),
        );
        let (back, away) = sync_channel(1);
        others.spawn(move || {
            let seen = catch_unwind(AssertUnwindSafe(|| {
                let looks = columns.par_iter_mut().with_max_len(1).enumerate();
                looks.for_each(|(at, column)| column.see(waiting.column(at)));
                waiting.clear();
                (columns, waiting)
            }));
            // Nobody waits for it when the scan was given up.
            drop(back.send(seen));
        });
        self.away = Some(away);
    }

    /// Waits for those who look; gives an empty batch.
    fn take_back(&mut self) -> Batch {
        let Some(away) = self.away.take() else {
            return Batch::new(self.columns.len());
        };
        // Whoever has them sends them back, or the panic that kept it from doing so.
        match away.recv().unwrap_or_else(|error| Err(Box::new(error))) {
            Ok((columns, spare)) => {
                self.columns = columns;
                spare
            }
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Looks at the rows that wait.
    pub(super) fn look(&mut self) {
        self.take_back();
        for (at, column) in self.columns.iter_mut().enumerate() {
            column.see(self.waiting.column(at));
        }
        self.waiting.clear();
    }

    fn keep(&mut self, cells: &[&str]) {
        let sample = &mut self.sample;
        if self.sample_bytes > SAMPLE_ROWS_BYTES
            || (sample.len() >= FIRST_ROWS && !self.rows.is_multiple_of(self.stride))
        {
            return;
        }
        if sample.len() >= SAMPLE_ROWS {
            // Half of the later ones go, so that the rest stays spread over the whole file.
            let mut index = 0;
            sample.retain(|_| {
                index += 1;
                index <= FIRST_ROWS || index % 2 == 0
            });
            self.stride *= 2;
        }
        let row: Vec<String> = cells
            .iter()
            .map(|cell| {
                let cell = cell.trim();
                cell.get(..cell.floor_char_boundary(SAMPLE_CELL_BYTES))
                    .unwrap_or(cell)
                    .to_owned()
            })
            .collect();
        self.sample_bytes += row.iter().map(|cell| cell.len() + 24).sum::<usize>();
        sample.push(row);
    }

    /// What was seen.
    pub fn end(mut self) -> Ended {
        self.look();
        let width = self.columns.len();
        let mut has_left = false;
        for column in &mut self.columns {
            has_left |= column.settle(width);
        }
        if has_left && !self.is_second {
            return Ended::Again(ColumnScan {
                is_second: true,
                ..self
            });
        }
        let (mut columns, trails): (Vec<Column>, _) = self.columns.into_iter().map(Watched::into_parts).unzip();
        let sources: Vec<String> = columns.iter().map(|column| column.source.clone()).collect();
        for (column, name) in columns.iter_mut().zip(names(&sources)) {
            column.name = name;
        }
        let facts = ColumnFacts {
            rows: self.rows,
            columns,
            sample: self.sample,
        };
        Ended::Looked(Looked { facts, trails })
    }
}
