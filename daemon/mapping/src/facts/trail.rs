//! What a column holds follows from its cells in their order and from nothing else. Where these are those of an earlier
//! version, so is that, and no cell has to be taken apart.
//!
//! Invariant: a column is taken for that of before only where all its cells hash to the same, in the same order; with cells
//! behind them it goes on from there. Whatever is found so is what looking at every cell finds.

use serde::{Deserialize, Serialize};

use super::column::{Column, ColumnFacts};
use super::hash::hash_of;
use super::recent::Recent;

/// So many cells are looked at in any case; behind every so many it is seen whether they are still those of before.
const EACH: u64 = if cfg!(test) { 8 } else { 16_384 };
/// A file of fewer rows is looked at in a moment.
const ROWS_LEAST: u64 = if cfg!(test) { 20 } else { 50_000 };
/// What is longer is not kept.
const BYTES_MOST: usize = 4 * 1024 * 1024;
/// Changes with what is found in the same cells.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "-1");
/// Odd, so that no cell is lost whatever follows it.
const FACTOR: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// The hashes of the cells of a column, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Trail {
    cells: u64,
    sum: u128,
    /// What the sum was behind every so many.
    marks: Vec<u128>,
}

impl Trail {
    fn add(&mut self, hash: u128) {
        self.sum = self.sum.wrapping_mul(FACTOR).wrapping_add(hash);
        self.cells += 1;
        if self.cells.is_multiple_of(EACH) {
            self.marks.push(self.sum);
        }
    }

    /// Whether it is the beginning of another one, as far as is known behind these cells.
    fn begins(&self, other: &Trail) -> bool {
        match usize::try_from(self.cells / EACH) {
            _ if self.cells == other.cells => self.sum == other.sum,
            Ok(mark) if self.cells.is_multiple_of(EACH) => {
                mark.checked_sub(1).and_then(|mark| other.marks.get(mark)) == Some(&self.sum)
            }
            _ => true,
        }
    }
}

/// What a look at a file found.
#[derive(Debug, Clone)]
pub struct Looked {
    /// What its columns hold.
    pub facts: ColumnFacts,
    pub(super) trails: Vec<Trail>,
}

#[derive(Serialize, Deserialize)]
struct Kept<C> {
    version: String,
    columns: C,
}

/// Text that ends with an error when it is too long to be kept, before it takes much room.
struct Bounded(Vec<u8>);

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > BYTES_MOST {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Looked {
    /// As it can be kept for a later version; `None` where nothing would be gained. Of hidden columns only the name is kept:
    /// they are looked at anew.
    pub fn text(&self, hidden: &[bool]) -> Option<String> {
        if self.facts.rows < ROWS_LEAST {
            return None;
        }
        let bare: Vec<(Column, Trail)> = (self.facts.columns.iter())
            .map(|column| (Column::new(&column.source, 0), Trail::default()))
            .collect();
        let all = self.facts.columns.iter().zip(&self.trails).zip(&bare).enumerate();
        let kept = Kept {
            version: VERSION.to_owned(),
            columns: all
                .map(|(index, (whole, bare))| match hidden.get(index) {
                    Some(true) => (&bare.0, &bare.1),
                    _ => whole,
                })
                .collect::<Vec<_>>(),
        };
        let mut text = Bounded(Vec::new());
        serde_json::to_writer(&mut text, &kept).ok()?;
        String::from_utf8(text.0).ok()
    }

    /// What was kept; `None` where that is of another kind, or of another header.
    pub(super) fn of(text: &str, header: &[String]) -> Option<Looked> {
        let kept: Kept<Vec<(Column, Trail)>> = serde_json::from_str(text).ok()?;
        let is_same = kept.version == VERSION
            && kept.columns.len() == header.len()
            && kept
                .columns
                .iter()
                .zip(header)
                .all(|((column, _), source)| column.source == *source);
        if !is_same {
            return None;
        }
        let rows = kept.columns.iter().map(|(_, trail)| trail.cells).max().unwrap_or(0);
        let (columns, trails) = kept.columns.into_iter().unzip();
        let facts = ColumnFacts {
            rows,
            columns,
            sample: Vec::new(),
        };
        Some(Looked { facts, trails })
    }

    pub(super) fn into_columns(self) -> impl Iterator<Item = (Column, Trail)> {
        self.facts.columns.into_iter().zip(self.trails)
    }
}

/// How a column is looked at.
#[derive(Debug, Clone)]
enum Way {
    /// Every cell.
    Whole,
    /// Every cell so far; it may turn out to be that of before.
    Begins(Box<(Column, Trail)>),
    /// Its cells are those of before.
    Follows(Box<(Column, Trail)>),
    /// All cells of before went by, and none behind them yet.
    Stands,
    /// It left the way of before: its first cells are unknown.
    Left,
    /// It is known already.
    Known,
}

/// A column while its cells go by.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    column: Column,
    trail: Trail,
    way: Way,
}

