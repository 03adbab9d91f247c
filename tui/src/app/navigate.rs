//! Which screen is seen, and the requests for what it shows.

use super::message::{Effect, Request};
use super::place::Tab;
use super::state::{Overlay, State};
use crate::subject::Screen;
use crate::subject::status::OVERVIEW;

/// Requests for everything that the screen shows.
pub fn fetch(state: &mut State) -> Vec<Effect> {
    let screen = state.place().screen.clone();
    let overview = screen.spec.name == OVERVIEW.name;
    let mut effects = Vec::new();
    // The name of the org stands on every screen.
    if overview || state.status.data.is_none() {
        let (id, effect) = state.request(Request::Status);
        state.status.id = Some(id);
        effects.push(effect);
    }
    if screen.spec.fetch.is_some() {
        let (id, effect) = state.request(Request::Content { screen, page: None });
        state.place_mut().content.id = Some(id);
        effects.push(effect);
    }
    if overview {
        let (id, effect) = state.request(Request::Savings);
        state.savings.id = Some(id);
        effects.push(effect);
        let (id, effect) = state.request(Request::Headline);
        state.headline.id = Some(id);
        effects.push(effect);
    }
    effects
}

/// Opens a screen on top of the one that is seen.
pub fn open(state: &mut State, screen: Screen) -> Vec<Effect> {
    state.stack_mut().open(screen);
    fetch(state)
}

/// Opens a screen that is called by its name: above the first screen of the tab, whatever was opened there.
pub fn call(state: &mut State, screen: Screen) -> Vec<Effect> {
    state.stack_mut().home();
    open(state, screen)
}

/// Shows a tab as it was left; the one that is seen goes back to its first screen.
pub fn show(state: &mut State, tab: Tab) -> Vec<Effect> {
    if state.tab == tab {
        state.stack_mut().home();
    }
    state.tab = tab;
    state.overlay = Overlay::None;
    fetch(state)
}
