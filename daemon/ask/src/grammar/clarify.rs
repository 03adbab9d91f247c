//! Questions back: which member, which end, by what.

use plant_core::component::Dimension;

use super::step::{Step, quoted_list, rebuilt, refuse};
use crate::lexicon::{Lexicon, dimension_word};
use crate::question::{Question, Tag};
use crate::vocabulary::Op;
use crate::{Choice, Outcome};

/// The one member that was meant, or the question which.
pub(super) fn single(found: &[(Dimension, String)], question: &Question) -> Step<(Dimension, String)> {
    match found {
        [] => refuse("unknown_member", "That member is not in the data."),
        [only] => Ok(only.clone()),
        _ => {
            let place = question.tags.iter().find(|tagged| matches!(&tagged.tag, Tag::Member(all) if all.len() >= found.len() && found.iter().all(|one| all.contains(one))));
            let choices = found
                .iter()
                .take(3)
                .map(|(dimension, member)| {
                    let words = format!("{} \"{member}\"", dimension_word(*dimension));
                    Choice {
                        label: format!("{} {member}", dimension_word(*dimension)),
                        question: place.map_or_else(
                            || words.clone(),
                            |tagged| rebuilt(question, tagged.start, tagged.length, &words),
                        ),
                    }
                })
                .collect();
            let mut names: Vec<&str> = found.iter().map(|(_, member)| member.as_str()).collect();
            names.dedup();
            let same = names.len() == 1;
            Err(Box::new(Outcome::Clarify {
                question: if same {
                    format!("{} is in more than one dimension. Which is meant?", quoted_list(&names))
                } else {
                    "More than one member begins like that. Which is meant?".to_owned()
                },
                choices,
            }))
        }
    }
}

/// "Best" of a metric that is neither good nor bad.
pub(super) fn sides_of_best(question: &Question) -> Outcome {
    let place = question
        .tags
        .iter()
        .find(|tagged| matches!(tagged.tag, Tag::Op(Op::Best | Op::Worst)));
    let choice = |word: &str| Choice {
        label: format!("the {word}"),
        question: place.map_or_else(
            || word.to_owned(),
            |tagged| rebuilt(question, tagged.start, tagged.length, word),
        ),
    };
    Outcome::Clarify {
        question: "More of this is neither better nor worse. Which is meant?".to_owned(),
        choices: vec![choice("largest"), choice("smallest")],
    }
}

/// A ranking or breakdown without a dimension.
pub(super) fn grouped_by_what(question: &Question, lexicon: &Lexicon) -> Outcome {
    const FIRST: [Dimension; 7] = [
        Dimension::Machine,
        Dimension::ProductCode,
        Dimension::DefectCode,
        Dimension::Reason,
        Dimension::Shift,
        Dimension::Line,
        Dimension::EnergyTariff,
    ];
    let text: Vec<&str> = question.tokens.iter().map(|token| token.raw.as_str()).collect();
    let text = text.join(" ");
    let mut choices: Vec<Choice> = FIRST
        .into_iter()
        .filter(|dimension| lexicon.has(*dimension))
        .take(3)
        .map(|dimension| Choice {
            label: format!("by {}", dimension_word(dimension)),
            question: format!("{text} by {}", dimension_word(dimension)),
        })
        .collect();
    if choices.len() < 2 && lexicon.first_day.is_some() {
        choices.push(Choice {
            label: "by month".to_owned(),
            question: format!("{text} by month"),
        });
    }
    if choices.is_empty() {
        return Outcome::refuse(
            "unavailable",
            "There is nothing to rank by: rows carry no machine, product, shift or date.",
        );
    }
    Outcome::Clarify {
        question: "By what?".to_owned(),
        choices,
    }
}
