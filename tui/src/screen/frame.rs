//! What stands round every screen: tabs, where one is, the banner of a lost link, and the keys.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use crate::app::input::Input;
use crate::app::{Drawn, Link, Overlay, Place, State, Tab, Trouble};
use crate::keymap;
use crate::subject::{Content, Form};
use crate::theme;
use crate::widget::table::row;
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
pub fn draw(state: &State, parts: &Parts, drawn: &Drawn, buffer: &mut Buffer) {
    tabs(state, parts.tabs, buffer);
    crumbs(state, drawn, parts.crumbs, buffer);
    if let Link::Down {
        trouble,
        retry_in_s,
        reason,
    } = &state.link
    {
        let text = match trouble {
            Trouble::Lost => format!("daemon not reachable, reconnecting in {retry_in_s} s"),
            Trouble::Unable => format!("daemon can't answer, trying again in {retry_in_s} s: {reason}"),
            Trouble::Barred => format!("no access, trying again in {retry_in_s} s: {reason}"),
        };
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
    let whole = |tab: Tab| format!(" {} {} ", tab.index() + 1, tab.name());
    // Where not all names fit, only the chosen tab keeps its own.
    let fits = Tab::ALL.map(|tab| whole(tab).len()).iter().sum::<usize>() <= usize::from(area.width);
    for tab in Tab::ALL {
        let name = if fits || tab == state.tab {
            whole(tab)
        } else {
            format!(" {} ", tab.index() + 1)
        };
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
        Link::Down { trouble, .. } => {
            let word = match trouble {
                Trouble::Lost => "no link",
                Trouble::Unable => "no answer",
                Trouble::Barred => "no access",
            };
            (word.to_owned(), theme::BAD)
        }
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
fn crumbs(state: &State, drawn: &Drawn, area: Rect, buffer: &mut Buffer) {
    let org = state.status.data.as_ref().map_or("plant", |status| status.org.as_str());
    let mut names = vec![org.to_owned()];
    names.extend(state.stack().places().map(crumb));
    if let (Form::Chat, Some(about)) = (state.place().screen.spec.form, &state.chat.about) {
        names.push(format!("about {}", about.label));
    }
    let position = position(state, drawn);
    let room = usize::from(area.width).saturating_sub(position.width() + 1);
    Line::styled(cut(&names.join(" > "), room), theme::DIM).render(area, buffer);
    Line::styled(position, theme::DIM).right_aligned().render(area, buffer);
}

/// An id as far as people read it: a name whole, of others the beginning.
fn id(id: &str) -> &str {
    let is_name = id.contains(|c: char| !c.is_ascii_hexdigit() && c != '-');
    if is_name { id } else { crate::figure::prefix(id) }
}

/// The name of a place: of a text, the name of the thing that it is about, where it is about one.
fn crumb(place: &Place) -> String {
    match (place.screen.spec.form, &place.content.data) {
        (Form::Text, Some(Content::Text(document))) => document.title.clone(),
        (Form::Text, _) if place.screen.about.is_empty() => place.screen.spec.name.to_owned(),
        (Form::Text, _) => id(&place.screen.about).to_owned(),
        _ => place.screen.spec.name.to_owned(),
    }
}

fn position(state: &State, drawn: &Drawn) -> String {
    let place = state.place();
    let over = matches!(state.overlay, Overlay::Help(_) | Overlay::Explain(..));
    let rows = drawn.extent.rows;
    if !place.filter.is_empty() && matches!(state.overlay, Overlay::None) {
        return format!("filter \"{}\": {rows} rows", cut(&place.filter, 20));
    }
    match place.screen.spec.form {
        _ if rows == 0 => String::new(),
        _ if over => window(drawn),
        Form::Chat | Form::Overview(_) => String::new(),
        Form::Text => window(drawn),
        Form::List { .. } => {
            let more = place.page().is_some_and(|page| page.next_page.is_some());
            format!("{}/{rows}{}", drawn.cursor + 1, if more { "+" } else { "" })
        }
    }
}

/// Which lines of a text are seen; nothing where all are.
fn window(Drawn { top, extent, .. }: &Drawn) -> String {
    if extent.rows <= extent.page {
        return String::new();
    }
    format!("{}-{}/{}", top + 1, (top + extent.page).min(extent.rows), extent.rows)
}

fn footer(state: &State, area: Rect, buffer: &mut Buffer) {
    let line = match (&state.overlay, &state.notice) {
        (Overlay::Filter { input, .. }, _) => prompt("/", input, usize::from(area.width)),
        (Overlay::Palette(input), _) => prompt(":", input, usize::from(area.width)),
        (_, Some(notice)) => Line::styled(cut(notice, usize::from(area.width)), theme::STRONG),
        (Overlay::None, None) => keys(state, usize::from(area.width)),
        (Overlay::Help(_) | Overlay::Explain(..), None) => Line::styled("Esc closes  j/k scroll", theme::DIM),
    };
    line.render(area, buffer);
}

fn prompt(sign: &'static str, input: &Input, width: usize) -> Line<'static> {
    let (shown, _) = input.window(width.saturating_sub(1));
    Line::from(vec![Span::styled(sign, theme::ACCENT), Span::raw(shown.to_owned())])
}

/// Where the cursor stands in a prompt.
pub fn prompt_cursor(input: &Input, footer: Rect) -> Position {
    let (_, before) = input.window(usize::from(footer.width).saturating_sub(1));
    let column = u16::try_from(1 + before).unwrap_or(u16::MAX);
    Position::new(
        footer.x.saturating_add(column).min(footer.right().saturating_sub(1)),
        footer.y,
    )
}

/// The keys of the screen, as many as fit; `?` always does.
fn keys(state: &State, width: usize) -> Line<'static> {
    let bindings = keymap::of_screen(state.place().screen.spec);
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
