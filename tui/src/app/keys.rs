//! What a key does.

use crossterm::event::{KeyCode, KeyEvent};
use plant_core::trouble::Passing;

use super::chat::{About, Turn};
use super::input::Input;
use super::message::{Act, Effect, Link, Request};
use super::navigate::{call, fetch, open, show};
use super::place::Tab;
use super::resource::Resource;
use super::scroll::Scroll;
use super::state::{Overlay, State};
use crate::keymap::{self, Action};
use crate::mapping::Change;
use crate::subject::alias::Decision;
use crate::subject::file::FILE;
use crate::subject::mapping::{MAPPING, TRIAL};
use crate::subject::{CHAT, Content, Form, Opens, SCREENS};

/// A key was pressed; `None` when it means nothing here.
pub fn pressed(state: &mut State, key: KeyEvent) -> Option<Vec<Effect>> {
    let noticed = state.notice.take().is_some();
    let done = match &mut state.overlay {
        Overlay::Filter { .. } | Overlay::Palette(_) => typed(state, key),
        Overlay::Help(_) | Overlay::Explain(..) => read(state, key),
        Overlay::None => match keymap::find(state.place().screen.spec, key) {
            Some(action) => act(state, action),
            None if keymap::takes_text(state.place().screen.spec) => state.chat.draft.edit(key).then(Vec::new),
            None => None,
        },
    };
    // A remark that goes away is a change too.
    done.or_else(|| noticed.then(Vec::new))
}

