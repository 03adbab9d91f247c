//! Which variable each column could feed, with a confidence, a transform and the reason in words.
//!
//! Invariants: a column feeds at most one variable and a variable is fed by at most one column; a name alone is never
//! enough, the cells must agree; what the file does not say (a unit, what the rows count) lowers the confidence below
//! [`SURE`] instead of being assumed.

mod candidate;
pub(crate) mod counter;
mod doubt;
mod judge;
mod lines;
pub(crate) mod neighbours;
mod pair;
mod position;
mod posting;

use std::collections::{BTreeMap, BTreeSet};

use plant_core::job::IngestOrder;
use plant_core::model::{DialectView, SuggestedColumn, SuggestionView, VariableSuggestion};
use plant_core::profile::{Settings, Shape};
use plant_core::table::{Form, Layout};
use plant_core::tier::{self, TierInput};
use plant_core::variable::{Kind, Variable};

use super::facts::{ColumnFacts, Lies};
use super::operators::Shown;
use super::reading::{self, Meaning, Reading};
use super::synonyms::{Match, matches};

pub(crate) use self::candidate::Candidate;
use self::candidate::Context;
pub use self::candidate::{SURE, SURE_TEXT, WORTH};
pub(crate) use self::judge::held_in;
pub(crate) use self::lines::advice;
use self::neighbours::Grouped;
pub(crate) use self::pair::Pair;

const KEPT: usize = 3;

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
    /// Why blank cells of a column of codes may mean the one above.
    pub(crate) grouped: Option<Grouped>,
    /// Line steps that the file seems to need.
    pub(crate) shape: Shape,
    /// What two columns make together.
    pub(crate) pairs: Vec<Pair>,
    /// Columns whose variable another column claims with as much right.
    pub(crate) contested: BTreeSet<usize>,
}

