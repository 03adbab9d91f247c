//! How much an answer weighs, and how one that weighs too much is cut so that it still arrives.
//!
//! Invariants: what fits comes back as it was; what is cut says so where it was cut; the result fits, whatever went in.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The steps of cutting: longest text in characters, longest list or map in entries. The last leaves ids, hashes and the
/// fields of every view whole.
const STEPS: [(usize, usize); 7] = [
    (64 << 10, usize::MAX),
    (16 << 10, 20_000),
    (4 << 10, 5_000),
    (1 << 10, 1_000),
    (512, 500),
    (256, 200),
    (128, 100),
];

/// What a value weighs in bytes: its length as JSON, which no other form of it exceeds by much.
pub fn bytes<T: Serialize>(value: &T) -> usize {
    let mut counter = Counter(0);
    // Counting can't fail, and what can't be written as JSON (a map with keys that are no text) is no view of ours.
    match serde_json::to_writer(&mut counter, value) {
        Ok(()) | Err(_) => counter.0,
    }
}

/// The value with at most so many bytes, and whether something was cut for it: long texts to a beginning that says how
/// long they are, long lists and maps to their first entries.
///
/// `most` below some 10 kB may not be reached.
pub fn fit<T: Serialize + DeserializeOwned>(value: T, most: usize) -> (T, bool) {
    if bytes(&value) <= most {
        return (value, false);
    }
    let Ok(mut json) = serde_json::to_value(&value) else {
        return (value, false);
    };
    for (text, entries) in STEPS {
        shrink(&mut json, text, entries);
        if bytes(&json) <= most {
            break;
        }
    }
    match serde_json::from_value(json) {
        Ok(cut) => (cut, true),
        Err(_) => (value, false),
    }
}

fn shrink(json: &mut Value, longest: usize, entries: usize) {
    match json {
        Value::String(text) => {
            if let Some(cut) = cut(text, longest) {
                *text = cut;
            }
        }
        Value::Array(items) => {
            items.truncate(entries);
            items.iter_mut().for_each(|item| shrink(item, longest, entries));
        }
        Value::Object(fields) => {
            if fields.len() > entries {
                *fields = std::mem::take(fields).into_iter().take(entries).collect();
            }
            fields.values_mut().for_each(|field| shrink(field, longest, entries));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The beginning of a text with how long it is; `None` where it is short enough.
pub fn cut(text: &str, longest: usize) -> Option<String> {
    // A text of so few bytes has no more characters.
    if text.len() <= longest {
        return None;
    }
    let characters = text.chars().count();
    let note = format!(" … [cut: {characters} characters]");
    let kept = longest.saturating_sub(note.chars().count());
    (characters > longest).then(|| text.chars().take(kept).chain(note.chars()).collect())
}

struct Counter(usize);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.saturating_add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
