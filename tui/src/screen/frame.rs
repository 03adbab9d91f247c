//! What stands round every screen: tabs, where one is, the banner of a lost link, and the keys.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use super::{Extent, extent};
use crate::app::input::Input;
use crate::app::{Link, Overlay, Screen, State, Tab};
use crate::keymap;
use crate::theme;
use crate::widget::list::row;
use crate::widget::text::{cut, pad};

/// Where each part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    tabs: Rect,
    crumbs: Rect,
    banner: Rect,
    /// The screen itself.
    pub body: Rect,
    /// The keys, or what is being typed.
    pub footer: Rect,
}

/// The parts of an area; the banner takes a row only while the link is lost.
pub fn parts(state: &State, area: Rect) -> Parts {
    let banner = u16::from(matches!(state.link, Link::Down { .. }));
    let top = 2 + banner;
    let body = Rect::new(
        area.x,
        area.y.saturating_add(top),
        area.width,
        area.height.saturating_sub(top + 1),
    );
    Parts {
        tabs: row(area, 0),
        crumbs: row(area, 1),
        banner: Rect {
            height: banner,
            ..row(area, 2)
        },
        body,
        footer: row(area, usize::from(area.height.saturating_sub(1))),
    }
}

/// Draws everything but the screen itself.
pub fn draw(state: &State, parts: &Parts, buffer: &mut Buffer) {
    tabs(state, parts.tabs, buffer);
    crumbs(state, parts.crumbs, buffer);
    if let Link::Down { retry_in_s, .. } = &state.link {
        let text = format!("daemon not reachable, reconnecting in {retry_in_s} s");
        let line = Line::styled(
            pad(&text, usize::from(parts.banner.width)),
            theme::BAD.patch(theme::SELECTED),
        );
        line.render(parts.banner, buffer);
    }
    footer(state, parts.footer, buffer);
}

fn tabs(state: &State, area: Rect, buffer: &mut Buffer) {
    let mut spans = Vec::new();
    for tab in Tab::ALL {
        let name = format!(" {} {} ", tab.index() + 1, tab.name());
        let style = if tab == state.tab {
            theme::SELECTED
        } else {
            theme::PLAIN
        };
        spans.push(Span::styled(name, style));
    }
    let line = Line::from(spans);
    let used = line.width();
    line.render(area, buffer);
    let (word, style) = match &state.link {
        Link::Connecting => ("connecting".to_owned(), theme::DIM),
        Link::Down { .. } => ("no link".to_owned(), theme::BAD),
        Link::Up => match &state.status.data {
            Some(status) => (status.health.to_string(), theme::word(status.health.name())),
            None => ("connected".to_owned(), theme::DIM),
        },
    };
    let room = usize::from(area.width).saturating_sub(used + 1);
    Line::styled(cut(&word, room), style)
        .right_aligned()
        .render(area, buffer);
}

/// `acme > files > orders.csv`, and which rows are seen.
fn crumbs(state: &State, area: Rect, buffer: &mut Buffer) {
    let org = state.status.data.as_ref().map_or("plant", |status| status.org.as_str());
    let mut names = vec![org.to_owned()];
    names.extend(state.stack().places().map(|place| crumb(state, &place.screen)));
    let position = position(state, extent(state));
    let room = usize::from(area.width).saturating_sub(position.width() + 1);
    Line::styled(cut(&names.join(" > "), room), theme::DIM).render(area, buffer);
    Line::styled(position, theme::DIM).right_aligned().render(area, buffer);
}

fn crumb(state: &State, screen: &Screen) -> String {
    let named = |name: Option<&str>, id: &str| name.unwrap_or_else(|| crate::figure::prefix(id)).to_owned();
    match screen {
        Screen::Overview => "overview".to_owned(),
        Screen::Files => "files".to_owned(),
        Screen::Analyses => "analyses".to_owned(),
        Screen::Findings(_) => "findings".to_owned(),
        Screen::Chat => match &state.chat.about {
            Some(about) => format!("chat > about {}", about.label),
            None => "chat".to_owned(),
        },
        Screen::File(id) => {
            let file = state
                .file
                .data
                .as_ref()
                .filter(|file| file.item.file_id.to_string() == *id);
            named(file.map(|file| file.item.name.as_str()), id)
        }
        Screen::Analysis(id) => {
            let analysis = state
                .analysis
                .data
                .as_ref()
                .filter(|analysis| analysis.analysis_id.to_string() == *id);
            named(analysis.map(|analysis| analysis.scope.as_str()), id)
        }
        Screen::Finding(id) => {
            let finding = state
                .finding
                .data
                .as_ref()
                .filter(|finding| finding.finding_id.to_string() == *id);
            named(finding.map(|finding| finding.title.as_str()), id)
        }
    }
}

