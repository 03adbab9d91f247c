//! What a key does.

use std::fmt::Display;

use crossterm::event::{KeyCode, KeyEvent};
use plant_core::trouble::Passing;

use super::answers::selected;
use super::chat::{About, Turn};
use super::input::Input;
use super::message::{Act, Effect, Link, Request};
use super::place::{Screen, Tab};
use super::state::{Overlay, State, Subject};
use super::update::{fetch, open, returned, show};
use crate::keymap::{self, Action};
use crate::screen;

/// A key was pressed; `None` when it means nothing here.
pub fn pressed(state: &mut State, key: KeyEvent) -> Option<Vec<Effect>> {
    let noticed = state.notice.take().is_some();
    let done = match &mut state.overlay {
        Overlay::Filter { .. } | Overlay::Palette(_) => typed(state, key),
        Overlay::Help { .. } | Overlay::Explain { .. } => read(state, key),
        Overlay::None => match keymap::find(&state.place().screen, key) {
            Some(action) => act(state, action),
            None if keymap::takes_text(&state.place().screen) => state.chat.draft.edit(key).then(Vec::new),
            None => None,
        },
    };
    // A remark that goes away is a change too.
    done.or_else(|| noticed.then(Vec::new))
}

/// Text was pasted; it goes where text is typed, and nowhere else.
pub fn pasted(state: &mut State, text: &str) -> Option<Vec<Effect>> {
    let in_chat = keymap::takes_text(&state.place().screen);
    match &mut state.overlay {
        Overlay::Filter { input, .. } => {
            input.insert(text);
            let filter = input.text().to_owned();
            state.place_mut().filter = filter;
        }
        Overlay::Palette(input) => input.insert(text),
        Overlay::None if in_chat => state.chat.draft.insert(text),
        _ => return None,
    }
    Some(Vec::new())
}

/// A key while a filter or a command is typed.
fn typed(state: &mut State, key: KeyEvent) -> Option<Vec<Effect>> {
    if keymap::find(&Screen::Chat, key) == Some(Action::Interrupt) {
        return act(state, Action::Interrupt);
    }
    let overlay = std::mem::take(&mut state.overlay);
    match (overlay, key.code) {
        (Overlay::Filter { before, .. }, KeyCode::Esc) => state.place_mut().filter = before,
        (Overlay::Filter { .. }, KeyCode::Enter) | (Overlay::Palette(_), KeyCode::Esc) => {}
        (Overlay::Palette(mut input), KeyCode::Enter) => return Some(command(state, &input.take())),
        (Overlay::Filter { mut input, before }, _) => {
            let edited = input.edit(key);
            if edited {
                let place = state.place_mut();
                place.filter = input.text().to_owned();
                place.cursor = 0;
            }
            state.overlay = Overlay::Filter { input, before };
            return edited.then(Vec::new);
        }
        (Overlay::Palette(mut input), _) => {
            let edited = input.edit(key);
            state.overlay = Overlay::Palette(input);
            return edited.then(Vec::new);
        }
        (other, _) => state.overlay = other,
    }
    Some(Vec::new())
}

/// A key while help or an explanation lies over the screen.
fn read(state: &mut State, key: KeyEvent) -> Option<Vec<Effect>> {
    // These scroll like a file does.
    let action = keymap::find(&Screen::File(String::new()), key)?;
    match action {
        Action::Back | Action::Help | Action::Quit | Action::Explain => {
            state.overlay = Overlay::None;
            Some(state.forget(Subject::Explain).map(Effect::Cancel).into_iter().collect())
        }
        Action::Interrupt | Action::Suspend => act(state, action),
        action => scroll(state, action),
    }
}

