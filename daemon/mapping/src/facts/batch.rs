//! Rows that wait to be looked at, so that each column is looked at for many of them in one go.

/// Rows, cells and bytes of which one is enough.
const ROWS: usize = 1_024;
const CELLS: usize = 1 << 17;
const BYTES: usize = 1 << 20;

/// Some rows of as many cells each.
#[derive(Debug, Clone, Default)]
pub(super) struct Batch {
    columns: usize,
    rows: usize,
    text: String,
    /// Where each cell ends, row by row.
    ends: Vec<u32>,
}

impl Batch {
    /// None yet, of so many columns.
    pub fn new(columns: usize) -> Batch {
        Batch {
            columns,
            ..Batch::default()
        }
    }

    /// One more row; cells beyond the columns are left out, missing ones are empty.
    pub fn push(&mut self, cells: &[&str]) {
        let cells = cells.iter().copied().chain(std::iter::repeat(""));
        for cell in cells.take(self.columns) {
            self.text.push_str(cell);
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        }
        self.rows += 1;
    }

    pub fn is_full(&self) -> bool {
        self.rows >= ROWS || self.ends.len() >= CELLS || self.text.len() >= BYTES
    }

    /// The cells of a column, from the first row on.
    pub fn column(&self, at: usize) -> impl Iterator<Item = &str> {
        (0..self.rows).map(move |row| {
            let place = row * self.columns + at;
            let start = place.checked_sub(1).and_then(|before| self.ends.get(before));
            let (start, end) = (start.copied().unwrap_or(0), self.ends.get(place).copied().unwrap_or(0));
            self.text.get(start as usize..end as usize).unwrap_or_default()
        })
    }

    pub fn clear(&mut self) {
        self.rows = 0;
        self.text.clear();
        self.ends.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cells_of_each_column_come_in_the_order_of_the_rows() {
        let mut batch = Batch::new(2);
        for row in [&["a", "b", "beyond"][..], &[], &["é"], &["", "c"]] {
            batch.push(row);
        }
        let columns = [0, 1].map(|at| batch.column(at).collect::<Vec<_>>());
        assert_eq!(columns, [["a", "", "é", ""], ["b", "", "", "c"]]);
        batch.clear();
        assert_eq!(batch.column(0).count(), 0);
        let mut none = Batch::new(0);
        none.push(&["a"]);
        assert_eq!(none.column(0).collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn it_is_full_by_rows_by_cells_and_by_bytes() {
        for (columns, cell, rows) in [(1, "a", ROWS), (CELLS / 4, "", 4), (1, &"a".repeat(BYTES / 2), 2)] {
            let mut batch = Batch::new(columns);
            for row in 0..rows {
                assert!(!batch.is_full(), "{row} of {rows}");
                batch.push(&[cell]);
            }
            assert!(batch.is_full(), "{rows}");
        }
    }
}
