//! What can go wrong with an analysis as a whole.

/// Why an analysis can't be made.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// The binary rows can't be read.
    #[error("the rows of the analysis could not be read")]
    Rows(#[from] plant_rows::BlockError),
    /// A group-by failed.
    #[error("adding up the rows failed")]
    Frame(#[from] polars::error::PolarsError),
    /// A row holds a word that none can hold.
    #[error("impossible value in records.{column} of line {line}: {source}")]
    UnknownWord {
        /// Column.
        column: &'static str,
        /// Line in the file.
        line: u64,
        /// The word, and those known.
        source: plant_core::word::UnknownWord,
    },
    /// More rows or groups than are numbered.
    #[error("{rows} rows are more than one analysis takes")]
    TooManyRows {
        /// Rows or groups seen.
        rows: u64,
    },
    /// A sum with more than 28 digits before the point.
    #[error("the sum `{component}` has more digits than a decimal holds")]
    TooManyDigits {
        /// The component.
        component: String,
    },
    /// The zone of the order is no IANA zone.
    #[error("`{zone}` is not an IANA time zone")]
    UnknownZone {
        /// As ordered.
        zone: String,
    },
}
