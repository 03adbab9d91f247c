//! What reading a file yields before anything is interpreted: how it is laid out, and rows of text.

use serde::{Deserialize, Serialize};

use crate::word::words;

/// How a file is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// Its form.
    pub form: Form,
    /// Text encoding by its standard label (`utf-8`, `windows-1252`, `utf-16le` …); for a workbook `utf-8`.
    pub encoding: String,
    /// Whether a byte-order mark was there.
    pub bom: bool,
    /// Delimiter, for delimited text.
    pub delimiter: Option<char>,
    /// Quote character, for delimited text.
    pub quote: Option<char>,
    /// Line (1-based; row, in a workbook) of the header; `None` when there is none, which need not mean that the columns
    /// have no names ([`Layout::has_names`]).
    pub header_line: Option<u64>,
    /// Sheet name, in a workbook.
    pub sheet: Option<String>,
    /// Other visible sheets with the same header, where nobody said which is to be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub twins: Vec<String>,
    /// The sheets that are read one after another, and how many lines of others come before the first row of each; empty
    /// where one is read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sheets: Vec<(String, u64)>,
    /// Column names as written, made unique by `_2` …; `column_1` … where there is no header or an empty name.
    pub header: Vec<String>,
    /// The names as the file has them, where line steps of a mapping made others of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub written: Vec<String>,
    /// Text of the lines before the header.
    pub preamble: Vec<String>,
    /// 0 to 1: how much better this reading is than the next best one.
    pub confidence: f64,
    /// What was decided and why, in sentences.
    pub notes: Vec<String>,
    /// Whether serial day numbers count from 1904, in a workbook.
    pub date_1904: bool,
}

words! {
    /// The forms of a file that are read.
    Form, "a form of file" {
        /// Text with a delimiter.
        Delimited = "delimited",
        /// An Office Open XML workbook.
        Xlsx = "xlsx",
        /// One JSON object for each physical line.
        JsonLines = "json_lines",
    }
}

impl Form {
    /// What it is called in a sentence, with its article.
    pub const fn spoken(self) -> &'static str {
        match self {
            Form::Delimited => "text",
            Form::Xlsx => "a workbook",
            Form::JsonLines => "JSON lines",
        }
    }

    /// The decimal sign, where numbers are numbers in the form itself and no text as people type it.
    pub const fn decimal(self) -> Option<char> {
        match self {
            Form::Delimited => None,
            Form::Xlsx | Form::JsonLines => Some('.'),
        }
    }

    /// Whether each row names its columns, so that no line is needed for the names.
    pub const fn rows_name_columns(self) -> bool {
        match self {
            Form::Delimited | Form::Xlsx => false,
            Form::JsonLines => true,
        }
    }
}

impl Layout {
    /// The names of the columns as the file has them: by these it is known again.
    pub fn as_written(&self) -> &[String] {
        match self.written.is_empty() {
            true => &self.header,
            false => &self.written,
        }
    }

    /// Whether the columns have names that the file gives, and not only numbers.
    pub fn has_names(&self) -> bool {
        self.header_line.is_some() || self.form.rows_name_columns()
    }
}

/// What a profile or a person said about the layout; the reader obeys it instead of guessing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayoutHints {
    /// Encoding label.
    pub encoding: Option<String>,
    /// Delimiter.
    pub delimiter: Option<char>,
    /// Header line, 1-based; 0 says that there is none.
    pub header_line: Option<u64>,
    /// Sheet name.
    pub sheet: Option<String>,
}

/// A row or a cell that could not be used, or a note about one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Physical line (row, in a workbook), 1-based; 0 for the file as a whole.
    pub line: u64,
    /// Source column, where there is one.
    pub column: Option<String>,
    /// Machine-readable code, such as `ragged_row`, `bad_number`, `bad_date`, `nul_byte`.
    pub code: String,
    /// The sentence for a person.
    pub text: String,
    /// The offending text, cut to 200 characters.
    pub value: Option<String>,
    /// Whether the row was put aside (`true`) or taken in with this remark (`false`).
    pub quarantined: bool,
}
