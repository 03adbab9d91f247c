//! Names of the columns: as written, cleaned at the ends, visible, and unique.

use std::collections::HashSet;

use crate::cell::{is_margin, shortened};

/// Longest name kept, in characters.
const NAME_CHARACTERS: usize = 200;

/// One name without margins; control characters are shown by their pictures, marks that turn the direction are dropped.
pub(crate) fn clean(raw: &str) -> String {
    let mut name = String::with_capacity(raw.len());
    for c in raw.trim_matches(is_margin).chars() {
        match c {
            '\r' | '\n' | '\t' | '\u{a0}' => name.push(' '),
            '\u{7f}' => name.push('\u{2421}'),
            '\u{0}'..='\u{1f}' => name.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
            '\u{80}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => {}
            '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
            _ => name.push(c),
        }
    }
    while name.contains("  ") && raw.contains(['\r', '\n']) {
        name = name.replace("  ", " ");
    }
    shortened(name.trim_matches(is_margin), NAME_CHARACTERS)
}

/// The names of all columns: an empty one becomes `column_N`, a repeated one gets `_2`, `_3` …
pub(crate) fn unique<S: AsRef<str>>(raw: &[S], width: usize) -> Vec<String> {
    let mut taken = HashSet::with_capacity(width);
    let mut names = Vec::with_capacity(width);
    for position in 0..width {
        let mut name = raw.get(position).map(|cell| clean(cell.as_ref())).unwrap_or_default();
        if name.is_empty() {
            name = format!("column_{}", position + 1);
        }
        let mut candidate = name.clone();
        let mut number = 2_u32;
        while !taken.insert(candidate.clone()) {
            candidate = format!("{name}_{number}");
            number += 1;
        }
        names.push(candidate);
    }
    names
}

#[cfg(test)]
mod tests;
