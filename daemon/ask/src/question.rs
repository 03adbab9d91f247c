//! A question cut into words, and what they stand for.

use plant_core::component::Dimension;

use super::lexicon::LexFile;
use super::period::{Period, TimeFault};
use super::vocabulary::Op;
use super::word::Token;

/// What some words stand for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tag {
    /// Metrics, the preferred first; `true` where the order says nothing.
    Metric(Vec<String>, bool),
    /// "Pieces", "made": production where nothing else is named.
    Pieces,
    /// Dimensions, the preferred first, and the metrics that they imply.
    Dim(&'static [Dimension], &'static [String]),
    /// A member, in every dimension that has it.
    Member(Vec<(Dimension, String)>),
    /// Words beside a dimension that are none of its members.
    NoMember(Dimension, String),
    /// A file.
    File(LexFile),
    /// A time.
    Time(Period),
    /// A time that can't be used.
    BadTime(TimeFault),
    /// A number.
    Number(u32),
    /// A figure that counts nothing: `80%`, `5.5`.
    Amount(String),
    /// An operation.
    Op(Op),
    /// Not understood.
    Unknown(String),
}

/// One tag over some words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tagged {
    pub start: usize,
    pub length: usize,
    pub tag: Tag,
}

/// A question with its tags.
#[derive(Debug, Clone, Default)]
pub(super) struct Question {
    pub tokens: Vec<Token>,
    pub tags: Vec<Tagged>,
    /// Misspelt words and what they were read as.
    pub corrections: Vec<(String, String)>,
}
