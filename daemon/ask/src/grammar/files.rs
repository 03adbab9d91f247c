//! Questions about files: which are held, which came in this week.

use plant_core::state::FileState;

use super::gather::Parts;
use super::step::{Step, refuse};
use crate::lexicon::Lexicon;
use crate::vocabulary::Op;
use crate::{FileQuestion, Outcome};

pub(super) fn read(parts: &Parts, lexicon: &Lexicon) -> Step<Outcome> {
    if !parts.dimensions.is_empty() || !parts.members.is_empty() || parts.has(Op::Versus) || parts.grain.is_some() {
        return refuse(
            "not_supported",
            "Files can be asked for by state and by the day they came in; for figures of a file name a metric too, as in “scrap in FILE”.",
        );
    }
    if let Some(number) = &parts.stray {
        return refuse(
            "not_supported",
            format!("I don't know what the number {number} is for."),
        );
    }
    if parts.times.len() > 1 || parts.files.len() > 1 {
        return refuse("not_supported", "Ask for one period or one file at a time.");
    }
    let mut states = Vec::new();
    for op in &parts.ops {
        match op {
            Op::State(FileState::Waiting) => {
                states.extend([
                    FileState::Seen,
                    FileState::Waiting,
                    FileState::Stable,
                    FileState::Reading,
                ]);
            }
            Op::State(FileState::Analysed) => states.extend([FileState::Committed, FileState::Analysed]),
            Op::State(state) => states.push(*state),
            _ => {}
        }
    }
    states.dedup();
    let period = parts.times.first();
    if let Some(from) = period.and_then(|period| period.from)
        && from > lexicon.today
    {
        return refuse(
            "forecast",
            format!("{from} is in the future: no file has come in then."),
        );
    }
    let name = parts
        .files
        .first()
        .or(lexicon.about.as_ref())
        .map(|file| file.name.clone());
    let mut said = vec![match states.as_slice() {
        [] => "files in any state".to_owned(),
        states => {
            let names: Vec<&str> = states.iter().map(|state| state.name()).collect();
            format!("files that are {}", names.join(" or "))
        }
    }];
    said.extend(name.iter().map(|name| format!("only {name}")));
    said.extend(period.map(|period| format!("first seen {}", period.words())));
    said.extend(parts.notes.iter().cloned());
    Ok(Outcome::Files(FileQuestion {
        states,
        from: period.and_then(|period| period.from),
        to: period.and_then(|period| period.to),
        name,
        count: parts.has(Op::Many),
        limit: parts.limit.or(parts.has(Op::Latest).then_some(5)),
        explanation: said.join("; "),
    }))
}
