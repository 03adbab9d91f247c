//! What the findings of every kind are made with.

use std::collections::BTreeMap;

use plant_core::model::{Analyzer, FindingDraft, FindingKind};
use plant_core::record::RowAt;
use plant_core::savings::{self, SavingInput};
use rust_decimal::Decimal;

use crate::scope::Scope;

/// Rows that a finding shows.
const ROWS: usize = 20;
/// Findings of one kind at most.
pub(super) const OF_A_KIND: usize = 5;

/// A finding about to be made.
pub(super) struct Draft<'a> {
    pub(super) analyzer: Analyzer,
    pub(super) kind: FindingKind,
    pub(super) title: String,
    pub(super) about: BTreeMap<String, String>,
    pub(super) loss: Option<Decimal>,
    pub(super) unit: &'a str,
    pub(super) method: &'a str,
    pub(super) working: String,
}

impl Draft<'_> {
    /// The finding, shown by these rows with their weights; the weightiest come first.
    pub(super) fn shown_by(self, scope: &Scope, rows: Vec<(usize, Decimal)>) -> FindingDraft {
        let (rows, count) = evidence(scope, rows);
        self.with(scope, rows, count)
    }

    /// The finding, shown by these rows.
    pub(super) fn with(self, scope: &Scope, rows: Vec<RowAt>, count: u64) -> FindingDraft {
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
            evidence_rows: rows,
            evidence_count: count,
        }
    }
}

/// The weightiest rows, then of the first ones among equals.
fn evidence(scope: &Scope, mut rows: Vec<(usize, Decimal)>) -> (Vec<RowAt>, u64) {
    let count = rows.len() as u64;
    rows.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
    (
        rows.iter().take(ROWS).map(|(row, _)| scope.table.at(*row)).collect(),
        count,
    )
}

/// Puts the saving into the finding, or the reason why there is none into its working.
pub(super) fn valued(mut finding: FindingDraft, input: &SavingInput) -> FindingDraft {
    finding.working = format!("{}; {}", finding.working, savings::working(input));
    finding.saving = savings::assess(input).ok();
    finding
}

/// What a finding is about, from names and values.
pub(super) fn about<'v>(parts: impl IntoIterator<Item = (&'v str, Option<&'v str>)>) -> BTreeMap<String, String> {
    parts
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
        .collect()
}
