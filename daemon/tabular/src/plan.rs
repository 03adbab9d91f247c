//! What is known about the columns before the rows are read, from a sample or from a first reading.

use std::ops::RangeInclusive;

use crate::cell::{Kind, is_blank, kind};
use crate::limits::Limits;
use crate::words;

/// What is known about the rows before they are read.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Names of the columns.
    pub(crate) header: Vec<String>,
    /// Cells of the header as written, to know it when it comes again.
    pub(crate) raw_header: Vec<String>,
    /// Widths that a row may have.
    pub(crate) fits: RangeInclusive<usize>,
    /// Columns of text or dates that are filled in nearly every row.
    pub(crate) keys: Vec<usize>,
    /// Columns of numbers.
    pub(crate) numeric: Vec<usize>,
    /// Columns of text.
    pub(crate) texts: Vec<usize>,
    pub(crate) decimal: char,
    /// Whether possible totals were seen, so that sums are worth their time.
    pub(crate) sums: bool,
    /// Whether a word for a total is enough; not where such words are data.
    pub(crate) trust_words: bool,
    /// Whether the row count of a footer counts: the tests of a sample leave it out.
    pub(crate) rows_limit: u64,
}

/// What a sample of rows says about the columns, and from it the plan.
pub(crate) struct Survey {
    columns: Vec<ColumnSurvey>,
    rows: u64,
    /// Rows with a text or a date in them, as totals have none.
    labelled: u64,
    full: u64,
    commas: u64,
    points: u64,
}

#[derive(Debug, Clone, Default)]
struct ColumnSurvey {
    numbers: u64,
    dates: u64,
    texts: u64,
    blanks_in_full: u64,
    filled_beside_labels: u64,
}

impl Survey {
    pub(crate) fn new(width: usize) -> Survey {
        Survey {
            columns: vec![ColumnSurvey::default(); width],
            rows: 0,
            labelled: 0,
            full: 0,
            commas: 0,
            points: 0,
        }
    }

    /// Makes room for columns that come later in the file.
    pub(crate) fn widen(&mut self, width: usize) {
        self.columns
            .resize(width.max(self.columns.len()), ColumnSurvey::default());
    }

    pub(crate) fn row(&mut self, cells: &[&str]) {
        if cells.iter().all(|cell| is_blank(cell)) || words::is_ruler(cells) {
            return;
        }
        self.rows += 1;
        let full = cells.len() >= self.columns.len();
        self.full += u64::from(full);
        let labelled = cells.iter().any(|cell| matches!(kind(cell), Kind::Text | Kind::Date));
        self.labelled += u64::from(labelled);
        for (at, column) in self.columns.iter_mut().enumerate() {
            let Some(cell) = cells.get(at) else { continue };
            let kind = kind(cell);
            column.filled_beside_labels += u64::from(labelled && kind != Kind::Blank);
            match kind {
                Kind::Number => {
                    column.numbers += 1;
                    let comma = cell.rfind(',');
                    let point = cell.rfind('.');
                    match comma.cmp(&point) {
                        std::cmp::Ordering::Greater => self.commas += weight(cell, comma),
                        std::cmp::Ordering::Less => self.points += weight(cell, point),
                        std::cmp::Ordering::Equal => {}
                    }
                }
                Kind::Date => column.dates += 1,
                Kind::Text => column.texts += 1,
                Kind::Blank => column.blanks_in_full += u64::from(full && is_blank(cell)),
            }
        }
    }

    /// Whether a row has all its cells.
    pub(crate) fn any_full(&self) -> bool {
        self.full > 0
    }

    /// The narrowest row whose missing cells are cells that are empty, or often empty, where they are written.
    pub(crate) fn narrowest(&self) -> usize {
        let often_empty = |column: &ColumnSurvey| column.blanks_in_full * 2 >= self.full;
        let written = self
            .columns
            .iter()
            .rposition(|column| !often_empty(column))
            .map_or(1, |at| at + 1);
        if self.full > 0 { written } else { self.columns.len() }
    }

    pub(crate) fn plan(&self, header: Vec<String>, raw_header: Vec<String>, narrowest: usize, limits: &Limits) -> Plan {
        let slack = 1.max(self.labelled / 20);
        let filled = |column: &ColumnSurvey| column.numbers + column.dates + column.texts;
        let of = |wanted: &dyn Fn(&ColumnSurvey) -> bool| {
            self.columns
                .iter()
                .enumerate()
                .filter(|(_, column)| wanted(column))
                .map(|(at, _)| at)
                .collect()
        };
        Plan {
            fits: narrowest.clamp(1, header.len().max(1))..=header.len().max(1),
            keys: of(&|column| {
                let labels = column.texts + column.dates;
                let everywhere = column.filled_beside_labels + slack >= self.labelled;
                self.rows >= 2 && labels * 10 >= filled(column) * 9 && labels > 0 && everywhere
            }),
            numeric: of(&|column| column.numbers > 0 && column.numbers * 10 >= filled(column) * 9),
            texts: of(&|column| column.texts > 0 && column.texts * 10 >= filled(column) * 9),
            decimal: if self.commas > self.points { ',' } else { '.' },
            sums: true,
            trust_words: true,
            rows_limit: limits.rows,
            header,
            raw_header,
        }
    }
}

/// A group of three after a single sign may be thousands and tells little.
fn weight(cell: &str, at: Option<usize>) -> u64 {
    let after = at.map_or(0, |at| cell.trim_end().len().saturating_sub(at + 1));
    if after == 3 { 1 } else { 10 }
}
