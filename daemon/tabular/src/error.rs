//! Why a file as a whole can't be read.
//!
//! A row that can't be used is no error: it travels along as a problem.

use plant_core::state::{Reason, ReasonCode};

/// Why a file was refused.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system failed to read.
    #[error("reading failed: {0}")]
    Io(#[from] std::io::Error),
    /// No bytes, or nothing but blanks.
    #[error("the file has {bytes} bytes and no text in it")]
    Empty {
        /// Size of the file.
        bytes: u64,
    },
    /// A known form that is not read by this version.
    #[error("the file is {form}, which this version does not read")]
    Unsupported {
        /// What it is, with its article.
        form: &'static str,
    },
    /// Neither text nor a known form.
    #[error("the file is not text ({control} control bytes in the first {seen}) and no known form")]
    Binary {
        /// Control bytes among those looked at.
        control: u64,
        /// Bytes looked at.
        seen: u64,
    },
    /// Protected by a password.
    #[error("the workbook is encrypted (protected by a password)")]
    Encrypted,
    /// The container or its contents are broken.
    #[error("the workbook is damaged: {what}")]
    Damaged {
        /// What is wrong, and where.
        what: String,
    },
    /// A physical line over the limit.
    #[error("line {line} is longer than {limit} bytes")]
    LineTooLong {
        /// Physical line, 1-based.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// A cell over the limit.
    #[error("a cell in line {line} is longer than {limit} bytes (it has {bytes})")]
    CellTooLong {
        /// Physical line (row, in a workbook), 1-based.
        line: u64,
        /// Size of the cell.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// More columns than the limit.
    #[error("line {line} has {columns} columns; at most {limit} are read")]
    TooManyColumns {
        /// Physical line (row, in a workbook), 1-based.
        line: u64,
        /// Columns of that line.
        columns: usize,
        /// The limit.
        limit: usize,
    },
    /// More columns than the limit, where each row brings the names of its columns.
    #[error("line {line} brings a column beyond the {limit} that are read")]
    TooManyKeys {
        /// Physical line, 1-based.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// More rows than the limit.
    #[error("the file has more than {limit} rows (reached in line {line})")]
    TooManyRows {
        /// Physical line (row, in a workbook), 1-based.
        line: u64,
        /// The limit.
        limit: u64,
    },
    /// More bytes than the limit.
    #[error("the file has {bytes} bytes; at most {limit} are read")]
    FileTooLarge {
        /// Size of the file.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// A workbook that unpacks to more than the limit.
    #[error("the workbook unpacks to more than {limit} bytes ({part})")]
    UnpacksTooLarge {
        /// The part where the limit was reached.
        part: String,
        /// The limit.
        limit: u64,
    },
    /// A workbook that is packed so tightly that it may be made to exhaust memory.
    #[error("{part} of the workbook unpacks to {ratio} times its size; at most {limit} times is read")]
    PackedTooTightly {
        /// The part.
        part: String,
        /// Unpacked bytes for each packed one.
        ratio: u64,
        /// The limit.
        limit: u64,
    },
    /// A container with too many entries.
    #[error("the workbook has {entries} parts; at most {limit} are read")]
    TooManyEntries {
        /// Entries.
        entries: usize,
        /// The limit.
        limit: usize,
    },
    /// A quote in the header that never closes.
    #[error("the quote that opens in line {line} never closes, and without it the line has no header's shape")]
    UnclosedQuote {
        /// Physical line, 1-based.
        line: u64,
    },
    /// Sheets that are read one after another have other columns.
    #[error(
        "the sheets {first:?} and {other:?} do not have the same columns, so they can't be read one after another; name those \
         that do with --shape sheets:"
    )]
    SheetsDiffer {
        /// The first one.
        first: String,
        /// One that differs.
        other: String,
    },
    /// The header is not where a person said that it is.
    #[error("line {line} can't be the header: it is blank or none of the first lines; say another with --header-line")]
    NoHeaderLine {
        /// The line that was named, 1-based.
        line: u64,
    },
    /// A sheet was asked for that is not there.
    #[error("there is no sheet {sheet:?}; the workbook has {present}")]
    NoSuchSheet {
        /// The sheet asked for.
        sheet: String,
        /// The sheets that are there.
        present: String,
    },
}

impl ReadError {
    /// Whether the file ends as `unsupported` (`true`) or `failed` (`false`), and the reason that a person reads.
    pub fn reason(&self) -> (bool, Reason) {
        use ReasonCode as Code;
        let (unsupported, code) = match self {
            ReadError::Io(_) => (false, Code::Internal),
            ReadError::Empty { .. } => (false, Code::Empty),
            ReadError::Unsupported { .. } => (true, Code::UnsupportedForm),
            ReadError::Binary { .. } => (true, Code::Binary),
            ReadError::Encrypted => (false, Code::Encrypted),
            ReadError::Damaged { .. } => (false, Code::Damaged),
            ReadError::LineTooLong { .. } | ReadError::CellTooLong { .. } => (false, Code::LineTooLong),
            ReadError::TooManyColumns { .. } | ReadError::TooManyKeys { .. } => (false, Code::TooManyColumns),
            ReadError::TooManyRows { .. }
            | ReadError::FileTooLarge { .. }
            | ReadError::UnpacksTooLarge { .. }
            | ReadError::PackedTooTightly { .. }
            | ReadError::TooManyEntries { .. } => (false, Code::TooLarge),
            ReadError::UnclosedQuote { .. } => (false, Code::UnclosedQuote),
            ReadError::NoSuchSheet { .. } | ReadError::SheetsDiffer { .. } | ReadError::NoHeaderLine { .. } => {
                (false, Code::RequiredColumnMissing)
            }
        };
        let mut text = self.to_string();
        if let Some(first) = text.get(..1).map(str::to_uppercase) {
            text.replace_range(..1, &first);
        }
        text.push('.');
        (unsupported, Reason { code, text })
    }
}
