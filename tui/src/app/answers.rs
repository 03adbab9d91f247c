//! What an answer changes.

use std::collections::HashSet;
use std::hash::Hash;

use plant_core::model::{AnalysisView, FileItem, FindingView, Page};

use super::message::{Answer, Effect};
use super::place::Screen;
use super::state::{Overlay, Slot, State, Subject};
use super::update::fetch;
use crate::screen;

/// Takes the answer for a subject in.
pub fn take(state: &mut State, subject: Subject, result: Result<Answer, String>) -> Vec<Effect> {
    let selected = selected(state);
    match (subject, result) {
        (Subject::Explain, result) => explained(state, result),
        (Subject::Retry, result) => return retried(state, result),
        (Subject::Act, result) => return acted(state, result),
        (Subject::Ask, result) => match result {
            Ok(Answer::Part(text)) => state.chat.extend(&text),
            Ok(Answer::Done(answer)) => state.chat.finish(Ok(answer)),
            Ok(_) => state.chat.finish(Err(UNFIT.to_owned())),
            Err(error) => state.chat.finish(Err(error)),
        },
        (subject, Ok(answer)) => filled(state, subject, answer),
        (subject, Err(error)) => failed(state, subject, error),
    }
    reselect(state, selected);
    Vec::new()
}

/// What stands where an answer does not fit its question, which only a fault of the program can cause.
const UNFIT: &str = "the answer does not fit the question; this is a fault of the program";

fn filled(state: &mut State, subject: Subject, answer: Answer) {
    let first = !matches!(
        subject,
        Subject::MoreFiles | Subject::MoreAnalyses | Subject::MoreFindings | Subject::MoreAnalysisFindings
    );
    match answer {
        Answer::Status(view) => state.status.fill(Ok(*view)),
        Answer::Savings(view) => state.savings.fill(Ok(*view)),
        Answer::Headline(items) => state.headline.fill(Ok(items)),
        Answer::Files(page) => join(&mut state.files, page, first, |file: &FileItem| file.file_id),
        Answer::Analyses(page) => join(&mut state.analyses, page, first, |view: &AnalysisView| view.analysis_id),
        Answer::Findings(page) => {
            join(findings_for(state, subject), page, first, |view: &FindingView| {
                view.finding_id
            });
        }
        Answer::File(view) => state.file.fill(Ok(*view)),
        Answer::Analysis(view) => state.analysis.fill(Ok(*view)),
        Answer::Finding(view) => state.finding.fill(Ok(*view)),
        Answer::Explain(_) | Answer::Retried(_) | Answer::Acted(_) | Answer::Part(_) | Answer::Done(_) => {
            state.notice = Some(UNFIT.to_owned());
        }
    }
}

fn failed(state: &mut State, subject: Subject, error: String) {
    match subject {
        Subject::Status => state.status.fill(Err(error)),
        Subject::Savings => state.savings.fill(Err(error)),
        Subject::Headline => state.headline.fill(Err(error)),
        Subject::Files => state.files.fill(Err(error)),
        Subject::File => state.file.fill(Err(error)),
        Subject::Analyses => state.analyses.fill(Err(error)),
        Subject::Analysis => state.analysis.fill(Err(error)),
        Subject::Findings | Subject::AnalysisFindings => findings_for(state, subject).fill(Err(error)),
        Subject::Finding => state.finding.fill(Err(error)),
        Subject::MoreFiles | Subject::MoreAnalyses | Subject::MoreFindings | Subject::MoreAnalysisFindings => {
            state.notice = Some(format!("no further rows: {error}"));
        }
        Subject::Explain | Subject::Retry | Subject::Act | Subject::Ask => {}
    }
}

/// The list that a request for findings was for.
fn findings_for(state: &mut State, subject: Subject) -> &mut Slot<Page<FindingView>> {
    match subject {
        Subject::AnalysisFindings | Subject::MoreAnalysisFindings => &mut state.analysis_findings,
        _ => &mut state.findings,
    }
}

