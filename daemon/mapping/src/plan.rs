//! How the cells of a file are read, decided from all of them; and whether the lines that a later version adds say
//! anything against it.

use plant_core::header::skeleton;
use plant_core::job::IngestOrder;
use plant_core::plan::{ColumnPlan, ReadingPlan};
use plant_core::profile::Profile;
use plant_core::table::Layout;
use plant_core::variable::{Kind, Variable};
use plant_lexicon::is_mark;

use super::decide::told_currency;
use super::facts::{Column, ColumnFacts, Order};
use super::number::Decimals;
use super::reading::Reading;

/// How a file with these columns is read by that profile.
pub fn of(profile: &Profile, layout: &Layout, facts: &ColumnFacts, order: &IngestOrder) -> ReadingPlan {
    let reading = Reading::decide(facts, &profile.settings, layout.form, order.today);
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
            tells: variable.is_none() && !is_mark(&name) && !counts_rows && !ignored.contains(&name),
        }
    };
    ReadingPlan {
        columns: layout.header.iter().enumerate().map(column).collect(),
        zone: order.zone.clone(),
        currency: order.currency.clone(),
        today: order.today,
        depends_on_rows: false,
    }
}

/// Whether a file laid out so may be read as planned for an earlier version.
pub fn may_follow(plan: &ReadingPlan, layout: &Layout, order: &IngestOrder) -> bool {
    layout.has_names()
        && plan.columns.len() == layout.header.len()
        && !plan.depends_on_rows
        && plan.zone == order.zone
        && plan.currency == order.currency
        // What was no date of the future then is none later.
        && plan.today <= order.today
}

/// Whether the cells of the lines that a later version adds say nothing against the plan.
pub fn agrees(plan: &ReadingPlan, profile: &Profile, added: &ColumnFacts, order: &IngestOrder) -> bool {
    let fits = |(column, how): (&Column, &ColumnPlan)| {
        let variable = profile.column(&column.source).and_then(|column| column.variable);
        match variable.map(Variable::kind) {
            Some(Kind::Number) => match column.numbers.decimals() {
                Decimals::Known(sign) => sign == how.decimal,
                Decimals::Free | Decimals::Ambiguous(_) => true,
                Decimals::Contradictory => false,
            },
            Some(Kind::Date | Kind::Time) => match column.dates.order(order.today) {
                Order::Known(found) => found == how.order,
                Order::Free | Order::Custom(_) | Order::Ambiguous => true,
            },
            Some(Kind::Text | Kind::Flag) | None => true,
        }
    };
    added.columns.iter().zip(&plan.columns).all(fits) && told_currency(profile, added, order).is_ok()
}

#[cfg(test)]
mod tests {
    use plant_core::profile::DateOrder;

    use super::*;
    use crate::tests::{export, order};

    const FIRST: &str = "Order;Date;Good Qty;Weight;Note\nA1;03/25/2025;5;1.5;x\nA2;03/04/2025;6;2.25;y\n";

    fn plan() -> (Profile, Layout, ReadingPlan) {
        let file = export(FIRST);
        let head = crate::decide(&file.layout(), &file.facts(), &order());
        let profile = match head.decision {
            plant_core::job::Decision::Take { profile, .. } => *profile,
            held => panic!("{held:?}"),
        };
        let layout = file.layout();
        let plan = of(&profile, &layout, &file.facts(), &order());
        (profile, layout, plan)
    }

    #[test]
    fn a_plan_says_how_each_column_is_read() {
        let (_, layout, plan) = plan();
        let date = plan.columns.get(1).unwrap();
        assert_eq!(date.order, DateOrder::Mdy);
        assert_eq!(plan.columns.get(3).unwrap().decimal, '.');
        let tells: Vec<bool> = plan.columns.iter().map(|column| column.tells).collect();
        assert_eq!(tells.last(), Some(&true), "no variable takes the note");
        assert!(may_follow(&plan, &layout, &order()));
        for other in [
            IngestOrder {
                zone: "America/Chicago".to_owned(),
                ..order()
            },
            IngestOrder {
                currency: Some("USD".to_owned()),
                ..order()
            },
            IngestOrder {
                today: plan.today.pred_opt().unwrap(),
                ..order()
            },
        ] {
            assert!(!may_follow(&plan, &layout, &other), "{other:?}");
        }
        let later = IngestOrder {
            today: plan.today.succ_opt().unwrap(),
            ..order()
        };
        assert!(may_follow(&plan, &layout, &later));
        let by_rows = ReadingPlan {
            depends_on_rows: true,
            ..plan.clone()
        };
        assert!(!may_follow(&by_rows, &layout, &order()));
    }

    #[test]
    fn cells_that_prove_another_reading_speak_against_a_plan() {
        let (profile, _, plan) = plan();
        let check = |row: &str| {
            let added = export(&format!("Order;Date;Good Qty;Weight;Note\n{row}\n"));
            agrees(&plan, &profile, &added.facts(), &order())
        };
        assert!(check("A3;04/26/2025;7;3.5;z"));
        assert!(check("A3;04/05/2025;7;3;z"), "what could be either is read as before");
        assert!(!check("A3;26/04/2025;7;3.5;z"), "the day stands first");
        assert!(!check("A3;04/26/2025;7,5;3.5;z"), "a comma for decimals");
    }
}
