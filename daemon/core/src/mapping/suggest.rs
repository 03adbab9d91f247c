//! Which variable each column could feed, with a confidence, a transform and the reason in words.
//!
//! Invariants: a column feeds at most one variable and a variable is fed by at most one column; a name alone is never
//! enough, the cells must agree; what the file does not say (a unit, what the rows count) lowers the confidence below
//! [`SURE`] instead of being assumed.

mod judge;
pub(crate) mod neighbours;

use std::collections::BTreeSet;

use super::Suggestion;
use super::facts::ColumnFacts;
use super::reading::Reading;
use super::synonyms::{Match, matches};
use crate::job::IngestOrder;
use crate::profile::{Settings, Transform};
use crate::table::{Form, Layout};
use crate::tier::{self, TierInput};
use crate::variable::{Kind, Variable};
use crate::view::{DialectView, SuggestedColumn, VariableSuggestion};

/// Confidence from which a column that carries quantity, money, time or a key is taken in without a person.
pub const SURE: f64 = 0.9;
/// The same for texts to group by, where a wrong one spoils no sum.
pub const SURE_TEXT: f64 = 0.75;
/// Confidence from which a suggestion is worth a person's decision, and is applied when the person accepts.
pub const WORTH: f64 = 0.5;
const KEPT: usize = 3;

/// What one column could be, as it is weighed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) variable: Variable,
    pub(crate) confidence: f64,
    pub(crate) transform: Transform,
    pub(crate) why: String,
}

/// All columns weighed.
#[derive(Debug, Clone)]
pub(crate) struct Weighed {
    /// Per column, best first; the first one is free of conflicts with other columns.
    pub(crate) columns: Vec<Vec<Candidate>>,
    /// Per column: a remark where its cells spoil what its name promises.
    pub(crate) remarks: Vec<Option<String>>,
    /// Settings that go with the first candidates.
    pub(crate) settings: Settings,
    /// How cells are read.
    pub(crate) reading: Reading,
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
}

/// The weighed columns as they are shown.
pub(crate) fn view(layout: &Layout, facts: &ColumnFacts, weighed: &Weighed) -> Suggestion {
    let columns = facts
        .columns
        .iter()
        .zip(&weighed.columns)
        .map(|(column, candidates)| SuggestedColumn {
            source: column.source.clone(),
            samples: column.samples.clone(),
            suggestions: candidates
                .iter()
                .map(|candidate| VariableSuggestion {
                    variable: candidate.variable,
                    confidence: candidate.confidence,
                    why: candidate.why.clone(),
                    transform: candidate.transform.clone(),
                })
                .collect(),
        })
        .collect();
    let tier = tier::assess(&tier_input(facts, weighed, WORTH));
    Suggestion {
        columns,
        dialect: Some(dialect(layout, weighed.reading.decimal)),
        tier: tier.overall,
        unlocks: tier.unlocks,
        reason: None,
        settings: weighed.settings.clone(),
    }
}

/// How the file is written, for display.
pub(crate) fn dialect(layout: &Layout, decimal: Option<char>) -> DialectView {
    DialectView {
        form: match layout.form {
            Form::Delimited => "delimited".to_owned(),
            Form::Xlsx => "xlsx".to_owned(),
        },
        delimiter: layout.delimiter.map(String::from),
        quote: layout.quote.map(String::from),
        decimal: decimal.map(String::from),
        header_line: layout.header_line,
        sheet: layout.sheet.clone(),
    }
}

/// What the tier would be if every column with at least that confidence were mapped.
pub(crate) fn tier_input(facts: &ColumnFacts, weighed: &Weighed, bar: f64) -> TierInput {
    let rows = facts.rows.max(1) as f64;
    let filled: Vec<(Variable, f64)> = facts
        .columns
        .iter()
        .zip(&weighed.columns)
        .filter_map(|(column, candidates)| {
            let best = candidates.first().filter(|best| best.confidence >= bar)?;
            Some((best.variable, column.filled as f64 / rows))
        })
        .collect();
    let mut present: Vec<Variable> = filled
        .iter()
        .filter(|(_, share)| *share >= 0.8)
        .map(|(v, _)| *v)
        .collect();
    derive(&mut present);
    TierInput {
        present,
        filled,
        ..TierInput::default()
    }
}

