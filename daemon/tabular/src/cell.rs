//! What the text of a cell looks like, without knowing its column.
//!
//! Only the layout is decided from this (header, keys, totals); values are typed later, by whole columns.

/// The look of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Blank,
    Number,
    Date,
    Text,
}

impl Kind {
    pub(crate) fn is_typed(self) -> bool {
        matches!(self, Kind::Number | Kind::Date)
    }
}

/// Whether nothing can be seen in it. The DOS end-of-file mark counts as nothing.
pub(crate) fn is_blank(text: &str) -> bool {
    match text.as_bytes() {
        [] => true,
        [first, ..] if first.is_ascii_graphic() => false,
        _ => text.trim_matches(is_margin).is_empty(),
    }
}

/// Characters without ink at the ends of a cell.
pub(crate) fn is_margin(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1a}' | '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
}

/// Looks at one cell.
pub(crate) fn kind(text: &str) -> Kind {
    let text = text.trim_matches(is_margin);
    if text.is_empty() {
        return Kind::Blank;
    }
    if text.len() > 64 {
        return Kind::Text;
    }
    if is_missing(text) {
        return Kind::Blank;
    }
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        Kind::Number
    } else if is_number(text) {
        if is_dotted_date(text) { Kind::Date } else { Kind::Number }
    } else if is_date(text) {
        Kind::Date
    } else {
        Kind::Text
    }
}

fn is_missing(text: &str) -> bool {
    matches!(text, "-" | "." | "?" | "--")
        || (text.starts_with('#') && (text.ends_with('!') || text.ends_with('?') || text == "#N/A"))
        || ["null", "n/a", "nan", "na", "none"]
            .iter()
            .any(|token| text.eq_ignore_ascii_case(token))
}

/// Digits with signs, separators, an exponent, a percent or currency sign.
fn is_number(text: &str) -> bool {
    let text = text.trim_matches(|c: char| matches!(c, '$' | '€' | '£' | '%' | '¥' | '(' | ')') || c.is_whitespace());
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let text = text.strip_suffix(['-', '+']).unwrap_or(text);
    let (mut digits, mut points, mut exponent, mut previous) = (0_u32, 0_u32, false, ' ');
    for c in text.chars() {
        match c {
            '0'..='9' => digits += 1,
            '.' | ',' | '\'' | '’' => points += 1,
            ' ' | '\u{a0}' | '\u{202f}' if previous.is_ascii_digit() && !exponent => {}
            'e' | 'E' if digits > 0 && !exponent => exponent = true,
            '-' | '+' if matches!(previous, 'e' | 'E') => {}
            _ => return false,
        }
        previous = c;
    }
    digits > 0 && points <= digits && !matches!(previous, 'e' | 'E' | '-' | '+')
}

/// `5.1.2024` or `05.01.24`: the points are not those of thousands.
fn is_dotted_date(text: &str) -> bool {
    let mut parts = text
        .split('.')
        .map(|part| (part.len(), part.bytes().all(|byte| byte.is_ascii_digit())));
    let ends = (parts.next(), parts.next(), parts.next(), parts.next());
    matches!(
        ends,
        (Some((1..=2, true)), Some((1..=2, true)), Some((2 | 4, true)), None)
    )
}

/// Digits parted by date or time signs; a month name between two numbers counts as a sign.
fn is_date(text: &str) -> bool {
    let text = text.strip_suffix('Z').unwrap_or(text);
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.len() < 4 {
        return false;
    }
    let (mut digits, mut date_signs, mut colons, mut months) = (0_u32, 0_u32, 0_u32, 0_u32);
    for part in text.split_inclusive(['-', '/', '.', ':', ' ', 'T', ',', '+']) {
        let body = part.trim_end_matches(['-', '/', '.', ':', ' ', 'T', ',', '+']);
        match part.chars().last() {
            Some('-' | '/' | '.') => date_signs += 1,
            Some(':') => colons += 1,
            _ => {}
        }
        if body.is_empty() || matches!(body, "AM" | "PM" | "am" | "pm" | "Z" | "Uhr") {
            continue;
        }
        if body.bytes().all(|byte| byte.is_ascii_digit()) {
            digits += 1;
        } else if (3..=9).contains(&body.chars().count()) && body.chars().all(char::is_alphabetic) && digits == 1 {
            months += 1;
        } else {
            return false;
        }
    }
    (digits >= 2 && colons >= 1) || (digits >= 3 && date_signs >= 2) || (months == 1 && digits >= 2 && date_signs >= 2)
}

/// A number as billionths, and its decimal places. Exact up to nine places; what is beyond is cut off.
pub(crate) fn fixed(text: &str, decimal: char) -> Option<(i128, u32)> {
    const PLACES: u32 = 9;
    let text = text.trim_matches(|c: char| matches!(c, '$' | '€' | '£' | '¥') || is_margin(c));
    let (text, bracketed) = match text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let (text, minus) = match (text.strip_prefix('-'), text.strip_suffix('-')) {
        (Some(rest), _) | (None, Some(rest)) => (rest, true),
        _ => (text.strip_prefix('+').unwrap_or(text), false),
    };
    if text.is_empty() || text.len() > 60 {
        return None;
    }
    let (mut value, mut places, mut after, mut digits) = (0_i128, 0_u32, false, false);
    for c in text.chars() {
        match c {
            '0'..='9' => {
                digits = true;
                if after {
                    if places == PLACES {
                        continue;
                    }
                    places += 1;
                }
                value = value.checked_mul(10)?.checked_add(i128::from(c.to_digit(10)?))?;
            }
            _ if c == decimal && !after => after = true,
            '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' if !after && c != decimal => {}
            _ => return None,
        }
    }
    if !digits {
        return None;
    }
    value = value.checked_mul(10_i128.pow(PLACES - places))?;
    Some((if minus || bracketed { -value } else { value }, places))
}

/// Shortens a text for a message, at a character boundary.
pub(crate) fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