/// A command of the palette.
fn command(state: &mut State, line: &str) -> Vec<Effect> {
    let (word, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
    let tab = Tab::ALL.into_iter().find(|tab| tab.name().to_lowercase() == word);
    match (word, tab) {
        ("", _) => Vec::new(),
        ("q" | "quit", _) => vec![Effect::Quit],
        ("help", _) => {
            state.overlay = Overlay::Help { top: 0 };
            Vec::new()
        }
        ("ask", _) => {
            let mut effects = show(state, Tab::Chat);
            if !rest.trim().is_empty() {
                state.chat.draft = Input::new(rest.trim());
                effects.extend(act(state, Action::Send).unwrap_or_default());
            }
            effects
        }
        (_, Some(tab)) => {
            let effects = show(state, tab);
            if !rest.is_empty()
                && matches!(
                    state.place().screen,
                    Screen::Files | Screen::Analyses | Screen::Findings(_)
                )
            {
                state.place_mut().filter = rest.to_owned();
            }
            effects
        }
        (other, None) => match Act::of_command(other, rest) {
            Some(act) => vec![state.request(Subject::Act, Request::Act(act))],
            None => {
                state.notice = Some(format!(
                    "no command :{other}; there are :overview :files :analyses :findings :chat :ask {} :help :q",
                    Act::COMMANDS
                ));
                Vec::new()
            }
        },
    }
}

fn act(state: &mut State, action: Action) -> Option<Vec<Effect>> {
    let effects = match action {
        Action::Tab(at) => show(state, Tab::ALL.get(at).copied().unwrap_or_default()),
        Action::NextTab => show(state, state.tab.step(1)),
        Action::PreviousTab => show(state, state.tab.step(Tab::ALL.len() - 1)),
        Action::Open => opened(state)?,
        Action::Back => back(state)?,
        Action::Quit => vec![Effect::Quit],
        Action::Interrupt => cancel(state).unwrap_or_else(|| vec![Effect::Quit]),
        Action::Suspend => vec![Effect::Suspend],
        Action::Palette => over(state, Overlay::Palette(Input::default())),
        Action::Help => over(state, Overlay::Help { top: 0 }),
        Action::Refresh => fetch(state),
        Action::Filter => {
            let before = state.place().filter.clone();
            let input = Input::new(&before);
            over(state, Overlay::Filter { input, before })
        }
        Action::Sort => sort(state)?,
        Action::Reverse => {
            let place = state.place_mut();
            place.reversed = !place.reversed;
            Vec::new()
        }
        Action::Explain => {
            let id = file_id(state)?;
            state.overlay = Overlay::Explain { lines: None, top: 0 };
            vec![state.request(Subject::Explain, Request::Explain(id))]
        }
        Action::Retry => {
            let id = file_id(state)?;
            vec![state.request(Subject::Retry, Request::Retry(id))]
        }
        Action::Confirm => propose(state, changed_folder(state), "no folder has to be confirmed"),
        Action::RetryAll => {
            let failed = state
                .status
                .data
                .as_ref()
                .is_some_and(|status| status.queue.failed + status.queue.unanalysed > 0);
            propose(state, failed.then_some(Act::RetryFailed), "no file has failed")
        }
        Action::AskAbout => {
            state.chat.about = Some(about(state)?);
            show(state, Tab::Chat)
        }
        Action::Findings => match state.place().screen.clone() {
            Screen::Analysis(id) => open(state, Screen::Findings(Some(id))),
            _ => return None,
        },
        Action::Send => send(state)?,
        Action::ClearAbout => {
            state.chat.about.take()?;
            Vec::new()
        }
        Action::Left | Action::Right => return pane(state, action == Action::Right),
        scrolling => return scroll(state, scrolling),
    };
    Some(effects)
}

/// Puts a command before the person, who sends it with Enter; or says why there is none.
fn propose(state: &mut State, act: Option<Act>, none: &str) -> Vec<Effect> {
    match act {
        Some(act) => over(state, Overlay::Palette(Input::new(&act.command()))),
        None => {
            state.notice = Some(none.to_owned());
            Vec::new()
        }
    }
}

/// The first folder that became another one.
fn changed_folder(state: &State) -> Option<Act> {
    let folders = &state.status.data.as_ref()?.folders;
    let changed = folders
        .iter()
        .find(|folder| folder.fault_kind == Some(Passing::PlaceChanged))?;
    Some(Act::ConfirmFolder(changed.path.clone()))
}

fn over(state: &mut State, overlay: Overlay) -> Vec<Effect> {
    state.overlay = overlay;
    Vec::new()
}

/// Cancels the running answer; what came of it stays, marked.
fn cancel(state: &mut State) -> Option<Vec<Effect>> {
    let id = state.chat.running?;
    state.forget(Subject::Ask);
    state.chat.finish(Err("cancelled".to_owned()));
    Some(vec![Effect::Cancel(id)])
}

fn back(state: &mut State) -> Option<Vec<Effect>> {
    if state.place().screen == Screen::Chat
        && let Some(effects) = cancel(state)
    {
        return Some(effects);
    }
    if !state.place().filter.is_empty() {
        state.place_mut().filter.clear();
        return Some(Vec::new());
    }
    if state.stack_mut().back() {
        return Some(returned(state));
    }
    if state.tab != Tab::Overview {
        return Some(show(state, Tab::Overview));
    }
    None
}

fn opened(state: &mut State) -> Option<Vec<Effect>> {
    let screen = match &state.place().screen {
        Screen::Overview | Screen::Files => Screen::File(selected(state)?),
        Screen::Analyses => Screen::Analysis(selected(state)?),
        Screen::Findings(_) => Screen::Finding(selected(state)?),
        Screen::Finding(_) => Screen::File(linked(state)?),
        _ => return None,
    };
    Some(open(state, screen))
}

/// The file that the selected line of a finding leads to; the line below it belongs to it.
fn linked(state: &State) -> Option<String> {
    let document = screen::document(state, usize::from(state.size.0));
    let at = state.place().cursor;
    let near = [Some(at), at.checked_sub(1)];
    near.into_iter()
        .flatten()
        .find_map(|line| document.linked(line).map(str::to_owned))
}

/// The file that a key on this screen is about.
fn file_id(state: &State) -> Option<String> {
    match &state.place().screen {
        Screen::File(id) => Some(id.clone()),
        Screen::Files => selected(state),
        _ => None,
    }
}

/// What a question from this screen is about.
fn about(state: &State) -> Option<About> {
    let at = state.place().cursor;
    let about = |id: &dyn Display, label: &str| {
        Some(About {
            id: id.to_string(),
            label: label.to_owned(),
        })
    };
    match &state.place().screen {
        Screen::Files => screen::files::rows(state)
            .get(at)
            .and_then(|file| about(&file.file_id, &file.name)),
        Screen::File(_) => state
            .file
            .data
            .as_ref()
            .and_then(|file| about(&file.item.file_id, &file.item.name)),
        Screen::Analyses => screen::analyses::rows(state)
            .get(at)
            .and_then(|analysis| about(&analysis.analysis_id, &analysis.scope)),
        Screen::Analysis(_) => state
            .analysis
            .data
            .as_ref()
            .and_then(|analysis| about(&analysis.analysis_id, &analysis.scope)),
        Screen::Findings(analysis) => screen::findings::rows(state, analysis.as_deref())
            .get(at)
            .and_then(|finding| about(&finding.finding_id, &finding.title)),
        Screen::Finding(_) => state
            .finding
            .data
            .as_ref()
            .and_then(|finding| about(&finding.finding_id, &finding.title)),
        Screen::Overview | Screen::Chat => None,
    }
}

fn send(state: &mut State) -> Option<Vec<Effect>> {
    if state.chat.draft.text().trim().is_empty() {
        return None;
    }
    if state.chat.running.is_some() {
        state.notice = Some("an answer is coming in; Esc cancels it".to_owned());
        return Some(Vec::new());
    }
    if state.link != Link::Up {
        state.notice = Some("no link to the daemon; the question stays here until there is one".to_owned());
        return Some(Vec::new());
    }
    let question = state.chat.draft.take().trim().to_owned();
    let earlier = state.chat.earlier();
    let about = state.chat.about.clone();
    state.chat.turns.push(Turn {
        question: question.clone(),
        about: about.as_ref().map(|about| about.label.clone()),
        ..Turn::default()
    });
    let effect = state.request(
        Subject::Ask,
        Request::Ask {
            question,
            about: about.map(|about| about.id),
            earlier,
        },
    );
    if let Effect::Request(id, _) = &effect {
        state.chat.running = Some(*id);
    }
    // A new question is looked at, wherever somebody had scrolled.
    state.place_mut().top = usize::MAX;
    Some(vec![effect])
}

fn sort(state: &mut State) -> Option<Vec<Effect>> {
    let columns = match &state.place().screen {
        Screen::Files => screen::files::COLUMNS.len(),
        Screen::Analyses => screen::analyses::COLUMNS.len(),
        Screen::Findings(_) => screen::findings::COLUMNS.len(),
        _ => return None,
    };
    let place = state.place_mut();
    place.sort = match place.sort {
        None => Some(0),
        Some(at) => Some(at + 1).filter(|next| *next < columns),
    };
    Some(Vec::new())
}

fn pane(state: &mut State, right: bool) -> Option<Vec<Effect>> {
    let panes = screen::analysis::panes(state);
    let place = state.place_mut();
    let step = if right { 1 } else { panes.saturating_sub(1) };
    place.pane = (place.pane + step) % panes.max(1);
    place.top = 0;
    Some(Vec::new())
}

/// Moves the selected row, or the text under the window.
fn scroll(state: &mut State, action: Action) -> Option<Vec<Effect>> {
    let extent = screen::extent(state);
    let (page, half) = (extent.page.max(1), (extent.page / 2).max(1));
    let moved = |at: usize| match action {
        Action::Down => Some(at.saturating_add(1)),
        Action::Up => Some(at.saturating_sub(1)),
        Action::PageDown => Some(at.saturating_add(page)),
        Action::PageUp => Some(at.saturating_sub(page)),
        Action::HalfDown => Some(at.saturating_add(half)),
        Action::HalfUp => Some(at.saturating_sub(half)),
        Action::First => Some(0),
        Action::Last => Some(extent.rows),
        _ => None,
    };
    let at = match &mut state.overlay {
        Overlay::Help { top } | Overlay::Explain { top, .. } => top,
        _ if extent.selects => &mut state.place_mut().cursor,
        _ => &mut state.place_mut().top,
    };
    let before = *at;
    // The end is met here, so that a key at the end changes nothing.
    let most = if extent.selects {
        extent.rows.saturating_sub(1)
    } else {
        extent.rows.saturating_sub(extent.page)
    };
    *at = moved(before)?.min(most);
    (*at != before).then(Vec::new)
}
