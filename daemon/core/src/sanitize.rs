//! Text from outside made safe to show: nothing in it can move the cursor, hide or reorder what stands beside it, and no
//! spreadsheet runs it.
//!
//! Each rule has its one place here: [`display`] for a line, [`text`] for a paragraph, [`cell`] for a cell of CSV and
//! [`escape`] for JSON and other forms that programs read back.
//!
//! Invariants: clean text comes back as it was, without a copy; the result holds no control character (but the line
//! breaks that [`text`] keeps), no bidirectional control and no invisible character; [`escape`] loses nothing.

use std::borrow::Cow;

use rust_decimal::Decimal;

/// One line for a cell, a title or a name: line breaks become visible as well.
pub fn display(text: &str) -> Cow<'_, str> {
    replace(text, false)
}

/// A paragraph: line feeds stay, everything else is as in [`display`].
pub fn text(text: &str) -> Cow<'_, str> {
    replace(text, true)
}

/// A cell of a table that a spreadsheet may open: shown as by [`display`], and what it would run as a formula gets an
/// apostrophe before it, unless it is a plain number.
pub fn cell(text: &str) -> Cow<'_, str> {
    let shown = display(text);
    if is_formula(text) {
        Cow::Owned(format!("'{shown}"))
    } else {
        shown
    }
}

/// Part of a string as JSON writes it: every character that must not reach a terminal by its number (`\u001b`). Quotes,
/// backslashes and what else JSON escapes by itself is left to it.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hidden(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

/// Whether a character must not reach a terminal as it is.
pub fn is_hidden(character: char) -> bool {
    visible(character).is_some()
}

/// Whether a spreadsheet could take it for a formula: by its first sign, or by the first behind what it passes over
/// (blanks, invisible characters, quotes). The wide and the small forms of the signs count as well.
fn is_formula(text: &str) -> bool {
    let passed_over = |c: char| {
        c.is_whitespace()
            || is_hidden(c)
            || matches!(
                c,
                '\'' | '"' | '`' | '\u{b4}' | '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{ff02}' | '\u{ff07}'
            )
    };
    let begins = |c: char| {
        matches!(
            c,
            '=' | '+'
                | '-'
                | '@'
                | '\u{ff1d}'
                | '\u{ff0b}'
                | '\u{ff0d}'
                | '\u{ff20}'
                | '\u{fe66}'
                | '\u{fe62}'
                | '\u{fe63}'
                | '\u{fe6b}'
                | '\u{2212}'
        )
    };
    let is_run = text.trim_start_matches(passed_over).starts_with(begins) || text.starts_with(['\t', '\r']);
    is_run && !is_plain_number(text.trim())
}

fn is_plain_number(text: &str) -> bool {
    text.parse::<Decimal>().is_ok() || Decimal::from_scientific(text).is_ok()
}

fn replace(text: &str, keep_line_feeds: bool) -> Cow<'_, str> {
    let mark = |character: char| match character {
        '\n' if keep_line_feeds => None,
        other => visible(other),
    };
    // Most text is printable ASCII, which a look at the bytes settles.
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) || !text.chars().any(|c| mark(c).is_some()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| mark(c).unwrap_or(c)).collect())
}

/// What stands for a character that must not reach a terminal; `None` for one that may.
fn visible(character: char) -> Option<char> {
    match character {
        // Control pictures: ␀ to ␟.
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)),
        '\u{7f}' => Some('\u{2421}'),
        // C1 controls: a terminal may read U+009B as the beginning of a command.
        '\u{80}'..='\u{9f}'
        // Soft hyphen, grapheme joiner, Arabic letter mark, Hangul and Khmer fillers, Mongolian separators.
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        // Zero-width, marks of direction, line and paragraph separators, embeddings and overrides.
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        // Word joiner, invisible operators, isolates, deprecated format characters.
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        // Musical controls, tags, variation selectors of the supplement.
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        // Non-characters and private planes draw nothing that a reader could know.
        | '\u{fffe}' | '\u{ffff}' | '\u{f0000}'..='\u{10ffff}' => Some('\u{fffd}'),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
