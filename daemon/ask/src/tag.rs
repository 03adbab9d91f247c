//! Tags: which words of a question name a metric, a dimension, a member, a time or an operation.
//!
//! The longest match wins. A member whose name is also a word of the vocabulary counts only in quotation marks or
//! beside the word of its dimension, and a code is never corrected.

use chrono::NaiveDate;
use plant_core::component::Dimension;

use super::lexicon::{LexFile, Lexicon};
use super::nearest;
use super::period;
use super::phrase::Phrases;
use super::question::{Question, Tag, Tagged};
use super::vocabulary::Op;
use super::word::{Token, fold, stem, tokens};

/// Cuts a question into words, corrects misspelt ones, and tags them.
pub(super) fn tag(text: &str, lexicon: &Lexicon, phrases: &Phrases, anchor: NaiveDate) -> Question {
    let mut question = Question::default();
    let mut rest = text.to_owned();
    let mut files: Vec<&LexFile> = lexicon.files.iter().filter(|file| file.name.len() >= 5).collect();
    files.sort_by_key(|file| std::cmp::Reverse(file.name.len()));
    let mut named: Vec<LexFile> = Vec::new();
    for file in files {
        let place = rest.to_ascii_lowercase().find(&file.name.to_ascii_lowercase());
        if let Some(place) = place.filter(|_| named.len() < 3) {
            // A private-use character marks the place: it can't be part of any phrase.
            let marker = char::from_u32(0xE000 + u32::try_from(named.len()).unwrap_or(0)).unwrap_or('\u{E000}');
            rest.replace_range(place..place + file.name.len(), &format!(" \"{marker}\" "));
            named.push(file.clone());
        }
    }
    question.tokens = tokens(&rest)
        .into_iter()
        .flat_map(
            |token| match token.norm.contains('_') && !token.quoted && !phrases.begins(&token.stem) {
                true => tokens(&token.raw.replace('_', " ")),
                false => vec![token],
            },
        )
        .collect();
    correct(&mut question, phrases);
    let mut place = 0;
    while place < question.tokens.len() {
        let grouping = groups_next(&question.tags);
        let (length, tag) = best(&question.tokens, place, phrases, anchor, (&named, grouping));
        let length = length.max(1);
        let dims = match &tag {
            Tag::Dim(dims, _) => Some(*dims),
            _ => None,
        };
        question.tags.push(Tagged {
            start: place,
            length,
            tag,
        });
        place += length;
        if let Some(dims) = dims {
            place += beside(&mut question, place, dims, phrases, anchor);
        }
    }
    question
}

/// Whether the words so far make a dimension likely next: "by …", "top 5 …", "which …".
fn groups_next(tags: &[Tagged]) -> bool {
    let before = tags
        .iter()
        .rev()
        .map(|tagged| &tagged.tag)
        .find(|tag| **tag != Tag::Op(Op::Filler));
    matches!(
        before,
        Some(Tag::Op(Op::By | Op::Top | Op::Bottom | Op::Which) | Tag::Number(_))
    )
}

fn correct(question: &mut Question, phrases: &Phrases) {
    for token in &mut question.tokens {
        let known =
            phrases.known.contains(&token.stem) || phrases.known.contains(&token.norm) || phrases.begins(&token.stem);
        if token.quoted || known || token.is_code() {
            continue;
        }
        let all = || phrases.known.iter().map(String::as_str);
        let found = nearest::correction(&token.stem, all()).or_else(|| nearest::correction(&token.norm, all()));
        if let Some(word) = found {
            question.corrections.push((token.raw.clone(), word.to_owned()));
            token.norm = word.to_owned();
            token.stem = stem(word);
        }
    }
}

