//! Words: a question cut into tokens that compare without regard to case, accents or plural.
//!
//! Names with underscores stay whole. Codes (anything with a digit) keep their hyphens, points and slashes, so that `2025-03-01` and `L-0042` stay whole.

/// One word of a question or of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// As written.
    pub raw: String,
    /// Folded: lower case, no accents.
    pub norm: String,
    /// Folded, without a plural ending.
    pub stem: String,
    /// Whether it stood in quotation marks.
    pub quoted: bool,
}

impl Token {
    pub fn new(raw: &str) -> Token {
        let norm = fold(raw);
        Token {
            raw: raw.to_owned(),
            stem: stem(&norm),
            norm,
            quoted: false,
        }
    }

    /// Whether it is a code rather than a word.
    pub fn is_code(&self) -> bool {
        self.norm.chars().any(|letter| letter.is_ascii_digit())
    }
}

/// A word as words are compared, with the plain forms of quotes and dashes.
pub(super) fn fold(text: &str) -> String {
    plant_core::fold::fold(text.trim())
        .chars()
        .map(|letter| match letter {
            '\u{2019}' | '\u{2018}' => '\'',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            other => other,
        })
        .collect()
}

/// The word without its English plural ending; codes and short words stay.
pub(super) fn stem(word: &str) -> String {
    if word.len() < 4 || word.chars().any(|letter| !letter.is_ascii_lowercase()) {
        return word.to_owned();
    }
    if let Some(head) = word.strip_suffix("ies").filter(|head| head.len() > 2) {
        return format!("{head}y");
    }
    for (ending, keep) in [("sses", 2), ("xes", 1), ("ches", 2), ("shes", 2)] {
        if word.ends_with(ending) {
            let cut = ending.len() - keep;
            return word.get(..word.len() - cut).unwrap_or(word).to_owned();
        }
    }
    match word.strip_suffix('s') {
        Some(head) if !head.ends_with(['s', 'u', 'i']) => head.to_owned(),
        _ => word.to_owned(),
    }
}

/// Cuts text into words.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find(['"', '\u{201c}', '\u{201e}', '\u{ab}']) {
        let (before, from) = rest.split_at(open);
        plain(before, &mut found);
        let inner = from.get(from.chars().next().map_or(0, char::len_utf8)..).unwrap_or("");
        match inner.find(['"', '\u{201d}', '\u{201c}', '\u{bb}']) {
            Some(close) => {
                let (quoted, after) = inner.split_at(close);
                if !quoted.trim().is_empty() {
                    let mut token = Token::new(quoted.trim());
                    token.quoted = true;
                    found.push(token);
                }
                rest = after
                    .get(after.chars().next().map_or(0, char::len_utf8)..)
                    .unwrap_or("");
            }
            None => rest = inner,
        }
    }
    plain(rest, &mut found);
    found
}

/// Unquoted text.
fn plain(text: &str, found: &mut Vec<Token>) {
    for chunk in text.split_whitespace() {
        if let Some(words) = comparison(chunk) {
            push(words, found);
            continue;
        }
        if chunk == "%" || chunk == "#" {
            push(chunk, found);
            continue;
        }
        let bare = chunk.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '%');
        let bare = ["'s", "\u{2019}s"]
            .iter()
            .find_map(|ending| bare.strip_suffix(ending))
            .unwrap_or(bare);
        if bare.is_empty() {
            continue;
        }
        if bare.chars().any(|letter| letter.is_ascii_digit()) {
            push(bare, found);
        } else {
            for part in
                bare.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '%' | '_' | '\'' | '\u{2019}'))
            {
                push(part, found);
            }
        }
    }
}

fn push(text: &str, found: &mut Vec<Token>) {
    match text {
        "" | "#" => {}
        "%" => found.push(Token::new("percent")),
        _ => found.push(Token::new(text)),
    }
}

/// A sign that compares with a figure.
fn comparison(chunk: &str) -> Option<&'static str> {
    match chunk {
        ">" | ">=" | "≥" => Some("above"),
        "<" | "<=" | "≤" => Some("below"),
        _ => None,
    }
}
