//! The four analyzers: typed rows in, additive components, figures and findings out.
//!
//! Invariants: no I/O beside the reader given, no clock, no randomness: the same rows give the same bytes. Sums are
//! exact decimals; floats live inside statistics only. A figure that the rows do not allow is absent with a reason. One
//! analyzer that fails does not stop the others.

mod analyzer;
mod cells;
mod chart;
mod error;
mod exact;
mod finding;
pub mod intervals;
mod list;
mod measures;
mod planned;
mod presence;
mod rework;
mod row_worth;
mod scope;
mod spc;
mod steps;
mod stops;
mod summary;
mod sums;
mod table;

pub use error::AnalysisError;

use std::io::Read;

use plant_core::family::{CELLS_MOST, Family};
use plant_core::job::{AnalysisOrder, AnalysisOutput};

use crate::cells::Cells;
use crate::scope::FamilyRows;
use crate::steps::Steps;

/// Analyses the rows of a stream of blocks ([`plant_rows::Counting`]) that count.
///
/// # Errors
/// See [`AnalysisError`]; what merely lacks data is said in the output instead.
pub fn analyse(rows: impl Read, order: &AnalysisOrder) -> Result<AnalysisOutput, AnalysisError> {
    analyse_within(rows, order, CELLS_MOST)
}

/// The same with at most so many cells in a family.
fn analyse_within(mut rows: impl Read, order: &AnalysisOrder, most: u64) -> Result<AnalysisOutput, AnalysisError> {
    let zone = order.settings.zone.as_deref().unwrap_or(&order.zone);
    let tz: chrono_tz::Tz = zone
        .parse()
        .map_err(|_| AnalysisError::UnknownZone { zone: zone.to_owned() })?;
    if let Some(key) = &order.list {
        return list::analyse(rows, order, key);
    }
    let mut table = table::Table::default();
    let mut edges = Vec::new();
    if order.steps.is_none() {
        table.read(rows, order, None)?;
    } else {
        // Gone through twice; blocks are packed.
        let mut all = Vec::new();
        rows.read_to_end(&mut all).map_err(plant_rows::BlockError::from)?;
        let steps = Steps::of(&all, order)?;
        table.read(all.as_slice(), order, Some(&steps))?;
        edges = steps.edges;
    }
    let time = stops::assess(&mut table, tz, order.steps.intervals, &order.calendars)?;
    sums::join_energy(&mut table);
    let (chosen, lost) = cells::choose(&table.groups, most);
    let mut families = Vec::with_capacity(chosen.len());
    for (family_no, family) in (1..).zip(chosen) {
        let cells = Cells::of(&table.groups, family);
        let rows = sums::of_family(&table, &time, family_no, &cells)?;
        families.push(FamilyRows { family, rows });
    }
    let entries = std::mem::take(&mut table.prices).into_entries();

    let mut scope = scope::Scope::new(order, &table, &time, &families, &lost);
    scope.tier = plant_core::tier::assess(&scope.tier_input());
    let (analyzers, findings) = analyzer::run(&scope);
    let summary = summary::of(&scope, &findings);
    let tier = std::mem::take(&mut scope.tier);
    let measured = FamilyRows {
        family: Family::FINEST,
        rows: table.measures.rows(&table.groups),
    };
    let (kept, components) = scope::told(families, measured);
    let records = table.rows() as u64;
    let looked_up = std::mem::take(&mut table.looked_up);
    Ok(AnalysisOutput {
        components,
        families: kept,
        tier,
        analyzers,
        findings,
        summary,
        records,
        entries,
        wants: looked_up.wants,
        uses: looked_up.uses,
        edges,
    })
}

#[cfg(test)]
mod tests;