/// Text was pasted; it goes where text is typed, and nowhere else.
pub fn pasted(state: &mut State, text: &str) -> Option<Vec<Effect>> {
    let in_chat = keymap::takes_text(state.place().screen.spec);
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
    if keymap::find(&CHAT, key) == Some(Action::Interrupt) {
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
                place.scroll.cursor = 0;
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
    let action = keymap::find(&FILE, key)?;
    match action {
        Action::Back | Action::Help | Action::Quit | Action::Explain => {
            let waited = match std::mem::take(&mut state.overlay) {
                Overlay::Explain(sentences, _) => sentences.id,
                _ => None,
            };
            Some(waited.map(Effect::Cancel).into_iter().collect())
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
        ("help", _) => over(state, Overlay::Help(Scroll::default())),
        ("ask", _) => {
            let mut effects = show(state, Tab::Chat);
            if !rest.trim().is_empty() {
                state.chat.draft = Input::new(rest.trim());
                effects.extend(act(state, Action::Send).unwrap_or_default());
            }
            effects
        }
        ("try", _) => match Change::of(rest) {
            Ok(change) => open(state, TRIAL.about(&change.to_string())),
            Err(said) => unmeant(state, line, said),
        },
        (_, Some(tab)) => {
            let effects = show(state, tab);
            if !rest.is_empty() && matches!(state.place().screen.spec.form, Form::List { .. }) {
                state.place_mut().filter = rest.to_owned();
            }
            effects
        }
        (other, None) => {
            if let Some(spec) = SCREENS.iter().find(|spec| spec.name == other) {
                let effects = call(state, spec.all());
                if matches!(spec.form, Form::List { .. }) {
                    state.place_mut().filter = rest.trim().to_owned();
                }
                return effects;
            }
            match Act::of_command(other, rest) {
                Some(act) => vec![acting(state, act)],
                None => {
                    // The help has them all, which one line does not hold.
                    let unknown = || format!("no command :{other}; ? lists them");
                    let said = Act::missing(other, rest).unwrap_or_else(unknown);
                    unmeant(state, line, said)
                }
            }
        }
    }
}

/// Says why a command means nothing; the next one begins with it.
fn unmeant(state: &mut State, line: &str, said: String) -> Vec<Effect> {
    state.unmeant = Some(line.to_owned());
    state.notice = Some(said);
    Vec::new()
}

/// Every command that can be typed.
pub fn commands() -> String {
    let tabs = Tab::ALL.into_iter().map(|tab| tab.name().to_lowercase());
    let screens = SCREENS.iter().map(|spec| spec.name.to_owned());
    let named: Vec<String> = tabs.chain(screens).map(|name| format!(":{name}")).collect();
    format!("{} :ask WORDS {} :help :q", named.join(" "), Act::COMMANDS)
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
        Action::Palette => {
            let before = state.unmeant.take().unwrap_or_default();
            over(state, Overlay::Palette(Input::new(&before)))
        }
        Action::Help => over(state, Overlay::Help(Scroll::default())),
        Action::Refresh => fetch(state),
        Action::Filter => {
            let before = state.place().filter.clone();
            let input = Input::new(&before);
            over(state, Overlay::Filter { input, before })
        }
        Action::Sort => {
            let place = state.place_mut();
            place.sort = place.next_sort();
            Vec::new()
        }
        Action::Reverse => {
            let place = state.place_mut();
            place.reversed = !place.reversed;
            Vec::new()
        }
        Action::Explain => {
            let (file, _) = state.place().subject()?;
            let (id, effect) = state.request(Request::Explain(file));
            let sentences = Resource {
                id: Some(id),
                ..Resource::default()
            };
            state.overlay = Overlay::Explain(sentences, Scroll::default());
            vec![effect]
        }
        Action::Retry => {
            let (file, _) = state.place().subject()?;
            vec![acting(state, Act::Retry(file))]
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
        Action::Decide => {
            let (about, _) = state.place().subject()?;
            propose(state, Decision::of(&about).map(Act::Alias), "there is no alias")
        }
        Action::Mapping => {
            let (file, _) = state.place().subject()?;
            open(state, MAPPING.about(&file))
        }
        Action::Try => {
            let (about, label) = state.place().subject()?;
            let is_trial = state.place().screen.spec.name == TRIAL.name;
            // The name of the profile is known with what the screen shows.
            if !is_trial && state.place().content.data.is_none() {
                state.notice = Some("the mapping is not shown yet".to_owned());
                return Some(Vec::new());
            }
            let words = match is_trial {
                true => about,
                false => format!("{}--set ", Change::begun(&label, &about)),
            };
            over(state, Overlay::Palette(Input::new(&format!("try {words}"))))
        }
        Action::Save => {
            let (words, _) = state.place().subject()?;
            propose(
                state,
                Change::of(&words).ok().map(Act::Save),
                "there is nothing to save",
            )
        }
        Action::AskAbout => {
            let (id, label) = state.place().subject()?;
            state.chat.about = Some(About { id, label });
            show(state, Tab::Chat)
        }
        Action::Send => send(state)?,
        Action::ClearAbout => {
            state.chat.about.take()?;
            Vec::new()
        }
        Action::Left | Action::Right => pane(state, action == Action::Right),
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
    state.chat.finish(Err("cancelled".to_owned()));
    Some(vec![Effect::Cancel(id)])
}

fn back(state: &mut State) -> Option<Vec<Effect>> {
    if state.place().screen == CHAT.all()
        && let Some(effects) = cancel(state)
    {
        return Some(effects);
    }
    if !state.place().filter.is_empty() {
        state.place_mut().filter.clear();
        return Some(Vec::new());
    }
    if state.stack_mut().back() {
        return Some(fetch(state));
    }
    if state.tab != Tab::Overview {
        return Some(show(state, Tab::Overview));
    }
    None
}

fn opened(state: &mut State) -> Option<Vec<Effect>> {
    let place = state.place();
    let screen = match place.screen.spec.opens {
        Opens::Nothing => return None,
        Opens::Row(spec) => spec.about(&place.subject()?.0),
        Opens::Link(spec) => spec.about(place.scroll.link()?),
        Opens::Own(spec) => spec.about(&place.screen.about),
    };
    Some(open(state, screen))
}

/// Asks for something to be done.
fn acting(state: &mut State, act: Act) -> Effect {
    let (id, effect) = state.request(Request::Act(act));
    state.acting = Some(id);
    effect
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
        state.notice = Some("the daemon does not answer now; the question stays here until it does".to_owned());
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
    let (id, effect) = state.request(Request::Ask {
        question,
        about: about.map(|about| about.id),
        earlier,
    });
    state.chat.running = Some(id);
    // A new question is looked at, wherever somebody had scrolled.
    state.chat.scrolled = false;
    Some(vec![effect])
}

fn pane(state: &mut State, right: bool) -> Vec<Effect> {
    let place = state.place_mut();
    let panes = match &place.content.data {
        Some(Content::Text(document)) => document.panes.len(),
        _ => 1,
    };
    let step = if right { 1 } else { panes.saturating_sub(1) };
    place.pane = (place.pane + step) % panes.max(1);
    place.scroll = Scroll::default();
    Vec::new()
}

/// Moves the selected row, or the text under the window.
fn scroll(state: &mut State, action: Action) -> Option<Vec<Effect>> {
    let changed = if let Some(text) = state.overlay.scroll_mut() {
        text.shift(action)?
    } else if state.place().is_list() {
        let rows = state.place().rows().len();
        state.place_mut().scroll.select(action, rows)?
    } else {
        let changed = state.place_mut().scroll.shift(action)?;
        state.chat.scrolled |= changed && keymap::takes_text(state.place().screen.spec);
        changed
    };
    changed.then(Vec::new)
}
