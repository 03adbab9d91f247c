//! Splits the text of one record into cells, with or without quotes.
//!
//! The strict reading follows RFC 4180 with two habits of exports: blanks may stand around a quoted cell, and Excel's
//! guard `="00123"` is the text 00123. The lenient readings are for lines that the strict one can't explain.

/// Cells of one record: texts in one buffer, with the end of each.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let cell = self.text.get(start..end).unwrap_or_default();
            start = end;
            cell
        })
    }

    fn close(&mut self) {
        self.ends.push(self.text.len());
    }
}

/// Where the strict reading stands after a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Every quote is closed.
    Complete,
    /// A quoted cell goes on in the next line.
    Open,
    /// Something other than a delimiter follows a closing quote.
    Malformed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Plain,
    Quoted,
    QuoteInQuoted,
    AfterQuoted,
}

/// The strict reading, fed line by line.
#[derive(Debug)]
pub(crate) struct Strict {
    delimiter: char,
    state: State,
    /// Where the text of the cell begins, to drop blanks before an opening quote.
    begin: usize,
    /// Whether a quoted cell was met.
    pub(crate) quoted: bool,
    pub(crate) cells: Cells,
}

impl Strict {
    pub(crate) fn new(delimiter: char) -> Strict {
        Strict {
            delimiter,
            state: State::Start,
            begin: 0,
            quoted: false,
            cells: Cells::default(),
        }
    }

    pub(crate) fn restart(&mut self) {
        self.cells.clear();
        self.state = State::Start;
        self.begin = 0;
        self.quoted = false;
    }

    /// Bytes of text gathered so far.
    pub(crate) fn bytes(&self) -> usize {
        self.cells.text.len()
    }

    /// Bytes of the cell that is being read.
    pub(crate) fn cell_bytes(&self) -> usize {
        self.cells.text.len().saturating_sub(self.begin)
    }

    /// Reads one physical line, without its end; a line after an open one adds its line break to the cell.
    pub(crate) fn line(&mut self, line: &str) -> Outcome {
        if self.state == State::Quoted {
            self.cells.text.push('\n');
        }
        let mut rest = line.chars().peekable();
        while let Some(c) = rest.next() {
            match self.state {
                State::Start | State::Plain => {
                    if c == self.delimiter {
                        self.cells.close();
                        self.begin = self.cells.text.len();
                        self.state = State::Start;
                    } else if c == '"' && self.state == State::Start {
                        self.cells.text.truncate(self.begin);
                        self.quoted = true;
                        self.state = State::Quoted;
                    } else if c == '=' && self.state == State::Start && rest.peek() == Some(&'"') {
                        // Excel's guard: the quote that follows opens the cell.
                    } else {
                        if c != ' ' {
                            self.state = State::Plain;
                        }
                        self.cells.text.push(c);
                    }
                }
                State::Quoted => {
                    if c == '"' {
                        self.state = State::QuoteInQuoted;
                    } else {
                        self.cells.text.push(c);
                    }
                }
                State::QuoteInQuoted | State::AfterQuoted => {
                    if c == self.delimiter {
                        self.cells.close();
                        self.begin = self.cells.text.len();
                        self.state = State::Start;
                    } else if c == '"' && self.state == State::QuoteInQuoted {
                        self.cells.text.push('"');
                        self.state = State::Quoted;
                    } else if c == ' ' {
                        self.state = State::AfterQuoted;
                    } else {
                        return Outcome::Malformed;
                    }
                }
            }
        }
        if self.state == State::Quoted {
            return Outcome::Open;
        }
        self.cells.close();
        Outcome::Complete
    }
}

/// A quote closes a cell only where a delimiter or the end of the line follows; every other one is a character.
pub(crate) fn lenient(line: &str, delimiter: char, cells: &mut Cells) {
    cells.clear();
    let mut rest = line;
    loop {
        let opened = rest.trim_start_matches(' ').strip_prefix('"');
        let closed = opened.and_then(|body| closing(body, delimiter).map(|at| (body, at)));
        let after = match closed {
            Some((body, at)) => {
                cells
                    .text
                    .push_str(&body.get(..at).unwrap_or_default().replace("\"\"", "\""));
                cells.close();
                let after = body.get(at + 1..).unwrap_or_default().trim_start_matches(' ');
                after.strip_prefix(delimiter)
            }
            None => match rest.split_once(delimiter) {
                Some((cell, after)) => {
                    cells.text.push_str(cell);
                    cells.close();
                    Some(after)
                }
                None => {
                    cells.text.push_str(rest);
                    cells.close();
                    None
                }
            },
        };
        match after {
            Some(after) => rest = after,
            None => return,
        }
    }
}

/// The quote that closes a cell: one before a delimiter or the end, and no half of a doubled one.
fn closing(body: &str, delimiter: char) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = body.get(from..)?.find('"').map(|at| at + from) {
        let after = body.get(at + 1..)?;
        if after.starts_with('"') {
            from = at + 2;
            continue;
        }
        let next = after.trim_start_matches(' ');
        if next.is_empty() || next.starts_with(delimiter) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// Every quote is a character.
pub(crate) fn literal(line: &str, delimiter: char, cells: &mut Cells) {
    cells.clear();
    for cell in line.split(delimiter) {
        cells.text.push_str(cell);
        cells.close();
    }
}

/// The text inside Excel's guard `="…"`, where the whole cell is one.
pub(crate) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix("=\"").and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) if !inner.contains('"') => inner,
        _ => cell,
    }
}

#[cfg(test)]
mod tests;