impl Watched {
    pub fn new(column: Column, earlier: Option<(Column, Trail)>) -> Watched {
        let way = match earlier.filter(|(_, trail)| trail.cells >= ROWS_LEAST) {
            Some(earlier) => Way::Begins(Box::new(earlier)),
            None => Way::Whole,
        };
        Watched {
            column,
            trail: Trail::default(),
            way,
        }
    }

    /// Sees the next cells.
    pub fn see<'c>(&mut self, cells: impl Iterator<Item = &'c str>) {
        if !matches!(self.way, Way::Known) {
            cells.for_each(|cell| self.cell(cell));
        }
    }

    fn cell(&mut self, cell: &str) {
        let hash = hash_of(cell);
        match self.way {
            Way::Whole | Way::Begins(_) => self.column.observe(cell, hash),
            // Which values stood among those before is not known any more.
            Way::Stands if self.column.unique && self.column.filled > 0 => self.way = Way::Left,
            Way::Stands => {
                self.way = Way::Whole;
                self.column = std::mem::take(&mut self.column).resumed();
                self.column.observe(cell, hash);
            }
            Way::Follows(_) | Way::Left | Way::Known => {}
        }
        self.trail.add(hash);
        self.compare();
    }

    /// Whether it is still that of before.
    fn compare(&mut self) {
        let (Way::Begins(earlier) | Way::Follows(earlier)) = &self.way else {
            return;
        };
        let is_whole = self.trail.cells == earlier.1.cells;
        if !is_whole && !self.trail.cells.is_multiple_of(EACH) {
            return;
        }
        let otherwise = match self.way {
            Way::Begins(_) => Way::Whole,
            _ => Way::Left,
        };
        let begins = self.trail.begins(&earlier.1);
        match std::mem::replace(&mut self.way, otherwise) {
            Way::Begins(earlier) | Way::Follows(earlier) if begins && is_whole => {
                self.column = earlier.0.in_place_of(&mut self.column);
                self.way = Way::Stands;
            }
            Way::Begins(earlier) | Way::Follows(earlier) if begins => self.way = Way::Follows(earlier),
            _ => {}
        }
    }

    /// All cells went by. Gives whether they have to once more; then it is ready for that.
    pub fn settle(&mut self, width: usize) -> bool {
        match self.way {
            Way::Left | Way::Follows(_) => {
                *self = Watched::new(Column::new(&self.column.source, width), None);
                true
            }
            Way::Known => false,
            Way::Whole | Way::Begins(_) => {
                self.column.settle();
                self.way = Way::Known;
                false
            }
            Way::Stands => {
                self.column.recent = Recent::default();
                self.way = Way::Known;
                false
            }
        }
    }

    pub fn into_parts(self) -> (Column, Trail) {
        (self.column, self.trail)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::scan::{ColumnScan, Ended};
    use super::*;

    const CELLS: [&str; 14] = [
        "",
        " 5",
        "5",
        "-#",
        "1.23#",
        "1,5",
        "NULL",
        "2025-05-0# 2#:00",
        "0#/04/2025",
        "13/0#/2025",
        "#a",
        "text #",
        "1# %",
        "00:1#",
    ];

    fn header() -> Vec<String> {
        ["a", "b", "c"].map(str::to_owned).into()
    }

    /// What is found in rows, and how often they had to go by.
    fn look(rows: &[Vec<String>], earlier: Option<Looked>) -> (Looked, u32) {
        let mut scan = ColumnScan::following(&header(), earlier);
        let mut times = 0;
        loop {
            times += 1;
            for row in rows {
                scan.observe(&row.iter().map(String::as_str).collect::<Vec<_>>());
            }
            match scan.end() {
                Ended::Looked(looked) => return (looked, times),
                Ended::Again(again) => scan = again,
            }
        }
    }

    fn rows(seed: u64, rows: u64) -> Vec<Vec<String>> {
        let cell = |row: u64, at: u64| {
            let hash = xxhash_rust::xxh3::xxh3_64_with_seed(&[at as u8], seed ^ row);
            // A column mostly holds one kind of cell.
            let kind = if hash.is_multiple_of(16) {
                hash >> 8
            } else {
                seed >> (at * 8)
            };
            CELLS[kind as usize % CELLS.len()].replace('#', &(hash % 10).to_string())
        };
        (0..rows).map(|row| (0..3).map(|at| cell(row, at)).collect()).collect()
    }

    fn all(looked: &Looked) -> String {
        format!("{:?} {:?}", looked.facts, looked.trails)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        /// What follows an earlier version finds what looking at every cell finds, whatever was changed, added or taken.
        #[test]
        fn what_follows_finds_what_the_cells_say(
            seed in any::<u64>(),
            length in 15_u64..60,
            changed in prop::collection::vec((0_usize..60, 0_usize..3, 0_usize..CELLS.len()), 0..3),
            end in -12_i64..20,
            moved in prop::option::weighted(0.2, 0_usize..60),
        ) {
            let before = rows(seed, length);
            let mut after = rows(seed, length.saturating_add_signed(end));
            for (row, at, cell) in changed {
                if let Some(row) = after.get_mut(row) {
                    row[at] = CELLS[cell].to_owned();
                }
            }
            if let Some(row) = moved.filter(|row| *row < after.len()) {
                let row = after.remove(row);
                after.push(row);
            }
            let earlier = look(&before, None).0.text(&[]).and_then(|text| Looked::of(&text, &header()));
            prop_assert_eq!(earlier.is_some(), before.len() as u64 >= ROWS_LEAST);
            let ((got, times), (expected, _)) = (look(&after, earlier), look(&after, None));
            prop_assert!(times <= 2);
            prop_assert_eq!(all(&got), all(&expected));
            prop_assert_eq!(got.text(&[]), expected.text(&[]));
        }
    }

    /// A column that goes on where an earlier version ended holds what one holds whose cells came in one go, whatever was
    /// still held of late, also beyond what is kept of its values.
    #[test]
    fn a_column_that_goes_on_counts_on() {
        let long = "x".repeat(300);
        let states = |rows: usize, from: usize| -> Vec<String> {
            let state = |at: usize| match at % 7 {
                0 if at == 21 => long.clone(),
                0 => format!("{at}"),
                1..4 => "Running".to_owned(),
                _ => " Down".to_owned(),
            };
            (from..from + rows).map(state).collect()
        };
        let one = |cells: &[String], earlier: Option<Looked>| {
            let mut scan = ColumnScan::following(&["a".to_owned()], earlier);
            for cell in cells {
                scan.observe(&[cell]);
            }
            match scan.end() {
                Ended::Looked(looked) => looked,
                Ended::Again(_) => panic!("no value stands once alone"),
            }
        };
        for (rows, more) in [(40, 30), (9_000, 3_000)] {
            let (first, rest) = (states(rows, 0), states(more, rows));
            let earlier = Looked::of(&one(&first, None).text(&[]).unwrap(), &["a".to_owned()]);
            let whole = [first, rest].concat();
            assert!(earlier.is_some());
            let (got, expected) = (one(&whole, earlier), one(&whole, None));
            assert_eq!(all(&got), all(&expected));
            let down = whole.iter().filter(|cell| *cell == " Down").count() as u64;
            assert_eq!(got.facts.columns[0].distinct.get("Down"), Some(&down));
            assert!(!got.facts.columns[0].distinct_complete);
        }
    }

    /// Whatever is found in the same cells changes only with the version.
    #[test]
    fn what_the_same_cells_say_is_kept_under_one_version() {
        let cells: Vec<Vec<String>> = (0..400).flat_map(|seed| rows(seed, 30)).collect();
        let text = look(&cells, None).0.text(&[]).unwrap();
        let said = (VERSION, xxhash_rust::xxh3::xxh3_64(text.as_bytes()));
        assert_eq!(
            said,
            ("0.1.0-1", 8_568_905_260_513_893_622),
            "raise the number behind the version, and set this"
        );
    }

    #[test]
    fn only_what_changed_late_goes_by_again() {
        let before = rows(7, 40);
        let earlier = || Looked::of(&look(&before, None).0.text(&[]).unwrap(), &header());
        let changed = |row: usize| {
            let mut after = before.clone();
            after[row][1] = "other".to_owned();
            look(&after, earlier()).1
        };
        assert_eq!(look(&before, earlier()).1, 1);
        assert_eq!(changed(3), 1, "among the first, which are looked at in any case");
        assert_eq!(changed(20), 2);
        let mut other = header();
        other[2].push('x');
        let text = look(&before, None).0.text(&[]).unwrap();
        assert!(Looked::of(&text, &other).is_none());
        assert!(Looked::of(&text.replacen(VERSION, "0", 1), &header()).is_none());
        assert!(Looked::of("nonsense", &header()).is_none());
        // What would take too much room is not kept.
        let wide: Vec<Vec<String>> = (0..40).map(|_| vec!["y".repeat(BYTES_MOST / 60)]).collect();
        assert!(look(&wide, None).0.text(&[]).is_some(), "so long a value is not kept");
        let many: Vec<String> = (0..3_000).map(|at| format!("{at:0>190}")).collect();
        let header: Vec<String> = (0..30).map(|at| at.to_string()).collect();
        let mut scan = ColumnScan::following(&header, None);
        for row in &many {
            scan.observe(&vec![row.as_str(); header.len()]);
        }
        let Ended::Looked(looked) = scan.end() else { panic!() };
        assert!(looked.text(&[]).is_none());
    }
}
