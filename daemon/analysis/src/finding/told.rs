//! Findings about the data from remarks on rows.

use plant_core::model::{Analyzer, FindingDraft, FindingKind};
use plant_core::words::{counted, number, part};
use rust_decimal::Decimal;

use super::draft::{Draft, about};
use crate::scope::Scope;

/// One kind of remark on rows.
pub(super) struct Told {
    /// Its code among the remarks.
    pub(super) code: &'static str,
    /// Kind of the finding.
    pub(super) kind: FindingKind,
    /// Whose finding it is.
    pub(super) analyzer: Analyzer,
    /// Behind "3 rows with".
    pub(super) title: &'static str,
    /// What is made of such rows.
    pub(super) working: &'static str,
}

/// A finding for each remark of the list that there is.
pub(super) fn told(scope: &Scope, all: &[Told]) -> Vec<FindingDraft> {
    all.iter()
        .filter_map(|told| {
            let remark = scope.table.remarks.get(told.code)?;
            let rows = Decimal::from(scope.table.rows());
            let draft = Draft {
                analyzer: told.analyzer,
                kind: told.kind,
                title: format!("{} with {}", counted(remark.count, "row", "rows"), told.title),
                about: about([]),
                loss: Some(Decimal::from(remark.count)),
                unit: "rows",
                method: "data quality v1",
                working: format!(
                    "{} of {} rows ({}): {}",
                    number(Decimal::from(remark.count)),
                    number(rows),
                    part(Decimal::from(remark.count), rows),
                    told.working
                ),
            };
            Some(draft.with(scope, remark.rows.clone(), remark.count))
        })
        .collect()
}
