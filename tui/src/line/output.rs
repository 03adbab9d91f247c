//! How the line commands print: one JSON object, CSV, or aligned text.
//!
//! Invariants: data goes to the writer and nothing else does; JSON begins with `schema_version`; no form lets a character
//! through that a terminal would obey: text and CSV show it, JSON escapes it and loses nothing.

use std::io::{self, Write};

use plant_core::model::Page;
use plant_core::sanitize;
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};
use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr;

use super::failure::Failure;

/// The version of the JSON that is printed.
const SCHEMA_VERSION: u32 = 1;

/// The widest a cell of a text table gets before it is cut.
const CELL_WIDTH: usize = 60;

/// The form that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Aligned text for people.
    #[default]
    Text,
    /// One JSON object.
    Json,
    /// RFC 4180.
    Csv,
}

/// A column of a list: its heading and how an item fills it.
pub struct Column<T> {
    name: &'static str,
    number: bool,
    cell: fn(&T) -> String,
}

impl<T> Column<T> {
    /// A column of text.
    pub const fn text(name: &'static str, cell: fn(&T) -> String) -> Self {
        Column {
            name,
            number: false,
            cell,
        }
    }

    /// A column of numbers, set flush right.
    pub const fn number(name: &'static str, cell: fn(&T) -> String) -> Self {
        Column {
            name,
            number: true,
            cell,
        }
    }
}

/// Where and how to print.
pub struct Output<W> {
    writer: W,
    form: Form,
    header: bool,
}

impl<W: Write> Output<W> {
    /// Prints in this form; `header` says whether tables and CSV begin with their headings.
    pub fn new(writer: W, form: Form, header: bool) -> Self {
        Output { writer, form, header }
    }

    /// The form that was asked for.
    pub fn form(&self) -> Form {
        self.form
    }

    /// One object: JSON, or what `text` says about it line by line.
    pub fn object<T: Serialize>(&mut self, value: &T, text: impl FnOnce(&T) -> Vec<String>) -> Result<(), Failure> {
        match self.form {
            Form::Json => self.json(value),
            Form::Csv => Err(Failure::Usage(
                "--csv is for lists; use --json for one thing".to_owned(),
            )),
            Form::Text => text(value).iter().try_for_each(|line| self.line(line)),
        }
    }

    /// A list: JSON with `items` and `next_page`, CSV, or a table; `empty` is what a person reads when there is nothing.
    pub fn list<T: Serialize>(&mut self, page: &Page<T>, columns: &[Column<T>], empty: &str) -> Result<(), Failure> {
        match self.form {
            Form::Json => return self.json(page),
            Form::Csv => self.csv(&page.items, columns)?,
            Form::Text if page.items.is_empty() => note(empty),
            Form::Text => {
                for line in table(&page.items, columns, self.header) {
                    self.line(&line)?;
                }
            }
        }
        if let Some(token) = &page.next_page {
            note(&format!("there is more: add --page {token}"));
        }
        Ok(())
    }

    /// A line for people.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        writeln!(self.writer, "{}", crate::clean::text(text))?;
        Ok(())
    }

    /// A piece of streamed text, without a line break.
    pub fn piece(&mut self, text: &str) -> Result<(), Failure> {
        write!(self.writer, "{}", sanitize::text(text))?;
        self.writer.flush()?;
        Ok(())
    }

    /// Text made by this program (scripts, TOML), as it is.
    pub fn raw(&mut self, text: &str) -> Result<(), Failure> {
        self.writer.write_all(text.as_bytes())?;
        self.writer.flush()?;
        Ok(())
    }

    /// One JSON object that begins with `schema_version`.
    pub fn json<T: Serialize>(&mut self, value: &T) -> Result<(), Failure> {
        let mut serializer = serde_json::Serializer::with_formatter(&mut self.writer, Safe::default());
        versioned(serde_json::to_value(value)?).serialize(&mut serializer)?;
        writeln!(self.writer)?;
        self.writer.flush()?;
        Ok(())
    }

    fn csv<T>(&mut self, items: &[T], columns: &[Column<T>]) -> Result<(), Failure> {
        if self.header {
            self.csv_row(columns.iter().map(|column| column.name.to_owned()))?;
        }
        for item in items {
            self.csv_row(columns.iter().map(|column| (column.cell)(item)))?;
        }
        self.writer.flush()?;
        Ok(())
    }

    fn csv_row(&mut self, cells: impl Iterator<Item = String>) -> io::Result<()> {
        let row: Vec<String> = cells.map(|cell| csv_cell(&cell)).collect();
        write!(self.writer, "{}\r\n", row.join(","))
    }
}

/// A note for people, on standard error; that it can't be written is no reason to fail.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", crate::clean::text(text));
}

/// The value with `schema_version` before its own fields.
fn versioned(value: Value) -> Value {
    let mut object = Map::new();
    object.insert("schema_version".to_owned(), SCHEMA_VERSION.into());
    match value {
        Value::Object(fields) => object.extend(fields),
        other => {
            object.insert("value".to_owned(), other);
        }
    }
    Value::Object(object)
}

/// A CSV cell, quoted after RFC 4180.
fn csv_cell(text: &str) -> String {
    let text = sanitize::cell(text);
    if text.contains([',', '"']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}

/// JSON on several lines in which every character that a terminal would obey is escaped.
#[derive(Default)]
struct Safe {
    pretty: PrettyFormatter<'static>,
}

/// Hands these calls of a formatter on.
macro_rules! as_pretty {
    ($($name:ident($($argument:ident: $type:ty),*);)+) => {$(
        fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $type)*) -> io::Result<()> {
            self.pretty.$name(writer $(, $argument)*)
        }
    )+};
}

impl Formatter for Safe {
    as_pretty! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        writer.write_all(sanitize::escape(fragment).as_bytes())
    }
}

/// The lines of a text table, columns two blanks apart.
fn table<T>(items: &[T], columns: &[Column<T>], header: bool) -> Vec<String> {
    let mut rows: Vec<Vec<String>> = Vec::with_capacity(items.len() + 1);
    if header {
        rows.push(columns.iter().map(|column| column.name.to_uppercase()).collect());
    }
    rows.extend(items.iter().map(|item| {
        let clean = |column: &Column<T>| {
            let cell = (column.cell)(item);
            crate::widget::text::cut(&crate::clean::text(&cell), CELL_WIDTH)
        };
        columns.iter().map(clean).collect()
    }));
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| {
            rows.iter()
                .filter_map(|row| row.get(at))
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
        })
        .collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths).zip(columns).map(|((cell, width), column)| {
                let pad = " ".repeat(width.saturating_sub(cell.width()));
                if column.number {
                    format!("{pad}{cell}")
                } else {
                    format!("{cell}{pad}")
                }
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests;
