//! What rows take from lists, and what a list says.

use plant_core::model::FindingKind;
use plant_core::reference::{Lookup, Subject};
use plant_core::variable::Variable::{self, *};

use super::support::{Rows, decimal, listed, order};

/// Two runs on two machines, of a product each.
fn runs() -> Rows {
    let mut rows = Rows::new();
    for (day, machine, product) in [(0, "M1", "P1"), (1, "M2", "P2"), (1, "M2", "P1")] {
        rows.row(
            day,
            &[
                ("machine", machine),
                ("product_code", product),
                ("quantity_good", "90"),
                ("quantity_scrap", "10"),
                ("planned_time", "480"),
            ],
        );
    }
    rows
}

#[test]
fn an_ideal_cycle_time_is_taken_from_a_list_and_said_with_its_lines() {
    let mut order = order();
    assert_eq!(runs().analyse_with(&order).sum("ideal_s"), None, "never a default");
    order.references = listed(
        "ideal_cycle_time product_code=P1,machine=M1 60\nideal_cycle_time product_code=P1 30\nideal_rate machine=M2 60",
        None,
    );
    let found = runs().analyse_with(&order);
    // 100 x 60 s on M1, 100 x 30 s of P1 on M2, and 100 pieces at 60 an hour of P2.
    assert_eq!(found.sum("ideal_s"), Some(decimal("15000")));
    let used: Vec<(Variable, u64, &[u64])> = (found.0.uses.iter())
        .map(|used| (used.variable, used.rows, used.lines.as_slice()))
        .collect();
    assert_eq!(used, [(IdealCycleTime, 2, &[2, 3][..]), (IdealRate, 1, &[4])]);
    let said = found.0.summary.join(" ");
    assert!(
        said.contains("ideal cycle time of 2 rows from list.csv (2 entries, lines 2, 3)"),
        "{said}"
    );
    // A row that says it itself stays as it is.
    let mut rows = Rows::new();
    rows.row(
        0,
        &[("machine", "M2"), ("quantity_produced", "10"), ("ideal_rate", "3600")],
    );
    assert_eq!(rows.analyse_with(&order).sum("ideal_s"), Some(decimal("10")));
}

#[test]
fn the_line_of_a_machine_is_that_of_the_day() {
    let mut order = order();
    order.references = listed(
        "line machine=M1 A\nline machine=m2 B ..2025-03-03\nsite machine=M2 Lyon",
        None,
    );
    let found = runs().analyse_with(&order);
    let place = |row: &plant_core::component::ComponentRow, dimension: plant_core::component::Dimension| {
        row.dimensions[dimension as usize].clone()
    };
    use plant_core::component::Dimension;
    let mut lines: Vec<(Option<String>, Option<String>)> = (found.cells())
        .map(|row| (place(row, Dimension::Line), place(row, Dimension::Site)))
        .collect();
    lines.sort_unstable();
    lines.dedup();
    let (a, lyon) = (Some("A".to_owned()), Some("Lyon".to_owned()));
    assert_eq!(
        lines,
        [(None, lyon), (a, None)],
        "M2 is on no line any more on the second day"
    );
    assert_eq!(found.sum("rows"), Some(decimal("3")), "a list adds no row");
}

#[test]
fn scrap_is_valued_by_the_cost_of_its_day_material_before_standard() {
    let mut order = order();
    order.references = listed(
        "standard_unit_cost product_code=P1 5 2025-01-01..2025-03-03\nstandard_unit_cost product_code=P1 7 2025-03-04..",
        None,
    );
    assert_eq!(runs().analyse_with(&order).sum("scrap_value"), Some(decimal("120")));
    order.references = listed(
        "standard_unit_cost product_code=P1 5\nmaterial_unit_cost product_code=P1 2",
        None,
    );
    assert_eq!(runs().analyse_with(&order).sum("scrap_value"), Some(decimal("40")));
}

