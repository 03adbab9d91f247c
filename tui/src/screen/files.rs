//! The files: where each stands, how many rows it gave, what they allow.

use plant_core::model::FileItem;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::State;
use crate::figure;
use crate::theme;
use crate::widget::list::{self, Cell, Column, Width};

/// The columns of the list.
pub const COLUMNS: &[Column<FileItem>] = &[
    Column {
        title: "FILE",
        width: Width::Rest(3),
        right: false,
        from: 0,
        cell: |file| file.name.clone().into(),
        order: |a, b| a.name.cmp(&b.name),
    },
    Column {
        title: "STATE",
        width: Width::Fixed(11),
        right: false,
        from: 0,
        cell: |file| Cell::styled(file.state.name(), theme::state(file.state)),
        order: |a, b| a.state.cmp(&b.state),
    },
    Column {
        title: "ROWS",
        width: Width::Fixed(9),
        right: true,
        from: 0,
        cell: |file| taken(file).map(figure::count).unwrap_or_default().into(),
        order: |a, b| taken(b).cmp(&taken(a)),
    },
    Column {
        title: "ASIDE",
        width: Width::Fixed(6),
        right: true,
        from: 96,
        cell: |file| match aside(file) {
            0 => Cell::from(""),
            rows => Cell::styled(figure::count(rows), theme::CARE),
        },
        order: |a, b| aside(b).cmp(&aside(a)),
    },
    Column {
        title: "TIER",
        width: Width::Fixed(4),
        right: true,
        from: 0,
        cell: |file| file.tier.map(|tier| tier.to_string()).unwrap_or_default().into(),
        order: |a, b| b.tier.cmp(&a.tier),
    },
    Column {
        title: "PROFILE",
        width: Width::Fixed(12),
        right: false,
        from: 76,
        cell: |file| file.profile.clone().unwrap_or_default().into(),
        order: |a, b| a.profile.cmp(&b.profile),
    },
    Column {
        title: "SEEN",
        width: Width::Fixed(11),
        right: false,
        from: 0,
        cell: |file| figure::short_time(file.seen_at).into(),
        order: |a, b| b.seen_at.cmp(&a.seen_at),
    },
    Column {
        title: "WHY",
        width: Width::Rest(4),
        right: false,
        from: 110,
        cell: |file| {
            file.reason
                .as_ref()
                .map(|reason| reason.text.clone())
                .unwrap_or_default()
                .into()
        },
        order: |a, b| {
            a.reason
                .as_ref()
                .map(|reason| &reason.text)
                .cmp(&b.reason.as_ref().map(|reason| &reason.text))
        },
    },
];

fn taken(file: &FileItem) -> Option<u64> {
    file.balance.map(|balance| balance.taken)
}

fn aside(file: &FileItem) -> u64 {
    file.balance.map_or(0, |balance| balance.quarantined)
}

/// The files that are shown, in order.
pub fn rows(state: &State) -> Vec<&FileItem> {
    state
        .files
        .data
        .as_ref()
        .map(|page| list::rows(&page.items, state.place(), COLUMNS))
        .unwrap_or_default()
}

/// Draws the list.
pub fn view(state: &State, area: Rect, buffer: &mut Buffer) {
    let rows = rows(state);
    let Some(page) = &state.files.data else {
        super::absent(state, &state.files, "the files").draw(0, None, area, buffer);
        return;
    };
    if rows.is_empty() {
        let mut document = crate::widget::document::Document::new(usize::from(area.width));
        if page.items.is_empty() {
            document.text("No files yet.");
            document.text("Drop an export into a watched folder, or hand one over: plant push FILE");
            document.text("Watch a folder: plant folders add PATH");
        } else {
            document.text("No file passes the filter. Esc takes it away.");
        }
        document.draw(0, None, area, buffer);
        return;
    }
    list::draw(&rows, state.place(), COLUMNS, area, buffer);
}
