//! From the tags of a question to what it asks.
//!
//! Nothing that could change the meaning is dropped: a word, number or operation without a place in the reading leads
//! to a refusal that names it.

mod clarify;
mod compare;
mod draft;
mod files;
mod gather;
mod query;
mod step;

use chrono::NaiveDate;

use super::lexicon::{Lexicon, dimension_words};
use super::period::TimeFault;
use super::phrase::Phrases;
use super::question::{Question, Tag, Tagged};
use super::tag::{self, closest_members};
use super::vocabulary::Op;
use super::{Choice, Outcome, Reading};

use gather::Parts;
use step::{Step, quoted_list, rebuilt, refuse};

/// Longest question that is read, in characters.
const LONGEST: usize = 500;
/// Below this share of understood words a question is refused.
const CONFIDENT: f64 = 0.8;

/// Reads a question. `previous` is the reading of the question before it, which a short follow-up ("and by shift?")
/// refers to.
pub fn read(question: &str, lexicon: &Lexicon, previous: Option<&Reading>) -> Outcome {
    match outcome(question.trim(), lexicon, previous) {
        Ok(outcome) => outcome,
        Err(outcome) => *outcome,
    }
}

fn outcome(text: &str, lexicon: &Lexicon, previous: Option<&Reading>) -> Step<Outcome> {
    if text.chars().all(|letter| !letter.is_alphanumeric()) {
        return Ok(Outcome::Help);
    }
    if text.chars().count() > LONGEST {
        return refuse("too_long", format!("The question is longer than {LONGEST} characters."));
    }
    let phrases = Phrases::new(lexicon);
    let mut anchor = lexicon.today;
    let mut question = tag::tag(text, lexicon, &phrases, anchor);
    let mut parts = Parts::of(&question, anchor);
    // Files come in on real days, whatever days their rows are of.
    let about_files = parts.asks_files();
    let beyond = |from: NaiveDate| lexicon.last_day.is_some_and(|last| from > last);
    if !about_files && parts.times.iter().any(|time| time.from.is_some_and(beyond)) {
        // Counted from today there is no data: it is counted from the newest day of the data instead.
        anchor = lexicon.anchor();
        question = tag::tag(text, lexicon, &phrases, anchor);
        parts = Parts::of(&question, anchor);
    }
    check_hostile(&parts)?;
    check_times(&question)?;
    let confidence = check_unknown(&question, &phrases, lexicon)?;
    check_unsupported(&parts, about_files)?;

    if about_files {
        return files::read(&parts, lexicon);
    }
    let named = parts.names_metric();
    if parts.has(Op::Savings) {
        return Ok(Outcome::Savings);
    }
    if parts.has(Op::Help) && !named {
        return Ok(Outcome::Help);
    }
    if let Some(metric) = query::definition(&question, &parts, lexicon)? {
        return Ok(Outcome::Definition(metric));
    }
    if let Some(dimension) = query::members(&parts, lexicon, previous.is_some())? {
        return Ok(Outcome::Members(dimension));
    }
    query::read(text, &question, &parts, lexicon, previous, confidence)
}

fn check_hostile(parts: &Parts) -> Step<()> {
    if parts.has(Op::Hostile) {
        return refuse(
            "not_a_question",
            "That is not a question about the figures of the plant. Only metrics, files and savings of your own org are answered, and nothing can be changed by asking.",
        );
    }
    Ok(())
}

