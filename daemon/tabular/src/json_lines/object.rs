//! One line of JSON lines to the cells of a row: keys of nested objects joined by points, values as they are written.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::cell::shortened;

/// Objects in objects that are taken apart; what is deeper stays its JSON text.
const LEVELS: usize = 16;
/// Longest joined key, in bytes: as columns are bounded, this bounds the memory for their names.
const KEY_BYTES: usize = 1_000;

/// One value of a line.
#[derive(Debug)]
pub(crate) struct Cell<'l> {
    /// The keys on the way to it, joined by points.
    pub(crate) key: String,
    /// A string without its quotes, a number with its digits, `true` or `false`, nothing for null, a list as JSON.
    pub(crate) text: Cow<'l, str>,
    /// Whether it is a list of objects or lists, so that the rows of a table may be in it.
    pub(crate) holds_table: bool,
}

/// Why a line gives no row.
#[derive(Debug)]
pub(crate) enum Fault {
    /// It can't be used.
    Bad { code: &'static str, text: String },
    /// It has more values than columns are read.
    TooManyColumns,
}

fn bad<T>(code: &'static str, text: String) -> Result<T, Fault> {
    Err(Fault::Bad { code, text })
}

/// The values of a line in their order, each key once, at most so many.
///
/// # Errors
/// The line is no whole object, has a key twice, or can't be kept as cells.
pub(crate) fn cells(line: &str, columns: usize) -> Result<Vec<Cell<'_>>, Fault> {
    let mut cells = Vec::new();
    take_apart(line, None, LEVELS, columns, &mut cells)?;
    let mut seen = HashSet::with_capacity(cells.len());
    match cells.iter().find(|cell| !seen.insert(cell.key.as_str())) {
        Some(twice) => bad("duplicate_key", format!("the key {} stands twice", named(&twice.key))),
        None => Ok(cells),
    }
}

fn take_apart<'l>(
    json: &'l str,
    parent: Option<&str>,
    levels: usize,
    columns: usize,
    cells: &mut Vec<Cell<'l>>,
) -> Result<(), Fault> {
    let entries: Entries<'l> = serde_json::from_str(json).or_else(|error| bad("no_object", told(&error)))?;
    for (key, value) in entries.0 {
        let key = match parent {
            Some(parent) => format!("{parent}.{key}"),
            None => key,
        };
        if key.len() > KEY_BYTES {
            let text = format!("the key {} has more than {KEY_BYTES} bytes", named(&key));
            return bad("long_key", text);
        }
        if cells.len() >= columns {
            return Err(Fault::TooManyColumns);
        }
        let json = value.get();
        let inner = json.get(1..).unwrap_or_default().trim_start();
        let mut holds_table = false;
        let text = match json.as_bytes().first() {
            Some(b'{') if inner.starts_with('}') => Cow::Borrowed(""),
            Some(b'{') if levels > 0 => {
                take_apart(json, Some(&key), levels - 1, columns, cells)?;
                continue;
            }
            Some(b'[') => {
                holds_table = inner.starts_with(['{', '[']);
                Cow::Borrowed(json)
            }
            Some(b'"') => string(json)?,
            Some(b'n') => Cow::Borrowed(""),
            _ => Cow::Borrowed(json),
        };
        if text.contains('\0') {
            return bad("nul_byte", format!("the text of {} has a NUL in it", named(&key)));
        }
        cells.push(Cell { key, text, holds_table });
    }
    Ok(())
}

fn string(json: &str) -> Result<Cow<'_, str>, Fault> {
    match json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if !plain.contains('\\') => Ok(Cow::Borrowed(plain)),
        _ => match serde_json::from_str(json) {
            Ok(text) => Ok(Cow::Owned(text)),
            Err(error) => bad("no_object", told(&error)),
        },
    }
}

/// What the parser found, with the place in the line; its own count of lines is always one.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    format!("no JSON object: {} (byte {})", shortened(what, 200), error.column())
}

fn named(key: &str) -> String {
    format!("{:?}", shortened(key, 100))
}

/// The keys and values of one object in their order, with repeated keys.
struct Entries<'l>(Vec<(String, &'l RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object in braces")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Object)
    }
}
