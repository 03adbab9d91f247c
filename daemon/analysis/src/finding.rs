//! Findings: losses and oddities with their figures, their working and the lines that show them.
//!
//! Invariants: every figure of a title or a working comes from the rows or their sums; money only through
//! `plant_core::savings::assess`; the same rows give the same findings in the same order.

mod control;
mod data;
mod draft;
mod energy;
mod scrap;
mod steps;
mod stops;
mod told;

use plant_core::model::FindingDraft;

pub(crate) use control::{control, stuck};
pub(crate) use data::{
    coarse, digits, equipment as equipment_data, general as general_data, lost, quality as quality_data,
};
pub(crate) use energy::{base_load, largest as energy_pareto};
pub(crate) use scrap::{excess, pareto as scrap_pareto};
pub(crate) use steps::{counters, states};
pub(crate) use stops::{failures, repeats, setup, stop_chart, stop_pareto};

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