/// Adds the variables that follow from others: `PQ = GQ + SQ`, duration = end − start.
pub(crate) fn derive(present: &mut Vec<Variable>) {
    use Variable::{Duration, EventEnd, EventStart, QuantityGood, QuantityProduced, QuantityScrap};
    let rules = [
        ([QuantityGood, QuantityScrap], QuantityProduced),
        ([QuantityProduced, QuantityScrap], QuantityGood),
        ([EventStart, EventEnd], Duration),
    ];
    for (needs, made) in rules {
        if needs.iter().all(|need| present.contains(need)) && !present.contains(&made) {
            present.push(made);
        }
    }
}

/// Weighs every column.
pub(crate) fn weigh(form: Form, facts: &ColumnFacts, order: &IngestOrder, settings: &Settings) -> Weighed {
    let reading = Reading::decide(facts, settings, form, order.today);
    let matched: Vec<Vec<Match>> = facts.columns.iter().map(|column| matches(&column.name)).collect();
    let context = Context::new(facts, &reading, &matched);
    let mut columns: Vec<Vec<Candidate>> = Vec::with_capacity(facts.columns.len());
    let mut remarks = Vec::with_capacity(facts.columns.len());
    for (index, column) in facts.columns.iter().enumerate() {
        let remark = judge::spoiled(column);
        let mut candidates = Vec::new();
        if column.filled > 0 && remark.is_none() {
            for found in matched.get(index).into_iter().flatten() {
                candidates.extend(judge::judge(&context, index, found));
            }
            candidates.extend(judge::by_cells(&context, index, &candidates));
        }
        candidates.retain(|candidate| candidate.confidence >= 0.2);
        columns.push(candidates);
        remarks.push(remark);
    }
    let mut settings = Settings::default();
    neighbours::refine(&context, &mut columns);
    assign(&mut columns, facts);
    neighbours::settle(&context, &mut columns, &mut settings);
    Weighed {
        columns,
        remarks,
        settings,
        reading,
    }
}

impl<'a> Context<'a> {
    fn new(facts: &'a ColumnFacts, reading: &'a Reading, matched: &[Vec<Match>]) -> Context<'a> {
        let dates = |index: usize| -> Option<&super::facts::Track> {
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
            is_scrap_list: facts.columns.iter().any(neighbours::speaks_of_scrap_only),
            has_plain_dates: all.clone().any(|index| dates(index).is_some() && !timed(index)),
            has_named_date: all.clone().any(|index| {
                dates(index).is_some() && names(index, |variable| matches!(variable.kind(), Kind::Date | Kind::Time))
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

/// Gives each variable to the column that speaks for it best, and lowers it for the others.
fn assign(columns: &mut [Vec<Candidate>], facts: &ColumnFacts) {
    let mut order: Vec<(usize, usize)> = columns
        .iter()
        .enumerate()
        .flat_map(|(column, candidates)| (0..candidates.len()).map(move |candidate| (column, candidate)))
        .collect();
    let confidence = |columns: &[Vec<Candidate>], (column, candidate): (usize, usize)| {
        columns
            .get(column)
            .and_then(|c| c.get(candidate))
            .map_or(0.0, |c| c.confidence)
    };
    // Equal ones: the column that stands first in the file.
    order.sort_by(|a, b| {
        confidence(columns, *b)
            .total_cmp(&confidence(columns, *a))
            .then(a.cmp(b))
    });
    let mut given: Vec<(Variable, usize)> = Vec::new();
    let mut served: BTreeSet<usize> = BTreeSet::new();
    for (column, index) in order {
        let Some(candidate) = columns.get_mut(column).and_then(|candidates| candidates.get_mut(index)) else {
            continue;
        };
        if candidate.confidence < WORTH || served.contains(&column) {
            continue;
        }
        match given.iter().find(|(variable, _)| *variable == candidate.variable) {
            Some((_, owner)) => {
                let owner = facts.columns.get(*owner).map_or("", |column| column.source.as_str());
                candidate.why = format!("{}; but `{owner}` fits it better", candidate.why);
                candidate.confidence = candidate.confidence.min(0.4);
            }
            None => {
                given.push((candidate.variable, column));
                served.insert(column);
            }
        }
    }
    for candidates in columns {
        let taken = |candidate: &Candidate| given.iter().any(|(variable, _)| *variable == candidate.variable);
        candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        // Second thoughts about a variable that another column feeds are no help to anybody.
        let first = candidates.first().map(|candidate| candidate.variable);
        candidates
            .retain(|candidate| Some(candidate.variable) == first || !taken(candidate) || candidate.confidence <= 0.4);
        candidates.truncate(KEPT);
    }
}

#[cfg(test)]
mod tests;
