//! How far something is scrolled. What can be known only by drawing (how many lines a text has in this width, how many
//! are seen at once, where a line leads) is told after each drawing and kept until the next one.

use std::collections::BTreeMap;

use crate::keymap::Action;

/// What drawing found out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extent {
    /// Rows or lines in all.
    pub rows: usize,
    /// Rows or lines that are seen at once.
    pub page: usize,
    /// Which line leads where.
    pub links: BTreeMap<usize, String>,
}

/// What was drawn, and how it was scrolled there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drawn {
    /// The selected row, inside what there is.
    pub cursor: usize,
    /// The first row or line that is seen.
    pub top: usize,
    /// What drawing found out.
    pub extent: Extent,
}

/// How far something is scrolled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scroll {
    /// The selected row or line.
    pub cursor: usize,
    /// The first row or line that is seen.
    pub top: usize,
    /// What the last drawing found out; nothing before the first one.
    pub extent: Option<Extent>,
}

impl Scroll {
    /// Rows or lines that were seen at once, at least one.
    pub fn page(&self) -> usize {
        self.extent.as_ref().map_or(1, |extent| extent.page.max(1))
    }

    /// What the selected line leads to: the nearest link above it, else the first one there is.
    pub fn link(&self) -> Option<&str> {
        let links = &self.extent.as_ref()?.links;
        let above = links.range(..=self.cursor).next_back();
        above.or_else(|| links.first_key_value()).map(|(_, id)| id.as_str())
    }

    /// Whether one line is selected: in a text only where lines lead somewhere.
    fn selects(&self) -> bool {
        self.extent.as_ref().is_some_and(|extent| !extent.links.is_empty())
    }

    /// Moves the selected one of so many rows; says whether anything changed, `None` where the action moves nothing.
    pub fn select(&mut self, action: Action, rows: usize) -> Option<bool> {
        let moved = moved(action, self.cursor, self.page())?.min(rows.saturating_sub(1));
        Some(std::mem::replace(&mut self.cursor, moved) != moved)
    }

    /// Moves the text under the window, or the selected line where lines lead somewhere. Before the first drawing nobody
    /// knows the end; drawing keeps to it.
    pub fn shift(&mut self, action: Action) -> Option<bool> {
        let rows = self.extent.as_ref().map(|extent| extent.rows);
        if self.selects() {
            return self.select(action, rows.unwrap_or_default());
        }
        let furthest = rows.map_or(usize::MAX, |rows| rows.saturating_sub(self.page()));
        let moved = moved(action, self.top, self.page())?.min(furthest);
        Some(std::mem::replace(&mut self.top, moved) != moved)
    }

    /// What is seen of so many rows: the selected one and the first one, inside what there is. Where nothing is selected,
    /// the selected one is no matter.
    pub fn settled(&self, extent: Extent, selects: bool) -> Drawn {
        let furthest = extent.rows.saturating_sub(extent.page);
        let cursor = self.cursor.min(extent.rows.saturating_sub(1));
        let top = if selects {
            let lowest = (cursor + 1).saturating_sub(extent.page);
            self.top.clamp(lowest, cursor.max(lowest)).min(furthest.max(lowest))
        } else {
            self.top.min(furthest)
        };
        Drawn { cursor, top, extent }
    }

    /// Keeps what drawing found out.
    pub fn keep(&mut self, drawn: Drawn) {
        *self = Scroll {
            cursor: drawn.cursor,
            top: drawn.top,
            extent: Some(drawn.extent),
        };
    }
}

/// Where an action leads from a row; `None` where it is not one that moves.
fn moved(action: Action, at: usize, page: usize) -> Option<usize> {
    let half = (page / 2).max(1);
    Some(match action {
        Action::Down => at.saturating_add(1),
        Action::Up => at.saturating_sub(1),
        Action::PageDown => at.saturating_add(page),
        Action::PageUp => at.saturating_sub(page),
        Action::HalfDown => at.saturating_add(half),
        Action::HalfUp => at.saturating_sub(half),
        Action::First => 0,
        Action::Last => usize::MAX,
        _ => return None,
    })
}
