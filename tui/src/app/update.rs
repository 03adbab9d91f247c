//! How a message changes the state and what it asks for.

use super::message::{Answer, Effect, Link, Msg, Request};
use super::place::{Screen, Tab};
use super::state::{Overlay, State, Subject};
use super::{answers, keys};
use crate::screen;

/// A list asks for its next page when fewer rows than this lie below the selected one.
const AHEAD: usize = 50;

/// Takes a message in. Pure and total; what must be done comes back.
pub fn update(state: &mut State, message: Msg) -> Vec<Effect> {
    let failed = matches!(message, Msg::Answer(_, Err(_)));
    let follows = follows_end(state);
    let handled = match message {
        Msg::Key(key) => keys::pressed(state, key),
        Msg::Paste(text) => keys::pasted(state, &text),
        Msg::Resize(width, height) => {
            state.size = (width, height);
            Some(Vec::new())
        }
        Msg::Answer(id, result) => {
            let last = !matches!(result, Ok(Answer::Part(_)));
            state
                .answered(id, last)
                .map(|subject| answers::take(state, subject, result))
        }
        Msg::Link(link) => linked(state, link),
        Msg::Event(_) => return vec![Effect::RefreshLater],
        Msg::RefreshDue => return due(state),
        Msg::Resumed => Some(Vec::new()),
    };
    let Some(mut effects) = handled else {
        return Vec::new();
    };
    settle(state, follows);
    if !failed {
        effects.extend(further(state));
    }
    effects.push(Effect::Draw);
    effects
}

/// Whether the end of the conversation is seen, so that it stays in sight while it grows.
fn follows_end(state: &State) -> bool {
    let extent = screen::extent(state);
    state.place().screen == Screen::Chat && state.place().top + extent.page >= extent.rows
}

fn linked(state: &mut State, link: Link) -> Option<Vec<Effect>> {
    if state.link == link {
        return None;
    }
    let back = link == Link::Up;
    state.link = link;
    Some(if back { fetch(state) } else { Vec::new() })
}

fn due(state: &mut State) -> Vec<Effect> {
    if state.link != Link::Up {
        return Vec::new();
    }
    // What is on its way may be older than the event.
    if state.waits() {
        vec![Effect::RefreshLater]
    } else {
        fetch(state)
    }
}

/// Requests for everything that the screen shows.
pub fn fetch(state: &mut State) -> Vec<Effect> {
    let mut wanted = match state.place().screen.clone() {
        Screen::Overview => vec![
            (Subject::Status, Request::Status),
            (Subject::Files, Request::Files { page: None }),
            (Subject::Savings, Request::Savings),
            (Subject::Headline, Request::Headline),
        ],
        Screen::Files => vec![(Subject::Files, Request::Files { page: None })],
        Screen::File(id) => vec![(Subject::File, Request::File(id))],
        Screen::Analyses => vec![(Subject::Analyses, Request::Analyses { page: None })],
        Screen::Analysis(id) => vec![(Subject::Analysis, Request::Analysis(id))],
        Screen::Findings(analysis) => {
            let subject = if analysis.is_some() {
                Subject::AnalysisFindings
            } else {
                Subject::Findings
            };
            vec![(subject, Request::Findings { analysis, page: None })]
        }
        Screen::Finding(id) => vec![(Subject::Finding, Request::Finding(id))],
        Screen::Chat => Vec::new(),
    };
    // The name of the org stands on every screen.
    if state.status.data.is_none() && state.place().screen != Screen::Overview {
        wanted.push((Subject::Status, Request::Status));
    }
    wanted
        .into_iter()
        .map(|(subject, request)| state.request(subject, request))
        .collect()
}

/// Opens a screen on top of the one that is seen; data of another thing of its kind is forgotten.
pub fn open(state: &mut State, screen: Screen) -> Vec<Effect> {
    match &screen {
        Screen::File(id)
            if state
                .file
                .data
                .as_ref()
                .is_none_or(|file| file.item.file_id.to_string() != *id) =>
        {
            state.file = super::Slot::default();
        }
        Screen::Analysis(id)
            if state
                .analysis
                .data
                .as_ref()
                .is_none_or(|analysis| analysis.analysis_id.to_string() != *id) =>
        {
            state.analysis = super::Slot::default();
        }
        Screen::Finding(id)
            if state
                .finding
                .data
                .as_ref()
                .is_none_or(|finding| finding.finding_id.to_string() != *id) =>
        {
            state.finding = super::Slot::default();
        }
        Screen::Findings(Some(_)) => state.analysis_findings = super::Slot::default(),
        _ => {}
    }
    state.stack_mut().open(screen);
    fetch(state)
}

