//! The findings: what was lost, and what saving the rules allow.

use std::cmp::Ordering;

use plant_core::model::FindingView;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::State;
use crate::figure;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::list::{self, Cell, Column, Width};

/// The columns of the list.
pub const COLUMNS: &[Column<FindingView>] = &[
    Column {
        title: "FINDING",
        width: Width::Rest(1),
        right: false,
        from: 0,
        cell: |finding| finding.title.clone().into(),
        order: |a, b| a.title.cmp(&b.title),
    },
    Column {
        title: "ANALYZER",
        width: Width::Fixed(10),
        right: false,
        from: 76,
        cell: |finding| finding.analyzer.name().into(),
        order: |a, b| a.analyzer.name().cmp(b.analyzer.name()),
    },
    Column {
        title: "LOSS",
        width: Width::Fixed(14),
        right: true,
        from: 0,
        cell: |finding| figure::loss(&finding.loss).into(),
        order: |a, b| (&a.loss.unit, b.loss.quantity).cmp(&(&b.loss.unit, a.loss.quantity)),
    },
    Column {
        title: "SAVING LOW",
        width: Width::Fixed(14),
        right: true,
        from: 0,
        cell: |finding| {
            let style = if finding.saving.is_some() {
                theme::STRONG
            } else {
                theme::DIM
            };
            Cell::styled(figure::saving(finding.saving.as_ref()), style)
        },
        order: by_saving,
    },
    Column {
        title: "EXPECTED",
        width: Width::Fixed(12),
        right: true,
        from: 100,
        cell: |finding| {
            let expected = finding
                .saving
                .as_ref()
                .map(|saving| figure::money(saving.expected, &saving.currency));
            expected.unwrap_or_default().into()
        },
        order: by_saving,
    },
    Column {
        title: "STATE",
        width: Width::Fixed(11),
        right: false,
        from: 100,
        cell: |finding| Cell::styled(finding.state.name(), theme::word(finding.state.name())),
        order: |a, b| a.state.name().cmp(b.state.name()),
    },
];

/// The largest saving first, signals at the end.
fn by_saving(a: &FindingView, b: &FindingView) -> Ordering {
    let low = |finding: &FindingView| finding.saving.as_ref().map(|saving| saving.low);
    low(b).cmp(&low(a))
}

/// The findings that are shown, in order.
pub fn rows<'a>(state: &'a State, analysis: Option<&str>) -> Vec<&'a FindingView> {
    let page = state.findings_of(analysis).data.as_ref();
    page.map(|page| list::rows(&page.items, state.place(), COLUMNS))
        .unwrap_or_default()
}

/// Draws the list.
pub fn view(state: &State, analysis: Option<&str>, area: Rect, buffer: &mut Buffer) {
    let slot = state.findings_of(analysis);
    let rows = rows(state, analysis);
    let Some(page) = &slot.data else {
        super::absent(state, slot, "the findings").draw(0, None, area, buffer);
        return;
    };
    if rows.is_empty() {
        let mut document = Document::new(usize::from(area.width));
        if page.items.is_empty() {
            document.text("No findings.");
            document.text("An analysis (3) says which column the data lacks for more.");
        } else {
            document.text("No finding passes the filter. Esc takes it away.");
        }
        document.draw(0, None, area, buffer);
        return;
    }
    list::draw(&rows, state.place(), COLUMNS, area, buffer);
}
