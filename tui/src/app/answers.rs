//! What an answer changes.

use std::collections::HashSet;

use plant_core::model::Page;

use super::message::{Answer, Effect, RequestId};
use super::navigate::fetch;
use super::place::Place;
use super::state::{Overlay, State};
use crate::subject::Content;
use crate::subject::mapping::TRIAL;
use crate::widget::table::Row;

/// What stands where an answer does not fit its question, which only a fault of the program can cause.
const UNFIT: &str = "the answer does not fit the question; this is a fault of the program";

/// The answer as what it must be.
macro_rules! fit {
    ($result:expr, $kind:ident) => {
        match $result {
            Ok(Answer::$kind(answer)) => Ok(answer),
            Ok(_) => Err(UNFIT.to_owned()),
            Err(error) => Err(error),
        }
    };
}

/// Takes an answer in; `None` where nobody waits for it any longer.
pub fn take(state: &mut State, id: RequestId, result: Result<Answer, String>) -> Option<Vec<Effect>> {
    let mut effects = Vec::new();
    if state.status.awaits(id) {
        state.status.fill(fit!(result, Status).map(|view| *view));
    } else if state.savings.awaits(id) {
        state.savings.fill(fit!(result, Savings));
    } else if state.headline.awaits(id) {
        state.headline.fill(fit!(result, Headline));
    } else if state.acting == Some(id) {
        state.acting = None;
        match fit!(result, Acted) {
            Ok(done) => {
                state.notice = Some(done);
                // What it would have made is made.
                if state.place().screen.spec.name == TRIAL.name {
                    state.stack_mut().back();
                }
                effects = fetch(state);
            }
            Err(error) => state.notice = Some(format!("not done: {error}")),
        }
    } else if state.chat.running == Some(id) {
        match result {
            Ok(Answer::Part(text)) => state.chat.extend(&text),
            result => state.chat.finish(fit!(result, Done)),
        }
    } else if let Overlay::Explain(sentences, _) = &mut state.overlay
        && sentences.awaits(id)
    {
        sentences.fill(fit!(result, Explain));
    } else {
        let mut places = state.tabs.iter_mut().flat_map(|stack| stack.places_mut());
        let place = places.find(|place| place.content.awaits(id) || place.more == Some(id))?;
        state.notice = shown(place, id, fit!(result, Content)).or(state.notice.take());
    }
    Some(effects)
}

/// Takes what a place shows in; gives a remark where a further page did not come.
fn shown(place: &mut Place, id: RequestId, result: Result<Content, String>) -> Option<String> {
    let selected = (place.scroll.cursor > 0).then(|| place.subject()).flatten();
    let further = place.more == Some(id);
    match result {
        Ok(Content::Rows(page)) => {
            let old = match place.content.data.take() {
                Some(Content::Rows(old)) => old,
                _ => Page::default(),
            };
            let joined = if further { append(old, page) } else { renew(old, page) };
            place.content.data = Some(Content::Rows(joined));
            place.content.error = None;
        }
        Ok(text) => place.content.fill(Ok(text)),
        Err(error) if further => {
            place.more = None;
            return Some(format!("no further rows: {error}"));
        }
        Err(error) => place.content.error = Some(error),
    }
    let waited = if further {
        &mut place.more
    } else {
        &mut place.content.id
    };
    *waited = None;
    if place.is_list() {
        // The same thing stays selected when rows came before it; at the top the newest does.
        let rows = place.rows();
        let found = selected.and_then(|(id, _)| rows.iter().position(|row| row.id == id));
        let last = rows.len().saturating_sub(1);
        place.scroll.cursor = found.unwrap_or(place.scroll.cursor).min(last);
    }
    None
}

/// A fresh first page in the place of the old rows that it holds, so that a list that was scrolled far keeps its length.
fn renew(old: Page<Row>, page: Page<Row>) -> Page<Row> {
    if old.items.len() <= page.items.len() || page.next_page.is_none() {
        return page;
    }
    append(page, old)
}

/// A further page behind the rows that are there, without those that it repeats.
fn append(mut page: Page<Row>, further: Page<Row>) -> Page<Row> {
    let known: HashSet<String> = page.items.iter().map(|row| row.id.clone()).collect();
    let new = further.items.into_iter().filter(|row| !known.contains(&row.id));
    page.items.extend(new);
    page.next_page = further.next_page;
    page
}