/// The best reading of the words from some place on.
fn best(
    all: &[Token],
    place: usize,
    phrases: &Phrases,
    anchor: NaiveDate,
    (files, grouping): (&[LexFile], bool),
) -> (usize, Tag) {
    let here = all.get(place..).unwrap_or(&[]);
    let Some(first) = here.first() else {
        return (1, Tag::Op(Op::Filler));
    };
    if first.quoted {
        let file = files.iter().enumerate().find(|(at, _)| {
            char::from_u32(0xE000 + u32::try_from(*at).unwrap_or(0))
                .is_some_and(|marker| first.raw == marker.to_string())
        });
        return match (file, phrases.members(here, None)) {
            (Some((_, file)), _) => (1, Tag::File(file.clone())),
            (None, Some((length, found))) => (length, Tag::Member(found)),
            (None, None) => (1, Tag::Unknown(first.raw.clone())),
        };
    }
    let time = period::at(here, anchor).map(|(length, period)| (length, period.map_or_else(Tag::BadTime, Tag::Time)));
    let phrase = match phrases.phrase(here, true) {
        // "Defect scratch": the word before its member is the dimension, whatever else it may mean.
        Some((length, Tag::Dim(dims, _))) => {
            let behind = here.get(length..).unwrap_or(&[]);
            let named = grouping || phrases.members(behind, Some(dims)).is_some();
            phrases.phrase(here, named)
        }
        found => found,
    };
    let member = phrases.members(here, None).filter(|(length, _)| {
        // A bare number is a member only beside its dimension, a bare letter only as it is written.
        let letter = first.norm.chars().count() == 1;
        *length > 1
            || (first.norm.parse::<u64>().is_err() && !(letter && (first.raw == "I" || first.raw == first.norm)))
    });
    let time_length = time.as_ref().map_or(0, |(length, _)| *length);
    let phrase_length = phrase.map_or(0, |(length, _)| length);
    if let Some((length, found)) = member {
        let asks_state = matches!(phrase, Some((_, Tag::Op(Op::State(_)))))
            && !all.iter().any(|token| matches!(token.stem.as_str(), "file" | "export"));
        let named = followed_by_dimension(here, length, &found, phrases) && first.norm.len() > 1;
        if length > phrase_length.max(time_length) || (length == phrase_length && (asks_state || named)) {
            return (length, Tag::Member(found));
        }
    }
    if let Some((length, found)) = phrases.begun(here)
        && length > phrase_length.max(time_length)
    {
        return (length, Tag::Member(found));
    }
    match (time, phrase) {
        (Some((length, tag)), _) if length >= phrase_length => (length, tag),
        (_, Some((length, tag))) => (length, tag.clone()),
        _ => match period::number(&first.norm) {
            Some(number) => (1, Tag::Number(number)),
            None if is_amount(&first.norm) => (1, Tag::Amount(first.raw.clone())),
            None => (1, Tag::Unknown(first.raw.clone())),
        },
    }
}

fn is_amount(word: &str) -> bool {
    let digits = word.trim_end_matches('%').trim_start_matches(['$', '€', '£']);
    digits.replace(',', ".").parse::<f64>().is_ok_and(f64::is_finite)
}

/// Whether the word of the member's own dimension comes next: "night shift".
fn followed_by_dimension(here: &[Token], length: usize, found: &[(Dimension, String)], phrases: &Phrases) -> bool {
    match phrases.phrase(here.get(length..).unwrap_or(&[]), true) {
        Some((_, Tag::Dim(dims, _))) => found.iter().any(|(dimension, _)| dims.contains(dimension)),
        _ => false,
    }
}

/// The member that stands right behind the word of its dimension: "machine T48", "shift number 1".
fn beside(question: &mut Question, place: usize, dims: &[Dimension], phrases: &Phrases, anchor: NaiveDate) -> usize {
    const LINKS: [&str; 8] = ["no", "number", "nr", "called", "named", "code", "is", "id"];
    let word = |at: usize| question.tokens.get(at).map_or("", |token| token.norm.as_str());
    let skipped = usize::from(LINKS.contains(&word(place)) && place + 1 < question.tokens.len());
    let start = place + skipped;
    let here = question.tokens.get(start..).unwrap_or(&[]);
    let Some(first) = here.first() else {
        return 0;
    };
    if let Some((length, found)) = phrases.members(here, Some(dims)) {
        // "A" may be an article: "scrap per shift a day"; and "by line last month" has no member "last".
        let timed = period::at(here, anchor).is_some_and(|(taken, _)| taken > length);
        let longer = phrases.phrase(here, false).is_some_and(|(taken, _)| taken > length);
        if !timed && !longer {
            let total = skipped + length;
            question.tags.push(Tagged {
                start: place,
                length: total,
                tag: Tag::Member(found),
            });
            return total;
        }
    }
    let is_time = period::at(here, anchor).is_some();
    let coded =
        first.is_code() && !is_time && phrases.phrase(here, false).is_none() && phrases.members(here, None).is_none();
    if (first.quoted || coded)
        && let Some(dimension) = dims.first()
    {
        let tag = Tag::NoMember(*dimension, first.raw.clone());
        question.tags.push(Tagged {
            start: place,
            length: skipped + 1,
            tag,
        });
        return skipped + 1;
    }
    0
}

/// The member of a dimension that looks most like this text.
pub(super) fn closest_members(lexicon: &Lexicon, dimension: Dimension, text: &str) -> Vec<String> {
    let folded = fold(text);
    let Some(members) = lexicon.dimensions.get(&dimension) else {
        return Vec::new();
    };
    let names: Vec<String> = members.iter().map(|member| fold(member)).collect();
    let near = nearest::closest(&folded, names.iter().map(String::as_str), 3);
    let mut found: Vec<String> = near
        .into_iter()
        .filter_map(|name| lexicon.member(dimension, name).map(str::to_owned))
        .collect();
    if found.is_empty() {
        found = members.iter().take(3).cloned().collect();
    }
    found
}
