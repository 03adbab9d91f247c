//! The runs of the analyzers: what each covered and what the data allowed.

use plant_core::model::{AnalysisStatus, AnalysisView};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::State;
use crate::figure;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::list::{self, Cell, Column, Width};

/// The columns of the list.
pub const COLUMNS: &[Column<AnalysisView>] = &[
    Column {
        title: "SCOPE",
        width: Width::Rest(1),
        right: false,
        from: 0,
        cell: |analysis| analysis.scope.clone().into(),
        order: |a, b| a.scope.cmp(&b.scope),
    },
    Column {
        title: "TIER",
        width: Width::Fixed(4),
        right: true,
        from: 0,
        cell: |analysis| analysis.tier.to_string().into(),
        order: |a, b| b.tier.cmp(&a.tier),
    },
    Column {
        title: "LEVELS",
        width: Width::Fixed(11),
        right: false,
        from: 0,
        cell: |analysis| figure::levels(&analysis.tiers).into(),
        order: |a, b| figure::levels(&b.tiers).cmp(&figure::levels(&a.tiers)),
    },
    Column {
        title: "STATUS",
        width: Width::Fixed(10),
        right: false,
        from: 0,
        cell: |analysis| match (analysis.stale, analysis.status) {
            (true, AnalysisStatus::Completed) => Cell::styled("stale", theme::word("stale")),
            (_, status) => Cell::styled(status.name(), theme::word(status.name())),
        },
        order: |a, b| (a.status.name(), a.stale).cmp(&(b.status.name(), b.stale)),
    },
    Column {
        title: "RECORDS",
        width: Width::Fixed(10),
        right: true,
        from: 76,
        cell: |analysis| figure::count(analysis.records).into(),
        order: |a, b| b.records.cmp(&a.records),
    },
    Column {
        title: "MADE",
        width: Width::Fixed(11),
        right: false,
        from: 0,
        cell: |analysis| figure::short_time(analysis.created_at).into(),
        order: |a, b| b.created_at.cmp(&a.created_at),
    },
];

/// The analyses that are shown, in order.
pub fn rows(state: &State) -> Vec<&AnalysisView> {
    state
        .analyses
        .data
        .as_ref()
        .map(|page| list::rows(&page.items, state.place(), COLUMNS))
        .unwrap_or_default()
}

/// Draws the list.
pub fn view(state: &State, area: Rect, buffer: &mut Buffer) {
    let rows = rows(state);
    let Some(page) = &state.analyses.data else {
        super::absent(state, &state.analyses, "the analyses").draw(0, None, area, buffer);
        return;
    };
    if rows.is_empty() {
        let mut document = Document::new(usize::from(area.width));
        if page.items.is_empty() {
            document.text("No analyses yet.");
            document.text("A file is analysed by itself once its rows are in; 2 shows where each file stands.");
        } else {
            document.text("No analysis passes the filter. Esc takes it away.");
        }
        document.draw(0, None, area, buffer);
        return;
    }
    list::draw(&rows, state.place(), COLUMNS, area, buffer);
}
