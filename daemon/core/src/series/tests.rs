//! Rows of series as tables: small files of text become identities, and their sums are known.

mod cases;
mod names;
mod oracle;
mod questions;
mod reversals;
mod sets;
mod speed;

use super::*;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// A file as it was seen.
#[derive(Debug, Clone)]
struct Seen {
    no: i64,
    rank: i64,
    folder: &'static str,
    site: Option<&'static str>,
    name: String,
    text: String,
}

/// A file of a name with its rank, which is its number too.
fn seen(name: &str, rank: i64, text: &str) -> Seen {
    Seen {
        no: rank,
        rank,
        folder: "/in",
        site: None,
        name: name.into(),
        text: text.into(),
    }
}

/// How rows become identities.
#[derive(Debug, Clone, Default)]
struct Table {
    /// Columns that are measures; without a key all others are what a row is about.
    measures: Vec<&'static str>,
    /// Columns of a key, instead.
    key: Vec<&'static str>,
    /// Columns that are not mapped.
    unmapped: Vec<&'static str>,
    /// Columns that are marks.
    marks: Vec<&'static str>,
    /// Columns of the document, its item, what is cancelled and the mark of what was.
    documents: Option<[&'static str; 4]>,
}

fn table(measures: &[&'static str]) -> Table {
    Table {
        measures: measures.to_vec(),
        ..Table::default()
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Days since 1970-01-01 of a text that begins with a date.
fn day_of(text: &str) -> Option<i32> {
    let iso = || chrono::NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok();
    let german = || chrono::NaiveDate::parse_from_str(text.get(..10)?, "%d.%m.%Y").ok();
    Some(iso().or_else(german)?.to_epoch_days())
}

/// A cell as typed: numbers and dates whatever way they are written.
fn typed(text: &str, decimal: char) -> String {
    if let Some(day) = day_of(text) {
        return format!("{day}{}", text.get(10..).unwrap_or_default());
    }
    let plain = match decimal {
        ',' => text.replace('.', "").replace(',', "."),
        _ => text.to_owned(),
    };
    plain
        .parse::<f64>()
        .map_or_else(|_| text.trim().to_owned(), |number| number.to_string())
}

/// One row: its identity and its cells by name.
type Row = (RowIdent, Vec<(String, String)>);

impl Table {
    fn rows(&self, text: &str) -> Vec<Row> {
        let text = text.trim_start_matches('\u{feff}').replace('\r', "");
        let mut lines = text.lines().filter(|line| !line.is_empty());
        let Some(head) = lines.next() else { return Vec::new() };
        let (split, decimal) = if head.contains(';') { (';', ',') } else { (',', '.') };
        let decimal = if text.contains(";1.") || text.contains(",75") {
            decimal
        } else {
            '.'
        };
        let names: Vec<&str> = head.split(split).collect();
        lines
            .map(|line| {
                let cells = line.split(split).map(|cell| typed(cell, decimal));
                let mut cells: Vec<(String, String)> = names.iter().map(|name| (*name).to_owned()).zip(cells).collect();
                let raw_day = line.split(split).find_map(day_of);
                cells.sort();
                (self.ident(&cells, raw_day), cells)
            })
            .collect()
    }

    fn ident(&self, cells: &[(String, String)], day: Option<i32>) -> RowIdent {
        let those = |wanted: &dyn Fn(&str) -> bool| -> Vec<&(String, String)> {
            cells
                .iter()
                .filter(|(name, value)| wanted(name) && !value.is_empty())
                .collect()
        };
        let is_mark = |name: &str| self.documents.is_some_and(|[.., mark]| mark == name);
        let unused = |name: &str| self.marks.contains(&name) || self.unmapped.contains(&name) || is_mark(name);
        let about = |name: &str| match self.key.is_empty() {
            true => !unused(name) && !self.measures.contains(&name),
            false => self.key.contains(&name),
        };
        let subject = those(&about);
        RowIdent {
            mapped: hash(&those(&|name| !unused(name))),
            other: hash(&those(&|name| self.unmapped.contains(&name))),
            subject: if subject.is_empty() { 0 } else { hash(&subject) },
            day,
            back: 0,
        }
    }
}

impl Table {
    /// The documents of rows, where there is such a column.
    fn documents(&self, rows: &[Row]) -> Option<Vec<RowDocument>> {
        let columns = self.documents?;
        Some(rows.iter().map(|(_, cells)| self.document(columns, cells)).collect())
    }

    fn document(&self, columns: [&str; 4], cells: &[(String, String)]) -> RowDocument {
        let cell = |wanted: &str| {
            cells
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, text)| text.as_str())
        };
        let [own, item, cancels, mark] = columns.map(|name| cell(name).unwrap_or_default());
        let joined = |parts: &[&str]| match parts.contains(&"") {
            true => 0,
            false => hash(&parts),
        };
        let quantities = cells.iter().filter(|(name, _)| self.measures.contains(&name.as_str()));
        let numbers: Vec<f64> = quantities.filter_map(|(_, text)| text.parse().ok()).collect();
        let about: Vec<String> = numbers.iter().map(|number| number.abs().to_string()).collect();
        RowDocument {
            item: joined(&[own, item]),
            whole: joined(&[own]),
            cancels_item: joined(&[own, cancels]),
            cancels_whole: joined(&[cancels]),
            amount: hash(&(about, cell("Order"))),
            negative: numbers.iter().any(|number| *number < 0.0),
            cancelled: mark == "X",
        }
    }
}

/// What came of files.
struct Came {
    resolution: Resolution,
    rows: Vec<Vec<Row>>,
}

impl Came {
    fn sum(&self, column: &str) -> f64 {
        let pairs = self.resolution.why.iter().flatten().zip(self.rows.iter().flatten());
        let cells = pairs
            .filter(|(why, _)| **why == Why::Counts)
            .flat_map(|(_, (_, cells))| cells);
        cells
            .filter(|(name, _)| name == column)
            .map(|(_, value)| value.parse::<f64>().unwrap_or(0.0))
            .sum()
    }

    fn kind(&self) -> Option<QuestionKind> {
        self.resolution.question.as_ref().map(|question| question.kind)
    }

    /// Answer and number of rows of each choice.
    fn choices(&self) -> Vec<(Answer, u64)> {
        let choices = self.resolution.question.iter().flat_map(|question| &question.choices);
        choices.map(|choice| (choice.answer, choice.rows)).collect()
    }
}

/// Decides over files; the same bytes are one version with several sightings.
fn decide(files: &[Seen], table: &Table, decisions: &Decisions) -> Came {
    let mut first: Vec<&Seen> = Vec::new();
    for file in files {
        if !first
            .iter()
            .any(|known| known.text == file.text && scope_of(known) == scope_of(file))
        {
            first.push(file);
        }
    }
    let rows: Vec<Vec<Row>> = first.iter().map(|file| table.rows(&file.text)).collect();
    let idents: Vec<Vec<RowIdent>> = rows.iter().map(|rows| rows.iter().map(|row| row.0).collect()).collect();
    let documents: Vec<Option<Vec<RowDocument>>> = rows.iter().map(|rows| table.documents(rows)).collect();
    let versions: Vec<Version> = (first.iter().zip(&idents).zip(&documents))
        .map(|((file, rows), documents)| {
            let same = files
                .iter()
                .filter(|other| other.text == file.text && scope_of(other) == scope_of(file));
            let prefix = files.iter().filter(|other| {
                other.name == file.name && other.text.len() < file.text.len() && file.text.starts_with(&other.text)
            });
            let longest = prefix.max_by_key(|other| other.text.len()).map(|other| &other.text);
            Version {
                file_no: file.no,
                sightings: same.map(sighting).collect(),
                rows,
                documents: documents.as_deref(),
                extends: longest
                    .and_then(|text| first.iter().find(|known| known.text == *text))
                    .map(|known| known.no),
                open_end: !file.text.ends_with('\n'),
                withdrawn: false,
                describes: false,
                declared_hash: bytes_hash(&file.text),
            }
        })
        .collect();
    Came {
        resolution: resolve(&versions, decisions),
        rows,
    }
}

fn scope_of(file: &Seen) -> Scope {
    scope(file.site, file.folder, &file.name)
}

fn sighting(file: &Seen) -> Sighting {
    let site = file.site.map(str::to_owned);
    Sighting {
        rank: file.rank,
        folder: file.folder.into(),
        site,
        name: file.name.clone(),
    }
}

fn bytes_hash(text: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (at, part) in bytes.chunks_mut(8).enumerate() {
        part.copy_from_slice(&hash(&(at, text)).to_le_bytes());
    }
    bytes
}

/// Every order of up to five things.
fn orders<T: Clone>(things: &[T]) -> Vec<Vec<T>> {
    if things.len() <= 1 {
        return vec![things.to_vec()];
    }
    let with = |at: usize| {
        let mut rest = things.to_vec();
        let one = rest.remove(at);
        orders(&rest).into_iter().map(move |mut order| {
            order.insert(0, one.clone());
            order
        })
    };
    (0..things.len()).flat_map(with).collect()
}

/// In each order of arrival: the sum of a column, the number of rows, the question.
fn check(
    files: &[Seen],
    table: &Table,
    decisions: &Decisions,
    column: &str,
    expected: (f64, u64, Option<QuestionKind>),
) {
    for order in orders(files) {
        let came = decide(&order, table, decisions);
        let got = (came.sum(column), came.resolution.counting(), came.kind());
        let names: Vec<(&str, i64)> = order.iter().map(|file| (file.name.as_str(), file.rank)).collect();
        assert_eq!(got, expected, "{names:?} {:?}", came.resolution);
    }
}

fn mode(mode: Mode) -> Decisions {
    Decisions {
        mode: Some(mode),
        ..Decisions::default()
    }
}

fn open() -> Decisions {
    Decisions::default()
}
