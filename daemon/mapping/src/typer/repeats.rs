//! What a row that line steps made says only again: a cell that was filled from above, or that stands in each row that a line
//! became. It tells what its row is about, and adds nothing a second time.

use plant_core::variable::Variable;

use super::cells::Plan;
use crate::output::Input;
use crate::shape::Row;

/// A row, and what of it stands there for the first time.
pub(super) struct Repeats<'r> {
    row: Row<'r>,
    /// Its cells, those blank that only say again what stands before; `None` where no cell does.
    first: Option<Vec<&'r str>>,
    /// Whether a row of the same line went before.
    is_further: bool,
    /// Whether its time is all that of a row before.
    is_same_time: bool,
}

impl<'r> Repeats<'r> {
    /// Of a row for these plans; `is_further` where a row of the same line went before.
    pub(super) fn of(plans: &[Plan], row: Row<'r>, is_further: bool) -> Repeats<'r> {
        let is_repeated = |at: usize| row.repeats.get(at) == Some(&true);
        let repeats = row.repeats.contains(&true);
        let first = repeats.then(|| {
            let cells = row.cells.iter().enumerate();
            cells
                .map(|(at, cell)| if is_repeated(at) { "" } else { cell })
                .collect()
        });
        let times = || {
            let is_time = |plan: &&Plan| matches!(plan.variable, Some(Variable::EventStart | Variable::EventEnd));
            plans.iter().filter(is_time)
        };
        let again = |plan: &Plan| plan.input.reads().iter().all(|at| is_repeated(*at));
        Repeats {
            row,
            first,
            is_further,
            is_same_time: repeats && times().all(again),
        }
    }

    /// The variable of a plan that adds nothing, where a row before told it.
    pub(super) fn counted(&self, plan: &Plan) -> Option<Variable> {
        let mut reads = plan.input.reads().into_iter();
        let is_told = reads.any(|at| self.row.cells.get(at).is_some_and(|cell| !cell.trim().is_empty()));
        plan.variable.filter(|_| is_told)
    }

    /// The cells that a plan reads; `None` where it must not add what was added before.
    pub(super) fn cells(&self, plan: &Plan) -> Option<&[&'r str]> {
        let adds = match plan.variable {
            Some(Variable::EventEnd) => self.is_same_time,
            Some(variable) => variable.is_additive(),
            None => plan.measure.is_some(),
        };
        match (&plan.input, &self.first) {
            (Input::Fixed { .. }, _) => (!adds || !self.is_further).then_some(self.row.cells),
            (_, Some(first)) if adds => {
                let stands = |at: &usize| self.row.repeats.get(*at) != Some(&true);
                plan.input.reads().iter().any(stands).then_some(first)
            }
            _ => Some(self.row.cells),
        }
    }
}
