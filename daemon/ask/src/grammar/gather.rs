//! The tags of a question by what they are good for.

use chrono::NaiveDate;
use plant_core::component::Dimension;
use plant_core::metric::Grain;

use crate::lexicon::LexFile;
use crate::period::Period;
use crate::question::{Question, Tag, Tagged};
use crate::vocabulary::Op;

/// A dimension that is named without a member.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub candidates: &'static [Dimension],
    pub implied: &'static [String],
}

/// Metrics that some words may mean.
#[derive(Debug, Clone)]
pub(super) struct Metrics {
    pub ids: Vec<String>,
    pub open: bool,
    pub start: usize,
    pub length: usize,
}

/// What a question names.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    pub metrics: Vec<Metrics>,
    pub pieces: bool,
    pub dimensions: Vec<Named>,
    /// Per mention: the dimensions that have this member.
    pub members: Vec<Vec<(Dimension, String)>>,
    pub times: Vec<Period>,
    pub files: Vec<LexFile>,
    pub grain: Option<Grain>,
    /// "Top 5", "5 machines".
    pub limit: Option<u32>,
    /// A number without a place.
    pub stray: Option<String>,
    pub threshold: bool,
    pub ops: Vec<Op>,
    /// Whether it begins like a follow-up: "and …", "what about …".
    pub follows: bool,
    /// The day that relative times count from.
    pub anchor: Option<NaiveDate>,
    /// Things to say: misspelt words, words not used.
    pub notes: Vec<String>,
}

impl Parts {
    pub fn of(question: &Question, anchor: NaiveDate) -> Parts {
        let mut parts = Parts {
            anchor: Some(anchor),
            ..Parts::default()
        };
        let tags = &question.tags;
        let significant = |place: usize| {
            tags.iter()
                .skip(place)
                .map(|tagged| &tagged.tag)
                .find(|tag| **tag != Tag::Op(Op::Filler))
        };
        for (place, tagged) in tags.iter().enumerate() {
            let before = place
                .checked_sub(1)
                .and_then(|place| tags.get(place))
                .map(|tagged| &tagged.tag);
            let next = tags.get(place + 1).map(|tagged| &tagged.tag);
            match &tagged.tag {
                // "Breakdown of scrap": not the failures.
                Tag::Metric(..) if splits_up(question, tagged) => parts.ops.push(Op::By),
                Tag::Metric(ids, open) => parts.metrics.push(Metrics {
                    ids: ids.clone(),
                    open: *open,
                    start: tagged.start,
                    length: tagged.length,
                }),
                Tag::Pieces => parts.pieces = true,
                Tag::Dim(candidates, implied) => {
                    let of = |tag: Option<&Tag>| match tag {
                        Some(Tag::Member(found)) => found.iter().any(|(dimension, _)| candidates.contains(dimension)),
                        _ => false,
                    };
                    if !of(next) && !of(before) {
                        parts.dimensions.push(Named { candidates, implied });
                    }
                }
                Tag::Member(found) => {
                    // The word of a dimension beside it says which one is meant.
                    let said = |tag: Option<&Tag>| match tag {
                        Some(Tag::Dim(candidates, _)) => Some(*candidates),
                        _ => None,
                    };
                    let beside: Vec<(Dimension, String)> = [said(before), said(next)]
                        .into_iter()
                        .flatten()
                        .find_map(|candidates| {
                            let kept: Vec<_> = found
                                .iter()
                                .filter(|(dimension, _)| candidates.contains(dimension))
                                .cloned()
                                .collect();
                            (!kept.is_empty()).then_some(kept)
                        })
                        .unwrap_or_else(|| found.clone());
                    if !parts.members.contains(&beside) {
                        parts.members.push(beside);
                    }
                }
                Tag::File(file) => parts.files.push(file.clone()),
                Tag::Time(period) => parts.times.push(period.clone()),
                Tag::Number(number) => {
                    let ranks = |tag: Option<&Tag>| {
                        matches!(
                            tag,
                            Some(Tag::Op(Op::Top | Op::Bottom | Op::Best | Op::Worst | Op::Latest))
                        )
                    };
                    let counts = matches!(next, Some(Tag::Dim(..) | Tag::Op(Op::Files | Op::Grain(_))));
                    if ranks(before) || ranks(next) || counts {
                        parts.limit = Some(*number);
                    } else {
                        parts.stray = Some(number.to_string());
                    }
                }
                Tag::Amount(text) => parts.stray = Some(text.clone()),
                Tag::Op(Op::Threshold) => {
                    let what = significant(place + 1);
                    parts.threshold |= matches!(
                        what,
                        Some(
                            Tag::Number(_)
                                | Tag::Amount(_)
                                | Tag::Unknown(_)
                                | Tag::Op(Op::Share | Op::Average | Op::Money)
                        ) | None
                    );
                }
                Tag::Op(Op::Grain(grain)) => parts.grain = Some(*grain),
                Tag::Op(op) => {
                    if place == 0 && matches!(op, Op::And | Op::Also) {
                        parts.follows = true;
                    }
                    parts.ops.push(*op);
                }
                Tag::Unknown(word) => parts.notes.push(format!("I did not use “{word}”.")),
                Tag::NoMember(..) | Tag::BadTime(_) => {}
            }
        }
        for (wrong, right) in &question.corrections {
            parts.notes.insert(0, format!("I read “{wrong}” as “{right}”."));
        }
        parts
    }

    /// Whether an operation is there.
    pub fn has(&self, op: Op) -> bool {
        self.ops.contains(&op)
    }

    /// Whether a metric is named, be it only as "pieces".
    pub fn names_metric(&self) -> bool {
        !self.metrics.is_empty() || self.pieces
    }

    /// Whether the question is about files rather than about what is in them.
    pub fn asks_files(&self) -> bool {
        let state = self.ops.iter().any(|op| matches!(op, Op::State(_)));
        let about = self.has(Op::Files) || state || (self.has(Op::Latest) && !self.files.is_empty());
        let bare =
            !self.files.is_empty() && self.dimensions.is_empty() && self.members.is_empty() && self.grain.is_none();
        !self.names_metric() && (about || bare) && !self.has(Op::Savings)
    }

    /// Whether it names nothing but a period, a dimension, a member or an order: something to change in the question
    /// before it.
    pub fn is_fragment(&self) -> bool {
        !self.dimensions.is_empty()
            || !self.members.is_empty()
            || !self.times.is_empty()
            || !self.files.is_empty()
            || self.grain.is_some()
            || self
                .ops
                .iter()
                .any(|op| matches!(op, Op::Top | Op::Bottom | Op::Best | Op::Worst | Op::Trend))
    }
}

/// Whether the word "breakdown" stands beside another metric and so asks for groups.
fn splits_up(question: &Question, tagged: &Tagged) -> bool {
    let word = question.tokens.get(tagged.start).map(|token| token.norm.as_str());
    let metrics = question
        .tags
        .iter()
        .filter(|tagged| matches!(tagged.tag, Tag::Metric(..)))
        .count();
    tagged.length == 1 && word == Some("breakdown") && metrics > 1
}
