//! One analysis: what the data allows, and per analyzer its figures, its chart and its findings.

use plant_core::view::{AnalysisView, AnalyzerView};
use ratatui::text::{Line, Span};

use crate::app::State;
use crate::figure;
use crate::theme;
use crate::widget::chart;
use crate::widget::document::{Document, left, right};
use crate::widget::list::Cell;

/// The panes before those of the analyzers.
const SUMMARY: usize = 1;

/// How many panes there are.
pub fn panes(state: &State) -> usize {
    SUMMARY
        + state
            .analysis
            .data
            .as_ref()
            .map_or(0, |analysis| analysis.analyzers.len())
}

/// The text of the chosen pane.
pub fn document(state: &State, width: usize) -> Document {
    let Some(analysis) = &state.analysis.data else {
        return super::absent(state, &state.analysis, "the analysis");
    };
    let mut document = Document::new(width);
    if let Some(error) = &state.analysis.error {
        document.styled(&format!("not up to date: {error}"), theme::BAD);
    }
    let pane = state.place().pane;
    document.line(heading(analysis, pane));
    document.blank();
    match pane.checked_sub(SUMMARY).and_then(|at| analysis.analyzers.get(at)) {
        Some(analyzer) => self::analyzer(analyzer, state.unicode, &mut document),
        None => summary(analysis, &mut document),
    }
    document
}

/// The panes beside each other, the chosen one in brackets.
fn heading(analysis: &AnalysisView, chosen: usize) -> Line<'static> {
    let names = std::iter::once("summary".to_owned()).chain(
        analysis
            .analyzers
            .iter()
            .map(|analyzer| format!("{} {}", analyzer.name, analyzer.level)),
    );
    let spans = names.enumerate().flat_map(|(at, name)| {
        let (text, style) = if at == chosen {
            (format!("[{name}]"), theme::STRONG)
        } else {
            (format!(" {name} "), theme::PLAIN)
        };
        [Span::styled(text, style), Span::raw(" ")]
    });
    Line::from_iter(spans)
}

fn summary(analysis: &AnalysisView, document: &mut Document) {
    let status = if analysis.stale {
        "stale: rows changed since, it is made again"
    } else {
        analysis.status.as_str()
    };
    document.field("scope", &analysis.scope);
    document.styled_field(
        "status",
        status,
        theme::word(status.split(':').next().unwrap_or_default()),
    );
    document.field(
        "tier",
        &format!("{} ({})", analysis.tier, figure::levels(&analysis.tiers)),
    );
    document.field(
        "records",
        &format!(
            "{}, made {}",
            figure::count(analysis.records),
            figure::time(analysis.created_at)
        ),
    );
    if let Some(error) = &analysis.error {
        document.styled_field("error", error, theme::BAD);
    }
    if !analysis.summary.is_empty() {
        document.heading("Summary");
        analysis.summary.iter().for_each(|sentence| document.text(sentence));
    }
    if !analysis.tiers.unlocks.is_empty() {
        document.heading("What one more column would unlock");
        analysis.tiers.unlocks.iter().for_each(|unlock| document.text(unlock));
    }
    document.heading("Analyzers");
    let rows = analysis.analyzers.iter().map(|analyzer| {
        let figures = analyzer.metrics.iter().filter(|item| item.value.is_some()).count();
        vec![
            analyzer.name.clone().into(),
            Cell::styled(analyzer.status.clone(), theme::word(&analyzer.status)),
            analyzer.level.to_string().into(),
            format!("{figures}/{}", analyzer.metrics.len()).into(),
            analyzer.findings.len().to_string().into(),
        ]
    });
    let columns = [
        left("ANALYZER", 12),
        left("STATUS", 10),
        right("LEVEL", 5),
        right("FIGURES", 8),
        right("FINDINGS", 8),
    ];
    document.table(&columns, rows);
}

fn analyzer(analyzer: &AnalyzerView, unicode: bool, document: &mut Document) {
    if analyzer.status != "completed" {
        document.styled(&analyzer.status.replace('_', " "), theme::word(&analyzer.status));
    }
    if let Some(error) = &analyzer.error {
        document.text(error);
    }
    if !analyzer.metrics.is_empty() {
        let rows = analyzer.metrics.iter().map(|item| {
            let style = if item.value.is_none() { theme::DIM } else { theme::CARE };
            let remark = Cell::styled(figure::remark(item), style);
            let value = match item.value {
                Some(_) => Cell::styled(figure::metric(item), theme::STRONG),
                None => Cell::from(figure::NONE),
            };
            vec![
                figure::name(&item.metric).into(),
                value,
                figure::count(item.n).into(),
                remark,
            ]
        });
        document.table(
            &[
                left("FIGURE", 26),
                right("VALUE", 16),
                right("ROWS", 9),
                left("REMARK", 0),
            ],
            rows,
        );
    }
    if let Some(chart) = &analyzer.chart {
        document.blank();
        let width = document.width();
        chart::lines(chart, width, unicode)
            .into_iter()
            .for_each(|line| document.line(line));
    }
    document.heading("Findings");
    analyzer.findings.iter().for_each(|title| document.text(title));
    if analyzer.findings.is_empty() {
        document.styled("none", theme::DIM);
    }
}
