//! One file: where it stands and what to do next, its balance, its journey, its columns and its problems.

use plant_core::balance::Balance;
use plant_core::view::{FileDetail, FileItem};

use crate::app::State;
use crate::figure;
use crate::theme;
use crate::widget::document::{Document, left, right};
use crate::widget::list::Cell;

/// The text of the file that is opened.
pub fn document(state: &State, width: usize) -> Document {
    let Some(detail) = &state.file.data else {
        return super::absent(state, &state.file, "the file");
    };
    let mut document = Document::new(width);
    if let Some(error) = &state.file.error {
        document.styled(&format!("not up to date: {error}"), theme::BAD);
    }
    summary(detail, &mut document);
    if let Some(balance) = &detail.item.balance {
        document.heading("Balance: each line has one fate");
        document.styled(
            &self::balance(balance),
            if balance.closes() { theme::PLAIN } else { theme::BAD },
        );
    }
    timeline(detail, &mut document);
    columns(detail, &mut document);
    problems(detail, &mut document);
    if !detail.notes.is_empty() {
        document.heading("How it was read");
        detail.notes.iter().for_each(|note| document.text(note));
    }
    document
}

fn summary(detail: &FileDetail, document: &mut Document) {
    let item = &detail.item;
    document.styled_field("state", item.state.name(), theme::state(item.state));
    if let Some(reason) = &item.reason {
        document.field("why", &reason.text);
    }
    document.styled_field("next", &detail.next_step, theme::STRONG);
    document.field("folder", &item.folder);
    let hash = if item.sha256.is_empty() {
        "not read yet".to_owned()
    } else {
        format!("sha256 {}", figure::prefix(&item.sha256))
    };
    document.field(
        "file",
        &format!("{}, {hash}, {}", figure::bytes(item.bytes), reading(item)),
    );
    // What isn't known yet is not said.
    let profile = item.profile.clone().unwrap_or_else(|| "none".to_owned());
    let tier = item.tier.map(|tier| format!("tier {tier}"));
    let days = item
        .first_day
        .or(item.last_day)
        .map(|_| format!("rows of {}", figure::dates(item.first_day, item.last_day)));
    let known: Vec<String> = std::iter::once(profile).chain(tier).chain(days).collect();
    document.field("profile", &known.join(", "));
    if let Some(records) = &item.records {
        document.field(
            "rows",
            &format!(
                "{} new, {} changed, {} unchanged",
                figure::count(records.new),
                figure::count(records.changed),
                figure::count(records.unchanged)
            ),
        );
    }
}

/// How it is written: `utf-8, delimited by ";", header in line 4`.
fn reading(item: &FileItem) -> String {
    let mut parts: Vec<String> = item.encoding.iter().cloned().collect();
    if let Some(dialect) = &item.dialect {
        parts.extend(dialect.delimiter.as_ref().map(|sign| format!("delimited by {sign:?}")));
        parts.extend(dialect.decimal.as_ref().map(|sign| format!("decimal {sign}")));
        parts.extend(dialect.sheet.as_ref().map(|sheet| format!("sheet {sheet}")));
        parts.push(
            dialect
                .header_line
                .map_or("no header".to_owned(), |line| format!("header in line {line}")),
        );
    }
    if parts.is_empty() {
        "layout not known yet".to_owned()
    } else {
        parts.join(", ")
    }
}

/// The equation of the balance, without the fates that no line had.
pub fn balance(balance: &Balance) -> String {
    let fates = [
        ("header", balance.header),
        ("preamble", balance.preamble),
        ("rulers", balance.ruler),
        ("totals", balance.total),
        ("blank", balance.blank),
        ("continued", balance.continued),
        ("taken", balance.taken),
        ("quarantined", balance.quarantined),
        ("duplicate", balance.duplicate),
    ];
    let shown = fates.iter().filter(|(name, lines)| *lines > 0 || *name == "taken");
    let parts: Vec<String> = shown
        .map(|(name, lines)| format!("{} {name}", figure::count(*lines)))
        .collect();
    let sign = if balance.closes() { "=" } else { "is NOT" };
    format!("{} lines {sign} {}", figure::count(balance.physical), parts.join(" + "))
}

fn timeline(detail: &FileDetail, document: &mut Document) {
    document.heading("Timeline (UTC)");
    for entry in &detail.timeline {
        let text = format!("{}  {:<11}  {}", figure::time(entry.at), entry.state.name(), entry.note);
        document.styled(&text, theme::PLAIN);
    }
    if detail.timeline.is_empty() {
        document.styled("nothing happened yet", theme::DIM);
    }
}

fn columns(detail: &FileDetail, document: &mut Document) {
    if detail.columns.is_empty() {
        return;
    }
    let mapped = detail.columns.iter().filter(|column| column.variable.is_some()).count();
    document.heading(&format!(
        "Columns: {mapped} of {} feed a variable",
        detail.columns.len()
    ));
    let rows = detail.columns.iter().map(|column| {
        let variable = match column.variable {
            Some(variable) => Cell::from(variable.name()),
            None => Cell::styled("kept as it is", theme::DIM),
        };
        let sure = if column.variable.is_none() {
            Cell::from("")
        } else if column.confidence >= 0.9 {
            figure::estimate(column.confidence).into()
        } else {
            Cell::styled(format!("{}?", figure::estimate(column.confidence)), theme::CARE)
        };
        vec![
            column.source.clone().into(),
            variable,
            sure,
            figure::estimate(column.filled).into(),
            column.samples.join(" | ").into(),
        ]
    });
    let source = (document.width() / 4).clamp(12, 30);
    let shown = [
        left("COLUMN", source),
        left("VARIABLE", 20),
        right("SURE", 6),
        right("FILLED", 6),
        left("SAMPLES", 0),
    ];
    document.table(&shown, rows);
}

fn problems(detail: &FileDetail, document: &mut Document) {
    if detail.problems.is_empty() {
        return;
    }
    document.heading(&format!("Problems: {}", figure::count(detail.problem_count)));
    let rows = detail.problems.iter().map(|problem| {
        let line = if problem.line == 0 {
            "file".to_owned()
        } else {
            problem.line.to_string()
        };
        vec![
            line.into(),
            problem.column.clone().unwrap_or_default().into(),
            if problem.quarantined {
                Cell::styled("aside", theme::CARE)
            } else {
                Cell::styled("remark", theme::DIM)
            },
            problem.value.clone().unwrap_or_default().into(),
            problem.text.clone().into(),
        ]
    });
    let shown = [
        right("LINE", 7),
        left("COLUMN", 14),
        left("FATE", 6),
        left("VALUE", 14),
        left("WHAT IS WRONG", 0),
    ];
    document.table(&shown, rows);
    let further = detail.problem_count.saturating_sub(detail.problems.len() as u64);
    if further > 0 {
        document.styled(&format!("and {} more", figure::count(further)), theme::DIM);
    }
}
