//! Finds the delimiter by reading the sample with each candidate and comparing what comes out.
//!
//! - A candidate is judged by how many records share one width and by whether its cells look whole: a cell that still
//!   holds another delimiter was not parted. So `1,1;2,2` is parted at `;`, with two decimal commas.
//! - Lines that do not fit lower the score; they are never left out to make a candidate fit.

use std::collections::BTreeMap;

use crate::cell::{Kind, is_blank, kind};
use crate::error::ReadError;
use crate::limits::Limits;
use crate::records::{Records, Shape};
use crate::source::Sample;

/// The delimiters that are tried, the likelier first.
pub(crate) const CANDIDATES: [char; 7] = [',', ';', '\t', '|', '~', '^', '\u{1f}'];
/// Stands for no delimiter: lines with this character are never taken as rows.
pub(crate) const NO_DELIMITER: char = '\0';
/// Records of one width whose cells are looked at.
const CELLS_FROM_RECORDS: u32 = 2_000;
/// Records before the first one of the usual width that weigh only half: a preamble.
const PREAMBLE_RECORDS: u64 = 31;
/// Score of a text without a delimiter.
const SINGLE_COLUMN: f64 = 0.1;

/// The delimiter and how sure it is.
#[derive(Debug, Clone)]
pub(crate) struct Dialect {
    pub(crate) delimiter: char,
    /// Cells of most records.
    pub(crate) width: usize,
    pub(crate) confidence: f64,
    pub(crate) notes: Vec<String>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    records: u64,
    looked_at: u32,
    cells: u64,
    whole: f64,
}

#[derive(Debug)]
struct Reading {
    delimiter: char,
    width: usize,
    share: f64,
    score: f64,
}

/// Decides from the head and the tail of the text.
pub(crate) fn sniff(
    head: &mut Sample,
    tail: Option<&mut Sample>,
    given: Option<char>,
    limits: &Limits,
) -> Result<Dialect, ReadError> {
    let mut tail = tail;
    if let Some(delimiter) = given {
        let reading = read(head, tail.as_deref_mut(), delimiter, limits)?;
        let notes = vec![format!("The delimiter {} was given.", shown(delimiter))];
        return Ok(Dialect {
            delimiter,
            width: reading.width,
            confidence: reading.share.max(0.5),
            notes,
        });
    }
    let mut readings = Vec::new();
    for delimiter in CANDIDATES {
        if !head.contains(delimiter) && tail.as_ref().is_none_or(|tail| !tail.contains(delimiter)) {
            continue;
        }
        readings.push(read(head, tail.as_deref_mut(), delimiter, limits)?);
    }
    if decimal_column(head) {
        readings.retain(|reading| reading.delimiter != ',');
    }
    readings.retain(|reading| reading.width > 1);
    readings.sort_by(|a, b| b.score.total_cmp(&a.score));
    let best = readings.first().filter(|best| best.score > SINGLE_COLUMN);
    let Some(best) = best else {
        let notes = vec!["No delimiter gives the lines a common width: read as one column.".to_owned()];
        return Ok(Dialect {
            delimiter: NO_DELIMITER,
            width: 1,
            confidence: 0.4,
            notes,
        });
    };
    let second = readings
        .get(1)
        .map_or(SINGLE_COLUMN, |second| second.score.max(SINGLE_COLUMN));
    let confidence = ((best.score - second) / best.score).clamp(0.0, 1.0) * best.share;
    let mut note = format!(
        "Delimiter {}: {:.0} % of the records have {} cells.",
        shown(best.delimiter),
        best.share * 100.0,
        best.width
    );
    if let Some(second) = readings.get(1).filter(|second| second.score > best.score * 0.5) {
        note.push_str(&format!(" {} would fit nearly as well.", shown(second.delimiter)));
    }
    Ok(Dialect {
        delimiter: best.delimiter,
        width: best.width,
        confidence,
        notes: vec![note],
    })
}

/// A delimiter as a person writes it.
pub(crate) fn shown(delimiter: char) -> String {
    match delimiter {
        '\t' => "TAB".to_owned(),
        c if c.is_control() => format!("U+{:04X}", u32::from(c)),
        c => format!("\"{c}\""),
    }
}

/// The delimiter that a first line `sep=;` names.
pub(crate) fn named_separator(line: &str) -> Option<char> {
    let line = line.trim_matches(|c: char| matches!(c, '"' | '\u{feff}' | ' '));
    let value = line
        .get(..4)
        .filter(|key| key.eq_ignore_ascii_case("sep="))
        .and_then(|_| line.get(4..))?;
    let mut characters = value.chars();
    match (characters.next(), characters.next()) {
        (Some('\\'), Some('t')) => Some('\t'),
        (Some(c), None) if c != '"' && !c.is_alphanumeric() => Some(c),
        _ => None,
    }
}

