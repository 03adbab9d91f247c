//! Text from outside made safe to show: nothing in it can move the cursor, hide or reorder what stands beside it.
//!
//! Invariants: clean text comes back as it was, without a copy; the result holds no control character (but the line
//! breaks that [`text`] keeps), no bidirectional control and no invisible character; running it twice changes nothing.

use std::borrow::Cow;

/// One line for a cell, a title or a name: line breaks become visible as well.
pub fn display(text: &str) -> Cow<'_, str> {
    replace(text, false)
}

/// A paragraph: line feeds stay, everything else is as in [`display`].
pub fn text(text: &str) -> Cow<'_, str> {
    replace(text, true)
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