/// Shows a tab as it was left.
pub fn show(state: &mut State, tab: Tab) -> Vec<Effect> {
    state.tab = tab;
    state.overlay = Overlay::None;
    returned(state)
}

/// Fetches what a screen that is seen again shows; what belongs to another thing of its kind is forgotten.
pub fn returned(state: &mut State) -> Vec<Effect> {
    let screen = state.place().screen.clone();
    match &screen {
        Screen::File(id)
            if state
                .file
                .data
                .as_ref()
                .is_some_and(|file| file.item.file_id.to_string() != *id) =>
        {
            state.file = super::Slot::default();
        }
        Screen::Analysis(id)
            if state
                .analysis
                .data
                .as_ref()
                .is_some_and(|analysis| analysis.analysis_id.to_string() != *id) =>
        {
            state.analysis = super::Slot::default();
        }
        Screen::Finding(id)
            if state
                .finding
                .data
                .as_ref()
                .is_some_and(|finding| finding.finding_id.to_string() != *id) =>
        {
            state.finding = super::Slot::default();
        }
        _ => {}
    }
    fetch(state)
}

/// Keeps cursor and scroll inside what there is.
pub fn settle(state: &mut State, follows: bool) {
    let extent = screen::extent(state);
    let furthest = extent.rows.saturating_sub(extent.page);
    if let Overlay::Help { top } | Overlay::Explain { top, .. } = &mut state.overlay {
        *top = (*top).min(furthest);
        return;
    }
    let chat = state.place().screen == Screen::Chat;
    // A long answer is read from its beginning: the question stays at the top of the screen.
    let question = if chat && follows {
        screen::last_question(state)
    } else {
        0
    };
    let place = state.place_mut();
    if extent.selects {
        place.cursor = place.cursor.min(extent.rows.saturating_sub(1));
        let lowest = (place.cursor + 1).saturating_sub(extent.page);
        place.top = place
            .top
            .clamp(lowest, place.cursor.max(lowest))
            .min(furthest.max(lowest));
    } else if chat && follows {
        place.top = furthest.min(question);
    } else {
        place.top = place.top.min(furthest);
    }
}

/// The request for the next page of a list, where its end comes near or a filter or an order needs all of it.
fn further(state: &mut State) -> Option<Effect> {
    if state.link != Link::Up {
        return None;
    }
    let extent = screen::extent(state);
    let place = state.place();
    let whole = !place.filter.is_empty() || place.sort.is_some() || place.reversed;
    if !whole && place.cursor + AHEAD < extent.rows {
        return None;
    }
    let next = |page: Option<&Option<String>>| page.cloned().flatten();
    let (subject, first, request) = match place.screen.clone() {
        Screen::Files => {
            let page = next(state.files.data.as_ref().map(|page| &page.next_page))?;
            (Subject::MoreFiles, Subject::Files, Request::Files { page: Some(page) })
        }
        Screen::Analyses => {
            let page = next(state.analyses.data.as_ref().map(|page| &page.next_page))?;
            (
                Subject::MoreAnalyses,
                Subject::Analyses,
                Request::Analyses { page: Some(page) },
            )
        }
        Screen::Findings(analysis) => {
            let page = next(
                state
                    .findings_of(analysis.as_deref())
                    .data
                    .as_ref()
                    .map(|page| &page.next_page),
            )?;
            let (more, first) = match analysis {
                Some(_) => (Subject::MoreAnalysisFindings, Subject::AnalysisFindings),
                None => (Subject::MoreFindings, Subject::Findings),
            };
            let page = Some(page);
            (more, first, Request::Findings { analysis, page })
        }
        _ => return None,
    };
    // A page fetched beside a new first one would fit the old list.
    if state.waits_for(subject) || state.waits_for(first) {
        return None;
    }
    Some(state.request(subject, request))
}

#[cfg(test)]
mod tests;
