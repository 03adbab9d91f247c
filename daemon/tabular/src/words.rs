//! The words that mark a row as no data: totals, footers, page marks and rulers, in the languages of plant exports.

use crate::cell::is_blank;

const TOTALS: &[&str] = &[
    "total",
    "totals",
    "grand total",
    "grand totals",
    "subtotal",
    "sub total",
    "sub-total",
    "sum",
    "sums",
    "overall result",
    "gesamt",
    "gesamtsumme",
    "gesamtergebnis",
    "summe",
    "zwischensumme",
    "endsumme",
    "insgesamt",
    "totale",
    "totale complessivo",
    "totale generale",
    "subtotale",
    "total general",
    "total générale",
    "total général",
    "sous-total",
    "suma",
    "suma total",
    "somme",
    "totaal",
    "subtotaal",
    "totalt",
    "celkem",
    "razem",
    "ogółem",
    "итого",
    "всего",
    "toplam",
    "小计",
    "合计",
    "总计",
    "共计",
    "小計",
    "合計",
    "総計",
    "σ",
    "∑",
];
const TOTAL_STEMS: &[&str] = &[
    "total",
    "subtotal",
    "sum",
    "summe",
    "gesamt",
    "ergebnis",
    "zwischensumme",
    "result",
    "totale",
];
const ROW_WORDS: &[&str] = &[
    "row",
    "rows",
    "row(s)",
    "record",
    "records",
    "record(s)",
    "lines",
    "line(s)",
    "entries",
    "zeilen",
    "zeile(n)",
    "datensätze",
    "datensatz",
    "sätze",
    "einträge",
    "filas",
    "registros",
    "lignes",
    "enregistrements",
    "righe",
    "行",
    "条",
    "条记录",
    "wierszy",
];
const COUNT_LABELS: &[&str] = &[
    "rows",
    "records",
    "lines",
    "row count",
    "record count",
    "number of rows",
    "number of records",
    "number of lines",
    "total rows",
    "total records",
    "rows exported",
    "records exported",
    "anzahl zeilen",
    "anzahl datensätze",
    "anzahl sätze",
    "zeilen",
    "datensätze",
    "zeilenanzahl",
    "nombre de lignes",
    "número de filas",
    "total registros",
    "numero righe",
    "行数",
    "记录数",
    "rowcount",
];
const ENDS: &[&str] = &[
    "end of report",
    "end of file",
    "end of list",
    "end of data",
    "end of export",
    "end report",
    "eof",
    "ende",
    "ende des berichts",
    "ende der liste",
    "listenende",
    "ende der datei",
    "fin del informe",
    "fin del reporte",
    "fin du rapport",
    "fine report",
    "结束",
];

/// How clearly a text says that its row is a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// The whole text is a word for it.
    Whole,
    /// The text begins or ends with one, as in `Total M01`: a sum must confirm it.
    Part,
    None,
}

/// Looks for a word for a total.
pub(crate) fn total(text: &str) -> Word {
    let text = text.trim();
    if text.is_empty() || text.len() > 60 {
        return Word::None;
    }
    if text.bytes().all(|byte| byte == b'*') {
        return Word::Whole;
    }
    // No such word has a digit in it, which most first cells of rows have.
    if text.bytes().any(|byte| byte.is_ascii_digit()) && !text.contains(char::is_whitespace) {
        return Word::None;
    }
    let lower = text
        .trim_matches(|c: char| matches!(c, ':' | '*' | '=' | '-' | '.') || c.is_whitespace())
        .to_lowercase();
    // What stands in brackets says of what: `Subtotal (visible)`.
    let bare = lower
        .strip_suffix(')')
        .and_then(|text| Some(text.split_once('(')?.0.trim_end()));
    if TOTALS.contains(&bare.unwrap_or(&lower)) {
        return Word::Whole;
    }
    let mut words = lower.split_whitespace();
    let ends = [words.next(), words.next_back()];
    if ends
        .iter()
        .flatten()
        .any(|word| TOTAL_STEMS.contains(&word.trim_matches(':')))
    {
        Word::Part
    } else {
        Word::None
    }
}

/// What a lone text below the rows says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Footer {
    /// The number of rows that the file should have.
    Rows(u64),
    /// The end of the report.
    End,
    /// A page number.
    Page,
}

/// Looks for a footer or a page mark.
pub(crate) fn footer(text: &str) -> Option<Footer> {
    let lower = text
        .trim_matches(|c: char| matches!(c, '*' | '-' | '=' | '(' | '.' | '#' | '<' | '>') || c.is_whitespace())
        .to_lowercase();
    if lower.is_empty() || lower.len() > 80 {
        return None;
    }
    if ENDS.contains(&lower.as_str()) {
        return Some(Footer::End);
    }
    if let Some(rest) = ["page ", "seite ", "página ", "pagina "]
        .iter()
        .find_map(|word| lower.strip_prefix(word))
    {
        let numbers = rest
            .split(|c: char| c.is_whitespace() || c == '/')
            .filter(|word| !word.is_empty());
        let numeric = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
        let mut any = false;
        for word in numbers {
            if !numeric(word) && !matches!(word, "of" | "von" | "de" | "di") {
                return None;
            }
            any |= numeric(word);
        }
        return any.then_some(Footer::Page);
    }
    let after = lower.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '\u{a0}'));
    let number = lower.get(..lower.len() - after.len()).unwrap_or_default();
    if let Some(rows) = count(number) {
        let after = after.trim_matches(|c: char| c.is_whitespace());
        let word = after.split_whitespace().next().unwrap_or_default();
        let bare = word.trim_end_matches(',');
        let known = ROW_WORDS.contains(&bare) || ROW_WORDS.contains(&format!("{bare})").as_str());
        return (known && after.split_whitespace().count() <= 4).then_some(Footer::Rows(rows));
    }
    let digits = lower.rfind(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '\'')));
    let (label, number) = match digits {
        Some(at) => lower.split_at(at + lower.get(at..)?.chars().next().map_or(1, char::len_utf8)),
        None => return None,
    };
    let label = label.trim_matches(|c: char| matches!(c, ':' | '=' | '-' | '(') || c.is_whitespace());
    if COUNT_LABELS.contains(&label) {
        count(number).map(Footer::Rows)
    } else {
        None
    }
}

/// A whole number, with or without thousands signs.
fn count(text: &str) -> Option<u64> {
    let mut groups = text.split(['.', ',', '\'', '\u{a0}']);
    let first = groups.next().filter(|first| !first.is_empty())?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    digits.parse().ok()
}

/// Whether the cells are drawn lines only.
pub(crate) fn is_ruler(cells: &[&str]) -> bool {
    let mut drawn = 0;
    let mut longest = 0;
    for cell in cells {
        if is_blank(cell) {
            continue;
        }
        let marks = cell
            .chars()
            .filter(|c| matches!(c, '-' | '=' | '_' | '|' | '+' | '*' | '\u{2500}'..='\u{257f}'))
            .count();
        let stars = cell.contains('*');
        if stars
            || cell
                .chars()
                .any(|c| !(matches!(c, '-' | '=' | '_' | '|' | '+' | ' ') || c > '\u{24ff}'))
            || marks == 0
        {
            return false;
        }
        drawn += marks;
        longest = longest.max(marks);
    }
    drawn >= 3 && longest >= 2
}

#[cfg(test)]
mod tests;
