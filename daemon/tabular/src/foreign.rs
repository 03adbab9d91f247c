//! Forms that are known and not read, by what they are called.

use memchr::memmem;

use crate::cell::{Kind, is_blank, kind};
use crate::error::ReadError;
use crate::reader::Unread;
use crate::source::Sample;

/// How much of either end of a compound file is searched for the names in it.
const NAMES_BYTES: u64 = 1 << 20;

/// Refuses what the first bytes tell to be of such a form.
///
/// # Errors
/// It is, or reading fails.
pub(crate) fn refuse(unread: &Unread<'_>) -> Result<(), ReadError> {
    const KNOWN: &[(&[u8], &str)] = &[
        (b"%PDF", "a PDF document"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (b"Rar!", "a RAR archive"),
        (b"BZh", "a bzip2 archive"),
        (b"\xfd7zXZ", "an xz archive"),
        (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
        (b"{\\rtf", "an RTF document"),
        (b"SQLite format 3", "a SQLite database"),
        (b"PAR1", "a Parquet file"),
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"%!PS", "a PostScript document"),
        (b"\x7fELF", "a program"),
        (b"\x00\x01\x00\x00Standard ", "an Access database"),
        (b"\x09\x08\x10\x00\x00\x06", "an old Excel workbook (.xls)"),
        (b"\x09\x04\x06\x00", "an old Excel workbook (.xls)"),
    ];
    let head = unread.part(0, 64)?;
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let tail = unread.part(unread.bytes.saturating_sub(NAMES_BYTES), NAMES_BYTES)?;
        return Err(compound(&[&unread.part(0, NAMES_BYTES)?, &tail]));
    }
    match KNOWN.iter().find(|(magic, _)| head.starts_with(magic)) {
        Some((_, form)) => Err(ReadError::Unsupported { form }),
        None => Ok(()),
    }
}

/// What an OLE compound file is; its directory names are UTF-16.
fn compound(parts: &[&[u8]]) -> ReadError {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        parts.iter().any(|part| memmem::find(part, &wide).is_some())
    };
    if has("EncryptedPackage") {
        ReadError::Encrypted
    } else if has("Workbook") || has("Book") {
        ReadError::Unsupported {
            form: "an old Excel workbook (.xls)",
        }
    } else {
        ReadError::Unsupported {
            form: "an old Office document",
        }
    }
}

/// JSON of which the lines are no rows.
const JSON: &str = "JSON that is no JSON lines (one whole UTF-8 object on each line, with each key once)";

/// Text that has a form of its own and no columns.
pub(crate) fn text_form(sample: &Sample) -> Option<&'static str> {
    let mut lines = sample.lines().filter(|line| !is_blank(line));
    let first = lines.next()?;
    let second = lines.next().unwrap_or_default();
    let first = first.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let start: String = first.chars().take(64).collect::<String>().to_ascii_lowercase();
    let inner = start.get(1..).unwrap_or_default().trim_start();
    let next = if inner.is_empty() { second.trim_start() } else { inner };
    if start.starts_with('{') && (next.starts_with('"') || next.starts_with('}')) {
        return Some(JSON);
    }
    if start.starts_with('[') && (next.starts_with(['{', '[']) || (inner.is_empty() && next.starts_with('"'))) {
        return Some(JSON);
    }
    if start.starts_with("<html") || start.starts_with("<!doctype html") || start.starts_with("<table") {
        return Some("an HTML page");
    }
    if start.starts_with("<?xml") || start.starts_with("<!--") || is_tag(&start) {
        let head: Vec<_> = sample.lines().take(50).collect();
        let head = head.join("\n").to_ascii_lowercase();
        let html = head.contains("<html") || head.contains("<table");
        let sheet = head.contains("urn:schemas-microsoft-com:office:spreadsheet");
        return Some(match (sheet, html) {
            (true, _) => "an XML spreadsheet",
            (_, true) => "an HTML page",
            _ => "XML",
        });
    }
    if first.starts_with("ID;P") && second.starts_with(['B', 'C', 'F', 'N', 'O', 'P']) && second.get(1..2) == Some(";")
    {
        return Some("a SYLK file");
    }
    if start == "table" && second.trim() == "0,1" {
        return Some("a DIF file");
    }
    sections(sample)
}

fn is_tag(start: &str) -> bool {
    let mut rest = start.chars();
    rest.next() == Some('<') && rest.next().is_some_and(|c| c.is_ascii_alphabetic()) && start.contains('>')
}

/// `[Section]` and `key=value` lines, as machines write their job logs.
fn sections(sample: &Sample) -> Option<&'static str> {
    let (mut sections, mut pairs, mut all) = (0_u32, 0_u32, 0_u32);
    for line in sample.lines().take(2_000) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        all += 1;
        if line.starts_with('[') && line.ends_with(']') && !line.contains([',', ';', '\t']) {
            sections += 1;
        } else if line.split_once('=').is_some_and(|(key, _)| is_key(key)) {
            pairs += 1;
        }
    }
    (sections > 0 && pairs > 0 && (sections + pairs) * 10 >= all * 8)
        .then_some("a text of [sections] with key=value lines and no table")
}

fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= 64
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | ' '))
}

/// Columns parted by blanks or set at fixed places, looked for where no delimiter fits.
pub(crate) fn blank_separated(sample: &Sample) -> Option<&'static str> {
    let lines: Vec<_> = sample.lines().filter(|line| !is_blank(line)).take(20_000).collect();
    let body = lines.get(lines.len() * 3 / 5..).filter(|body| !body.is_empty())?;
    let modal = |counts: Vec<usize>| -> (usize, usize) {
        let mut tally = std::collections::BTreeMap::new();
        for count in counts {
            *tally.entry(count).or_insert(0_usize) += 1;
        }
        tally.into_iter().max_by_key(|(_, lines)| *lines).unwrap_or_default()
    };
    let (tokens, sharing) = modal(body.iter().map(|line| line.split_whitespace().count()).collect());
    let numeric = |line: &str| line.split_whitespace().all(|token| kind(token) == Kind::Number);
    let numbers = body.iter().filter(|line| numeric(line)).count();
    if tokens >= 2 && sharing * 10 >= body.len() * 8 && numbers * 10 >= body.len() * 8 {
        return Some("text with columns parted by blanks (fixed width)");
    }
    let parts = |line: &str| line.trim().split("  ").filter(|part| !part.trim().is_empty()).count();
    let (columns, sharing) = modal(body.iter().map(|line| parts(line)).collect());
    (columns >= 2 && body.len() >= 2 && sharing * 10 >= body.len() * 8)
        .then_some("text with columns at fixed places (fixed width)")
}