fn read(head: &mut Sample, tail: Option<&mut Sample>, delimiter: char, limits: &Limits) -> Result<Reading, ReadError> {
    let mut tallies = BTreeMap::new();
    let mut first_widths = Vec::new();
    tally(head, delimiter, limits, &mut tallies, &mut first_widths)?;
    if let Some(tail) = tail {
        tally(tail, delimiter, limits, &mut tallies, &mut Vec::new())?;
    }
    let all: u64 = tallies.values().map(|tally| tally.records).sum();
    let modal = tallies.iter().max_by_key(|(width, tally)| (tally.records, **width));
    let Some((&width, tally)) = modal else {
        return Ok(Reading {
            delimiter,
            width: 1,
            share: 0.0,
            score: 0.0,
        });
    };
    // A header with one more name than the rows have cells is common; so are rows without their empty end.
    let near = tallies.get(&(width + 1)).map_or(0, |near| near.records.min(1));
    let before = first_widths.iter().take_while(|seen| **seen != width).count() as u64;
    let before = before.min(PREAMBLE_RECORDS).min(all - tally.records);
    let share = (tally.records + near.min(all - tally.records)) as f64 / (all as f64 - before as f64 / 2.0).max(1.0);
    let share = share.min(1.0);
    let whole = if tally.cells == 0 {
        0.5
    } else {
        tally.whole / tally.cells as f64
    };
    let score = share * share * whole * (1.0 - 0.5 / width as f64);
    Ok(Reading {
        delimiter,
        width,
        share,
        score,
    })
}

fn tally(
    sample: &mut Sample,
    delimiter: char,
    limits: &Limits,
    tallies: &mut BTreeMap<usize, Tally>,
    first_widths: &mut Vec<usize>,
) -> Result<(), ReadError> {
    sample.rewind();
    let mut records = Records::new(std::mem::take(sample), delimiter, limits);
    while let Some(step) = records.next(None)? {
        let mut cells = Vec::new();
        if matches!(step.shape, Shape::Bad { .. }) || records.cells(&step, &mut cells).is_some() {
            continue;
        }
        if cells.iter().all(|cell| is_blank(cell)) || (step.line == 1 && named_separator(&cells.concat()).is_some()) {
            continue;
        }
        if first_widths.len() < 64 {
            first_widths.push(cells.len());
        }
        let tally = tallies.entry(cells.len()).or_default();
        tally.records += 1;
        if tally.looked_at < CELLS_FROM_RECORDS && cells.len() > 1 {
            tally.looked_at += 1;
            for cell in cells.iter().filter(|cell| !is_blank(cell)) {
                tally.cells += 1;
                tally.whole += wholeness(cell, delimiter, records.quoted());
            }
        }
    }
    *sample = records.into_source();
    sample.rewind();
    Ok(())
}

/// 1 for a cell that looks whole, 0 for one that still holds what may be a delimiter.
fn wholeness(cell: &str, delimiter: char, quoted: bool) -> f64 {
    if !cell.contains([';', '\t', '|', ',']) || kind(cell) != Kind::Text {
        return 1.0;
    }
    if quoted {
        return 0.9;
    }
    if CANDIDATES
        .iter()
        .any(|other| *other != delimiter && *other != ',' && cell.contains(*other))
    {
        return 0.0;
    }
    let mut commas = cell.match_indices(',');
    let prose = commas.all(|(at, _)| {
        cell.get(at + 1..)
            .is_none_or(|after| after.is_empty() || after.starts_with(' '))
    });
    if prose { 1.0 } else { 0.3 }
}

/// One column of decimal-comma numbers: the comma parts them all in two, but the first line is not parted.
fn decimal_column(sample: &Sample) -> bool {
    let mut lines = sample.lines().filter(|line| !is_blank(line)).take(5_000);
    let Some(first) = lines.next() else { return false };
    if first.contains(',') {
        return false;
    }
    let (mut all, mut decimal) = (0_u32, 0_u32);
    for line in lines {
        all += 1;
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let unsigned = line.trim().trim_start_matches('-');
        decimal += u32::from(
            unsigned.bytes().all(|byte| byte.is_ascii_digit())
                || unsigned
                    .split_once(',')
                    .is_some_and(|(whole, part)| digits(whole) && digits(part)),
        );
    }
    all > 0 && decimal * 20 >= all * 19
}

#[cfg(test)]
mod tests;
