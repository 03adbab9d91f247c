//! Cells that hold nothing, in the ways in which exports say so.

/// What a cell is before anything is interpreted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// It holds something.
    No,
    /// It is empty or says that the value is missing.
    Yes,
    /// `-`, `.`, `?`: missing in a column of numbers or dates, text elsewhere.
    Dash,
    /// An error of a spreadsheet or historian (`#DIV/0!`, `I/O Timeout`).
    Error,
}

/// What kind of blank a trimmed cell is.
pub fn blank(text: &str) -> Blank {
    if text.is_empty() {
        return Blank::Yes;
    }
    if text.len() > 11 || !text.is_ascii() {
        return Blank::No;
    }
    let starts = text.as_bytes().first().copied().unwrap_or(b' ');
    if starts.is_ascii_digit() {
        return Blank::No;
    }
    match text {
        "-" | "--" | "---" | "." | "?" | "*" => Blank::Dash,
        _ if [
            "null", "n/a", "#n/a", "na", "n.a.", "nan", "none", "nil", "(null)", "(blank)", "#null!", "<null>", "\\n",
        ]
        .iter()
        .any(|token| token.eq_ignore_ascii_case(text)) =>
        {
            Blank::Yes
        }
        _ if [
            "#div/0!",
            "#ref!",
            "#value!",
            "#name?",
            "#num!",
            "bad",
            "i/o timeout",
            "#error",
        ]
        .iter()
        .any(|token| token.eq_ignore_ascii_case(text)) =>
        {
            Blank::Error
        }
        _ => Blank::No,
    }
}
