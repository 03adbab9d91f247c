//! Writes the exports as the systems of each org write them.

use chrono::{NaiveDate, NaiveDateTime};

/// How an org's systems write files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Comma, decimal point, ISO dates, UTF-8, LF.
    English,
    /// Semicolon, decimal comma, DD.MM.YYYY, CRLF, Windows-1252.
    German1252,
    /// The same in UTF-8 with a byte-order mark.
    GermanBom,
}

/// The mapping of columns as a person would give it.
pub(super) fn sets(columns: &[(&str, &str)]) -> Vec<String> {
    columns
        .iter()
        .map(|(source, variable)| format!("{source}={variable}"))
        .collect()
}

/// One export in the making.
#[derive(Debug)]
pub(super) struct Sheet {
    style: Style,
    text: String,
    pub rows: u64,
}

impl Sheet {
    pub fn new(style: Style, columns: &[(&str, &str)]) -> Sheet {
        let mut sheet = Sheet {
            style,
            text: String::new(),
            rows: 0,
        };
        sheet.line(&columns.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>());
        sheet
    }

    /// Writes a row.
    pub fn row(&mut self, cells: &[String]) {
        self.line(cells);
        self.rows += 1;
    }

    fn line(&mut self, cells: &[String]) {
        let (delimiter, end) = match self.style {
            Style::English => (',', "\n"),
            Style::German1252 | Style::GermanBom => (';', "\r\n"),
        };
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.text.push(delimiter);
            }
            if cell.contains([delimiter, '"', '\n']) {
                self.text.push('"');
                self.text.push_str(&cell.replace('"', "\"\""));
                self.text.push('"');
            } else {
                self.text.push_str(cell);
            }
        }
        self.text.push_str(end);
    }

    /// The bytes of the file.
    pub fn bytes(self) -> Vec<u8> {
        match self.style {
            Style::English => self.text.into_bytes(),
            Style::GermanBom => [b"\xEF\xBB\xBF".as_slice(), self.text.as_bytes()].concat(),
            Style::German1252 => self.text.chars().map(windows_1252).collect(),
        }
    }
}

/// One byte of Windows-1252; the generator uses no character outside of it.
fn windows_1252(letter: char) -> u8 {
    match letter {
        '€' => 0x80,
        other => u8::try_from(u32::from(other)).unwrap_or(b'?'),
    }
}

impl Style {
    /// A number given in units of `1 / 10^decimals`.
    pub fn number(self, value: i64, decimals: u32) -> String {
        let scale = 10_i64.pow(decimals);
        let sign = if value < 0 { "-" } else { "" };
        let size = value.unsigned_abs();
        let (whole, fraction) = (size / scale.unsigned_abs(), size % scale.unsigned_abs());
        if decimals == 0 {
            return format!("{sign}{whole}");
        }
        let point = if self == Style::English { '.' } else { ',' };
        format!("{sign}{whole}{point}{fraction:0width$}", width = decimals as usize)
    }

    /// A local point in time.
    pub fn time(self, at: NaiveDateTime) -> String {
        match self {
            Style::English => at.format("%Y-%m-%d %H:%M:%S").to_string(),
            Style::German1252 | Style::GermanBom => at.format("%d.%m.%Y %H:%M").to_string(),
        }
    }

    /// A local date.
    pub fn date(self, day: NaiveDate) -> String {
        match self {
            Style::English => day.format("%Y-%m-%d").to_string(),
            Style::German1252 | Style::GermanBom => day.format("%d.%m.%Y").to_string(),
        }
    }
}
