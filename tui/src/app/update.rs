//! How a message changes the state and what it asks for.

use super::message::{Effect, Link, Msg, Request};
use super::navigate::fetch;
use super::place::Place;
use super::state::State;
use super::{answers, keys};
use crate::subject::{Asked, Form};

/// A list asks for its next page when fewer rows than this lie below the selected one.
const AHEAD: usize = 50;

/// Takes a message in. Pure and total; what must be done comes back.
pub fn update(state: &mut State, message: Msg) -> Vec<Effect> {
    let failed = matches!(message, Msg::Answer(_, Err(_)));
    let handled = match message {
        Msg::Key(key) => keys::pressed(state, key),
        Msg::Paste(text) => keys::pasted(state, &text),
        Msg::Resize(..) | Msg::Resumed => Some(Vec::new()),
        Msg::Answer(id, result) => answers::take(state, id, result),
        Msg::Link(link) => linked(state, link),
        Msg::Drawn(drawn) => {
            match state.overlay.scroll_mut() {
                Some(scroll) => scroll.keep(drawn),
                None => state.place_mut().scroll.keep(drawn),
            }
            return Vec::new();
        }
        Msg::Event(_) => return vec![Effect::RefreshLater],
        Msg::RefreshDue => return due(state),
    };
    let Some(mut effects) = handled else {
        return Vec::new();
    };
    if !failed {
        effects.extend(further(state));
    }
    effects.push(Effect::Draw);
    effects
}

fn linked(state: &mut State, link: Link) -> Option<Vec<Effect>> {
    if state.link == link {
        return None;
    }
    let before = std::mem::replace(&mut state.link, link);
    Some(match (before.is_barred(), &state.link) {
        (_, Link::Up) => fetch(state),
        // An outage keeps what is shown; who lost the right to it sees it no longer.
        (false, link) if link.is_barred() => state.forget(),
        _ => Vec::new(),
    })
}

fn due(state: &mut State) -> Vec<Effect> {
    if state.link != Link::Up {
        return Vec::new();
    }
    // What is on its way may be older than the event.
    if state.place().screen.spec.asked == Asked::ByPerson {
        Vec::new()
    } else if state.waits() {
        vec![Effect::RefreshLater]
    } else {
        fetch(state)
    }
}

/// The request for the next page of a list, where its end comes near or a filter or an order needs all of it.
fn further(state: &mut State) -> Option<Effect> {
    let Place {
        screen, content, more, ..
    } = state.place();
    // A page fetched beside a new first one would fit the old list.
    let idle = state.link == Link::Up && content.id.is_none() && more.is_none();
    if !idle || !matches!(screen.spec.form, Form::List { .. }) {
        return None;
    }
    let place = state.place();
    let page = place.page()?.next_page.clone()?;
    let whole = !place.filter.is_empty() || place.sort.is_some() || place.reversed;
    if !whole && place.scroll.cursor + AHEAD < place.rows().len() {
        return None;
    }
    let screen = place.screen.clone();
    let (id, effect) = state.request(Request::Content {
        screen,
        page: Some(page),
    });
    state.place_mut().more = Some(id);
    Some(effect)
}

#[cfg(test)]
mod tests;