/// Puts a page into a list: a further one behind it, a fresh first one in the place of the old rows that it holds, so
/// that a list that was scrolled far keeps its length.
fn join<T, I: Copy + Eq + Hash>(slot: &mut Slot<Page<T>>, page: Page<T>, first: bool, id: fn(&T) -> I) {
    slot.error = None;
    let Some(old) = slot.data.take() else {
        slot.data = Some(page);
        return;
    };
    let holds = |items: &[T], item: &T| items.iter().any(|other| id(other) == id(item));
    slot.data = Some(if first {
        if old.items.len() <= page.items.len() || page.next_page.is_none() {
            page
        } else {
            let known: HashSet<I> = page.items.iter().map(id).collect();
            let mut items = page.items;
            items.extend(old.items.into_iter().filter(|item| !known.contains(&id(item))));
            Page {
                items,
                next_page: old.next_page,
            }
        }
    } else {
        let mut items = old.items;
        let further: Vec<T> = page.items.into_iter().filter(|item| !holds(&items, item)).collect();
        items.extend(further);
        Page {
            items,
            next_page: page.next_page,
        }
    });
}

fn explained(state: &mut State, result: Result<Answer, String>) {
    if let Overlay::Explain { lines, .. } = &mut state.overlay {
        *lines = Some(match result {
            Ok(Answer::Explain(sentences)) => Ok(sentences),
            Ok(_) => Err(UNFIT.to_owned()),
            Err(error) => Err(error),
        });
    }
}

fn retried(state: &mut State, result: Result<Answer, String>) -> Vec<Effect> {
    match result {
        Ok(Answer::Retried(file)) => {
            state.notice = Some(format!("{} is read again", file.name));
            fetch(state)
        }
        Ok(_) => {
            state.notice = Some(UNFIT.to_owned());
            Vec::new()
        }
        Err(error) => {
            state.notice = Some(format!("not read again: {error}"));
            Vec::new()
        }
    }
}

fn acted(state: &mut State, result: Result<Answer, String>) -> Vec<Effect> {
    match result {
        Ok(Answer::Acted(done)) => {
            state.notice = Some(done);
            fetch(state)
        }
        Ok(_) => {
            state.notice = Some(UNFIT.to_owned());
            Vec::new()
        }
        Err(error) => {
            state.notice = Some(format!("not done: {error}"));
            Vec::new()
        }
    }
}

/// The id of the selected row of a list.
pub fn selected(state: &State) -> Option<String> {
    let at = state.place().cursor;
    match &state.place().screen {
        Screen::Overview => screen::overview::latest(state)
            .get(at)
            .map(|file| file.file_id.to_string()),
        Screen::Files => screen::files::rows(state).get(at).map(|file| file.file_id.to_string()),
        Screen::Analyses => screen::analyses::rows(state)
            .get(at)
            .map(|view| view.analysis_id.to_string()),
        Screen::Findings(analysis) => screen::findings::rows(state, analysis.as_deref())
            .get(at)
            .map(|view| view.finding_id.to_string()),
        _ => None,
    }
}

/// Keeps the same thing selected when rows came before it; at the top the newest stays selected.
fn reselect(state: &mut State, before: Option<String>) {
    let Some(id) = before.filter(|_| state.place().cursor > 0) else {
        return;
    };
    let found = match &state.place().screen {
        Screen::Overview => screen::overview::latest(state)
            .iter()
            .position(|file| file.file_id.to_string() == id),
        Screen::Files => screen::files::rows(state)
            .iter()
            .position(|file| file.file_id.to_string() == id),
        Screen::Analyses => screen::analyses::rows(state)
            .iter()
            .position(|view| view.analysis_id.to_string() == id),
        Screen::Findings(analysis) => screen::findings::rows(state, analysis.as_deref())
            .iter()
            .position(|view| view.finding_id.to_string() == id),
        _ => None,
    };
    if let Some(at) = found {
        state.place_mut().cursor = at;
    }
}
