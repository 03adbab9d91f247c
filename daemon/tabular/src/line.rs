//! The lines of a file with their fates.

use plant_core::table::Problem;

/// One line of a file, or one row of a sheet, with its fate.
#[derive(Debug)]
pub enum Line<'a> {
    /// A row of data, with as many cells as the header has names.
    Row {
        /// First physical line (row of the sheet), 1-based.
        line: u64,
        /// Texts of the cells, blanks at their ends kept.
        cells: &'a [&'a str],
    },
    /// A row that can't be used.
    Bad(Problem),
    /// A line that is no data.
    SetAside {
        /// Physical line (row of the sheet), 1-based.
        line: u64,
        /// Why.
        kind: SetAsideKind,
        /// Its text, cut to 200 characters.
        text: &'a str,
    },
}

/// Why a line is no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetAsideKind {
    /// Before the header.
    Preamble,
    /// The header itself.
    Header,
    /// Drawn lines, page marks and repeated headers.
    Ruler,
    /// A total or subtotal.
    Total,
    /// A row count or an end mark below the rows.
    Footer,
    /// Nothing in it.
    Blank,
}

/// An empty list of cells in the memory of another one, for texts that live longer or shorter.
pub(crate) fn recycled<'a>(cells: Vec<&str>) -> Vec<&'a str> {
    let mut cells = cells;
    cells.clear();
    cells.into_iter().map(|_| "").collect()
}