/// The weighed columns as they are shown.
pub(crate) fn view(layout: &Layout, facts: &ColumnFacts, weighed: &Weighed, shown: Shown<'_>) -> SuggestionView {
    let columns = facts
        .columns
        .iter()
        .zip(&weighed.columns)
        .map(|(column, candidates)| SuggestedColumn {
            source: column.source.clone(),
            samples: shown.samples(column, may_feed(candidates, Variable::Operator)),
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
    SuggestionView {
        columns,
        dialect: Some(dialect(layout, weighed.reading.decimal)),
        tier: tier.overall,
        unlocks: tier.unlocks,
        reason: None,
        settings: weighed.settings.clone(),
        shape: weighed.shape.clone(),
        outputs: weighed.pairs.iter().map(Pair::output).collect(),
    }
}

/// Whether a column may feed that variable.
pub(crate) fn may_feed(candidates: &[Candidate], variable: Variable) -> bool {
    candidates.iter().any(|candidate| candidate.variable == variable)
}

/// How the file is written, for display.
pub(crate) fn dialect(layout: &Layout, decimal: Option<char>) -> DialectView {
    DialectView {
        form: layout.form,
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
        .chain(weighed.pairs.iter().filter_map(|pair| {
            let column = facts.columns.get(pair.time)?;
            Some((pair.variable, column.filled as f64 / rows))
        }))
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
    let matched: Vec<Vec<Match>> = facts.columns.iter().map(|column| matches(&column.name)).collect();
    let meaning = |index: usize| {
        let found = matched.get(index).map_or(&[][..], Vec::as_slice);
        Meaning {
            is_measure: found.iter().any(|found| found.variable.kind() == Kind::Number),
            lies: (facts.columns.get(index)).map_or(Lies::Anywhere, |column| reading::lies_by(column, found, None)),
        }
    };
    let reading = Reading::decide(facts, settings, form, order.today, &order.learned, meaning);
    let is_scrap_list = facts.columns.iter().zip(&matched).any(|(column, matched)| {
        // What a material is called says nothing of what became of it: a steel works buys scrap.
        let names_a_thing = |found: &Match| {
            let things = [Variable::ProductCode, Variable::ProductName];
            found.score >= 0.8 && things.contains(&found.variable)
        };
        neighbours::speaks_of_scrap_only(column) && !matched.iter().any(names_a_thing)
    });
    let context = Context::new(facts, &reading, &matched, is_scrap_list);
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
        if column.filled == 0 {
            let found = matched.get(index).into_iter().flatten();
            candidates.extend(found.filter_map(|found| posting::still_empty(&context, found)));
        }
        candidates.retain(|candidate| candidate.confidence >= 0.2);
        columns.push(candidates);
        remarks.push(remark);
    }
    let mut settings = Settings::default();
    neighbours::refine(&context, &mut columns);
    let is_log = order.shape.as_ref().is_some_and(|shape| shape.pivot.is_some());
    counter::doubt(&context, &matched, is_log, &mut columns);
    position::doubt(&context, &mut columns);
    let contested = assign(&mut columns, facts);
    let pairs = pair::find(&context, &mut columns);
    neighbours::settle(&context, &mut columns, &mut settings);
    let grouped = neighbours::grouped(&context, &columns);
    let shape = lines::of(facts, grouped.as_ref());
    Weighed {
        grouped,
        shape,
        pairs,
        contested,
        columns,
        remarks,
        settings,
        reading,
    }
}

/// Whether two columns say the same in every row that was looked at.
fn same_cells(facts: &ColumnFacts, a: usize, b: usize) -> bool {
    facts.sample.iter().all(|row| row.get(a) == row.get(b))
}

/// Confidence of a column that another one ties with.
const TIED: f64 = 0.8;
/// How much more certain a code is that has more right than another.
const MORE_RIGHT: f64 = 0.03;
/// Rows that say again what two columns call a thing, from which on they are two names of it.
const SAID_AGAIN: usize = 8;

/// Whether a column claims a variable with as much right as the one that has it, and which of them it is would change
/// figures: what is added up, what costs and times are looked up by, and what tells a row from another.
fn ties(facts: &ColumnFacts, variable: Variable, (owner, has): (usize, f64), (other, claims): (usize, f64)) -> bool {
    let matters = match variable {
        Variable::ProductCode | Variable::WorkOrder => has - claims < MORE_RIGHT && !same_things(facts, owner, other),
        _ => variable.is_additive(),
    };
    claims >= SURE && matters && !same_cells(facts, owner, other)
}

/// Whether two columns are two names of the same things: each value of one stands beside one value of the other only, on
/// so many rows that it is no chance.
fn same_things(facts: &ColumnFacts, a: usize, b: usize) -> bool {
    let (mut there, mut back): (BTreeMap<&str, &str>, BTreeMap<&str, &str>) = Default::default();
    let mut again = 0;
    for row in &facts.sample {
        let (Some(a), Some(b)) = (row.get(a), row.get(b)) else {
            continue;
        };
        again += usize::from(there.contains_key(a.as_str()));
        if *there.entry(a).or_insert(b) != b || *back.entry(b).or_insert(a) != a {
            return false;
        }
    }
    there.len() > 1 && again >= SAID_AGAIN
}

/// Gives each variable to the column that speaks for it best, and lowers it for the others. Gives the columns whose
/// variable is contested.
fn assign(columns: &mut [Vec<Candidate>], facts: &ColumnFacts) -> BTreeSet<usize> {
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
    let mut given: Vec<(Variable, usize, f64)> = Vec::new();
    let mut served: BTreeSet<usize> = BTreeSet::new();
    // Owners of a variable that another column claims with as much right.
    let mut tied: Vec<(usize, Variable, usize)> = Vec::new();
    for (column, index) in order {
        let Some(candidate) = columns.get_mut(column).and_then(|candidates| candidates.get_mut(index)) else {
            continue;
        };
        if candidate.confidence < WORTH || served.contains(&column) {
            continue;
        }
        match given.iter().find(|(variable, ..)| *variable == candidate.variable) {
            Some(&(variable, at, has)) => {
                let claims = candidate.confidence;
                let owner = facts.columns.get(at).map_or("", |column| column.source.as_str());
                candidate.why = format!("{}; but `{owner}` fits it better", candidate.why);
                candidate.confidence = candidate.confidence.min(0.4);
                if ties(facts, variable, (at, has), (column, claims)) {
                    tied.push((at, variable, column));
                }
            }
            None => {
                given.push((candidate.variable, column, candidate.confidence));
                served.insert(column);
            }
        }
    }
    let contested = tied.iter().map(|(owner, ..)| *owner).collect();
    for (owner, variable, other) in tied {
        let other = facts.columns.get(other).map_or("", |column| column.source.as_str());
        let owner = columns.get_mut(owner).into_iter().flatten();
        for candidate in owner.filter(|candidate| candidate.variable == variable) {
            candidate.confidence = candidate.confidence.min(TIED);
            candidate.why = format!(
                "{}; but `{other}` goes by that name too, and which one counts is not told",
                candidate.why
            );
        }
    }
    for candidates in columns {
        let taken = |candidate: &Candidate| given.iter().any(|(variable, ..)| *variable == candidate.variable);
        candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        // Second thoughts about a variable that another column feeds are no help to anybody.
        let first = candidates.first().map(|candidate| candidate.variable);
        candidates
            .retain(|candidate| Some(candidate.variable) == first || !taken(candidate) || candidate.confidence <= 0.4);
        candidates.truncate(KEPT);
    }
    contested
}

#[cfg(test)]
mod tests;
