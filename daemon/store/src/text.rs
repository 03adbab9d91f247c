//! Text on its way into the database, which holds no NUL character.

use std::borrow::Cow;
use std::str::FromStr;

use plant_core::word::UnknownWord;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Result, StoreError};

/// The text with every NUL shown as U+FFFD.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The value as JSON that the database takes.
pub(crate) fn json<T: Serialize>(what: &'static str, value: &T) -> Result<Value> {
    let mut json = serde_json::to_value(value).map_err(|error| StoreError::invalid(what, error.to_string()))?;
    clean_json(&mut json);
    Ok(json)
}

fn clean_json(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => *text = clean(text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(clean_json),
        Value::Object(fields) => {
            if fields.keys().any(|key| key.contains('\0')) {
                *fields = std::mem::take(fields)
                    .into_iter()
                    .map(|(key, value)| (clean(&key).into_owned(), value))
                    .collect();
            }
            fields.values_mut().for_each(clean_json);
        }
        _ => {}
    }
}

/// Reads a word that the database keeps as text.
pub(crate) fn word<T: FromStr<Err = UnknownWord>>(
    table: &'static str,
    column: &'static str,
    row: impl ToString,
    word: &str,
) -> Result<T> {
    word.parse().map_err(|error: UnknownWord| {
        let row = row.to_string();
        tracing::error!(table, column, row, %error, "a word can't be read");
        StoreError::corrupt(table, column, row)
    })
}

/// Reads a value that the database keeps as JSON.
pub(crate) fn read<T: DeserializeOwned>(
    table: &'static str,
    column: &'static str,
    row: impl ToString,
    json: Value,
) -> Result<T> {
    serde_json::from_value(json).map_err(|error| {
        let row = row.to_string();
        tracing::error!(table, column, row, %error, "a JSON value can't be read");
        StoreError::corrupt(table, column, row)
    })
}

/// Bytes of a hash written in hex.
///
/// # Errors
/// [`StoreError::Invalid`] unless it is 64 hex digits.
pub(crate) fn hash_bytes(hex: &str) -> Result<Vec<u8>> {
    hex::decode(hex)
        .ok()
        .filter(|bytes| bytes.len() == 32)
        .ok_or_else(|| StoreError::invalid("sha256", "not 64 hex digits"))
}
