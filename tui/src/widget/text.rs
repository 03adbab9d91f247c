//! Text measured and cut by what a terminal shows: display width, never inside a grapheme.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The mark that says that text was cut.
const CUT: &str = "…";

/// The text in at most `width` columns, with a mark at its end where something was cut.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = CUT.width();
    if width < used {
        return kept;
    }
    for grapheme in text.graphemes(true) {
        used += grapheme.width();
        if used > width {
            break;
        }
        kept.push_str(grapheme);
    }
    kept.push_str(CUT);
    kept
}

/// The text in exactly `width` columns, filled with blanks on the right.
pub fn pad(text: &str, width: usize) -> String {
    let mut padded = cut(text, width);
    padded.push_str(&" ".repeat(width.saturating_sub(padded.width())));
    padded
}

/// The text in exactly `width` columns, filled with blanks on the left.
pub fn pad_left(text: &str, width: usize) -> String {
    let kept = cut(text, width);
    format!("{}{kept}", " ".repeat(width.saturating_sub(kept.width())))
}

/// The text broken into lines of at most `width` columns, at blanks where there are any; line breaks stay.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_inclusive(' ') {
            // The blank behind a word may stand beyond the edge, where nobody sees it.
            let needs = word.trim_end().width();
            if line.width() + needs > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
            }
            if needs <= width {
                line.push_str(word);
                continue;
            }
            for grapheme in word.graphemes(true) {
                if line.width() + grapheme.width() > width && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line.push_str(grapheme);
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_keeps_graphemes_whole_and_never_exceeds_the_width() {
        for (text, width, expected) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("abc", 1, "…"),
            ("abc", 0, ""),
            ("", 0, ""),
        ] {
            assert_eq!(cut(text, width), expected, "{text} in {width}");
        }
    }

    #[test]
    fn wrapping_breaks_at_blanks_and_inside_words_that_are_too_long() {
        for (text, width, expected) in [
            ("one two three", 7, vec!["one two", "three"]),
            ("a\nb", 9, vec!["a", "b"]),
            ("abcdefgh", 3, vec!["abc", "def", "gh"]),
            ("", 5, vec![""]),
            ("x", 0, vec!["x"]),
        ] {
            assert_eq!(wrap(text, width), expected, "{text} in {width}");
        }
    }

    #[test]
    fn padding_fills_to_the_column() {
        assert_eq!(pad("日", 4), "日  ");
        assert_eq!(pad_left("7", 3), "  7");
    }
}
