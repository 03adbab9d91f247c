//! The four analyzers: typed rows in, additive components, figures and findings out.
//!
//! Invariants: no I/O beside the reader given, no clock, no randomness: the same rows give the same bytes. Sums are
//! exact decimals; floats live inside statistics only. A figure that the rows do not allow is absent with a reason. One
//! analyzer that fails does not stop the others.

mod analyzer;
mod chart;
mod error;
mod exact;
mod finding;
pub mod intervals;
mod measures;
mod presence;
mod row_worth;
mod scope;
mod spc;
mod stops;
mod summary;
mod sums;
mod table;

pub use error::AnalysisError;

use std::io::Read;

use plant_core::job::{AnalysisOrder, AnalysisOutput};

/// Analyses the rows of a stream of blocks ([`plant_rows::Counting`]) that count.
///
/// # Errors
/// See [`AnalysisError`]; what merely lacks data is said in the output instead.
pub fn analyse(rows: impl Read, order: &AnalysisOrder) -> Result<AnalysisOutput, AnalysisError> {
    let zone = order.settings.zone.as_deref().unwrap_or(&order.zone);
    let tz: chrono_tz::Tz = zone
        .parse()
        .map_err(|_| AnalysisError::UnknownZone { zone: zone.to_owned() })?;
    let mut table = table::Table::read(rows, order)?;
    let time = stops::assess(&mut table, tz)?;
    let mut all = sums::of_rows(&table)?;
    sums::add_made(&mut all, &time.sums);
    sums::join_energy(&table, &mut all);
    let mut components = sums::rows(&table, all);
    let (costs, priced) = std::mem::take(&mut table.prices).into_parts();

    let mut scope = scope::Scope::new(order, &table, &time, &components);
    scope.tier = plant_core::tier::assess(&scope.tier_input());
    let (analyzers, findings) = analyzer::run(&scope);
    let summary = summary::of(&scope, &findings);
    let tier = std::mem::take(&mut scope.tier);
    components.extend(table.measures.rows(&table.groups));
    let records = table.rows() as u64;
    Ok(AnalysisOutput {
        components,
        tier,
        analyzers,
        findings,
        summary,
        records,
        costs,
        priced,
    })
}

#[cfg(test)]
mod tests;
