//! Findings: losses and oddities with their figures, their working and the lines that show them.
//!
//! Invariants: every figure of a title or a working comes from the rows or their sums; money only through
//! `plant_core::savings::assess`; the same rows give the same findings in the same order.

mod control;
mod data;
mod energy;
mod scrap;
mod stops;

use std::collections::BTreeMap;

use plant_core::model::{Analyzer, FindingDraft, FindingKind};
use plant_core::savings::{self, SavingInput};
use rust_decimal::Decimal;

pub(crate) use control::{control, stuck};
pub(crate) use data::{digits, equipment as equipment_data, general as general_data, quality as quality_data};
pub(crate) use energy::{base_load, largest as energy_pareto};
pub(crate) use scrap::{excess, pareto as scrap_pareto};
pub(crate) use stops::{failures, repeats, setup, stop_chart, stop_pareto};

use crate::scope::Scope;

/// Lines that a finding shows.
const LINES: usize = 20;
/// Findings of one kind at most.
const OF_A_KIND: usize = 5;

/// A finding about to be made.
struct Draft<'a> {
    analyzer: Analyzer,
    kind: FindingKind,
    title: String,
    about: BTreeMap<String, String>,
    loss: Option<Decimal>,
    unit: &'a str,
    method: &'a str,
    working: String,
}

impl Draft<'_> {
    /// The finding, shown by these rows with their weights; the weightiest come first.
    fn shown_by(self, scope: &Scope, rows: Vec<(usize, Decimal)>) -> FindingDraft {
        let (lines, count) = evidence(scope, rows);
        self.with(scope, lines, count)
    }

    /// The finding, shown by these lines.
    fn with(self, scope: &Scope, lines: Vec<u64>, count: u64) -> FindingDraft {
        let days = scope.days();
        FindingDraft {
            analyzer: self.analyzer,
            kind: self.kind,
            title: self.title,
            scope: self.about,
            from: days.map(|(first, _)| first),
            to: days.map(|(_, last)| last),
            loss_quantity: self.loss,
            loss_unit: self.unit.to_owned(),
            saving: None,
            method: self.method.to_owned(),
            working: self.working,
            evidence_lines: lines,
            evidence_count: count,
        }
    }
}

/// Lines of the weightiest rows, then of the first ones among equals.
fn evidence(scope: &Scope, mut rows: Vec<(usize, Decimal)>) -> (Vec<u64>, u64) {
    let count = rows.len() as u64;
    rows.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
    (
        rows.iter().take(LINES).map(|(row, _)| scope.table.line(*row)).collect(),
        count,
    )
}

/// Puts the saving into the finding, or the reason why there is none into its working.
fn valued(mut finding: FindingDraft, input: &SavingInput) -> FindingDraft {
    finding.working = format!("{}; {}", finding.working, savings::working(input));
    finding.saving = savings::assess(input).ok();
    finding
}

/// What a finding is about, from names and values.
fn about<'v>(parts: impl IntoIterator<Item = (&'v str, Option<&'v str>)>) -> BTreeMap<String, String> {
    parts
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
        .collect()
}

/// Sorts findings: by analyzer, money first, then kind, size and words.
pub(crate) fn sort(findings: &mut [FindingDraft]) {
    findings.sort_by(|one, other| {
        let low = |finding: &FindingDraft| finding.saving.as_ref().map(|saving| saving.low);
        one.analyzer
            .cmp(&other.analyzer)
            .then_with(|| low(other).cmp(&low(one)))
            .then_with(|| one.kind.name().cmp(other.kind.name()))
            .then_with(|| other.loss_quantity.cmp(&one.loss_quantity))
            .then_with(|| one.title.cmp(&other.title))
    });
}
