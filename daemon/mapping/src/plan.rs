//! How the cells of a file are read, decided from all of them.

use std::collections::BTreeMap;

use plant_core::header::skeleton;
use plant_core::job::IngestOrder;
use plant_core::learned::{Proof, Proven};
use plant_core::operator::Operators;
use plant_core::plan::{ColumnPlan, ReadingPlan};
use plant_core::profile::Profile;
use plant_core::table::Layout;
use plant_core::variable::{Kind, Variable};
use plant_lexicon::is_mark;

use super::facts::{Column, ColumnFacts, Order};
use super::measure;
use super::nights;
use super::number::Decimals;
use super::operators;
use super::output::Input;
use super::reading::{Reading, lies};

/// How a file with these columns is read by that profile.
pub fn of(profile: &Profile, layout: &Layout, facts: &ColumnFacts, order: &IngestOrder) -> ReadingPlan {
    let reading = Reading::by(profile, facts, layout.form, order);
    let (measures, _) = measure::find(profile, facts, &reading);
    let ignored: Vec<String> = profile.settings.ignore.iter().map(|name| skeleton(name)).collect();
    let column = |(index, source): (usize, &String)| {
        let how = reading.column(index);
        let variable = profile.column(source).and_then(|column| column.variable);
        let facts_of = facts.columns.get(index);
        let track = facts_of.map(|column| column.dates.track(how.order));
        let name = skeleton(source);
        let counts_rows = facts_of.is_some_and(|column| column.numbers_rows(facts.rows));
        ColumnPlan {
            decimal: how.decimal,
            order: how.order,
            increasing: track.is_some_and(|track| track.is_increasing()),
            interval_s: track
                .filter(|track| variable == Some(Variable::EventEnd) && track.marks_interval_ends())
                .and_then(|track| track.usual_gap_s()),
            tells: variable.is_none()
                && !profile.is_part(source)
                && !is_mark(&name)
                && !counts_rows
                && !ignored.contains(&name),
            measure: measures.get(index).copied().flatten(),
            names_operators: facts_of.is_some_and(|column| operators::are_named_in(profile, column)),
        }
    };
    ReadingPlan {
        columns: layout.header.iter().enumerate().map(column).collect(),
        zone: order.zone.clone(),
        currency: order.currency.clone(),
        today: order.today,
        proves: proves(profile, layout, facts, order),
        said: said(profile, layout, order),
        says: order.says.clone(),
        nights: nights::of(profile, layout, facts),
        operators: match order.operators {
            Some(_) => Operators::Codes,
            None => Operators::Names,
        },
        depends_on_rows: false,
    }
}

/// What the name and the folder of the file say for each row.
fn said(profile: &Profile, layout: &Layout, order: &IngestOrder) -> BTreeMap<Variable, String> {
    let of_file = profile.outputs.iter().filter(|output| output.source.is_of_file());
    let said = of_file.filter_map(
        |output| match Input::of(output, &profile.settings, layout, None, &[], order) {
            Ok(Input::Fixed { text, .. }) => match (&order.operators, output.variable) {
                (Some(key), Variable::Operator) => Some((output.variable, key.code(&text))),
                _ => Some((output.variable, text)),
            },
            // Where it says nothing the file is held for it.
            _ => None,
        },
    );
    said.collect()
}

/// What the cells of the columns that a profile reads as numbers or dates prove by themselves.
fn proves(profile: &Profile, layout: &Layout, facts: &ColumnFacts, order: &IngestOrder) -> Proven {
    let proof = |column: &Column| {
        let made = || {
            profile
                .outputs
                .iter()
                .find(|output| output.reads_values_of(&column.source))
        };
        let mapped = profile.column(&column.source).and_then(|column| column.variable);
        let variable = mapped.or_else(|| made().map(|output| output.variable))?;
        let kind = variable.kind();
        let proof = match (
            kind,
            column.numbers.decimals(),
            column.dates.order(order.today, lies(column, Some(profile))),
        ) {
            (Kind::Number, Decimals::Known(sign), _) if layout.form.decimal().is_none() => Proof {
                decimal: Some(sign),
                order: None,
            },
            // A part over 12 is proof for others; what follows from the order of the rows or from today is for this file.
            (Kind::Date | Kind::Time, _, Order::Known(order))
                if variable != Variable::DueDate && column.dates.has_proof() =>
            {
                Proof {
                    decimal: None,
                    order: Some(order),
                }
            }
            _ => return None,
        };
        Some((skeleton(&column.source), proof))
    };
    facts.columns.iter().filter_map(proof).collect()
}

#[cfg(test)]
mod tests {
    use plant_core::profile::DateOrder;

    use super::*;
    use crate::tests::{export, order};

    const FIRST: &str = "Order;Date;Good Qty;Weight;Note\nA1;03/25/2025;5;1.5;x\nA2;03/04/2025;6;2.25;y\n";

    fn plan() -> (Layout, ReadingPlan) {
        let file = export(FIRST);
        let head = crate::decide(&file.layout(), &file.facts(), &order());
        let profile = match head.decision {
            plant_core::job::Decision::Take { profile, .. } => *profile,
            held => panic!("{held:?}"),
        };
        let layout = file.layout();
        let plan = of(&profile, &layout, &file.facts(), &order());
        (layout, plan)
    }

    #[test]
    fn a_plan_says_how_each_column_is_read() {
        let (layout, plan) = plan();
        let date = plan.columns.get(1).unwrap();
        assert_eq!(date.order, DateOrder::Mdy);
        assert_eq!(plan.columns.get(3).unwrap().decimal, '.');
        let tells: Vec<bool> = plan.columns.iter().map(|column| column.tells).collect();
        assert_eq!(tells.last(), Some(&true), "no variable takes the note");
        assert!(!plan.depends_on_rows);
        assert_eq!(plan.columns.len(), layout.header.len());
    }
}