fn check_times(question: &Question) -> Step<()> {
    for tagged in &question.tags {
        match &tagged.tag {
            Tag::BadTime(TimeFault::Impossible(text)) => {
                return refuse("no_such_day", format!("There is no such time: {text}."));
            }
            Tag::BadTime(TimeFault::Ambiguous(text, day_first, month_first)) => {
                let choices = [day_first, month_first]
                    .into_iter()
                    .map(|day| Choice {
                        label: day.to_string(),
                        question: rebuilt(question, tagged.start, tagged.length, &day.to_string()),
                    })
                    .collect();
                return Err(Box::new(Outcome::Clarify {
                    question: format!("{text} can be read as two days. Which one?"),
                    choices,
                }));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Refuses what is not understood where it could matter; otherwise the share of words that were.
fn check_unknown(question: &Question, phrases: &Phrases, lexicon: &Lexicon) -> Step<f64> {
    let content = question.tags.iter().filter(|tagged| tagged.tag != Tag::Op(Op::Filler));
    let (mut all, mut understood) = (0_u32, 0_u32);
    for tagged in content {
        all += 1;
        understood += u32::from(!matches!(tagged.tag, Tag::Unknown(_) | Tag::NoMember(..)));
    }
    let confidence = if all == 0 {
        0.0
    } else {
        f64::from(understood) / f64::from(all)
    };
    for (place, tagged) in question.tags.iter().enumerate() {
        match &tagged.tag {
            Tag::NoMember(dimension, text) => {
                let near = closest_members(lexicon, *dimension, text);
                let shown = if near.is_empty() {
                    format!("no row carries {}", dimension_words(*dimension))
                } else {
                    format!("closest: {}", quoted_list(&near))
                };
                let word = super::lexicon::dimension_word(*dimension);
                return refuse(
                    "unknown_member",
                    format!("There is no {word} “{text}” in the data; {shown}."),
                );
            }
            Tag::Unknown(word) if confidence < CONFIDENT || qualifies(question, place) => {
                let folded = super::word::fold(word);
                let near = match folded.chars().any(|letter| letter.is_ascii_digit()) {
                    true => phrases.closest_members(&folded),
                    false => phrases.closest(&folded),
                };
                let hint = if near.is_empty() {
                    "nothing close to it is known here".to_owned()
                } else {
                    format!("closest: {}", quoted_list(&near))
                };
                return refuse("unknown_word", format!("I don't know “{word}”; {hint}."));
            }
            _ => {}
        }
    }
    Ok(confidence)
}

/// Whether an unknown word could change what is asked: it stands where a member, a metric or a condition would.
fn qualifies(question: &Question, place: usize) -> bool {
    let Some(tagged) = question.tags.get(place) else {
        return true;
    };
    let token = question.tokens.get(tagged.start);
    if token.is_none_or(|token| token.quoted || token.is_code()) {
        return true;
    }
    let before = place.checked_sub(1).and_then(|place| question.tags.get(place));
    let preposition = before
        .and_then(|before| question.tokens.get(before.start + before.length - 1))
        .is_some_and(|token| {
            const WORDS: [&str; 16] = [
                "for", "on", "at", "in", "of", "by", "with", "from", "to", "per", "only", "the", "our", "about", "fur",
                "is",
            ];
            WORDS.contains(&token.norm.as_str())
        });
    let structural = |tagged: Option<&Tagged>| {
        matches!(
            tagged.map(|tagged| &tagged.tag),
            Some(Tag::Metric(..) | Tag::Dim(..) | Tag::Member(_) | Tag::Pieces | Tag::Unknown(_))
        )
    };
    let operation = matches!(
        before.map(|tagged| &tagged.tag),
        Some(Tag::Op(
            Op::By | Op::Only | Op::And | Op::Versus | Op::Top | Op::Bottom | Op::Share | Op::Average
        ))
    );
    preposition || operation || structural(before) || structural(question.tags.get(place + 1))
}

/// Operations that are understood and not offered.
fn check_unsupported(parts: &Parts, about_files: bool) -> Step<()> {
    const REASONS: &[(Op, &str, &str)] = &[
        (
            Op::Future,
            "forecast",
            "Forecasts are not made: only days with data in the files can be answered.",
        ),
        (
            Op::Negation,
            "not_supported",
            "Leaving something out (“not”, “without”, “except”) is not read yet; ask for one member, or by dimension.",
        ),
        (
            Op::Why,
            "not_supported",
            "Causes are not worked out; ask for the figure by reason, machine, product or shift to see where it comes from.",
        ),
        (
            Op::Spread,
            "not_supported",
            "That statistic is not answered here; ask for a sum, a ratio, a ranking, a trend or a comparison.",
        ),
        (
            Op::Hour,
            "not_supported",
            "The smallest step of time here is a day; ask by day, week or month.",
        ),
    ];
    for (op, code, reason) in REASONS {
        if parts.has(*op) {
            return refuse(code, *reason);
        }
    }
    if parts.threshold {
        return refuse(
            "not_supported",
            "Conditions on a figure (“over 5 %”) are not read yet; ask for the top or bottom groups instead.",
        );
    }
    if parts.has(Op::Latest) && !about_files {
        return refuse(
            "not_supported",
            "Say which time is meant: a day, “last week”, “March 2025”.",
        );
    }
    Ok(())
}
