//! What is weighed: a candidate, and what judging it may look at.

use plant_core::profile::Transform;
use plant_core::variable::{Kind, Variable};

use crate::facts::{ColumnFacts, Track};
use crate::reading::Reading;
use crate::synonyms::Match;

/// Confidence from which a column that carries quantity, money, time or a key is taken in without a person.
pub const SURE: f64 = 0.9;
/// The same for texts to group by, where a wrong one spoils no sum.
pub const SURE_TEXT: f64 = 0.75;
/// Confidence from which a suggestion is worth a person's decision, and is applied when the person accepts.
pub const WORTH: f64 = 0.5;

/// What one column could be, as it is weighed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) variable: Variable,
    pub(crate) confidence: f64,
    pub(crate) transform: Transform,
    pub(crate) why: String,
}

/// What judging a column may look at beside the column itself.
pub(crate) struct Context<'a> {
    pub(crate) facts: &'a ColumnFacts,
    pub(crate) reading: &'a Reading,
    /// The usual gap in seconds of the times of the file.
    pub(crate) gap_s: Option<i64>,
    /// Whether the rows say themselves that they book scrap.
    pub(crate) is_scrap_list: bool,
    /// A column of dates without times, to go with times of day.
    pub(crate) has_plain_dates: bool,
    /// Whether another column's name speaks for a date.
    pub(crate) has_named_date: bool,
    /// Whether there is a column of scrapped pieces.
    pub(crate) has_scrap: bool,
    /// Whether there is a column of the documents that booked the rows.
    pub(crate) has_confirmation: bool,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        facts: &'a ColumnFacts,
        reading: &'a Reading,
        matched: &[Vec<Match>],
        is_scrap_list: bool,
    ) -> Context<'a> {
        let dates = |index: usize| -> Option<&Track> {
            let column = facts.columns.get(index)?;
            (column.share(column.dates.dates()) >= 0.95).then(|| column.dates.track(reading.column(index).order))
        };
        let timed = |index: usize| {
            facts
                .columns
                .get(index)
                .is_some_and(|c| c.dates.timed * 2 > c.dates.dates())
        };
        let names = |index: usize, wanted: fn(Variable) -> bool| {
            let best = matched.get(index).and_then(|found| found.first());
            best.is_some_and(|best| wanted(best.variable) && best.score >= 0.8)
        };
        let all = 0..facts.columns.len();
        Context {
            facts,
            reading,
            gap_s: all
                .clone()
                .filter(|index| timed(*index))
                .find_map(|index| dates(index)?.usual_gap_s()),
            is_scrap_list,
            has_plain_dates: all.clone().any(|index| dates(index).is_some() && !timed(index)),
            has_named_date: all.clone().any(|index| {
                dates(index).is_some() && names(index, |variable| matches!(variable.kind(), Kind::Date | Kind::Time))
            }),
            has_confirmation: matched.iter().zip(&facts.columns).any(|(found, column)| {
                let named = |found: &Match| found.exact && found.variable == Variable::Confirmation;
                found.iter().any(named) && column.holds_codes() && !column.numbers_rows(facts.rows)
            }),
            has_scrap: all.zip(&facts.columns).any(|(index, column)| {
                column.filled > 0 && names(index, |variable| variable == Variable::QuantityScrap)
            }),
        }
    }

    /// Whether most cells of a column are dates with a time.
    pub(crate) fn is_timed(&self, index: usize) -> bool {
        self.facts
            .columns
            .get(index)
            .is_some_and(|column| column.dates.timed * 2 > column.dates.dates())
    }
}