#[test]
fn what_is_declared_is_filled_by_its_key_alone_and_what_is_missing_is_told() {
    let mut order = order();
    order.lookups = vec![Lookup {
        variable: Line,
        key: vec![Machine],
    }];
    order.references = listed("line machine=M1 A\nproduct_name product_code=P1 Shaft", None);
    let found = runs().analyse_with(&order);
    let finding = found.finding(FindingKind::Unlisted);
    assert_eq!(finding.evidence_count, 2);
    assert_eq!(finding.evidence_rows.len(), 2);
    assert_eq!(finding.title, "2 rows without a line: no list names it");
    assert!(finding.working.contains("M2 (2 rows)"), "{}", finding.working);
    // Nothing is declared of names, so none is taken.
    assert!(
        found.0.uses.iter().all(|used| used.variable == Line),
        "{:?}",
        found.0.uses
    );
    order.lookups = vec![Lookup {
        variable: ProductName,
        key: vec![ProductCode],
    }];
    let found = runs().analyse_with(&order);
    let names: Vec<u64> = (found.0.uses.iter())
        .filter(|used| used.variable == ProductName)
        .map(|used| used.rows)
        .collect();
    assert_eq!(names, [2]);
}

#[test]
fn what_is_wanted_is_told_whether_a_list_has_it_or_not() {
    let wants = runs().analyse().0.wants;
    for (variable, codes) in [
        (Line, &[(Machine, "M1")][..]),
        (Site, &[(Machine, "M2")]),
        (StandardUnitCost, &[(ProductCode, "P2")]),
        (IdealRate, &[(ProductCode, "p1"), (Machine, "M2")]),
        (IdealCycleTime, &[(Machine, "M1")]),
    ] {
        assert!(
            wants.contains(&Subject::of(variable, codes.iter().copied())),
            "{variable}"
        );
    }
    for (variable, codes) in [
        (Line, &[(Machine, "M3")][..]),
        (IdealRate, &[(ProductCode, "P2"), (Machine, "M1")]),
        (ProductName, &[(ProductCode, "P1")]),
    ] {
        assert!(
            !wants.contains(&Subject::of(variable, codes.iter().copied())),
            "{variable}"
        );
    }
    // Of very many things all are of concern.
    let mut rows = Rows::new();
    for machine in 0..10_001 {
        let machine = format!("M{machine}");
        rows.row(0, &[("machine", machine.as_str()), ("quantity_good", "1")]);
    }
    let wants = rows.analyse().0.wants;
    assert!(
        wants.contains(&Subject::any(Line)) && wants.len() < 100,
        "{}",
        wants.len()
    );
}

#[test]
fn a_list_says_how_things_are_and_adds_nothing() {
    let mut rows = Rows::new();
    rows.undated(&[
        ("product_code", "P1"),
        ("product_name", "Shaft"),
        ("standard_unit_cost", "5.5"),
        ("currency", "EUR"),
        ("valid_from", "2025-01-01"),
        ("quantity_planned", "100"),
        ("ideal_rate", "0"),
    ]);
    rows.undated(&[("product_name", "no code")]);
    rows.undated(&[
        ("product_code", "P2"),
        ("standard_unit_cost", "5"),
        ("valid_from", "2025-02-01"),
        ("valid_to", "2025-01-01"),
    ]);
    let mut order = order();
    order.list = Some(vec![ProductCode, ValidFrom]);
    let found = rows.analyse_with(&order).0;
    assert_eq!((found.components.len(), found.findings.len(), found.records), (0, 0, 3));
    assert_eq!(found.tier.overall, 0);
    let told: Vec<(Variable, u64, bool)> = (found.entries.iter())
        .map(|entry| (entry.variable, entry.line, entry.listed && entry.from.is_some()))
        .collect();
    assert_eq!(told, [(ProductName, 2, true), (StandardUnitCost, 2, true)]);
    assert_eq!(found.entries[1].currency.as_deref(), Some("EUR"));
    assert_eq!(found.entries[1].key, [(ProductCode, "P1".to_owned())].into());
    let said = found.summary.join(" ");
    for part in [
        "test.csv is a list by product code: product name (1), standard unit cost (1).",
        "1 row of which each names no thing",
        "1 row of which each ends before it begins",
    ] {
        assert!(said.contains(part), "{said}");
    }
}
