//! One finding: the loss, what saving the rules allow and how it was computed, and the rows that show it.

use plant_core::view::FindingView;

use crate::app::State;
use crate::figure;
use crate::theme;
use crate::widget::document::Document;

/// The text of the finding that is opened; its evidence leads to the files.
pub fn document(state: &State, width: usize) -> Document {
    let Some(finding) = &state.finding.data else {
        return super::absent(state, &state.finding, "the finding");
    };
    let mut document = Document::new(width);
    if let Some(error) = &state.finding.error {
        document.styled(&format!("not up to date: {error}"), theme::BAD);
    }
    document.styled(&finding.title, theme::STRONG);
    document.blank();
    let scope = finding
        .scope
        .iter()
        .map(|(name, value)| format!("{} {value}", name.replace('_', " ")));
    let scope: Vec<String> = scope.collect();
    document.field(
        "scope",
        &if scope.is_empty() {
            "all rows".to_owned()
        } else {
            scope.join(", ")
        },
    );
    document.field("period", &figure::period(&finding.period));
    document.styled_field("loss", &figure::loss(&finding.loss), theme::STRONG);
    let style = if finding.saving.is_some() {
        theme::STRONG
    } else {
        theme::PLAIN
    };
    document.styled_field("saving", &saving(finding), style);
    if let Some(saving) = finding.saving.as_ref().filter(|saving| !saving.note.is_empty()) {
        document.field("limits", &saving.note);
    }
    document.field("state", &finding.state);
    document.heading("How it was computed");
    document.field("method", &finding.method);
    document.field("working", &finding.working);
    document.heading(&format!(
        "Evidence: {}",
        figure::counted(finding.evidence_count, "row", "rows")
    ));
    for evidence in &finding.evidence {
        let hash = figure::prefix(&evidence.sha256);
        let text = format!("{} {hash} line {}", evidence.file, evidence.line);
        document.styled(&text, theme::ACCENT);
        document.link(&evidence.file_id);
        let values = evidence.values.iter().map(|(name, value)| format!("{name}={value}"));
        let values: Vec<String> = values.collect();
        document.field("", &values.join("  "));
    }
    let further = finding.evidence_count.saturating_sub(finding.evidence.len() as u64);
    if further > 0 {
        document.styled(&format!("and {} more rows", figure::count(further)), theme::DIM);
    }
    document
}

/// The saving in words: both bounds, the grade and the pool, or that there is none.
pub fn saving(finding: &FindingView) -> String {
    let Some(saving) = &finding.saving else {
        return "none: a signal, as the rules allow no money yet".to_owned();
    };
    let money = |value| figure::money(value, &saving.currency);
    let run_rate = saving
        .run_rate
        .map(|rate| format!("; {} lost a year", money(rate)))
        .unwrap_or_default();
    format!(
        "{} low, {} expected, grade {}, pool {}; {} lost in the period{run_rate}",
        money(saving.low),
        money(saving.expected),
        saving.grade,
        saving.pool.replace('_', " "),
        money(saving.observed)
    )
}
