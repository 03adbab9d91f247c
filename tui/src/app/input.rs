//! One line of text that is being typed; the cursor never stands inside a grapheme.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The most that can be typed, in bytes.
const LIMIT_BYTES: usize = 4_000;

/// A line of text with a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Input {
    text: String,
    cursor: usize,
}

impl Input {
    /// Begins with a text, the cursor behind it.
    pub fn new(text: &str) -> Self {
        Input {
            text: text.to_owned(),
            cursor: text.len(),
        }
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The part before the cursor.
    pub fn before(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    /// What of it is shown in so many columns, and in which of them the cursor stands: from the beginning where that holds
    /// the cursor, else so that the cursor stands in the last one.
    pub fn window(&self, columns: usize) -> (&str, usize) {
        let mut before = self.before();
        let mut width = before.width();
        let mut graphemes = before.graphemes(true);
        while width >= columns.max(1)
            && let Some(first) = graphemes.next()
        {
            width -= first.width();
            before = graphemes.as_str();
        }
        let from = self.cursor - before.len();
        (self.text.get(from..).unwrap_or_default(), width)
    }

    fn after(&self) -> &str {
        self.text.get(self.cursor..).unwrap_or_default()
    }

    /// Takes the text away and leaves nothing.
    pub fn take(&mut self) -> String {
        self.cursor = 0;
        std::mem::take(&mut self.text)
    }

    /// Puts text at the cursor; line breaks become blanks and what could not be shown is replaced.
    pub fn insert(&mut self, text: &str) {
        let line: String = text
            .chars()
            .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c })
            .collect();
        let clean = plant_core::sanitize::display(&line);
        if self.text.len() + clean.len() <= LIMIT_BYTES {
            let joined = format!("{}{clean}{}", self.before(), self.after());
            self.cursor += clean.len();
            self.text = joined;
        }
    }

    /// Handles an editing key; says whether it was one.
    pub fn edit(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('w') if control => self.delete_back(word_length),
            KeyCode::Char('u') if control => self.delete_back(str::len),
            KeyCode::Char('a') if control => self.cursor = 0,
            KeyCode::Char('e') if control => self.cursor = self.text.len(),
            KeyCode::Char(c) if !control && !key.modifiers.contains(KeyModifiers::ALT) => {
                self.insert(c.encode_utf8(&mut [0; 4]));
            }
            KeyCode::Backspace => self.delete_back(|before| before.graphemes(true).next_back().map_or(0, str::len)),
            KeyCode::Delete => {
                let length = self.after().graphemes(true).next().map_or(0, str::len);
                self.text = format!("{}{}", self.before(), self.after().get(length..).unwrap_or_default());
            }
            KeyCode::Left => self.cursor -= self.before().graphemes(true).next_back().map_or(0, str::len),
            KeyCode::Right => self.cursor += self.after().graphemes(true).next().map_or(0, str::len),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.text.len(),
            _ => return false,
        }
        true
    }

    fn delete_back(&mut self, length: impl Fn(&str) -> usize) {
        let keep = self.cursor.saturating_sub(length(self.before()));
        self.text = format!("{}{}", self.text.get(..keep).unwrap_or_default(), self.after());
        self.cursor = keep;
    }
}

/// Bytes of the last word before the cursor with the blanks behind it.
fn word_length(before: &str) -> usize {
    let trimmed = before.trim_end();
    let start = trimmed.rfind(' ').map_or(0, |at| at + 1);
    before.len() - start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[KeyCode]) -> (String, String) {
        let mut input = Input::default();
        for code in keys {
            input.edit(KeyEvent::new(*code, KeyModifiers::NONE));
        }
        (input.before().to_owned(), input.text().to_owned())
    }

    #[test]
    fn keys_edit_at_the_cursor() {
        use KeyCode::{Backspace, Char, Delete, End, Home, Left, Right};
        for (keys, before, text) in [
            (&[Char('a'), Char('b')][..], "ab", "ab"),
            (&[Char('a'), Char('b'), Left, Char('x')], "ax", "axb"),
            (&[Char('日'), Char('本'), Backspace], "日", "日"),
            (&[Char('a'), Home, Delete, Delete], "", ""),
            (&[Char('a'), Home, Left, Char('b'), End, Right, Char('c')], "bac", "bac"),
            (&[Backspace, Left, Right], "", ""),
        ] {
            assert_eq!(typed(keys), (before.to_owned(), text.to_owned()), "{keys:?}");
        }
    }

    #[test]
    fn a_long_line_is_shown_where_the_cursor_is() {
        let shown = |input: &Input, columns| {
            let (text, at) = input.window(columns);
            (text.to_owned(), at)
        };
        let mut input = Input::new("abcdef");
        assert_eq!(shown(&input, 20), ("abcdef".to_owned(), 6));
        assert_eq!(shown(&input, 4), ("def".to_owned(), 3));
        input.edit(KeyEvent::new(KeyCode::Home, KeyModifiers::NONE));
        assert_eq!(shown(&input, 4), ("abcdef".to_owned(), 0));
        assert_eq!(shown(&Input::new("日本語"), 4), ("語".to_owned(), 2));
        assert_eq!(shown(&Input::new("ab"), 0), (String::new(), 0));
    }

    #[test]
    fn control_keys_delete_words_and_lines() {
        let mut input = Input::new("scrap by  ");
        assert!(input.edit(KeyEvent::new(KeyCode::Char('w'), KeyModifiers::CONTROL)));
        assert_eq!(input.text(), "scrap ");
        assert!(input.edit(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL)));
        assert_eq!(input.text(), "");
        assert!(!input.edit(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE)));
    }

    #[test]
    fn pasted_text_becomes_one_clean_line_and_has_a_limit() {
        let mut input = Input::default();
        input.insert("a\nb\u{1b}[2J");
        assert!(!input.text().contains(['\n', '\u{1b}']), "{:?}", input.text());
        input.insert(&"x".repeat(LIMIT_BYTES));
        assert!(input.text().len() <= LIMIT_BYTES);
    }
}
