//! Rows that mean something only in their order: readings of counters and changes of a state, as the profile says.
//!
//! Invariants: the rows of a file are gone through twice, first for what they say in the order of time, then as rows that
//! say it each by itself; what a row says is never more than once in the figures, and a reading never is in them.

mod carry;
mod counters;
mod states;

use plant_core::job::AnalysisOrder;
use plant_core::record::{Record, Value, derived_quantity};
use plant_core::step::{Edge, place};
use plant_core::variable::Variable;
use plant_rows::Counting;

use crate::AnalysisError;
use crate::table::Remarks;
use counters::{Cell, Counters};
use states::{States, Told};

pub(crate) use states::CarriedState;

/// What the rows of a file say in their order.
#[derive(Debug)]
pub(crate) struct Steps {
    counters: Vec<Counters>,
    states: Option<States>,
    /// What the file leaves behind.
    pub(crate) edges: Vec<Edge>,
    /// States from files before it that ended in it.
    pub(crate) carried: Vec<CarriedState>,
    /// What is odd about the rows in their order.
    pub(crate) remarks: Remarks,
}

/// What a row says of time beside what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// As it stands.
    Itself,
    /// Nothing: its state has not ended, or is that of another row.
    Nothing,
}

impl Steps {
    /// Goes through a stream of blocks.
    ///
    /// # Errors
    /// The stream is none of blocks or breaks off.
    pub(crate) fn of(rows: &[u8], order: &AnalysisOrder) -> Result<Steps, AnalysisError> {
        let steps = &order.steps;
        let mut all = Steps {
            counters: steps.counter.iter().filter_map(Counters::of).collect(),
            states: steps.intervals.map(|_| States::default()),
            edges: Vec::new(),
            carried: Vec::new(),
            remarks: Remarks::default(),
        };
        let mut blocks = Counting::new(rows);
        while let Some(block) = blocks.next_block()? {
            for mut record in block.records() {
                order.aliases.apply(&mut record);
                let place = place(|variable| record.text(variable));
                for counter in &mut all.counters {
                    counter.see(&record, &place, &mut all.remarks);
                }
                if let Some(states) = &mut all.states {
                    states.see(&record, place);
                }
            }
        }
        for counter in &mut all.counters {
            counter.close(&order.carried, &mut all.edges, &mut all.remarks);
        }
        if let Some(states) = &mut all.states {
            all.carried = states.close(order, &mut all.edges, &mut all.remarks);
        }
        all.edges
            .sort_by(|one, other| (&one.place, one.kind).cmp(&(&other.place, other.kind)));
        Ok(all)
    }

    /// Makes a row, the one of that number, say by itself what it says in its order. Gives the variables that it has and of
    /// which it adds nothing, and what it says of time.
    pub(crate) fn apply(&self, row: usize, record: &mut Record) -> (Vec<Variable>, Says) {
        let mut silent = Vec::new();
        let mut counts = false;
        for counter in &self.counters {
            let cell = counter.cell(row);
            if cell == Cell::Absent {
                continue;
            }
            counts = true;
            if let Some(slot) = record.values.get_mut(counter.variable().index()) {
                *slot = None;
            }
            match cell {
                Cell::Adds(step) => record.set(counter.target(), Value::Number(step)),
                Cell::Nothing | Cell::Absent => silent.push(counter.target()),
            }
        }
        if counts && let Some((variable, value)) = derived_quantity(record, &[]) {
            record.set(variable, Value::Number(value));
        }
        let told = self.states.as_ref().map_or(Told::Itself, |states| states.told(row));
        match told {
            Told::Itself => (silent, Says::Itself),
            Told::Nothing => (silent, Says::Nothing),
            Told::Until(end) => {
                states::end(record, end);
                record.mark_derived(Variable::Duration);
                (silent, Says::Itself)
            }
        }
    }
}