fn position(state: &State, extent: Extent) -> String {
    let place = state.place();
    if let Overlay::Help { top } | Overlay::Explain { top, .. } = state.overlay {
        return window(top, extent);
    }
    if !place.filter.is_empty() && matches!(state.overlay, Overlay::None) {
        return format!("filter \"{}\": {} rows", cut(&place.filter, 20), extent.rows);
    }
    if extent.rows == 0 || matches!(place.screen, Screen::Chat | Screen::Overview) {
        return String::new();
    }
    if matches!(place.screen, Screen::Files | Screen::Analyses | Screen::Findings(_)) {
        return format!(
            "{}/{}{}",
            place.cursor + 1,
            extent.rows,
            if more(state) { "+" } else { "" }
        );
    }
    window(place.top, extent)
}

/// Which lines of a text are seen; nothing where all are.
fn window(top: usize, extent: Extent) -> String {
    if extent.rows <= extent.page {
        return String::new();
    }
    format!("{}-{}/{}", top + 1, (top + extent.page).min(extent.rows), extent.rows)
}

/// Whether the daemon has more rows than were fetched.
fn more(state: &State) -> bool {
    let further = match &state.place().screen {
        Screen::Files => state.files.data.as_ref().map(|page| page.next_page.is_some()),
        Screen::Analyses => state.analyses.data.as_ref().map(|page| page.next_page.is_some()),
        Screen::Findings(analysis) => state
            .findings_of(analysis.as_deref())
            .data
            .as_ref()
            .map(|page| page.next_page.is_some()),
        _ => None,
    };
    further.unwrap_or(false)
}

fn footer(state: &State, area: Rect, buffer: &mut Buffer) {
    let line = match (&state.overlay, &state.notice) {
        (Overlay::Filter { input, .. }, _) => prompt("/", input),
        (Overlay::Palette(input), _) => prompt(":", input),
        (_, Some(notice)) => Line::styled(cut(notice, usize::from(area.width)), theme::STRONG),
        (Overlay::None, None) => keys(state, usize::from(area.width)),
        (Overlay::Help { .. } | Overlay::Explain { .. }, None) => Line::styled("Esc closes  j/k scroll", theme::DIM),
    };
    line.render(area, buffer);
}

fn prompt(sign: &'static str, input: &Input) -> Line<'static> {
    Line::from(vec![
        Span::styled(sign, theme::ACCENT),
        Span::raw(input.text().to_owned()),
    ])
}

/// Where the cursor stands in a prompt.
pub fn prompt_cursor(input: &Input, footer: Rect) -> Position {
    let column = u16::try_from(1 + input.before().width()).unwrap_or(u16::MAX);
    Position::new(
        footer.x.saturating_add(column).min(footer.right().saturating_sub(1)),
        footer.y,
    )
}

/// The keys of the screen, as many as fit; `?` always does.
fn keys(state: &State, width: usize) -> Line<'static> {
    let screen = &state.place().screen;
    let bindings = keymap::of_screen(screen);
    let named = bindings.iter().filter(|(binding, _)| !binding.short.is_empty());
    let mut entries: Vec<(String, &'static str)> = named
        .filter_map(|(binding, keys)| Some((keys.first()?.name(), binding.short)))
        .collect();
    let length = |entries: &[(String, &'static str)]| -> usize {
        entries.iter().map(|(key, word)| key.width() + word.width() + 3).sum()
    };
    // The first ones belong to the screen, the last ones hold everywhere; the middle gives way.
    while length(&entries) > width && entries.len() > 3 {
        entries.remove(entries.len() - 4);
    }
    let spans = entries.into_iter().flat_map(|(key, word)| {
        [
            Span::styled(key, theme::ACCENT),
            Span::styled(format!(" {word}  "), theme::DIM),
        ]
    });
    Line::from_iter(spans)
}
