//! How far variables are filled, measured over the rows that they apply to.
//!
//! A stop row needs no quantities and a production row needs no reason: a log that mixes both would otherwise seem to
//! lack everything.

use plant_core::variable::Variable;

use crate::stops::TimeRow;
use crate::table::Table;

/// Share (0 to 1) of the rows that the variable applies to on which it is filled.
pub(crate) fn share(table: &Table, variable: Variable) -> f64 {
    let filled = table.filled(variable);
    let base = base(table, variable).max(1);
    (filled as f64 / base as f64).min(1.0)
}

fn base(table: &Table, variable: Variable) -> u64 {
    let rows = table.rows() as u64;
    let some = |count: u64| if count > 0 { count } else { rows };
    match variable {
        Variable::QuantityPlanned
        | Variable::QuantityProduced
        | Variable::QuantityGood
        | Variable::QuantityScrap
        | Variable::QuantityRework
        | Variable::QuantityInspected
        | Variable::DefectCount => some(rows.saturating_sub(table.stop_rows)),
        Variable::ReasonCode | Variable::ReasonText => some(table.stop_rows),
        Variable::StopCategory => {
            let states = |row: &&TimeRow| row.category.is_some() || row.tells_a_stop();
            some(table.time_rows.iter().filter(states).count() as u64)
        }
        Variable::EventStart | Variable::EventEnd | Variable::Duration if table.stop_rows > 0 => {
            let states = |row: &&TimeRow| row.category.is_some() || row.tells_a_stop();
            some(table.time_rows.iter().filter(states).count() as u64)
        }
        Variable::IdealCycleTime | Variable::IdealRate => some(table.filled(Variable::QuantityProduced)),
        Variable::StandardUnitCost | Variable::MaterialUnitCost => some(table.filled(Variable::QuantityScrap)),
        Variable::DefectCode | Variable::ScrapCost => some(table.scrap_rows),
        _ => rows,
    }
}
