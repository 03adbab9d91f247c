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

use super::failure::Failure;
use crate::subject::Listed;
use crate::widget::document::Document;
use crate::widget::table::{self, Cell, Column};

/// The version of the JSON that is printed.
const SCHEMA_VERSION: u32 = 1;

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

    /// One object: JSON, or the text about it.
    pub fn object<T: Serialize, D: Into<Document>>(
        &mut self,
        value: &T,
        text: impl FnOnce(&T) -> D,
    ) -> Result<(), Failure> {
        match self.form {
            Form::Json => self.json(value),
            Form::Csv => Err(no_csv()),
            Form::Text => text(value).into().lines().iter().try_for_each(|line| self.line(line)),
        }
    }

    /// The same for a thing whose text is a file of its own, printed as it is.
    pub fn file<T: Serialize>(
        &mut self,
        value: &T,
        text: impl FnOnce(&T) -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        match self.form {
            Form::Json => self.json(value),
            Form::Csv => Err(no_csv()),
            Form::Text => self.raw(&text(value)?),
        }
    }

    /// The same, with a line before the text that names the thing.
    pub fn show<T: Serialize>(
        &mut self,
        name: &str,
        value: &T,
        text: impl FnOnce(&T) -> Document,
    ) -> Result<(), Failure> {
        if self.form == Form::Text {
            self.line(name)?;
        }
        self.object(value, text)
    }

    /// A list: JSON with `items` and `next_page`, CSV, or a table; `empty` is what a person reads when there is nothing.
    pub fn list<T: Serialize + Listed>(&mut self, page: &Page<T>, empty: &str) -> Result<(), Failure> {
        let rows: Vec<Vec<Cell>> = match self.form {
            Form::Json => Vec::new(),
            Form::Csv | Form::Text => page.items.iter().map(Listed::cells).collect(),
        };
        self.table(page, T::COLUMNS, &rows, empty)
    }

    /// The same with columns that are not the same for every list.
    pub fn table<T: Serialize>(
        &mut self,
        page: &Page<T>,
        columns: &[Column],
        rows: &[Vec<Cell>],
        empty: &str,
    ) -> Result<(), Failure> {
        match self.form {
            Form::Json => return self.json(page),
            Form::Csv => self.csv(columns, rows)?,
            Form::Text if rows.is_empty() => note(empty),
            Form::Text => {
                let rows = rows.iter().map(Vec::as_slice);
                table::lines(columns, rows, self.header)
                    .iter()
                    .try_for_each(|line| self.line(line))?;
            }
        }
        if let Some(token) = &page.next_page {
            note(&format!("there is more: add --page {token}"));
        }
        Ok(())
    }

    /// A line for people.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        writeln!(self.writer, "{}", plant_core::sanitize::display(text))?;
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

    fn csv(&mut self, columns: &[Column], rows: &[Vec<Cell>]) -> Result<(), Failure> {
        let named = || columns.iter().enumerate().filter(|(_, column)| !column.name.is_empty());
        if self.header {
            self.csv_row(named().map(|(_, column)| &*column.name))?;
        }
        for cells in rows {
            self.csv_row(named().map(|(at, _)| cells.get(at).map_or("", Cell::value)))?;
        }
        self.writer.flush()?;
        Ok(())
    }

    fn csv_row<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> io::Result<()> {
        let row: Vec<String> = cells.map(csv_cell).collect();
        write!(self.writer, "{}\r\n", row.join(","))
    }
}

fn no_csv() -> Failure {
    Failure::Usage("--csv is for lists; use --json for one thing".to_owned())
}

/// A note for people, on standard error; that it can't be written is no reason to fail.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", plant_core::sanitize::display(text));
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

#[cfg(test)]
mod tests;
